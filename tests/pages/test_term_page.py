"""The class over the term: its numbers against sums made by hand, its size, and what becomes of a hostile name."""

import csv

import samples

from autograder.pages.term import grader_numbers, section_numbers, term_rows, write_term
from autograder.records.marks import Remark, UnitMarks

UNITS = list(samples.COURSE.units)[1:5]


def given(*points, student="ada"):
    """Return marks of one student: points of 4 in each unit, None where nothing was handed in."""
    return {(student, unit): UnitMarks(automatic=value, max_points=4.0)
            for unit, value in zip(UNITS, points, strict=False) if value is not None}


def row(marks, **more):
    return next(row for row in term_rows(marks, (), UNITS, more.get("sections", {}), more.get("line", 50))
                if row.student == "ada")


def test_shares_total_and_trend_of_a_student():
    found = row(given(4, 2, None, 1) | given(4, 4, 4, 4, student="bob"))
    assert found.shares == (1.0, 0.5, None, 0.25)
    assert (found.points, found.total) == (7, 7 / 16)
    assert found.trend == (0 + 0.25) / 2 - (1 + 0.5) / 2
    assert not found.stopped and found.below


def test_what_a_person_gave_and_a_penalty_count():
    marks = {("ada", UNITS[0]): UnitMarks(automatic=2, manual=1.5, penalty=0.5, max_points=4)}
    assert term_rows(marks, (), UNITS[:1], {}, 50)[0].total == 0.75


def test_who_handed_in_none_of_the_latest_units_has_stopped():
    others = given(4, 4, 4, 4, student="bob")
    assert row(given(4, 4) | others).stopped
    assert not row(given(4, None, None, 0) | others).stopped


def test_a_student_of_the_roster_without_any_work_is_in_the_table():
    rows = term_rows(given(4, 4, 4, 4), ["zoe"], UNITS, {}, 50)
    assert [(row.student, row.total, row.stopped) for row in rows] == [("ada", 1.0, False), ("zoe", 0.0, True)]


def test_sections_stand_side_by_side():
    rows = term_rows(given(4, 4, 4, 4) | given(2, 2, 2, 2, student="bob") | given(0, 0, student="cleo"), (), UNITS,
                     {"morning": ["ada", "cleo"]}, 50)
    assert section_numbers(rows) == [("morning", 2, 0.5, 0.5, 1, 1), ("all", 3, 0.5, 0.5, 1, 1)]


def test_graders_stand_side_by_side_with_what_they_read_gave_and_have_still_to_read():
    """Kim gave 1 of 2 and 2 of 2 points, and has one hand-in to read; Lou has given nothing."""
    marks = {("ada", UNITS[0]): UnitMarks(remarks={"why": Remark("why", 1.0, 2.0), "sse": Remark("sse", comment="!")}),
             ("ada", UNITS[1]): UnitMarks(remarks={"how": Remark("how", 2.0, 2.0)}),
             ("bob", UNITS[0]): UnitMarks(waiting=True), ("cleo", UNITS[0]): UnitMarks(waiting=True)}
    found = grader_numbers(marks, {"kim": ["morning"], "lou": ["cleo"]}, {"morning": ["ada", "bob"]})
    assert found == [("kim", 2, 2, 1, 0.75), ("lou", 1, 0, 1, None)]


def test_a_thousand_students_stay_under_two_megabytes_and_names_stay_text(tmp_path):
    (tmp_path / "report").mkdir()
    units = list(samples.COURSE.units)
    marks = {(f"student{number:04}", unit): UnitMarks(automatic=number % 5, max_points=4.0)
             for number in range(1000) for unit in units}
    marks["<b>eve</b>", units[1]] = UnitMarks(automatic=1, max_points=4.0)
    names = {student for student, _ in marks if "<" not in student}
    some = {key: item for key, item in marks.items() if key[0] in sorted(names)[:3]}
    write_term(tmp_path, samples.COURSE, some, (), {}, 50, {})
    assert len(list((tmp_path / "students").iterdir())) == 3
    from autograder.pages.rendering import render
    rows = term_rows(marks, (), units, {}, 50)
    page = render("term.html", rows=rows, units=units, titles=dict.fromkeys(units, ""), line=50,
                  sections=section_numbers(rows), least=0.1, graders=[])
    assert len(page.encode()) < 2_000_000 and "<b>eve" not in page


def test_the_pages_and_the_csv_say_the_same_and_a_student_who_left_has_no_page(tmp_path):
    (tmp_path / "report").mkdir()
    marks = given(4, 2, 3, 1) | given(1, 1, 1, 1, student="bob")
    marks["bob", UNITS[3]].waiting = True
    write_term(tmp_path, samples.COURSE, marks, ("zoe",), {"morning": ["ada"]}, 60, {"kim": ["morning"]})
    assert "Graders" in (tmp_path / "report" / "term.html").read_text()
    with (tmp_path / "report" / "term.csv").open() as file:
        rows = {row["student"]: row for row in csv.DictReader(file)}
    assert (rows["ada"]["percent"], rows["ada"]["section"], rows["ada"]["below_line"]) == ("62.5", "morning", "")
    assert rows["zoe"][UNITS[0]] == "" and rows["zoe"]["stopped"] == "yes" and rows["bob"]["below_line"] == "yes"
    assert "10 points, 62 % of what could be earned so far.</p>" in (tmp_path / "students" / "ada.html").read_text()
    assert "has not read yet counts 0 here" in (tmp_path / "students" / "bob.html").read_text()
    write_term(tmp_path, samples.COURSE, given(4, 2, 3, 1), (), {}, 60, {})
    assert [path.name for path in (tmp_path / "students").iterdir()] == ["ada.html"]
