"""What nbgrader's tools show for a submission: the released notebook with the student's answers and our results."""

from __future__ import annotations

import json
from dataclasses import replace

from autograder.course.results import SubmissionResult
from autograder.course.units import Unit
from autograder.submissions.submission import Submission


def submission_answers(submission: Submission | None) -> dict[str, str]:
    """Return what the student wrote, by exercise, open questions included."""
    return {} if submission is None else dict(submission.answers) | dict(submission.manual)


def autograded_notebook(unit: Unit, answers: dict[str, str], result: SubmissionResult | None) -> dict:
    """Return the released notebook with the student's answers, and our results (if any) as its outputs."""
    notebook = json.loads(unit.path.read_text(encoding="utf-8"))
    exercises = {exercise.name: exercise for exercise in (result.exercises if result else ())}
    for cell, known in zip(notebook["cells"], unit.cells, strict=True):
        if known.kind in ("answer", "manual"):
            cell["source"] = answers.get(known.exercise, known.source)
        elif known.kind == "check" and known.exercise in exercises:
            cell["outputs"] = check_outputs(exercises[known.exercise])
    return notebook


def comment_text(exercise) -> str:
    """Return the comment that formgrader shows beside an answer: why points were lost, each hint once."""
    failed = [check for check in exercise.checks if not check.passed]
    hints = [check.hint for check in failed]
    return "\n\n".join(describe(replace(check, hint="") if check.hint in hints[:number] else check)
                       for number, check in enumerate(failed))


def describe(check) -> str:
    """Return what is lost with a failed check and why; a hidden one gives category, second run and hint alone."""
    points = check.points - check.earned
    lost = f"{points:g} point{'s' * (points != 1)} lost"
    what = f"hidden check, {check.category}" if check.hidden else check.message
    more = [check.second_run, check.hint and f"Hint: {check.hint}"]
    return "\n".join([f"{lost}: {what}", *filter(None, more)])


def check_outputs(exercise) -> list[dict]:
    """Return notebook outputs that show an exercise's points and the reasons for lost ones."""
    lines = [f"{exercise.name}: {exercise.points:g} of {exercise.max_points:g} points ({exercise.verdict})"]
    text = "\n".join([*lines, *filter(None, [comment_text(exercise)])]) + "\n"
    return [{"output_type": "stream", "name": "stdout", "text": text},
            {"output_type": "execute_result", "execution_count": None, "metadata": {},
             "data": {"text/plain": repr(exercise.points)}}]
