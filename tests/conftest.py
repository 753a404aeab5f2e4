"""What several tests share: the course, a small graded class that is built once, and the processes they run in."""

import gc
import os
import re
import shutil
import signal
from pathlib import Path

import pytest
from running import BOOK, COURSE, UNIT, one_at_a_time, run_program, write_compiled

from autograder.authoring import release

# Files that take longest begin first, so that at the end no process is left alone with one. The book comes before all
# that needs it: while one process builds it, the others have this list.
LONG = ("book/test_book.py", "units/test_course_rules.py", "grading/test_nbgrader.py", "attacks/test_cells.py",
        "browser/test_solve.py", "grading/test_same_answers.py", "authoring/test_new_course.py",
        "grading/test_batch.py", "sandbox/test_hints_in_the_jail.py", "authoring/test_hints_under_noise.py",
        "grading/test_term.py", "records/test_postgresql.py", "browser/test_explorables.py", "browser/test_pages.py",
        "desk", "attacks", "sandbox", "browser", "authoring/test_release.py")
# Files whose tests share nothing, or only what those of one unit share: they need not run in one process.
APART = ("sandbox/test_hints_in_the_jail.py", "authoring/test_hints_under_noise.py", "units/test_course_rules.py")


def pytest_collection_modifyitems(items):
    """Put the tests of the long files first."""
    folder = f"{Path(__file__).parent.name}/"
    items.sort(key=lambda item: next((number for number, name in enumerate(LONG)
                                      if item.nodeid.removeprefix(folder).startswith(name)), len(LONG)))


def pytest_xdist_make_scheduler(config, log):
    """Hand out whole files to the processes, and those in APART unit by unit."""
    from xdist.scheduler import LoadScopeScheduling

    class Pieces(LoadScopeScheduling):
        def _split_scope(self, nodeid):
            file, _, test = nodeid.partition("::")
            units = re.findall(r"u\d\d_\w+", test) if file.endswith(APART) else []
            return f"{file} {units[0]}" if units else file

    return Pieces(config, log) if config.getoption("dist") == "loadfile" else None


@pytest.fixture(scope="module", autouse=True)
def what_stays_is_not_looked_through():
    """Take what the process holds by now out of the garbage collector's passes: half the time of some tests."""
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session")
def course():
    return COURSE


@pytest.fixture(scope="session")
def unit():
    return COURSE.unit(UNIT)


@pytest.fixture(scope="session")
def right(unit):
    """The right answers of the first unit."""
    from autograder.grading import sample_class  # not above: the process that hands out tests needs no nbgrader

    return sample_class.right_answers(COURSE, unit)


@pytest.fixture(scope="session")
def hand_out(tmp_path_factory):
    """A function that makes a student's copy, without the book, in a folder.

    Its code is linked, with byte code: to write and to compile 200 files takes longer than most tests of a copy.
    """
    first = tmp_path_factory.mktemp("handed-out") / "copy"
    write_compiled(first, release.bundle(COURSE, None))

    def make(folder):
        shutil.copytree(first / "autograder", folder / "autograder", copy_function=os.link)
        return shutil.copytree(first, folder, ignore=lambda place, _: ["autograder"] * (place == str(first)),
                               dirs_exist_ok=True)
    return make


@pytest.fixture(scope="session")
def site():
    """The folder of the book's built pages; a warm build takes seconds, a cold one minutes.

    Of the processes that share the tests, the first one that needs it builds it, and all take what came of that.
    """
    stamp, run = BOOK.with_suffix(".run"), os.environ.get("PYTEST_XDIST_TESTRUNUID", "")
    with one_at_a_time(BOOK.with_suffix(".lock")):
        known, _, problem = stamp.read_text().partition("\n") if stamp.exists() else ("", "", "")
        if not run or known != run:
            problem = build_book()
            if problem:  # a kernel may have lost its port to another process; a warning comes again from the start
                shutil.rmtree(BOOK, ignore_errors=True)
                problem = build_book()
            stamp.write_text(f"{run}\n{problem}")
    assert not problem, problem
    return BOOK / "_build" / "html"


def build_book():
    """Build the book and return what is wrong with it, a warning too; "" if nothing is."""
    done = run_program("jupyter-book", "build", "book", "--path-output", BOOK, "-W", "--keep-going", seconds=1400)
    problems = [line for line in (done.stdout + done.stderr).splitlines() if ": WARNING: " in line or "ERROR" in line]
    return ("\n".join(problems) or done.stderr[-2000:]) if done.returncode else ""


@pytest.fixture
def interruptible():
    """Ctrl-C as a notebook has it: a job in the background of a shell begins with that signal ignored."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.fixture
def hand_in(tmp_path, unit):
    """A function that writes answers as a submission: hand_in(student, {"sse": "def sse..."})."""
    from autograder.grading import sample_class

    def write(student, answers):
        path = tmp_path / "submitted" / student / UNIT / f"{UNIT}.ipynb"
        sample_class.write_notebook(path, unit, answers)
        return path
    return write


@pytest.fixture(scope="session")
def wrong(unit):
    """The source of a misconception as an answer: wrong("sse", "half")."""
    from autograder.authoring.misconceptions import load_misconceptions
    from autograder.grading import sample_class

    def source(exercise, name):
        return next(sample_class.as_answer(item) for item in load_misconceptions(UNIT)
                    if (item.exercise, item.name) == (exercise, name))
    return source
