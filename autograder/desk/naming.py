"""Which exercise a student means: the one of that name, or a sentence about what to write instead."""

from __future__ import annotations

from difflib import get_close_matches

from autograder.course.text import one_line
from autograder.course.units import Course, Exercise
from autograder.course.verdicts import CourseError

NEAREST, LIKENESS = 3, 0.6
NAME_CHARACTERS = 60


def asked_for(course: Course, name: object, unit: str, defined: bool) -> Exercise:
    """Return the exercise called `name`; raise CourseError where it cannot be checked in this notebook.

    unit: the unit of the notebook, "" if not known. defined: whether the notebook has something of this name.
    """
    if not isinstance(name, str):
        written = getattr(name, "__name__", "sse")
        raise CourseError("check takes the name of an exercise in quotes.",
                          fix=f'Write check("{one_line(written, NAME_CHARACTERS)}").')
    known = {exercise.name: exercise for item in course.units.values() for exercise in item.exercises}
    if name not in known:
        raise CourseError(f"there is no exercise called {one_line(name, NAME_CHARACTERS)!r}.",
                          fix=suggestion(name, known, unit))
    exercise = known[name]
    if exercise.manual:
        raise CourseError(f"{name!r} is an open question.", fix="Your teacher reads the answer; no check can.")
    if unit and exercise.unit != unit and not defined:
        raise CourseError(f"{name!r} is an exercise of {exercise.unit}, and this is the notebook of {unit}.",
                          fix=f"Open exercises/{exercise.unit}/{exercise.unit}.ipynb to check it.")
    return exercise


def suggestion(name: str, known: dict[str, Exercise], unit: str) -> str:
    """Return the names that look like `name`, else those of the notebook, else those of the course."""
    course = [item.name for item in known.values() if not item.manual]
    notebook = [item.name for item in known.values() if item.unit == unit and not item.manual]
    near = nearest(name, notebook) or nearest(name, course)
    if near:
        return f"Did you mean {' or '.join(near)}?"
    return f"This notebook has {', '.join(notebook)}." if notebook else f"The course has {', '.join(course)}."


def nearest(name: str, names: list[str]) -> list[str]:
    """Return the names that look like `name`, in upper or lower case, the most alike first."""
    plain = {other.lower(): other for other in names}
    return [plain[match] for match in get_close_matches(name.lower(), plain, NEAREST, LIKENESS)]
