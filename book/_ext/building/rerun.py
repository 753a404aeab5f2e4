"""Runs a chapter again when something that it computes with has changed.

The execution cache looks at a chapter's own cells alone. A chapter also depends on the figure library and on
the solutions that it names, so their fingerprint is made part of what the cache compares (the kernel's
display name, which no page shows), and Sphinx is told to read the chapter again when they change.
"""

import hashlib
import re
from pathlib import Path

KERNEL = "display_name: Python 3"


def sources_of(text, book):
    """Return the sorted files that a chapter's text computes with: figures, and each solution named in it."""
    solutions = book.parent / "solutions"
    named = {solutions / f"{unit}.py" for unit in re.findall(r"u\d\d_[a-z_]+", text)}
    return sorted([*(book / "figures").glob("*.py"), *(path for path in named if path.exists())])


def add_fingerprint(app, docname, source):
    if KERNEL not in source[0]:
        return
    files = sources_of(source[0], Path(app.srcdir))
    for path in files:
        app.env.note_dependency(str(path))
    digest = hashlib.sha256(b"".join(path.read_bytes() for path in files)).hexdigest()[:12]
    source[0] = source[0].replace(KERNEL, f"{KERNEL} {digest}", 1)


def setup(app):
    app.connect("source-read", add_fingerprint)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
