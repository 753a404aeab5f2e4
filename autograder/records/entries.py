"""A student's rows in nbgrader's gradebook for one unit, as nbgrader's own add_submission makes them.

nbgrader commits after each row that it looks up or makes. Here nothing is written before the caller commits: scores and
comments enter together or not at all, and one entry costs one transaction.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from nbgrader.api import Assignment, Comment, Grade, Student, SubmittedAssignment, SubmittedNotebook, new_uuid
from nbgrader.utils import parse_utc


@dataclass
class Rows:
    """A student's grades and comments for one unit, each with the name of its cell; new: rows that are to be added."""

    grades: list[tuple[str, Grade]]
    comments: list[tuple[str, Comment]]
    new: list


class UnitRows:
    """The cells of a unit as the gradebook knows them, and the rows of each student's submission.

    Rows name cells by their ids: objects of nbgrader's that point at each other would all stay in memory. Who has rows
    is looked up once: this process is the only writer.

    students: ids of all students in the gradebook; a new one is added to the set.
    """

    def __init__(self, session, unit: str, students: set[str]):
        self._session, self._students = session, students
        assignment = session.query(Assignment).filter(Assignment.name == unit).one()
        notebook = assignment.notebooks[0]
        self._assignment, self._notebook = assignment.id, notebook.id
        self._graded = {cell.id: cell.name for cell in (*notebook.grade_cells, *notebook.task_cells)}
        self._commented = {cell.id: cell.name for cell in (*notebook.solution_cells, *notebook.task_cells)}
        self._held = {name for (name,) in session.query(SubmittedAssignment.student_id)
                      .filter(SubmittedAssignment.assignment_id == self._assignment)}

    def rows(self, student: str, timestamp: datetime | None) -> Rows:
        """Return the rows of a student, new ones if there are none, and note when the work was handed in."""
        if student not in self._held:
            return self._new(student, timestamp)
        entry = self._session.query(SubmittedAssignment).filter(SubmittedAssignment.assignment_id == self._assignment,
                                                                SubmittedAssignment.student_id == student).one()
        entry.timestamp = parse_utc(timestamp)
        (notebook,) = entry.notebooks
        return Rows([(self._graded[grade.cell_id], grade) for grade in notebook.grades],
                    [(self._commented[comment.cell_id], comment) for comment in notebook.comments], [])

    def add(self, new: list) -> None:
        """Add new rows within the present transaction."""
        # They name each other by id and come in order. To let SQLAlchemy find that out takes most of an entry's time.
        self._session.bulk_save_objects(new)

    def _new(self, student: str, timestamp: datetime | None) -> Rows:
        entry = SubmittedAssignment(id=new_uuid(), assignment_id=self._assignment, student_id=student,
                                    timestamp=parse_utc(timestamp))
        notebook = SubmittedNotebook(id=new_uuid(), notebook_id=self._notebook, assignment_id=entry.id)
        grades = [(name, Grade(cell_id=cell, notebook_id=notebook.id)) for cell, name in self._graded.items()]
        comments = [(name, Comment(cell_id=cell, notebook_id=notebook.id)) for cell, name in self._commented.items()]
        known = [] if student in self._students else [Student(id=student)]
        self._students.add(student)
        self._held.add(student)
        return Rows(grades, comments, [*known, entry, notebook, *(row for _, row in (*grades, *comments))])
