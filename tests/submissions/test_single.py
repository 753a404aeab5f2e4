"""One student's files, however they were packed: the notebook is found, or what is wrong is said."""

import json
import shutil

import pytest

from autograder.desk import submit
from autograder.submissions.collect import collect
from autograder.submissions.files import Rejected
from autograder.submissions.single import notebook_in
from autograder.submissions.submission import open_submission

UNIT = "u01_perceptron"
FILE = f"{UNIT}.ipynb"


@pytest.fixture
def folder(tmp_path):
    """A function that writes files with their own name as content, and returns their folder."""
    def write(*names):
        for name in names:
            path = tmp_path / "submission" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(name)
        return tmp_path / "submission"
    return write


COURSE_FILES = ("README.md", f"autograder/released/{FILE}", f"book/notebooks/{FILE}", "book/index.html",
                "exercises/u02_gradient_descent/u02_gradient_descent.ipynb")


@pytest.mark.parametrize("names", [
    [FILE], [f"{UNIT}/{FILE}"], [f"ada/{UNIT}/{FILE}", f"ada/{UNIT}/timestamp.txt", f"ada/{UNIT}/versions.json"],
    ["my work.ipynb"], [f"{FILE}.json"], [f"deep/er/{UNIT}/{FILE}", "deep/er/notes.txt"],
    [f"exercises/{UNIT}/{FILE}", *COURSE_FILES],
    [f"neural-networks/{name}" for name in (f"exercises/{UNIT}/{FILE}", *COURSE_FILES)],
    [FILE, f"{UNIT}-Copy1.ipynb"], [FILE, f".ipynb_checkpoints/{FILE}"], [FILE, "u02_gradient_descent.ipynb"],
])
def test_the_notebook_is_found(folder, course, names):
    assert notebook_in(folder(*names), UNIT, course.units).read().decode() == names[0]


@pytest.mark.parametrize("student", ["", "ada"])
@pytest.mark.parametrize("unpacked", [False, True])
def test_what_submit_packs_is_found(tmp_path, course, unit, student, unpacked):
    target = submit.pack(unit.path, UNIT, student, tmp_path / "packed")
    folder = tmp_path / "submission"
    folder.mkdir()
    if unpacked:
        shutil.unpack_archive(target, folder)
    else:
        shutil.copy(target, folder)
    assert notebook_in(folder, UNIT, course.units).read() == unit.path.read_bytes()


@pytest.mark.parametrize(("names", "problem"), [
    (["u01.py"], "no-notebook"), ([], "no-notebook"), (["one.ipynb", "two.ipynb"], "which-notebook")])
def test_what_cannot_be_found_is_said(folder, course, tmp_path, names, problem):
    (tmp_path / "submission").mkdir()
    with pytest.raises(Rejected) as caught:
        notebook_in(folder(*names), UNIT, course.units)
    assert caught.value.problem == problem


def test_submit_leaves_the_outputs_of_a_large_notebook_out(tmp_path, course, unit):
    notebook = json.loads(unit.path.read_text(encoding="utf-8"))
    code = next(cell for cell in notebook["cells"] if cell["cell_type"] == "code")
    code["outputs"] = [{"output_type": "display_data", "data": {"image/png": "A" * (12 << 20)}}]
    packed = json.loads(submit.packable(json.dumps(notebook).encode()))
    code["outputs"] = []
    assert packed == notebook


def test_grading_takes_the_large_notebook_that_was_not_packed(tmp_path, course, unit):
    notebook = json.loads(unit.path.read_text(encoding="utf-8"))
    code = next(cell for cell in notebook["cells"] if cell["cell_type"] == "code")
    path = tmp_path / "ada" / UNIT / f"{UNIT}.ipynb"
    path.parent.mkdir(parents=True)
    path.write_text(json.dumps(notebook), encoding="utf-8")
    expected = open_submission(path, unit, "ada")
    code["outputs"] = [{"output_type": "display_data", "data": {"image/png": "A" * (12 << 20)}}]
    path.write_text(json.dumps(notebook), encoding="utf-8")
    assert open_submission(path, unit, "ada") == expected
    collected = collect(tmp_path, course)
    assert [(entry.student, entry.refusal) for entry in collected.taken] == [("ada", "")]
