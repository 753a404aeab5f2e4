"""One unit as its author wrote it: which files that are, and what the rules look at, loaded once."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path

from autograder.authoring import fingerprints
from autograder.authoring.misconceptions import load_misconceptions
from autograder.checking.local import LocalStudent
from autograder.checking.misconceptions import Misconception
from autograder.checking.recording import Recording
from autograder.checking.runner import Checks
from autograder.course.results import CheckResult
from autograder.course.units import CHECKS, HIDDEN, Course, Unit, load_reference

# The files that an author of a unit writes. A new unit's skeletons have the same names: their head, then an exercise.
PARTS = {"chapter": "book/{}.md", "solution": "solutions/{}.py", "checks": f"autograder/units/{{}}/{CHECKS}",
         "hidden": f"autograder/units/{{}}/{HIDDEN}", "misconceptions": "autograder/units/{}/misconceptions.py"}


class UnitUnderTest:
    """One unit with its checks, reference and misconceptions, each loaded once."""

    def __init__(self, course: Course, unit: Unit):
        self.course, self.unit = course, unit

    @cached_property
    def checks(self) -> Checks:
        return Checks(self.course.check_files(self.unit.name, hidden=True))

    @cached_property
    def reference(self) -> dict:
        return vars(load_reference(self.unit.name, self.course.root))

    @cached_property
    def misconceptions(self) -> list[Misconception]:
        return load_misconceptions(self.unit.name)

    @cached_property
    def observed(self) -> list[fingerprints.Observed]:
        """Every misconception with what its exercise's checks see, the hidden ones too: run once, they can be slow."""
        return [fingerprints.observe(self.checks, wrong, self.reference) for wrong in self.misconceptions]

    @cached_property
    def right(self) -> dict[str, list[tuple[CheckResult, Recording]]]:
        """Exercise -> what its checks say of the reference, and what each of them did: run once, they can be slow."""
        return {exercise.name: self.recorded(self.reference, exercise.name) for exercise in self.unit.graded}

    @property
    def hints_text(self) -> str:
        """What the file of the unit's hints should say."""
        return fingerprints.text_of(self.unit, self.observed)

    def run(self, namespace: dict, exercise: str) -> list[CheckResult]:
        """Return the results of an exercise's checks on these names."""
        return [result for result, _ in self.recorded(namespace, exercise)]

    def recorded(self, namespace: dict, exercise: str) -> list[tuple[CheckResult, Recording]]:
        """Return the results of an exercise's checks on these names, each with what the check did."""
        return self.checks.run_recorded(LocalStudent(namespace), exercise, LocalStudent(self.reference),
                                        seed=b"course rules")


def parts(unit: str) -> list[str]:
    """Return the files that an author of a unit writes, as paths from the course folder."""
    return [part.format(unit) for part in PARTS.values()]


def is_text(path: Path) -> bool:
    """Return whether a file can be read as UTF-8, or is not there."""
    try:
        path.exists() and path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return False
    return True
