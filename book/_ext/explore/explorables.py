"""Explorables: pictures that answer when the reader changes something.

Directive: `:::{explorable} learning-rate` right after the cell of a figure. Its row in book/data/explorables.tsv
gives its script, its title and its instructions, and says whether the figure steps aside ("replace") or stays
("keep") while the live picture runs. Where scripts are off, and in print, the figure is what the reader sees.

The scripts lie beside this file. They are plain deferred scripts and no modules, because a browser refuses modules
on pages that are opened from a disk. They are copied into the built book, and only pages that use one load it.
"""

import json
import shutil
from html import escape
from pathlib import Path

from docutils import nodes
from explorable_data import DATA
from sphinx.errors import ExtensionError
from sphinx.transforms import SphinxTransform
from sphinx.util.docutils import SphinxDirective
from tables import read_rows

HERE = Path(__file__).parent


class explorable(nodes.General, nodes.Element):
    """One explorable; its children are its figure."""


class Explorable(SphinxDirective):
    """Puts a live picture below the figure that comes before it."""

    required_arguments = 1

    def run(self):
        path = Path(self.env.srcdir) / "data" / "explorables.tsv"
        rows = {row["name"]: row for row in read_rows(path)}
        name = self.arguments[0]
        if name not in rows:
            raise self.error(f"explorable {name!r} is not in {path.name}; it has {', '.join(sorted(rows))}")
        self.env.note_dependency(str(path))
        self.env.note_dependency(str(HERE / "explorable_data.py"))
        self.env.note_dependency(__file__)
        node = explorable(**rows[name])
        node["data"] = json.dumps(DATA[name](), separators=(",", ":")) if name in DATA else ""
        self.set_source_info(node)
        return [node]


class TakeFigures(SphinxTransform):
    """Moves the figure cell before an explorable into it."""

    default_priority = 4

    def apply(self):
        for node in list(self.document.findall(explorable)):
            before = node.previous_sibling()
            if not isinstance(before, nodes.container) or "cell" not in before["classes"]:
                raise ExtensionError(f"{self.env.docname}: explorable {node['name']} needs a figure cell before it")
            before.parent.remove(before)
            node += before


def visit(translator, node):
    translator.body.append(
        f'<div class="explorable" id="explorable-{node["name"]}" data-script="{node["script"]}"'
        f' data-figure="{node["figure"]}"><div class="explorable-static">\n'
    )


def depart(translator, node):
    title = f"explorable-{node['name']}-title"
    parts = [
        f'</div><div class="explorable-live" role="group" aria-labelledby="{title}" hidden>',
        f'<p class="part-title" id="{title}"><span class="part-kind">Try it</span>',
        f'<span class="part-name">{escape(node["title"])}</span></p>',
        f'<p class="explorable-help">{escape(node["instructions"])}</p></div>',
    ]
    if node["data"]:
        parts.append(f'<script type="application/json">{node["data"]}</script>')
    translator.body.append("\n".join([*parts, "</div>\n"]))


def load_scripts(app, pagename, templatename, context, doctree):
    """Load on this page what its explorables need, each script once and in order."""
    found = list(doctree.findall(explorable)) if doctree else []
    wanted = [name for node in found for name in ("kit", "plot", *node["needs"].split(), node["script"])]
    for name in dict.fromkeys(wanted):
        app.add_js_file(f"explore/{name}.js", loading_method="defer")


def copy_scripts(app, exception):
    if exception is None and app.builder.format == "html":
        target = Path(app.outdir) / "_static" / "explore"
        target.mkdir(exist_ok=True)
        for script in HERE.glob("*.js"):
            shutil.copyfile(script, target / script.name)


def setup(app):
    app.add_node(explorable, html=(visit, depart))
    app.add_transform(TakeFigures)
    app.add_directive("explorable", Explorable)
    app.connect("html-page-context", load_scripts)
    app.connect("build-finished", copy_scripts)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
