"""Where an answer leaves the way: its values on a worked example beside those that lead to the result.

units/<unit>/steps.json declares the way of an exercise as numbers alone: {"sse": {"arguments": [...], "steps":
[["the residuals", [[-4.8], [9.5]]], ...]}}; of a class "make" are the constructor's arguments and "method" is what is
called. The student's definition runs once more, with every expression telling its value.
"""

from __future__ import annotations

import ast
import contextlib
import copy
import io
import json
import linecache
import sys
import warnings
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from autograder.checking.recording import entries, plain_array
from autograder.course.units import unit_folder

STEPS = "steps.json"
TELL = "__tell__"
VALUES, ENTRIES, TEXT = 2000, 1000, 60  # that are looked at; of one value; characters of an expression
CLOSE = 1e-6  # relative: what is equal up to rounding
COMPUTES = (ast.BinOp, ast.UnaryOp, ast.Call, ast.Subscript, ast.Attribute, ast.Compare, ast.IfExp)


@dataclass(frozen=True)
class Seen:
    """One value of an answer: its expression, its line in the cell, the numbers; whether it is more than looked up."""

    text: str
    line: int
    value: np.ndarray
    computed: bool


@lru_cache
def declared(unit: str) -> dict:
    """Return the declared ways of a unit's exercises; nothing where it declares none."""
    path = unit_folder(unit) / STEPS
    return json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}


def first_difference(unit: str, exercise: str, namespace: dict) -> str:
    """Return a sentence on which value of a student's answer leaves the declared way, "" where nothing can be said."""
    way = declared(unit).get(exercise)
    seen = values_of(exercise, way, namespace) if way else []
    return sentence(seen, [(words, np.asarray(value)) for words, value in way["steps"]]) if seen else ""


def sentence(seen: list[Seen], steps: list[tuple[str, np.ndarray]]) -> str:
    """Return where the values leave the way."""
    reached, place = None, -1
    for number, (_, value) in enumerate(steps):
        found = next((at for at in range(place + 1, len(seen)) if same(seen[at].value, value)), None)
        if found is not None:
            reached, place = number, found
    if reached is None:
        first = next((item for item in seen if item.computed), seen[0])
        return (f"On the worked example, the way begins with {steps[0][0]}. No value of your code is that; "
                f"the first is {shown(first)}.")
    following = next_value(seen, place, steps[reached][1])
    if following is None and reached == len(steps) - 1:
        return "On the worked example your code takes the whole way; look at what is different in this case."
    good = f"On the worked example, {shown(seen[place], False)} is right: {steps[reached][0]}."
    if following is None:
        return f"{good} Nothing comes after it; the way goes on to {steps[reached + 1][0]}."
    return f"{good} The next value, {shown(following)}, is not on the way any more."


def next_value(seen: list[Seen], place: int, reached: np.ndarray) -> Seen | None:
    """Return what is computed from the value at a place, else what is computed next; None where nothing is."""
    after = [item for item in seen[place + 1:] if item.computed and not same(item.value, reached)]
    return next((item for item in after if seen[place].text in item.text), after[0] if after else None)


def shown(item: Seen, with_value: bool = True) -> str:
    """Return an expression with its line, and its value."""
    value = f" = {entries(item.value.tolist(), cut=True)}" if with_value else ""
    return f"`{item.text}`{value} in line {item.line}"


def same(value: np.ndarray, wanted: np.ndarray) -> bool:
    """Return whether two values have the same numbers, whatever their shape is."""
    if value.size != wanted.size or value.size == 0:
        return False
    scale = CLOSE * float(np.max(np.abs(wanted)))
    return bool(np.all(np.abs(value.ravel() - wanted.ravel()) <= scale))


def values_of(name: str, way: dict, namespace: dict) -> list[Seen]:
    """Return the values that an answer computes on the declared example, in their order; none where it cannot run."""
    source, definition = definition_of(name, namespace.get(name))
    if definition is None:
        return []
    seen: list[Seen] = []

    def tell(value, text, line, computed):
        array = plain_array(value)
        if array is not None and array.dtype.kind in "biuf" and array.size <= ENTRIES and len(seen) < VALUES:
            seen.append(Seen(text, line, np.array(array, float), computed))
        return value

    world = dict(namespace) | {TELL: tell, "exit": sys.exit, "quit": sys.exit}  # IPython's own would end the kernel
    tree = ast.fix_missing_locations(ast.Module([Telling(source).visit(definition)], []))
    arguments = [np.array(item) if isinstance(item, list) else item for item in way["arguments"]]
    with contextlib.suppress(Exception, SystemExit), warnings.catch_warnings(), \
            contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        warnings.simplefilter("ignore")
        exec(compile(tree, "<trace>", "exec"), world)
        target = world[name]
        if "method" in way:
            made = target(*(np.array(item) if isinstance(item, list) else item for item in way.get("make", ())))
            for method, before in way.get("before", ()):
                getattr(made, method)(*(np.array(item) if isinstance(item, list) else item for item in before))
            target = getattr(made, way["method"])
            seen.clear()
        target(*copy.deepcopy(arguments))
    return seen


def definition_of(name: str, target) -> tuple[str, ast.stmt | None]:
    """Return the text of a cell and the definition in it that `target` comes from; None where it is not found."""
    parts = [target, *vars(target).values()] if isinstance(target, type) else [target]
    code = next((part.__code__ for part in parts if hasattr(part, "__code__")), None)
    source = "".join(linecache.getlines(code.co_filename)) if code else ""
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError):
        return source, None
    found = [node for node in tree.body if isinstance(node, ast.FunctionDef | ast.ClassDef) and node.name == name]
    return source, found[-1] if found else None


class Telling(ast.NodeTransformer):
    """Lets each expression of a definition tell its value with its text and line."""

    def __init__(self, source: str):
        self.source = source

    def visit(self, node):
        if isinstance(node, ast.JoinedStr | ast.Lambda | ast.arguments):
            return node
        text = ast.get_source_segment(self.source, node) or "" if isinstance(node, ast.expr) else ""
        node = super().visit(node)
        if isinstance(node, COMPUTES) and isinstance(getattr(node, "ctx", ast.Load()), ast.Load):
            return told(node, text)
        return node

    def visit_FunctionDef(self, node):
        node.decorator_list, node.returns = [], None
        node.body = [part for statement in node.body for part in listed(self.visit(statement))]
        return node

    def visit_AugAssign(self, node):
        text = ast.get_source_segment(self.source, node) or ""
        node = self.generic_visit(node)
        if not isinstance(node.target, ast.Name):
            return node
        return [node, ast.Expr(told(ast.copy_location(ast.Name(node.target.id, ast.Load()), node), text))]

    def visit_Return(self, node):
        text = ast.get_source_segment(self.source, node.value) or "" if node.value else ""
        node = self.generic_visit(node)
        if isinstance(node.value, ast.Name):
            node.value = told(node.value, text)
        return node


def told(node: ast.expr, text: str) -> ast.Call:
    """Return an expression that computes the same and tells it."""
    text = " ".join(text.split())
    text = text if len(text) <= TEXT else text[:TEXT - 3] + "..."
    looked_up = isinstance(node, ast.Subscript | ast.Attribute | ast.Name) or text.startswith("len(")
    computed = not looked_up or "=" in text  # of total += x the name is told, once the sum is in it
    words = [ast.Constant(word) for word in (text, node.lineno, computed)]
    call = ast.Call(ast.Name(TELL, ast.Load()), [node, *words], [])
    return ast.copy_location(call, node)


def listed(made) -> list:
    return made if isinstance(made, list) else [made]
