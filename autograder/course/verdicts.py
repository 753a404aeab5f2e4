"""The words of a result: why a check failed (reason), what became of an exercise (verdict)."""

from __future__ import annotations

REASONS = (
    "wrong-answer",  # the value differs from the expected one
    "bad-type",      # the value is of a type that may not cross to the judge
    "too-large",     # the value, or an argument's state, exceeds the size limits
    "exception",     # the student's code raised
    "exited",        # the worker process ended without a reply
    "timeout",       # a time limit was reached
    "memory",        # the memory limit was reached
    "no-function",   # the name is not defined, or is not what it should be
    "protocol",      # a reply that the protocol does not allow
    "rejected",      # the submission could not be opened or aligned
    "not-attempted", # the stub is still in place
)

VERDICTS = (
    "correct", "partial", "incorrect", "error", "timeout", "out-of-memory", "crashed",
    "not-attempted", "missing",
)

VERDICT_OF_REASON = {
    "wrong-answer": "incorrect",
    "bad-type": "incorrect",
    "too-large": "incorrect",
    "exception": "error",
    "no-function": "error",
    "exited": "crashed",
    "protocol": "crashed",
    "timeout": "timeout",
    "memory": "out-of-memory",
    "rejected": "missing",
    "not-attempted": "not-attempted",
}


class CourseError(Exception):
    """A mistake in the course or in how it was called: what happened, where, and what to do."""

    def __init__(self, what: str, where: str = "", fix: str = ""):
        super().__init__(what, where, fix)
        self.what, self.where, self.fix = what, where, fix

    def __str__(self):
        place = f"{self.where}: " if self.where else ""
        return f"{place}{self.what}" + (f" {self.fix}" if self.fix else "")


class GraderError(Exception):
    """A failure of the grader's own machine. It ends the grading of a submission instead of failing one check."""


class StudentError(AssertionError):
    """A failure of the student's code, with one of REASONS and a sentence for the student.

    It is an AssertionError so that a check fails, whichever call in it meets the failure. kinds: Python's own
    exceptions that the student's was one of.
    """

    def __init__(self, reason: str, message: str, kinds: tuple[str, ...] = ()):
        if reason not in REASONS:
            raise ValueError(f"unknown reason {reason!r}; one of {', '.join(REASONS)}")
        super().__init__(reason, message)
        self.reason, self.message, self.kinds = reason, message, kinds

    def __str__(self):
        return self.message


def verdict(earned: float, max_points: float, reasons: list[str]) -> str:
    """Return the verdict of an exercise from its points and the reasons of its failed checks.

    The first reason counts: later failures of the same exercise are mostly its consequences.
    """
    if not reasons:
        return "correct"
    if earned > 0:
        return "partial"
    return VERDICT_OF_REASON[reasons[0]]
