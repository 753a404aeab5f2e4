"""Where an answer leaves the way: its values on a worked example beside those that lead to the result.

units/<unit>/steps.json declares the way of an exercise as numbers alone: {"sse": {"arguments": [...], "steps":
[["the residuals", [[-4.8], [9.5]]], ...]}}; of a class "make" are the constructor's arguments and "method" is what is
called, after the calls in "before". "then" is what is called of a result, with its arguments. "picks" says that what is
looked up is what the answer is about. A list is an array, {"tuple": [2, 1]} a tuple, {"polynomial": [0, 0, 1]} the
function that adds up the squares of all entries. A step may have a third part: true for a result, which every right
answer computes somewhere; false for a value that a right answer may hand to NumPy unseen.
The student's definition runs once more, with every expression telling its value.
"""

from __future__ import annotations

import ast
import contextlib
import io
import json
import linecache
import sys
import warnings
from dataclasses import dataclass
from functools import lru_cache
from operator import attrgetter

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


@dataclass(frozen=True)
class Step:
    """One value of a declared way: the words for it, the numbers, and whether it is a result."""

    words: str
    value: np.ndarray
    result: bool | None = None


@lru_cache
def declared(unit: str) -> dict:
    """Return the declared ways of a unit's exercises; nothing where it declares none."""
    path = unit_folder(unit) / STEPS
    return json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}


def first_difference(unit: str, exercise: str, namespace: dict) -> str:
    """Return a sentence on which value of a student's answer leaves the declared way, "" where nothing can be said."""
    way = declared(unit).get(exercise)
    seen = values_of(exercise, way, namespace) if way else []
    steps = [Step(words, np.asarray(value), *kind) for words, value, *kind in way["steps"]] if seen else []
    return sentence(seen, steps) if seen else ""


def sentence(seen: list[Seen], steps: list[Step]) -> str:
    """Return where the values leave the way."""
    reached, place, order = reach(seen, steps)
    if reached is None:
        first = next((item for item in seen if item.computed and np.any(item.value)), seen[0])
        start = next((step for step in steps if step.result is not False), steps[0])
        return (f"On the worked example, the way begins with {start.words}. No value of your code is that; "
                f"the first is {shown(first)}.")
    good = f"On the worked example, {shown(seen[place], False)} is right: {steps[reached].words}."
    following = next_value(seen, place, steps, reached)
    if following is not None:
        return f"{good} The next value, {shown(following)}, is not on the way any more."
    missing = next((step for step in steps if step.result and not on_the_way(step, seen)), None)
    if missing is not None and reached == len(steps) - 1:
        return f"On the worked example, no value of your code is {missing.words}."
    if reached < len(steps) - 1:
        return f"{good} Nothing comes after it; the way goes on to {steps[reached + 1].words}."
    if not order:
        return "On the worked example your code has all values of the way, in another order. Which of them is which?"
    return "On the worked example your code takes the whole way; look at what is different in this case."


def on_the_way(step: Step, seen: list[Seen]) -> bool:
    """Return whether a step is among the values."""
    return any(same(item.value, step.value) for item in seen)


def reach(seen: list[Seen], steps: list[Step]) -> tuple[int | None, int, bool]:
    """Return the last step of the way that is seen, the place where it is seen, and whether all came in their order.

    A result may come at any place: results need not depend on each other.
    """
    reached, place, last, order = None, -1, -1, True
    for number, step in enumerate(steps):
        found = [at for at, item in enumerate(seen) if same(item.value, step.value)]
        later = next((at for at in found if at > last), None)
        if later is not None:
            reached, place, last = number, later, later
        elif found and step.result:
            reached, place, order = number, found[-1], False
    return reached, place, order


def next_value(seen: list[Seen], place: int, steps: list[Step], reached: int) -> Seen | None:
    """Return what is computed from the value at a place, else what is computed next; None where all is on the way.

    Where all steps to come are arrays, a single number is only a setting.
    """
    single = any(step.value.size == 1 for step in steps[reached:])
    after = [item for item in seen[place + 1:] if item.computed and (single or item.value.size > 1)
             and not any(same(item.value, step.value) for step in steps)]
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

    whole = all(np.asarray(value).dtype.kind == "i" for _, value, *_ in way["steps"])

    def kinds(size):
        return "biuf" if size > 1 or whole else "f"  # a single whole number counts a loop

    def tell(value, text, line, computed):
        array = plain_array(value)
        if array is not None and array.dtype.kind in kinds(array.size) and array.size <= ENTRIES and len(seen) < VALUES:
            seen.append(Seen(text, line, np.array(array, float), computed or "picks" in way))
        return value

    world = dict(namespace) | {TELL: tell, "exit": sys.exit, "quit": sys.exit}  # IPython's own would end the kernel
    tree = ast.fix_missing_locations(ast.Module([Telling(source).visit(definition)], []))
    with contextlib.suppress(Exception, SystemExit), warnings.catch_warnings(), \
            contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        warnings.simplefilter("ignore")
        exec(compile(tree, "<trace>", "exec"), world)
        walk(world[name], way, seen)
    return seen


def walk(target, way: dict, seen: list[Seen]) -> None:
    """Make the calls of a declared way; what is seen before the one that it is about is forgotten."""
    if "method" in way:
        made = target(*map(given, way.get("make", ())))
        for method, before in way.get("before", ()):
            getattr(made, method)(*map(given, before))
        target = getattr(made, way["method"])
        seen.clear()
    result = target(*map(given, way["arguments"]))
    if "then" in way:
        path, arguments = way["then"]
        attrgetter(path)(result)(*map(given, arguments))


def given(item):
    """Return an argument as it is handed to an answer, made anew for each call."""
    if isinstance(item, list):
        return np.array(item)
    if not isinstance(item, dict):
        return item
    if "tuple" in item:
        return tuple(item["tuple"])
    if "polynomial" in item:
        powers = np.polynomial.Polynomial(item["polynomial"])
        return lambda x: float(np.sum(powers(x)))
    return {name: np.array(value) for name, value in item.items()}


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
        self.lines = source.encode().splitlines(keepends=True)

    def text(self, node) -> str:
        """Return the source of a node, as ast.get_source_segment does, which splits the whole source each time."""
        lines = self.lines[node.lineno - 1:node.end_lineno]
        lines[-1] = lines[-1][:node.end_col_offset]
        lines[0] = lines[0][node.col_offset:]
        return b"".join(lines).decode()

    def visit(self, node):
        if isinstance(node, ast.JoinedStr | ast.arguments):
            return node
        text = self.text(node) if isinstance(node, ast.expr) else ""
        node = super().visit(node)
        if isinstance(node, COMPUTES) and isinstance(getattr(node, "ctx", ast.Load()), ast.Load):
            return told(node, text)
        return node

    def visit_FunctionDef(self, node):
        node.decorator_list, node.returns = [], None
        node.body = [part for statement in node.body for part in listed(self.visit(statement))]
        return node

    def visit_AugAssign(self, node):
        text = self.text(node)
        node = self.generic_visit(node)
        if not isinstance(node.target, ast.Name):
            return node
        return [node, ast.Expr(told(ast.copy_location(ast.Name(node.target.id, ast.Load()), node), text))]

    def visit_Return(self, node):
        text = self.text(node.value) if node.value else ""
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
