"""Graded hints: the question that leads out of a known mistake, the section, the guess, the failing call, the way."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from autograder.checking.diagnosis import notice
from autograder.checking.hints import section_name, usual_section
from autograder.course.results import CheckResult
from autograder.desk.standing import UNTOUCHED, Standing

START = "Start with the docstring: which shape comes in, which goes out? Then write one line and check it."
IN_WORDS = "Answer in two or three sentences; a person reads them, so an example says more than a formula."


@dataclass(frozen=True)
class Lead:
    """One hint. section: of the book, where it is what leads on; code: to be run in a cell of one's own."""

    text: str
    section: str = ""
    code: str = ""


def hints_for(row: Standing, where: Callable[[str], str]) -> list[Lead]:
    """Return all hints for an exercise as it stands, the gentlest first.

    where: from a section of the book to what leads there.
    """
    section = row.section or usual_section(row.exercise.unit, row.exercise.name)
    name = section_name(section) if "#" in section else "the chapter"
    read = Lead(f"Read: {name} ({where(section)})", section)
    if row.exercise.manual:
        return [read, Lead(IN_WORDS)]
    if row.state == UNTOUCHED:
        return [Lead(START), read]
    if row.problem:
        return [Lead(row.problem), read]
    failed = row.failed[0]
    guess = notice(failed.message)
    leads = [Lead(row.hint), read, Lead(guess[:1].upper() + guess[1:]), by_hand(failed, row.trial), Lead(row.way)]
    return [lead for lead in leads if lead.text]


def by_hand(check: CheckResult, trial: str) -> Lead:
    """Return the failing call to go through in a cell of one's own, and what should come out. trial: it as code."""
    if not check.call:
        return Lead(f"{check.label}\n{check.message}")
    goal = f"\nExpected: {check.expected}" if check.expected else ""
    start = "Go through it on paper, then print each step in a cell of your own:"
    if trial:
        return Lead(f"{start}\n{trial}" + ("" if "# expected:" in trial else goal), code=trial)
    return Lead(f"{start}\n{check.call}{goal}")


def more_words(left: int, again: str) -> str:
    """Return how many hints remain, and how to get the next one."""
    return f"{left} more: {again}" if left else "That is all there is. Talk it over with somebody."
