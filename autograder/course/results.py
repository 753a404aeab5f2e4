"""What grading produces: plain records that cross processes, enter the cache and become marks and pages."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field

from autograder.course.verdicts import verdict


@dataclass(frozen=True)
class CheckResult:
    """One check of one exercise. `call`, `expected`, `got` and `error` are short texts to show."""

    name: str
    exercise: str
    points: float
    earned: float
    hidden: bool = False
    category: str = ""
    reason: str | None = None
    message: str = ""
    hint: str = ""
    section: str = ""
    misconception: str = ""
    call: str = ""
    expected: str = ""
    got: str = ""
    error: str = ""
    title: str = ""
    again_with: str = ""  # the earlier exercises whose right versions took part in a second run (follow_through.py)

    @property
    def passed(self) -> bool:
        return self.reason is None

    @property
    def label(self) -> str:
        """What a student reads as the name of the check; of a hidden one its category alone."""
        if self.hidden:
            return f"hidden: {self.category}"
        return self.title or self.name.removeprefix("test_").replace("_", " ")

    @property
    def second_run(self) -> str:
        """What a student reads about the second run with right versions of earlier exercises; nothing without one."""
        if not self.again_with:
            return ""
        right = "a right " + " and a right ".join(self.again_with.split())
        if self.earned:
            return f"Run again with {right} it passes, so it earns {self.earned:g} of {self.points:g}. Mend that first."
        return f"Run again with {right} it fails too: there is another cause."


@dataclass(frozen=True)
class ExerciseResult:
    """The checks of one exercise and the points they earn together; notes on how the notebook ran for them."""

    name: str
    max_points: float
    checks: tuple[CheckResult, ...]
    notes: tuple[str, ...] = ()

    @classmethod
    def from_json(cls, data: dict) -> ExerciseResult:
        return cls(data["name"], data["max_points"], tuple(CheckResult(**check) for check in data["checks"]),
                   tuple(data.get("notes", ())))

    @property
    def points(self) -> float:
        return float(sum(check.earned for check in self.checks))

    @property
    def reasons(self) -> list[str]:
        return [check.reason for check in self.checks if check.reason]

    @property
    def verdict(self) -> str:
        return verdict(self.points, self.max_points, self.reasons)


@dataclass(frozen=True)
class SubmissionResult:
    """The marks of one student in one unit, with notes on what was repaired and how it was run."""

    student: str
    unit: str
    exercises: tuple[ExerciseResult, ...]
    notes: tuple[str, ...] = ()
    rejected: str = ""
    tier: str = ""
    seconds: float = 0.0
    starved: bool = False  # something was stopped because the machine was busy
    answers: dict[str, str] = field(default_factory=dict)

    @property
    def all_notes(self) -> tuple[str, ...]:
        """The notes on the notebook and on how it ran, each once."""
        return tuple(dict.fromkeys([*self.notes, *(note for item in self.exercises for note in item.notes)]))

    @property
    def points(self) -> float:
        return float(sum(exercise.points for exercise in self.exercises))

    @property
    def max_points(self) -> float:
        return float(sum(exercise.max_points for exercise in self.exercises))

    def to_json(self) -> dict:
        return asdict(self)

    @classmethod
    def from_json(cls, data: dict) -> SubmissionResult:
        exercises = tuple(map(ExerciseResult.from_json, data["exercises"]))
        return cls(**(data | {"exercises": exercises, "notes": tuple(data["notes"])}))
