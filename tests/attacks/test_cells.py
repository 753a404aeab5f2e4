"""No hostile cell earns a point, learns a secret, leaves anything behind, or touches what others get."""

import contextlib
import ctypes
import json
import os
import sys
import tempfile
import time
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

import pytest
from cells import ATTACKS
from running import BOTH_WAYS, walls

from autograder.authoring.misconceptions import load_misconceptions
from autograder.course.units import Course
from autograder.grading import sample_class
from autograder.grading.judge import Settings, grade
from autograder.sandbox import jail, runtime, starting
from autograder.submissions.submission import open_submission

SECRET = "the-secret-of-the-grader-5b1e"
RESULT_CHARACTERS = 12_000  # of a whole result, the student's own answers apart
MESSAGE_CHARACTERS = 2_000
FAMILIES = {"values", "patches", "endings", "replies", "secrets", "resources", "cells"}
# Each attack on a function behind bubblewrap; a third on a class too; another third behind Landlock, on either; where
# each worker is a program of its own, a third. ATTACKS=all runs every one of them everywhere.
STEP = 1 if os.environ.get("ATTACKS") == "all" else 3
ON_CLASSES, BEHIND_LANDLOCK = list(ATTACKS)[::STEP], list(ATTACKS)[1 % STEP::STEP]
BEHIND_CHROOT = list(dict.fromkeys([*list(ATTACKS)[2 % STEP::STEP * 2], *(
    name for name, attack in ATTACKS.items() if attack.family == "secrets")]))
AS_PROGRAMS = list(ATTACKS)[2 % STEP::STEP]
# One of each way to end, for the run as an ordinary user
FEW = ["a float that equals everything", "leaves the program at once", "a forged value before the real one",
       "looks at the secret file", "looks at the environment in /proc", "an endless loop", "lists without end",
       "a fork bomb", "threads without end", "runs the solutions", "writes files beside the secret",
       "system calls without Python"]
ENDING_SECONDS = 3  # a killed process takes a moment to go


@dataclass(frozen=True)
class Target:
    """Where an attack stands: its exercise, one that has a mistake, and one that is right (or none)."""

    unit: str
    attacked: str
    mistaken: str
    mistake: str
    is_class: bool

    def exercises(self, course):
        return frozenset(exercise.name for exercise in course.unit(self.unit).graded[:3])


TARGETS = {
    "function": Target("u01_perceptron", "forward", "sse", "mean", False),
    "class": Target("u04_graph_nodes", "Mul", "Branch", "", True),
}


class Ground:
    """A course with secrets beside it, and submissions in it."""

    def __init__(self, course: Course, folder: Path):
        self.course, self.folder = course, folder
        secret, submitted = folder / "secret.txt", folder / "neighbour.ipynb"
        for path in (secret, submitted):
            path.write_text(SECRET)
            path.chmod(0o666)
        folder.chmod(0o777)  # so that only the walls, not the mode, can refuse
        self.places = {"secret": str(secret), "submitted": str(submitted), "course": str(course.root)}

    def answers(self, target: Target) -> dict[str, str]:
        """Return answers that are right, with one mistake in one exercise."""
        unit = self.course.unit(target.unit)
        wrong = next(wrong for wrong in load_misconceptions(target.unit)
                     if wrong.exercise == target.mistaken and target.mistake in wrong.name)
        return sample_class.right_answers(self.course, unit) | {target.mistaken: sample_class.as_answer(wrong)}

    def grade(self, target: Target, answers: dict[str, str], settings: Settings):
        """Return the result of a notebook with these answers, through the door."""
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "mallory" / target.unit / f"{target.unit}.ipynb"
            unit = self.course.unit(target.unit)
            sample_class.write_notebook(path, unit, answers)
            return grade(open_submission(path, unit, "mallory"), settings, target.exercises(self.course))

    def attack(self, name: str, target: Target, settings: Settings):
        """Return the result of a notebook with this attack."""
        attack = ATTACKS[name]
        limits = replace(settings.limits, **attack.limits)
        cell = attack.cell(target.attacked, target.is_class, self.places)
        return self.grade(target, self.answers(target) | {target.attacked: cell}, replace(settings, limits=limits))

    def state(self):
        """Return everything about the files beside the course that an attack could change."""
        paths = sorted(self.folder.rglob("*"))
        return [(path.name, *path.lstat()[:7], path.lstat().st_mtime_ns, path.read_text()) for path in paths]


