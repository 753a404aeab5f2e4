"""What a misconception is: a classic wrong answer of a unit, a small implementation with a name, a hint and a section.

A misconception stands in for the student's definition while everything else is the reference. It proves the checks
(it must lose points), it is recognised by its outputs on the public inputs, and it is counted for the class.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace


@dataclass(frozen=True)
class Misconception:
    """A wrong implementation of `exercise`, the hint that leads out of it, and where the book explains it.

    told_by: the public check that alone tells this mistake, where the others depend on what ran before, or show only
    rounding; else "". silent: no public check can tell it.
    """

    exercise: str
    name: str
    hint: str
    section: str
    implementation: object
    told_by: str = ""
    silent: bool = False

    def variant(self, implementation: object) -> Misconception:
        """Return the same mistake written in another way, with other results. Use it as a decorator."""
        return replace(self, implementation=implementation)

    def namespace(self, reference: dict) -> dict:
        """Return the reference's names with the wrong implementation in place of the right one."""
        return reference | {self.exercise: self.implementation}


def misconception(exercise: str, *, name: str, hint: str, section: str,
                  told_by: str = "", silent: bool = False) -> Callable[[object], Misconception]:
    """Turn the function or class below into a Misconception.

    exercise: the grade_id, which is the name that the student defines. name: short, unique in the exercise.
    hint: a question that leads, never the answer. section: page and anchor in the book, for example
    "UNIT.md#anchor". told_by: for a mistake that keeps something from one call to the next, the name of the public
    check that shows it whatever ran before; for one that elsewhere shows rounding alone, the name of the check where it
    is large. silent: for one that is right on the public inputs, such as one that is only too slow for a hidden one.
    """
    return lambda implementation: Misconception(exercise, name, hint, section, implementation, told_by, silent)
