"""A term, not a run: what was decided is kept, and what a person gave reaches the student."""

import contextlib
import csv
import re
import shutil
import zipfile
from datetime import timedelta

import pytest
from click.testing import CliRunner
from nbgrader.api import Gradebook
from running import COURSE, UNIT, read_marks, run_grade, run_program

from autograder.cli import main

DUE = ("--due", f"{UNIT}=2030-01-01")



def marks(output):
    """Return student -> (automatic, manual, penalty, final) of marks.csv, as text."""
    with (output / "marks.csv").open(encoding="utf-8") as file:
        return {row["student"]: (row["automatic"], row["manual"], row["penalty"], row["final"])
                for row in csv.DictReader(file)}


def page(output, student):
    """Return the text of a feedback page, its space made single."""
    text = (output / "feedback" / student / f"{UNIT}.html").read_text(encoding="utf-8")
    return " ".join(re.sub(r"<[^>]+>", " ", text.partition("<body>")[2]).split())


def at(path, time):
    """Say when a notebook was handed in."""
    path.with_name("timestamp.txt").write_text(f"{time} UTC\n")


def set_toml(output, *pairs):
    """Replace texts in class.toml."""
    text = (output / "class.toml").read_text()
    for old, new in pairs:
        assert old in text, old
        text = text.replace(old, new)
    (output / "class.toml").write_text(text)


@pytest.fixture
def gradebook(tmp_path):
    def opened():
        return Gradebook(f"sqlite:///{tmp_path / 'graded' / 'gradebook.db'}")
    return opened


@pytest.fixture
def grade(tmp_path):
    def run(*options, status=0):
        done = run_grade(tmp_path / "submitted", tmp_path / "graded", *options)
        assert done.returncode == status, done.stderr
        return done
    return run


@pytest.fixture
def output(tmp_path):
    return tmp_path / "graded"


def test_late_days_cost_their_percent_here_and_in_nbgraders_own_autograde(hand_in, right, grade, output, gradebook):
    for student, time in [("in-time", "2029-12-31 12:00:00"), ("two-days", "2030-01-02 12:00:00"),
                          ("extended", "2030-01-04 12:00:00"), ("granted", "2030-01-04 12:00:00"),
                          ("grace", "2030-01-01 00:10:00")]:
        at(hand_in(student, right), time)
    grade(*DUE, "--late", "percent")
    assert marks(output)["two-days"] == ("4", "0", "0.8", "3.2")
    set_toml(output, ("grace_minutes = 0", "grace_minutes = 15"),
             ("[sections]", f'[[extension]]\nstudent = "extended"\nunit = "{UNIT}"\nuntil = 2030-01-05T00:00:00Z\n'
                            "[sections]"))
    with gradebook() as book:
        book.grant_extension(UNIT, "granted", days=3)
    shown = grade()
    assert "5 known" in " ".join(shown.stdout.split())
    final = {"in-time": "4", "two-days": "3.2", "extended": "4", "granted": "3.6", "grace": "4"}
    assert {student: row[3] for student, row in marks(output).items()} == final
    assert "Each day costs 10 % of the points, at most 50 %: here 20 %." in page(output, "two-days")
    assert "You had an extension until 2030-01-05 at 00:00 UTC. That is in time." in page(output, "extended")
    assert "The first 15 minutes are forgiven." in page(output, "grace")
    done = run_program("nbgrader", "autograde", UNIT, "--force", cwd=output)
    assert done.returncode == 0, done.stderr
    with gradebook() as book:
        for student, points in final.items():
            notebook = book.find_submission(UNIT, student).notebooks[0]
            assert notebook.score - (notebook.late_submission_penalty or 0) == pytest.approx(float(points)), student


def test_a_run_without_options_neither_wipes_penalties_nor_opens_another_gradebook(hand_in, right, grade, output,
                                                                                   tmp_path):
    at(hand_in("ada", right), "2030-01-02 00:00:00")
    other = tmp_path / "elsewhere.db"
    grade(*DUE, "--late", "zero", "--db", f"sqlite:///{other}")
    hand_in("bob", right)
    said = grade()
    assert marks(output)["ada"] == ("4", "0", "4", "0")
    assert not (output / "gradebook.db").exists()
    with Gradebook(f"sqlite:///{other}") as book:
        assert {student.id for student in book.students} == {"ada", "bob"}
    assert "class.toml" not in said.stdout
    said = grade("--late", "none")
    assert "class.toml: late.policy = none (was zero)" in said.stdout
    assert marks(output)["ada"] == ("4", "0", "0", "4")


def test_scores_and_comments_of_a_person_reach_page_report_and_csv(hand_in, right, grade, output, gradebook):
    hand_in("ada", right)
    hand_in("bob", right)
    grade()
    assert "read by your teacher" in page(output, "ada")
    before = (output / "grades.csv").read_bytes()
    with gradebook() as book:
        grade_cell = book.find_grade("why-squares", UNIT, UNIT, "ada")
        grade_cell.manual_score, grade_cell.needs_manual_grade = 1.5, False
        book.find_grade("sse", UNIT, UNIT, "ada").manual_score = 1
        book.find_comment("why-squares", UNIT, UNIT, "ada").manual_comment = "Say <b>why</b> it is convex."
        book.find_comment("forward-answer", UNIT, UNIT, "ada").manual_comment = "Nicely put."
        book.db.commit()
    grade()
    text = page(output, "ada")
    assert "4.5 of 6 points" in text and "4 from the checks, +0.5 from your teacher." in text
    assert "Your teacher: 1 of 2 points." in text and "Nicely put." in text
    assert "Your teacher: 1.5 of 2 points. Say &lt;b&gt;why&lt;/b&gt; it is convex." in text
    assert "read by your teacher" not in text and "read by your teacher" in page(output, "bob")
    assert marks(output) == {"ada": ("4", "0.5", "0", "4.5"), "bob": ("4", "0", "0", "4")}
    assert (output / "grades.csv").read_bytes() == before
    report = (output / "report" / "index.html").read_text(encoding="utf-8")
    assert "Given by hand" in report and "Say &lt;b&gt;why&lt;/b&gt;" in report
    assert 'href="term.html"' in report and "ada" in (output / "report" / "term.html").read_text(encoding="utf-8")
    assert "<b>4.5</b>" in (output / "students" / "ada.html").read_text(encoding="utf-8")


