"""`autograder browser PYODIDE`: what a page of the book needs to run Python.

engine/ is for pages that a web server sends, pack/ for pages that are opened from a disk; pictures/ has both again, of
what draws. Every file of Pyodide is compared with its official SHA-256 sum in pyodide.json; pip compares the packages
with theirs. Of the course only what a student's copy holds goes in: no hidden check, no solution, no misconception.
"""

from __future__ import annotations

import base64
import gzip
import hashlib
import io
import json
import re
import shutil
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

import click

from autograder.authoring.bytecode import with_bytecode
from autograder.authoring.editor import build_editor
from autograder.authoring.pyodide import lock
from autograder.authoring.release import package_files, write_zip
from autograder.course.settings import FILE
from autograder.course.units import PACKAGE, Course
from autograder.course.verdicts import CourseError

REQUIREMENTS = Path(__file__).with_name("browser-requirements.txt")
NUMPY = "numpy"  # loaded with Python; the other packages are there to draw, and loaded when a cell does
LEVEL = 6  # of gzip: the highest takes three times as long for half a percent
NOT_IN_A_PAGE = {"cli.py", "__main__.py", "misconceptions.py"}  # what only a terminal, or an author, runs
HEADING = re.compile(r"^#+ .+$", re.MULTILINE)


@click.command(epilog="\b\nExample:\n  autograder browser ~/pyodide --output build/browser")
@click.argument("pyodide", type=click.Path(path_type=Path, exists=True, file_okay=False))
@click.option("--output", "-o", required=True, type=click.Path(path_type=Path, file_okay=False), help="Where it goes.")
def browser(pyodide, output):
    """Pack what the pages of the book need to check answers in the browser.

    PYODIDE: a folder with the files of the release that autograder/authoring/pyodide.json names.
    """
    course = Course.find()
    files = verified(pyodide)
    files["course.zip"] = course_zip(course)
    files["pyodide-lock.json"] = pyodide_lock(files)
    try:
        files |= with_bytecode({name: files[name] for name in files.keys() - drawing()})
        files["pyodide-lock.json"] = pyodide_lock(files)
    except CourseError as error:
        click.echo(f"Without bytecode, so a start of Python takes about twice as long: {error}", err=True)
    write(output, files)
    click.echo(f"{len(files)} files in {output}: engine/ {size(output / 'engine')}, pack/ {size(output / 'pack')}")
    (output / "editor.js").unlink(missing_ok=True)
    try:
        build_editor(course.root, output / "editor.js")
    except CourseError as error:
        click.echo(f"Without the editor, so with a plain text field: {error}", err=True)


def drawing() -> set[str]:
    """Return the names of the files that are there to draw."""
    return {item["file_name"] for name, item in lock()["packages"].items() if name != NUMPY}


def verified(folder: Path) -> dict[str, bytes]:
    """Return name -> content of the needed files.

    Raises CourseError for one that is missing or is not the official one.
    """
    known = lock()
    sums = known["files"] | {item["file_name"]: item["sha256"] for item in known["packages"].values()}
    release = f"Take the files of Pyodide {known['info']['version']}."
    contents = {}
    for name, expected in sums.items():
        path = folder / name
        if not path.is_file():
            raise CourseError(f"{name} is missing.", str(folder), release)
        contents[name] = path.read_bytes()
        found = hashlib.sha256(contents[name]).hexdigest()
        if found != expected:
            raise CourseError(f"this is not the official file: its SHA-256 sum is {found}, and {expected} is expected.",
                              str(path), release)
    return contents


def pyodide_lock(files: dict[str, bytes]) -> bytes:
    """Return Pyodide's own list of packages, reduced to those that a page loads, with the sums of what it is sent."""
    known = lock()
    packages = {name: item | {"sha256": hashlib.sha256(files[item["file_name"]]).hexdigest()}
                for name, item in known["packages"].items()}
    return json.dumps({"info": known["info"], "packages": packages}).encode()


def course_zip(course: Course) -> bytes:
    """Return a zip of the public checks, the hints, the released notebooks and pytest; the same bytes every time."""
    files = {f"autograder/{path.relative_to(PACKAGE).as_posix()}": path.read_bytes() for path in package_files()
             if path.name not in NOT_IN_A_PAGE}
    files[FILE] = (course.root / FILE).read_bytes()
    for unit in course.units.values():
        files[f"autograder/released/{unit.name}.ipynb"] = unit.path.read_bytes()
        files[f"book/{unit.name}.md"] = headings(course.root / "book" / f"{unit.name}.md")
    with tempfile.TemporaryDirectory() as folder:
        for wheel in downloaded(Path(folder)):
            files |= modules(wheel)
        target = Path(folder) / "course.zip"
        write_zip(target, dict(sorted(files.items())))
        return target.read_bytes()


def headings(chapter: Path) -> bytes:
    """Return the headings of a chapter, which hints call its sections by."""
    text = chapter.read_text(encoding="utf-8") if chapter.is_file() else ""
    return "\n".join(HEADING.findall(text)).encode()


def downloaded(folder: Path) -> list[Path]:
    """Return the wheels of browser-requirements.txt, as pip has compared them with their sums."""
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--only-binary", ":all:",
               "--require-hashes", "--requirement", str(REQUIREMENTS), "--dest", str(folder)]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        reason = (done.stderr.strip().splitlines() or ["no reason given"])[-1]
        raise CourseError(f"pip cannot fetch the packages of a page: {reason}", str(REQUIREMENTS),
                          "Mend the connection and run the command again.")
    return sorted(folder.glob("*.whl"))


def modules(wheel: Path) -> dict[str, bytes]:
    """Return name -> content of the Python files in a wheel."""
    with zipfile.ZipFile(io.BytesIO(wheel.read_bytes())) as archive:
        return {name: archive.read(name) for name in archive.namelist() if name.endswith(".py")}


def write(output: Path, files: dict[str, bytes]) -> None:
    """Write each file packed for a web server and as a script for a disk, and the lists of them that pages load."""
    sets = {"python": [], "pictures": []}
    for room in ("engine", "pack", "pictures"):
        shutil.rmtree(output / room, ignore_errors=True)
    for room in ("engine", "pack", "pictures/engine", "pictures/pack"):
        (output / room).mkdir(parents=True)
    pictures = drawing()
    for name, content in files.items():
        kind, under = ("pictures", "pictures/") if name in pictures else ("python", "")
        packed, folder = gzip.compress(content, LEVEL, mtime=0), output / under
        (folder / "engine" / f"{name}.gz").write_bytes(packed)
        text = base64.b64encode(packed).decode()
        (folder / "pack" / f"{name}.js").write_text(f'solve.packed("{name}", "{text}");\n', encoding="ascii")
        sets[kind].append({"name": name, "version": hashlib.sha256(content).hexdigest()[:12], "under": under})
    script = f"window.solve = window.solve || {{}};\nwindow.solve.fileSets = {json.dumps(sets)};\n"
    (output / "files.js").write_text(script, encoding="ascii", newline="\n")


def size(folder: Path) -> str:
    """Return how large the files of a folder are together."""
    return f"{sum(path.stat().st_size for path in folder.iterdir()) / 1e6:.1f} MB"
