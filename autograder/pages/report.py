"""The class report: report/index.html, and beside every plot its numbers as CSV and the picture as SVG.

    results -> one Section for each unit (numbers, pictures, rows) -> files and the page
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from autograder.checking.hints import section_name
from autograder.course.results import SubmissionResult
from autograder.course.units import Course, Unit
from autograder.course.verdicts import VERDICTS
from autograder.pages import class_numbers, plots
from autograder.pages.rendering import render
from autograder.pages.similarity import Pair, Work, compare, gathered, given_passages, pairs_of
from autograder.records.csv_files import write_csv
from autograder.records.output import write

RANKED = 15       # misconceptions in the plot; the CSV has all of them
LISTED = 200      # rows of a long table on the page; the CSV has all of them
SLOWEST = 5
UNFOLDED = 10     # refused and repaired submissions that are shown without a click
ALIKE = 20        # rows of similar submissions on the page; the CSV has all pairs


@dataclass
class Section:
    """What the page says about one unit."""

    unit: Unit
    results: list[SubmissionResult]
    graded: list[SubmissionResult]
    exercises: list[class_numbers.ExerciseNumbers]
    checks: list[class_numbers.CheckNumbers]
    mistakes: list[class_numbers.MistakeNumbers]
    pairs: list[Pair]
    mean: float
    median: float
    given: list[tuple] = field(default_factory=list)  # by hand: student, exercise, points, of, comment
    plots: dict[str, str] = field(default_factory=dict)

    @property
    def name(self) -> str:
        return self.unit.name

    @property
    def refused(self) -> list[SubmissionResult]:
        return [result for result in self.results if result.rejected]

    @property
    def repaired(self) -> list[SubmissionResult]:
        return [result for result in self.results if result.all_notes and not result.rejected]

    @property
    def suspect(self) -> list[class_numbers.CheckNumbers]:
        return [check for check in self.checks if check.remark]

    @property
    def weak(self) -> list[class_numbers.ExerciseNumbers]:
        """Exercises that those do better who do worse in the rest."""
        return [item for item in self.exercises if item.discrimination is not None and item.discrimination < 0]

    @property
    def verdicts(self) -> list[str]:
        """The verdicts that occur, in their order."""
        return [verdict for verdict in VERDICTS if any(verdict in item.verdicts for item in self.exercises)]

    @property
    def alike(self) -> list[tuple]:
        """The people, the exercise ("" for the whole unit) and the numbers of the similar submissions on the page."""
        return [([work.student for work in people], pair) for people, pair in gathered(self.pairs)[:ALIKE]]

    @property
    def times(self) -> list[tuple[str, float]]:
        return class_numbers.quantiles([result.seconds for result in self.graded])

    @property
    def slowest(self) -> list[SubmissionResult]:
        return sorted(self.graded, key=lambda result: -result.seconds)[:SLOWEST]

    @property
    def unexplained(self) -> int:
        return class_numbers.unexplained(self.graded)


def write_report(results: Iterable[SubmissionResult], course: Course, folder: Path, marks: dict | None = None) -> None:
    """Write the report of all results to `folder`: index.html, and CSV and SVG files for each unit.

    One unit is all on index.html; of several it has the main numbers, and each unit has a page of its own.

    marks: (student, unit) -> UnitMarks, what the gradebook holds beside the checks' points.
    """
    units = defaultdict(list)
    for result in results:
        units[result.unit].append(result)
    given = given_by_hand(marks or {})
    sections = [unit_section(course, course.unit(name), units[name], given.get(name, [])) for name in sorted(units)]
    folder.mkdir(parents=True, exist_ok=True)
    for section in sections:
        for name, (header, rows) in tables(section).items():
            write_csv(folder / f"{section.name}-{name}.csv", header, rows)
        for name, picture in section.plots.items():
            (folder / f"{section.name}-{name}.svg").write_text(picture, encoding="utf-8", newline="\n")
    values = {"students": len({result.student for some in units.values() for result in some}),
              "tiers": sorted({result.tier for some in units.values() for result in some if result.tier}),
              "section_name": section_name, "listed": LISTED, "unfolded": UNFOLDED, "term": marks is not None,
              "side_by_side": (folder / "similar.html").exists()}
    several = len(sections) > 1
    for section in sections if several else ():
        page = render("report.html", sections=[section], overview=False, part=True, **values)
        write(folder / f"{section.name}.html", page)
    write(folder / "index.html", render("report.html", sections=sections, overview=several, part=False, **values))


def given_by_hand(marks: dict) -> dict[str, list[tuple]]:
    """Return unit -> (student, exercise, points, of, comment) of everything that a person gave."""
    given = defaultdict(list)
    for (student, unit), item in sorted(marks.items()):
        for name, remark in sorted(item.remarks.items()):
            points = ("", "") if remark.points is None else (remark.points, remark.max_points)
            given[unit].append((student, name, *points, remark.comment))
    return given


def unit_section(course: Course, unit: Unit, results: list[SubmissionResult], given: list[tuple]) -> Section:
    """Return numbers and pictures of one unit; refused submissions count in the marks only."""
    results = sorted(results, key=lambda result: result.student)
    graded = [result for result in results if not result.rejected]
    share = class_numbers.shares(results)
    section = Section(
        unit, results, graded, class_numbers.exercise_numbers(graded),
        class_numbers.check_numbers(graded), class_numbers.mistake_numbers(graded),
        similar_answers(course, unit, graded), float(np.mean(share)), float(np.median(share)), given,
    )
    section.plots = pictures(section, share)
    return section


def similar_answers(course: Course, unit: Unit, graded: Sequence[SubmissionResult]) -> list[Pair]:
    """Return who shares what neither the template nor the reference says, open questions included."""
    answers = {Work(result.student): result.answers for result in graded}
    return pairs_of({unit.name: compare(answers, given_passages(course, unit))})


def pictures(section: Section, share: np.ndarray) -> dict[str, str]:
    """Return the SVG of each plot, with a description that says what it shows."""
    title, made = section.unit.title, {}
    bins = class_numbers.histogram(share)
    made["marks"] = plots.marks_plot(
        bins, f"{title}: distribution of marks",
        f"{len(share)} submissions; mean {section.mean:.0%}, median {section.median:.0%} of the points. "
        + "; ".join(f"{start} to {end} %: {count}" for start, end, count in bins if count))
    if section.exercises:
        made["exercises"] = plots.exercises_plot(
            section.exercises, f"{title}: difficulty and discrimination of the exercises",
            "; ".join(f"{item.name}: mean share {item.difficulty:.0%}, correlation {signed(item.discrimination)}"
                      for item in section.exercises))
        made["verdicts"] = plots.verdicts_plot(
            section.exercises, f"{title}: verdicts of the exercises",
            "; ".join(f"{item.name}: " + ", ".join(f"{count} {verdict}" for verdict, count in item.verdicts.items())
                      for item in section.exercises))
        made["times"] = plots.times_plot(
            [result.seconds for result in section.graded], f"{title}: time to grade a submission",
            "; ".join(f"{name} {value:.2f} s" for name, value in section.times))
    if section.mistakes:
        made["misconceptions"] = plots.mistakes_plot(
            section.mistakes[:RANKED], f"{title}: misconceptions by the number of students",
            "; ".join(f"{item.exercise}, {item.name}: {len(item.students)}" for item in section.mistakes[:RANKED]))
    return made


def signed(value: float | None) -> str:
    """Return a correlation as text."""
    return "not known" if value is None else f"{value:+.2f}"


def tables(section: Section) -> dict[str, tuple[tuple, list[tuple]]]:
    """Return name -> (header, rows) of the CSV files."""
    share = class_numbers.shares(section.results)
    return {
        "marks": (("from_percent", "to_percent", "submissions"), class_numbers.histogram(share)),
        "exercises": (("exercise", "max_points", "difficulty", "discrimination"),
                      [(item.name, item.max_points, item.difficulty,
                        "" if item.discrimination is None else item.discrimination) for item in section.exercises]),
        "verdicts": (("exercise", *VERDICTS), [(item.name, *(item.verdicts.get(verdict, 0) for verdict in VERDICTS))
                                               for item in section.exercises]),
        "misconceptions": (("exercise", "misconception", "students", "who"),
                           [(item.exercise, item.name, len(item.students), "; ".join(item.students))
                            for item in section.mistakes]),
        "checks": (("exercise", "check", "hidden", "tried", "passed", "remark"),
                   [(item.exercise, item.name, "yes" if item.hidden else "no", item.tried, item.passed, item.remark)
                    for item in section.checks]),
        "times": (("student", "seconds"), [(result.student, result.seconds) for result in section.graded]),
        "submissions": (("student", "state", "what"),
                        [(result.student, "refused", result.rejected) for result in section.refused]
                        + [(result.student, "repaired", note) for result in section.repaired
                           for note in result.all_notes]),
        "by-hand": (("student", "exercise", "points", "max_points", "comment"), section.given),
        "similar": (("student", "other", "exercise", "score", "passages"),
                    [(pair.one.student, pair.other.student, pair.exercise, pair.score, pair.part.shared)
                     for pair in section.pairs]),
    }
