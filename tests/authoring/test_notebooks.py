"""The authoring pipeline: solutions/*.py -> exercises/*.ipynb through nbgrader's own generate_assignment."""

import json
import shutil

import nbformat
import pytest
from click.testing import CliRunner

from autograder.authoring import notebooks
from autograder.cli import main
from autograder.course.units import Course
from autograder.course.verdicts import CourseError

COURSE = Course.find()
SOURCE = '''\
# %% [markdown]
# # A unit
# %%
import numpy as np
# %% grade_id="double" solution=true points=2
def double(x):
    """Return 2 x."""
    ### BEGIN SOLUTION
    return 2 * x
    ### END SOLUTION
# %% grade_id="double" grade=true active="ipynb"
# check("double")
'''


@pytest.fixture
def course(tmp_path, monkeypatch):
    """A small course folder with one unit, as the working directory."""
    (tmp_path / "solutions").mkdir()
    (tmp_path / "solutions" / "u01_double.py").write_text(SOURCE)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(*words):
    return CliRunner().invoke(main, ["exercises", *words])


def test_two_builds_give_the_same_bytes_as_the_committed_notebooks():
    texts = notebooks.build(COURSE.root / "solutions")
    assert texts == notebooks.build(COURSE.root / "solutions")
    assert notebooks.stale(texts, COURSE.root / "exercises") == []


@pytest.mark.parametrize("unit", COURSE.units)
def test_a_released_notebook_gives_nothing_away(unit):
    text = COURSE.units[unit].path.read_text(encoding="utf-8")
    for word in ("SOLUTION", "HIDDEN", "jupytext", "lines_to_next_cell", "cell_marker", '"outputs": [\n    {'):
        assert word not in text
    nbformat.validate(json.loads(text))


@pytest.mark.parametrize("unit", COURSE.units)
def test_no_line_of_a_solution_stands_in_the_released_notebook(unit):
    released = {line.strip() for cell in COURSE.units[unit].cells if cell.kind in ("answer", "manual")
                for line in cell.source.splitlines()}
    inside, lines = False, []
    for line in (COURSE.root / "solutions" / f"{unit}.py").read_text(encoding="utf-8").splitlines():
        if "BEGIN SOLUTION" in line or "END SOLUTION" in line:
            inside = "BEGIN" in line
        elif inside and len(line.strip()) > 30:
            lines.append(line.strip())
    assert [line for line in lines if line in released] == []


@pytest.mark.parametrize("unit", COURSE.units)
def test_cell_ids_are_the_grade_ids_and_else_the_positions(unit):
    cells = json.loads(COURSE.units[unit].path.read_text(encoding="utf-8"))["cells"]
    for position, cell in enumerate(cells):
        assert cell["id"] == cell["metadata"].get("nbgrader", {}).get("grade_id", f"cell-{position:02}")


@pytest.mark.parametrize("unit", COURSE.units)
def test_a_stub_says_which_exercise_it_is(unit):
    for cell in COURSE.units[unit].cells:
        if cell.kind == "answer":
            assert f'raise NotImplementedError("{cell.exercise}")' in cell.source


def test_a_second_build_changes_nothing(course):
    assert "1 changed" in run().output
    assert "0 changed" in run().output


def test_check_fails_when_the_notebook_differs_from_its_source(course):
    run()
    assert run("--check").exit_code == 0
    source = course / "solutions" / "u01_double.py"
    source.write_text(SOURCE.replace("Return 2 x.", "Return twice x."))
    result = run("--check")
    assert result.exit_code == 2
    assert "exercises/u01_double/u01_double.ipynb differs from solutions/u01_double.py" in result.output


def test_check_fails_for_a_notebook_without_source(course):
    run()
    (course / "exercises" / "u02_stray").mkdir()
    assert "exercises/u02_stray has no source" in run("--check").output


@pytest.mark.parametrize("damage", [
    ("### END SOLUTION\n", ""), ('solution=true', 'solutoin=true'),
    ('grade_id="double" grade', 'grade_id="treble" grade'),
])
def test_a_failing_source_is_named_and_leaves_the_released_notebook(course, damage):
    run()
    released = course / "exercises" / "u01_double" / "u01_double.ipynb"
    before = released.read_bytes()
    source = course / "solutions" / "u01_double.py"
    source.write_text(SOURCE.replace(*damage))
    result = run()
    assert result.exit_code == 2
    assert result.output.startswith("Error: ") and "u01_double" in result.output
    assert "Traceback" not in result.output
    assert released.read_bytes() == before


def test_an_unknown_unit_is_refused(course):
    assert "u09_none" in run("u09_none").output


def test_no_solutions_at_all_is_a_course_error(tmp_path):
    shutil.rmtree(tmp_path)
    with pytest.raises(CourseError, match="no solution file"):
        notebooks.build(tmp_path)
