"""How large a value of the student's code may be: a check states it, and nothing is computed on a larger one.

`@pytest.mark.exercise("sse", points=1, entries=50_000)`; ENTRIES where a check states nothing.
"""

from __future__ import annotations

import math
from contextlib import contextmanager
from contextvars import ContextVar

import numpy as np

from autograder.course.verdicts import StudentError

ENTRIES = 10_000
ASKED_ENTRIES = 100_000  # of what the student's code asks a function of the judge for: inputs of the check among it

_stated: ContextVar[int] = ContextVar("stated", default=ENTRIES)


@contextmanager
def stated(entries: int):
    """Let values have this many entries within the `with` block."""
    token = _stated.set(entries)
    try:
        yield
    finally:
        _stated.reset(token)


def require_size(value, words: str, sent=None, most: int = 0) -> None:
    """Raise StudentError (too-large) if a value has more entries than the check states; words: what it is.

    sent: the judge's own value that comes back; it may come back as large as it was. most: what is allowed in any case.
    """
    most = max(most, _stated.get())
    if extent(value, most) > most:
        if sent is not None:
            most = max(most, extent(sent, math.inf))
        found = extent(value, 1 << 62)
        if found > most:
            raise StudentError("too-large", f"{words} has {size_words(value, found)}, where no more than "
                                            f"{most:,} are expected.")


def size_words(value, found: int) -> str:
    """Return how large a value is, in words."""
    return f"the shape {value.shape}" if isinstance(value, np.ndarray) else f"{found:,} entries"


def extent(value, most: float) -> int:
    """Return how many entries a value has, with all lists and arrays in it; more than `most` need not be counted.

    An axis of length 0 counts as 1: (3_000_000, 0) holds no number, but three million empty rows.
    """
    found, rest = 0, [value]
    while rest and found <= most:
        item = rest.pop()
        if isinstance(item, np.ndarray):
            found += math.prod(max(length, 1) for length in item.shape)
        elif isinstance(item, list | tuple | set | frozenset):
            rest += item
            found += 1
        elif isinstance(item, dict):
            rest += item.values()
            found += len(item)
        else:
            found += 1
    return found
