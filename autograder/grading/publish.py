"""What a class gets to see: feedback pages that are current, marks.csv, grades.csv and the report."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import lru_cache
from itertools import chain
from pathlib import Path

from autograder.authoring.discussions import FOLDER
from autograder.course.results import SubmissionResult
from autograder.course.text import visible
from autograder.course.units import Course
from autograder.grading.cache import Store, digest
from autograder.pages import feedback
from autograder.records import csv_files
from autograder.records.class_settings import ClassSettings
from autograder.records.output import write

PAGE_PARTS = ("feedback.py", "feedback.html", "head.html", "style.css")
MADE = "report/.made.json"  # from what the report was made, and its files


class Pages:
    """The feedback pages of a class; one is written where it is gone, or would say something else."""

    def __init__(self, folder: Path, course: Course, store: Store, book: str):
        self.folder, self.course, self.store, self.book = folder, course, store, book

    def put(self, result: SubmissionResult, marks=None) -> Path:
        """Write the page of one result if it is not current, and return where it is.

        marks: its UnitMarks, None while they are not known.
        """
        said = None if marks is None or marks.is_plain else marks
        handed_out = (self.folder / FOLDER / result.unit / "index.html").exists()
        discussions = f"../../{FOLDER}/{result.unit}" if handed_out else ""
        stamp = digest(made_with(*PAGE_PARTS), self.book, discussions, repr(said), repr(replace(result, seconds=0.0)))
        path = self.folder / "feedback" / result.student / f"{result.unit}.html"
        if path.exists() and path.stat().st_size and self.store.page(result.student, result.unit) == stamp:
            return path
        path.parent.mkdir(parents=True, exist_ok=True)
        write(path, feedback.feedback_page(result, self.course.unit(result.unit), self.book, said, discussions))
        self.store.wrote_page(result.student, result.unit, stamp)
        return path


@lru_cache
def made_with(*parts: str) -> str:
    """Return a digest of what makes a page, as patterns: after a change of it, every page is written again."""
    paths = sorted(path for part in parts for path in Path(feedback.__file__).parent.rglob(part) if path.is_file())
    return digest(*(path.read_bytes() for path in paths if path.suffix != ".pyc"))


def publish(pages: Pages, marks: dict, settings: ClassSettings, students: Iterable[str],
            absent: Iterable[tuple[str, str]], warn: Callable[[str], None]) -> None:
    """Bring feedback, grades.csv, marks.csv and the report up to date with the gradebook.

    marks: (student, unit) -> UnitMarks. students: the roster, who should have handed in every unit that somebody
    handed in; who has marks and is not on it has left the tables, and is marked as withdrawn in the term's report.
    absent: the (student, unit) pairs that are missing in this run. warn: says what does not fit together.
    """
    from autograder.records.marks import MARKS_COLUMNS, marks_rows

    folder, course, store = pages.folder, pages.course, pages.store
    entered = set()
    for result in store.all_entered():
        entered.add((result.student, result.unit))
        if result.unit in course.units:
            pages.put(result, marks.get((result.student, result.unit)))
    tell_lost(entered, marks, course, warn)
    units = sorted({unit for _, unit in entered} & set(course.units))
    expected = {*absent, *((student, unit) for unit in units for student in students)}
    absent = sorted(expected - entered, key=lambda pair: (pair[1], pair[0]))
    gone = {student for student, _ in marks.keys() | entered} - set(students) if students else set()
    rows = chain(csv_files.grades_rows(store.all_entered()), csv_files.missing_rows(course, absent))
    csv_files.write_csv(folder / "grades.csv", csv_files.COLUMNS, csv_files.still_here(rows, gone))
    rows = marks_rows(marks, absent, settings.missing)
    csv_files.write_csv(folder / "marks.csv", MARKS_COLUMNS, csv_files.still_here(rows, gone))
    students = {*students, *(student for student, _ in absent)}
    sections = settings.sections | ({csv_files.WITHDRAWN: sorted(gone)} if gone else {})
    stamp = digest(made_with("*"), *store.stamps(), *(repr(item) for item in (
        sorted(marks.items()), sorted(students), sections, settings.line, settings.graders, list(course.units))))
    if not is_current(folder, stamp):
        write_reports(pages, marks, students, sections, settings)
        write(folder / MADE, json.dumps({"stamp": stamp, "files": report_files(folder)}) + "\n")


def write_reports(pages: Pages, marks: dict, students: set[str], sections: dict[str, list[str]],
                  settings: ClassSettings) -> None:
    """Write the report on the class and its term."""
    from autograder.pages import report, term  # with jupytext, for which a class without change has no time

    here = (result for result in pages.store.all_entered() if result.unit in pages.course.units)
    report.write_report(here, pages.course, pages.folder / "report", marks)
    term.write_term(pages.folder, pages.course, marks, students, sections, settings.line, settings.graders)


def is_current(folder: Path, stamp: str) -> bool:
    """Return whether the report says what it would say now, and all its files are as long as they were written."""
    try:
        made = json.loads((folder / MADE).read_text(encoding="utf-8"))
        return made["stamp"] == stamp and made["files"] == report_files(folder)
    except (OSError, ValueError, KeyError, TypeError):
        return False


def report_files(folder: Path) -> dict[str, int]:
    """Return the files of the report and of each student's pages over all units, with their sizes in bytes."""
    return {path.relative_to(folder).as_posix(): path.stat().st_size for room in ("report", "students")
            for path in sorted((folder / room).rglob("*")) if path.is_file() and path != folder / MADE}


def tell_lost(entered: set[tuple[str, str]], marks: dict, course: Course, warn: Callable[[str], None]) -> None:
    """Say which results the gradebook has lost, and which units are not in the course any more."""
    for student, unit in sorted(entered - marks.keys()):
        warn(visible(f"not in the gradebook: {student}, {unit}: hand it to `autograder grade` once more", 300))
    for unit in sorted({unit for _, unit in entered} - set(course.units)):
        warn(visible(f"{unit}: not in the course any more; its marks stay in the gradebook and the CSV files", 300))
