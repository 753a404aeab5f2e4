"""A second look, apart: who replaces a function of numpy in one answer loses no other exercise by it.

All answers of a notebook share one Python, because a child for each exercise would cost more than its checks. Only
where a notebook has changed what all its answers rely on, and an exercise has lost points, that exercise is run again
in a worker of its own, in which the answers that it does not name are left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from autograder.course.results import ExerciseResult
from autograder.course.units import ANSWER_SUFFIX
from autograder.submissions.submission import Submission


def cells_alone(submission: Submission, exercise: str, names: Iterable[str]) -> tuple[tuple[str, str], ...]:
    """Return the cells without the answers that neither this exercise's nor any other remaining cell names.

    names: of all exercises. The text alone decides; nothing of it is run.
    """
    answers = {name + ANSWER_SUFFIX: name for name in names if name != exercise}
    kept = {cell for cell, _ in submission.cells if cell not in answers and cell not in submission.shown}
    while True:
        text = "\n".join(source for cell, source in submission.cells if cell in kept)
        more = {cell for cell, name in answers.items() if re.search(rf"\b{re.escape(name)}\b", text)} - kept
        if not more:
            return tuple(item for item in submission.cells if item[0] in kept or item[0] in submission.shown)
        kept |= more


def may_look_again(result: ExerciseResult) -> bool:
    """Return whether an exercise that was tried lost points: another answer may have caused that."""
    return bool(set(result.reasons) - {"not-attempted"})


def better(first: ExerciseResult, second: ExerciseResult) -> ExerciseResult:
    """Return the second result where it earned more."""
    return second if second.points > first.points else first


def note(names: list[str]) -> str:
    """Return the sentence on what was changed; names: of what, as far as it may be told."""
    which = f" ({', '.join(names)})" * bool(names)
    return (f"Your cells have changed or kept busy what all answers rely on{which}. So an exercise that lost points "
            "was run again without the answers that it does not use.")
