"""What several tests share: the course, a small graded class that is built once, and the processes they run in."""

from pathlib import Path

import pytest
from running import BOOK, COURSE, UNIT, one_at_a_time, run_program

from autograder.grading import sample_class

# What takes longest begins first, so that at the end no process is left alone with it. The book comes before all that
# needs it: while one process builds it, the others have this list.
LONG = ("book/test_book.py::test_every_chapter_is_a_page", "units/test_course_rules.py", "grading/test_nbgrader.py",
        "attacks/test_cells.py", "grading/test_same_answers.py", "authoring/test_new_course.py",
        "grading/test_batch.py", "sandbox/test_hints_in_the_jail.py", "authoring/test_hints_under_noise.py",
        "grading/test_term.py", "records/test_postgresql.py", "desk", "attacks", "sandbox",
        "browser/test_solve.py", "browser/test_pages.py", "browser", "book", "authoring/test_release.py")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items):
    """Order the tests, and keep those together that share something of their file; the others run anywhere."""
    folder = Path(__file__).parent
    places = {item: item.nodeid.removeprefix(f"{folder.name}/") for item in items}
    items.sort(key=lambda item: next((number for number, name in enumerate(LONG) if places[item].startswith(name)),
                                     len(LONG)))
    for item in items:
        shared = shared_of_its_file(item)
        if shared is not None:
            item.add_marker(pytest.mark.xdist_group(f"{places[item].partition('::')[0]} {shared}".strip()))


def shared_of_its_file(item) -> str | None:
    """Return the parameters of the fixtures that a test shares with others of its file; None where it shares none."""
    if item.get_closest_marker("xdist_group"):
        return None
    definitions = item._fixtureinfo.name2fixturedefs
    names = [name for name in item.fixturenames if name in definitions and definitions[name][-1].scope == "module"]
    parameters = getattr(item, "callspec", None)
    shown = [str(parameters.params[name]) for name in names if parameters and name in parameters.params]
    return " ".join(shown) if names else None


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
