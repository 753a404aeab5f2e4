"""The open question of a unit in its chapter: `question` shows it as the notebook asks it, with a place to answer."""

from html import escape
from pathlib import Path

from anatomy import Part
from docutils import nodes
from docutils.statemachine import StringList

from autograder.course.units import Course

ROOT = Path(__file__).parents[3]
TITLE, PLACE = "## In your own words", "*Your answer here.*"


class answer(nodes.General, nodes.Element):
    """The place for the answer."""


class Question(Part):
    """The box of a unit's open question."""

    kind, heading = "question", "In your own words"

    def run(self):
        path = ROOT / "exercises" / self.env.docname / f"{self.env.docname}.ipynb"
        self.env.note_dependency(str(path))
        (cell,) = (cell for cell in Course(ROOT).unit(self.env.docname).cells if cell.kind == "manual")
        if not cell.source.startswith(TITLE) or PLACE not in cell.source:
            raise self.error(f"the open question of a notebook begins with {TITLE!r} and has {PLACE!r} below it")
        box = nodes.container(classes=["part", self.kind])
        box["open"] = False
        box += self.title()
        asked = cell.source.removeprefix(TITLE).replace(PLACE, "").strip().splitlines()
        self.state.nested_parse(StringList(asked, source=str(path)), 0, box)
        box += answer(unit=self.env.docname, name=cell.exercise)
        return [box]


def visit_answer(translator, node):
    unit, name = escape(node["unit"]), escape(node["name"])
    translator.body.append(f'<div class="solve" data-unit="{unit}" data-question="{name}"></div>\n')
    raise nodes.SkipNode


def setup(app):
    app.add_node(answer, html=(visit_answer, None))
    app.add_directive("question", Question)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
