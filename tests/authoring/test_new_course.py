"""A second course, of two exercises, made from an empty folder and taken the whole way: the engine knows no content."""

import csv
import os
import re
import sys

import nbformat
import pytest
from click.testing import CliRunner
from nbclient import NotebookClient
from running import run_program

from autograder.cli import main
from autograder.course.settings import PACKAGE

UNIT, SECOND = "u01_first", "u02_middle"
SOLUTION = {
    "mean": ("float(np.sum(x) / len(x))", "float(np.sum(x))", "3.0", "np.array([1.0, 3.0, 5.0])",
             "sum(x.tolist()) / 5", "sum"),
    "median": ("float(np.sort(x)[len(x) // 2])", "float(x[len(x) // 2])", "2.0", "np.array([9.0, 1.0, 2.0])",
               "sorted(x.tolist())[2]", "unsorted"),
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """The new course with both units written."""
    folder = tmp_path_factory.mktemp("new") / "statistics"
    done = run_program("autograder", "new-course", folder, "--name", "Statistics by hand")
    assert done.returncode == 0, done.stderr
    made = author(folder, "new-unit", SECOND, "--exercise", "median")
    assert made.returncode == 0 and f"book/{SECOND}.md" in made.stdout, made.stderr
    assert made.stdout.startswith(f"In {folder.resolve()} (Statistics by hand):\n")
    before = author(folder, "author", UNIT)
    assert before.returncode == 2 and "the solution of first" in before.stdout and "13 things to do" in before.stderr
    for path in [*folder.glob(f"*/{UNIT}.*"), *folder.glob(f"autograder/units/{UNIT}/*.py")]:
        path.write_text(re.sub(r"\bfirst\b", "mean", path.read_text()).replace("test_first", "test_mean")
                        .replace("first_wrong", "mean_wrong"))
    for unit, exercise in ((UNIT, "mean"), (SECOND, "median")):
        write(folder, unit, exercise, *SOLUTION[exercise])
    return folder


def author(folder, *words):
    """Run a command with the engine of that course."""
    return run_program(sys.executable, "-m", "autograder", *words, cwd=folder)


def write(folder, unit, exercise, right, wrong, result, example, other, mistake):
    """Write what the skeletons ask for, as an author would."""
    replace(folder / "solutions" / f"{unit}.py",
            (f'raise NotImplementedError("WRITE: the solution of {exercise}")', f"return {right}"))
    checks = folder / "autograder" / "units" / unit / "checks.py"
    replace(checks, ("import pytest", "import numpy as np\nimport pytest"),
            ('(0.0), float("nan"))  # WRITE: the worked example, and its result by hand', f"({example}), {result})"))
    replace(checks.with_name("hidden.py"),
            ("# WRITE: the category, which is all that a student reads of a hidden check\n", ""),
            ('x + float("nan"))  # WRITE: what is right for x, computed in another way', f"{other})"))
    replace(checks.with_name("misconceptions.py"), ("WRITE: the mistake in three words", mistake),
            ("WRITE: a question that leads out of the mistake?", "What is left out here?"),
            ("return x  # WRITE: the likeliest wrong answer", f"return {wrong}"),
            ("\nfrom", "\nimport numpy as np\n\nfrom") if "np." in wrong else ("", ""))
    for path in (folder / "book" / f"{unit}.md", folder / "solutions" / f"{unit}.py"):
        path.write_text(path.read_text().replace("WRITE: ", ""))


def rewrite(path, text):
    """Write a file anew at another second: of what changes within one, Python runs what it has compiled before."""
    time = path.stat().st_mtime + 2
    path.write_text(text)
    os.utime(path, (time, time))


def replace(path, *pairs):
    text = path.read_text()
    for old, new in pairs:
        assert old in text, (path, old)
        text = text.replace(old, new, 1)
    path.write_text(text)


def test_the_rules_hold_and_a_broken_one_is_told_in_the_words_of_the_guide(folder):
    for unit in (UNIT, SECOND):
        done = author(folder, "author", unit)
        assert done.returncode == 0 and "Every rule holds." in done.stdout, done.stdout + done.stderr
    hidden = folder / "autograder" / "units" / SECOND / "hidden.py"
    text = hidden.read_text()
    rewrite(hidden, text.replace("points=1", "points=3"))
    done = author(folder, "author", SECOND)
    rewrite(hidden, text)
    assert done.returncode == 2 and "1 thing to do." in done.stderr
    assert ("The points of the checks add up to those of the exercise.\n"
            "    But median is worth 2 points, its checks 4.") in done.stdout


def test_of_the_rules_that_a_mistake_breaks_the_first_is_told_alone(folder):
    path = folder / "autograder" / "units" / SECOND / "misconceptions.py"
    text = path.read_text()
    rewrite(path, text.replace("return float(x[len(x) // 2])", "return float(sorted(x)[len(x) // 2])"))
    done = author(folder, "author", SECOND)
    rewrite(path, text)
    assert done.returncode == 2 and "1 thing to do." in done.stderr
    assert "Every misconception loses points.\n    But median: 'unsorted' passes every check." in done.stdout


@pytest.mark.parametrize(("words", "told"), [
    ((), "a new course needs a folder, and none was named."),
    (("{tmp}/full",), "this folder is not empty."),
    (("{package}/new",), "inside the package that a new course copies"),
    (("{tmp}/file/new",), "this course cannot be written (Not a directory)"),
    (("{tmp}/___",), "'' is no title of a course."),
    (("{tmp}/new", "--name", 'a "title"'), "is no title of a course."),
    (("{tmp}/new", "--name", "two\nlines"), "is no title of a course."),
])
def test_a_course_that_cannot_be_made_is_told_in_a_sentence(tmp_path, words, told):
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "file").touch()
    (tmp_path / "file").touch()
    words = [word.format(tmp=tmp_path, package=PACKAGE) for word in words or ("",)]
    done = CliRunner().invoke(main, ["new-course", *words])
    assert done.exit_code == 2 and told in done.output, done.output
    assert not (tmp_path / "new").exists()


