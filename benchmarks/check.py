"""How long a student waits: `python benchmarks/check.py` prints a table, in milliseconds.

first check: the first `check("sse")` of a kernel, which collects the checks. further check: the next one.
nbgrader validate: what nbgrader's own button does for the same notebook, a kernel started each time. Medians.
"""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from rich.console import Console
from rich.table import Table

from autograder.course.units import Course

UNIT, REPEATS, FURTHER = "u01_perceptron", 5, 50
TARGET = 150.0
KERNEL = f"""\
import io, ipykernel, json, statistics, sys, time
from contextlib import redirect_stdout
import numpy as np
from autograder import check
def sse(u, d): return float(np.sum((u - d) ** 2))
def timed():
    began = time.perf_counter()
    with redirect_stdout(io.StringIO()): check("sse")
    return 1000 * (time.perf_counter() - began)
first = timed()
print(json.dumps([first, statistics.median(timed() for _ in range({FURTHER}))]))
"""


def in_a_fresh_kernel() -> tuple[float, float]:
    """Return the duration of the first and of a further check in a new Python, in milliseconds."""
    done = subprocess.run([sys.executable, "-c", KERNEL], capture_output=True, text=True, check=True)
    return tuple(json.loads(done.stdout))


def validate(notebook: Path) -> float:
    """Return the duration of one `nbgrader validate`, in milliseconds."""
    began = time.perf_counter()
    subprocess.run([Path(sys.executable).with_name("nbgrader"), "validate", notebook.name], cwd=notebook.parent,
                   capture_output=True, check=True)
    return 1000 * (time.perf_counter() - began)


def main():
    """Measure both."""
    pairs = [in_a_fresh_kernel() for _ in range(REPEATS)]
    with tempfile.TemporaryDirectory() as folder:
        notebook = Path(folder) / f"{UNIT}.ipynb"
        notebook.write_bytes(Course.find().unit(UNIT).path.read_bytes())
        theirs = statistics.median(validate(notebook) for _ in range(REPEATS))
    table = Table("answer", "milliseconds", f"target {TARGET:g}", title="check of a small exercise, median")
    for name, value in (("further check", statistics.median(further for _, further in pairs)),
                        ("first check", statistics.median(first for first, _ in pairs)),
                        ("nbgrader validate", theirs)):
        table.add_row(name, f"{value:.0f}", "yes" if value <= TARGET else "no")
    Console().print(table)


if __name__ == "__main__":
    main()
