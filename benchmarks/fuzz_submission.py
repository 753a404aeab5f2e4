"""Fuzz the door of the grader: 5,000 notebooks with changed structure and 5,000 with damaged bytes.

Every one of them must give a Submission or a Rejected. Runs the fuzz tests of
tests/submissions/test_submission.py with more examples: `python benchmarks/fuzz_submission.py [EXAMPLES_OF_EACH]`.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
KINDS = 2  # structure, bytes


def main(examples: int = 5_000) -> int:
    """Run the fuzz tests and print their number and duration; return pytest's exit status."""
    command = [sys.executable, "-m", "pytest", "-q", "tests/submissions/test_submission.py", "-k", "surprise"]
    started = time.perf_counter()
    environment = os.environ | {"FUZZ_EXAMPLES": str(examples)}
    status = subprocess.run(command, cwd=ROOT, env=environment, check=False).returncode
    seconds = time.perf_counter() - started
    print(f"{KINDS * examples} notebooks in {seconds:.0f} s: {'no surprise' if status == 0 else 'see above'}")
    return status


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:])))