def test_a_new_exercise_in_an_unknown_unit_names_the_units(folder):
    done = author(folder, "new-exercise", "u09", "mode")
    assert done.returncode == 2 and f"'u09' is no unit. Units are {UNIT}, {SECOND}." in done.stderr


def test_a_unit_that_was_renamed_in_one_room_only_is_told(folder):
    path = folder / "solutions" / f"{SECOND}.py"
    path.rename(path.with_name("u03_middle.py"))
    done = author(folder, "author", UNIT)
    path.with_name("u03_middle.py").rename(path)
    assert f"exercises/{SECOND} has no solutions/{SECOND}.py: was the unit renamed, moved or deleted?" in done.stdout


def test_a_check_in_a_kernel_says_what_is_wrong(folder):
    author(folder, "author", UNIT)
    notebook = nbformat.read(folder / "exercises" / UNIT / f"{UNIT}.ipynb", as_version=4)
    cell = next(cell for cell in notebook.cells if cell.id == "mean-answer")
    cell.source = "def mean(x):\n    return float(np.sum(x))"
    environment = {**os.environ, "PYTHONPATH": str(folder)}
    NotebookClient(notebook, resources={"metadata": {"path": folder / "exercises" / UNIT}}).execute(env=environment)
    shown = "".join(str(output) for cell in notebook.cells for output in cell.get("outputs", ()))
    assert "What is left out here?" in shown


def test_a_class_is_graded_and_gets_marks_pages_a_report_and_a_release(folder):
    for unit in (UNIT, SECOND):
        author(folder, "author", unit)
    sample = author(folder, "sample", "build/submitted", "--students", "6")
    assert sample.returncode == 0, sample.stderr
    # One endless loop is enough: it takes all the time that a call may take.
    replace(folder / "build" / "submitted" / "dmitri" / SECOND / f"{SECOND}.ipynb",
            (r"while True:\n    pass", r"import os\nos._exit(0)"))
    graded = author(folder, "grade", "build/submitted", "--output", "build/graded")
    assert graded.returncode in (0, 1) and "Traceback" not in graded.stderr, graded.stderr
    with (folder / "build" / "graded" / "grades.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert {row["exercise"] for row in rows} == {"mean", "median"}
    assert {float(row["points"]) for row in rows if row["verdict"] == "correct"} == {2.0}
    assert any(row["verdict"] != "correct" for row in rows)
    assert list((folder / "build" / "graded" / "feedback").glob(f"*/{SECOND}.html"))
    report = (folder / "build" / "graded" / "report" / "index.html").read_text(encoding="utf-8")
    assert "median" in report and "neural" not in report.lower()
    released = author(folder, "release", "build/release")
    assert released.returncode == 0, released.stderr
    copy = folder / "build" / "release" / "statistics-by-hand"
    assert (copy / "exercises" / SECOND / f"{SECOND}.ipynb").is_file() and not list(copy.rglob("hidden.py"))
    assert "Statistics by hand" in (copy / "README.md").read_text()
    assert "neural" not in "".join(path.read_text(errors="replace").lower() for path in copy.rglob("*")
                                   if path.is_file())
