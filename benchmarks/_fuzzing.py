"""What the fuzzers that rerun fuzz tests with more examples share."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def fuzz(tests: list[str], examples: int, count: str) -> int:
    """Run tests with so many examples, print `count` and how long they took; return pytest's exit status."""
    started = time.perf_counter()
    environment = os.environ | {"FUZZ_EXAMPLES": str(examples)}
    status = subprocess.run([sys.executable, "-m", "pytest", "-q", *tests], cwd=ROOT, env=environment,
                            check=False).returncode
    seconds = time.perf_counter() - started
    print(f"{count} in {seconds:.0f} s: {'no surprise' if status == 0 else 'see above'}")
    return status
