"""Whole notebooks in a browser: `python benchmarks/jupyterlite.py PYODIDE` builds a JupyterLite site and runs a unit.

PYODIDE is the folder that `make browser` takes. The site is left in build/jupyterlite/site, for any web server; a
visitor's browser asks that server alone. JupyterLite is installed there too, apart from this project's environment. The
notebooks are those of a student's copy, as they are: their imports find the course among the packages of Pyodide.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
import sys
import threading
import venv
import zipfile
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from packaging.utils import canonicalize_name
from playwright.sync_api import sync_playwright
from rich.console import Console
from rich.table import Table

from autograder.authoring.browser import REQUIREMENTS
from autograder.course.settings import DISTRIBUTION, FILE
from autograder.course.units import Course
from autograder.grading import sample_class
from book import QUIET

PLACE = Path("build/jupyterlite").resolve()
PYTHON = PLACE / "environment" / "bin" / "python"
# The last JupyterLite for Pyodide 0.27; jupyter-server lists the notebooks for it.
PROGRAMS = ("jupyterlite-core==0.6.4", "jupyterlite-pyodide-kernel==0.6.1", "jupyter-server>=2,<3")
COMM = "comm==0.2.2"  # the one package of its kernel that neither brings along
TEXT = ("rich==14.1.0", "markdown-it-py==3.0.0", "mdurl==0.1.2")  # a table of checks as text
KERNEL = ("micropip", "ssl", "sqlite3", "jedi", "ipython", "traitlets")  # what its kernel takes from Pyodide
# name: what is imported, what it needs
COURSE = {DISTRIBUTION: ("autograder", ("numpy", "matplotlib", "pytest", "rich")),
          "pytest": ("pytest", ("pluggy", "iniconfig", "packaging")), "pluggy": ("pluggy", ()),
          "iniconfig": ("iniconfig", ()), "rich": ("rich", ("markdown-it-py", "pygments")),
          "markdown-it-py": ("markdown_it", ("mdurl",)), "mdurl": ("mdurl", ())}
PROGRAM_FILES = ("pyodide.js", "pyodide.mjs", "pyodide.asm.js", "pyodide.asm.wasm", "python_stdlib.zip")
UNIT = "u01_perceptron"
SOLVED = PLACE / "solved.ipynb"
PATIENCE = 180_000  # milliseconds
HEIGHT = 5000  # pixels: JupyterLite makes only what is in view


def run(*words) -> None:
    """Run a program in the folder of the site; end with what it said if it fails."""
    done = subprocess.run([str(word) for word in words], cwd=PLACE, capture_output=True, text=True)
    if done.returncode:
        sys.exit(f"{' '.join(map(str, words))}\n{done.stdout[-2000:]}{done.stderr[-2000:]}")


def fetch() -> None:
    """Install JupyterLite, and put the wheels of a student's copy into a folder."""
    if not PYTHON.exists():
        venv.create(PYTHON.parents[1], with_pip=True)
        run(PYTHON, "-m", "pip", "install", "--quiet", *PROGRAMS)
    for folder in ("released", "wheels"):
        shutil.rmtree(PLACE / folder, ignore_errors=True)
    subprocess.run([sys.executable, "-m", "autograder", "release", PLACE / "released"], check=True, capture_output=True)
    (copy,) = (path for path in (PLACE / "released").iterdir() if path.is_dir())
    pip = (PYTHON, "-m", "pip")
    run(*pip, "wheel", "--quiet", "--no-deps", "--wheel-dir", "wheels", copy)
    run(*pip, "download", "--quiet", "--no-deps", "--require-hashes", "-r", REQUIREMENTS.resolve(), "--dest", "wheels")
    run(*pip, "download", "--quiet", "--no-deps", "--dest", "wheels", COMM, *TEXT)


def course_wheel() -> Path:
    """Return the wheel of the student's copy."""
    return next((PLACE / "wheels").glob(f"{DISTRIBUTION.replace('-', '_')}-*.whl"))


