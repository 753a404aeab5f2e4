"""The numbers of a class report, computed from results alone: no files, no pictures."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from autograder.course.results import CheckResult, ExerciseResult, SubmissionResult
from autograder.course.verdicts import VERDICTS

BINS = 10
FEWEST_FOR_CORRELATION = 10  # students; with fewer a correlation says nothing
FEWEST_FOR_SUSPICION = 5     # answers
NOT_TRIED = {"not-attempted", "missing"}


@dataclass(frozen=True)
class ExerciseNumbers:
    """difficulty: mean share of the points, 0 to 1. discrimination: correlation with the rest of the unit, or None."""

    name: str
    max_points: float
    difficulty: float
    discrimination: float | None
    verdicts: dict[str, int]


@dataclass(frozen=True)
class CheckNumbers:
    """How many of those who tried the exercise passed a check; `remark` where that is suspect."""

    exercise: str
    name: str
    label: str
    hidden: bool
    tried: int
    passed: int
    remark: str


@dataclass(frozen=True)
class MistakeNumbers:
    """A recognised misconception and who made it."""

    exercise: str
    name: str
    hint: str
    section: str
    students: tuple[str, ...]


def shares(results: Sequence[SubmissionResult]) -> np.ndarray:
    """Return each submission's share of the points, (N,) in 0..1."""
    return np.array([result.points / result.max_points if result.max_points else 0.0 for result in results])


def histogram(values: np.ndarray) -> list[tuple[int, int, int]]:
    """Return (from %, to %, count) for BINS equal steps; full marks count in the last."""
    counts, edges = np.histogram(values, bins=BINS, range=(0, 1))
    percents = np.rint(100 * edges).astype(int)
    return [(int(a), int(b), int(count)) for a, b, count in zip(percents, percents[1:], counts, strict=False)]


def exercise_numbers(results: Sequence[SubmissionResult]) -> list[ExerciseNumbers]:
    """Return the numbers of each exercise, in the order of the unit."""
    columns: dict[str, list[tuple[SubmissionResult, ExerciseResult]]] = defaultdict(list)
    for result in results:
        for exercise in result.exercises:
            columns[exercise.name].append((result, exercise))
    return [exercise_column(name, column) for name, column in columns.items()]


def exercise_column(name: str, column: list[tuple[SubmissionResult, ExerciseResult]]) -> ExerciseNumbers:
    """Return the numbers of one exercise from the submissions that have it."""
    most = column[0][1].max_points
    share = np.array([exercise.points / most if most else 0.0 for _, exercise in column])
    rest = np.array([result.points - exercise.points for result, exercise in column])
    counts = Counter(exercise.verdict for _, exercise in column)
    return ExerciseNumbers(name, most, float(share.mean()), correlation(share, rest),
                           {verdict: counts[verdict] for verdict in VERDICTS if counts[verdict]})


def correlation(a: np.ndarray, b: np.ndarray) -> float | None:
    """Return Pearson's correlation, or None where there are too few values or one side is constant."""
    if len(a) < FEWEST_FOR_CORRELATION or np.ptp(a) < 1e-12 or np.ptp(b) < 1e-12:
        return None
    return float(np.corrcoef(a, b)[0, 1])


def check_numbers(results: Sequence[SubmissionResult]) -> list[CheckNumbers]:
    """Return the numbers of each check among those who tried its exercise."""
    seen: dict[tuple[str, str], list[CheckResult]] = defaultdict(list)
    for result in results:
        for exercise in result.exercises:
            if exercise.verdict not in NOT_TRIED:
                for check in exercise.checks:
                    seen[check.exercise, check.name].append(check)
    return [CheckNumbers(exercise, name, checks[0].label, checks[0].hidden, len(checks), passed,
                         remark(len(checks), passed))
            for (exercise, name), checks in seen.items()
            for passed in [sum(check.passed for check in checks)]]


def remark(tried: int, passed: int) -> str:
    """Return why a check should be looked at, or nothing."""
    if tried < FEWEST_FOR_SUSPICION or 0 < passed < tried:
        return ""
    return "everybody passes: does it test anything?" if passed else "nobody passes: is the check or the text wrong?"


def mistake_numbers(results: Sequence[SubmissionResult]) -> list[MistakeNumbers]:
    """Return the recognised misconceptions, the most frequent first."""
    found: dict[tuple[str, str], dict[str, CheckResult]] = defaultdict(dict)
    for result in results:
        for exercise in result.exercises:
            for check in exercise.checks:
                if check.misconception:
                    found[check.exercise, check.misconception][result.student] = check
    mistakes = [MistakeNumbers(exercise, name, next(iter(who.values())).hint, next(iter(who.values())).section,
                               tuple(sorted(who))) for (exercise, name), who in found.items()]
    return sorted(mistakes, key=lambda item: (-len(item.students), item.exercise, item.name))


def unexplained(results: Sequence[SubmissionResult]) -> int:
    """Return how many exercises failed, though tried, without a recognised misconception."""
    return sum(exercise.verdict not in NOT_TRIED | {"correct"} and not any(c.misconception for c in exercise.checks)
               for result in results for exercise in result.exercises)


def quantiles(values: Sequence[float]) -> list[tuple[str, float]]:
    """Return (name, value) for minimum, median, 95 % and maximum; nothing for no values."""
    steps = (("shortest", 0), ("median", 0.5), ("95 in 100 within", 0.95), ("longest", 1))
    return [(name, float(np.quantile(values, step))) for name, step in steps] if len(values) else []
