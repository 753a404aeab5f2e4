"""Graded hints: the question that leads out of a known mistake, the section to read, the check's guess, a trial."""

from __future__ import annotations

from autograder.checking.diagnosis import notice
from autograder.checking.hints import section_name, usual_section
from autograder.course.results import CheckResult
from autograder.desk.memory import Memory
from autograder.desk.place import Desk
from autograder.desk.show import book_page
from autograder.desk.standing import DONE, MISSING, UNTOUCHED, Standing


def hints(desk: Desk, row: Standing) -> list[str]:
    """Return all hints for an exercise as it stands, the gentlest first."""
    if row.state == MISSING:
        return [f"{row.problem} `autograder doctor {row.exercise.unit}` says how to get it back."]
    section = row.section or usual_section(row.exercise.unit, row.exercise.name)
    read = f"Read: {section_name(section) if '#' in section else 'the chapter'} ({where(desk, section)})"
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


def where(desk: Desk, section: str) -> str:
    """Return where a section of the book is: the page as a path from the course folder, with the place on it."""
    _, mark, anchor = section.partition("#")
    return desk.shown(book_page(desk.root, section)) + mark + anchor


def next_hint(desk: Desk, memory: Memory, row: Standing) -> tuple[list[str], int]:
    """Return the hints given so far with one more, and how many are left."""
    if row.state == DONE:
        return [], 0
    known = hints(desk, row)
    mistake = row.hint or row.problem or row.state
    count = min(memory.hints_given(row.path, mistake) + 1, len(known))
    memory.note_hints(row.path, mistake, count)
    return known[:count], len(known) - count
