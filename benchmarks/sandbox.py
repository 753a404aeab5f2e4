"""The cost of the walls: `python benchmarks/sandbox.py` prints a row per tier and way to start, in milliseconds.

first value: start, numpy, a notebook of twelve cells and the first call, after which the judge has a number. The start
of a nursery itself is not in it: it serves hundreds of workers, and has a column of its own.
further call: the same call again. The row "no walls" is a Python that imports numpy and ends: what any
separate process has to pay. Medians; run it on a quiet machine.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time

import numpy as np
from _timing import milliseconds
from rich.console import Console
from rich.table import Table

from autograder.course.verdicts import CourseError
from autograder.sandbox import jail
from autograder.sandbox.client import SandboxedStudent
from autograder.sandbox.limits import Limits

STARTS, CALLS = 20, 1000
CELLS = [("imports", "import numpy as np\nimport matplotlib.pyplot as plt"),
         ("sse", "def sse(u, d):\n    return float(np.sum((u - d) ** 2))"),
         *((f"cell-{number}", f"def function_{number}(x):\n    return x * {number}") for number in range(10))]
TARGET_FIRST, TARGET_FURTHER = 12.0, 0.3


def measure(tier) -> tuple[float, float, float]:
    """Return the cost of the very first value, of a later first value and of a further call, in milliseconds."""
    u, d = np.array([-3.8, 9.5]), np.array([1.0, 0.0])
    durations = []
    for _ in range(STARTS + 1):
        began = time.perf_counter()
        with SandboxedStudent(CELLS, Limits(), tier) as student:
            student.sse(u, d)
            durations.append(1000 * (time.perf_counter() - began))
    with SandboxedStudent(CELLS, Limits(), tier) as student:
        further = milliseconds(lambda: student.sse(u, d), CALLS)
    return durations[0], statistics.median(durations[1:]), further


def main():
    """Measure each tier that this machine has."""
    table = Table("tier", "with the nursery's start", "first value", f"target {TARGET_FIRST:g}", "further call",
                  f"target {TARGET_FURTHER:g}", title="sandbox, median milliseconds")
    plain = milliseconds(lambda: subprocess.run([sys.executable, "-c", "import numpy"], check=True), STARTS)
    table.add_row("no walls", "", f"{plain:.1f}", "", "", "")
    for name, way in [(name, way) for name in jail.NAMES for way in jail.WAYS if (name, way) != ("weak", "nursery")]:
        try:
            tier = jail.probe(True, (name,), (way,))
        except CourseError as error:
            table.add_row(f"{name} ({way})", "", "not here", str(error)[:60], "", "")
            continue
        start, first, further = measure(tier)
        table.add_row(str(tier), f"{start:.1f}" if way == "nursery" else "", f"{first:.1f}",
                      word(first <= TARGET_FIRST), f"{further:.2f}", word(further <= TARGET_FURTHER))
    table.caption = f"load of the machine: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores"
    Console().print(table)


def word(met: bool) -> str:
    return "met" if met else "missed"


if __name__ == "__main__":
    main()
