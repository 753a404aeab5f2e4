"""Grades one submission in Gradescope's folders: submission/ -> results/results.json.

The container is the wall between students; inside it the strongest walls that work there keep a submission away from
the solutions and the hidden checks. Where none works nothing is graded, unless the instructor packed this zip so.
"""

from __future__ import annotations

import json
import os
import secrets
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from autograder.course.units import Course, Unit
from autograder.course.verdicts import CourseError
from autograder.grading.judge import Settings, grade_patiently, reject
from autograder.grading.processes import watched
from autograder.records.gradescope import gradescope_results
from autograder.sandbox.jail import Tier, probe
from autograder.submissions.files import Rejected
from autograder.submissions.single import notebook_in
from autograder.submissions.submission import Submission, open_submission

WEAK = "weak-isolation-is-allowed"  # a file that the instructor's option packs


def main(base: Path) -> None:
    """Grade what is in base/submission and write base/results/results.json."""
    source = base / "source"
    if os.geteuid() == 0:
        base.chmod(0o700)  # a worker's user reads nothing of this folder, whatever the walls are
    course = Course(source / "course")
    unit = course.unit((source / "unit.txt").read_text(encoding="utf-8").strip())
    settings = Settings(course.root, walls(source), secrets.token_bytes(16))
    print(f"isolation: {settings.tier}: {settings.tier.explanation}")  # for the instructor's eyes
    try:
        result = watched(grade_patiently, submitted(base / "submission", unit, course), settings)
    except Rejected as error:
        result = reject("student", unit.name, settings, error.message)
    target = base / "results" / "results.json"
    target.parent.mkdir(exist_ok=True)
    target.write_text(json.dumps(gradescope_results(result)), encoding="utf-8")


def walls(source: Path) -> Tier:
    """Return the strongest walls of this container; end with a sentence, and without results, where there are none.

    Without a results.json Gradescope gives no score, and shows the instructor what was printed.
    """
    try:
        return probe(allow_weak_isolation=(source / WEAK).exists())
    except CourseError as error:
        sys.exit(f"Not graded: {error}\nNothing keeps a submission away from the solutions in this container. Pack the "
                 "autograder again with --allow-weak-isolation if you trust all who hand in.")


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
