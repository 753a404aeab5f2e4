"""What several tests share: the course, and a small graded class that is built once."""

import contextlib
import csv
import os
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest
from click.testing import CliRunner

from autograder import sample_class
from autograder.cli import main
from autograder.course import Course

COURSE = Course.find(Path(__file__).parent)
UNIT = "u01_perceptron"
BOOK = COURSE.root / "build" / "book"  # the folder of `make book`, so that nothing is built twice


def run_program(*words, cwd=COURSE.root, environment=None):
    """Run a program of this environment as a user would and return the finished process, output as text."""
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    return subprocess.run([str(word) for word in words], cwd=cwd, capture_output=True, text=True, timeout=300,
                          env=os.environ | {"PATH": path} | (environment or {}))


def run_copy(folder, *words, environment=None):
    """Run the program of a student's copy in its folder; of this environment it sees the other packages alone."""
    packages = sysconfig.get_path("purelib")
    return run_program(sys.executable, "-S", *words, cwd=folder,
                       environment={"PYTHONPATH": f"{folder}{os.pathsep}{packages}", "NO_COLOR": "1",
                                    "PYTHONIOENCODING": "utf-8"} | (environment or {}))


def run_grade(submitted, output, *options):
    """Run `autograder grade` in this process (its imports take seconds) and return what a process would."""
    with contextlib.chdir(COURSE.root):
        done = CliRunner().invoke(main, ["grade", str(submitted), "--output", str(output), *map(str, options)])
    if done.exception and not isinstance(done.exception, SystemExit):
        raise done.exception
    return subprocess.CompletedProcess("autograder grade", done.exit_code, done.stdout, done.stderr)


def read_marks(output):
    """Return (student, unit, exercise) -> row of grades.csv."""
    with (output / "grades.csv").open(encoding="utf-8") as file:
        return {(row["student_id"], row["unit"], row["exercise"]): row for row in csv.DictReader(file)}


@pytest.fixture(scope="session")
def course():
    return COURSE


@pytest.fixture(scope="session")
def unit():
    return COURSE.unit(UNIT)


@pytest.fixture(scope="session")
def right(unit):
    """The right answers of the first unit."""
    return sample_class.right_answers(COURSE, unit)


@pytest.fixture(scope="session")
def site():
    """The folder of the book's built pages; a warm build takes seconds."""
    done = run_program("jupyter-book", "build", "book", "--path-output", BOOK, "-W", "--keep-going")
    problems = [line for line in (done.stdout + done.stderr).splitlines() if ": WARNING: " in line or "ERROR" in line]
    assert done.returncode == 0, "\n".join(problems) or done.stderr[-2000:]
    return BOOK / "_build" / "html"


@pytest.fixture
def hand_in(tmp_path, unit):
    """A function that writes answers as a submission: hand_in(student, {"sse": "def sse..."})."""
    def write(student, answers):
        path = tmp_path / "submitted" / student / UNIT / f"{UNIT}.ipynb"
        sample_class.write_notebook(path, unit, answers)
        return path
    return write


@pytest.fixture
def grade():
    """`run_grade`, for folders with a conftest of their own."""
    return run_grade


@pytest.fixture
def wrong(unit):
    """The source of a misconception as an answer: wrong("sse", "half")."""
    from autograder.misconceptions import load_misconceptions

    def source(exercise, name):
        return next(sample_class.as_answer(item) for item in load_misconceptions(UNIT)
                    if (item.exercise, item.name) == (exercise, name))
    return source
