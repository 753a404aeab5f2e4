"""Results -> nbgrader's world: gradebook, autograded notebooks, and a folder in which nbgrader's tools work.

nbgrader stays the system of record. One process writes; entering the same result twice changes nothing, so that
an interrupted batch can simply be run again.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from nbgrader.api import (
    Assignment,
    BaseCell,
    Grade,
    Gradebook,
    InvalidEntry,
    Student,
    SubmittedAssignment,
    SubmittedNotebook,
)
from nbgrader.dbutil import ALEMBIC_DIR
from sqlalchemy import create_engine, inspect, make_url
from sqlalchemy import text as sql
from sqlalchemy.exc import ArgumentError, IntegrityError, OperationalError

from autograder.course.results import SubmissionResult
from autograder.course.units import ANSWER_SUFFIX, Course, Unit
from autograder.course.verdicts import CourseError
from autograder.records import late
from autograder.records.autograded import autograded_notebook, comment_text, submission_answers
from autograder.records.class_settings import ClassSettings
from autograder.records.comments import Given
from autograder.records.entries import UnitRows
from autograder.records.giving import give
from autograder.records.marks import UnitMarks, held_marks
from autograder.records.output import cannot_write, first_line, write
from autograder.records.penalties import hand_ins, settle
from autograder.submissions.submission import Submission

CONFIGURATION = '''"""nbgrader in this folder: the formgrader of `jupyter lab`, `nbgrader export` and the rest."""

from autograder.grading.nbgrader_step import configure

c = get_config()  # noqa: F821 (nbgrader provides it)
configure(c, root={root!r}, submitted={submitted!r}, course={course!r})
'''


@contextmanager
def clear_errors(folder: Path) -> Iterator[None]:
    """Say in one line what keeps the gradebook from being written: a lock, a full disk, a lost connection."""
    try:
        yield
    except (OperationalError, IntegrityError, InvalidEntry) as error:
        raise cannot_write(error, folder) from error


def stamp(db_url: str) -> None:
    """Mark a new database with the version of nbgrader's schema; nbgrader runs a program for that, which takes seconds.

    A database that has tables already is left as it is: its version is its own.
    """
    engine = create_engine(db_url)
    try:
        with engine.begin() as connection:
            if set(inspect(connection).get_table_names()) <= {"alembic_version"}:
                from alembic.migration import MigrationContext  # here: later runs need not wait for its import
                from alembic.script import ScriptDirectory

                MigrationContext.configure(connection).stamp(ScriptDirectory(ALEMBIC_DIR), "head")
    finally:
        engine.dispose()


class CourseFolder:
    """The output folder of a batch, laid out as a course directory of nbgrader.

    folder: where results go. settings: what the class decided: the database, due dates, the rules for late work.
    """

    def __init__(self, folder: Path, course: Course, settings: ClassSettings | None = None):
        self.folder, self.course = Path(folder).resolve(), course
        self.settings = settings or ClassSettings(self.folder)
        self.db_url = self.settings.database_url
        self._gradebook = None
        self._rows: dict[str, UnitRows] = {}
        self._students: set[str] = set()

    def configure(self, submitted: Path) -> None:
        """Write the configuration that makes nbgrader work here, on `submitted` in nbgrader's layout."""
        text = CONFIGURATION.format(root=str(self.folder), submitted=str(Path(submitted).resolve()),
                                    course=str(self.course.root))
        write(self.folder / "nbgrader_config.py", text)

    def prepare(self, units: list[str]) -> None:
        """Register the units with nbgrader's own generate_assignment where they are new or have changed."""
        self.folder.mkdir(parents=True, exist_ok=True)
        for name in units:
            unit = self.course.unit(name)
            released = self.folder / "release" / name / f"{name}.ipynb"
            registered = self.folder / "release" / name / ".released"
            text = unit.path.read_text(encoding="utf-8")
            known = self._knows(name)  # opens the gradebook: a new one has its tables before nbgrader looks for them
            if known and registered.exists() and registered.read_text(encoding="utf-8") == text:
                continue
            from autograder.authoring import notebooks  # here: jupytext, for which later runs need not wait

            self._require_same_exercises(unit)
            notebooks.write_sources([self.course.root / "solutions" / f"{name}.py"], self.folder)
            notebooks.generate(self.folder, name, db_url=self.db_url)
            released.write_text(text, encoding="utf-8")
            registered.write_text(text, encoding="utf-8")

    def open(self) -> None:
        """Open the gradebook; raise CourseError if it cannot be used."""
        try:
            stamp(self.db_url)
            self._gradebook = Gradebook(self.db_url)
        except Exception as error:
            raise CourseError(f"the gradebook cannot be opened: {first_line(error)}.", without_password(self.db_url),
                              "Close other programs that use it, or name another one with --db.") from error
        session = self._gradebook.db
        session().expire_on_commit = False  # this process is the only writer: what it wrote need not be read again
        if self.db_url.startswith("sqlite"):
            session.execute(sql("PRAGMA journal_mode = WAL"))
            session.execute(sql("PRAGMA synchronous = NORMAL"))

    def _knows(self, unit: str) -> bool:
        """Return whether the gradebook has this unit: it may have been deleted since."""
        self.open()
        known = any(assignment.name == unit for assignment in self._gradebook.assignments)
        self.close()
        return known

    def _require_same_exercises(self, unit: Unit) -> None:
        """Raise CourseError where marks exist of exercises that the unit does not have, or the other way round."""
        self.open()
        query = (self._gradebook.db.query(BaseCell.name).join(Grade, Grade.cell_id == BaseCell.id)
                 .join(SubmittedNotebook, Grade.notebook_id == SubmittedNotebook.id)
                 .join(SubmittedAssignment, SubmittedNotebook.assignment_id == SubmittedAssignment.id)
                 .join(Assignment, SubmittedAssignment.assignment_id == Assignment.id)
                 .filter(Assignment.name == unit.name).distinct())
        marked, here = {name for (name,) in query}, {exercise.name for exercise in unit.exercises}
        self.close()
        if marked and marked != here:
            gone, new = ", ".join(sorted(marked - here)) or "none", ", ".join(sorted(here - marked)) or "none"
            raise CourseError(f"its exercises have changed since marks exist (gone: {gone}; new: {new}).", unit.name,
                              "A mark cannot follow a new name: put the names back, or give the unit a new one.")

    def close(self) -> None:
        """Close the gradebook."""
        if self._gradebook is not None:
            self._gradebook.close()

    def add_students(self, students: dict[str, dict]) -> None:
        """Enter the students of a roster: id -> first_name, last_name, email, lms_user_id."""
        with clear_errors(self.folder):
            for name, columns in students.items():
                self._gradebook.update_or_create_student(name, **columns)

    def set_due_dates(self) -> list[str]:
        """Enter the due dates (UTC) of the class; return the units that have one in the gradebook alone."""
        with clear_errors(self.folder):
            held = {assignment.name: assignment.duedate for assignment in self._gradebook.assignments}
            for unit, due in self.settings.due.items():
                if unit in held and held[unit] != due:
                    self._gradebook.update_or_create_assignment(unit, duedate=due)
        return sorted(unit for unit, due in held.items() if due and unit not in self.settings.due)

    def settle(self) -> dict[tuple[str, str], UnitMarks]:
        """Bring every late penalty up to date and return the marks of everybody: (student, unit) -> marks.

        One student's free days are spent over all units, and scores may have changed by hand: so all are looked at.
        """
        with clear_errors(self.folder):
            works = hand_ins(self._gradebook.db, self.settings.extensions)
            lateness = {(student, unit): item for student, own in works.items()
                        for unit, item in late.term_lateness(self.settings.late, own).items()}
            settle(self._gradebook.db, lateness)
            return held_marks(self._gradebook.db, lateness)

    def remove_student(self, student: str) -> None:
        """Remove a student with all submissions, marks and comments, if the gradebook has this student."""
        with clear_errors(self.folder):
            if student in self.students():
                self._gradebook.remove_student(student)

    def give(self, given: dict[tuple[str, str, str], Given]) -> None:
        """Enter what comments.toml gives; what a person gave in formgrader stays."""
        with clear_errors(self.folder):
            give(self._gradebook.db, self.folder, given)

    def students(self) -> list[str]:
        """Return the ids of all students in the gradebook."""
        return [name for (name,) in self._gradebook.db.query(Student.id)]

    def scores(self, unit: str) -> dict[str, dict[str, float | None]]:
        """Return what the gradebook holds for a unit: student -> graded cell -> automatic score."""
        query = (self._gradebook.db.query(Student.id, BaseCell.name, Grade.auto_score)
                 .select_from(Grade).join(BaseCell, Grade.cell_id == BaseCell.id)
                 .join(SubmittedNotebook, Grade.notebook_id == SubmittedNotebook.id)
                 .join(SubmittedAssignment, SubmittedNotebook.assignment_id == SubmittedAssignment.id)
                 .join(Assignment, SubmittedAssignment.assignment_id == Assignment.id)
                 .join(Student, SubmittedAssignment.student_id == Student.id)
                 .filter(Assignment.name == unit))
        found: dict[str, dict[str, float | None]] = {}
        for student, cell, score in query:
            found.setdefault(student, {})[cell] = score
        return found

    def enter(self, result: SubmissionResult, submission: Submission | None, timestamp: datetime | None,
              before: dict[str, str] | None = None) -> None:
        """Enter one result: scores, comments, and the autograded notebook.

        before: the answers that were graded last, for where the autograded notebook is gone.

        Manual scores and comments that a person gave stay. An open question asks for a new look when its answer
        changed, and goes on asking until somebody grades it.
        """
        unit = self.course.unit(result.unit)
        answers = submission_answers(submission)
        with clear_errors(self.folder):
            self._enter_scores(result, unit, answers, timestamp, before or {})
        self._write_autograded(result, unit, answers, timestamp)

    def _enter_scores(self, result, unit: Unit, answers: dict[str, str], timestamp: datetime | None,
                      before: dict[str, str]) -> None:
        """Enter scores and comments, together or not at all."""
        before = self._autograded_answers(result.student, unit) or before
        session = self._gradebook.db
        if not self._rows:
            self._students = set(self.students())
        if unit.name not in self._rows:
            self._rows[unit.name] = UnitRows(session, unit.name, self._students)
        rows, points = self._rows[unit.name], {exercise.name: exercise.points for exercise in result.exercises}
        released = {cell.exercise: cell.source for cell in unit.cells if cell.kind in ("answer", "manual")}
        with session.no_autoflush:
            own = rows.rows(result.student, timestamp)
            for name, grade in own.grades:
                if name in points:
                    grade.auto_score, grade.needs_manual_grade = points[name], False
                elif answers.get(name, released[name]) == released[name]:
                    grade.auto_score, grade.needs_manual_grade = 0.0, False
                else:
                    changed = answers.get(name) != before.get(name)
                    grade.auto_score = None
                    grade.needs_manual_grade = grade.manual_score is None or changed or grade.needs_manual_grade
            comments = {exercise.name: comment_text(exercise) for exercise in result.exercises}
            for cell, comment in own.comments:
                name = cell.removesuffix(ANSWER_SUFFIX)
                blank = answers.get(name, released.get(name)) == released.get(name)
                comment.auto_comment = "No response." if blank else comments.get(name) or None
            rows.add(own.new)
        session.commit()

    def _autograded_answers(self, student: str, unit: Unit) -> dict[str, str]:
        """Return the answers of the autograded notebook that is there already; nothing where it is damaged."""
        try:
            cells = json.loads(self._autograded(student, unit).read_text(encoding="utf-8"))["cells"]
            return {cell["id"].removesuffix(ANSWER_SUFFIX): "".join(cell["source"]) for cell in cells}
        except (OSError, ValueError, KeyError, TypeError):
            return {}

    def is_whole(self, student: str, unit: str) -> bool:
        """Return whether the autograded notebook of a submission is there and can be read."""
        return bool(self._autograded_answers(student, self.course.unit(unit)))

    def _autograded(self, student: str, unit: Unit) -> Path:
        return self.folder / "autograded" / student / unit.name / f"{unit.name}.ipynb"

    def _write_autograded(self, result, unit: Unit, answers: dict[str, str], timestamp: datetime | None) -> None:
        """Write the autograded notebook and its timestamp, if it has one, as nbgrader's tools expect them."""
        notebook = autograded_notebook(unit, answers, result)
        path = self._autograded(result.student, unit)
        path.parent.mkdir(parents=True, exist_ok=True)
        write(path, json.dumps(notebook) + "\n")  # an indent would cost a third of the entry
        if timestamp:
            write(path.with_name("timestamp.txt"), timestamp.isoformat(" ", "microseconds") + " UTC\n")
        else:
            path.with_name("timestamp.txt").unlink(missing_ok=True)  # an earlier hand-in's


def without_password(db_url: str) -> str:
    """Return a database address that may be shown."""
    try:
        return make_url(db_url).render_as_string(hide_password=True)
    except ArgumentError:
        return "--db"
