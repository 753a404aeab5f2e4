"""The failing call as code to run in a cell of one's own: its arguments under names that the notebook does not use."""

from __future__ import annotations

import inspect
import re
from collections.abc import Sequence

import numpy as np

from autograder.checking.local import Name
from autograder.checking.recording import NUMBERS, Recording
from autograder.course.results import CheckResult

ENTRIES = 60  # of an array; a larger one is no code to read
METHOD = re.compile(r"([A-Za-z_]\w*)\.(\w+)")
SHORT = 12  # characters of a value that needs no name


class Unwritable(Exception):
    """A value that cannot be written as code: an object, a function of the check, a large array."""


def trial_code(result: CheckResult, record: Recording, namespace: dict) -> str:
    """Return code that repeats the failing call of a check, "" where it cannot be written down."""
    if not record.steps:
        return ""
    try:
        lines = calls(list(record.steps), namespace)
    except Unwritable:
        return ""
    goal = f"  # expected: {result.expected}" if result.expected and "\n" not in result.expected else ""
    start = [] if namespace.get("np") is np or "np." not in "".join(lines) else ["import numpy as np"]
    return "\n".join([*start, *lines]) + goal


def calls(steps: Sequence[tuple], namespace: dict) -> list[str]:
    """Return the lines that make the last call; of a method also those that made its object, and what came before."""
    name = steps[-1][0]
    method = METHOD.fullmatch(name)
    taken = dict.fromkeys(namespace)
    if not method:
        if not name.isidentifier():
            raise Unwritable(name)
        return written(name, name, steps[-1], namespace, taken)
    owner = method[1]
    made = max((place for place, step in enumerate(steps) if step[0] == owner), default=None)
    if made is None:
        raise Unwritable(owner)
    variable = free(owner.lower(), taken)
    lines = written(f"{variable} = {owner}", owner, steps[made], namespace, taken)
    for step in steps[made + 1:]:
        if step[0].startswith(f"{owner}."):
            lines += written(f"{variable}.{step[0].partition('.')[2]}", step[0], step, namespace, taken)
    return lines


def written(head: str, name: str, step: tuple, namespace: dict, taken: dict) -> list[str]:
    """Return the lines of one call. head: what stands before its bracket; name: of the function or Class.method."""
    _, arguments, keywords = step
    lines, given = [], []
    for parameter, value in zip(parameters(name, len(arguments), namespace), arguments, strict=True):
        text = literal(value, namespace)
        if len(text) > SHORT:
            variable = free(parameter, taken)
            lines.append(f"{variable} = {text}")
            text = variable
        given.append(text)
    given += [f"{key}={literal(value, namespace)}" for key, value in keywords.items()]
    return [*lines, f"{head}({', '.join(given)})"]


def parameters(name: str, count: int, namespace: dict) -> list[str]:
    """Return what the student calls the arguments, else x, y and so on."""
    owner, _, method = name.partition(".")
    target = getattr(namespace.get(owner), method, None) if method else namespace.get(owner)
    try:
        found = [key for key in inspect.signature(target).parameters if key != "self"][:count]
    except (TypeError, ValueError):
        found = []
    return found if len(found) == count else [f"x{'' if count == 1 else number}" for number in range(1, count + 1)]


def free(name: str, taken: dict) -> str:
    """Return a name that the notebook does not use, and take it."""
    number = 1
    while f"{name}{number}" in taken:
        number += 1
    taken[f"{name}{number}"] = None
    return f"{name}{number}"


def literal(value, namespace: dict) -> str:
    """Return a value as Python code; raise Unwritable where that is no line to read."""
    if isinstance(value, np.ndarray):
        if value.dtype.kind not in "biuf" or not 0 < value.size <= ENTRIES or not np.all(np.isfinite(value)):
            raise Unwritable(value.dtype.name)
        return f"np.array({value.tolist()!r})"
    if isinstance(value, np.generic):
        return repr(value.item())
    if value is None or isinstance(value, (str, *NUMBERS)):
        return repr(value)
    if isinstance(value, list):
        return f"[{', '.join(literal(item, namespace) for item in value)}]"
    if isinstance(value, tuple):
        return f"({', '.join(literal(item, namespace) for item in value)}{',' * (len(value) == 1)})"
    if isinstance(value, dict):
        return f"{{{', '.join(f'{key!r}: {literal(item, namespace)}' for key, item in value.items())}}}"
    if isinstance(value, Name) and value.__name__ in namespace:
        return value.__name__
    raise Unwritable(type(value).__name__)
