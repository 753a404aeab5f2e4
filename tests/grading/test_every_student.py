"""Every student accounted for, as an instructor sees it: the console, the exit status, collected.csv, and who left."""

import contextlib
import csv
import json
import zipfile

import pytest
from click.testing import CliRunner
from nbgrader.api import Gradebook
from running import COURSE, UNIT, read_marks, run_grade

from autograder.cli import main
from autograder.grading import accounts
from autograder.records import exports
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
    for system in exports.TABLES:
        text = exports.export(tmp_path / "graded", system).read_text(encoding="utf-8")
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


def test_a_renamed_folder_is_named_with_its_old_name_until_that_is_withdrawn(hand_in, right, tmp_path):
    submitted, graded = tmp_path / "submitted", tmp_path / "graded"
    hand_in("ada", right)
    hand_in("cy", right)  # the same answers, handed in together: two students
    hand_in("bob", {})
    assert run_grade(submitted, graded, "--quiet").stderr == ""
    (submitted / "ada").rename(submitted / "ada lovelace")
    (submitted / "bob").rename(submitted / "rob")  # nothing is written in it, so that it may be anybody's
    line = (f"renamed: ada lovelace handed in what ada had handed in, and ada is not there any more; if that is one "
            f"student, `autograder withdraw {graded} ada` removes the old marks\n")
    for _ in range(2):
        done = run_grade(submitted, graded, "--quiet")
        assert (done.returncode, done.stderr) == (0, line)
    assert run("withdraw", graded, "ada").exit_code == 0
    assert run_grade(submitted, graded, "--quiet").stderr == ""
    assert {student for student, _, _ in read_marks(graded)} == {"ada lovelace", "bob", "cy", "rob"}


def test_a_roster_that_is_gone_stops_everything_that_needs_it_in_one_sentence(hand_in, right, tmp_path):
    graded, roster = tmp_path / "graded", tmp_path / "class.csv"
    hand_in("ada", right)
    roster.write_text("student_id\nada\n")
    assert run_grade(tmp_path / "submitted", graded, "--roster", roster, "--quiet").returncode == 0
    assert run("export", "canvas", graded).exit_code == 0
    roster.rename(tmp_path / "moved.csv")
    before = {path: path.read_bytes() for path in graded.rglob("*.*") if path.is_file() and path.suffix != ".db"}
    marks = read_marks(graded)
    for words in (("grade", tmp_path / "submitted", "--output", graded), ("export", "canvas", graded),
                  ("export", "moodle", graded), ("withdraw", graded, "ada"), ("feedback", graded)):
        done = run(*words)
        assert done.exit_code == 2, (words, done.output)
        assert done.stderr == (f"Error: {roster}: the roster is not there. Put it back, name another one with "
                               "`autograder grade --roster`, or empty `roster` in class.toml.\n")
    assert {path: path.read_bytes() for path in before} == before
    done = run_grade(tmp_path / "submitted", graded, "--roster", tmp_path / "moved.csv", "--quiet")
    assert (done.returncode, done.stderr, read_marks(graded)) == (0, "", marks)


@pytest.mark.parametrize("place", ["below", "at the end", "at the top"])
def test_an_open_answer_in_an_own_cell_is_read_with_its_question(hand_in, right, tmp_path, place):
    path = hand_in("ada", {name: answer for name, answer in right.items() if name != "why-squares"})
    notebook = json.loads(path.read_text(encoding="utf-8"))
    question = next(number for number, cell in enumerate(notebook["cells"]) if cell["id"] == "why-squares")
    number = {"below": question + 1, "at the end": len(notebook["cells"]), "at the top": 0}[place]
    notebook["cells"].insert(number, {"cell_type": "markdown", "id": "mine", "metadata": {}, "source": "Signs cancel."})
    path.write_text(json.dumps(notebook), encoding="utf-8")
    assert run_grade(tmp_path / "submitted", tmp_path / "graded", "--quiet").returncode == 0
    shown = json.loads((tmp_path / "graded" / "autograded" / "ada" / UNIT / f"{UNIT}.ipynb").read_text("utf-8"))
    source = "".join(next(cell["source"] for cell in shown["cells"] if cell["id"] == "why-squares"))
    assert source.startswith("".join(notebook["cells"][question + (place == "at the top")]["source"])[:40])
    assert source.endswith("Signs cancel.")
    with Gradebook(f"sqlite:///{tmp_path / 'graded' / 'gradebook.db'}") as gradebook:
        entry = gradebook.find_submission(UNIT, "ada").notebooks[0]
        grade = next(grade for grade in entry.grades if grade.name == "why-squares")
        comments = {comment.name: comment.auto_comment for comment in entry.comments}
    assert (grade.auto_score, grade.needs_manual_grade, comments["why-squares"]) == (None, True, None)


def test_a_hand_in_without_a_time_does_not_inherit_an_earlier_ones(hand_in, right, tmp_path):
    content, graded = hand_in("ada", right).read_bytes(), tmp_path / "graded"

    def grade(*options, **beside):
        with zipfile.ZipFile(tmp_path / "class.zip", "w") as archive:
            for name, text in {f"{UNIT}.ipynb": content, **beside}.items():
                archive.writestr(f"ada/{UNIT}/{name}", text)
        assert run_grade(tmp_path / "class.zip", graded, "--quiet", *options).returncode == 0
        with (graded / "marks.csv").open(encoding="utf-8") as file:
            return [row["final"] for row in csv.DictReader(file)], sorted(graded.glob("*/ada/*/timestamp.txt"))

    marks, times = grade("--due", f"{UNIT}=2030-02-01T00:00", "--late", "zero",
                         **{"timestamp.txt": "2030-02-05 10:00:00 UTC"})
    assert (marks, len(times)) == (["0"], 2)
    assert grade() == (["4"], [])
