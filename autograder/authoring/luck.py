"""Whether a mistake always costs the same: the batch secret chooses random inputs, and none of them may be lucky."""

from __future__ import annotations

from collections.abc import Iterator

from autograder.authoring.misconceptions import load_misconceptions
from autograder.checking.local import LocalStudent
from autograder.checking.misconceptions import Misconception
from autograder.checking.runner import Checks
from autograder.course.units import Course, load_reference


def points_by_secret(course: Course, unit: str, count: int) -> Iterator[tuple[Misconception, list[float]]]:
    """Yield each misconception of a unit with the points it earns in the hidden checks under secrets 1 to count."""
    checks = Checks(course.check_files(unit, hidden=True))
    reference = vars(load_reference(unit, course.root))
    right = LocalStudent(reference)
    for wrong in load_misconceptions(unit):
        student = LocalStudent(wrong.namespace(reference))
        yield wrong, [sum(result.earned for result, _ in checks.run_recorded(
            student, wrong.exercise, right, secret.to_bytes(16, "big"), hidden=True)) for secret in range(1, count + 1)]
