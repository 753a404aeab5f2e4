"""Graded hints: the question that leads out of a known mistake, the section to read, the check's guess, a trial."""

from __future__ import annotations

from collections.abc import Callable

from autograder.checking.diagnosis import notice
from autograder.checking.hints import section_name, usual_section
from autograder.course.results import CheckResult
from autograder.desk.standing import UNTOUCHED, Standing


def hints_for(row: Standing, where: Callable[[str], str]) -> list[str]:
    """Return all hints for an exercise as it stands, the gentlest first.

    where: from a section of the book to what leads there.
    """
    section = row.section or usual_section(row.exercise.unit, row.exercise.name)
    read = f"Read: {section_name(section) if '#' in section else 'the chapter'} ({where(section)})"
    if row.exercise.manual:
        return [read, "Answer in two or three sentences; a person reads them, so an example says more than a formula."]
    if row.state == UNTOUCHED:
        return ["Start with the docstring: which shape comes in, which goes out? Then write one line and check it.",
                read]
    if row.problem:
        return [row.problem, read]
    failed = row.failed[0]
    guess = notice(failed.message)
    return [text for text in (row.hint, read, guess[:1].upper() + guess[1:], by_hand(failed)) if text]


def by_hand(check: CheckResult) -> str:
    """Return the last hint: what to call in a cell of one's own, and what should come out."""
    if not check.call:
        return f"{check.label}\n{check.message}"
    goal = f"\nExpected: {check.expected}" if check.expected else ""
    return f"Go through it on paper, then print each step in a cell of your own:\n{check.call}{goal}"
