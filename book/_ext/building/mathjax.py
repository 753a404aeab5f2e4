"""MathJax as files of the book: of the packaged 24 MB only what its one program and its fonts need.

The program typesets and draws; beside it lie the fonts, the hidden MathML for screen readers, and the small
packages that MathJax fetches when a formula uses their commands. Its context menu stays off: most entries would
ask for parts that are not here.
"""

import importlib.util
import shutil
from pathlib import Path

PACKAGED = "sphinx-mathjax-offline"
NEEDED = ("tex-chtml.js", "output/chtml/fonts/woff-v2/*", "a11y/assistive-mml.js", "input/tex/extensions/*")
LEFT_OUT = ("all-packages.js",)  # the same packages once more, in one file


def needed_files(source):
    """Return the sorted files below the packaged MathJax that the book needs."""
    return sorted(path for pattern in NEEDED for path in source.glob(pattern) if path.name not in LEFT_OUT)


def copy_mathjax(app, exception):
    if exception or app.builder.format != "html":
        return
    source = Path(importlib.util.find_spec(PACKAGED).origin).parent / "static" / "mathjax"
    target = Path(app.outdir) / "_static" / "mathjax"
    shutil.rmtree(target, ignore_errors=True)
    for path in needed_files(source):
        copy = target / path.relative_to(source)
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, copy)


def setup(app):
    app.config.mathjax_path = "mathjax/tex-chtml.js"
    app.connect("build-finished", copy_mathjax)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
