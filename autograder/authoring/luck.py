"""Whether a mistake always costs the same: the batch secret chooses random inputs, and none of them may be lucky."""

from __future__ import annotations

from collections.abc import Iterator

from autograder.authoring.under_test import UnitUnderTest
from autograder.checking.local import LocalStudent
from autograder.checking.misconceptions import Misconception
from autograder.checking.runner import is_random


def points_by_secret(unit: UnitUnderTest, count: int) -> Iterator[tuple[Misconception, list[float]]]:
    """Yield each misconception of a unit with the points it earns in the hidden checks under secrets 1 to count.

    What a secret does not reach is run once for all rules: the checks that draw nothing.
    """
    random = {item.name for item in unit.checks.items if is_random(item)}
    right = LocalStudent(unit.reference)
    for seen in unit.observed:
        always = sum(result.earned for result in seen.results if result.hidden and result.name not in random)
        student = LocalStudent(seen.wrong.namespace(unit.reference))
        yield seen.wrong, [always + sum(result.earned for result, _ in unit.checks.run_recorded(
            student, seen.wrong.exercise, right, secret.to_bytes(16, "big"), hidden=True, random=True))
            for secret in range(1, count + 1)]
