"""A damaged class folder: one line for each damage, exit status 2, and `doctor --repair` mends what can be mended."""

import contextlib
import fcntl
import json
import shutil
import sqlite3
import subprocess
import sys

import pytest
from click.testing import CliRunner
from nbgrader.api import Gradebook
from running import COURSE, UNIT, read_marks, run_grade, run_program

from autograder.cli import main
from autograder.grading import sample_class
from autograder.records.backups import KEPT, back_up, backups


@pytest.fixture(scope="module")
def submitted(tmp_path_factory):
    folder = tmp_path_factory.mktemp("class") / "submitted"
    unit = COURSE.unit(UNIT)
    for student in ("ada", "bob"):
        answers = {name: f"{text}\n# {student}" for name, text in sample_class.right_answers(COURSE, unit).items()}
        sample_class.write_notebook(folder / student / UNIT / f"{UNIT}.ipynb", unit, answers)
    return folder


@pytest.fixture(scope="module")
def graded(submitted, tmp_path_factory):
    """A folder that was graded, read by a teacher, and graded again: it has a backup with the teacher's marks."""
    folder = tmp_path_factory.mktemp("graded") / "graded"
    due = ("--due", f"{UNIT}=2030-01-31T23:59", "--late", "zero")
    assert run_grade(submitted, folder, *due).returncode == 0
    with Gradebook(f"sqlite:///{folder / 'gradebook.db'}") as gradebook:
        cell = gradebook.find_grade("why-squares", UNIT, UNIT, "ada")
        cell.manual_score, cell.needs_manual_grade = 1.5, False
        gradebook.db.commit()
    assert run_grade(submitted, folder).returncode == 0
    return folder


@pytest.fixture
def output(graded, tmp_path):
    return shutil.copytree(graded, tmp_path / "graded")


def doctor(*words):
    """Run `autograder doctor` and return the finished process."""
    with contextlib.chdir(COURSE.root):
        done = CliRunner().invoke(main, ["doctor", *map(str, words)])
    if done.exception and not isinstance(done.exception, SystemExit):
        raise done.exception
    return subprocess.CompletedProcess("doctor", done.exit_code, done.stdout, done.stderr)


def manual_score(folder):
    with Gradebook(f"sqlite:///{folder / 'gradebook.db'}") as gradebook:
        return gradebook.find_grade("why-squares", UNIT, UNIT, "ada").manual_score


def empty(path):
    path.write_bytes(b"")


def broken(path):
    """Damage a database in its middle."""
    with contextlib.closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA journal_mode = DELETE")
    data = path.read_bytes()
    path.write_bytes(data[:2048] + b"\xff" * 30_000 + data[32_048:])


DAMAGES = [("gradebook.db", empty, "restored from backups/gradebook-"), ("results.db", broken, "deleted"),
           ("gradebook.db", broken, "restored from backups/gradebook-"),
           ("gradebook.db", lambda path: path.unlink(), "restored from backups/gradebook-"),
           (".batch-secret", empty, "restored from backups/"), ("course.json", empty, "written again"),
           ("class.toml", lambda path: path.unlink(), "restored from backups/")]


@pytest.mark.parametrize(("name", "damage", "mended"), DAMAGES)
def test_each_damage_is_one_line_and_is_mended(submitted, output, name, damage, mended):
    damage(output / name)
    done = run_grade(submitted, output)
    assert done.returncode == 2
    assert done.stderr.startswith("Error: ") and done.stderr.count("\n") == 1 and name in done.stderr, done.stderr
    said = doctor(output)
    assert (said.returncode, said.stdout.count("\n")) == (2, 1) and said.stdout.startswith(f"{name}: ")
    said = doctor(output, "--repair")
    assert said.returncode == 0 and f"{name}: {mended}" in said.stdout
    assert doctor(output).returncode == 0
    assert run_grade(submitted, output).returncode == 0
    assert manual_score(output) == 1.5
    assert "policy = \"zero\"" in (output / "class.toml").read_text()
    assert read_marks(output)["bob", UNIT, "sse"]["points"] == "2"


def test_a_gradebook_without_a_backup_is_written_again_only_when_somebody_says_so(submitted, output):
    shutil.rmtree(output / "backups")
    (output / "gradebook.db").unlink()
    assert "without the marks given by hand" in run_grade(submitted, output).stderr
    assert "grade every hand-in again" in doctor(output, "--repair").stdout
    assert run_grade(submitted, output).returncode == 0
    assert manual_score(output) is None


def test_an_empty_database_in_place_of_the_old_one_is_refused(submitted, output, tmp_path):
    text = (output / "class.toml").read_text()
    (output / "class.toml").write_text(text.replace('database = ""', f'database = "sqlite:///{tmp_path}/new.db"'))
    done = run_grade(submitted, output)
    assert done.returncode == 2 and f"{tmp_path}/new.db: it is gone, though this folder has been graded" in done.stderr


