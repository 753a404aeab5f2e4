"""One Submission -> one SubmissionResult: the judge runs the checks, a jailed worker runs the student's code.

Nothing here executes, imports or believes student code: values come back from the sandbox, verdicts are made here.
"""

from __future__ import annotations

import contextlib
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextvars import ContextVar
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

from autograder.checking.asked_kind import kind_in_text, told_the_kind
from autograder.checking.hints import with_hint
from autograder.checking.local import LocalStudent
from autograder.checking.recording import Recording
from autograder.checking.runner import Checks, is_hidden, marker
from autograder.course.results import CheckResult, ExerciseResult, SubmissionResult
from autograder.course.settings import course_settings
from autograder.course.units import Course, Exercise, Unit, load_reference
from autograder.grading import apart
from autograder.grading.follow_through import answering, counting, followed, may_follow
from autograder.grading.processes import ALL
from autograder.grading.request import Settings
from autograder.grading.stopping import end_with_parent
from autograder.sandbox.client import SandboxedStudent
from autograder.submissions.submission import Submission

CHECK_MIB = 512  # what the checks of one submission may need on top of what this process has
OVERRUN_SENTENCE = "What your code gave could not be checked: the grader's own time or memory for it was used up."

# Called with the name of an exercise before the judge computes something for it.
AT: ContextVar[Callable[[str], object]] = ContextVar("at", default=lambda name: None)
JUDGING = threading.Lock()  # a check knows one student at a time, and a Dask worker may have several threads


class Judge:
    """The checks and the reference of one unit, loaded once in a grading process."""

    def __init__(self, root: Path, unit: str):
        course = Course(root)
        self.unit: Unit = course.unit(unit)
        self.checks = Checks(course.check_files(unit, hidden=True))
        self.root, self.names = root, vars(load_reference(unit, root))
        self.asked: dict[tuple[str, bytes], dict[str, Counter[str]]] = {}
        self.reference = LocalStudent(self.names)

    def run(self, student, exercises: list[Exercise], secret: bytes,
            before_hidden: Callable[[], object] = bool) -> dict[str, ExerciseResult]:
        """Run the checks of some exercises against `student` and return their results by name, with hints.

        All public checks come first: a message about one must not carry what a hidden check has asked before.
        before_hidden: called between the two.
        """
        recorded = {exercise.name: [] for exercise in exercises}
        for hidden in (False, True):
            if hidden:
                before_hidden()
            for name, records in recorded.items():
                AT.get()(name)
                records += self.checks.run_recorded(student, name, self.reference, secret, hidden)
        return {exercise.name: self.result(exercise, recorded[exercise.name]) for exercise in exercises}

    def questions(self, exercise: Exercise, secret: bytes) -> dict[str, Counter[str]]:
        """Return check -> how many entries the reference's own answer asks of each answer that it uses."""
        key = exercise.name, secret
        if key not in self.asked:
            names = vars(load_reference(self.unit.name, self.root))
            names |= {name: counting(name, names[name]) for name in exercise.uses}
            recorded = self.checks.run_recorded(LocalStudent(names), exercise.name, self.reference, secret)
            self.asked[key] = {result.name: record.asked for result, record in recorded}
        return self.asked[key]

    def result(self, exercise: Exercise, recorded: list[tuple[CheckResult, Recording]]) -> ExerciseResult:
        """Return the result of one exercise, with a hint if there is memory for looking."""
        AT.get()(exercise.name)
        try:
            checks = with_hint(self.unit.name, recorded)
        except MemoryError:
            checks = [check for check, _ in recorded]
        return ExerciseResult(exercise.name, exercise.points, tuple(checks))

    def failed(self, exercise: Exercise, reason: str, message: str) -> ExerciseResult:
        """Return the result of an exercise that was not run: every check failed for one reason."""
        marks = [(item, marker(item)) for item in self.checks.items if marker(item).args[0] == exercise.name]
        return ExerciseResult(exercise.name, exercise.points, tuple(
            CheckResult(item.name, exercise.name, float(mark.kwargs["points"]), 0.0, is_hidden(item),
                        mark.kwargs.get("category", ""), reason, message) for item, mark in marks))


