"""Runs a chapter again when something that it computes with has changed.

The execution cache looks at a chapter's own cells alone. A chapter also depends on the figure library, on the
solutions that it names and on the packages that it computes with, so their fingerprint is made part of what the
cache compares (the kernel's display name, which no page shows), and Sphinx is told to read the chapter again when
they change.

Where no page is to be read, Sphinx copies no style sheet either; so the first page is, when one has changed.
"""

import hashlib
import re
import sys
from importlib.metadata import version
from pathlib import Path

KERNEL = "display_name: Python 3"
PACKAGES = ("numpy", "matplotlib", "scikit-learn", "scipy")


def computed_with():
    """Return the versions of Python and of the packages that the chapters compute with."""
    return [sys.version, *(f"{name} {version(name)}" for name in PACKAGES)]


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
    known = [path.read_bytes() for path in files] + ["\n".join(app.config.computed_with).encode()]
    digest = hashlib.sha256(b"".join(known)).hexdigest()[:12]
    source[0] = source[0].replace(KERNEL, f"{KERNEL} {digest}", 1)


def look_at_static_files(app, env, added, changed, removed):
    """Return the first page if a file of _static is newer than its copy, else nothing."""
    static, copies = Path(app.srcdir) / "_static", Path(app.outdir) / "_static"
    stale = (not (copy := copies / path.relative_to(static)).exists() or copy.stat().st_mtime < path.stat().st_mtime
             for path in static.rglob("*") if path.is_file())
    return [env.config.root_doc] if any(stale) else []


def setup(app):
    app.add_config_value("computed_with", computed_with(), "env")
    app.connect("source-read", add_fingerprint)
    app.connect("env-get-outdated", look_at_static_files)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
