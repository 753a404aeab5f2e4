"""Entering what comments.toml gives into nbgrader's gradebook, beside what a person gave in formgrader.

given.json remembers what was entered from the file: that alone is changed or taken back later. Whatever else stands in
the gradebook is a person's, and stays.
"""

from __future__ import annotations

import json
from pathlib import Path

from nbgrader.api import (
    Assignment,
    BaseCell,
    Comment,
    Grade,
    GradeCell,
    Student,
    SubmittedAssignment,
    SubmittedNotebook,
)

from autograder.course.units import ANSWER_SUFFIX
from autograder.records.comments import Given
from autograder.records.output import write

FILE = "given.json"


def give(session, folder: Path, given: dict[tuple[str, str, str], Given]) -> None:
    """Enter scores and comments: (student, unit, exercise) -> Given; take back what is not given any more."""
    before = remembered(folder)
    if not given and not before:
        return
    units = {unit for _, unit, _ in given} | {key.split("\t")[1] for key in before}
    now: dict[str, list] = {}
    for kind, rows in (("score", grades(session, units)), ("comment", comments(session, units))):
        for student, unit, name, row, most in rows:
            key = "\t".join((student, unit, name, kind))
            item = given.get((student, unit, name))
            if item or key in before:
                change(row, kind, item, most, before.get(key, []), now, key)
    write(folder / FILE, json.dumps({key: [*before.get(key, []), *now.get(key, [])] for key in before | now}))
    session.commit()  # between the two files both values are known as ours, whenever a run is stopped
    write(folder / FILE, json.dumps(now))


def change(row, kind: str, item: Given | None, most: float, ours: list, now: dict, key: str) -> None:
    """Set a manual score or comment to what is given, unless a person has set it."""
    column = f"manual_{kind}"
    held = getattr(row, column)
    if held not in (None, "", *ours):
        return
    wanted = item and (item.score(row.auto_score or 0.0, most) if kind == "score" else item.text or None)
    if held != wanted and (held or held == 0 or wanted is not None):
        setattr(row, column, wanted)
        if kind == "score":
            row.needs_manual_grade = wanted is None and row.auto_score is None
    if wanted is not None:
        now[key] = [wanted]


def remembered(folder: Path) -> dict[str, list]:
    """Return what was entered from the file; nothing where that is not known any more."""
    try:
        return json.loads((folder / FILE).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}


def grades(session, units: set[str]):
    """Yield (student, unit, exercise, Grade, most points)."""
    query = (joined(session.query(Student.id, Assignment.name, GradeCell.name, Grade, GradeCell.max_score)
                    .select_from(Grade).join(GradeCell, Grade.cell_id == GradeCell.id)
                    .join(SubmittedNotebook, Grade.notebook_id == SubmittedNotebook.id)))
    yield from query.filter(Assignment.name.in_(units)).all()


def comments(session, units: set[str]):
    """Yield (student, unit, exercise, Comment, 0)."""
    query = joined(session.query(Student.id, Assignment.name, BaseCell.name, Comment)
                   .select_from(Comment).join(BaseCell, Comment.cell_id == BaseCell.id)
                   .join(SubmittedNotebook, Comment.notebook_id == SubmittedNotebook.id))
    for student, unit, cell, comment in query.filter(Assignment.name.in_(units)).all():
        yield student, unit, cell.removesuffix(ANSWER_SUFFIX), comment, 0.0


def joined(query):
    """Return a query that leads from submitted notebooks to students and assignments, too."""
    return (query.join(SubmittedAssignment, SubmittedNotebook.assignment_id == SubmittedAssignment.id)
            .join(Assignment, SubmittedAssignment.assignment_id == Assignment.id)
            .join(Student, SubmittedAssignment.student_id == Student.id))
