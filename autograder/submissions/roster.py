"""The class list: a CSV file with a column student_id, and any of first_name, last_name, email and lms_user_id."""

from __future__ import annotations

import csv
from pathlib import Path

from autograder.course.verdicts import CourseError

COLUMNS = ("first_name", "last_name", "email", "lms_user_id")


def read_roster(path: Path) -> dict[str, dict[str, str]]:
    """Return student id -> nbgrader's columns of a student. Raises CourseError where the file is no roster."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = list(csv.DictReader(file))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise CourseError(f"the roster cannot be read: {error}.", str(path), "Save it as CSV in UTF-8.") from None
    if not rows or "student_id" not in rows[0]:
        raise CourseError("the roster has no column student_id.", str(path),
                          f"Its first line names the columns: student_id, {', '.join(COLUMNS)}.")
    roster: dict[str, dict[str, str]] = {}
    for number, row in enumerate(rows, 2):
        student = (row["student_id"] or "").strip()
        if not student or student in roster:
            problem = f"{student!r} is listed twice" if student else "there is no student_id"
            raise CourseError(f"line {number}: {problem}.", str(path), "Mend the line and run again.")
        roster[student] = {name: row[name].strip() for name in COLUMNS if row.get(name)}
    return roster
