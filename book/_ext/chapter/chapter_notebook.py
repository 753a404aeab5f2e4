"""Every chapter as a notebook that runs from its top, made by the build; and its set-up code, folded, in the page.

A chapter's hidden cells draw its figures and check its numbers, with the course's solutions. A reader has none of
these: in the notebook the figures are pictures, and what a cell needs of an exercise is the reader's own answer (see
autograder/desk/answers.py). Cells that compute with answers do not stop "Run All" while an exercise is still open.
"""

import base64
import html
import json
import re
from ast import literal_eval
from pathlib import Path

import nbformat
from docutils import nodes
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook
from plain import Boxes, markdown
from pybtex.database import parse_file
from setup_code import ANSWERS, cells_of, setup_of
from sphinx.errors import ExtensionError
from sphinx.util.docutils import SphinxDirective

FOLDED = {"jupyter": {"source_hidden": True}, "tags": ["hide-input"]}
MAY_FAIL = {"tags": ["raises-exception"]}
TAKES_ANSWERS = (
    "Where a cell uses a function of an exercise, it takes yours, as you last saved it in the notebooks of "
    "`exercises/`. Until it is written, such a cell stops with `NotImplementedError`, and Run All goes on."
)
NEEDS_DATA = (
    "This notebook needs scikit-learn for its pictures of digits: `requirements.txt` brings it, "
    "`requirements-student.txt` does not (`pip install scikit-learn`)."
)
HIDDEN_CELL = re.compile(
    r'<div class="cell tag_remove-input docutils container">(.*?)(?=<div class="cell |</section>|<h2)', re.DOTALL
)
SHOWN = re.compile(
    r'<figure class="course-figure">.*?(?P<svg><svg.*?</svg>).*?(?:<figcaption>(?P<caption>.*?)</figcaption>)?</figure>'
    r'|<div class="output text_latex math notranslate nohighlight">\s*\\\[(?P<formula>.*?)\\\]',
    re.DOTALL,
)


def is_chapter(docname):
    return bool(re.match(r"u\d\d_", docname))


def address(unit):
    """Return the address of a chapter's notebook inside the built book."""
    return f"chapters/chapter_{unit}.ipynb"


class setup_code(nodes.General, nodes.Element):
    """The set-up of the cell below, folded."""


class SetUp(SphinxDirective):
    """Holds the set-up code of a cell; the build puts it there."""

    has_content = True

    def run(self):
        code = "\n".join(self.content)
        return [setup_code("", nodes.literal_block(code, code, language="python"))]


def insert_setup(app, docname, source):
    """Put the set-up before each cell that needs one."""
    if not is_chapter(docname):
        return
    text = source[0]
    cells = cells_of(text)
    for cell, code in reversed(list(zip(cells, setups(docname, cells), strict=True))):
        if code:
            text = f"{text[: cell.start]}```{{setup}}\n{code}\n```\n\n{text[cell.start :]}"
    source[0] = text


def setups(docname, cells):
    try:
        return setup_of(cells)
    except ValueError as error:
        raise ExtensionError(f"{docname}: {error}") from error


def link_notebook(app, doctree):
    """Offer the notebook in the opening card."""
    for facts in doctree.findall(nodes.paragraph):
        if "opening-facts" in facts["classes"] and is_chapter(app.env.docname):
            button = nodes.inline(classes=["fact"])
            button += nodes.reference("", "", nodes.Text("This chapter as a notebook"),
                                      refuri=address(app.env.docname), classes=["chapter-notebook"])
            facts += button


# The notebook


def pictures_of(page):
    """Return, for each hidden cell that shows something, its figures and formulas as Markdown with attachments."""
    found = []
    for number, cell in enumerate(HIDDEN_CELL.findall(page)):
        parts, attachments = [], {}
        for place, shown in enumerate(SHOWN.finditer(cell)):
            if shown["formula"]:
                parts.append(f"$$\n{html.unescape(shown['formula']).strip()}\n$$")
                continue
            name = f"figure-{number}-{place}.svg"
            words = re.search(r'aria-label="([^"]*)"', shown["svg"])
            attachments[name] = {"image/svg+xml": base64.b64encode(shown["svg"].encode()).decode()}
            parts.append(f"![{html.unescape(words[1]) if words else ''}](attachment:{name})")
            parts += [f"*{html.unescape(shown['caption'])}*"] if shown["caption"] else []
        found.append(("\n\n".join(parts), attachments))
    return found


