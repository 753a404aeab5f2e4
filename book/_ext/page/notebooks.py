"""Leads from the chapters to their exercise notebooks: the command that opens one, and a copy to download.

Role: {notebook}`sse` leads from an exercise of a chapter to the notebook of the same unit; {notebook}`add mul power`
does so for an exercise of several functions. A student's copy of the course has the notebooks themselves, so there
the offer to download another one is left out (autograder/authoring/release.py).
"""

import shutil
from pathlib import Path

from docutils import nodes
from sphinx.util.docutils import SphinxRole


def address(unit):
    """Return the address of a unit's notebook inside the built book."""
    return f"notebooks/{unit}.ipynb"


def way_to(unit):
    """Return the nodes that lead to the notebook of a unit: the command, which a script lets copy, and the download."""
    command = nodes.literal("", f"jupyter lab exercises/{unit}/{unit}.ipynb", classes=["notebook-command"])
    link = nodes.reference("", "", nodes.Text("download it"), refuri=address(unit), classes=["notebook-link"])
    return [command, nodes.inline("", "", nodes.Text(" or "), link, classes=["notebook-download"])]


class NotebookRole(SphinxRole):
    """{notebook}`name name`: where these exercises of this unit are solved."""

    def run(self):
        unit, names = self.env.docname, self.text.split()
        line = nodes.inline("", "", nodes.Text("Write "), classes=["to-notebook"])
        for place, name in enumerate(names):
            between = "" if place == 0 else " and " if place == len(names) - 1 else ", "
            line += [nodes.Text(between), nodes.literal("", name)]
        line += [nodes.Text(" in the notebook: "), *way_to(unit)]
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
    return {"version": "1", "env_version": 2, "parallel_read_safe": True, "parallel_write_safe": True}