def test_a_second_grader_is_told_who_works_here(submitted, output):
    with (output / ".lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        file.write("process 7 on desk since noon")
        file.flush()
        done = run_grade(submitted, output)
    assert done.returncode == 2 and "another grader works here: process 7 on desk since noon." in done.stderr


def test_a_result_of_a_unit_that_is_gone_stays_and_is_named(submitted, output):
    with contextlib.closing(sqlite3.connect(output / "results.db", isolation_level=None)) as store:
        store.execute("""INSERT INTO entered SELECT student, 'u99_gone', stamp, replace(record, ?, 'u99_gone')
                         FROM entered WHERE student = 'ada'""", [UNIT])
    done = run_grade(submitted, output)
    assert done.returncode == 0 and "u99_gone: not in the course any more" in done.stderr
    assert read_marks(output)["ada", "u99_gone", "sse"]["points"] == "2"
    assert "u99_gone: this unit is not in the course any more" in doctor(output).stdout


def test_an_exercise_that_was_renamed_after_marks_exist_is_refused_by_name(submitted, output):
    with contextlib.closing(sqlite3.connect(output / "gradebook.db")) as book:
        book.execute("UPDATE base_cell SET name = 'old-name' WHERE name = 'sse'")
        book.commit()
    (output / "release" / UNIT / ".released").write_text("an older text")
    done = run_grade(submitted, output)
    assert done.returncode == 2 and done.stderr.count("\n") == 1
    assert "gone: old-name; new: sse" in done.stderr


def test_backups_are_made_where_something_changed_and_the_oldest_go(output):
    before = len(backups(output))
    back_up(output)
    assert len(backups(output)) == before == 1  # nothing has changed since the run that made it
    for number in range(KEPT + 3):
        with contextlib.closing(sqlite3.connect(output / "gradebook.db")) as book:
            book.execute("UPDATE grade SET manual_score = ? WHERE manual_score IS NOT NULL", [number / 10])
            book.commit()
        back_up(output)
    assert len(backups(output)) == KEPT


def test_the_report_is_drawn_again_where_it_would_differ_and_only_there(submitted, output):
    names = ("report/index.html", f"report/{UNIT}-marks.csv", "students/ada.html")
    index, csv, student = (output / name for name in names)
    whole = csv.read_text()

    def drawn():
        before = index.stat().st_mtime_ns
        assert run_grade(submitted, output).returncode == 0
        return index.stat().st_mtime_ns != before

    assert not drawn()
    csv.write_text(whole[:20])
    assert drawn() and csv.read_text() == whole
    student.unlink()
    assert drawn() and student.exists()
    with Gradebook(f"sqlite:///{output / 'gradebook.db'}") as gradebook:
        gradebook.find_grade("why-squares", UNIT, UNIT, "ada").manual_score = 0.5
        gradebook.db.commit()
    assert drawn()
    assert not drawn()


def test_doctor_names_what_the_next_run_writes_again(output):
    shutil.rmtree(output / "feedback" / "ada")
    said = doctor(output)
    assert said.returncode == 0 and "feedback: 1 of 2 are gone." in said.stdout


EACH = """
import json, sys
from click.testing import CliRunner
from autograder.cli import main
for words in json.loads(sys.argv[1]):
    done = CliRunner().invoke(main, words)
    print(json.dumps([done.exit_code, done.stdout, done.stderr]))
"""


@pytest.fixture
def read_only(output):
    """A function that runs commands where the folder of the class is mounted without the right to write.

    It gives (exit status, output, errors) of each. The first one has a process of its own, the others one together.
    """
    def python(*words):
        return run_program("bwrap", "--dev-bind", "/", "/", "--ro-bind", output, output, sys.executable, *words)

    def run(first, *others):
        alone, together = python("-m", "autograder", *first), python("-c", EACH, json.dumps(others, default=str))
        assert together.returncode == 0, together.stderr
        return [(alone.returncode, alone.stdout, alone.stderr), *map(json.loads, together.stdout.splitlines())]
    return run


def test_a_folder_that_cannot_be_written_is_one_line_for_every_command(submitted, output, read_only):
    before = {path: path.stat().st_mtime_ns for path in output.rglob("*")}
    commands = (["grade", submitted, "--output", output], ["doctor", output], ["feedback", output],
                ["withdraw", output, "ada"], ["export", "canvas", output], ["similar", output],
                ["groups", output, f"{UNIT}/sse", "--group", "x", "--text", "y"])
    for words, (status, out, errors) in zip(commands, read_only(*commands), strict=True):
        assert status == 2, (words, out, errors)
        assert errors.startswith("Error: ") and errors.count("\n") == 1, (words, errors)
    assert {path: path.stat().st_mtime_ns for path in output.rglob("*")} == before


def test_a_gradebook_in_a_file_elsewhere_is_backed_up_and_restored_too(submitted, tmp_path):
    output, database = tmp_path / "graded", tmp_path / "elsewhere.db"
    for _ in range(2):
        assert run_grade(submitted, output, "--db", f"sqlite:///{database}").returncode == 0
    assert len(backups(output)) == 1
    empty(database)
    assert doctor(output).stdout.startswith(f"{database}: it is damaged")
    assert "restored from backups/gradebook-" in doctor(output, "--repair").stdout
    assert run_grade(submitted, output).returncode == 0


def test_a_student_who_leaves_is_in_the_last_backup_and_in_no_page_that_was_asked_for(output):
    for old in backups(output):
        old.unlink()
    with contextlib.chdir(COURSE.root):
        for words in (["similar"], ["feedback", "--for", "folder"], ["withdraw", "ada"]):
            assert CliRunner().invoke(main, [words[0], str(output), *words[1:]]).exit_code == 0
    assert not (output / "handout").exists() and not list(output.glob("report/similar*"))
    assert not [path for path in output.glob("re*/*.html") if "ada" in path.read_text()]
    with Gradebook(f"sqlite:///{backups(output)[-1]}") as gradebook:
        assert gradebook.find_grade("why-squares", UNIT, UNIT, "ada").manual_score == 1.5
