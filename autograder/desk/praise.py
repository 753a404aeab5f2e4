"""What a right answer is told, in the same words everywhere: what it gives, and what comes next."""

from __future__ import annotations

from collections.abc import Container, Sequence

from autograder.course.units import Exercise
from autograder.desk.standing import DONE, Standing

NOTHING_LEFT = "Every exercise is done. Well done!"


def points(number: float) -> str:
    """Return "1 point" or "2.5 points"."""
    return f"{number:g} point{'s' * (number != 1)}"


def gained(earned: float, later: float) -> str:
    """Return what right answers give: "1 point, 1 more when graded (hidden cases)"."""
    return points(earned) + (f", {later:g} more when graded (hidden cases)" if later > 0 else "")


def praise(row: Standing) -> str:
    """Return what a done exercise is told, "" for any other."""
    if row.state != DONE:
        return ""
    if row.exercise.manual:
        return f"Answered. A person reads it, for up to {points(row.exercise.points)}."
    return f"All checks pass. {gained(row.earned, row.waiting)}."


def next_open(exercises: Sequence[Exercise], done: Container[str], current: str) -> Exercise | None:
    """Return the next exercise that is not done: behind the current one, from the end back to the first.

    done, current: exercises as UNIT/NAME; "" begins at the first.
    """
    paths = [f"{exercise.unit}/{exercise.name}" for exercise in exercises]
    place = paths.index(current) + 1 if current in paths else 0
    order = [*range(place, len(paths)), *range(place)]
    return next((exercises[number] for number in order if paths[number] not in done and paths[number] != current), None)


def next_sentence(exercise: Exercise | None, unit: str) -> str:
    """Return "Next: `sse`.", in another unit than the present one with its path; "" where nothing is left."""
    if exercise is None:
        return ""
    name = exercise.name if exercise.unit == unit else f"{exercise.unit}/{exercise.name}"
    return f"Next: `{name}`."
