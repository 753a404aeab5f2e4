"""CSV files that a spreadsheet opens safely, and the rows of grades.csv: one for each exercise of each student."""

from __future__ import annotations

import csv
import io
from collections.abc import Collection, Iterable
from pathlib import Path

from autograder.course.results import SubmissionResult
from autograder.course.text import csv_field
from autograder.course.units import Course
from autograder.records.output import write

COLUMNS = ("student_id", "unit", "exercise", "points", "max_points", "verdict", "reason")
WITHDRAWN = "withdrawn"


def grades_rows(results: Iterable[SubmissionResult]) -> Iterable[tuple]:
    """Yield a row of COLUMNS for every exercise of every result."""
    for result in results:
        for exercise in result.exercises:
            reason = exercise.reasons[0] if exercise.reasons else ""
            yield (result.student, result.unit, exercise.name, exercise.points, exercise.max_points,
                   exercise.verdict, reason)


def missing_rows(course: Course, missing: Iterable[tuple[str, str]]) -> Iterable[tuple]:
    """Yield a row for every exercise of the (student, unit) pairs that nobody handed in."""
    for student, unit in missing:
        for exercise in course.unit(unit).graded:
            yield student, unit, exercise.name, 0.0, exercise.points, "missing", "no submission"


def still_here(rows: Iterable[tuple], gone: Collection[str]) -> Iterable[tuple]:
    """Yield the rows of students, their first column, whom the roster has not dropped."""
    return (row for row in rows if row[0] not in gone)


def write_csv(path: Path, header: Iterable[str], rows: Iterable[Iterable]) -> None:
    """Write a CSV file whose text fields cannot become formulas in a spreadsheet."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(header)
    for row in rows:
        writer.writerow(csv_field(field) if isinstance(field, str) else f"{field:g}" for field in row)
    write(path, text.getvalue())
