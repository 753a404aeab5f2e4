"""Solving in the page: a place for "Solve here" at each exercise, the page "My progress", and what both load.

The scripts and the notebooks are part of every book. Python itself is not: `make browser` packs it, and without it
an exercise shows the link to its notebook and one sentence. Nothing of it is loaded before the reader's first check.
"""

import json
import shutil
from html import escape
from pathlib import Path

from changing import OfferChanges, change, visit_change
from docutils import nodes
from sphinx.transforms import SphinxTransform
from sphinx.util.docutils import SphinxDirective

from autograder.course.settings import course_settings, version
from autograder.course.units import Course
from autograder.desk.markup import stylesheet

HERE = Path(__file__).parent
ROOT = HERE.parents[2]
PACKED = ROOT / "build" / "browser"
# One script together, in this order.
PAGE = ("worker", "engine", "store", "table", "words", "disclosure", "runner", "question", "solve", "change",
        "progress")
WITHOUT = ("To solve this here, the page needs JavaScript and files that this copy of the book came without. "
           "The notebook has everything.")
# Python in the page, and with it what a reader runs, may ask nobody but the place that the page came from.
POLICY = '<meta http-equiv="Content-Security-Policy" content="connect-src \'self\'">\n'


class solve(nodes.General, nodes.Element):
    """The place of one exercise."""


class progress(nodes.General, nodes.Element):
    """The place of the table on the page "My progress"."""


class PlaceExercises(SphinxTransform):
    """Puts a place for solving below each line that leads to an exercise's notebook."""

    default_priority = 7

    def apply(self):
        for line in [node for node in self.document.findall(nodes.inline) if "to-notebook" in node["classes"]]:
            name = line.next_node(nodes.literal).astext()
            paragraph = line.parent
            paragraph.parent.insert(paragraph.parent.index(paragraph) + 1, solve(unit=self.env.docname, name=name))


class MyProgress(SphinxDirective):
    """The table of all units, as this browser remembers them."""

    def run(self):
        return [progress()]


def visit_solve(translator, node):
    unit, name = escape(node["unit"]), escape(node["name"])
    translator.body.append(f'<div class="solve" data-unit="{unit}" data-exercise="{name}">'
                           f'<p class="solve-without">{WITHOUT}</p></div>\n')
    raise nodes.SkipNode


def visit_progress(translator, node):
    translator.body.append(f'<div class="solve-progress"><p class="solve-without">{WITHOUT}</p></div>\n')
    raise nodes.SkipNode


def load_scripts(app, pagename, templatename, context, doctree):
    """Load the small scripts on pages with exercises, and let those pages ask no other host."""
    places = {type(node) for kind in (solve, progress, change) for node in (doctree.findall(kind) if doctree else ())}
    if not places:
        return
    for name in ("course", "files", "page"):
        app.add_js_file(f"solve/{name}.js", loading_method="defer")
    for name in ("check", "solve"):
        app.add_css_file(f"solve/{name}.css")
    context["metatags"] = context.get("metatags", "") + POLICY


def course_script(course):
    """Return the script that tells the pages about the course and this build."""
    units = [{"unit": unit.name, "title": unit.title, "exercises": [item.name for item in unit.graded]}
             for unit in course.units.values() if unit.graded]
    facts = {"name": course_settings().name, "version": version(), "units": units,
             "editor": (PACKED / "editor.js").exists()}
    return ("window.solve = window.solve || {};\n"
            'window.solve.place = new URL("./", document.currentScript.src).href;\n'
            f"window.solve.course = {json.dumps(facts)};\n")


def write_files(app, exception):
    """Write what the pages load, and Python itself where it has been packed."""
    if exception or app.builder.format != "html":
        return
    course, target = Course(ROOT), Path(app.outdir) / "_static" / "solve"
    (target / "units").mkdir(parents=True, exist_ok=True)
    joined = "".join((HERE / f"{name}.js").read_text(encoding="utf-8") for name in PAGE)
    (target / "page.js").write_text(joined, encoding="utf-8")
    shutil.copyfile(HERE / "solve.css", target / "solve.css")
    (target / "check.css").write_text(stylesheet(), encoding="utf-8")
    (target / "course.js").write_text(course_script(course), encoding="utf-8")
    for unit in course.units.values():
        notebook = json.dumps(json.loads(unit.path.read_text(encoding="utf-8")), separators=(",", ":"))
        (target / "units" / f"{unit.name}.js").write_text(f'solve.notebook("{unit.name}", {notebook});\n',
                                                          encoding="utf-8")
    copy_packed(Path(app.outdir), target)


def copy_packed(html, target):
    """Put the packed Python beside the pages, and take away one that is not packed any more."""
    for room in ("engine", "pack", "pictures"):
        shutil.rmtree(html / room, ignore_errors=True)
        if (PACKED / "files.js").exists():
            shutil.copytree(PACKED / room, html / room)
    (target / "files.js").write_text("window.solve = window.solve || {};\n", encoding="utf-8")
    for name in ("files.js", "editor.js"):
        if (PACKED / name).exists():
            shutil.copyfile(PACKED / name, target / name)


def setup(app):
    for node, visit in ((solve, visit_solve), (progress, visit_progress), (change, visit_change)):
        app.add_node(node, html=(visit, None))
    app.add_transform(PlaceExercises)
    app.add_transform(OfferChanges)
    app.add_directive("my-progress", MyProgress)
    app.connect("html-page-context", load_scripts)
    app.connect("build-finished", write_files)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
