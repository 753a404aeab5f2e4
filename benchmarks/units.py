"""How long one submission of each unit takes: `python benchmarks/units.py` prints a table, in seconds.

The right answers of a unit go through the sandbox with all checks, public and hidden; judge and student share one core.
first: the first submission of a grading process, which loads the checks and the reference. further: the median of the
next ones. Clock time, so run it on a quiet machine; the load is printed.
"""

from __future__ import annotations

import os
import statistics
import tempfile
from pathlib import Path

from rich.console import Console
from rich.table import Table

from autograder.course.units import Course
from autograder.grading import sample_class
from autograder.grading.judge import Settings, grade
from autograder.sandbox import jail
from autograder.submissions.submission import open_submission

FURTHER = 3
TARGET = 2.0


def seconds(course: Course, unit, settings: Settings) -> list[float]:
    """Return the seconds of 1 + FURTHER gradings of the right answers; stop if they do not get all points."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / unit.name / f"{unit.name}.ipynb"
        sample_class.write_notebook(path, unit, sample_class.right_answers(course, unit))
        submission = open_submission(path, unit, "ann")
    results = [grade(submission, settings) for _ in range(1 + FURTHER)]
    if any(result.points != result.max_points for result in results):
        raise SystemExit(f"{unit.name}: the right answers get {results[0].points} of {results[0].max_points} points")
    return [result.seconds for result in results]


def main():
    """Measure every graded unit."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    course = Course.find()
    settings = Settings(course.root, jail.probe(), b"secret of this benchmark")
    table = Table("unit", "first", "further", f"target {TARGET:g}", title="grading one submission on one core, seconds")
    for unit in (unit for unit in course.units.values() if unit.graded):
        first, *further = seconds(course, unit, settings)
        median = statistics.median(further)
        table.add_row(unit.name, f"{first:.2f}", f"{median:.2f}", "met" if median <= TARGET else "missed")
    table.caption = f"{settings.tier.name}; load of the machine: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores"
    Console().print(table)


if __name__ == "__main__":
    main()
