"""The marks of a class as nbgrader's gradebook holds them: what checks gave, what a person gave, what came off."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

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

if TYPE_CHECKING:
    from autograder.records.late import Lateness


@dataclass(frozen=True)
class Remark:
    """What a person said of one exercise: its points instead of the automatic ones (None: those stay), a comment."""

    exercise: str
    points: float | None = None
    max_points: float = 0.0
    comment: str = ""


@dataclass
class UnitMarks:
    """The marks of one student in one unit.

    automatic: points from the checks. manual: what a person added to them (or took away). waiting: a person has
    still to read something.
    """

    automatic: float = 0.0
    manual: float = 0.0
    penalty: float = 0.0
    max_points: float = 0.0
    waiting: bool = False
    remarks: dict[str, Remark] = field(default_factory=dict)
    lateness: Lateness | None = None

    @property
    def score(self) -> float:
        """The points before a penalty, as nbgrader counts them."""
        return self.automatic + self.manual

    @property
    def final(self) -> float:
        return self.score - self.penalty

    @property
    def is_plain(self) -> bool:
        """Whether nobody decided anything here: the checks say all."""
        return not (self.remarks or self.manual or self.penalty or self.lateness)


def held_marks(session, lateness: dict[tuple[str, str], Lateness]) -> dict[tuple[str, str], UnitMarks]:
    """Return (student, unit) -> marks of everything that the gradebook holds."""
    found: dict[tuple[str, str], UnitMarks] = {}
    for student, unit, penalty in submissions(session, SubmittedNotebook.late_submission_penalty):
        found[student, unit] = UnitMarks(penalty=penalty or 0.0, lateness=lateness.get((student, unit)))
    grades = (submissions(session, GradeCell.name, GradeCell.max_score, Grade.auto_score, Grade.manual_score,
                          Grade.extra_credit, Grade.needs_manual_grade)
              .join(Grade, Grade.notebook_id == SubmittedNotebook.id).join(GradeCell, Grade.cell_id == GradeCell.id))
    for student, unit, name, most, auto, manual, extra, waits in grades:
        marks = found[student, unit]
        marks.automatic += auto or 0.0
        marks.max_points += most
        marks.waiting = marks.waiting or bool(waits)
        if manual is not None or extra:
            points = (auto or 0.0 if manual is None else manual) + (extra or 0.0)
            marks.manual += points - (auto or 0.0)
            marks.remarks[name] = Remark(name, points, most)
    add_comments(session, found)
    return found


def exercise_scores(session) -> dict[tuple[str, str, str], float]:
    """Return (student, unit, exercise) -> score, manual ones included, before a late penalty."""
    query = (submissions(session, GradeCell.name, Grade.score).join(Grade, Grade.notebook_id == SubmittedNotebook.id)
             .join(GradeCell, Grade.cell_id == GradeCell.id))
    return {(student, unit, name): score for student, unit, name, score in query}


def add_comments(session, found: dict[tuple[str, str], UnitMarks]) -> None:
    """Add the comments of a person to the marks."""
    comments = (submissions(session, BaseCell.name, Comment.manual_comment)
                .join(Comment, Comment.notebook_id == SubmittedNotebook.id)
                .join(BaseCell, Comment.cell_id == BaseCell.id)
                .filter(Comment.manual_comment.is_not(None), Comment.manual_comment != ""))
    for student, unit, cell, text in comments:
        name, remarks = cell.removesuffix(ANSWER_SUFFIX), found[student, unit].remarks
        known = remarks.get(name, Remark(name))
        remarks[name] = Remark(name, known.points, known.max_points, text)


def submissions(session, *columns):
    """Return a query for the student, the unit and the columns of every submission."""
    return (session.query(Student.id, Assignment.name, *columns).select_from(SubmittedNotebook)
            .join(SubmittedAssignment, SubmittedNotebook.assignment_id == SubmittedAssignment.id)
            .join(Assignment, SubmittedAssignment.assignment_id == Assignment.id)
            .join(Student, SubmittedAssignment.student_id == Student.id))


MARKS_COLUMNS = ("student", "unit", "automatic", "manual", "penalty", "final")


def marks_rows(marks: dict[tuple[str, str], UnitMarks], absent: Iterable[tuple[str, str]], missing: str) -> list[tuple]:
    """Return a row of MARKS_COLUMNS for each student and unit; `missing` is "empty" or "zero", for absent work."""
    nothing = ("",) * 4 if missing == "empty" else (0.0,) * 4
    rows = [(student, unit, item.automatic, item.manual, item.penalty, item.final)
            for (student, unit), item in marks.items()]
    rows += [(student, unit, *nothing) for student, unit in absent if (student, unit) not in marks]
    return sorted(rows, key=lambda row: (row[1], row[0]))
