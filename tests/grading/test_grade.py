"""`autograder grade` on real notebooks, as an instructor runs it."""

import contextlib
import itertools
import json
import shutil
import sqlite3
import time

import pytest
from nbgrader.api import Gradebook
from running import UNIT, read_marks, run_grade

from autograder.grading import sample_class


def points(marks, student):
    return [float(marks[student, UNIT, exercise]["points"]) for exercise in ("forward", "sse")]


@pytest.fixture(scope="module")
def class_folder(tmp_path_factory, unit, right, wrong):
    """Right, partly right, wrong, untouched, broken: what they handed in, and what came of it, in one folder."""
    folder = tmp_path_factory.mktemp("class")
    answers = {"ada": right, "björn": right | {"sse": wrong("sse", "mean")}, "dmitri": {}, "elif": {},
               "chiara": right | {"forward": wrong("forward", "elementwise product"),
                                  "sse": wrong("sse", "not summed")}}
    for student, cells in answers.items():
        sample_class.write_notebook(folder / "submitted" / student / UNIT / f"{UNIT}.ipynb", unit, cells)
    (folder / "submitted" / "elif" / UNIT / f"{UNIT}.ipynb").write_text("not a notebook")
    done = run_grade(folder / "submitted", folder / "graded")
    assert done.returncode == 1, done.stderr  # one notebook could not be graded
    return folder


@pytest.fixture
def graded(class_folder):
    """The output of that class, to look at."""
    return class_folder / "graded"


@pytest.fixture
def copied_class(class_folder, tmp_path):
    """A copy of that class, to go on with."""
    return shutil.copytree(class_folder, tmp_path, dirs_exist_ok=True)


def test_a_class_gets_the_marks_that_it_deserves(graded):
    marks = read_marks(graded)
    assert points(marks, "ada") == [2, 2]
    assert points(marks, "björn") == [2, 0.5]
    assert points(marks, "chiara") == [0, 0]
    assert points(marks, "dmitri") == [0, 0]
    assert points(marks, "elif") == [0, 0]
    assert marks["björn", UNIT, "sse"]["verdict"] == "partial"
    assert marks["chiara", UNIT, "sse"]["verdict"] == "incorrect"
    assert marks["dmitri", UNIT, "sse"]["verdict"] == "not-attempted"
    assert marks["elif", UNIT, "sse"]["reason"] == "rejected"


def test_the_gradebook_holds_the_same_marks_as_the_csv(graded):
    marks = read_marks(graded)
    with Gradebook(f"sqlite:///{graded / 'gradebook.db'}") as gradebook:
        for student in ("ada", "björn", "chiara", "dmitri", "elif"):
            entry = gradebook.find_submission_notebook(UNIT, UNIT, student)
            assert {grade.name: grade.auto_score for grade in entry.grades if grade.name != "why-squares"} == {
                exercise: float(marks[student, UNIT, exercise]["points"]) for exercise in ("forward", "sse")}


def test_every_student_gets_feedback_and_an_autograded_notebook(graded):
    for student in ("ada", "björn", "chiara", "dmitri", "elif"):
        assert (graded / "feedback" / student / f"{UNIT}.html").stat().st_size > 500
        cells = json.loads((graded / "autograded" / student / UNIT / f"{UNIT}.ipynb").read_text())["cells"]
        assert any(cell.get("outputs") for cell in cells)
    assert (graded / "report" / "index.html").exists()


def test_a_second_run_grades_nothing_and_changes_nothing(copied_class):
    before = (copied_class / "graded" / "grades.csv").read_bytes()
    again = run_grade(copied_class / "submitted", copied_class / "graded")
    assert "4 known" in " ".join(again.stdout.split())
    assert (copied_class / "graded" / "grades.csv").read_bytes() == before


def test_a_new_hand_in_replaces_the_old_one_and_the_move_is_shown(copied_class, hand_in, right):
    assert points(read_marks(copied_class / "graded"), "dmitri") == [0, 0]
    hand_in("dmitri", right)
    again = run_grade(copied_class / "submitted", copied_class / "graded")
    assert points(read_marks(copied_class / "graded"), "dmitri") == [2, 2]
    assert "Marks that moved" in again.stdout and "dmitri" in again.stdout


