"""How the names of collected files say whose they are and of which unit.

    nbgrader    STUDENT/uNN_name/ANY.ipynb
    single      STUDENT_uNN_name.ipynb
    Moodle      STUDENT_123_assignsubmission_file_/FILE.ipynb, or without the folder ..._file_FILE.ipynb
    Canvas      STUDENT_456_789_FILE-2.ipynb, STUDENT_LATE_456_789_FILE.ipynb: 456 is the person, -2 the attempt
    Gradescope  assignment_1_export/submission_789/FILE.ipynb; submission_metadata.yml says whose it is

FILE names the unit: u01_perceptron.ipynb, u01_perceptron-1.ipynb, my u01_perceptron (2).ipynb. Where it does not, the
one unit that is being graded is meant. In a zip, everything may be in one more folder. Instead of a notebook, a file
may be a .zip with one notebook in it, as `autograder submit` makes it.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from difflib import get_close_matches

from autograder.course.settings import course_settings
from autograder.course.text import csv_field, one_line

LAYOUTS = {
    "moodle": re.compile(r"(?:[^/]+/)?(?P<student>[^/]+)_(?P<person>\d+)_assignsubmission_file_?/?(?:.*/)?"
                         r"(?P<file>[^/]+)"),
    "gradescope": re.compile(r"(?:[^/]+/)?submission_(?P<person>\d+)/(?:.*/)?(?P<file>[^/]+)"),
    "canvas": re.compile(r"(?:[^/]+/)?(?P<student>[^/_]+)_(?:LATE_)?(?P<person>\d+)_\d+_(?P<file>[^/]+)"),
    "nbgrader": re.compile(r"(?:[^/]+/)?(?P<student>[^/]+)/(?P<unit>[^/]+)/(?P<file>[^/]+)"),
    "single": re.compile(rf"(?:[^/]+/)?(?P<student>[^/]+)_(?P<unit>{course_settings().units.pattern}?)"
                         r"(?P<file>\.ipynb|\.zip)"),
}
ATTEMPT = re.compile(r"-(\d{1,6})\.(?:ipynb|zip)$")
STUDENT_CHARACTERS = 100
NOT_IN_NAMES = frozenset('/\\*?[]<>|":')  # of paths somewhere, or of the patterns with which nbgrader looks for files


@dataclass(frozen=True)
class Place:
    """What the name of one file says. `person` is the course system's number of the student or the submission."""

    layout: str
    student: str
    person: str
    unit: str
    attempt: int
    exact: bool  # the file is called exactly as the unit


def place_of(name: str, course_units: Collection[str], wanted: Collection[str]) -> Place:
    """Return what a file's name says; raise ValueError with the reason if it cannot be placed."""
    for layout, pattern in LAYOUTS.items():
        match = pattern.fullmatch(name)
        if match:
            parts = match.groupdict("")
            unit = parts.get("unit") or unit_of(parts["file"], course_units, wanted)
            require_unit(unit, course_units)
            attempt = ATTEMPT.search(parts["file"])
            return Place(layout, parts.get("student", ""), parts.get("person", ""), unit,
                         int(attempt[1]) if attempt else 0, parts["file"] in (f"{unit}.ipynb", f"{unit}.zip"))
    raise ValueError("its name does not say whose it is; name it STUDENT_UNIT.ipynb, or use STUDENT/UNIT/UNIT.ipynb")


def unit_of(file: str, course_units: Collection[str], wanted: Collection[str]) -> str:
    """Return the unit that a file's name holds, else the only wanted one. Raises ValueError."""
    named = [unit for unit in course_units if unit in file]
    if len(named) == 1:
        return named[0]
    if len(wanted) == 1:
        return next(iter(wanted))
    raise ValueError("its name does not say which unit it is; grade one unit at a time")


def require_unit(unit: str, course_units: Collection[str]) -> None:
    """Raise ValueError with the nearest name if the course has no such unit."""
    if unit not in course_units:
        near = get_close_matches(unit, course_units, n=1, cutoff=0.5)
        hint = f"did you mean {near[0]}?" if near else f"units are {', '.join(course_units)}"
        raise ValueError(f"there is no unit {one_line(unit, 40)}; {hint}")


def require_student(name: str) -> None:
    """Raise ValueError if a student's name is unsafe as a folder, on a terminal or in a spreadsheet."""
    shown = one_line(name, STUDENT_CHARACTERS)
    if not name or shown != name or csv_field(name) != name or name.startswith(".") or NOT_IN_NAMES & set(name):
        raise ValueError(f"{shown or 'an empty name'!r} is no safe student name: at most {STUDENT_CHARACTERS} visible "
                         f"characters, none of {' '.join(sorted(NOT_IN_NAMES))}, not beginning with = + - @ or a dot")
