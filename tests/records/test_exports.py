"""Exports, held against the rules of the side that imports them; feedback, under the names that it looks for."""

import csv
import json
import re
import zipfile

import pytest
import samples
from nbgrader.api import Gradebook

from autograder.cli import main
from autograder.records import exports, gradescope
from autograder.records.gradebook import stamp
from autograder.records.packing import NAMES, pack

UNITS = ("u01_perceptron", "u02_gradient_descent")


@pytest.fixture
def folder(tmp_path):
    """A gradebook with one student who handed in the first unit late, and one who handed in nothing."""
    url = f"sqlite:///{tmp_path / 'gradebook.db'}"
    stamp(url)
    with Gradebook(url) as book:
        for unit in UNITS:
            book.add_assignment(unit)
            book.add_notebook(unit, unit)
            for name in ("sse", "forward"):
                book.add_grade_cell(name, unit, unit, max_score=2, cell_type="code")
        book.add_student("ada", first_name="Ada", last_name="Byron", email="ada@example.org", lms_user_id="17")
        book.add_student("bob")
        with book.db.no_autoflush:
            entry = book.add_submission(UNITS[0], "ada")
        for grade, points in zip(entry.notebooks[0].grades, (2, 1.5), strict=True):
            grade.auto_score = points
        entry.notebooks[0].late_submission_penalty = 0.5
        book.db.commit()
    return tmp_path


def rows(path):
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))


def moodle_refuses(header, row):
    """Return what Moodle's CSV import refuses: a grade that is neither empty nor a number, a row for nobody."""
    grades = row[header.index("Email address") + 1:]
    bad = [grade for grade in grades if grade and not re.fullmatch(r"\d+(\.\d+)?", grade)]
    return bad + ([] if row[header.index("ID number")] else ["nobody"])


def canvas_refuses(header, row):
    """Return what Canvas refuses: a grade that is no number, a row without anything that identifies its student."""
    grades = row[header.index("Section") + 1:]
    bad = [grade for grade in grades if grade and not re.fullmatch(r"\d+(\.\d+)?", grade)]
    return bad + ([] if row[header.index("ID")] or row[header.index("SIS Login ID")] else ["nobody"])


def test_the_command_offers_every_table():
    assert [*main.commands["export"].params[0].type.choices] == [*exports.TABLES]


@pytest.mark.parametrize(("missing", "nothing"), [(None, ""), ("empty", ""), ("zero", "0")])
def test_moodle_takes_its_table(folder, missing, nothing):
    header, *marks = rows(exports.export(folder, "moodle", missing))
    assert header == ["First name", "Last name", "ID number", "Email address", *UNITS]
    assert len(set(header)) == len(header)
    assert not [problem for row in marks for problem in moodle_refuses(header, row)]
    assert {row[2]: row[4:] for row in marks} == {"ada": ["3", nothing], "bob": [nothing, nothing]}


def test_canvas_takes_its_table(folder):
    header, possible, *marks = rows(exports.export(folder, "canvas"))
    assert header[:5] == ["Student", "ID", "SIS User ID", "SIS Login ID", "Section"]
    assert possible == ["Points Possible", "", "", "", "", "4", "4"]
    assert not [problem for row in marks for problem in canvas_refuses(header, row)]
    assert {row[3]: (row[1], *row[5:]) for row in marks} == {"ada": ("17", "3", ""), "bob": ("", "", "")}


def test_the_plain_table_has_a_column_for_each_exercise_before_penalties(folder):
    header, *marks = rows(exports.export(folder, "exercises"))
    assert header == ["student_id", "last_name", "first_name",
                      *(f"{unit}/{name}" for unit in UNITS for name in ("forward", "sse"))]
    ada, bob = (dict(zip(header, row, strict=True)) for row in sorted(marks))
    assert {ada[f"{UNITS[0]}/{name}"] for name in ("forward", "sse")} == {"2", "1.5"}
    assert ada[f"{UNITS[1]}/sse"] == "" and set(bob.values()) == {"bob", ""}


def test_the_class_decides_what_missing_means_unless_the_command_does(folder):
    (folder / "class.toml").write_text('missing = "zero"\n')
    assert ["", "", "bob", "", "0", "0"] in rows(exports.export(folder, "moodle"))
    assert ["", "", "bob", "", "", ""] in rows(exports.export(folder, "moodle", "empty"))


