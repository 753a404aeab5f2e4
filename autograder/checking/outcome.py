"""What a call did, besides returning: shared by the local, the reference and the sandboxed student."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np

WITHIN = -1  # in place of an argument's index: shared with an earlier part of the value itself


@dataclass
class Outcome:
    """One observed call.

    value: what the call returned.
    arguments: the positional arguments as they are after the call.
    warnings: texts such as "RuntimeWarning: overflow encountered in exp". In the sandbox they are a claim of the
    student's process: nothing but a public check of few points may rest on them.
    find_aliases: returns what `aliases` says.
    """

    value: Any
    arguments: tuple = ()
    warnings: list[str] = field(default_factory=list)
    find_aliases: Callable[[], list[tuple[str, int]]] = list

    @property
    def aliases(self) -> list[tuple[str, int]]:
        """Return (path, argument index) for each array of the value that shares memory with an argument.

        The path is "" for the value itself, else for example "[0]" or "['W']"; ("[1]", WITHIN) is shared with "[0]".
        What nobody can write into shares nothing with its like.
        """
        return self.find_aliases()


HOLDING = (np.ndarray, list, tuple, dict)  # what is an array, or may hold one


def arrays(value, steps: tuple = ()) -> Iterator[tuple[tuple, np.ndarray]]:
    """Yield (steps, array) for the array `value`, or for those in a list, a tuple or a dict: ((0, "W"), array)."""
    if isinstance(value, np.ndarray):
        yield steps, value
    elif isinstance(value, HOLDING):
        for key, item in value.items() if isinstance(value, dict) else enumerate(value):
            if isinstance(item, HOLDING):
                yield from arrays(item, (*steps, key))


def path_text(steps: tuple) -> str:
    """Return the steps to a part of a value as Python writes them: "[0]['W']"."""
    return "".join(f"[{step!r}]" for step in steps)
