"""The parts that every chapter is made of, as directives: opening, predict, trap, recap, deeper.

All but `opening` take text in MyST. `predict` hides what follows a line of three plus signs until the reader
asks for it, in a <details> element: it works by keyboard, without scripts, and in print.
"""

from docutils import nodes
from docutils.parsers.rst import directives
from notebooks import link
from sphinx.util.docutils import SphinxDirective


class Part(SphinxDirective):
    """A titled box; subclasses name its class and its standing title."""

    has_content = True
    optional_arguments = 1
    final_argument_whitespace = True
    kind = ""
    heading = ""

    def title(self):
        """Return the nodes of the box's title: its standing title, then the argument if there is one."""
        title = nodes.paragraph(classes=["part-title"])
        title += nodes.inline(self.heading, self.heading, classes=["part-kind"])
        if self.arguments:
            words, _ = self.state.inline_text(self.arguments[0], self.lineno)
            title += [nodes.Text(" "), nodes.inline("", "", *words, classes=["part-name"])]
        return title

    def parse(self, first, last, into):
        """Parse lines first to last of the content into a node and return it."""
        self.state.nested_parse(self.content[first:last], self.content_offset + first, into)
        return into

    def run(self):
        box = nodes.container(classes=["part", self.kind])
        box += self.title()
        return [self.parse(0, len(self.content), box)]


class Recap(Part):
    kind, heading = "recap", "In short"


class Deeper(Part):
    kind, heading = "deeper", "Go deeper"


def trap_label(unit, number):
    """Return the link target of a numbered trap: `u01_perceptron-trap-13`."""
    return f"{unit}-trap-{number}"


class Trap(Part):
    """A plausible mistake; `:number:` is its row in the errata, which links here."""

    kind, heading = "trap", "Trap"
    option_spec = {"number": directives.nonnegative_int}  # noqa: RUF012 (docutils reads it from the class)

    def run(self):
        (box,) = super().run()
        if "number" in self.options:
            box["names"].append(trap_label(self.env.docname, self.options["number"]))
            self.state.document.note_explicit_target(box)
        return [box]


class Opening(Part):
    """The card at the head of a chapter: what you will be able to do, minutes, what you need."""

    kind, heading = "opening", "You will be able to"
    option_spec = {"minutes": directives.positive_int, "needs": directives.unchanged_required}  # noqa: RUF012

    def run(self):
        (box,) = super().run()
        facts = nodes.paragraph(classes=["opening-facts"])
        facts += nodes.inline("", f"About {self.options['minutes']} minutes", classes=["fact"])
        needs, _ = self.state.inline_text(f"You need: {self.options['needs']}", self.lineno)
        facts += nodes.inline("", "", *needs, classes=["fact"])
        notebook = nodes.inline("", "", nodes.Text("Exercises: "), classes=["fact"])
        notebook += link(self.env.docname, f"{self.env.docname}.ipynb")
        facts += notebook
        box += facts
        return [box]


class details(nodes.General, nodes.Element):
    """An answer that the reader opens."""


class Predict(Part):
    """A question to answer before reading on; the part after `+++` is the answer."""

    kind, heading = "predict", "Predict first"

    def run(self):
        lines = list(self.content)
        if "+++" not in lines:
            raise self.error("predict needs a line '+++' between the question and its answer")
        cut = lines.index("+++")
        box = nodes.container(classes=["part", self.kind])
        box += self.title()
        self.parse(0, cut, box)
        box += self.parse(cut + 1, len(lines), details())
        return [box]


def visit_details(translator, node):
    translator.body.append('<details class="answer"><summary>Show the answer</summary>\n')


def depart_details(translator, node):
    translator.body.append("</details>\n")


def setup(app):
    app.add_node(details, html=(visit_details, depart_details))
    for part in (Opening, Predict, Trap, Recap, Deeper):
        app.add_directive(part.__name__.lower(), part)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
