"""The class report: its numbers are right, its pictures accessible, its files safe, its pairs found with cause."""

import csv
import re
from dataclasses import replace
from xml.etree import ElementTree

import numpy as np
import pytest
import samples

from autograder.course.results import CheckResult, ExerciseResult, SubmissionResult
from autograder.pages import class_numbers, plots
from autograder.pages.report import write_report

UNIT = "u01_perceptron"
SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(scope="module")
def results():
    """Return twelve submissions: right ones, one with each of some mistakes, a repaired and a refused one."""
    mistakes = samples.mistakes_of(UNIT, "sse")[:3] + samples.mistakes_of(UNIT, "forward")[:3]
    made = [samples.right(f"right {number}", UNIT, tier="here", seconds=0.1 * number) for number in range(4)]
    made += [samples.with_mistakes(f"wrong {number}", UNIT, [wrong], seconds=0.2)
             for number, wrong in enumerate(mistakes)]
    made.append(samples.with_mistakes("both", UNIT, [mistakes[0], mistakes[3]], notes=("One cell was joined.",)))
    made.append(SubmissionResult("=cmd()", UNIT, samples.right("", UNIT).exercises[:0], rejected="No JSON: <script>."))
    return made


@pytest.fixture(scope="module")
def folder(results, tmp_path_factory):
    target = tmp_path_factory.mktemp("report")
    write_report(results, samples.COURSE, target)
    return target


def rows(path):
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_the_page_names_mistakes_students_repairs_and_refusals(folder):
    text = (folder / "index.html").read_text(encoding="utf-8")
    for part in ("Class report", "One layer, one loss", "mean", "should this loss double or stay?", "both, wrong 0",
                 "One cell was joined.", "No JSON: &lt;script&gt;.", "Similar submissions", "Isolation: here"):
        assert part in text, part


def test_the_page_needs_no_script_and_no_other_host(folder):
    text = (folder / "index.html").read_text(encoding="utf-8")
    assert not re.search(r"<(script|link|img|iframe|object|form)\b|\bon\w+=|javascript:|@import", text)
    assert not [address for address in re.findall(r'(?:href|src)="([^"]+)"', text) if ":" in address]
    for address in re.findall(r'href="([^"#][^"]*)"', text):
        assert (folder / address).exists()


def test_every_plot_has_a_csv_and_is_accessible_svg(folder):
    pictures = sorted(folder.glob("*.svg"))
    assert [path.stem.partition("-")[2] for path in pictures] == [
        "exercises", "marks", "misconceptions", "times", "verdicts"]
    for path in pictures:
        assert rows(path.with_suffix(".csv"))
        root = ElementTree.fromstring(path.read_text(encoding="utf-8"))
        assert root.get("role") == "img" and root.get("aria-label")
        assert root.find(f"{SVG}title").text and len(root.find(f"{SVG}desc").text) > 20
        assert "currentColor" in path.read_text(encoding="utf-8")


def test_the_bars_are_as_long_as_the_numbers_beside_them(folder):
    bars = {name: ElementTree.fromstring((folder / f"{UNIT}-{name}.svg").read_text(encoding="utf-8")).findall(
        f"{SVG}rect") for name in ("marks", "misconceptions", "exercises", "verdicts")}

    def per_unit(name, size, counts):
        """Check that each bar's size is the same multiple of its number."""
        sizes = np.array([float(bar.get(size)) for bar in bars[name]])
        np.testing.assert_allclose(sizes / counts, sizes[0] / counts[0], rtol=0.01)

    counts = [float(row["submissions"]) for row in rows(folder / f"{UNIT}-marks.csv")]
    per_unit("marks", "height", [count for count in counts if count])
    per_unit("misconceptions", "width", [float(row["students"]) for row in rows(folder / f"{UNIT}-misconceptions.csv")])
    per_unit("exercises", "width", [float(row["difficulty"]) for row in rows(folder / f"{UNIT}-exercises.csv")])
    verdicts = [float(number) for row in rows(folder / f"{UNIT}-verdicts.csv") for name, number in row.items()
                if name != "exercise" and float(number)]
    bars["verdicts"] = [bar for bar in bars["verdicts"] if bar.get("width") != bar.get("height")]  # of the legend
    per_unit("verdicts", "width", verdicts)


@pytest.mark.parametrize("most, parts, expected", [
    (0, 4, [0, 1]), (1, 4, [0, 1]), (3, 5, [0, 1, 2, 3]), (18, 4, [0, 5, 10, 15, 20]), (1000, 4, [0, 500, 1000]),
])
def test_axes_are_numbered_in_round_whole_numbers(most, parts, expected):
    assert plots.steps(most, parts, whole=True) == expected


@pytest.mark.parametrize("most", [0.003, 0.1, 0.299, 1.0, 7.3, 123.0])
def test_axes_reach_beyond_what_they_show_and_not_far(most):
    marks = plots.steps(most, 6)
    assert most <= marks[-1] < 2 * most and len(marks) <= 7


