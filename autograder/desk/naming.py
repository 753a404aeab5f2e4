"""Which exercise a student means: the one of that name, or a sentence about what to write instead."""

from __future__ import annotations

from collections.abc import Container
from difflib import get_close_matches

from autograder.course.text import one_line
from autograder.course.units import Course, Exercise
from autograder.course.verdicts import CourseError
from autograder.desk.place import called, short, unit_word

NEAREST, LIKENESS = 3, 0.6
NAME_CHARACTERS = 60


def asked_for(course: Course, name: object, unit: str, defined: Container[str]) -> Exercise:
    """Return the exercise called `name`; raise CourseError where it cannot be checked in this notebook.

    unit: the unit of the notebook, "" if not known. defined: the names that the notebook has.
    """
    if not isinstance(name, str):
        written = getattr(name, "__name__", "sse")
        raise CourseError("check takes the name of an exercise in quotes.",
                          fix=f'Write check("{one_line(written, NAME_CHARACTERS)}").')
    exercise = meant(course, name, unit)
    if exercise is None:
        raise CourseError(f"there is no exercise called {one_line(name, NAME_CHARACTERS)!r}.",
                          fix=suggestion(name, course, unit))
    if exercise.manual:
        raise CourseError(f"{exercise.name!r} is an open question.", fix="Your teacher reads the answer; no check can.")
    if unit and exercise.unit != unit and exercise.name not in defined:
        raise CourseError(f"{exercise.name!r} is an exercise of {exercise.unit}, and this is the notebook of {unit}.",
                          fix=f"Open exercises/{exercise.unit}/{exercise.unit}.ipynb to check it.")
    return exercise


def meant(course: Course, name: str, unit: str) -> Exercise | None:
    """Return the exercise that a name means: sse, SSE or u1/sse; None where it is none or could be several.

    Of names that differ by upper and lower case alone, that of the notebook's own unit is meant.
    """
    first, _, last = name.strip().rpartition("/")
    units = [course.units[unit]] if unit else []
    if first:
        units = [each for each in course.units.values() if short(first) in (short(each.name), unit_word(each))]
        return called(last, [exercise for each in units for exercise in each.exercises])
    everywhere = [exercise for each in course.units.values() for exercise in each.exercises]
    here = [exercise for each in units for exercise in each.exercises]
    exact = [exercise for exercise in everywhere if exercise.name == last]
    return called(last, exact) or called(last, here) or called(last, everywhere)


def suggestion(name: str, course: Course, unit: str) -> str:
    """Return the names that look like `name`, else those of the notebook, else those of the course."""
    names = [exercise.name for each in course.units.values() for exercise in each.graded]
    notebook = [exercise.name for exercise in course.units[unit].graded] if unit else []
    word = name.rpartition("/")[2]
    same = [known for known in names if known.lower() == word.lower()]
    near = same or nearest(word, notebook) or nearest(word, names)
    if near:
        return f"Did you mean {' or '.join(near)}?"
    return f"This notebook has {', '.join(notebook)}." if notebook else f"The course has {', '.join(names)}."


def nearest(name: str, names: list[str]) -> list[str]:
    """Return the names that look like `name`, in upper or lower case, the most alike first."""
    plain = {other.lower(): other for other in names}
    return [plain[match] for match in get_close_matches(name.lower(), plain, NEAREST, LIKENESS)]
