"""Every student accounted for: what `autograder grade` says of the files it was given, and OUT/collected.csv."""

from __future__ import annotations

import shlex
from collections import Counter
from collections.abc import Callable, Collection, Iterable
from pathlib import Path

from autograder.course.text import visible
from autograder.records import csv_files
from autograder.submissions.collect import Collected
from autograder.submissions.sorting import LEFT, TAKEN

COLUMNS = ("path", "state", "student", "unit", "reason")
LINES = 20  # on files of one folder or zip


def tell(collected: Collected, absent: Iterable[tuple[str, str]], error: Callable[[str], None],
         note: Callable[[str], None]) -> None:
    """Say what was left out, who is missing, which times cannot be read, and how much was ignored."""
    told: Counter[Path] = Counter()
    for path, reason in collected.left:
        around = top_of(path, collected.source)
        told[around] += 1
        if told[around] <= LINES:
            error(f"left out: {visible(str(path), 240)}: {visible(reason, 300)}")
    for around, number in told.items():
        if number > LINES:
            error(f"left out: {visible(str(around), 240)}: {number - LINES} more; collected.csv lists them")
    for student, unit in absent:
        error(visible(f"missing: {student}, {unit}", 300))
    for entry in collected.taken:
        if entry.time_problem:
            error(visible(f"no time: {entry.student}, {entry.unit}: {entry.time_problem}", 300))
    if collected.ignored:
        note("Ignored: " + ", ".join(f"{number} {kind}" for kind, number in collected.ignored.most_common()))


def top_of(path: Path, source: Path) -> Path:
    """Return the folder or file right below the source that a path is in: its names are its student's."""
    return source / path.relative_to(source).parts[0] if path.is_relative_to(source) else path


def withdrawal(folder: Path, student: str) -> str:
    """Return the command that removes a student's marks, to be copied into a shell whatever the name holds."""
    return f"`autograder withdraw {shlex.quote(str(folder))} {shlex.quote(student)}`"


def tell_withdrawn(roster: Collection[str], held: Iterable[str], renamed: Iterable[tuple[str, str]], folder: Path,
                   error: Callable[[str], None]) -> None:
    """Say whose marks the results still hold though they came with another name, or left the roster if there is one.

    renamed: (new, old) names of what is probably one student.
    """
    for new, old in renamed:
        error(visible(f"renamed: {new} handed in what {old} had handed in, and {old} is not there any more; if that is "
                      f"one student, {withdrawal(folder, old)} removes the old marks", 400))
    for student in sorted(set(held) - set(roster) - {old for _, old in renamed}) if roster else ():
        error(visible(f"withdrawn: {student} is not on the roster any more and still has marks; "
                      f"{withdrawal(folder, student)} removes them", 400))


def numbered(students: dict[str, dict[str, str]], collected: Collected) -> dict[str, dict[str, str]]:
    """Return the roster with the course system's number of each student that has none there."""
    known = {student: {"lms_user_id": number} for student, number in collected.numbers.items()}
    return {student: known.get(student, {}) | students.get(student, {}) for student in {**known, **students}}


def write(folder: Path, collected: Collected, rejected: Iterable[tuple[str, str, str]]) -> None:
    """Write collected.csv: a row for every file; what was taken and could not be graded is left."""
    why = {(student, unit): reason for student, unit, reason in rejected}
    rows = []
    for row in collected.rows:
        reason = why.get((row.student, row.unit)) if row.state == TAKEN else None
        state, words = (LEFT, f"not graded: {reason}") if reason else (row.state, row.reason)
        rows.append((row.path, state, row.student, row.unit, words))
    csv_files.write_csv(folder / "collected.csv", COLUMNS, sorted(rows))
