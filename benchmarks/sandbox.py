"""The cost of the walls: `python benchmarks/sandbox.py` prints a table per tier, in milliseconds.

first value: start, numpy, a notebook of twelve cells and the first call, after which the judge has a number.
further call: the same call again. The row "no walls" is a Python that imports numpy and ends: what any
separate process has to pay. Medians; run it on a quiet machine.
"""

from __future__ import annotations

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
TARGET_FIRST, TARGET_FURTHER = 80.0, 1.0


def measure(tier) -> tuple[float, float]:
    """Return the cost of the first value and of a further call, in milliseconds."""
    u, d = np.array([-3.8, 9.5]), np.array([1.0, 0.0])
    durations = []
    for _ in range(STARTS):
        began = time.perf_counter()
        with SandboxedStudent(CELLS, Limits(), tier) as student:
            student.sse(u, d)
            durations.append(1000 * (time.perf_counter() - began))
    with SandboxedStudent(CELLS, Limits(), tier) as student:
        further = milliseconds(lambda: student.sse(u, d), CALLS)
    return statistics.median(durations), further


def main():
    """Measure each tier that this machine has."""
    table = Table("tier", "first value", f"target {TARGET_FIRST:g}", "further call", f"target {TARGET_FURTHER:g}",
                  title="sandbox, median milliseconds")
    plain = milliseconds(lambda: subprocess.run([sys.executable, "-c", "import numpy"], check=True), STARTS)
    table.add_row("no walls", f"{plain:.1f}", "", "", "")
    for name in jail.NAMES:
        try:
            tier = jail.probe(True, (name,))
        except CourseError as error:
            table.add_row(name, "not here", str(error)[:60], "", "")
            continue
        first, further = measure(tier)
        table.add_row(name, f"{first:.1f}", word(first <= TARGET_FIRST), f"{further:.2f}",
                      word(further <= TARGET_FURTHER))
    Console().print(table)


def word(met: bool) -> str:
    return "met" if met else "missed"


if __name__ == "__main__":
    main()