def moodle_gives_to(name):
    """Return (participant, type, plugin) as Moodle's import reads them from a part of a path, split at four "_"."""
    for part in name.split("/"):
        fields = part.split("_", 4)
        if len(fields) == 5 and fields[1].isdigit():
            return fields[1:4]
    return None


def canvas_gives_to(name):
    """Return the first two numbers between "_", as Canvas reads user and file."""
    return [word for word in name.rpartition("/")[2].split("_") if word.isdigit()][:2]


def gradescope_refuses(results):
    """Return what Gradescope's specification does not know in a results.json, or reads in another way."""
    visibilities = {"hidden", "after_due_date", "after_published", "visible"}
    known = {"score", "execution_time", "output", "visibility", "stdout_visibility", "extra_data", "tests"}
    of_a_test = {"name", "score", "max_score", "output", "number", "status", "visibility"}
    bad = sorted(results.keys() - known) + [name for test in results["tests"] for name in test.keys() - of_a_test]
    bad += [results[key] for key in ("visibility", "stdout_visibility") if results[key] not in visibilities]
    bad += [test for test in results["tests"] if not 0 <= test["score"] <= test["max_score"]]
    return bad + [test for test in results["tests"] if not isinstance(test["output"], str) or not test["name"]]


@pytest.mark.parametrize("wrong", [0, 1, 2])
def test_gradescope_takes_its_results(wrong):
    result = samples.with_mistakes("ada", UNITS[0], samples.mistakes_of(UNITS[0], "sse")[:wrong])
    results = json.loads(json.dumps(gradescope.gradescope_results(result), allow_nan=False))
    assert not gradescope_refuses(results)
    assert results["score"] == sum(test["score"] for test in results["tests"]) == result.points
    names = [test["name"] for test in results["tests"]]
    assert len(set(names)) == len(names)


@pytest.mark.parametrize("origin", [
    "Ada Byron_123_assignsubmission_file_/u01_perceptron.ipynb", "Ada Byron_123_assignsubmission_file/my.ipynb",
    "Course-Unit 1-9/Ada Byron_123_assignsubmission_file_/deeper/u01_perceptron.ipynb"])
def test_moodle_finds_the_participant_in_a_packed_name(origin):
    name = NAMES["moodle"]("ada", UNITS[0], origin)
    assert moodle_gives_to(name) == ["123", "assignsubmission", "file"] and name.endswith(f"/{UNITS[0]}.html")


@pytest.mark.parametrize("origin", ["byronada_456_789_u01_perceptron-2.ipynb", "x/byronada_LATE_456_789_a_b.ipynb"])
def test_canvas_finds_user_and_file_in_a_packed_name(origin):
    name = NAMES["canvas"]("ada", UNITS[0], origin)
    assert canvas_gives_to(name) == ["456", "789"] and name.endswith(".html")


def test_who_did_not_hand_in_there_is_named_and_the_others_are_packed(tmp_path):
    pages = {}
    for student in ("ada", "bob"):
        pages[student] = tmp_path / f"{student}.html"
        pages[student].write_text(student)
    origins = {("ada", UNITS[0]): "Ada Byron_123_assignsubmission_file_/a.ipynb", ("bob", UNITS[0]): "bob/a.ipynb"}
    path, without = pack(tmp_path, "moodle", UNITS[0], pages, origins)
    assert without == {"bob": "the hand-in did not come from Moodle"}
    with zipfile.ZipFile(path) as archive:
        assert archive.namelist() == [f"Ada Byron_123_assignsubmission_file_/{UNITS[0]}.html"]
        assert archive.read(archive.namelist()[0]) == b"ada"
    path, without = pack(tmp_path, "folder", UNITS[0], pages, origins)
    assert not without and zipfile.ZipFile(path).namelist() == [f"ada/{UNITS[0]}.html", f"bob/{UNITS[0]}.html"]


def test_a_groups_one_hand_in_has_one_page_and_the_others_are_named(tmp_path):
    pages = {student: tmp_path / f"{student}.html" for student in ("ada", "bob")}
    for path in pages.values():
        path.write_text(path.stem)
    origins = dict.fromkeys(((student, UNITS[0]) for student in pages), "Group A_7_assignsubmission_file/a.ipynb")
    path, without = pack(tmp_path, "moodle", UNITS[0], pages, origins)
    assert without == {"bob": "Moodle has one place for this hand-in, and ada's page is there"}
    with zipfile.ZipFile(path) as archive:
        assert archive.namelist() == [f"Group A_7_assignsubmission_file_/{UNITS[0]}.html"]