def pack_pyodide(pyodide: Path) -> None:
    """Put what the notebooks need of Pyodide beside the site, and the course among its packages."""
    target = PLACE / "static" / "pyodide"
    shutil.rmtree(target, ignore_errors=True)
    target.mkdir(parents=True)
    lock = json.loads((pyodide / "pyodide-lock.json").read_text(encoding="utf-8"))
    needed, waiting = {}, [*KERNEL, "numpy", "matplotlib", "packaging"]
    while waiting:
        name = canonicalize_name(waiting.pop())
        if name not in needed:
            needed[name] = lock["packages"][name]
            waiting += needed[name]["depends"]
    for name in (*PROGRAM_FILES, *(package["file_name"] for package in needed.values())):
        shutil.copy(pyodide / name, target)
    (settings,) = (PLACE / "released").glob(f"*/{FILE}")
    with zipfile.ZipFile(course_wheel(), "a") as archive:
        archive.write(settings, FILE)  # it lies beside the package, as in the student's folder
    for name, (imports, depends) in COURSE.items():
        (wheel,) = (PLACE / "wheels").glob(f"{name.replace('-', '_')}-*.whl")
        shutil.copy(wheel, target)
        needed[name] = {"name": name, "version": wheel.name.split("-")[1], "file_name": wheel.name,
                        "sha256": hashlib.sha256(wheel.read_bytes()).hexdigest(), "imports": [imports],
                        "depends": list(depends), "install_dir": "site", "package_type": "package",
                        "unvendored_tests": False}
    (target / "pyodide-lock.json").write_text(json.dumps(lock | {"packages": needed}), encoding="utf-8")


def build() -> Path:
    """Build the site and return its folder."""
    for name in ("site", ".jupyterlite.doit.db", ".cache"):
        path = PLACE / name
        shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)
    (exercises,) = (PLACE / "released").glob("*/exercises")
    (comm,) = (PLACE / "wheels").glob("comm-*.whl")
    run(PYTHON, "-m", "jupyter", "lite", "build", "--contents", exercises, "--piplite-wheels", comm,
        "--no-sourcemaps", "--output-dir", "site")
    return PLACE / "site"


class Counting(SimpleHTTPRequestHandler):
    """Serves the site, with one notebook solved, and counts what it sends, in bytes."""

    sent = 0

    def translate_path(self, path):
        return str(SOLVED) if path.partition("?")[0] == f"/files/{UNIT}/{UNIT}.ipynb" else super().translate_path(path)

    def log_message(self, *_):
        pass

    def copyfile(self, source, outputfile):
        content = source.read()
        Counting.sent += len(content)
        outputfile.write(content)


def run_all(page, address: str) -> dict[str, object]:
    """Run a unit's notebook with the right answers, and return what came of it."""
    course = Course.find()
    unit = course.unit(UNIT)
    sample_class.write_notebook(SOLVED, unit, sample_class.right_answers(course, unit))
    page.goto(f"{address}/notebooks/index.html?path={UNIT}/{UNIT}.ipynb")
    page.locator(".jp-Notebook .jp-CodeCell").first.wait_for()
    page.get_by_role("menuitem", name="Run", exact=True).click()
    page.get_by_text("Run All Cells", exact=True).click()
    tables = page.locator(".check-table")
    tables.nth(len(unit.graded) - 1).wait_for()
    page.locator(".jp-OutputArea-output img").first.wait_for()
    marks = tables.locator("td [role=img]").evaluate_all("all => all.map((one) => one.getAttribute('aria-label'))")
    return {"checks": len(marks), "all checks pass": set(marks) == {"passed"},
            "pictures": page.locator(".jp-OutputArea-output img").count()}


def visit(site: Path, program: str) -> dict[str, object]:
    """Return what one visitor with an empty cache sees, and what it cost the line."""
    outside = []
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Counting, directory=site)) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=program, args=QUIET)
            page = browser.new_page(viewport={"width": 1280, "height": HEIGHT})
            page.set_default_timeout(PATIENCE)
            page.context.on("request", lambda request: "127.0.0.1" in request.url or outside.append(request.url))
            seen = run_all(page, f"http://127.0.0.1:{server.server_port}")
            page.screenshot(path=PLACE / "notebook.png")
            browser.close()
        server.shutdown()
    outside = [address for address in outside if address.startswith("http")]
    return seen | {"requests to other hosts": len(outside), "sent to the visitor, MB": f"{Counting.sent / 1e6:.0f}"}


def main():
    """Build the site, run a unit there, and print what was seen; end with status 1 if a check fails there."""
    pyodide = Path(sys.argv[1] if len(sys.argv) > 1 else "build/pyodide").resolve()
    if not (pyodide / "pyodide-lock.json").exists():
        sys.exit("Say where Pyodide is: python benchmarks/jupyterlite.py FOLDER")
    PLACE.mkdir(parents=True, exist_ok=True)
    fetch()
    pack_pyodide(pyodide)
    site = build()
    size = sum(path.stat().st_size for path in site.rglob("*") if path.is_file())
    seen = {"site, MB": f"{size / 1e6:.0f}"}
    program = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if program:
        seen |= visit(site, program)
    table = Table("what", "seen", title=f"{UNIT} in JupyterLite")
    for what, value in seen.items():
        table.add_row(what, str(value))
    Console().print(table)
    print(f"The site is {site}" if program else f"The site is {site}; without a Chromium nobody has looked at it.")
    sys.exit(int(not seen.get("all checks pass", True) or seen.get("requests to other hosts", 0) > 0))


if __name__ == "__main__":
    main()
