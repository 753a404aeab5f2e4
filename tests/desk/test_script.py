"""A check in a plain Python file says what the notebook's check says of the same cells."""

import pytest

from autograder.desk.kernel import recorded_checks
from autograder.desk.place import Desk
from autograder.desk.script import answered, script_cells, script_refusals, way_in

START = "# %%\nimport numpy as np\n\n"
MARKED = '# %% nbgrader={"cell_type": "code", "grade": false, "grade_id": "sse-answer"}\n'
RIGHT = "def sse(u, d):\n    return float(np.sum((u - d) ** 2))\n"
RENAMED = "The cell of `sse` defines `error`. Call it `sse` again: that is the name that is graded."


@pytest.fixture
def ran(tmp_path):
    """A function that runs a plain file and returns its names."""
    def run(text, encoding="utf-8"):
        file = tmp_path / "u01_perceptron.py"
        file.write_text(text, encoding=encoding)
        names = {"__name__": "__main__", "__file__": str(file)}
        exec(compile(text, str(file), "exec"), names)
        return names
    return run


@pytest.mark.parametrize(("answer", "message"), [
    (RIGHT.replace("def sse", "def error"), RENAMED),
    ("import click\n\n" + RIGHT.replace("float(", "click and float("), "`sse` uses click, but"),
    ("import colorsys as helper\n\n" + RIGHT, ""),
])
def test_what_grading_would_not_take_is_not_judged_at_home(ran, answer, message):
    desk = Desk.here()
    recorded, _ = recorded_checks(desk.course, desk.course.exercise("sse"), ran(START + MARKED + answer))
    told = {result.message for result, _ in recorded if not result.hidden}
    assert all(sentence.startswith(message) for sentence in told) and bool(message) == any(told), told


def test_cells_are_told_by_their_marks_whatever_the_editor_writes_before_and_between_them(ran):
    names = ran((START + "# %% [markdown]\n# # Title\n\n" + MARKED + RIGHT).replace("\n", "\r\n"), "utf-8-sig")
    assert [cell.partition("\n")[0] for cell in script_cells(names) if cell] == [
        "# %%", "# %% [markdown]", MARKED.rstrip()]
    assert script_refusals(["sse"], names) == ({}, [])
    assert script_cells({"__name__": "__main__"}) == script_cells({"__name__": "u01", "__file__": __file__}) == []


QUESTION = '# %% [markdown] nbgrader={"grade": true, "grade_id": "why-squares"}\n'


@pytest.mark.parametrize(("text", "done"), [("# Squares are never negative.\n", True), ("", False)])
def test_the_last_open_question_may_stand_in_the_comments_of_the_file(ran, text, done):
    unit = Desk.here().course.unit("u01_perceptron")
    stub = next(cell.source for cell in unit.cells if cell.exercise == "why-squares")
    comments = "".join(f"# {line}".rstrip() + "\n" for line in stub.splitlines())
    names = ran(START + QUESTION + comments + text)
    assert [question.name for question in answered(unit, names)] == ["why-squares"] * done


def test_a_right_file_is_told_how_its_answers_get_into_the_notebook(ran):
    desk = Desk.here()
    unit, names = desk.course.unit("u01_perceptron"), ran(START)
    told = way_in(desk, unit, names)
    assert "is the notebook. Bring your answers in: jupytext --to ipynb --update --output exercises/u01_" in told, told
    names["__file__"] = str(desk.path(unit.name).with_suffix(".py"))
    assert way_in(desk, unit, names) == ""  # there is no such file
    assert way_in(desk, unit, {}) == ""
