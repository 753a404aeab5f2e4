"""The class list: a CSV file with a column student_id, and any of first_name, last_name, email and lms_user_id.

A column `until UNIT` gives a student more time for a unit: 2030-02-07T23:59, in UTC unless it says otherwise.
"""

from __future__ import annotations

import csv
import io
import re
from datetime import UTC, datetime
from pathlib import Path

from autograder.course.text import cause
from autograder.course.verdicts import CourseError
from autograder.submissions.lists import Worksheet, worksheet
from autograder.submissions.names import require_student
from autograder.submissions.people import composed

COLUMNS = ("first_name", "last_name", "email", "lms_user_id")
UNIQUE = ("email", "lms_user_id")
# The same columns in the words of course systems' exports.
OTHER_NAMES = {"studentid": "student_id", "firstname": "first_name", "givenname": "first_name", "lastname": "last_name",
               "surname": "last_name", "familyname": "last_name", "emailaddress": "email", "mail": "email",
               "lmsuserid": "lms_user_id", "lmsid": "lms_user_id", "email": "email"}
UNTIL = re.compile(r"until[\s_:]+(\w+)", re.IGNORECASE)  # the column of a unit's extensions
DELIMITERS = ",;\t|"
SEPARATOR_LINE = re.compile(r"sep=.?")
FLOAT = re.compile(r"(\d+)\.0+")  # what a spreadsheet makes of a number


def read_roster(path: Path) -> dict[str, dict[str, str]]:
    """Return student id -> nbgrader's columns of a student. Raises CourseError where the file is no roster.

    Commas, semicolons and tabs separate; `First Name` is first_name; rows without a word are skipped.
    """
    lines = rows_of(path)
    titles = [column_of(title) for title in lines[0][1]] if lines else []
    if "student_id" not in titles:
        raise CourseError("the roster has no column student_id.", str(path),
                          f"Its first line names the columns: student_id, {', '.join(COLUMNS)}, with commas or "
                          "semicolons between them.")
    twice = next((title for title in ("student_id", *COLUMNS) if titles.count(title) > 1), "")
    if twice:
        raise CourseError(f"the roster has two columns {twice}.", str(path), "Remove one of them.")
    roster: dict[str, dict[str, str]] = {}
    seen: dict[tuple[str, str], str] = {}
    for number, fields in lines[1:]:
        row = {title: whole(field) for title, field in zip(titles, fields, strict=False)}
        problem = row_problem(row, sum(map(bool, fields[len(titles):])), roster, seen)
        if problem:
            raise CourseError(f"line {number}: {problem}.", str(path), "Mend the line and run again.")
        roster[composed(row["student_id"])] = {name: row[name] for name in COLUMNS if row.get(name)}
    return roster


def read_extensions(path: Path) -> dict[tuple[str, str], datetime]:
    """Return (student, unit) -> the end of an extension, in UTC without a zone. Raises CourseError with the line."""
    lines = rows_of(path)
    titles = [column_of(title) for title in lines[0][1]] if lines else []
    found = {}
    for number, fields in lines[1:]:
        row = dict(zip(titles, map(whole, fields), strict=False))
        for title, text in row.items():
            unit = UNTIL.fullmatch(title)
            if unit and text:
                found[composed(row.get("student_id", "")), unit[1]] = time_of(text, f"{path}, line {number}", title)
    return found


def time_of(text: str, where: str, title: str) -> datetime:
    """Return a time in UTC without its zone; raise CourseError where the text is none."""
    try:
        time = datetime.fromisoformat(text)
    except ValueError:
        raise CourseError(f"{text!r} under `{title}` is no time.", where,
                          "Write it as 2030-02-07T23:59, in UTC.") from None
    return time.astimezone(UTC).replace(tzinfo=None) if time.tzinfo else time


def rows_of(path: Path) -> list[tuple[int, list[str]]]:
    """Return (line number, fields) of every row with a word in it. Raises CourseError."""
    try:
        text = path.read_text(encoding="utf-8-sig")
        tables = [split_rows(text, delimiter) for delimiter in DELIMITERS]
    except FileNotFoundError:
        raise CourseError("the roster is not there.", str(path), "Put it back, name another one with `autograder "
                          "grade --roster`, or empty `roster` in class.toml.") from None
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise CourseError(f"the file cannot be read: {cause(error)}.", str(path), "Save it as CSV in UTF-8.") from None
    named = (lines for lines in tables if lines and "student_id" in map(column_of, lines[0][1]))
    return next(named, max(tables, key=lambda lines: len(lines[0][1]) if lines else 0))


def split_rows(text: str, delimiter: str) -> list[tuple[int, list[str]]]:
    """Return (line number, fields) of every row with a word in it; Excel's line that names its separator is none."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, skipinitialspace=True)
    return [(reader.line_num, row) for row in reader
            if any(field.strip() for field in row) and not SEPARATOR_LINE.fullmatch(delimiter.join(row))]


def column_of(title: str) -> str:
    """Return the column that a title names: `First Name` is first_name."""
    word = "".join(re.findall(r"\w", title.casefold())).replace("_", "")
    return OTHER_NAMES.get(word, title.strip())


def whole(field: str) -> str:
    """Return a field without space around it, and a number without a spreadsheet's `.0`."""
    field = " ".join(field.split())
    number = FLOAT.fullmatch(field)
    return number[1] if number else field


def row_problem(row: dict[str, str], surplus: int, roster: dict, seen: dict[tuple[str, str], str]) -> str:
    """Return what is wrong with a row, or ""; note its address and number in `seen`."""
    student = composed(row.get("student_id", ""))
    if not student:
        return "there is no student_id"
    if student in roster:
        return f"{student!r} is listed twice"
    if surplus > 0:
        return f"it has {surplus} field{'s' * (surplus != 1)} more than the first line names"
    try:
        require_student(student)
    except ValueError as error:
        return str(error)
    for column in UNIQUE:
        value = row.get(column, "").casefold()
        if value and seen.setdefault((column, value), student) != student:
            return f"{student} has the {column} of {seen[column, value]}, {row[column]}"
    return ""


def read_worksheet(path: Path) -> Worksheet:
    """Return what a grading worksheet of Moodle says. Raises CourseError where the file is none."""
    try:
        found = worksheet(path.read_bytes())
    except OSError as error:
        raise CourseError(f"the file cannot be read: {error.strerror}.", str(path)) from None
    if not found:
        raise CourseError("this is no grading worksheet of Moodle.", str(path),
                          "It is a CSV file with the columns Identifier, Full name and Email address.")
    return found
