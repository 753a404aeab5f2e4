"""What a check did: the student's calls and the comparisons of their results, in order.

The comparisons of `numeric` and the calls of a student's names report here, so that a table can show input,
expected and got without the check saying so.
"""

from __future__ import annotations

from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field

import numpy as np

SHOWN_CHARACTERS = 60


@dataclass
class Comparison:
    """One comparison: texts to show, and the value itself for fingerprints."""

    call: str
    expected: str
    got: str
    error: str
    passed: bool
    value: object = None


@dataclass
class Recording:
    """The calls and comparisons of one run of one check; `arguments` are those of the latest call."""

    calls: list[str] = field(default_factory=list)
    arguments: tuple = ()
    comparisons: list[Comparison] = field(default_factory=list)


_current: ContextVar[Recording | None] = ContextVar("recording", default=None)


@contextmanager
def recording():
    """Collect what happens inside the `with` block and give it as a Recording."""
    token = _current.set(Recording())
    try:
        yield _current.get()
    finally:
        _current.reset(token)


def note_call(name: str, arguments: tuple, keywords: dict | None = None) -> None:
    """Record that the student's `name` is called."""
    record = _current.get()
    if record is not None:
        shown = [brief(argument) for argument in arguments]
        shown += [f"{key}={brief(value)}" for key, value in (keywords or {}).items()]
        record.calls.append(f"{name}({', '.join(shown)})")
        record.arguments = arguments


def latest_arguments() -> tuple:
    """Return the arguments of the latest call, for guesses about its result."""
    record = _current.get()
    return record.arguments if record is not None else ()


def note_comparison(expected, got, error: str, passed: bool) -> None:
    """Record one comparison; it belongs to the latest call."""
    record = _current.get()
    if record is not None:
        call = record.calls[-1] if record.calls else ""
        record.comparisons.append(Comparison(call, brief(expected), brief(got), error, passed, got))


def brief(value) -> str:
    """Return a short text for a value: small arrays in full, large ones as their shape."""
    if isinstance(value, np.ndarray):
        return f"{value.dtype} array {value.shape}" if value.size > 8 else entries(value.tolist())
    if isinstance(value, bool | int | float | np.number):
        return f"{value:.8g}" if isinstance(value, float | np.floating) else str(value)
    if callable(value):
        return getattr(value, "__name__", "function")
    if isinstance(value, list | tuple):
        inner = ", ".join(map(brief, value[:4])) + (", ..." if len(value) > 4 else "")
        text = f"[{inner}]" if isinstance(value, list) else f"({inner})"
    elif isinstance(value, dict):
        text = f"{{{', '.join(f'{key!r}: {brief(item)}' for key, item in value.items())}}}"
    elif isinstance(value, str | bytes | complex | None):
        text = repr(value)
    else:
        return "an object"  # its own repr may be anything, and names an address
    return text if len(text) <= SHOWN_CHARACTERS else text[: SHOWN_CHARACTERS - 3] + "..."


def entries(value) -> str:
    """Return the text of an array as nested lists, six digits for each number."""
    if isinstance(value, list):
        return f"[{', '.join(map(entries, value))}]"
    return f"{value:.6g}" if isinstance(value, float | complex) else str(value)
