"""The parts that every chapter is made of, as directives: opening, predict, trap, recap, deeper, end.

`predict` hides what follows a line of three plus signs until the reader asks for it, in a <details> element:
it works by keyboard, without scripts, and in print.

Code cells are run only outside of directives. A box that is to hold some gets the option `:open:`, and takes
in everything up to the next `end` directive.
"""

from docutils import nodes
from docutils.parsers.rst import directives
from notebooks import way_to
from sphinx.errors import ExtensionError
from sphinx.transforms import SphinxTransform
from sphinx.util.docutils import SphinxDirective


class Part(SphinxDirective):
    """A titled box; subclasses name its class and its standing title."""

    has_content = True
    optional_arguments = 1
    final_argument_whitespace = True
    option_spec = {"open": directives.flag}  # noqa: RUF012 (docutils reads it from the class)
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
        box["open"] = "open" in self.options
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
    option_spec = Part.option_spec | {"number": directives.nonnegative_int}

    def run(self):
        (box,) = super().run()
        if "number" in self.options:
            box["names"].append(trap_label(self.env.docname, self.options["number"]))
            self.state.document.note_explicit_target(box)
        return [box]


class Opening(Part):
    """The card at the head of a chapter: what you will be able to do, minutes, what you need."""

    kind, heading = "opening", "You will be able to"
    option_spec = Part.option_spec | {
        "minutes": directives.positive_int,
        "needs": directives.unchanged_required,
    }

    def run(self):
        (box,) = super().run()
        facts = nodes.paragraph(classes=["opening-facts"])
        facts += nodes.inline("", f"about {self.options['minutes']} with the exercises", classes=["fact"])
        needs, _ = self.state.inline_text(f"You need: {self.options['needs']}", self.lineno)
        facts += nodes.inline("", "", *needs, classes=["fact"])
        notebook = nodes.inline("", "", nodes.Text("Exercises: "), classes=["fact"])
        notebook += way_to(self.env.docname)
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


class part_end(nodes.Element):
    """Where an open box ends."""


class End(SphinxDirective):
    """Closes the box that was left open."""

    def run(self):
        end = part_end()
        self.set_source_info(end)
        return [end]


class FillOpenParts(SphinxTransform):
    """Moves what stands between an open box and its end into the box."""

    default_priority = 5

    def apply(self):
        for box in [node for node in self.document.findall(nodes.container) if node.get("open")]:
            siblings = box.parent.children
            following = siblings[siblings.index(box) + 1 :]
            ends = [node for node in following if isinstance(node, part_end)]
            if not ends:
                raise ExtensionError(f"{self.env.docname}: an open box has no end directive in its section")
            for node in following[: following.index(ends[0])]:
                box.parent.remove(node)
                box += node
            ends[0].parent.remove(ends[0])


class NumberExerciseContents(SphinxTransform):
    """Gives the content of each exercise box a name of its own: sphinx-exercise calls them all the same."""

    default_priority = 6

    def apply(self):
        sections = [node for node in self.document.findall(nodes.section) if node["ids"] == ["exercise-content"]]
        for number, section in enumerate(sections, start=1):
            section["ids"] = [f"exercise-content-{number}"]


def visit_details(translator, node):
    translator.body.append('<details class="answer"><summary>Show the answer</summary>\n')


def depart_details(translator, node):
    translator.body.append("</details>\n")


def setup(app):
    app.add_node(details, html=(visit_details, depart_details))
    app.add_transform(FillOpenParts)
    app.add_transform(NumberExerciseContents)
    for part in (Opening, Predict, Trap, Recap, Deeper, End):
        app.add_directive(part.__name__.lower(), part)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
