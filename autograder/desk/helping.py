"""What helps with an answer that fails: its known mistake, the failing call as code, where it leaves the way."""

from __future__ import annotations

from autograder.checking.hints import hint_for
from autograder.desk.tracing import first_difference
from autograder.desk.trial import trial_code

NOT_RUN = ("not-attempted", "no-function", "timeout")  # the reasons of an answer that gave nothing to follow


def help_with(unit: str, exercise: str, recorded, namespace: dict) -> dict[str, str]:
    """Return what helps with the first check that failed: hint, section, the call as code, where the way is left."""
    hint = hint_for(unit, exercise, recorded)
    words = {"hint": hint.text if hint else "", "section": hint.section if hint else "", "trial": "", "way": ""}
    failed = next(((result, record) for result, record in recorded if not result.passed and not result.hidden), None)
    if failed and failed[0].reason not in NOT_RUN:
        words["trial"] = trial_code(*failed, namespace)
        words["way"] = first_difference(unit, exercise, namespace)
    return words
