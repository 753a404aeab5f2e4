"""What a right answer is told: the truth about its points, what comes next, at the end of a unit what was learned."""

import json
import shutil

import pytest
from running import COURSE, UNIT, run_code, run_copy

from autograder.desk.praise import gained, next_open, next_sentence

SCRIPT = """
import json, pathlib, sys, IPython
shell = IPython.InteractiveShell.instance()
from autograder.desk import kernel
for cell in json.loads(sys.argv[1]):
    shell.run_cell(cell, store_history=True)
"""


@pytest.fixture
def copy(tmp_path, hand_out):
    return hand_out(tmp_path / "copy")


def told(copy, *cells, notebook=""):
    """Return what a kernel of the copy says to these cells."""
    place = copy / "exercises" / UNIT
    environment = {"PYTHONPATH": str(copy), "IPYTHONDIR": str(copy), "JPY_SESSION_NAME": str(place / notebook)}
    done = run_code(SCRIPT, json.dumps(["import numpy as np", *cells]), cwd=place, environment=environment)
    assert done.returncode == 0, done.stderr
    return done.stdout


def answer_in_words(copy, text="Squares cannot cancel."):
    path = copy / "exercises" / UNIT / f"{UNIT}.ipynb"
    notebook = json.loads(path.read_text(encoding="utf-8"))
    next(cell for cell in notebook["cells"] if cell["id"] == "why-squares")["source"] += text
    path.write_text(json.dumps(notebook), encoding="utf-8")


CHECK = "from autograder import check\n_ = check({!r})"


def test_a_right_answer_is_told_what_it_gives_and_what_comes_next(copy, right):
    said = told(copy, right["sse"], CHECK.format("sse"))
    assert "sse: All checks pass. 1 point, 1 more when graded (hidden cases).\nNext: `why-squares`." in said
    assert "of 2 points" not in said


def test_the_end_of_a_unit_says_what_was_learned_and_where_to_go_on(copy, right):
    answer_in_words(copy)
    shutil.copytree(COURSE.root / "book", copy / "book", ignore=lambda *_: {"_build"})
    said = told(copy, right["forward"], right["sse"], CHECK.format("forward"), CHECK.format("sse"),
                CHECK.format("forward"))
    assert said.count("The unit is done: One layer, one loss. Well done!") == 1, said
    assert "  - say with a single number how wrong the answer is" in said
    assert "Read: Part one in short: one layer (book/summary_1_layer.md)" in said
    assert "Next: `u02_gradient_descent/grad_W`." in said


def test_the_table_of_a_whole_notebook_praises_in_the_same_words(copy, right):
    said = told(copy, right["forward"], right["sse"], CHECK.format(""))
    assert "All checks pass. 2 points, 2 more when graded (hidden cases).\nNext: `why-squares`." in said


def test_the_terminal_says_the_same(copy, right):
    answer_in_words(copy)
    path = copy / "exercises" / UNIT / f"{UNIT}.ipynb"
    notebook = json.loads(path.read_text(encoding="utf-8"))
    for cell in notebook["cells"]:
        cell["source"] = right.get(cell["id"].removesuffix("-answer"), cell["source"]) \
            if cell["id"].endswith("-answer") else cell["source"]
    path.write_text(json.dumps(notebook), encoding="utf-8")
    one = run_copy(copy, "-m", "autograder", "check", "sse").stdout
    assert "All checks pass. 1 point, 1 more when graded (hidden cases)." in one
    for words in ((), ("check", UNIT)):
        said = run_copy(copy, "-m", "autograder", *words).stdout
        assert "The unit is done: One layer, one loss. Well done!" in said, said
        assert "u02_gradient_descent/grad_W" in said


def test_a_check_in_a_copy_says_that_it_is_not_handed_in(copy, right):
    other = f"{UNIT}-Copy1.ipynb"
    shutil.copy(copy / "exercises" / UNIT / f"{UNIT}.ipynb", copy / "exercises" / UNIT / other)
    said = told(copy, right["sse"], CHECK.format(""), notebook=other)
    sentence = f"This notebook is a copy, {other}: what is handed in is exercises/{UNIT}/{UNIT}.ipynb."
    assert sentence in " ".join(said.split())
    assert "is a copy" not in told(copy, right["sse"], CHECK.format("sse"), notebook=f"{UNIT}.ipynb")


def test_points_are_counted_in_words():
    assert [gained(1, 0), gained(2, 0.5)] == ["1 point", "2 points, 0.5 more when graded (hidden cases)"]


def test_what_comes_next_is_behind_the_present_one_and_from_the_end_the_first():
    unit = COURSE.unit(UNIT)
    names = [exercise.name for exercise in unit.exercises]
    path = f"{UNIT}/{names[1]}"
    assert next_open(unit.exercises, {path}, path).name == names[2]
    assert next_open(unit.exercises, {path, f"{UNIT}/{names[2]}"}, path).name == names[0]
    assert next_open(unit.exercises, {f"{UNIT}/{name}" for name in names}, path) is None
    assert next_sentence(unit.exercises[0], "u02") == f"Next: `{UNIT}/forward`."
    assert next_sentence(None, "") == ""
