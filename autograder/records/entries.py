"""A student's rows in nbgrader's gradebook for one unit, as nbgrader's own add_submission makes them.

nbgrader commits after each row that it looks up or makes. Here nothing is written before the caller commits: scores and
comments enter together or not at all, and one entry costs one transaction.
"""

from __future__ import annotations

from datetime import datetime

from nbgrader.api import Assignment, Comment, Grade, Student, SubmittedAssignment, SubmittedNotebook
from nbgrader.utils import parse_utc


class UnitRows:
    """The cells of a unit as the gradebook knows them, and the rows of each student's submission.

    Rows name cells by their ids: objects of nbgrader's that point at each other would all stay in memory.
    """

    def __init__(self, session, unit: str):
        self._session = session
        assignment = session.query(Assignment).filter(Assignment.name == unit).one()
        notebook = assignment.notebooks[0]
        self._assignment, self._notebook = assignment.id, notebook.id
        self._graded = {cell.id: cell.name for cell in (*notebook.grade_cells, *notebook.task_cells)}
        self._commented = {cell.id: cell.name for cell in (*notebook.solution_cells, *notebook.task_cells)}

    def notebook(self, student: str, timestamp: datetime | None) -> SubmittedNotebook:
        """Return the submitted notebook of a student, a new one if there is none, and note when it was handed in."""
        held = self._session.query(SubmittedAssignment).filter(SubmittedAssignment.assignment_id == self._assignment,
                                                               SubmittedAssignment.student_id == student).one_or_none()
        entry = held or self._new(student)
        entry.timestamp = parse_utc(timestamp)
        return entry.notebooks[0]

    def grades(self, notebook: SubmittedNotebook) -> list[tuple[str, Grade]]:
        """Return the grades of a submitted notebook, each with the name of its cell."""
        return [(self._graded[grade.cell_id], grade) for grade in notebook.grades]

    def comments(self, notebook: SubmittedNotebook) -> list[tuple[str, Comment]]:
        """Return the comments of a submitted notebook, each with the name of its cell."""
        return [(self._commented[comment.cell_id], comment) for comment in notebook.comments]

    def _new(self, student: str) -> SubmittedAssignment:
        if self._session.get(Student, student) is None:
            self._session.add(Student(id=student))
        entry = SubmittedAssignment(assignment_id=self._assignment, student_id=student)
        notebook = SubmittedNotebook(notebook_id=self._notebook, assignment=entry)
        notebook.grades = [Grade(cell_id=cell) for cell in self._graded]
        notebook.comments = [Comment(cell_id=cell) for cell in self._commented]
        self._session.add(entry)
        return entry
