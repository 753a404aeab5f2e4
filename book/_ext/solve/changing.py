""""Change and run": the cells of a chapter that a reader can change and try in the page, each with its set-up.

A cell is one of them if all that it needs stands in earlier cells that a reader sees, or in the given cells of the
unit's notebook. A chapter's hidden cells use the solutions, so what they compute is not to be had in a page; a hidden
`x = reference.x` is, where the notebook gives x.
"""

import ast
import builtins
import dis
import json
import re
from html import escape
from types import CodeType

from docutils import nodes
from sphinx.transforms import SphinxTransform

from autograder.course.units import Course

CELL = re.compile(r"^```\{code-cell\}[^\n]*\n(.*?)^```$", re.MULTILINE | re.DOTALL)
NUMPY = "import numpy as np"
LONGEST = 20  # lines
HIDDEN, GIVEN = "hidden", "given"


class change(nodes.General, nodes.Element):
    """The place for changing one cell; `cells` is what runs, the cell itself last."""


def cells_of(text):
    """Return (whether a reader sees it, source) of each code cell of a chapter."""
    found = []
    for body in CELL.findall(text):
        lines = body.splitlines()
        tags = " ".join(line for line in lines if line.startswith(":tags:"))
        found.append(("remove" not in tags, "\n".join(line for line in lines if not line.startswith(":tags:")).strip()))
    return found


def names_of(source):
    """Return (names that a cell needs from before, names that it defines). Raises SyntaxError."""
    needed, defined, waiting = set(), set(), []
    code = compile(source, "<cell>", "exec")
    for step in dis.get_instructions(code):
        if step.opname in ("STORE_NAME", "IMPORT_NAME", "STORE_GLOBAL"):
            defined.add(step.argval)
        elif step.opname in ("LOAD_NAME", "DELETE_NAME") and step.argval not in defined:
            needed.add(step.argval)
    waiting = [part for part in code.co_consts if isinstance(part, CodeType)]
    while waiting:
        inner = waiting.pop()
        needed |= {step.argval for step in dis.get_instructions(inner)
                   if step.opname in ("LOAD_GLOBAL", "LOAD_NAME") and step.argval not in defined}
        waiting += [part for part in inner.co_consts if isinstance(part, CodeType)]
    return needed - set(dir(builtins)) - {"__name__", "__module__", "__qualname__"}, defined


def taken_over(source):
    """Return the names that a hidden cell takes unchanged from the reference: those of `x, b = reference.x, ...`."""
    names = set()
    for node in ast.parse(source).body:
        if isinstance(node, ast.Assign) and len(node.targets) == 1:
            pairs = zip(ast.walk(node.targets[0]), ast.walk(node.value), strict=False)
            names |= {to.id for to, value in pairs if isinstance(to, ast.Name) and isinstance(value, ast.Attribute)
                      and value.attr == to.id and ast.unparse(value.value) == "reference"}
    return names


def known_names(chapter, unit):
    """Return, for each cell that a reader sees: its source, and name -> where that name came from before it.

    A place is HIDDEN, GIVEN, or the number of an earlier cell in the returned list.
    """
    given = {name: GIVEN for cell in unit.cells if cell.kind == "code" for name in names_of(cell.source)[1]}
    known, seen = dict(given), []
    for visible, source in chapter:
        if visible:
            seen.append((source, dict(known)))
            known |= dict.fromkeys(names_of(source)[1], len(seen) - 1)
        else:
            same = taken_over(source)
            known |= {name: given.get(name, HIDDEN) if name in same else HIDDEN
                      for name in names_of(source)[1] if name not in ("np", "numpy")}
    return seen


def set_ups(chapter, unit):
    """Return source -> the cells that have to run before it, for each cell that can be changed in the page."""
    seen, found = known_names(chapter, unit), {}
    for number, (source, _) in enumerate(seen):
        earlier = needed_cells(number, seen)
        if earlier is not None and len(source.splitlines()) <= LONGEST:
            given = [cell.source for cell in unit.cells if cell.kind == "code"] if GIVEN in earlier else []
            found[source] = [NUMPY, *given, *(seen[place][0] for place in sorted(earlier - {GIVEN}))]
    return found


def needed_cells(number, seen):
    """Return the places that a cell needs, directly and through one another; None if one of them is hidden."""
    places, waiting = set(), [number]
    while waiting:
        source, known = seen[waiting.pop()]
        for name in names_of(source)[0] - {"np", "numpy"}:
            place = known.get(name, HIDDEN)
            if place == HIDDEN:
                return None
            if place not in places:
                places.add(place)
                waiting += [place] * (place != GIVEN)
    return places


class OfferChanges(SphinxTransform):
    """Puts a place for changing below each cell that can be changed."""

    default_priority = 8

    def apply(self):
        units = Course.find().units
        if self.env.docname not in units:
            return
        with open(self.env.doc2path(self.env.docname), encoding="utf-8") as file:
            cells = cells_of(file.read())
        ready = set_ups(cells, units[self.env.docname])
        for cell in [node for node in self.document.findall(nodes.container) if "cell" in node["classes"]]:
            inputs = [part for part in cell.children if "cell_input" in part.get("classes", ())]
            source = inputs[0].next_node(nodes.literal_block).astext().strip() if inputs else ""
            if source in ready:
                place = cell.parent.index(cell) + 1
                cell.parent.insert(place, change(unit=self.env.docname, cells=[*ready[source], source]))


def visit_change(translator, node):
    cells = escape(json.dumps(node["cells"], ensure_ascii=False))
    translator.body.append(f'<div class="change" data-unit="{escape(node["unit"])}" data-cells="{cells}"></div>\n')
    raise nodes.SkipNode
