"""What a check did: the student's calls and the comparisons of their results, in order.

The comparisons of `numeric` and the calls of a student's names report here, so that a table can show input,
expected and got without the check saying so.
"""

from __future__ import annotations

import math
from collections import Counter, deque
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field

import numpy as np

from autograder.checking.sizes import extent

SHOWN_CHARACTERS = 60
SHOWN_ENTRIES = 8  # of an array; a larger one is shown by its first numbers
LATEST_CALLS = 8  # whose arguments are kept
NUMBERS = (bool, int, float, complex, np.number, np.bool_)


@dataclass
class Comparison:
    """One comparison: texts to show, and the value itself for fingerprints, where entries up to atol count as 0."""

    call: str
    expected: str
    got: str
    error: str
    passed: bool
    value: object = None
    atol: float = 0.0


@dataclass
class Recording:
    """The calls and comparisons of one run of one check; `arguments` are those of the latest call.

    steps: the latest calls with what they were given, as (name, arguments, keywords).
    made: class -> the call that made its latest object; used: class -> the latest method and its call.
    check: its name. given, asked: how many entries the student's code got from the check, and what it asked of each
    function of the judge that stands for another answer (see grading/follow_through.py).
    unseen: how many comparisons came before one on warnings, where a warning was likely and could not be seen.
    """

    calls: list[str] = field(default_factory=list)
    arguments: tuple = ()
    made: dict[str, str] = field(default_factory=dict)
    used: dict[str, tuple[str, str]] = field(default_factory=dict)
    comparisons: list[Comparison] = field(default_factory=list)
    steps: deque = field(default_factory=lambda: deque(maxlen=LATEST_CALLS))
    unseen: int | None = None
    check: str = ""
    given: int = 0
    asked: Counter[str] = field(default_factory=Counter)


_current: ContextVar[Recording | None] = ContextVar("recording", default=None)


@contextmanager
def recording(check: str = ""):
    """Collect what happens inside the `with` block and give it as a Recording."""
    token = _current.set(Recording(check=check))
    try:
        yield _current.get()
    finally:
        _current.reset(token)


def note_call(name: str, arguments: tuple, keywords: dict | None = None) -> None:
    """Record that the student's `name` is called.

    A method is shown with the call that made its object, and with the other method that was called before it:
    "Affine(W, b).backward(dout) after forward(x)".
    """
    record = _current.get()
    if record is None:
        return
    shown = [brief(argument) for argument in arguments]
    shown += [f"{key}={brief(value)}" for key, value in (keywords or {}).items()]
    owner, _, method = name.partition(".")
    call = f"{method or owner}({', '.join(shown)})"
    if method:
        before, earlier = record.used.get(owner, (method, ""))
        record.used[owner] = method, call
        record.calls.append(f"{record.made.get(owner, owner)}.{call}" + f" after {earlier}" * (before != method))
    else:
        record.made[owner] = call
        record.used.pop(owner, None)
        record.calls.append(call)
    record.arguments = arguments
    record.steps.append((name, arguments, keywords or {}))
    record.given += extent([arguments, keywords or {}], math.inf)


def note_question(name: str, arguments: list) -> Recording:
    """Record that a function of the judge is asked on behalf of an answer `name`; return what is recorded by now."""
    record = _current.get() or Recording()
    record.asked[name] += extent(arguments, math.inf)
    return record


def latest_arguments() -> tuple:
    """Return the arguments of the latest call, for guesses about its result."""
    record = _current.get()
    return record.arguments if record is not None else ()


def note_comparison(expected, got, error: str, passed: bool, of: str = "", atol: float = 0.0) -> None:
    """Record one comparison; it belongs to the latest call.

    of: what is compared, where it is not the call's result. atol: the absolute tolerance that the check allows.
    """
    record = _current.get()
    if record is not None:
        call = record.calls[-1] if record.calls else ""
        wanted, given = alike(expected, got)
        shown = f"{of} = {wanted}" if of else wanted
        record.comparisons.append(Comparison(call, shown, given, error, passed, got, atol))


def alike(expected, got) -> tuple[str, str]:
    """Return short texts for two values that can be laid side by side: numbers in lists are shown as arrays are.

    Where text is expected, it is mostly the words of a check and not a value, so both are shown without quotes.
    """
    if isinstance(expected, str):
        return expected, got if isinstance(got, str) else brief(got)
    arrays = [plain_array(value) if isinstance(value, list | tuple | np.ndarray) else None for value in (expected, got)]
    return tuple(brief(value) if array is None or array.size == 0 else numbers_text(array)
                 for value, array in zip((expected, got), arrays, strict=True))


def numbers_text(array: np.ndarray) -> str:
    """Return a small array in full, of a large one the first numbers and the shape."""
    if array.size <= SHOWN_ENTRIES:
        return entries(array.tolist())
    return f"{entries(array, cut=True)}, shape {array.shape}"


def plain_array(value) -> np.ndarray | None:
    """Return numbers and nested lists of them as an array, None for anything else; no object is asked anything."""
    rest = [value]
    while rest:
        item = rest.pop()
        if isinstance(item, list | tuple):
            rest += item
        elif not isinstance(item, (*NUMBERS, np.ndarray)):
            return None
    try:
        array = np.asarray(value)
    except ValueError:  # rows of different lengths
        return None
    return array if array.dtype.kind in "biufc" else None


def brief(value) -> str:
    """Return a short text for a value: small arrays in full, large ones as their shape."""
    if isinstance(value, np.ndarray):
        return f"{value.dtype} array {value.shape}" if value.size > 8 else entries(value.tolist())
    if isinstance(value, bool | int | float | np.number | np.bool_):
        return f"{value:.8g}" if isinstance(value, float | np.floating) else str(value)
    if callable(value):
        name = getattr(value, "__name__", "an object")
        return name if name != "<lambda>" else "a function"
    if isinstance(value, list | tuple):
        inner = ", ".join(map(brief, value[:4])) + (", ..." if len(value) > 4 else "")
        text = f"[{inner}]" if isinstance(value, list) else f"({inner}{',' * (len(value) == 1)})"
    elif isinstance(value, dict):
        text = f"{{{', '.join(f'{key!r}: {brief(item)}' for key, item in value.items())}}}"
    elif isinstance(value, str | bytes | complex | None):
        text = repr(value)
    else:
        return "an object"  # its own repr may be anything, and names an address
    return text if len(text) <= SHOWN_CHARACTERS else text[: SHOWN_CHARACTERS - 3] + "..."


def entries(value, cut: bool = False) -> str:
    """Return the text of an array or of nested lists, six digits for each number. cut: of each axis the first few."""
    if isinstance(value, list | np.ndarray) and np.ndim(value):
        most = len(value) if not cut else 4 if np.ndim(value) == 1 else 2
        return f"[{', '.join(entries(item, cut) for item in value[:most])}{', ...' * (len(value) > most)}]"
    return f"{value:.6g}" if isinstance(value, float | complex | np.inexact) else str(value)
