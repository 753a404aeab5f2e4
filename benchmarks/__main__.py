"""`make bench`: every benchmark, one process after another. `python -m benchmarks NAME...` runs some."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path


def main() -> int:
    """Run the named benchmarks (all of them by default) and return the number of those that failed."""
    scripts = {path.stem: path for path in sorted(Path(__file__).parent.glob("[!_]*.py"))}
    names = sys.argv[1:] or list(scripts)
    unknown = [name for name in names if name not in scripts]
    if unknown:
        sys.exit(f"There is no benchmark {unknown[0]!r}; there are {', '.join(scripts)}.")
    failed = 0
    for name in names:
        first_line = scripts[name].read_text(encoding="utf-8").split("\n")[0].strip('"')
        print(f"\n{name}: {first_line}", flush=True)
        failed += subprocess.run([sys.executable, scripts[name]]).returncode != 0
    return failed


if __name__ == "__main__":
    sys.exit(main())
