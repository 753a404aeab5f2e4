"""Which cells of a notebook hold a student's words: an answer to an open question may stand in a cell of its own."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable

# Code that is a text in quotes, printed or given a name at most.
SAYS = re.compile(r"(?:print\(\s*|\w+\s*=\s*)?[rRbBuUfF]{0,2}(\"\"\"|\'\'\'|\"|\')(?s:.*)\1\s*\)?")
# Deepnote's last cell, and the badge that Colab puts at the top.
ADDED_BY_TOOLS = re.compile(r"<a [^>]*(?:deepnote\.com|colab\.research\.google\.com)", re.IGNORECASE)


def is_prose(source: str, is_code: bool) -> bool:
    """Return whether a cell holds words: text, or code that only says some; not what a tool adds to each notebook."""
    text = source.strip()
    if not text or ADDED_BY_TOOLS.match(text):
        return False
    comments = all(line.lstrip().startswith("#") or not line.strip() for line in text.split("\n"))
    return not is_code or comments or bool(SAYS.fullmatch(text))


def normal(source: str) -> str:
    """Return the text without the white space that editors change."""
    return "\n".join(line.rstrip() for line in source.strip().split("\n"))


def own_words(pieces: Iterable, released: Collection[str]) -> tuple[dict[str, list[str]], list[str]]:
    """Return the texts of the student's own cells: by the open question above them, and the text cells elsewhere.

    pieces: alignment.Piece, labelled. released: the texts of the release that no label has, normal.
    """
    found: dict[str, list[str]] = defaultdict(list)
    loose, question = [], ""
    for piece in pieces:
        if piece.label or normal(piece.source) in released:
            question = piece.label.exercise if piece.label and piece.label.kind == "manual" else ""
        elif is_prose(piece.source, piece.is_code):
            if question:
                found[question].append(piece.source.strip())
            elif not piece.is_code:
                loose.append(piece.source.strip())
    return found, loose
