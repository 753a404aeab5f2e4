"""What a chapter's notebook computes with: the student's own answers."""

import json

import pytest
from running import COURSE

from autograder.course.verdicts import CourseError
from autograder.desk.answers import answers

UNIT = "u01_perceptron"


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A student's folder with one untouched notebook, as the working directory; returns the notebook's path."""
    path = tmp_path / "exercises" / UNIT / f"{UNIT}.ipynb"
    path.parent.mkdir(parents=True)
    path.write_bytes((COURSE.root / "exercises" / UNIT / f"{UNIT}.ipynb").read_bytes())
    monkeypatch.chdir(tmp_path)
    return path


def test_an_answer_that_is_not_written_says_so_when_it_is_called(folder):
    unit = answers(UNIT)
    assert unit.W.shape == (2, 3)
    with pytest.raises(NotImplementedError):
        unit.forward(unit.W, unit.x, unit.b)


def test_a_chapter_computes_with_what_the_student_wrote(folder):
    notebook = json.loads(folder.read_text(encoding="utf-8"))
    for cell in notebook["cells"]:
        if cell["metadata"].get("nbgrader", {}).get("grade_id") == "sse-answer":
            cell["source"] = "def sse(u, d):\n    return 7.0"
    folder.write_text(json.dumps(notebook), encoding="utf-8")
    assert answers(UNIT).sse(0, 0) == 7.0


def test_a_missing_notebook_is_named(folder):
    folder.unlink()
    folder.with_name("u01_other.ipynb").write_text("{}", encoding="utf-8")
    with pytest.raises(CourseError, match="the notebook is not there"):
        answers(UNIT)


def test_the_course_itself_takes_its_solutions(monkeypatch):
    monkeypatch.chdir(COURSE.root)
    unit = answers(UNIT)
    assert unit.sse(unit.forward(unit.W, unit.x, unit.b), unit.d) == pytest.approx(113.29)
