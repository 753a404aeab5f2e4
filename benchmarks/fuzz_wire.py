"""Fuzz the decoder of the wire between judge and worker: 10,000 frames that a hostile worker could send.

Random bytes, random JSON and damaged frames must each give a plain value or a WireError. Runs the fuzz tests of
tests/sandbox/test_sandbox_wire.py with more examples: `python benchmarks/fuzz_wire.py [EXAMPLES]`.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
KINDS = 3  # random bytes, random JSON, damaged frames


def main(examples: int = 10_000) -> int:
    """Run the fuzz tests and print their number and duration; return pytest's exit status."""
    of_each = -(-examples // KINDS)
    command = [sys.executable, "-m", "pytest", "-q", "tests/sandbox/test_sandbox_wire.py", "-k", "wire_error",
               "--hypothesis-show-statistics"]
    started = time.perf_counter()
    environment = os.environ | {"FUZZ_EXAMPLES": str(of_each)}
    done = subprocess.run(command, cwd=ROOT, env=environment, check=False, capture_output=True, text=True)
    seconds = time.perf_counter() - started
    if done.returncode:
        print(done.stdout, done.stderr)
    passing = sum(int(words[1]) for words in map(str.split, done.stdout.splitlines())
                  if words[:1] == ["-"] and words[2:3] == ["passing,"])
    print(f"{passing} frames in {seconds:.0f} s: {'no surprise' if done.returncode == 0 else 'see above'}")
    return done.returncode


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:])))
