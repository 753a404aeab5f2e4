"""What a call did, besides returning: shared by the local, the reference and the sandboxed student."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

WITHIN = -1  # in place of an argument's index: shared with an earlier part of the value itself


@dataclass
class Outcome:
    """One observed call.

    value: what the call returned.
    arguments: the positional arguments as they are after the call.
    warnings: texts such as "RuntimeWarning: overflow encountered in exp".
    aliases: (path, argument index) for each part of the value that shares memory with an argument;
    the path is "" for the value itself, else for example "[0]" or "['W']"; ("[1]", WITHIN) is shared with "[0]".
    stdout: what the call printed, cut.
    """

    value: Any
    arguments: tuple = ()
    warnings: list[str] = field(default_factory=list)
    aliases: list[tuple[str, int]] = field(default_factory=list)
    stdout: str = ""
