"""Follow-through: an exercise that uses an earlier one is not failed twice for one mistake.

The solution file declares it beside the points: `uses=["grad_W"]`. When such an exercise and an earlier one
lose points, its checks run once more in a fresh worker, in which the wrong earlier names are functions of the judge,
answered by the reference. A check that passes then earns FOLLOW_THROUGH of its points; its first result stays visible.

No reference code enters the worker, nothing but the exercise itself is graded there, and the worker ends with it:
what a student learns from such a function earns nothing for the exercise that it answers. Only functions of plain
values can be answered so: a class, or a function of objects, is not declared.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import replace

import numpy as np

from autograder.checking.recording import note_question
from autograder.course.results import CheckResult, ExerciseResult
from autograder.course.verdicts import StudentError

FOLLOW_THROUGH = 0.75  # of the points of a check
QUESTIONS = 3          # times the entries that the check gives, or that the reference asks for, may be asked
ENTRIES = 100_000      # of one argument: what a student's code asks for is computed on the judge's time
STOPPED = {"timeout", "memory", "exited", "protocol"}  # says nothing about the answer, and is not tried twice


def may_follow(uses: tuple[str, ...], result: ExerciseResult) -> bool:
    """Return whether a second run could give points."""
    return bool(uses and result.reasons) and not STOPPED & set(result.reasons)


def answering(name: str, function: Callable, needed: Mapping[str, Counter[str]]) -> Callable:
    """Return `function` for calls that come from a worker: small plain values only, without warnings, and not too many.

    needed: check -> how many entries the reference asks of each name in it. Who asks for much more does not use the
    earlier answer but measures with it: a gradient by differences of the judge's own losses is no gradient.
    """
    def answer(*arguments, **keywords):
        given = [*arguments, *keywords.values()]
        if not all(map(is_small_value, given)):
            raise StudentError("bad-type", "Only numbers and arrays of ordinary size can be passed on.")
        record = note_question(name, given)
        if record.asked[name] > QUESTIONS * max(record.given, needed.get(record.check, Counter())[name]):
            raise StudentError("too-large", f"`{name}` was asked for many more numbers than this exercise needs.")
        with np.errstate(all="ignore"):
            return function(*arguments, **keywords)
    return answer


def counting(name: str, function: Callable) -> Callable:
    """Return `function`, with what it is asked recorded under a name."""
    def counted(*arguments, **keywords):
        note_question(name, [*arguments, *keywords.values()])
        return function(*arguments, **keywords)
    return counted


def is_small_value(value) -> bool:
    """Return whether a value is a number, or an array or a list of numbers of at most ENTRIES entries."""
    if isinstance(value, list | tuple):
        return len(value) <= ENTRIES and all(type(item) in (bool, int, float) for item in value)
    if isinstance(value, np.ndarray):
        return value.size <= ENTRIES
    return value is None or isinstance(value, bool | int | float | np.generic)


def followed(first: ExerciseResult, second: ExerciseResult, uses: tuple[str, ...]) -> ExerciseResult:
    """Return the first result, with the share for each failed check that passes in the second run.

    The hints are those of the second run: a mistake of the earlier exercise is not taken for one of this exercise.
    """
    pairs = zip(first.checks, second.checks, strict=True)
    return replace(first, checks=tuple(followed_check(before, after, " ".join(uses)) for before, after in pairs))


def followed_check(first: CheckResult, second: CheckResult, uses: str) -> CheckResult:
    """Return the first result of a check with what the second run adds."""
    if first.passed or second.reason in STOPPED:
        return first
    return replace(first, earned=FOLLOW_THROUGH * first.points if second.passed else 0.0, again_with=uses,
                   hint=second.hint, section=second.section, misconception=second.misconception)
