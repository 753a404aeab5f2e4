"""Prints what a notebook would show, where there is none: in the letters that the output has."""

from __future__ import annotations

import sys

# A file, and a console of Windows with a code page, may lack the signs and lines of a table.
SIGNS = {"\N{CHECK MARK}": "+", "\N{BALLOT X}": "x", "\N{MIDDLE DOT}": "-", "\N{HORIZONTAL ELLIPSIS}": "..."}
LINES = {"\N{BOX DRAWINGS LIGHT HORIZONTAL}": "-", "\N{BOX DRAWINGS HEAVY HORIZONTAL}": "-",
         "\N{BOX DRAWINGS LIGHT VERTICAL}": "|", "\N{BOX DRAWINGS HEAVY VERTICAL}": "|"}
CORNERS = dict.fromkeys(map(chr, range(0x250C, 0x254C)), "+")
LETTERS = str.maketrans(CORNERS | LINES | SIGNS)


def tell(what: object) -> None:
    """Print something; an output that cannot show every character gets letters and question marks, never an error."""
    text, encoding = str(what), getattr(sys.stdout, "encoding", None) or "utf-8"
    try:
        text.encode(encoding)
    except UnicodeEncodeError:
        text = text.translate(LETTERS).encode(encoding, "replace").decode(encoding)
    print(text)
