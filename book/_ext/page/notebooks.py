"""Links the chapters to their exercise notebooks, and puts the notebooks into the built book.

Role: {notebook}`sse` links from an exercise of a chapter to the notebook of the same unit; {notebook}`add mul power`
does so for an exercise of several functions.
"""

import shutil
from pathlib import Path

from docutils import nodes
from sphinx.util.docutils import SphinxRole


def address(unit):
    """Return the address of a unit's notebook inside the built book."""
    return f"notebooks/{unit}.ipynb"


def link(unit, text):
    """Return a reference node that downloads the notebook of a unit."""
    return nodes.reference("", "", nodes.Text(text), refuri=address(unit), classes=["notebook-link"])


class NotebookRole(SphinxRole):
    """{notebook}`name name`: where these exercises of this unit are solved."""

    def run(self):
        unit, names = self.env.docname, self.text.split()
        line = nodes.inline("", "", nodes.Text("Write "), classes=["to-notebook"])
        for place, name in enumerate(names):
            between = "" if place == 0 else " and " if place == len(names) - 1 else ", "
            line += [nodes.Text(between), nodes.literal("", name)]
        line += [nodes.Text(" in the notebook "), link(unit, f"{unit}.ipynb")]
        return [line], []


def copy_notebooks(app, exception):
    if exception or app.builder.format != "html":
        return
    exercises = Path(app.srcdir).parent / "exercises"
    target = Path(app.outdir) / "notebooks"
    target.mkdir(exist_ok=True)
    for docname in sorted(app.env.found_docs):
        notebook = exercises / docname / f"{docname}.ipynb"
        if notebook.exists():
            shutil.copyfile(notebook, target / notebook.name)


def setup(app):
    app.add_role("notebook", NotebookRole())
    app.connect("build-finished", copy_notebooks)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
