"""The batch: resumable at any moment, never twice, and only what changed; with processes and on a cluster."""

import contextlib
import os
import resource
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from classes import write_class
from nbgrader.api import Gradebook
from running import COURSE, UNIT, read_marks, run_grade, run_program, started

from autograder.course.units import Course
from autograder.grading import cache, command, request
from autograder.grading.processes import default_workers

STUDENTS = 8


@pytest.fixture(scope="module")
def submitted(tmp_path_factory):
    """A class of different notebooks, so that none is known from another."""
    folder = tmp_path_factory.mktemp("batch") / "submitted"
    return write_class(folder, STUDENTS)


@pytest.fixture(scope="module")
def undisturbed(submitted, tmp_path_factory):
    """The output of a run that nothing interrupts."""
    folder = tmp_path_factory.mktemp("undisturbed") / "graded"
    assert run_grade(submitted, folder).returncode == 0
    return folder


def gradebook_scores(folder, url=""):
    """Return (student, cell) -> automatic score, manual cells included."""
    with Gradebook(url or f"sqlite:///{folder / 'gradebook.db'}") as gradebook:
        return {(entry.student.id, grade.name): (grade.auto_score, grade.needs_manual_grade)
                for entry in gradebook.assignment_submissions(UNIT)
                for notebook in entry.notebooks for grade in notebook.grades}


def start(submitted, folder):
    """Start `autograder grade` in a process and a session of its own, for a `with` block."""
    return started(sys.executable, "-m", "autograder", "grade", submitted, "--output", folder)


@pytest.mark.parametrize("entered", [1, 5])
def test_a_killed_batch_ends_in_the_same_gradebook_when_it_is_run_again(submitted, undisturbed, tmp_path, entered):
    pages = entered + 1  # a page is written just before its result is recorded
    with start(submitted, tmp_path / "graded") as process:
        while process.poll() is None and len(list(tmp_path.glob("graded/feedback/*/*.html"))) < pages:
            time.sleep(0.005)
        os.killpg(process.pid, signal.SIGKILL)
    done = run_grade(submitted, tmp_path / "graded")
    assert done.returncode == 0, done.stderr
    assert gradebook_scores(tmp_path / "graded") == gradebook_scores(undisturbed)
    assert (tmp_path / "graded" / "grades.csv").read_bytes() == (undisturbed / "grades.csv").read_bytes()
    known = int(" ".join(done.stdout.split()).split(" known ")[0].split()[-1])
    assert known >= entered


def test_a_full_disk_is_one_clear_line_and_the_next_run_goes_on(submitted, undisturbed, tmp_path):
    def small_files():
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, 200_000))  # as a disk that fills: writing fails

    done = subprocess.run([sys.executable, "-m", "autograder", "grade", submitted, "--output", tmp_path / "graded"],
                          cwd=COURSE.root, capture_output=True, text=True, preexec_fn=small_files)
    assert done.returncode == 2
    assert done.stderr.splitlines()[-1].startswith("Error: ") and "Traceback" not in done.stderr
    assert run_grade(submitted, tmp_path / "graded").returncode == 0
    assert gradebook_scores(tmp_path / "graded") == gradebook_scores(undisturbed)


def test_fresh_grades_everything_again_with_the_same_marks(submitted, undisturbed, tmp_path):
    shutil.copytree(undisturbed, tmp_path / "graded")
    done = run_grade(submitted, tmp_path / "graded", "--fresh")
    assert " 0 known" in " ".join(done.stdout.split())
    assert (tmp_path / "graded" / "grades.csv").read_bytes() == (undisturbed / "grades.csv").read_bytes()


def test_a_changed_check_concerns_its_exercise_alone(tmp_path, monkeypatch):
    files = [shutil.copy(path, tmp_path / f"{path.parent.name}_{path.name}")
             for path in COURSE.check_files(UNIT, hidden=True)]
    monkeypatch.setattr(Course, "check_files", lambda self, unit, hidden: list(map(type(tmp_path), files)))
    before = cache.exercise_digests(COURSE, UNIT)
    path = type(tmp_path)(files[0])
    path.write_text(path.read_text().replace("113.29", "113.290"))
    assert cache.exercise_digests(COURSE, UNIT) == before  # the same check, written differently
    path.write_text(path.read_text().replace("113.290", "113.3"))
    after = cache.exercise_digests(COURSE, UNIT)
    assert after["sse"] != before["sse"]
    assert after["forward"] == before["forward"]


