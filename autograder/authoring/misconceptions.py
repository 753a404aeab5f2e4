"""The misconceptions of a unit, for whoever has the instructor's copy."""

from __future__ import annotations

import importlib

from autograder.checking.misconceptions import Misconception
from autograder.course.verdicts import CourseError


def load_misconceptions(unit: str) -> list[Misconception]:
    """Return the misconceptions of a unit in the order of their module."""
    name = f"autograder.units.{unit}.misconceptions"
    try:
        module = importlib.import_module(name)
    except ModuleNotFoundError as error:
        if error.name not in (name, name.rpartition(".")[0]):
            raise
        raise CourseError(f"unit {unit} has no misconceptions.", f"autograder/units/{unit}/misconceptions.py") from None
    return [value for value in vars(module).values() if isinstance(value, Misconception)]
