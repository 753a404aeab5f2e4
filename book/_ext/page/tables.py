"""Tables and maps that are made from the small files in book/data, so that a test can read them too.

Directives: where-table, trap-table, unit-map. A row links to a chapter from the moment that it exists.
"""

import csv
from pathlib import Path

from anatomy import trap_label
from docutils import nodes
from docutils.statemachine import StringList
from sphinx.util.docutils import SphinxDirective


def read_rows(path):
    """Return the rows of a tab-separated file with a header line, as dictionaries."""
    with path.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines, delimiter="\t"))


class DataDirective(SphinxDirective):
    """Parses MyST text that is made from one file of book/data."""

    file = ""

    def chapter_exists(self, place):
        """Return whether a place such as `u01_perceptron.md#the-loss` lies in a chapter of this book."""
        return (Path(self.env.srcdir) / place.partition("#")[0]).exists()

    def run(self):
        path = Path(self.env.srcdir) / "data" / self.file
        self.env.note_dependency(str(path))
        box = nodes.container(classes=[self.name])
        text = self.text(read_rows(path))
        self.state.nested_parse(StringList(text.splitlines(), str(path)), self.content_offset, box)
        return [box]


class WhereTable(DataDirective):
    """Each numbered item of the source notes and the section that teaches it."""

    file = "where.tsv"

    def text(self, rows):
        lines = ["| Item | What it is | Where it is taught |", "|---|---|---|"]
        for row in rows:
            if self.chapter_exists(row["place"]):
                lines.append(f"| {row['id']} | {row['what']} | [](<{row['place']}>) |")
        return "\n".join(lines)


class TrapTable(DataDirective):
    """Each trap: what is often said, what holds, the evidence, and where the book shows it."""

    file = "traps.tsv"

    def is_boxed(self, unit, number):
        """Return whether the chapter of a unit has the trap box of this number already."""
        chapter = Path(self.env.srcdir) / f"{unit}.md"
        if not chapter.exists():
            return False
        self.env.note_dependency(str(chapter))
        return f"\n:number: {number}\n" in chapter.read_text(encoding="utf-8")

    def text(self, rows):
        blocks = []
        for row in rows:
            blocks += [f"**{row['number']}. {row['claim']}**", f": {row['truth']}"]
            blocks += ["", f"  *Evidence.* {row['evidence']}"]
            units = [unit for unit in row["units"].split() if self.is_boxed(unit, row["number"])]
            links = [f"[unit {int(unit[1:3])}](#{trap_label(unit, row['number'])})" for unit in units]
            if links:
                blocks += ["", f"  Shown in {' and '.join(links)}."]
            blocks.append("")
        return "\n".join(blocks)


class UnitMap(DataDirective):
    """The units in order; each is a link once its chapter exists."""

    file = "units.tsv"

    def text(self, rows):
        lines = []
        for row in rows:
            place = f"{row['unit']}.md"
            title = f"[{row['title']}]({place})" if self.chapter_exists(place) else row["title"]
            lines += [f"- **{int(row['unit'][1:3])}** {title}", f"  : {row['outcome']}"]
        return "\n".join(lines)


def setup(app):
    app.add_directive("where-table", WhereTable)
    app.add_directive("trap-table", TrapTable)
    app.add_directive("unit-map", UnitMap)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