def test_manual_scores_and_comments_survive_a_regrade(hand_in, right, tmp_path):
    hand_in("ada", right)
    run_grade(tmp_path / "submitted", tmp_path / "graded")
    url = f"sqlite:///{tmp_path / 'graded' / 'gradebook.db'}"
    with Gradebook(url) as gradebook:
        grade = gradebook.find_grade("why-squares", UNIT, UNIT, "ada")
        assert grade.needs_manual_grade
        grade.manual_score, grade.needs_manual_grade = 1.5, False
        gradebook.find_comment("forward-answer", UNIT, UNIT, "ada").manual_comment = "Nicely put."
        gradebook.db.commit()
    hand_in("ada", right | {"sse": "def sse(u, d):\n    return 113.29"})
    run_grade(tmp_path / "submitted", tmp_path / "graded")
    with Gradebook(url) as gradebook:
        grade = gradebook.find_grade("why-squares", UNIT, UNIT, "ada")
        assert (grade.manual_score, grade.needs_manual_grade) == (1.5, False)
        assert gradebook.find_comment("forward-answer", UNIT, UNIT, "ada").manual_comment == "Nicely put."
        assert gradebook.find_grade("sse", UNIT, UNIT, "ada").auto_score == 0.5


class TestBadInput:
    """One clear line, exit status 2, nothing lost."""

    def refused(self, *words):
        done = run_grade(*words)
        assert done.returncode == 2
        assert done.stderr.startswith("Error: ") and done.stderr.count("\n") == 1, done.stderr
        return done.stderr

    def test_no_such_folder(self, tmp_path):
        assert "nowhere" in self.refused(tmp_path / "nowhere", tmp_path / "graded")

    def test_an_empty_class(self, tmp_path):
        (tmp_path / "submitted").mkdir()
        self.refused(tmp_path / "submitted", tmp_path / "graded")

    def test_an_unknown_unit(self, hand_in, right, tmp_path):
        hand_in("ada", right)
        assert "u99_none" in self.refused(tmp_path / "submitted", tmp_path / "graded", "--unit", "u99_none")

    def test_an_output_folder_with_something_else(self, hand_in, right, tmp_path):
        hand_in("ada", right)
        (tmp_path / "graded").mkdir()
        (tmp_path / "graded" / "thesis.txt").write_text("precious")
        self.refused(tmp_path / "submitted", tmp_path / "graded")
        assert [path.name for path in (tmp_path / "graded").iterdir()] == ["thesis.txt"]

    def test_an_output_folder_of_another_course(self, hand_in, right, tmp_path):
        hand_in("ada", right)
        (tmp_path / "graded").mkdir()
        (tmp_path / "graded" / "course.json").write_text('{"units": ["u01_rings"]}')
        assert "another course" in self.refused(tmp_path / "submitted", tmp_path / "graded")

    def test_a_roster_without_student_id(self, hand_in, right, tmp_path):
        hand_in("ada", right)
        (tmp_path / "class.csv").write_text("name\nada\n")
        assert "student_id" in self.refused(tmp_path / "submitted", tmp_path / "graded", "--roster",
                                            tmp_path / "class.csv")

    def test_a_gradebook_that_another_program_holds(self, hand_in, right, tmp_path):
        hand_in("ada", right)
        run_grade(tmp_path / "submitted", tmp_path / "graded")
        hand_in("ada", right | {"sse": "def sse(u, d):\n    return 113.29"})
        with contextlib.closing(sqlite3.connect(tmp_path / "graded" / "gradebook.db")) as other:
            other.execute("BEGIN EXCLUSIVE")
            assert "locked" in self.refused(tmp_path / "submitted", tmp_path / "graded", "--quiet")
        assert run_grade(tmp_path / "submitted", tmp_path / "graded").returncode == 0
        assert points(read_marks(tmp_path / "graded"), "ada") == [2, 0.5]

    def test_a_gradebook_that_is_no_database(self, hand_in, right, tmp_path):
        hand_in("ada", right)
        (tmp_path / "broken.db").write_text("this is no database" * 100)
        self.refused(tmp_path / "submitted", tmp_path / "graded", "--db", f"sqlite:///{tmp_path / 'broken.db'}")


