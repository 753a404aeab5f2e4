"""Results for tests of pages and reports: real checks on real answers, nothing invented."""

import inspect
import re
import textwrap
from functools import lru_cache

from autograder.authoring.misconceptions import load_misconceptions
from autograder.checking.hints import with_hint
from autograder.checking.local import LocalStudent
from autograder.checking.runner import Checks
from autograder.course.results import ExerciseResult, SubmissionResult
from autograder.course.units import Course, load_reference

COURSE = Course.find()


@lru_cache
def bench(unit):
    """Return the checks of a unit and the names of its reference."""
    return Checks(COURSE.check_files(unit, hidden=True)), vars(load_reference(unit))


def graded(student, unit, namespace, answers, **more):
    """Return the result of the names in `namespace`."""
    checks, reference = bench(unit)
    exercises = tuple(
        ExerciseResult(exercise.name, exercise.points, tuple(with_hint(unit, checks.run_recorded(
            LocalStudent(namespace), exercise.name, LocalStudent(reference), seed=b"samples"))))
        for exercise in COURSE.unit(unit).graded)
    return SubmissionResult(student, unit, exercises, answers=answers, **more)


def right(student, unit, **more):
    """Return the result of the reference."""
    _, reference = bench(unit)
    answers = {exercise.name: inspect.getsource(reference[exercise.name]) for exercise in COURSE.unit(unit).graded}
    return graded(student, unit, reference, answers, **more)


def with_mistakes(student, unit, mistakes, **more):
    """Return the result of the reference with some misconceptions in place of its functions."""
    _, reference = bench(unit)
    namespace, answers = dict(reference), dict(right("", unit).answers)
    for wrong in mistakes:
        namespace = wrong.namespace(namespace)
        source = textwrap.dedent(inspect.getsource(wrong.implementation))
        source = re.sub(r"^@misconception\(.*?\)\n(?=def|class)", "", source, flags=re.DOTALL)
        answers[wrong.exercise] = re.sub(r"^(def|class) \w+", rf"\1 {wrong.exercise}", source, count=1)
    return graded(student, unit, namespace, answers, **more)


def mistakes_of(unit, exercise):
    """Return the misconceptions of an exercise."""
    return [wrong for wrong in load_misconceptions(unit) if wrong.exercise == exercise]


def from_source(student, unit, exercise, source, **more):
    """Return the result of the reference with one answer given as text."""
    namespace = dict(bench(unit)[1])
    exec(source, namespace)
    return graded(student, unit, namespace, dict(right("", unit).answers) | {exercise: source}, **more)
