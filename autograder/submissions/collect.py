"""What an instructor has -> submissions: a folder, a zip of a course system, or single notebooks.

Everything is taken, left or ignored, and has a row that says which: a notebook is *taken* for a student; what may be
somebody's work is *left* with its reason; what surely nobody handed in is *ignored*. Whose a file is: layouts.py. What
is in nbgrader's layout stays where it is; else everything is copied into that layout, in a private folder.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from autograder.course.units import Course
from autograder.course.verdicts import CourseError
from autograder.submissions.copying import Entry, entries, folder_for
from autograder.submissions.lists import Worksheet, times
from autograder.submissions.names import is_notebook, require_unit
from autograder.submissions.sorting import IGNORED, LEFT, Row, Sorting
from autograder.submissions.sources import files_of


@dataclass
class Collected:
    """What was taken, and a row for every file. `folder` holds the submissions in nbgrader's layout.

    expected: the students on the course system's own list. numbers: student -> the system's number of the person.
    """

    source: Path
    taken: list[Entry]
    rows: list[Row]
    folder: Path
    expected: set[str] = field(default_factory=set)
    numbers: dict[str, str] = field(default_factory=dict)

    @property
    def left(self) -> list[tuple[Path, str]]:
        """The paths that were left, with the reason."""
        base = self.source.parent if is_notebook(self.source.name) and self.source.is_file() else self.source
        return [(base / row.path, row.reason) for row in self.rows if row.state == LEFT and not row.quiet]

    @property
    def ignored(self) -> Counter:
        """How many files were ignored, by kind."""
        return Counter(row.reason for row in self.rows if row.state == IGNORED)


def collect(source: Path, course: Course, units: Collection[str] | None = None, *, into: Path | None = None,
            roster: Mapping[str, Mapping[str, str]] | None = None, worksheet: Worksheet | None = None) -> Collected:
    """Return the submissions in `source`; raise CourseError if there is nothing there.

    units: takes these only (else all that have exercises). into: where copies go (else a temporary folder).
    roster: student -> columns; nobody else is taken. worksheet: what Moodle's grading worksheet says.
    """
    source = Path(source)
    wanted = [known_unit(unit, course) for unit in units or ()]
    wanted = wanted or [name for name, unit in course.units.items() if unit.exercises]
    files, close = files_of(source)
    try:
        sorting = Sorting(files, source, course, wanted, roster or {}, worksheet or Worksheet())
        chosen = sorting.sort()
        folder = folder_for(chosen, source, into)
        taken_at = times(files, sorting.source.around, wanted, sorting.lists.gradescope)
        taken = list(entries(chosen, source, folder, taken_at))
    finally:
        close()
    taken += sorting.refused(folder)
    if not any(file.is_notebook for file in files) and all(row.state == IGNORED for row in sorting.rows):
        raise CourseError("nothing to grade here: no student's folder and no notebook.", str(source),
                          "Expected STUDENT/UNIT/UNIT.ipynb, STUDENT_UNIT.ipynb, or a zip of a course system.")
    return Collected(source, sorted(taken, key=lambda entry: (entry.unit, entry.student)), sorting.rows, folder,
                     sorting.expected(), sorting.numbers)


def known_unit(name: str, course: Course) -> str:
    """Return the name of a unit; raise CourseError with the nearest one if there is none."""
    try:
        require_unit(name, course.units)
    except ValueError as error:
        raise CourseError(f"{error}.") from None
    return name
