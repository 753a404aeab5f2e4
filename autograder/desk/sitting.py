"""What is done as far as a running notebook knows: by its own checks, else by the files as they were saved."""

from __future__ import annotations

from autograder.course.units import Exercise, Unit
from autograder.course.verdicts import CourseError
from autograder.desk.memory import Memory
from autograder.desk.place import Desk
from autograder.desk.praise import next_open
from autograder.desk.standing import DONE, unrun

_checked: dict[str, bool] = {}  # UNIT/NAME -> whether its last check in this process passed


def note_check(exercise: Exercise, passed: bool) -> None:
    """Remember how the last check of an exercise went."""
    path = f"{exercise.unit}/{exercise.name}"
    _checked.pop(path, None)  # so that the latest stands last
    _checked[path] = passed


def latest_failed() -> str:
    """Return the exercise whose check failed last and did not pass since, "" where there is none."""
    return next((path.partition("/")[2] for path, passed in reversed(_checked.items()) if not passed), "")


def done_in(desk: Desk, unit: Unit) -> set[str]:
    """Return which exercises of a unit are done, as UNIT/NAME; of a file that cannot be read nothing is known."""
    try:
        work = desk.read(unit)
        rows = Memory(desk).recall(work) or unrun(unit, work.aligned).values()
    except CourseError:
        rows = ()
    done = {row.path for row in rows if row.state == DONE and row.path not in _checked}
    return done | {path for path, passed in _checked.items() if passed and path.startswith(f"{unit.name}/")}


def open_in(desk: Desk, unit: Unit, current: str = "") -> Exercise | None:
    """Return the next exercise of a unit that is not done."""
    return next_open(unit.exercises, done_in(desk, unit), current)


def next_in_course(desk: Desk, unit: Unit) -> Exercise | None:
    """Return the first open exercise of a later unit, then of an earlier one; None where all is done."""
    units = [other for other in desk.course.units.values() if other.exercises]
    place = [other.name for other in units].index(unit.name)
    return next((found for other in (*units[place + 1:], *units[:place]) if (found := open_in(desk, other))), None)
