"""What a large class costs: the numbers of book/data/grading_cost.tsv, printed as its rows.

    python benchmarks/cost.py [> book/data/grading_cost.tsv]

Right answers are graded one after the other in this process, on one core, and entered into a gradebook. The first
submission of a unit is not counted: it loads the checks, the reference and nbgrader. Clock time: the load of the
machine goes to the terminal.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from concurrent.futures import Executor, Future
from pathlib import Path

from autograder.course.units import Course
from autograder.grading import sample_class
from autograder.grading.batch import Batch
from autograder.grading.cache import Store
from autograder.grading.class_folder import open_folder
from autograder.grading.publish import Pages
from autograder.grading.request import Settings
from autograder.records.class_plan import Plan
from autograder.records.class_settings import ClassSettings
from autograder.sandbox import jail
from autograder.submissions.collect import collect

COUNTED = {"u01_perceptron": 100, "u06_training": 10}
COLUMNS = ("unit", "submissions", "grade_seconds", "enter_seconds", "kept_kib")


class AtOnce(Executor):
    """Runs what is submitted before it returns."""

    def submit(self, function, /, *arguments, **keywords):
        done = Future()
        done.set_result(function(*arguments, **keywords))
        return done


def write_class(course: Course, unit, students: int, folder: Path) -> None:
    """Write right answers that differ in a comment, so that none is known by its content."""
    right = sample_class.right_answers(course, unit)
    for number in range(students):
        answers = {name: f"{text}\n# {number}" for name, text in right.items()}
        sample_class.write_notebook(folder / f"student{number:04}" / unit.name / f"{unit.name}.ipynb", unit, answers)


def measure(course: Course, unit, counted: int, settings: Settings, folder: Path) -> tuple[float, float, float]:
    """Return for one submission: seconds to grade, seconds to enter, KiB that are kept."""
    *_, alone = grade(course, unit, 1, settings, folder / "one")
    grading, entering, kept = grade(course, unit, counted + 1, settings, folder / "class")
    return grading / counted, entering / counted, (kept - alone) / counted / 1024


def grade(course: Course, unit, students: int, settings: Settings, folder: Path) -> tuple[float, float, int]:
    """Return the seconds to grade and to enter a class without its first one, and the bytes that are kept of all."""
    write_class(course, unit, students, folder / "submitted")
    output = folder / "graded"
    output.mkdir()
    store = Store(output / "results.db")
    collected = collect(folder / "submitted", course)
    plan, pages = Plan(ClassSettings(output)), Pages(output, course, store, "")

    def opened():
        return open_folder(output, course, plan, collected.folder, [unit.name], store, sys.exit)

    batch = Batch(course, opened, store, settings, AtOnce, in_flight=1, pages=pages)
    graded = batch.run(collected.taken)
    next(graded)
    started = time.perf_counter()
    grading = sum(item.result.seconds for item in graded)
    entering = time.perf_counter() - started - grading
    store.close()
    batch.folder.close()
    return grading, entering, sum(path.stat().st_size for path in output.rglob("*") if path.is_file())


def main() -> None:
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    course = Course.find()
    settings = Settings(course.root, jail.probe(), b"secret of this benchmark")
    print(*COLUMNS, sep="\t")
    for name, counted in COUNTED.items():
        with tempfile.TemporaryDirectory() as folder:
            numbers = measure(course, course.unit(name), counted, settings, Path(folder))
        print(name, counted, f"{numbers[0]:.3f}", f"{numbers[1]:.3f}", f"{numbers[2]:.0f}", sep="\t", flush=True)
        print(f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores", file=sys.stderr)


if __name__ == "__main__":
    main()
