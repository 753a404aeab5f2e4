"""The release of Pyodide, Python in a browser, that the pages of the book load: pyodide.json has its official sums."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path


@cache
def lock() -> dict:
    """Return which files of Pyodide are needed, with their sums."""
    return json.loads(Path(__file__).with_name("pyodide.json").read_text(encoding="utf-8"))
