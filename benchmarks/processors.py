"""Do hints come on every processor? `python benchmarks/processors.py [KERNEL ...]` prints a table.

Each row imitates a processor: OPENBLAS_CORETYPE chooses the kernel of matrix products, NPY_DISABLE_CPU_FEATURES
switches numpy's own instructions off. traces: `autograder fingerprints --check`, in this process as in a notebook.
jail: each known mistake handed in as a notebook, with the worker on the same kernel. Target: all right in every row.
Several minutes a row.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
from rich.console import Console
from rich.table import Table

ROOT = Path(__file__).resolve().parents[1]
KERNELS = ("Haswell", "Nehalem", "Sandybridge", "Prescott", "SkylakeX")
NO_SIMD = "numpy's SIMD off"
KERNEL = "import numpy, threadpoolctl; print(*{pool['architecture'] for pool in threadpoolctl.threadpool_info()})"


def setting(name: str) -> dict[str, str]:
    """Return the environment of one row."""
    if name != NO_SIMD:
        return {"OPENBLAS_CORETYPE": name}
    return {"NPY_DISABLE_CPU_FEATURES": " ".join(np.show_config(mode="dicts")["SIMD Extensions"].get("found", []))}


def run(environment: dict[str, str], *words: str) -> subprocess.CompletedProcess:
    """Run Python with these words and return the finished process, output as text."""
    return subprocess.run([sys.executable, *words], cwd=ROOT, capture_output=True, text=True,
                          env=os.environ | environment)


def row(name: str) -> tuple[list[str], bool]:
    """Return the cells of one row, and whether all is right."""
    environment = setting(name)
    kernel = run(environment, "-c", KERNEL).stdout.strip() or "unknown"
    traces = run(environment, "-m", "autograder", "fingerprints", "--check")
    jail = run(environment, "-m", "pytest", "-q", "-n", "0", "tests/sandbox/test_hints_in_the_jail.py")
    silent = set(re.findall(r"'(\w+: [^']+ \(\w+\))'", jail.stdout))
    told = "all" if jail.returncode == 0 else f"without {', '.join(sorted(silent)) or jail.stdout.strip()[-100:]}"
    return ([name, kernel, "current" if traces.returncode == 0 else traces.stderr.strip()[-100:], told],
            traces.returncode == jail.returncode == 0)


def main(names: list[str]) -> int:
    """Print the table of the named settings, of all by default; return 1 if something is lost."""
    table = Table("setting", "kernel that ran", "traces", "hints in the jail", title="hints on other processors")
    well = []
    for name in names or (*KERNELS, NO_SIMD):
        cells, good = row(name)
        table.add_row(*cells)
        well.append(good)
    Console(width=None if sys.stdout.isatty() else 100).print(table)
    return int(not all(well))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
