"""Other graders on the same class in the same run: `python benchmarks/peers.py [--students 12]` prints a table.

nbclient     runs each notebook in a kernel and grades nothing: what any grader that uses kernels pays
Otter        `otter run`, its way without containers, one notebook after another, with two tests
nbgrader     `nbgrader autograde` with this course's check cells
autograder   `autograder grade`, everything included

Otter and nbclient live in build/peers, which the first run makes. Each has the same notebooks, without the lines of
this course where it does not know them. pytest_nbgrader is not in the table: its tests run in the kernel that nbgrader
starts, so it pays nbgrader's price and its own.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from batch import UNIT, grade, honest_class, run, time_nbgrader
from rich.console import Console
from rich.table import Table

from autograder.course.units import Course

ROOT = Path(__file__).resolve().parents[1]
HOME = ROOT / "build" / "peers"
PACKAGES = ("otter-grader>=6,<8", "nbclient", "ipykernel", "numpy", "matplotlib")
OWN = ("from autograder", "check(")  # lines that a peer does not know
RUN_ALL = """
import sys, nbformat, nbclient
for path in sys.argv[1:]:
    nbclient.NotebookClient(nbformat.read(path, 4), kernel_name="python3", allow_errors=True).execute()
"""
TESTS = {  # Otter's own form of a test: a session of Python
    "forward": (">>> import numpy as np\n"
                ">>> forward(np.array([[1.0, 2.0]]), np.array([[3.0], [4.0]]), np.array([[5.0]])).tolist()\n[[16.0]]"),
    "sse": (">>> import numpy as np\n"
            ">>> float(sse(np.array([[2.0], [0.0]]), np.array([[0.0], [1.0]])))\n5.0"),
}


def program(name: str) -> Path:
    """Return a program of the peers' environment, which is made where it is not there."""
    if not (HOME / "bin" / "otter").exists():
        subprocess.run([sys.executable, "-m", "venv", HOME], check=True)
        subprocess.run([HOME / "bin" / "python", "-m", "pip", "install", "--quiet", *PACKAGES], check=True)
    return HOME / "bin" / name


def without_own_cells(submitted: Path, folder: Path) -> list[Path]:
    """Write the notebooks of a class without the lines that need this course; return their paths."""
    folder.mkdir()
    paths = []
    for path in sorted(submitted.glob(f"*/{UNIT}/{UNIT}.ipynb")):
        notebook = json.loads(path.read_text(encoding="utf-8"))
        for cell in notebook["cells"]:
            lines = "".join(cell["source"]).splitlines()
            cell["source"] = "\n".join(line for line in lines if not line.startswith(OWN))
        paths.append(folder / f"{path.parts[-3]}.ipynb")
        paths[-1].write_text(json.dumps(notebook), encoding="utf-8")
    return paths


def time_nbclient(paths: list[Path], folder: Path) -> float:
    """Return the seconds that the class takes in one process that runs each notebook in a kernel."""
    return run(program("python"), "-c", RUN_ALL, *paths, cwd=folder).seconds


def time_otter(paths: list[Path], folder: Path) -> float:
    """Return the seconds of `otter run` for each notebook; stop where a right answer does not get its points."""
    (folder / "tests").mkdir()
    for name, code in TESTS.items():
        test = {"name": name, "points": 2, "suites": [
            {"cases": [{"code": code, "hidden": False, "locked": False}], "scored": True, "setup": "", "teardown": "",
             "type": "doctest"}]}
        (folder / "tests" / f"{name}.py").write_text(f"OK_FORMAT = True\ntest = {test!r}\n", encoding="utf-8")
    run(program("otter"), "generate", "-t", "tests", "-o", "grader.zip", "--no-environment", "--no-requirements",
        cwd=folder)
    (folder / "results").mkdir()
    seconds = 0.0
    for path in paths:
        graded = run(program("otter"), "run", "-a", "grader.zip", "-o", "results", "--no-logo", path, cwd=folder)
        seconds += graded.seconds
        if path == paths[0]:  # its answers are right
            tests = json.loads((folder / "results" / "results.json").read_text(encoding="utf-8"))["tests"]
            if sum(test.get("score") or 0 for test in tests) != 2 * len(TESTS):
                sys.exit(f"Otter did not give full points to right answers: {tests}")
    return seconds


def measure(course: Course, students: int, folder: Path) -> dict[str, float]:
    """Return the seconds of each grader for one class, in turns."""
    honest_class(folder / "submitted", course, students)
    (folder / "otter").mkdir()
    paths = without_own_cells(folder / "submitted", folder / "plain")
    return {"nbclient": time_nbclient(paths, folder), "Otter": time_otter(paths, folder / "otter"),
            "nbgrader": time_nbgrader(course, folder / "submitted", folder / "nbgrader"),
            "autograder": grade(course, folder / "submitted", folder / "ours").seconds}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--students", type=int, default=12)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    course, rounds = Course.find(), []
    for _ in range(options.rounds):
        with tempfile.TemporaryDirectory() as name:
            rounds.append(measure(course, options.students, Path(name)))
    title = f"{options.students} students, {options.rounds} rounds in turns, start-up included"
    table = Table("grader", "ms a submission", "from", "to", "times ours",
                  title=f"{title} (load {os.getloadavg()[0]:.1f})")
    ours = statistics.median(found["autograder"] for found in rounds)
    for name in rounds[0]:
        each = sorted(1000 * found[name] / options.students for found in rounds)
        times = statistics.median(found[name] for found in rounds) / ours
        table.add_row(name, f"{statistics.median(each):.0f}", f"{each[0]:.0f}", f"{each[-1]:.0f}", f"{times:.1f}")
    Console(width=None if sys.stdout.isatty() else 100).print(table)


if __name__ == "__main__":
    main()
