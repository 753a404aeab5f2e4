"""What several tests share: the course, and a small graded class that is built once."""

import pytest
from running import BOOK, COURSE, UNIT, one_at_a_time, run_program

from autograder.grading import sample_class


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
    """The folder of the book's built pages; a warm build takes seconds, a cold one minutes."""
    with one_at_a_time(BOOK.with_suffix(".lock")):
        done = run_program("jupyter-book", "build", "book", "--path-output", BOOK, "-W", "--keep-going",
                           seconds=1400)
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
def wrong(unit):
    """The source of a misconception as an answer: wrong("sse", "half")."""
    from autograder.authoring.misconceptions import load_misconceptions

    def source(exercise, name):
        return next(sample_class.as_answer(item) for item in load_misconceptions(UNIT)
                    if (item.exercise, item.name) == (exercise, name))
    return source
