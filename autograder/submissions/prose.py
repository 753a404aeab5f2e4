"""Which cells of a notebook hold a student's words: an answer to an open question may stand in a cell of its own."""

from __future__ import annotations

import re

ADDED_BY_TOOLS = re.compile(r"<a [^>]*deepnote\.com", re.IGNORECASE)  # Deepnote's last cell


def is_prose(source: str, is_code: bool) -> bool:
    """Return whether a cell holds words: text, or code that is all comments; not what a tool adds to each notebook."""
    text = source.strip()
    if not text or ADDED_BY_TOOLS.match(text):
        return False
    return not is_code or all(line.lstrip().startswith("#") or not line.strip() for line in text.split("\n"))