def quoted_values(path):
    """Return name -> value of what a chapter's cells made quotable."""
    if not path.exists():
        return {}
    texts = {name: output["data"]["text/plain"] for name, output in json.loads(path.read_text("utf-8")).items()}
    return {name: literal_eval(text) for name, text in texts.items()}


def works_of(path):
    """Return key -> (author, year) of a bibliography."""
    works = {}
    for key, entry in parse_file(str(path)).entries.items():
        names = [" ".join(person.last_names).strip("{}") for person in entry.persons["author"]]
        authors = names[0] if len(names) == 1 else " and ".join(names) if len(names) == 2 else f"{names[0]} et al."
        works[key] = (authors, entry.fields["year"])
    return works


def notebook_of(docname, text, page, quoted, works):
    """Return the notebook of a chapter, from its text and its built page."""
    text = re.sub(r"\A---\n.*?\n---\n", "", text, count=1, flags=re.DOTALL)
    cells, boxes, made, done = cells_of(text), Boxes(f"../{docname}.html"), [], 0
    codes, pictures = setups(docname, cells), iter(pictures_of(page))
    with_answers = False
    for cell, code in zip(cells, codes, strict=True):
        prose = markdown(text[done : cell.start], boxes, quoted, works)
        made += [new_markdown_cell(prose)] if prose else []
        done = cell.end
        with_answers |= f"{ANSWERS}(" in code
        tags = {"tags": [*FOLDED["tags"], *(MAY_FAIL["tags"] if with_answers else [])]}
        made += [new_code_cell(code, metadata=FOLDED | tags)] if code else []
        if not cell.hidden:
            made.append(new_code_cell(cell.code, metadata=MAY_FAIL if with_answers else {}))
        elif "remove-input" in text[cell.start : cell.end]:
            words, attachments = next(pictures)
            made += [new_markdown_cell(words, attachments=attachments)] if words else []
    made.append(new_markdown_cell(markdown(text[done:], boxes, quoted, works)))
    needs_data = any("sklearn" in cell.source for cell in made if cell.cell_type == "code")
    notes = [TAKES_ANSWERS] * with_answers + [NEEDS_DATA] * needs_data
    title, rest = made[0].source.split("\n", 1)
    made[0].source = "\n".join([title, *(f"\n*{note}*" for note in notes), rest])
    for number, cell in enumerate(made):
        cell["id"] = f"{docname[:3]}-{number}"
    return new_notebook(cells=made, metadata={"kernelspec": {"name": "python3", "display_name": "Python 3",
                                                             "language": "python"}})


def write_notebooks(app, exception):
    if exception or app.builder.format != "html":
        return
    out, source = Path(app.outdir), Path(app.srcdir)
    works = works_of(source / "references.bib")
    (out / "chapters").mkdir(exist_ok=True)
    for docname in filter(is_chapter, sorted(app.env.found_docs)):
        quoted = quoted_values(out.parent / "jupyter_execute" / f"{docname}.glue.json")
        page = (out / f"{docname}.html").read_text(encoding="utf-8")
        text = (source / f"{docname}.md").read_text(encoding="utf-8")
        nbformat.write(notebook_of(docname, text, page, quoted, works), out / address(docname))


def visit(translator, node):
    translator.body.append('<details class="setup"><summary>Set-up</summary>\n')


def depart(translator, node):
    translator.body.append("</details>\n")


def setup(app):
    app.add_node(setup_code, html=(visit, depart))
    app.add_directive("setup", SetUp)
    app.connect("source-read", insert_setup, priority=900)
    app.connect("doctree-read", link_notebook, priority=900)
    app.connect("build-finished", write_notebooks, priority=950)
    return {"version": "1", "env_version": 1, "parallel_read_safe": True, "parallel_write_safe": True}
