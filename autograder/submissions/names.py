"""Names of students, units and files: which are safe, and what they say."""

from __future__ import annotations

import re
from collections.abc import Collection
from difflib import get_close_matches

from autograder.course.settings import course_settings
from autograder.course.text import csv_field, one_line

STUDENT_CHARACTERS = 100
NOT_IN_NAMES = frozenset('/\\*?[]<>|":')  # of paths somewhere, or of the patterns with which nbgrader looks for files
JOINERS = ("\u200c", "\u200d")  # Persian, Indic and emoji names are written with them; they change no direction
# Browsers and mail programs add an ending to what they do not know.
NOTEBOOK = re.compile(r"\.ipynb(?:\.json|\.txt)?$", re.IGNORECASE)
ZIP = re.compile(r"\.zip$", re.IGNORECASE)
LIKE_A_UNIT = course_settings().units


def is_notebook(name: str) -> bool:
    """Return whether a file is called like a notebook."""
    return bool(NOTEBOOK.search(name))


def is_zip(name: str) -> bool:
    """Return whether a file is called like a zip."""
    return bool(ZIP.search(name))


def require_student(name: str) -> None:
    """Raise ValueError if a student's name is unsafe as a folder, on a terminal or in a spreadsheet."""
    plain = name
    for joiner in JOINERS:
        plain = plain.replace(joiner, "")
    shown = one_line(plain, STUDENT_CHARACTERS)
    if (not plain or shown != plain or csv_field(plain) != plain or plain.startswith(".") or plain.endswith(".")
            or NOT_IN_NAMES & set(plain) or len(name) > STUDENT_CHARACTERS or len(name.encode()) > 200
            or name[0] in JOINERS):
        raise ValueError(f"{shown or 'an empty name'!r} is no safe student name: at most {STUDENT_CHARACTERS} visible "
                         f"characters, none of {' '.join(sorted(NOT_IN_NAMES))}, not beginning with = + - @ or a dot")


def require_unit(unit: str, course_units: Collection[str]) -> None:
    """Raise ValueError with the nearest name if the course has no such unit."""
    if unit not in course_units:
        near = get_close_matches(unit, course_units, n=1, cutoff=0.5)
        hint = f"did you mean {near[0]}?" if near else f"units are {', '.join(course_units)}"
        raise ValueError(f"there is no unit {one_line(unit, 40)}; {hint}")


def unit_of(path: str, course_units: Collection[str], wanted: Collection[str]) -> str:
    """Return the unit that a path names, in a folder or in the file's name, else the only wanted one.

    Raises ValueError where it names none, several, or one that the course does not have.
    """
    *folders, file = path.split("/")
    strange = [name for name in folders if LIKE_A_UNIT.fullmatch(name) and name not in course_units]
    if strange:
        require_unit(strange[-1], course_units)
    placed = {name for name in folders if name in course_units}
    called = {unit for unit in course_units if unit in file}
    named = placed | called
    if len(named) == 1:
        return named.pop()
    if placed and called:
        raise ValueError(f"it is called {one_line(file, 60)}, but stands in the folder of {', '.join(sorted(placed))}")
    if named:
        raise ValueError(f"its name holds several units: {', '.join(sorted(named))}")
    if len(wanted) == 1:
        return next(iter(wanted))
    raise ValueError("its name does not say which unit it is; grade one unit at a time with --unit")
