"""The hints of a notebook's exercise, one more each time somebody asks."""

from __future__ import annotations

from autograder.desk.book import book_page
from autograder.desk.leading import Lead, hints_for
from autograder.desk.memory import Memory
from autograder.desk.place import Desk
from autograder.desk.standing import DONE, MISSING, Standing


def hints(desk: Desk, row: Standing) -> list[Lead]:
    """Return all hints for an exercise as it stands, the gentlest first."""
    if row.state == MISSING:
        return [Lead(f"{row.problem} `autograder doctor {row.exercise.unit}` says how to get it back.")]
    return hints_for(row, lambda section: where(desk, section))


def where(desk: Desk, section: str) -> str:
    """Return where a section of the book is: the page as a path from the course folder, with the place on it."""
    _, mark, anchor = section.partition("#")
    return desk.shown(book_page(desk.root, section)) + mark + anchor


def next_hint(desk: Desk, memory: Memory, row: Standing) -> tuple[list[Lead], int]:
    """Return the hints given so far with one more, and how many are left."""
    if row.state == DONE:
        return [], 0
    known = hints(desk, row)
    mistake = row.hint or row.problem or row.state
    count = min(memory.hints_given(row.path, mistake) + 1, len(known))
    memory.note_hints(row.path, mistake, count)
    return known[:count], len(known) - count
