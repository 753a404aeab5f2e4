"""The marks as other systems take them: Canvas, Moodle (a column for each unit), and a plain table.

Scores are nbgrader's: manual scores and late penalties included; an open question that nobody has read yet counts 0.
Where a student handed in nothing, the field is empty (the system keeps what it has), or 0 if the class decided so.
Who is not on the roster of the class any more is left out.
"""

from __future__ import annotations

from pathlib import Path

from nbgrader.api import Gradebook
from sqlalchemy.exc import SQLAlchemyError

from autograder.course.verdicts import CourseError
from autograder.records.backups import GRADEBOOK
from autograder.records.class_settings import ClassSettings, read_class
from autograder.records.csv_files import write_csv
from autograder.records.marks import exercise_scores
from autograder.records.output import cannot_write
from autograder.submissions.roster import read_roster


def unit_scores(gradebook: Gradebook) -> tuple[dict[str, float], list]:
    """Return unit -> points possible, and (student, unit -> score) for every student, by name."""
    most = {assignment.name: assignment.max_score for assignment in gradebook.assignments}
    rows = []
    for student in gradebook.students:
        scores = {entry.assignment.name: entry.score - sum(notebook.late_submission_penalty or 0.0
                                                           for notebook in entry.notebooks)
                  for entry in gradebook.student_submissions(student.id)}
        rows.append((student, scores))
    return most, rows


def full_name(student) -> str:
    """Return "Last, First" as Canvas writes it, or the id of a student without a name."""
    return ", ".join(filter(None, (student.last_name, student.first_name))) or student.id


def canvas_table(gradebook: Gradebook, nothing) -> tuple[list[str], list[list]]:
    """Return Canvas's columns, and its rows: the first gives the points possible.

    https://community.canvaslms.com "How do I import grades in the Gradebook?": Student, ID, SIS User ID,
    SIS Login ID and Section, then a column for each assignment.
    """
    most, rows = unit_scores(gradebook)
    header = ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", *most]
    possible = ["Points Possible", "", "", "", "", *most.values()]
    marks = [[full_name(student), student.lms_user_id or "", "", student.id, "", *(scores.get(unit, nothing)
              for unit in most)] for student, scores in rows]
    return header, [possible, *marks]


def moodle_table(gradebook: Gradebook, nothing) -> tuple[list[str], list[list]]:
    """Return Moodle's columns and rows: one that identifies the student, then a grade item for each unit.

    https://docs.moodle.org "Grade import": any column may identify the user; these are the ones it exports itself.
    A grade is a number or an empty field: the "-" of its own exports is refused when it comes back.
    """
    most, rows = unit_scores(gradebook)
    header = ["First name", "Last name", "ID number", "Email address", *most]
    return header, [[student.first_name or "", student.last_name or "", student.id, student.email or "",
                     *(scores.get(unit, nothing) for unit in most)] for student, scores in rows]


def exercises_table(gradebook: Gradebook, nothing) -> tuple[list[str], list[list]]:
    """Return a plain table for everybody else: a row for each student, a column UNIT/EXERCISE, before penalties."""
    scores = exercise_scores(gradebook.db)
    columns = sorted({(assignment.name, cell.name) for assignment in gradebook.assignments
                      for notebook in assignment.notebooks for cell in notebook.grade_cells})
    header = ["student_id", "last_name", "first_name", *(f"{unit}/{exercise}" for unit, exercise in columns)]
    return header, [[student.id, student.last_name or "", student.first_name or "",
                     *(scores.get((student.id, *column), nothing) for column in columns)]
                    for student in gradebook.students]


TABLES = {"canvas": canvas_table, "moodle": moodle_table, "exercises": exercises_table}
STUDENT = {"canvas": 3, "moodle": 2, "exercises": 0}  # the column with our own id


def export(folder: Path, system: str, missing: str | None = None) -> Path:
    """Write graded/<system>.csv from the gradebook of the class in `folder` and return its path.

    missing: "empty" or "zero", what stands where nothing was handed in; None: what class.toml says.
    """
    folder = folder.resolve()
    settings = read_class(folder)
    if not settings.database and not (folder / GRADEBOOK).exists():
        raise CourseError("there is no gradebook here.", str(folder / GRADEBOOK), "Run `autograder grade` first.")
    nothing = 0.0 if (missing or settings.missing) == "zero" else ""
    try:
        with Gradebook(settings.database_url) as gradebook:
            header, rows = TABLES[system](gradebook, nothing)
            gone = withdrawn(settings, {student.id for student in gradebook.students})
    except SQLAlchemyError as error:
        raise cannot_write(error, folder) from error  # reading writes, too: SQLite's log, nbgrader's version
    write_csv(folder / f"{system}.csv", header, [row for row in rows if row[STUDENT[system]] not in gone])
    return folder / f"{system}.csv"


def withdrawn(settings: ClassSettings, students: set[str]) -> set[str]:
    """Return which students the roster of the class, if there is one, does not name any more. Raises CourseError."""
    return students - read_roster(settings.roster_path).keys() if settings.roster else set()
