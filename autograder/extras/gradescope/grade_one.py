"""Grades one submission in Gradescope's folders: submission/ -> results/results.json.

The container is the wall between students; inside it the strongest walls that work there keep a submission away from
the hidden checks.
"""

from __future__ import annotations

import json
import secrets
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from autograder.course.units import Course, Unit
from autograder.grading.judge import Settings, grade_patiently, reject
from autograder.grading.processes import watched
from autograder.records.lms import gradescope_results
from autograder.sandbox.jail import probe
from autograder.submissions.files import Rejected
from autograder.submissions.single import notebook_in
from autograder.submissions.submission import Submission, open_submission


def main(base: Path) -> None:
    """Grade what is in base/submission and write base/results/results.json."""
    source = base / "source"
    course = Course(source / "course")
    unit = course.unit((source / "unit.txt").read_text(encoding="utf-8").strip())
    settings = Settings(course.root, probe(allow_weak_isolation=True), secrets.token_bytes(16))
    try:
        result = watched(grade_patiently, submitted(base / "submission", unit, course), settings)
    except Rejected as error:
        result = reject("student", unit.name, settings, error.message)
    target = base / "results" / "results.json"
    target.parent.mkdir(exist_ok=True)
    target.write_text(json.dumps(gradescope_results(result)), encoding="utf-8")


def submitted(folder: Path, unit: Unit, course: Course) -> Submission:
    """Return what the student handed in, in whatever folders or zip. Raises Rejected."""
    try:
        content = notebook_in(folder, unit.name, course.units).read()
    except OSError as error:
        raise Rejected("unreadable", f"The notebook cannot be read: {error.strerror}.") from None
    with TemporaryDirectory() as copies:
        path = Path(copies) / f"{unit.name}.ipynb"
        path.write_bytes(content)
        return open_submission(path, unit, "student")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