@contextlib.contextmanager
def bounded_memory() -> Iterator[None]:
    """Let a check fail with MemoryError, not the machine: a column plus a row, both small, can be a huge matrix."""
    if sys.platform != "linux":
        yield
        return
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_AS)
    present = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    wanted = [limit for limit in (present + (CHECK_MIB << 20), soft, hard) if limit != resource.RLIM_INFINITY]
    resource.setrlimit(resource.RLIMIT_AS, (min(wanted), hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_AS, (soft, hard))


@lru_cache
def judge(root: Path, unit: str) -> Judge:
    """Return this process's judge of a unit."""
    return Judge(root, unit)


def grade(submission: Submission, settings: Settings, exercises: frozenset[str] | None = None,
          overrun: frozenset[str] = frozenset()) -> SubmissionResult:
    """Return the result of one submission; `exercises` limits it to some (the others are known already).

    Every student of a batch gets the same random inputs: they depend on the batch secret and the check's name.
    overrun: exercises that have kept a judge too long before (see processes.py); they are not tried again.
    """
    with JUDGING, bounded_memory():
        return grade_alone(submission, settings, exercises, overrun)


def grade_patiently(submission: Submission, settings: Settings,
                    overrun: frozenset[str] = frozenset()) -> SubmissionResult:
    """Return the result of one submission, of a second try where a busy machine has stopped the first."""
    result = grade(submission, settings, overrun=overrun)
    return grade(submission, settings, overrun=overrun) if result.starved else result


def serve(connection) -> None:
    """Do what comes through a connection: call (function, arguments, keywords), say at which exercise, give the result.

    This is the work of a process that is watched, see processes.py.
    """
    end_with_parent()
    AT.set(lambda name: connection.send(("at", name)))
    with contextlib.suppress(EOFError, OSError):
        while True:
            function, arguments, keywords = connection.recv()
            try:
                answer = "done", function(*arguments, **keywords)
            except Exception as error:
                answer = "raised", error
            connection.send(answer)


def grade_alone(submission: Submission, settings: Settings, exercises: frozenset[str] | None,
                overrun: frozenset[str]) -> SubmissionResult:
    """Do the work of `grade`, in one thread of the process at a time."""
    started = time.perf_counter()
    bench = judge(settings.root, submission.unit)
    asked = [exercise for exercise in bench.unit.graded if exercises is None or exercise.name in exercises]
    needed = {name for exercise in asked for name in (exercise.name, *exercise.uses)}
    wanted = [exercise for exercise in bench.unit.graded if exercise.name in needed]
    done = {exercise.name: not_run(bench, submission, exercise, overrun) for exercise in wanted}
    written = [exercise for exercise in wanted if done[exercise.name] is None]
    starved = False
    if written:
        with SandboxedStudent(submission.cells, settings.limits, settings.tier, submission.shown,
                              packages=course_settings().packages) as student:
            told = []  # what the student reads must not carry what a hidden check has asked
            done |= bench.run(student, written, settings.secret, lambda: told.extend(student.disturbed))
            lost = [exercise for exercise in written if apart.may_look_again(done[exercise.name])]
            disturbed = student.disturbed if lost else []
            starved, notes = student.starved, tuple(student.notes)
        if disturbed:
            notes = (*notes, apart.note(told))
            done |= look_again(bench, submission, settings, lost, done)
        done |= {exercise.name: replace(done[exercise.name], checks=of_kind(bench, submission, done[exercise.name]),
                                        notes=notes) for exercise in written}
    for exercise in [exercise for exercise in written if exercise in asked]:
        wrong = tuple(name for name in exercise.uses if done[name].reasons)
        if may_follow(wrong, done[exercise.name]):
            done[exercise.name], slow = follow_through(bench, submission, settings, exercise, wrong,
                                                       done[exercise.name])
            starved |= slow
    return SubmissionResult(
        submission.student, submission.unit, tuple(done[exercise.name] for exercise in asked), submission.notes,
        tier=str(settings.tier), seconds=time.perf_counter() - started, starved=starved,
        answers=dict(submission.answers),
    )


def of_kind(bench: Judge, submission: Submission, result: ExerciseResult) -> tuple[CheckResult, ...]:
    """Return the checks of an exercise, told where its answer is a function for a class, or the other way round."""
    if not result.reasons:
        return result.checks
    kind = kind_in_text(result.name, (source for _, source in submission.cells))
    return tuple(told_the_kind(result.checks, result.name, kind, bench.unit.wants_class(result.name)))


def follow_through(bench: Judge, submission: Submission, settings: Settings, exercise: Exercise,
                   wrong: tuple[str, ...], first: ExerciseResult) -> tuple[ExerciseResult, bool]:
    """Return the result of an exercise after a second run, with right versions of the wrong ones that it uses.

    Besides: whether a busy machine has stopped that run.
    """
    needed = bench.questions(exercise, settings.secret)
    given = {name: answering(name, bench.names[name], needed) for name in wrong}
    seconds = settings.limits.exercise_seconds  # for one call: thousands of questions to the judge take their time
    limits = replace(settings.limits, call_seconds=seconds, exercise_seconds=2 * seconds,
                     submission_seconds=2 * seconds)
    with SandboxedStudent(submission.cells, limits, settings.tier, submission.shown, given,
                          course_settings().packages) as student:
        return followed(first, bench.run(student, [exercise], settings.secret)[exercise.name], wrong), student.starved


def look_again(bench: Judge, submission: Submission, settings: Settings, lost: list[Exercise],
               done: dict[str, ExerciseResult]) -> dict[str, ExerciseResult]:
    """Return the better result of each exercise that lost points, of now and of a run apart from the other answers."""
    results = {}
    limits = replace(settings.limits, submission_seconds=settings.limits.submission_seconds / len(lost))
    for exercise in lost:
        cells = apart.cells_alone(submission, exercise.name, (each.name for each in bench.unit.graded))
        if cells != submission.cells:
            with SandboxedStudent(cells, limits, settings.tier, submission.shown,
                                  packages=course_settings().packages) as student:
                second = bench.run(student, [exercise], settings.secret)[exercise.name]
            results[exercise.name] = apart.better(done[exercise.name], second)
    return results


def not_run(bench: Judge, submission: Submission, exercise: Exercise, overrun: frozenset[str]) -> ExerciseResult | None:
    """Return the result of an exercise that is not run, because there is nothing to run or no end to it."""
    if exercise.name in submission.missing:
        return bench.failed(exercise, "rejected", "The answer cell is missing from the notebook.")
    if exercise.name in submission.untouched:
        return bench.failed(exercise, "not-attempted", f"`{exercise.name}` is not written yet.")
    if overrun & {exercise.name, ALL}:
        return bench.failed(exercise, "too-large", OVERRUN_SENTENCE)
    return None


def reject(student: str, unit: str, settings: Settings, message: str) -> SubmissionResult:
    """Return the result of a submission that could not be opened: no points, one sentence why."""
    bench = judge(settings.root, unit)
    exercises = tuple(bench.failed(exercise, "rejected", message) for exercise in bench.unit.graded)
    return SubmissionResult(student, unit, exercises, rejected=message, tier=str(settings.tier))
