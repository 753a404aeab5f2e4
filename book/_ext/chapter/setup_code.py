"""Finds what the visible cells of a chapter need from its hidden ones, statement by statement.

Hidden cells check numbers, draw figures and make values quotable; only a few of their statements define something that
a reader's cell uses. These are the chapter's set-up: folded in the page, and folded in the chapter's notebook.
"""

import ast
import re
from dataclasses import dataclass, field
from functools import lru_cache

from autograder.checking.cells import bound_in, table_of

CELL = re.compile(r"^```\{code-cell\}[^\n]*\n(?P<options>(?::[^\n]*\n)*)(?P<code>.*?)^```$", re.MULTILINE | re.DOTALL)
REFERENCE, ANSWERS = "load_reference", "answers"
IMPORT_ANSWERS = f"from autograder.desk.answers import {ANSWERS}"


@dataclass(frozen=True)
class Cell:
    """A code cell of a chapter: where it stands in the text, its code, and whether a reader sees the code."""

    start: int = field(compare=False)
    end: int = field(compare=False)
    code: str
    hidden: bool


def cells_of(text):
    """Return the code cells of a chapter's text, in order: a tuple."""
    return tuple(
        Cell(found.start(), found.end(), found["code"].strip("\n"), "remove-" in found["options"])
        for found in CELL.finditer(text)
    )


names_in = lru_cache(4096)(table_of)  # each statement is asked about half a dozen times, and never changed


def stored(statement):
    """Return the names that a statement gives values to, outside of its functions."""
    return bound_in(names_in(statement))


def targets(node):
    return {part.id for part in ast.walk(node) if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Store)}


def free(code):
    """Return the names that a piece of code takes from outside: no parameters or locals of its functions."""
    found, tables = set(), [names_in(code)]
    while tables:
        table = tables.pop()
        at_top = table.get_type() == "module"
        found |= {symbol.get_name() for symbol in table.get_symbols()
                  if symbol.is_referenced() and (at_top or symbol.is_global())}
        tables += table.get_children()
    return found


def used(body, known=frozenset()):
    """Return the names that statements, run one after the other, read without having defined them."""
    found, known = set(), set(known)
    for statement in body:
        blocks = [getattr(statement, field, []) for field in ("body", "orelse", "finalbody")]
        if isinstance(statement, (ast.FunctionDef, ast.ClassDef)) or not any(blocks):
            changed = stored(statement) if isinstance(statement, ast.AugAssign) else set()
            found |= (free(statement) | changed) - known
        else:
            heads = [getattr(statement, field, None) for field in ("iter", "test")]
            heads += [item.context_expr for item in getattr(statement, "items", [])]
            found |= {name for head in heads if head for name in free(head)} - known
            known |= bound(statement) if isinstance(statement, ast.Try) else head_targets(statement)
            blocks += [handler.body for handler in getattr(statement, "handlers", [])]
            for block in blocks:
                found |= used(block, known)
        known |= stored(statement)
    return found


def head_targets(statement):
    """Return the names that the head of a loop or of a with statement gives values to."""
    heads = [getattr(statement, "target", None), *(item.optional_vars for item in getattr(statement, "items", []))]
    return {name for head in heads if head for name in targets(head)}


def base(node):
    """Return the name at the root of an expression such as `a.b[0]`, or None."""
    while isinstance(node, (ast.Attribute, ast.Subscript, ast.Call)):
        node = node.func if isinstance(node, ast.Call) else node.value
    return node.id if isinstance(node, ast.Name) else None


def bound(statement):
    """Return the names that a statement defines or whose objects it may change."""
    found = stored(statement)
    for part in ast.walk(statement):
        if isinstance(part, (ast.Attribute, ast.Subscript)) and isinstance(part.ctx, ast.Store):
            found.add(base(part))
        elif isinstance(part, ast.Expr) and isinstance(part.value, ast.Call):
            found.add(base(part.value.func) if isinstance(part.value.func, ast.Attribute) else None)
    return found - {None}


def replaced(statement):
    """Return the names that have a new value after a statement, whatever they were before."""
    plain = isinstance(statement, (ast.Import, ast.ImportFrom, ast.FunctionDef, ast.ClassDef, ast.Assign))
    return stored(statement) - used([statement]) if plain else set()


def narrowed(statement, code, needed):
    """Return the source of a statement of hidden code: imports bring what is needed, references become answers."""
    if isinstance(statement, (ast.Import, ast.ImportFrom)):
        aliases = [alias for alias in statement.names if (alias.asname or alias.name.partition(".")[0]) in needed]
        if isinstance(statement, ast.ImportFrom) and statement.module == "figures":
            others = [alias.name for alias in aliases if alias.name != REFERENCE]
            if others:
                raise ValueError(f"a visible cell uses {', '.join(others)} of the book's figures, which no reader has")
            return IMPORT_ANSWERS
        return ast.unparse(type(statement)(**{**dict(ast.iter_fields(statement)), "names": aliases}))
    return re.sub(rf"\b{REFERENCE}\b", ANSWERS, ast.get_source_segment(code, statement))


@lru_cache  # the page of a chapter and its notebook ask for the same
def setup_of(cells):
    """Return, for each cell, the code that a reader has to run before it: "" where none is needed."""
    lines, needed, waiting = {}, set(), None
    for place in range(len(cells) - 1, -1, -1):
        if not cells[place].hidden:
            waiting = place
        for statement in reversed(ast.parse(cells[place].code).body):
            if cells[place].hidden:
                if waiting is None or isinstance(statement, ast.Assert) or not bound(statement) & needed:
                    continue
                lines.setdefault(waiting, []).insert(0, narrowed(statement, cells[place].code, needed))
            needed -= replaced(statement)
            needed |= used([statement])
    return ["\n".join(lines.get(place, ())) for place in range(len(cells))]
