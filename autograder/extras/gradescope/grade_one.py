"""Grades one submission in Gradescope's folders: submission/ -> results/results.json.

The container is the wall between students; inside it the strongest walls that work there keep a submission away from
the hidden checks.
"""

from __future__ import annotations

import json
import secrets
import sys
from pathlib import Path

from autograder.course.units import Course
from autograder.grading.judge import Settings, grade_patiently, reject
from autograder.records.lms import gradescope_results
from autograder.sandbox.jail import probe
from autograder.submissions.files import Rejected
from autograder.submissions.submission import choose_notebook, open_submission


def main(base: Path) -> None:
    """Grade what is in base/submission and write base/results/results.json."""
    source = base / "source"
    course = Course(source / "course")
    unit = course.unit((source / "unit.txt").read_text(encoding="utf-8").strip())
    settings = Settings(course.root, probe(allow_weak_isolation=True), secrets.token_bytes(16))
    try:
        path = find(base / "submission", unit.name)
        result = grade_patiently(open_submission(path, unit, "student"), settings)
    except Rejected as error:
        result = reject("student", unit.name, settings, error.message)
    target = base / "results" / "results.json"
    target.parent.mkdir(exist_ok=True)
    target.write_text(json.dumps(gradescope_results(result)), encoding="utf-8")


def find(folder: Path, unit: str) -> Path:
    """Return the submitted notebook: at the top, or in a folder called like the unit. Raises Rejected."""
    places = [place for place in (folder / unit, folder) if place.is_dir() and not place.is_symlink()]
    place = next((place for place in places if (place / f"{unit}.ipynb").exists()), folder)
    return place / choose_notebook([path.name for path in place.iterdir()], f"{unit}.ipynb")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