def test_no_identifier_stands_twice_with_two_meanings(folder):
    found = {}
    text = (folder / "index.html").read_text(encoding="utf-8")
    for name, body in re.findall(r'<path id="([^"]+)" d="([^"]*)"', text):
        assert found.setdefault(name, body) == body


def test_the_numbers_in_the_files_are_those_of_the_results(folder, results):
    graded = [result for result in results if not result.rejected]
    for row in rows(folder / f"{UNIT}-exercises.csv"):
        points = [exercise.points for result in graded for exercise in result.exercises
                  if exercise.name == row["exercise"]]
        rest = [result.points - own for result, own in zip(graded, points, strict=True)]
        assert float(row["difficulty"]) == pytest.approx(np.mean(points) / 2, abs=1e-5)
        assert float(row["discrimination"]) == pytest.approx(np.corrcoef(points, rest)[0, 1], abs=1e-5)
    assert sum(int(row["submissions"]) for row in rows(folder / f"{UNIT}-marks.csv")) == len(results)
    counts = {(row["exercise"], row["misconception"]): int(row["students"])
              for row in rows(folder / f"{UNIT}-misconceptions.csv")}
    assert counts["sse", "mean"] == 2 and sum(counts.values()) == 8


def test_fields_cannot_become_formulas(folder):
    assert rows(folder / f"{UNIT}-submissions.csv")[0]["student"] == "'=cmd()"


def test_the_report_is_the_same_every_time(results, folder, tmp_path):
    write_report(reversed(results), samples.COURSE, tmp_path)
    for name in ("index.html", f"{UNIT}-misconceptions.csv", f"{UNIT}-verdicts.svg"):
        assert (tmp_path / name).read_bytes() == (folder / name).read_bytes()


@pytest.mark.parametrize("kept", [[], [0], [-1]])
def test_no_one_and_refused_submissions_alone_make_a_report(results, kept, tmp_path):
    write_report([results[index] for index in kept], samples.COURSE, tmp_path)
    assert "Class report" in (tmp_path / "index.html").read_text(encoding="utf-8")


def test_hostile_names_are_shown_harmlessly(results, tmp_path):
    evil = "<img src=x onerror=alert(1)>\u202e\x1b[0m"
    write_report([replace(result, student=evil + str(number)) for number, result in enumerate(results)],
                 samples.COURSE, tmp_path)
    text = (tmp_path / "index.html").read_text(encoding="utf-8")
    assert "<img" not in text and "\u202e" not in text and "\x1b" not in text and "&lt;img" in text


def exercise(*passed):
    checks = tuple(CheckResult(f"test_{number}", "sse", 1, float(good), reason=None if good else "wrong-answer")
                   for number, good in enumerate(passed))
    return ExerciseResult("sse", float(len(passed)), checks)


def test_checks_that_nobody_or_everybody_passes_are_suspect():
    made = [SubmissionResult(str(number), UNIT, (exercise(True, False, number > 2),)) for number in range(6)]
    assert [check.remark.partition(":")[0] for check in class_numbers.check_numbers(made)] == [
        "everybody passes", "nobody passes", ""]
    assert not any(check.remark for check in class_numbers.check_numbers(made[:4]))


def test_untouched_exercises_say_nothing_about_a_check():
    untouched = replace(exercise(False), checks=(replace(exercise(False).checks[0], reason="not-attempted"),))
    assert class_numbers.check_numbers([SubmissionResult("a", UNIT, (untouched,))] * 9) == []


def test_full_marks_stand_in_the_last_bin_and_few_students_have_no_correlation():
    assert class_numbers.histogram(np.array([1.0, 0.95, 0.0]))[-1] == (90, 100, 2)
    assert class_numbers.correlation(np.arange(5.0), np.arange(5.0)) is None
    assert class_numbers.correlation(np.ones(20), np.arange(20.0)) is None


def test_several_units_have_pages_of_their_own_and_the_first_page_stays_short(results, tmp_path):
    other = "u02_gradient_descent"
    write_report([*results, samples.right("ada", other)], samples.COURSE, tmp_path)
    index = (tmp_path / "index.html").read_text(encoding="utf-8")
    assert len(index.encode()) < 20_000 and "What the class gets wrong" not in index
    for unit in (UNIT, other):
        assert f'href="{unit}.html"' in index
    page = (tmp_path / f"{UNIT}.html").read_text(encoding="utf-8")
    assert "What the class gets wrong" in page and 'href="index.html"' in page


def test_many_refused_submissions_are_folded(tmp_path):
    refused = [SubmissionResult(f"student{number}", UNIT, (), rejected="No JSON.") for number in range(11)]
    write_report([samples.right("ada", UNIT), *refused], samples.COURSE, tmp_path)
    assert "<details><summary>11 refused, 0 repaired</summary>" in (tmp_path / "index.html").read_text()
    write_report([samples.right("ada", UNIT), *refused[:2]], samples.COURSE, tmp_path)
    assert "<details open><summary>2 refused, 0 repaired</summary>" in (tmp_path / "index.html").read_text()
