"""Several notebooks of one student for one unit: which one counts, or why none does."""

from __future__ import annotations

from dataclasses import dataclass

from autograder.submissions.layouts import Place
from autograder.submissions.people import composed
from autograder.submissions.sources import File


@dataclass(frozen=True)
class Candidate:
    """A notebook that could be taken."""

    file: File
    student: str
    place: Place


def choose(group: list[Candidate]) -> Candidate | None:
    """Return the notebook that counts, or None: the last attempt, the one where the course puts it, the only one."""
    if len({item.place.person for item in group}) > 1:
        return None
    last = max(item.place.attempt for item in group)
    best = [item for item in group if item.place.attempt == last]
    if len(best) > 1:
        exact = [item for item in best if item.place.rank == 0]
        if not exact and len({item.file.path.rpartition("/")[0] for item in best}) == 1:
            exact = [item for item in best if item.place.rank == 1]
        best = exact or best
    return best[0] if len(best) == 1 else None


def conflict(student: str, unit: str, group: list[Candidate]) -> str:
    """Return why none of several notebooks is taken."""
    persons = {item.place.person for item in group}
    if len({composed(person) for person in persons}) < len(persons):
        return f"{len(persons)} folders spell {student} with different codes of one letter; put them together"
    if len(persons) > 1:
        return (f"{len(persons)} people are called {student}; tell them apart by their lms_user_id in the roster, or "
                "by Moodle's worksheet (--worksheet)")
    return f"one of {len(group)} notebooks of {student} for {unit}; keep one"
