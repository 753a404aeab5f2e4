"""Grading a class: `nbgrader autograde` and `autograder grade`, the same notebooks, side by side in one run.

    python benchmarks/batch.py [--students 60] [--rounds 3] [--scale 50 500 5000]

Prints seconds per submission for both and their ratio for each round, with the machine's load, and the seconds of a
second run without change; with --scale the cost and the peak memory for classes of these sizes.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from autograder.authoring import notebooks
from autograder.course.units import Course
from autograder.grading import sample_class

UNIT = "u01_perceptron"


@dataclass(frozen=True)
class Run:
    """What a program has used."""

    seconds: float
    peak: float  # MiB, of the largest of its processes


def run(*words, cwd) -> Run:
    """Run a program of this environment and return what it has used; stop if it fails."""
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    with tempfile.TemporaryFile("w+") as said:
        started = time.perf_counter()
        process = subprocess.Popen(list(map(str, words)), cwd=cwd, env=os.environ | {"PATH": path}, stdout=said,
                                   stderr=said)
        _, status, used = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - started
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:  # every notebook of this class can be graded
            said.seek(0)
            sys.exit(f"{' '.join(map(str, words))} failed:\n{said.read()[-2000:]}")
    return Run(seconds, used.ru_maxrss / 1024)


def honest_class(folder: Path, course: Course, students: int) -> None:
    """Write a class without hostile work, which a kernel must not run; no two notebooks are the same."""
    unit = course.unit(UNIT)
    right, wrong = sample_class.right_answers(course, unit), sample_class.wrong_answers(unit)
    for number in range(students):
        answers = dict(right)
        if number % 3:
            name = list(wrong)[number % 2]
            answers[name] = wrong[name][number // 3 % len(wrong[name])]
        answers = {name: f"{text}\n# {number}" for name, text in answers.items()}
        sample_class.write_notebook(folder / f"student{number:05}" / UNIT / f"{UNIT}.ipynb", unit, answers)


def time_nbgrader(course: Course, submitted: Path, folder: Path) -> float:
    """Return the seconds of stock `nbgrader autograde` for the class, its start-up included."""
    folder.mkdir()
    notebooks.write_sources([course.root / "solutions" / f"{UNIT}.py"], folder)
    (folder / "nbgrader_config.py").write_text(f"c = get_config()\nc.CourseDirectory.root = {str(folder)!r}\n")
    run("nbgrader", "generate_assignment", UNIT, cwd=folder)
    (folder / "submitted").symlink_to(submitted)
    return run("nbgrader", "autograde", UNIT, cwd=folder).seconds


def grade(course: Course, submitted: Path, folder: Path, *options) -> Run:
    """Return what `autograder grade` uses for the class, its start-up and all that it writes included."""
    return run(sys.executable, "-m", "autograder", "grade", submitted, "--output", folder, "--quiet", *options,
               cwd=course.root)


def compare(course: Course, students: int, rounds: int) -> None:
    """Print nbgrader's and our time for the same class, and their ratio."""
    ratios = []
    for number in range(1, rounds + 1):
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            honest_class(folder / "submitted", course, students)
            theirs = time_nbgrader(course, folder / "submitted", folder / "nbgrader")
            ours = grade(course, folder / "submitted", folder / "ours").seconds
            again = grade(course, folder / "submitted", folder / "ours").seconds
            ratios.append(theirs / ours)
            print(f"round {number}: nbgrader {1000 * theirs / students:.0f} ms, ours {1000 * ours / students:.0f} ms "
                  f"a submission, ratio {ratios[-1]:.1f}; again without change {again:.1f} s in all; "
                  f"load {os.getloadavg()[0]:.1f}", flush=True)
    print(f"ratio: median {statistics.median(ratios):.1f}, from {min(ratios):.1f} to {max(ratios):.1f} "
          f"({students} students, {rounds} rounds, start-up included on both sides)")


def scale(course: Course, sizes: list[int]) -> None:
    """Print the cost of a submission and the grader's peak memory at several class sizes, the smallest first.

    A further submission costs what it adds to the class before it in the list: the start-up is not in it.
    """
    before = None
    for size in sizes:
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            honest_class(folder / "submitted", course, size)
            used = grade(course, folder / "submitted", folder / "ours")
            further = (f"a further one {1000 * (used.seconds - before[1]) / (size - before[0]):.0f} ms, "
                       if before and size > before[0] else "")
            print(f"{size} submissions: {1000 * used.seconds / size:.0f} ms each, {further}peak {used.peak:.0f} MiB; "
                  f"load {os.getloadavg()[0]:.1f}", flush=True)
        before = size, used.seconds


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--students", type=int, default=60)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--scale", type=int, nargs="*", default=[], metavar="SIZE")
    options = parser.parse_args()
    course = Course.find()
    compare(course, options.students, options.rounds)
    scale(course, sorted(options.scale))


if __name__ == "__main__":
    main()