def test_a_student_folder_without_notebook_is_left_out_with_a_reason(hand_in, right, tmp_path):
    hand_in("ada", right)
    (tmp_path / "submitted" / "bob" / UNIT).mkdir(parents=True)
    done = run_grade(tmp_path / "submitted", tmp_path / "graded")
    assert done.returncode == 1
    assert "bob" in done.stderr
    assert points(read_marks(tmp_path / "graded"), "ada") == [2, 2]


def test_a_zip_that_cannot_be_read_is_refused_with_a_page_that_says_why(hand_in, right, tmp_path):
    hand_in("ann", right)
    (tmp_path / "submitted" / f"bob_{UNIT}.zip").write_bytes(b"PK broken")
    done = run_grade(tmp_path / "submitted", tmp_path / "graded")
    assert done.returncode == 1
    marks = read_marks(tmp_path / "graded")
    assert marks["ann", UNIT, "sse"]["verdict"] == "correct"
    assert (marks["bob", UNIT, "sse"]["points"], marks["bob", UNIT, "sse"]["reason"]) == ("0", "rejected")
    assert "damaged" in (tmp_path / "graded" / "feedback" / "bob" / f"{UNIT}.html").read_text(encoding="utf-8")


def test_students_of_the_roster_without_submission_are_missing(hand_in, right, tmp_path):
    hand_in("ada", right)
    (tmp_path / "class.csv").write_text("student_id,first_name\nada,Ada\nbob,Bob\n")
    run_grade(tmp_path / "submitted", tmp_path / "graded", "--roster", tmp_path / "class.csv")
    marks = read_marks(tmp_path / "graded")
    assert marks["bob", UNIT, "sse"]["verdict"] == "missing"
    with Gradebook(f"sqlite:///{tmp_path / 'graded' / 'gradebook.db'}") as gradebook:
        assert gradebook.find_student("bob").first_name == "Bob"


def test_two_notebooks_of_one_student_for_a_unit_are_left_out_by_name(hand_in, right, tmp_path):
    path = hand_in("ada", right)
    for number in (1, 2):
        shutil.copy(path, path.with_name(f"{UNIT} ({number}).ipynb"))
    path.unlink()
    hand_in("bob", right)
    done = run_grade(tmp_path / "submitted", tmp_path / "graded")
    assert done.returncode == 1
    lines = done.stderr.splitlines()
    assert len(lines) == 2 and all(line.startswith("left out: ") and line.endswith(
        f"one of 2 notebooks of ada for {UNIT}; keep one") for line in lines)
    assert {student for student, _, _ in read_marks(tmp_path / "graded")} == {"bob"}


def test_students_who_are_not_on_the_roster_are_left_out_by_name(hand_in, right, tmp_path):
    hand_in("ada", right)
    hand_in("eve", right)
    (tmp_path / "class.csv").write_text("student_id,first_name\nada,Ada\n")
    done = run_grade(tmp_path / "submitted", tmp_path / "graded", "--roster", tmp_path / "class.csv")
    assert done.returncode == 1
    assert len(done.stderr.splitlines()) == 1 and "eve" in done.stderr and "roster" in done.stderr
    assert {student for student, _, _ in read_marks(tmp_path / "graded")} == {"ada"}


def test_a_clock_that_runs_backwards_does_not_matter(hand_in, right, tmp_path, monkeypatch):
    hand_in("ada", right)
    seconds = itertools.count(time.time(), -3600)
    monkeypatch.setattr(time, "time", lambda: next(seconds))
    done = run_grade(tmp_path / "submitted", tmp_path / "graded")
    assert done.returncode == 0, done.stderr
    assert points(read_marks(tmp_path / "graded"), "ada") == [2, 2]


def test_quiet_prints_errors_only(hand_in, right, tmp_path):
    hand_in("ada", right)
    assert run_grade(tmp_path / "submitted", tmp_path / "graded", "--quiet").stdout == ""
    hand_in("bob", {}).write_text("not a notebook")
    done = run_grade(tmp_path / "submitted", tmp_path / "graded", "--quiet")
    assert done.returncode == 1
    assert done.stdout == ""
    assert len(done.stderr.splitlines()) == 1 and "bob" in done.stderr
