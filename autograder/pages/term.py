"""The class over the term: report/term.html, a table of students by units with its CSV, and a page for each student.

    marks of the gradebook -> a Row for each student -> the page for the instructor, and one to hand out
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean, median

from autograder.course.units import Course
from autograder.pages.rendering import render
from autograder.records.csv_files import write_csv
from autograder.records.output import write

RECENT = 2       # units; who handed in none of the latest ones has stopped
TREND = 0.1      # share of the points between the recent and the earlier units from which a trend is shown
FEWEST = 3       # units before which there is no trend


@dataclass(frozen=True)
class Row:
    """One student over the term: the share of each unit's points (None: nothing handed in) and what they say."""

    student: str
    section: str
    shares: tuple[float | None, ...]
    points: float
    total: float
    trend: float | None
    stopped: bool
    below: bool


def term_rows(marks: Mapping, students: Iterable[str], units: list[str], sections: Mapping[str, Iterable[str]],
              line: float) -> list[Row]:
    """Return a row for each student, by name.

    marks: (student, unit) -> UnitMarks. units: those that somebody handed in, in their order. line: percent of the
    points; who is below it is named. What was not handed in counts 0 in the total.
    """
    most = {unit: max((item.max_points for (_, name), item in marks.items() if name == unit), default=0.0)
            for unit in units}
    section_of = {student: name for name, some in sections.items() for student in some}
    rows = []
    for student in sorted({*students, *(student for student, _ in marks)}):
        own = [marks.get((student, unit)) for unit in units]
        shares = tuple(None if item is None else item.final / most[unit] if most[unit] else 0.0
                       for item, unit in zip(own, units, strict=True))
        points, total = sum(item.final for item in own if item), sum(most.values())
        stopped = len(units) >= RECENT and not any(own[-RECENT:])
        rows.append(Row(student, section_of.get(student, ""), shares, points, points / total if total else 0.0,
                        trend(shares), stopped, bool(total) and 100 * points < line * total))
    return rows


def trend(shares: tuple[float | None, ...]) -> float | None:
    """Return how much better the recent units are than the earlier ones, in shares of the points; None with too few."""
    there = [share or 0.0 for share in shares]
    if len(there) < FEWEST:
        return None
    return fmean(there[-RECENT:]) - fmean(there[:-RECENT])


def section_numbers(rows: list[Row]) -> list[tuple[str, int, float, float, int, int]]:
    """Return (section, students, mean, median, stopped, below) for each section, the whole class last."""
    names = sorted({row.section for row in rows if row.section})
    parts = [(name, [row for row in rows if row.section == name]) for name in names] + [("all", rows)]
    return [(name, len(part), fmean(row.total for row in part), median(row.total for row in part),
             sum(row.stopped for row in part), sum(row.below for row in part)) for name, part in parts if part]


def grader_numbers(marks: Mapping, graders: Mapping[str, Iterable[str]], sections: Mapping[str, Iterable[str]]
                   ) -> list[tuple[str, int, int, int, float | None]]:
    """Return (grader, students, answers read, hand-ins that wait, mean share of the points given) for each grader.

    graders: name -> sections, or students. The mean is over what was given by hand, None where nothing was.
    """
    found = []
    for grader, names in graders.items():
        own = {student for name in names for student in sections.get(name, [name])}
        theirs = [item for (student, _), item in marks.items() if student in own]
        given = [remark.points / remark.max_points for item in theirs for remark in item.remarks.values()
                 if remark.points is not None and remark.max_points]
        found.append((grader, len(own), len(given), sum(item.waiting for item in theirs),
                      fmean(given) if given else None))
    return found


def write_term(folder: Path, course: Course, marks: Mapping, students: Iterable[str],
               sections: Mapping[str, Iterable[str]], line: float, graders: Mapping[str, Iterable[str]]) -> None:
    """Write report/term.html, report/term.csv and students/STUDENT.html for the class in `folder`.

    sections, graders, line: as in class.toml.
    """
    units = sorted({unit for _, unit in marks} & set(course.units))
    here = {key: item for key, item in marks.items() if key[1] in units}
    rows = term_rows(here, students, units, sections, line)
    header = ("student", "section", *units, "points", "percent", "trend", "stopped", "below_line")
    write_csv(folder / "report" / "term.csv", header, [
        (row.student, row.section, *("" if share is None else 100 * share for share in row.shares), row.points,
         100 * row.total, "" if row.trend is None else 100 * row.trend, "yes" if row.stopped else "",
         "yes" if row.below else "") for row in rows])
    titles = {unit: course.unit(unit).title for unit in units}
    write(folder / "report" / "term.html", render("term.html", rows=rows, units=units, titles=titles, line=line,
                                                  sections=section_numbers(rows), least=TREND,
                                                  graders=grader_numbers(here, graders, sections)))
    write_students(folder, rows, here, units, titles)


def write_students(folder: Path, rows: list[Row], marks: Mapping, units: list[str], titles: Mapping[str, str]) -> None:
    """Write a page for each student where it has changed, and remove those of students who have left."""
    target = folder / "students"
    target.mkdir(exist_ok=True)
    names = {f"{row.student}.html" for row in rows}
    for path in target.glob("*.html"):
        if path.name not in names:
            path.unlink()
    for row in rows:
        own = [(unit, marks.get((row.student, unit)), (folder / "feedback" / row.student / f"{unit}.html").exists())
               for unit in units]
        page = render("student.html", row=row, own=own, titles=titles,
                      waiting=any(item and item.waiting for _, item, _ in own))
        path = target / f"{row.student}.html"
        if not path.exists() or path.read_text(encoding="utf-8") != page:
            write(path, page)
