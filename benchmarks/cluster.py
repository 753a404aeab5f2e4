"""A class of 10,000: graded by the processes of this machine, then by a Dask cluster of as many local workers.

    python benchmarks/cluster.py [--students 10000] [--workers 2] [> book/data/grading_runs.tsv]

Prints the rows of book/data/grading_runs.tsv: seconds with everything included, and the peak memory of the largest
process of the run. The load of the machine goes to the terminal. Half an hour on a slow machine.
"""

from __future__ import annotations

import argparse
import filecmp
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from batch import grade, honest_class

from autograder.course.units import Course

COLUMNS = ("way", "submissions", "workers", "seconds", "peak_mib")
DASK = Path(sys.executable).with_name("dask")


@contextmanager
def local_cluster(workers: int, folder: Path) -> Iterator[str]:
    """Run a scheduler and workers of Dask as the guide says, inside the `with` block; give the scheduler's address."""
    known = folder / "scheduler.json"
    commands = [["scheduler", "--host", "127.0.0.1", "--port", "0", "--no-dashboard", "--scheduler-file", known],
                ["worker", "--scheduler-file", known, "--nworkers", str(workers), "--nthreads", "1", "--no-dashboard",
                 "--local-directory", folder]]
    running = []
    try:
        for words in commands:
            log = (folder / f"{words[0]}.log").open("w")
            running.append(subprocess.Popen([DASK, *words], stdout=log, stderr=log))
            while not known.exists():
                time.sleep(0.1)
                if running[0].poll() is not None:
                    sys.exit((folder / "scheduler.log").read_text())
        yield json.loads(known.read_text())["address"]
    finally:
        for process in reversed(running):
            process.terminate()
            process.wait()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--students", type=int, default=10_000)
    parser.add_argument("--workers", type=int, default=os.cpu_count())
    options = parser.parse_args()
    course = Course.find()
    print(*COLUMNS, sep="\t")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        honest_class(folder / "submitted", course, options.students)
        with local_cluster(options.workers, folder) as address:
            for way, more in (("processes", ["--workers", str(options.workers)]), ("Dask", ["--cluster", address])):
                used = grade(course, folder / "submitted", folder / way, *more)
                print(way, options.students, options.workers, f"{used.seconds:.0f}", f"{used.peak:.0f}", sep="\t",
                      flush=True)
                print(f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores", file=sys.stderr)
        if not filecmp.cmp(folder / "processes" / "marks.csv", folder / "Dask" / "marks.csv", shallow=False):
            sys.exit("the two ways gave different marks")


if __name__ == "__main__":
    main()