def test_a_change_of_what_checks_share_concerns_all_exercises(tmp_path, monkeypatch):
    files = [shutil.copy(path, tmp_path / f"{path.parent.name}_{path.name}")
             for path in COURSE.check_files(UNIT, hidden=True)]
    monkeypatch.setattr(Course, "check_files", lambda self, unit, hidden: list(map(type(tmp_path), files)))
    before = cache.exercise_digests(COURSE, UNIT)
    path = type(tmp_path)(files[0])
    path.write_text(path.read_text() + "\nSHARED = 1\n")
    after = cache.exercise_digests(COURSE, UNIT)
    assert all(after[name] != before[name] for name in before)


def test_a_grading_process_that_dies_costs_nobody_their_marks(submitted, undisturbed, tmp_path):
    killed = 0
    with start(submitted, tmp_path / "graded") as process:
        while process.poll() is None and not killed:
            for child in grading_processes(process.pid):
                with contextlib.suppress(ProcessLookupError):
                    os.kill(child, signal.SIGKILL)
                    killed += 1
        assert killed and process.wait() in (0, 1)
    assert gradebook_scores(tmp_path / "graded") == gradebook_scores(undisturbed)


def grading_processes(grader):
    """Return the executor's processes of a running grader: children of its fork server."""
    done = subprocess.run(["ps", "-eww", "-o", "pid=,ppid=,args="], capture_output=True, text=True).stdout
    rows = [line.split(None, 2) for line in done.splitlines()]
    servers = {row[0] for row in rows if row[1] == str(grader) and "forkserver" in row[2]}
    return [int(row[0]) for row in rows if row[1] in servers]


@pytest.mark.parametrize("times", [1, 2])
def test_what_a_busy_machine_stopped_is_graded_again_alone_at_the_end(submitted, undisturbed, tmp_path, monkeypatch,
                                                                      times):
    graded, right = [], request.grade

    def grade(submission, settings, exercises):
        graded.append(submission.student)
        result = right(submission, settings, exercises)
        if submission.student != "student03" or graded.count("student03") > times:
            return result
        slow = tuple(replace(exercise, checks=tuple(replace(check, earned=0.0, reason="timeout")
                                                    for check in exercise.checks)) for exercise in result.exercises)
        return replace(result, exercises=slow, starved=True)

    monkeypatch.setattr(request, "grade", grade)
    monkeypatch.setattr(command, "executor", lambda cluster, count: lambda: ThreadPoolExecutor(2))
    done = run_grade(submitted, tmp_path / "graded")
    words = " ".join(done.stdout.split())
    assert "Stopped by a busy machine, so graded again alone" in words
    assert graded[-1] == "student03" and graded.count("student03") == 2
    assert done.returncode == times - 1
    assert ("stopped again" in words) == (times == 2)
    if times == 2:  # it is not kept, and the next run is a new try
        done = run_grade(submitted, tmp_path / "graded")
        assert f" {STUDENTS - 1} known" in " ".join(done.stdout.split())
        assert done.returncode == 0
    assert (tmp_path / "graded" / "grades.csv").read_bytes() == (undisturbed / "grades.csv").read_bytes()


@pytest.mark.parametrize("threads", [1, 3])
def test_a_dask_cluster_gives_the_same_marks(submitted, undisturbed, tmp_path, threads):
    from distributed import LocalCluster

    with LocalCluster(n_workers=2, threads_per_worker=threads, dashboard_address=None) as cluster:
        done = run_grade(submitted, tmp_path / "graded", "--cluster", cluster.scheduler_address)
    assert done.returncode == 0, done.stderr
    assert gradebook_scores(tmp_path / "graded") == gradebook_scores(undisturbed)


def test_late_work_is_marked_by_nbgraders_policy(submitted, tmp_path):
    hand_in_late(submitted, tmp_path)
    for policy, penalty in [("none", 0), ("zero", 4)]:
        done = run_grade(tmp_path / "submitted", tmp_path / policy, "--due", f"{UNIT}=2030-01-01", "--late", policy)
        assert done.returncode == 0, done.stderr
        with Gradebook(f"sqlite:///{tmp_path / policy / 'gradebook.db'}") as gradebook:
            entry = gradebook.find_submission(UNIT, "ada")
            assert entry.total_seconds_late == 86400
            assert sum(notebook.late_submission_penalty or 0 for notebook in entry.notebooks) == penalty
    assert read_marks(tmp_path / "zero")["ada", UNIT, "sse"]["points"] == "2"  # the penalty is nbgrader's column