def points(result):
    return {exercise.name: exercise.points for exercise in result.exercises}


def processes():
    """Return the processes that descend from this one; orphans count too, because this process adopts them."""
    parents = {}
    for name in filter(str.isdigit, os.listdir("/proc")):  # any of them may end while this goes on
        try:
            with open(f"/proc/{name}/stat", "rb") as file:
                state, parent = file.read().rpartition(b")")[2].split()[:2]  # after its name
        except OSError:
            continue
        if state != b"Z":
            parents[int(name)] = int(parent)
    found, size = {os.getpid()}, 0
    while len(found) > size:
        size = len(found)
        found |= {process for process, parent in parents.items() if parent in found}
    return found


def children(pids):
    """Return the processes that these have started or adopted, as far as none of them ends meanwhile."""
    found = set()
    for pid in pids:
        for path in Path(f"/proc/{pid}/task").glob("*/children"):
            with contextlib.suppress(OSError):  # its thread may have ended
                found.update(map(int, path.read_text().split()))
    return found


def known_processes():
    """Return what `processes` does at a moment when none of them starts or ends, for a fraction of its time."""
    found = generation = {os.getpid()}
    while generation:
        generation = children(generation) - found
        found = found | generation
    return found


def nurseries():
    """Return the processes of this process's nurseries: bubblewrap, the init of its jail, itself; no child of it."""
    found = set()
    for nursery in list(starting.LIVING):
        generation = {nursery.process.pid}
        for _ in range(3 if nursery.tier.name == "bubblewrap" else 1):
            found |= generation
            generation = children(generation)
    return found


def ended(running):
    """Wait until only these processes and idle nurseries are there; return whether that is so within a few seconds."""
    end, pause = time.monotonic() + ENDING_SECONDS, 0.005
    while left := processes() - running - nurseries():
        if time.monotonic() > end:
            break
        time.sleep(pause)
        pause = min(2 * pause, 0.1)
    bury()
    return not left


def bury():
    """Reap the dead that this process adopted: each still counts against the threads of its user."""
    with contextlib.suppress(ChildProcessError):
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass


def complaints(ground: Ground, name: str, target: Target, settings: Settings, before: dict) -> list[str]:
    """Run one attack and return everything that should not have happened."""
    attack, state, running = ATTACKS[name], ground.state(), known_processes() - nurseries()
    result = ground.attack(name, target, settings)
    text = json.dumps(replace(result, answers={}).to_json())
    after, failed = points(result), {reason for exercise in result.exercises if exercise.name == target.attacked
                                     for reason in exercise.reasons}
    others = [exercise for exercise in after if exercise != target.attacked]
    found = {
        f"it earned {after[target.attacked]} points": after[target.attacked] != 0,
        f"its reasons are {failed}": not failed or not failed <= set(attack.reasons),
        f"others got {after} instead of {before}": any(
            after[other] > before[other] or (after[other] < before[other] and not attack.poisons) for other in others),
        "a secret is told": SECRET in text,
        f"the result has {len(text)} characters": len(text) > RESULT_CHARACTERS,
        "a message is too long": any(len(check.message) > MESSAGE_CHARACTERS
                                     for exercise in result.exercises for check in exercise.checks),
        "files have changed": ground.state() != state,
        "processes are left": not ended(running),
    }
    return [f"{name} ({target.unit}): {what}" for what, is_so in found.items() if is_so]


@pytest.fixture(scope="module")
def ground(course):
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        patch.setenv("GRADER_SECRET", SECRET)
        ctypes.CDLL(None).prctl(36, 1, 0, 0, 0)  # PR_SET_CHILD_SUBREAPER: orphans of a worker come to this process
        yield Ground(course, Path(folder))
        ctypes.CDLL(None).prctl(36, 0, 0, 0, 0)


