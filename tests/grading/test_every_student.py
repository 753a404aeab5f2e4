"""Every student accounted for, as an instructor sees it: the console, the exit status, collected.csv, and who left."""

import contextlib
import csv

import pytest
from click.testing import CliRunner
from nbgrader.api import Gradebook
from running import COURSE, UNIT, read_marks, run_grade

from autograder.cli import main
from autograder.grading import accounts
from autograder.records import lms
from autograder.submissions.collect import collect


def run(*words):
    """Run a command of the course and return what a process would."""
    with contextlib.chdir(COURSE.root):
        return CliRunner().invoke(main, [str(word) for word in words])


@pytest.mark.parametrize("options", [[], ["--quiet"]])
def test_what_is_left_refused_or_missing_is_said_and_written_down(hand_in, right, tmp_path, options):
    hand_in("ada", right)
    hand_in("elif", {}).write_text("not a notebook")
    (tmp_path / "submitted" / "bob").mkdir()
    (tmp_path / "submitted" / "bob" / "answer.pdf").write_bytes(b"%PDF")
    (tmp_path / "class.csv").write_text("student_id\nada\nelif\nbob\n")
    done = run_grade(tmp_path / "submitted", tmp_path / "graded", "--roster", tmp_path / "class.csv", *options)
    assert done.returncode == 1
    said = [line.partition(": ")[0] for line in done.stderr.splitlines()]
    assert sorted(said) == ["left out", "missing", "not graded"]
    assert f"missing: bob, {UNIT}" in done.stderr
    with (tmp_path / "graded" / "collected.csv").open(encoding="utf-8", newline="") as file:
        states = {row["path"]: row["state"] for row in csv.DictReader(file)}
    assert states == {f"ada/{UNIT}/{UNIT}.ipynb": "taken", f"elif/{UNIT}/{UNIT}.ipynb": "left", "bob": "left",
                      "bob/answer.pdf": "left"}


def test_who_is_only_missing_costs_no_exit_status(hand_in, right, tmp_path):
    hand_in("ada", right)
    (tmp_path / "class.csv").write_text("student_id\nada\nbob\n")
    done = run_grade(tmp_path / "submitted", tmp_path / "graded", "--roster", tmp_path / "class.csv", "--quiet")
    assert (done.returncode, done.stderr) == (0, f"missing: bob, {UNIT}\n")


def test_who_left_the_roster_is_named_until_withdrawn(hand_in, right, tmp_path):
    hand_in("ada", right)
    hand_in("bob", right)
    assert run_grade(tmp_path / "submitted", tmp_path / "graded", "--quiet").returncode == 0
    (tmp_path / "class.csv").write_text("student_id\nada\n")
    done = run_grade(tmp_path / "submitted", tmp_path / "graded", "--roster", tmp_path / "class.csv", "--quiet")
    assert "withdrawn: bob is not on the roster any more" in done.stderr
    assert (tmp_path / "graded" / "feedback" / "bob").is_dir()  # nothing goes by itself
    for name in ("marks.csv", "grades.csv"):
        with (tmp_path / "graded" / name).open(encoding="utf-8") as file:
            assert {row.get("student") or row["student_id"] for row in csv.DictReader(file)} == {"ada"}, name
    with (tmp_path / "graded" / "report" / "term.csv").open(encoding="utf-8") as file:
        assert {(row["student"], row["section"]) for row in csv.DictReader(file)} == {("ada", ""), ("bob", "withdrawn")}
    for system in lms.TABLES:
        text = lms.export(tmp_path / "graded", system).read_text(encoding="utf-8")
        assert "ada" in text and "bob" not in text

    assert run("withdraw", tmp_path / "graded", "bbo").exit_code == 2
    done = run("withdraw", tmp_path / "graded", "bob")
    assert done.exit_code == 0, done.output
    assert {student for student, _, _ in read_marks(tmp_path / "graded")} == {"ada"}
    with Gradebook(f"sqlite:///{tmp_path / 'graded' / 'gradebook.db'}") as gradebook:
        assert [student.id for student in gradebook.students] == ["ada"]
    assert not (tmp_path / "graded" / "feedback" / "bob").exists()
    for name in ("marks.csv", "report/index.html"):
        assert "bob" not in (tmp_path / "graded" / name).read_text(encoding="utf-8")


def test_a_time_that_cannot_be_read_is_said_once_a_file(hand_in, course, tmp_path):
    path = hand_in("ada", {})
    path.with_name("timestamp.txt").write_text("yesterday")
    lines = []
    accounts.tell(collect(tmp_path / "submitted", course), [], lines.append, lines.append)
    assert [line for line in lines if line.startswith(f"no time: ada, {UNIT}: ")] == lines[:1]
