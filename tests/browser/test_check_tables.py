"""The tables of check, hint and progress in a browser: readable for everyone, in every theme and without one."""

import re

import numpy as np
import pytest
from accessible import faults, violations
from nbconvert import HTMLExporter
from nbformat.v4 import new_code_cell, new_notebook, new_output
from running import COURSE, UNIT

from autograder.checking.local import LocalStudent
from autograder.checking.runner import Checks
from autograder.desk import reading
from autograder.desk.asking import HintList, standing_here
from autograder.desk.ending import Ending
from autograder.desk.kernel import check_namespace
from autograder.desk.picture import Picture
from autograder.desk.place import Desk
from autograder.desk.standing import DONE, FAILING, MISSING, UNTOUCHED, Standing
from autograder.desk.tables import NotebookTable

pytestmark = pytest.mark.browser

LAB = ("--jp-content-font-color1: {}; --jp-layout-color2: {}; --jp-border-color2: {}; background: {}; "
       "color: var(--jp-content-font-color1)")
THEMES = {
    "no theme": "",
    "no theme, on a dark page": "background: #111; color: #eee",
    "JupyterLab light": LAB.format("rgba(0, 0, 0, .87)", "#eeeeee", "#e0e0e0", "white"),
    "JupyterLab dark": LAB.format("white", "#424242", "#616161", "#111"),
    "VS Code dark": "--vscode-foreground: #cccccc; --vscode-textCodeBlock-background: #2b2b2b; background: #1f1f1f; "
                    "color: #cccccc",
    "VS Code light": "--vscode-foreground: #3b3b3b; --vscode-textCodeBlock-background: #f3f3f3; background: white",
}


@pytest.fixture(scope="module")
def outputs(site):
    """Name -> HTML of everything that the desk shows in a notebook."""
    half = {"np": np, "sse": lambda u, d: float(np.sum((u - d) ** 2)) / 2}
    table = check_namespace("sse", half)
    good = check_namespace("forward", {"forward": lambda W, x, b: W @ x + b})
    good.following, good.ending = "Next: `sse`.", Ending.of(COURSE.unit(UNIT), COURSE.root)
    checks = Checks(COURSE.check_files(UNIT, hidden=False))
    exercise = COURSE.exercise("sse")
    row = standing_here(exercise, checks.run_recorded(LocalStudent(half), "sse"), half)
    hints = HintList.__new__(HintList)
    hints.root, hints.row, hints.left = COURSE.root, row, 0
    from autograder.desk.hinting import hints as all_hints
    hints.given = all_hints(Desk.here(), row)
    states = [DONE, FAILING, MISSING, UNTOUCHED]
    rows = [Standing(exercise, states[number % 4]) for number, exercise in enumerate(COURSE.unit(UNIT).exercises)]
    picture = Picture(COURSE.units, {UNIT: rows})
    return {"check": table._repr_html_(), "praise": good._repr_html_(), "notebook": NotebookTable([table, good])
            ._repr_html_(), "hints": hints._repr_html_(), "progress": picture._repr_html_()}


def unfold(page):
    """Open everything that folds."""
    page.evaluate("for (const item of document.querySelectorAll('details')) item.open = true")


def test_every_output_can_be_read_in_every_theme(outputs, tab_for):
    page = tab_for().page
    sections = "".join(f"<h2>{name}</h2>{text}" for name, text in outputs.items())
    page.set_content(f'<!doctype html><html lang="en"><title>Tables</title><body>'
                     f"<main><h1>Tables</h1>{sections}</main></body></html>")
    unfold(page)
    found = {}
    for theme, style in THEMES.items():
        page.evaluate("style => document.body.setAttribute('style', style)", style)
        found[theme] = faults(page)
        assert page.locator("tbody th[scope=row]").count() > 5
        assert (page.locator("thead th").first.inner_text().strip()
                or page.locator("thead th .check-unseen").count()), theme
    assert found == {theme: [] for theme in THEMES}


def test_an_output_needs_nothing_but_itself(outputs):
    """VS Code and Colab show outputs in a frame of their own: no script of ours runs, no relative address leads on."""
    for name, text in outputs.items():
        assert not re.search(r"<script|<iframe|<link|<img|\bsrc=|@import|url\((?!#)", text), name
        assert not [link for link in re.findall(r'href="([^"#]*)', text) if link and "://" not in link], name


def test_an_output_stays_in_its_frame(outputs, monkeypatch):
    """What a sandboxed frame forbids or ignores: leading the page away, forms, handlers, places on the screen."""
    monkeypatch.setattr(reading, "page_link", lambda root, section: f"https://course.example/{section}")
    section = reading.reading_html(COURSE.root, "u01_perceptron.md#how-wrong-is-it")
    assert "https://course.example/" in section
    for name, text in {**outputs, "section": section}.items():
        links = [link for link in re.findall(r"<a\b[^>]*>", text) if 'href="#' not in link]
        assert all('target="_blank"' in link and 'rel="noopener"' in link for link in links), name
        assert not re.search(r"<(?:form|base|meta|object|embed|button|input)\b|\son\w+=|javascript:", text), name
        assert not re.search(r"position:\s*(?:fixed|sticky)|\dv[hw]\b", text), name


def test_axe_notices_pale_words_in_a_table(outputs, tab_for):
    page = tab_for().page
    page.set_content(f'<html lang="en"><title>T</title><main>{outputs["check"]}</main></html>')
    page.add_style_tag(content=".check-table thead th { color: #aaa !important }")
    unfold(page)
    assert any(fault.startswith("color-contrast") for fault in faults(page))


@pytest.fixture(scope="module")
def alone(new_tab):
    """A tab that reaches no other host."""
    page = new_tab().page
    page.route("http*://**", lambda route: route.abort())
    return page


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_an_exported_notebook_can_be_read(outputs, alone, tmp_path, theme):
    cells = [new_code_cell(f"# {name}", execution_count=1, outputs=[
        new_output("display_data", {"text/html": text, "text/plain": ""})]) for name, text in outputs.items()]
    text, _ = HTMLExporter(theme=theme).from_notebook_node(new_notebook(cells=cells))
    path = tmp_path / "notebook.html"
    path.write_text(text, encoding="utf-8")
    alone.goto(path.as_uri())
    unfold(alone)
    found = violations(alone, {"include": [[".check-table"]]})
    assert [(item["id"], item["nodes"][0]["target"]) for item in found] == []


def test_the_names_of_units_do_not_run_into_the_squares(outputs, tab_for):
    page = tab_for().page
    page.set_content(f'<html lang="en"><title>T</title><main style="width: 700px">{outputs["progress"]}</main></html>')
    over = page.evaluate("""() => [...document.querySelectorAll('.check-units tbody tr')].filter((row) => {
      const [name, done] = [...row.children].map((cell) => {
        const range = document.createRange();
        range.selectNodeContents(cell);
        return range.getBoundingClientRect();
      });
      return name.right > done.left;
    }).length""")
    assert over == 0
