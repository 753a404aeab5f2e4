"""Does a grader that is killed leave anything behind? `python benchmarks/kills.py [KILLS]` kills one again and again.

Each time at a random moment, 50 times unless told otherwise, every second time while it grades everything afresh; then
a run to the end is compared with an undisturbed one: gradebook, grades.csv, marks.csv, feedback pages and stored
results. Target: no difference, and no process that lives 5 seconds after a kill. About 15 minutes.
"""

from __future__ import annotations

import contextlib
import random
import sqlite3
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from autograder.course.units import Course
from autograder.grading import sample_class

KILLS, STUDENTS, SECONDS, LONGEST = 50, 12, 5.0, 20.0
TABLES = {
    "gradebook.db": "SELECT s.id, c.name, g.auto_score, g.manual_score, g.needs_manual_grade FROM grade g "
                    "JOIN base_cell c ON g.cell_id = c.id JOIN submitted_notebook n ON g.notebook_id = n.id "
                    "JOIN submitted_assignment a ON n.assignment_id = a.id JOIN student s ON a.student_id = s.id",
    "results.db": "SELECT key, record FROM result",
}


def grade(submitted: Path, output: Path, *options: str) -> subprocess.Popen:
    """Start a grader."""
    return subprocess.Popen([sys.executable, "-m", "autograder", "grade", submitted, "--output", output, *options],
                            cwd=Course.find().root, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def below(pid: int) -> dict[int, str]:
    """Return pid -> start time of every process below one."""
    parents = {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            fields = path.read_text().rpartition(")")[2].split()
            parents[int(path.parent.name)] = int(fields[1]), fields[19]
    found, waiting = {}, [pid]
    while waiting:
        above = waiting.pop()
        new = {child: began for child, (parent, began) in parents.items() if parent == above and child not in found}
        found |= new
        waiting += new
    return found


def living(processes: dict[int, str]) -> list[int]:
    """Return which of these processes still run."""
    left = []
    for pid, began in processes.items():
        with contextlib.suppress(OSError):
            fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
            left += [pid] if fields[19] == began and fields[0] != "Z" else []
    return left


def kill_once(submitted: Path, output: Path, seconds: float, *options: str) -> tuple[bool, int]:
    """Kill a grader after some seconds; return whether it still ran, and how many of its processes live SECONDS later.
    """
    process = grade(submitted, output, *options)
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(seconds)
    ran = process.poll() is None
    processes = below(process.pid)
    process.kill()
    process.wait()
    end = time.monotonic() + SECONDS
    while living(processes) and time.monotonic() < end:
        time.sleep(0.05)
    return ran, len(living(processes))


def contents(output: Path) -> dict[str, object]:
    """Return what a run leaves, in an order of its own; a secret of its own makes stored keys differ."""
    found: dict[str, object] = {name: (output / name).read_bytes() for name in ("grades.csv", "marks.csv")}
    for name, query in TABLES.items():
        with contextlib.closing(sqlite3.connect(output / name)) as connection:
            rows = connection.execute(query).fetchall()
        found[name] = sorted(map(repr, rows)) if name == "gradebook.db" else len(rows)
    return found | {str(path.relative_to(output)): path.read_bytes() for path in output.glob("feedback/*/*.html")}


def main() -> None:
    kills = int(sys.argv[1]) if sys.argv[1:] else KILLS
    course, moments, hit, left = Course.find(), random.Random(0), 0, 0
    with tempfile.TemporaryDirectory() as folder:
        submitted, killed, undisturbed = (Path(folder) / name for name in ("submitted", "killed", "undisturbed"))
        sample_class.build(submitted, course, list(course.units)[1:2], STUDENTS)
        grade(submitted, undisturbed).wait()
        killed.mkdir()
        for name in ("course.json", ".batch-secret"):  # the same secret, so that the same numbers are drawn
            (killed / name).write_bytes((undisturbed / name).read_bytes())
        for number in range(kills):
            fresh = ("--fresh",) * (number % 2)
            ran, lived = kill_once(submitted, killed, moments.uniform(0.5, LONGEST), *fresh)
            hit, left = hit + ran, left + lived
        grade(submitted, killed).wait()
        one, other = contents(killed), contents(undisturbed)
        different = sorted(name for name in one.keys() | other.keys() if one.get(name) != other.get(name))
    print(f"{kills} kills, {hit} of a running grader: {left} processes left after {SECONDS:g} s; different: "
          f"{', '.join(different) or 'nothing'}")
    sys.exit(bool(left or different))


if __name__ == "__main__":
    main()