@pytest.mark.parametrize(("first", "then", "penalty"), [
    ((), ("--due", f"{UNIT}=2030-01-01", "--late", "zero"), 4),
    (("--due", f"{UNIT}=2030-01-01", "--late", "zero"), ("--due", f"{UNIT}=2030-01-03", "--late", "zero"), 0),
    (("--due", f"{UNIT}=2030-01-01", "--late", "zero"), (), 4),
])
def test_what_is_graded_already_follows_another_due_date_and_policy(submitted, tmp_path, first, then, penalty):
    hand_in_late(submitted, tmp_path)
    for options in (first, then):
        done = run_grade(tmp_path / "submitted", tmp_path / "graded", *options)
        assert done.returncode == 0, done.stderr
    with Gradebook(f"sqlite:///{tmp_path / 'graded' / 'gradebook.db'}") as gradebook:
        notebook = gradebook.find_submission(UNIT, "ada").notebooks[0]
        assert (notebook.late_submission_penalty or 0) == penalty
    page = (tmp_path / "graded" / "feedback" / "ada" / f"{UNIT}.html").read_text(encoding="utf-8")
    assert ("due on 2030-01-01 at 00:00 UTC and was handed in on 2030-01-02" in page) == bool(penalty)


def hand_in_late(submitted, folder):
    student = folder / "submitted" / "ada" / UNIT
    shutil.copytree(submitted / "student01" / UNIT, student)
    (student / "timestamp.txt").write_text("2030-01-02 00:00:00 UTC\n")


def test_workers_fit_into_cores_and_memory():
    assert 1 <= default_workers(1024) <= (os.cpu_count() or 1)
    assert default_workers(10**9) == 1


def test_a_grading_process_imports_nothing_that_it_does_not_need():
    code = "import sys, autograder.grading.judge; print([name for name in sys.argv[1:] if name in sys.modules])"
    heavy = ["nbgrader", "nbformat", "jupytext", "matplotlib", "sqlalchemy", "rich", "jinja2", "distributed"]
    assert run_program(sys.executable, "-c", code, *heavy).stdout == "[]\n"


SCRIPT = """
import os, sys, numpy as np
from autograder.grading.processes import Judges
print("the script runs", flush=True)
if __name__ == "__main__":
    with Judges(1) as judges:
        threads = [(judges.submit(np.matmul, *[np.ones((size, size))] * 2),
                    judges.submit(os.listdir, "/proc/self/task")) for size in (1, 700)]
        print(*[len(seen.result()) for _, seen in threads])
"""


@pytest.fixture(scope="module")
def said(tmp_path_factory):
    """The lines of a script that has products computed by a grading process, and counts that one's threads."""
    path = tmp_path_factory.mktemp("script") / "script.py"
    path.write_text(SCRIPT)
    return run_program(sys.executable, path, environment={"OPENBLAS_NUM_THREADS": "2"}).stdout.splitlines()


@pytest.mark.skipif(sys.platform != "linux", reason="threads are counted in /proc")
def test_a_grading_process_starts_no_thread_for_a_product_of_large_matrices(said):
    before, after = said[-1].split()
    assert before == after


@pytest.mark.skipif(sys.platform != "linux", reason="threads are counted in /proc")
def test_a_grading_process_does_not_run_the_script_of_the_grader_again(said):
    assert said[:-1] == ["the script runs"]


def test_the_start_of_a_batch_does_not_wait_for_what_others_or_later_steps_need():
    code = "import sys, autograder.grading.command; print([name for name in sys.argv[1:] if name in sys.modules])"
    heavy = ["nbgrader", "nbformat", "jupytext", "matplotlib", "pytest", "markdown_it"]
    assert run_program(sys.executable, "-c", code, *heavy).stdout == "[]\n"


@pytest.fixture
def copied_course(tmp_path):
    """A course folder of its own, engine included, in which checks can be changed."""
    for name in ("autograder", "solutions", "exercises"):
        shutil.copytree(COURSE.root / name, tmp_path / "course" / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(COURSE.root / "course.toml", tmp_path / "course")
    return tmp_path / "course"


def test_after_a_changed_check_its_exercise_is_graded_again_and_the_moved_marks_are_shown(copied_course, submitted,
                                                                                          tmp_path):
    def grade():
        done = run_program(sys.executable, "-m", "autograder", "grade", submitted, "--output", tmp_path / "graded",
                           cwd=copied_course)
        assert done.returncode == 0, done.stderr
        with contextlib.closing(sqlite3.connect(tmp_path / "graded" / "results.db")) as store:
            return done.stdout, store.execute("SELECT count(*) FROM result").fetchone()[0]

    _, before = grade()
    assert before == 2 * STUDENTS
    path = copied_course / "autograder" / "units" / UNIT / "checks.py"
    path.write_text(path.read_text().replace("113.29", "113.3"))
    shown, after = grade()
    assert after == before + STUDENTS
    moved = [line.split() for line in shown.partition("Marks that moved")[2].splitlines() if UNIT in line]
    assert ["student01", UNIT, "sse", "2", "1.5"] in moved
    assert {row[2] for row in moved} == {"sse"}
