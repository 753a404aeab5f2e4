"""Whether an answer is what the exercise asks for, a class or a function: one sentence, at the desk and when graded."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from types import FunctionType

from autograder.checking.failures import FATAL
from autograder.course.results import CheckResult
from autograder.course.units import Unit

CLASS, FUNCTION = "class", "def"


def kind_of_value(value) -> str:
    """Return CLASS or FUNCTION, "" for anything else."""
    return CLASS if isinstance(value, type) else FUNCTION if isinstance(value, FunctionType) else ""


def kind_in_text(name: str, sources: Iterable[str]) -> str:
    """Return CLASS or FUNCTION as the cells of a notebook define a name last at their margin, "" if none does."""
    start = re.compile(rf"^(?:async[ \t]+)?(class|def)[ \t]+{re.escape(name)}\b", re.MULTILINE)
    return next((found[-1] for found in map(start.findall, reversed([*sources])) if found), "")


def told_the_kind(results: Iterable[CheckResult], name: str, kind: str, wants_class: bool) -> list[CheckResult]:
    """Return the results of an exercise; where a function stands for a class, or a class for a function, what failed
    says that.

    A function that makes the right objects is as right as a class. What a call was stopped for stays said.
    """
    sentence = kind_sentence(name, kind, wants_class)
    return [replace(result, message=sentence) if sentence and not result.passed and result.reason not in FATAL
            else result for result in results]


def told_here(recorded: list, unit: Unit, name: str, namespace: dict) -> list:
    """Return what the checks of an exercise found and did, told the kind of what a notebook's name is now."""
    results = told_the_kind([result for result, _ in recorded], name, kind_of_value(namespace.get(name)),
                            unit.wants_class(name))
    return list(zip(results, [record for _, record in recorded], strict=True))


def kind_sentence(name: str, kind: str, wants_class: bool) -> str:
    """Return what to do where an answer is of the other kind, "" where it is not."""
    if kind == FUNCTION and wants_class:
        return (f"`{name}` should be a class, but it is a function now. Begin its cell with `class {name}:`, as handed "
                "out.")
    if kind == CLASS and not wants_class:
        return (f"`{name}` should be a function, but it is a class now. Begin its cell with `def {name}(`, as handed "
                "out.")
    return ""
