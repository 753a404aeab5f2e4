"""What Gradescope shows of a submission. Nothing of nbgrader is needed for it, whose imports take a second or two."""

from __future__ import annotations

from autograder.course.results import SubmissionResult
from autograder.records.autograded import describe


def gradescope_results(result: SubmissionResult) -> dict:
    """Return Gradescope's results.json for one submission: a test for each check, hidden ones by category.

    https://gradescope-autograders.readthedocs.io/en/latest/specs: score, output, and tests with their own scores.
    """
    tests = [{
        "name": f"{exercise.name}: {'hidden check' if check.hidden else 'check'} {number}",
        "score": check.earned, "max_score": check.points,
        "output": "" if check.passed else describe(check),
    } for exercise in result.exercises for number, check in enumerate(exercise.checks, 1)]
    return {"score": result.points, "output": result.rejected or "\n".join(result.all_notes), "tests": tests,
            "visibility": "visible", "stdout_visibility": "hidden"}
