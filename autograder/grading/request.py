"""What a grading process is asked to do. The checks, and pytest with them, are loaded where they run, not here."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from autograder.course.results import SubmissionResult
from autograder.sandbox.jail import Tier
from autograder.sandbox.limits import Limits
from autograder.submissions.submission import Submission


@dataclass(frozen=True)
class Settings:
    """What a grade depends on besides the submission and the course: limits, walls, and the batch secret."""

    root: Path
    tier: Tier
    secret: bytes = field(repr=False)
    limits: Limits = field(default_factory=Limits)


def grade(submission: Submission, settings: Settings, exercises: frozenset[str] | None = None,
          overrun: frozenset[str] = frozenset()) -> SubmissionResult:
    """Return what the judge of this process says of a submission, see judge.grade."""
    from autograder.grading import judge

    return judge.grade(submission, settings, exercises, overrun)


def reject(student: str, unit: str, settings: Settings, message: str) -> SubmissionResult:
    """Return the result of a submission that could not be opened, see judge.reject."""
    from autograder.grading import judge

    return judge.reject(student, unit, settings, message)
