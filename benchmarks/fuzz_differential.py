"""Fuzz what strangers reach, each reader beside another way to the same answer: 10,000 examples of each test.

Notebooks beside nbformat, zips beside what was packed, names beside the rules of a folder, frames of the wire beside
themselves, comparisons beside a loop over the entries: `python benchmarks/fuzz_differential.py [EXAMPLES_OF_EACH]`.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def main(examples: int = 10_000) -> int:
    """Run the fuzz tests and print how long they took; return pytest's exit status."""
    command = [sys.executable, "-m", "pytest", "-q", "-n", "0", "tests/attacks/test_fuzz.py"]
    started = time.perf_counter()
    environment = os.environ | {"FUZZ_EXAMPLES": str(examples)}
    status = subprocess.run(command, cwd=ROOT, env=environment, check=False).returncode
    seconds = time.perf_counter() - started
    print(f"{examples} examples of each in {seconds:.0f} s: {'no surprise' if status == 0 else 'see above'}")
    return status


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:])))
