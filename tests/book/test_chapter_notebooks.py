"""Each chapter as a notebook: what its cells need is found, and it runs from the top."""

import importlib
import re
import sys
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

ROOT = Path(__file__).parents[2]
BOOK = ROOT / "book"
CHAPTERS = sorted(path.stem for path in BOOK.glob("u[0-9]*.md"))


@pytest.fixture
def extension(monkeypatch):
    """A function that imports a module of book/_ext/chapter."""
    monkeypatch.syspath_prepend(str(BOOK / "_ext" / "chapter"))
    return importlib.import_module


def chapter(*cells):
    """Return the text of a chapter with these cells; those that begin with ":" are hidden."""
    options = [":tags: [remove-cell]\n" if code[0] == ":" else "" for code in cells]
    fenced = zip(options, cells, strict=True)
    return "\n".join(f"```{{code-cell}} python\n{option}{code.lstrip(':')}\n```\n" for option, code in fenced)


def setup_of(extension, *cells):
    module = extension("setup_code")
    return module.setup_of(module.cells_of(chapter(*cells)))


def test_set_up_brings_what_a_visible_cell_needs_and_nothing_else(extension):
    hidden = ":import math\nimport numpy as np\nx = np.ones(3)\ny = math.pi\nassert y > 3\nunused = x + 1"
    assert setup_of(extension, hidden, "print(x)") == ["", "import numpy as np\nx = np.ones(3)"]


def test_set_up_follows_arrays_that_are_filled_later(extension):
    hidden = ":paths = [0] * 3\nfor t in range(3):\n    paths[t] = t\nother = 5"
    assert setup_of(extension, hidden, "paths")[1] == "paths = [0] * 3\nfor t in range(3):\n    paths[t] = t"


def test_names_inside_functions_and_loops_of_a_visible_cell_are_its_own(extension):
    visible = "def f(w, x=1):\n    y = w + x\n    return y\nfor k in range(3):\n    s = k\n    t = s + a"
    assert setup_of(extension, ":w = x = y = k = s = 1\na = 2", visible)[1] == "a = 2"


def test_set_up_of_a_cell_does_not_repeat_that_of_an_earlier_one(extension):
    found = setup_of(extension, ":a = 1\nb = 2", "print(a)", ":c = b", "print(c, a)")
    assert found == ["", "a = 1\nb = 2", "", "c = b"]


def test_solutions_become_the_readers_own_answers(extension):
    hidden = ':from figures import load_reference, show\nunit = load_reference("u01_perceptron")\nshow(unit)'
    lines = ["from autograder.desk.answers import answers", 'unit = answers("u01_perceptron")']
    assert setup_of(extension, hidden, "unit.sse")[1].split("\n") == lines


def test_a_visible_cell_may_not_use_the_figures_of_the_book(extension):
    with pytest.raises(ValueError, match="axes of the book's figures"):
        setup_of(extension, ":from figures import axes", "axes()")


def test_boxes_and_quoted_numbers_become_markdown(extension):
    plain = extension("plain")
    text = ":::{predict} How large?\nGuess.\n+++\n{glue:text}`loss:.2f`, see {cite:t}`a`.\n:::\n[unit 2](u02_x.md#y)"
    made = plain.markdown(text, plain.Boxes("page.html"), {"loss": -113.29}, {"a": ("Ada", "1843")})
    assert "**Predict first: How large?**" in made and "<summary>Show the answer</summary>" in made
    assert "\N{MINUS SIGN}113.29, see Ada (1843)." in made and "</details>" in made
    assert "[unit 2](../u02_x.html#y)" in made


@pytest.mark.parametrize("name", CHAPTERS)
def test_chapter_can_be_taken_home_as_a_notebook(site, name):
    notebook = nbformat.read(site / "chapters" / f"chapter_{name}.ipynb", 4)
    nbformat.validate(notebook)
    assert f"chapters/chapter_{name}.ipynb" in (site / f"{name}.html").read_text(encoding="utf-8")
    code = "\n".join(cell.source for cell in notebook.cells if cell.cell_type == "code")
    assert "figures" not in code and "load_reference" not in code and "glue" not in code
    words = "\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")
    assert ":::" not in words and "{glue" not in words and "{cite" not in words


@pytest.mark.parametrize("name", CHAPTERS)
def test_chapter_notebook_says_at_its_top_what_it_needs(site, name):
    notebook = nbformat.read(site / "chapters" / f"chapter_{name}.ipynb", 4)
    code = "\n".join(cell.source for cell in notebook.cells if cell.cell_type == "code")
    imported = set(re.findall(r"^\s*(?:from|import) (\w+)", code, re.MULTILINE)) - sys.stdlib_module_names
    top = notebook.cells[0].source
    assert imported <= {"numpy", "matplotlib", "autograder", "sklearn"}  # the last is not among a student's smaller set
    assert ("sklearn" in imported) == ("needs scikit-learn" in top)
    assert ("answers(" in code) == ("it takes yours" in top)


def test_chapter_notebook_runs_from_its_top(site):
    notebook = nbformat.read(site / "chapters" / "chapter_u01_perceptron.ipynb", 4)
    NotebookClient(notebook, timeout=120, resources={"metadata": {"path": str(site / "chapters")}}).execute()
    outputs = [output for cell in notebook.cells if cell.cell_type == "code" for output in cell.outputs]
    assert [output for output in outputs if output.output_type == "error"] == []
    assert any("199.98" in output.get("text", "") for output in outputs)
