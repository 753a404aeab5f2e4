"""Bytecode for the Python of a page, so that no reader's machine compiles what a first check imports.

Else it would do so at each start, which is half of a start's time. Bytecode is of one release of Python: that of the
page makes it, run by Node. It goes into the same archives, for which zip's own compression is left out: each is sent
packed as a whole, and so becomes smaller.
"""

from __future__ import annotations

import io
import subprocess
import tempfile
import zipfile
from pathlib import Path

from autograder.authoring.editor import node_program
from autograder.authoring.pyodide import lock
from autograder.authoring.release import FIRST_TIME
from autograder.course.verdicts import CourseError

HERE = Path(__file__).parent
MAJOR, MINOR, *_ = lock()["info"]["python"].split(".")
# Where a page has its archives: the standard library as it is, the others unpacked.
STANDARD, COURSE, WHEELS = f"/lib/python{MAJOR}{MINOR}.zip/", "/course/", f"/lib/python{MAJOR}.{MINOR}/site-packages/"
PLACES = {"python_stdlib.zip": STANDARD, "course.zip": COURSE}
# Elsewhere, in the standard library and pytest, bytecode stands in the source's place: nobody reads it in a page.
SOURCE_STAYS = (f"{COURSE}autograder/", WHEELS)
NOT_LOADED = (".pyi", ".pxd", ".pyx", ".h", ".c", ".a")  # what a wheel has for compilers of C and checkers of types


def with_bytecode(files: dict[str, bytes]) -> dict[str, bytes]:
    """Return the archives among the files of a page with the bytecode of what a page imports.

    files: those that Python starts with. Raises CourseError where there is no Node, or where Python does not run in it.
    """
    bytecode = made_by_python(files)
    return {name: repacked(content, PLACES.get(name, WHEELS), bytecode) for name, content in files.items()
            if name in PLACES or name.endswith(".whl")}


def made_by_python(files: dict[str, bytes]) -> dict[str, bytes]:
    """Return path -> bytecode, as the Python in these files makes it."""
    node = node_program("node", "bytecode")
    with tempfile.TemporaryDirectory() as folder:
        for name, content in files.items():
            Path(folder, name).write_bytes(content)
        result = Path(folder, "bytecode.zip")
        done = subprocess.run([node, HERE / "bytecode.cjs", folder, HERE / "compiling.py", result],
                              capture_output=True, text=True)
        if done.returncode:
            reason = (done.stderr.strip().splitlines() or ["no reason given"])[-1]
            raise CourseError(f"Python does not run in Node: {reason[:500]}", node, "Install a newer Node: 18 will do.")
        return contents(result.read_bytes())


def repacked(archive: bytes, place: str, bytecode: dict[str, bytes]) -> bytes:
    """Return an archive with the bytecode of its files; the same bytes every time. place: where a page has it."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_STORED) as target:
        for name, content in contents(archive).items():
            if name.endswith(NOT_LOADED):
                continue
            compiled = bytecode.get(place + name)
            if compiled is None or (place + name).startswith(SOURCE_STAYS):
                target.writestr(zipfile.ZipInfo(name, FIRST_TIME), content)
            if compiled is not None:
                target.writestr(zipfile.ZipInfo(compiled_name(place, name), FIRST_TIME), compiled)
    return packed.getvalue()


def compiled_name(place: str, name: str) -> str:
    """Return where Python looks for the bytecode of a file: beside its source, or in its place."""
    path = Path(name)
    if (place + name).startswith(SOURCE_STAYS):
        return (path.parent / "__pycache__" / f"{path.stem}.cpython-{MAJOR}{MINOR}.pyc").as_posix()
    return f"{name}c"


def contents(archive: bytes) -> dict[str, bytes]:
    """Return name -> content of everything in a zip, folders included, in its order."""
    with zipfile.ZipFile(io.BytesIO(archive)) as source:
        return {name: source.read(name) for name in source.namelist()}
