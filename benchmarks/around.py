"""What surrounds the grading of one submission: `python benchmarks/around.py` prints a table, in milliseconds.

opening: reading and aligning the notebook that was handed in. feedback page: making the HTML of its feedback. Medians.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

from _timing import milliseconds
from rich.console import Console
from rich.table import Table

from autograder.course.units import Course
from autograder.grading import sample_class
from autograder.grading.judge import Settings, grade
from autograder.pages.feedback import feedback_page
from autograder.sandbox import jail
from autograder.submissions.submission import open_submission

UNIT, REPEATS = "u01_perceptron", 50
TARGETS = {"opening": 10.0, "feedback page": 20.0}


def main():
    """Measure both steps for the right answers of one unit."""
    course = Course.find()
    unit = course.unit(UNIT)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / UNIT / f"{UNIT}.ipynb"
        sample_class.write_notebook(path, unit, sample_class.right_answers(course, unit))
        result = grade(open_submission(path, unit, "ann"), Settings(course.root, jail.probe(), b"of this benchmark"))
        steps = {"opening": lambda: open_submission(path, unit, "ann"),
                 "feedback page": lambda: feedback_page(result, unit, "book")}
        table = Table("step", "milliseconds", "target", title="around the grading of one submission, median")
        for name, step in steps.items():
            taken = milliseconds(step, REPEATS)
            table.add_row(name, f"{taken:.2f}", f"{TARGETS[name]:g}, {'met' if taken <= TARGETS[name] else 'missed'}")
    Console().print(table)


if __name__ == "__main__":
    main()
