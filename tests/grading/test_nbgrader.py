"""nbgrader as a real client: its own commands run on our notebooks and agree with our marks."""

import shutil

import pytest
from nbgrader.api import Gradebook
from running import COURSE, UNIT, read_marks, run_grade, run_program

from autograder.authoring import notebooks
from autograder.grading import sample_class
from autograder.records.gradebook import stamp

STOCK = """
c = get_config()
c.CourseDirectory.root = {root!r}
"""

EXCHANGE = """
c.CourseDirectory.course_id = "networks"
c.Exchange.root = {exchange!r}
"""


@pytest.fixture(scope="module")
def submitted(tmp_path_factory):
    """Honest work alone: a kernel runs it when nbgrader grades by itself."""
    folder = tmp_path_factory.mktemp("class") / "submitted"
    unit, course = COURSE.unit(UNIT), COURSE
    right, wrong = sample_class.right_answers(course, unit), sample_class.wrong_answers(unit)
    answers = {"ada": right, "björn": right | {"sse": wrong["sse"][1]}, "chiara": {},
               "dmitri": right | {"forward": wrong["forward"][0]}}
    for student, cells in answers.items():
        sample_class.write_notebook(folder / student / UNIT / f"{UNIT}.ipynb", unit, cells)
    return folder


def scores(database):
    """Return (student, graded cell) -> automatic score."""
    with Gradebook(f"sqlite:///{database}") as gradebook:
        return {(submission.student.id, grade.name): grade.auto_score
                for submission in gradebook.assignment_submissions(UNIT)
                for notebook in submission.notebooks for grade in notebook.grades if grade.name != "why-squares"}


@pytest.fixture(scope="module")
def graded(submitted, tmp_path_factory):
    """The output folder of `autograder grade` for this class."""
    folder = tmp_path_factory.mktemp("graded") / "output"
    done = run_grade(submitted, folder)
    assert done.returncode == 0, done.stderr
    return folder


def test_stock_nbgrader_gives_the_same_marks(submitted, graded, tmp_path):
    """The kernel runs the released notebook as it is: its check cells end in the points, as plain floats."""
    notebooks.write_sources([COURSE.root / "solutions" / f"{UNIT}.py"], tmp_path)
    stamp(f"sqlite:///{tmp_path / 'gradebook.db'}")
    notebooks.generate(tmp_path, UNIT, db_url=f"sqlite:///{tmp_path / 'gradebook.db'}")
    (tmp_path / "nbgrader_config.py").write_text(STOCK.format(root=str(tmp_path)))
    shutil.copytree(submitted, tmp_path / "submitted")
    done = run_program("nbgrader", "autograde", UNIT, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert scores(tmp_path / "gradebook.db") == scores(graded / "gradebook.db")


def test_our_step_in_nbgraders_autograde_gives_the_same_marks(submitted, graded, tmp_path):
    """The same command as formgrader's button, with our configuration."""
    shutil.copytree(graded, tmp_path / "output")
    for name in ("gradebook.db", "autograded"):
        path = tmp_path / "output" / name
        shutil.rmtree(path) if path.is_dir() else path.unlink()
    config = tmp_path / "output" / "nbgrader_config.py"
    config.write_text(config.read_text().replace(str(graded), str(tmp_path / "output")))
    shutil.rmtree(tmp_path / "output" / "release")
    run_program("nbgrader", "generate_assignment", UNIT, cwd=tmp_path / "output")
    done = run_program("nbgrader", "autograde", UNIT, cwd=tmp_path / "output")
    assert done.returncode == 0, done.stderr
    assert scores(tmp_path / "output" / "gradebook.db") == scores(graded / "gradebook.db")


def test_export_agrees_with_grades_csv(graded):
    done = run_program("nbgrader", "export", cwd=graded)
    assert done.returncode == 0, done.stderr
    header, *rows = [line.split(",") for line in (graded / "nbgrader-grades.csv").read_text().splitlines()]
    exported = {row[header.index("student_id")]: float(row[header.index("score")]) for row in rows}
    marks = read_marks(graded)
    assert exported == {student: float(marks[student, UNIT, "forward"]["points"])
                        + float(marks[student, UNIT, "sse"]["points"]) for student in exported}
    assert len(exported) == 4


def test_feedback_is_written_and_keeps_hidden_checks_hidden(graded):
    done = run_program("nbgrader", "generate_feedback", UNIT, cwd=graded)
    assert done.returncode == 0, done.stderr
    pages = [path.read_text() for path in graded.glob(f"nbgrader-feedback/*/{UNIT}/{UNIT}.html")]
    assert len(pages) == 4
    hidden = (COURSE.root / "autograder" / "units" / UNIT / "hidden.py").read_text()
    names = [line.split("(")[0].removeprefix("def ") for line in hidden.splitlines() if line.startswith("def ")]
    assert names and not any(name in page for name in names for page in pages)


def test_the_repository_itself_is_a_course_directory_of_nbgrader(tmp_path):
    """`autograder exercises` leaves nbgrader's sources where the configuration says."""
    (tmp_path / "solutions").symlink_to(COURSE.root / "solutions")
    shutil.copy(COURSE.root / "nbgrader_config.py", tmp_path)
    made = run_program("autograder", "exercises", UNIT, cwd=tmp_path)
    assert made.returncode == 0, made.stderr
    done = run_program("nbgrader", "generate_assignment", UNIT, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    released = (tmp_path / "release" / UNIT / f"{UNIT}.ipynb").read_text()
    assert r'raise NotImplementedError(\"sse\")' in released and "BEGIN SOLUTION" not in released


def test_work_that_went_through_nbgraders_exchange_is_graded(tmp_path):
    """As on a JupyterHub: release, fetch, submit and collect, then our grader on what was collected."""
    teacher, student, exchange = (tmp_path / name for name in ("teacher", "student", "exchange"))
    for folder in (teacher / "release" / UNIT, student, exchange):
        folder.mkdir(parents=True)
    exchange.chmod(0o777)  # what nbgrader asks of its exchange
    for folder in (teacher, student):
        text = STOCK.format(root=str(folder)) + EXCHANGE.format(exchange=str(exchange))
        (folder / "nbgrader_config.py").write_text(text)
    unit = COURSE.unit(UNIT)
    shutil.copy(unit.path, teacher / "release" / UNIT)
    for command, folder in [("release_assignment", teacher), ("fetch_assignment", student), ("submit", student),
                            ("collect", teacher)]:
        if command == "submit":
            answers = sample_class.right_answers(COURSE, unit)
            sample_class.write_notebook(student / UNIT / f"{UNIT}.ipynb", unit, answers)
        done = run_program("nbgrader", command, UNIT, cwd=folder)
        assert done.returncode == 0, done.stderr
    done = run_grade(teacher / "submitted", tmp_path / "graded")
    assert done.returncode == 0, done.stderr
    assert [float(row["points"]) for row in read_marks(tmp_path / "graded").values()] == [2.0, 2.0]