@pytest.fixture(scope="module")
def settings(course):
    @cache
    def of_tier(name, way):
        return Settings(course.root, walls(name, way), b"secret of a batch")
    return of_tier


@pytest.fixture(scope="module")
def before(ground, settings):
    """The points without an attack, by target; the mistake costs some and leaves some."""
    @cache
    def of_target(target, tier, way):
        return points(ground.grade(target, ground.answers(target), settings(tier, way)))
    return of_target


def test_every_family_has_its_attacks():
    families = [attack.family for attack in ATTACKS.values()]
    assert set(families) == FAMILIES
    assert len(ATTACKS) >= 80
    assert min(map(families.count, FAMILIES)) >= 5


@pytest.mark.parametrize(("tier", "way"), BOTH_WAYS)
@pytest.mark.parametrize("kind", TARGETS)
def test_without_an_attack_the_mistaken_exercise_earns_a_part(ground, before, kind, tier, way):
    target = TARGETS[kind]
    full = {exercise.name: exercise.points for exercise in ground.course.unit(target.unit).graded}
    earned = dict(before(target, tier, way))
    assert 0 < earned.pop(target.mistaken) < full[target.mistaken]
    assert earned == {name: full[name] for name in earned}


@pytest.mark.parametrize(("name", "kind", "way"), [
    *((name, "function", "nursery") for name in ATTACKS), *((name, "class", "nursery") for name in ON_CLASSES),
    *((name, "function", "exec") for name in AS_PROGRAMS)])
def test_an_attack_gains_and_harms_nothing_behind_bubblewrap(ground, settings, before, name, kind, way):
    target = TARGETS[kind]
    assert not complaints(ground, name, target, settings("bubblewrap", way), before(target, "bubblewrap", way))


@pytest.mark.parametrize(("name", "way"), [
    *((name, "nursery") for name in BEHIND_LANDLOCK), *((name, "exec") for name in BEHIND_LANDLOCK[::STEP])])
def test_an_attack_gains_and_harms_nothing_behind_landlock(ground, settings, before, name, way):
    target = TARGETS["class" if BEHIND_LANDLOCK.index(name) % 2 else "function"]
    assert not complaints(ground, name, target, settings("landlock", way), before(target, "landlock", way))


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can change the root folder")
@pytest.mark.parametrize(("name", "way"), [
    *((name, "nursery") for name in BEHIND_CHROOT), *((name, "exec") for name in BEHIND_CHROOT[::STEP])])
def test_an_attack_gains_and_harms_nothing_behind_chroot(ground, settings, before, name, way):
    target = TARGETS["class" if BEHIND_CHROOT.index(name) % 2 else "function"]
    assert not complaints(ground, name, target, settings("chroot", way), before(target, "chroot", way))


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become another user; for others all tests are this one")
@pytest.mark.parametrize(("tier", "way"), [walls for walls in BOTH_WAYS if walls[0] != "chroot"])
def test_attacks_on_an_ordinary_user_gain_and_harm_nothing(ground, settings, before, tier, way):
    target, files = TARGETS["function"], runtime.prepare()
    as_root, expected = settings(tier, way), before(TARGETS["function"], tier, way)
    child = os.fork()
    if child == 0:
        try:
            os.setgroups([])
            os.setresgid(65534, 65534, 65534)
            os.setresuid(65534, 65534, 65534)
            own = replace(as_root, tier=jail._candidate(tier, files, way))
            found = [what for name in FEW for what in complaints(ground, name, target, own, expected)]
            print(*found, sep="\n", file=sys.__stderr__, flush=True)
            os._exit(len(found))
        except BaseException as error:
            print(repr(error), file=sys.__stderr__, flush=True)
        os._exit(99)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


@pytest.mark.parametrize(("tier", "way"), BOTH_WAYS)
@pytest.mark.parametrize("kind", TARGETS)
def test_after_all_attacks_an_honest_neighbour_gets_full_marks(ground, settings, kind, tier, way):
    target = TARGETS[kind]
    unit = ground.course.unit(target.unit)
    result = ground.grade(target, sample_class.right_answers(ground.course, unit), settings(tier, way))
    assert result.points == result.max_points