def test_the_penalty_follows_a_score_that_was_given_after_it(hand_in, right, grade, output, gradebook):
    at(hand_in("ada", right), "2030-01-02 00:00:00")
    grade(*DUE, "--late", "zero")
    with gradebook() as book:
        book.find_grade("why-squares", UNIT, UNIT, "ada").manual_score = 2
        book.db.commit()
    grade()
    assert marks(output)["ada"] == ("4", "2", "6", "0")


def test_one_folder_of_pages_is_ours_and_nbgraders_go_elsewhere(hand_in, right, grade, output):
    hand_in("ada", right)
    grade()
    done = run_program("nbgrader", "generate_feedback", UNIT, cwd=output)
    assert done.returncode == 0, done.stderr
    assert [path.name for path in output.glob("feedback/ada/*")] == [f"{UNIT}.html"]


def test_what_is_derived_heals_and_nothing_is_graded_for_it(hand_in, right, grade, output):
    hand_in("ada", right)
    hand_in("bob", right)
    grade()
    shutil.rmtree(output / "feedback")
    (output / "autograded" / "ada" / UNIT / f"{UNIT}.ipynb").write_text("{ damaged")
    shutil.rmtree(output / "autograded" / "bob")
    said = grade("--book", "https://example.org/book")
    assert "2 known" in " ".join(said.stdout.split())
    for student in ("ada", "bob"):
        assert "https://example.org/book" in (output / "feedback" / student / f"{UNIT}.html").read_text()
        assert '"cells"' in (output / "autograded" / student / UNIT / f"{UNIT}.ipynb").read_text()


def test_a_person_is_not_asked_again_where_a_notebook_was_lost_and_is_where_the_answer_changed(
        hand_in, right, grade, output, gradebook):
    hand_in("ada", right)
    grade()
    with gradebook() as book:
        cell = book.find_grade("why-squares", UNIT, UNIT, "ada")
        cell.manual_score, cell.needs_manual_grade = 1.5, False
        book.db.commit()
    shutil.rmtree(output / "autograded")
    grade()
    with gradebook() as book:
        assert not book.find_grade("why-squares", UNIT, UNIT, "ada").needs_manual_grade
    hand_in("ada", right | {"why-squares": "Another answer."})
    grade()
    with gradebook() as book:
        assert book.find_grade("why-squares", UNIT, UNIT, "ada").needs_manual_grade


def test_missing_work_is_empty_or_zero_as_the_class_decides(hand_in, right, grade, output, tmp_path):
    hand_in("ada", right)
    (tmp_path / "class.csv").write_text("student_id\nada\nbob\n")
    grade("--roster", tmp_path / "class.csv")
    assert marks(output)["bob"] == ("", "", "", "")
    assert read_marks(output)["bob", UNIT, "sse"]["verdict"] == "missing"
    set_toml(output, ('missing = "empty"', 'missing = "zero"'))
    grade()
    assert marks(output)["bob"] == ("0", "0", "0", "0")


def test_a_stranger_in_class_toml_is_named(hand_in, right, grade, output):
    hand_in("ada", right)
    grade(*DUE)
    set_toml(output, ("[sections]", f'[[extension]]\nstudent = "adda"\nunit = "{UNIT}"\nuntil = 2030-01-05T00:00:00Z\n'
                                    "[sections]"))
    assert "class.toml: adda is not in this class; did you mean ada?" in grade().stderr


def test_an_extension_in_minutes_of_the_gradebook_counts_without_a_new_hand_in(hand_in, right, grade, output,
                                                                               gradebook):
    at(hand_in("ada", right), "2030-01-01 00:30:00")
    grade(*DUE, "--late", "zero")
    assert marks(output)["ada"][3] == "0"
    with gradebook() as book:
        book.grant_extension(UNIT, "ada", minutes=45)
        assert book.find_submission(UNIT, "ada").extension == timedelta(minutes=45)
    grade()
    assert marks(output)["ada"] == ("4", "0", "0", "4")


def test_feedback_of_a_moodle_class_goes_back_with_what_a_person_has_given_since(hand_in, right, grade, output,
                                                                                 gradebook, tmp_path):
    path = hand_in("ada", right)
    shutil.move(path.parent, tmp_path / "submitted" / "Ada Byron_123_assignsubmission_file_")
    path.parent.parent.rmdir()
    grade()
    with gradebook() as book:
        student = book.students[0].id
        book.find_comment("forward-answer", UNIT, UNIT, student).manual_comment = "Nicely put."
        book.db.commit()
    with contextlib.chdir(COURSE.root):
        done = CliRunner().invoke(main, ["feedback", str(output), "--for", "moodle"])
    assert done.exit_code == 0, done.output
    with zipfile.ZipFile(output / "handout" / f"{UNIT}-moodle.zip") as archive:
        name, = archive.namelist()
        assert name == f"Ada Byron_123_assignsubmission_file_/{UNIT}.html"
        assert b"Nicely put." in archive.read(name)
    with contextlib.chdir(COURSE.root):
        done = CliRunner().invoke(main, ["feedback", str(output), "--for", "canvas"])
    assert done.exit_code == 1 and "did not come from Canvas" in done.stderr
