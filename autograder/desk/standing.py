"""How an exercise stands: what the last check of the saved notebook said about it."""

from __future__ import annotations

from dataclasses import asdict, dataclass

from autograder.course.results import CheckResult
from autograder.course.units import Exercise, Unit

DONE, FAILING, UNTOUCHED, MISSING = "done", "failing", "untouched", "missing"


@dataclass(frozen=True)
class Standing:
    """One exercise: its state, its checks, what stopped it, and the hint for a known mistake.

    problem: a sentence if the answer could not be checked at all. hint, section: "" unless the mistake is known.
    trial: the first failing call as code; way: where the answer leaves the way of a worked example.
    """

    exercise: Exercise
    state: str
    checks: tuple[CheckResult, ...] = ()
    problem: str = ""
    hint: str = ""
    section: str = ""
    trial: str = ""
    way: str = ""

    @property
    def path(self) -> str:
        """The exercise's name on the command line."""
        return f"{self.exercise.unit}/{self.exercise.name}"

    @property
    def earned(self) -> float:
        """The points of the checks that passed."""
        return float(sum(check.earned for check in self.checks))

    @property
    def waiting(self) -> float:
        """The points that only grading can give: hidden checks of a done exercise, an answered open question."""
        if self.state != DONE:
            return 0.0
        return self.exercise.points - float(sum(check.points for check in self.checks))

    @property
    def failed(self) -> list[CheckResult]:
        return [check for check in self.checks if not check.passed]

    def to_json(self) -> dict:
        return {"state": self.state, "checks": [asdict(check) for check in self.checks], "problem": self.problem,
                "hint": self.hint, "section": self.section, "trial": self.trial, "way": self.way}

    @classmethod
    def from_json(cls, exercise: Exercise, data: dict) -> Standing:
        checks = tuple(CheckResult(**check) for check in data["checks"])
        return cls(exercise, data["state"], checks, data["problem"], data["hint"], data["section"],
                   data["trial"], data["way"])


def unrun(unit: Unit, aligned) -> dict[str, Standing]:
    """Return the standing of each exercise that needs no run: untouched, missing, or an open question."""
    standings = {}
    for exercise in unit.exercises:
        if exercise.name in aligned.missing:
            standings[exercise.name] = Standing(exercise, MISSING, problem=f"The cell of `{exercise.name}` is missing "
                                                "from the notebook.")
        elif exercise.name in aligned.untouched:
            standings[exercise.name] = Standing(exercise, UNTOUCHED)
        elif exercise.manual:
            standings[exercise.name] = Standing(exercise, DONE)
    return standings
