"""Answers that fail in the same way, as groups; and what an instructor says to a group, given to each of its students.

A group is named after the misconceptions that were recognised; the rest by a digest of what their checks returned.
Answers to an open question are a group where they are the same words.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from autograder.course.results import ExerciseResult, SubmissionResult
from autograder.course.units import Course, Unit
from autograder.grading.cache import Store, digest
from autograder.records.comments import Given, read_comments

NAME_LETTERS = 6
NO_ANSWER = "no answer"  # to an open question
EMPTY = {NO_ANSWER, "not-attempted"}


@dataclass
class Group:
    """The students whose answers fail alike, why the first check fails, and one answer as an example."""

    why: str = ""
    example: str = ""
    students: list[str] = field(default_factory=list)


def group_of(exercise: ExerciseResult) -> str | None:
    """Return the name of the group that an answer belongs to, None for one that passes every check."""
    failed = [check for check in exercise.checks if not check.passed]
    if not failed:
        return None
    if exercise.verdict == "not-attempted":
        return exercise.verdict
    known = sorted({check.misconception for check in failed if check.misconception})
    if known:
        return " + ".join(known)
    return digest(*(repr((check.name, check.reason, check.got, check.error)) for check in failed))[:NAME_LETTERS]


def group_of_words(answer: str, released: str) -> str:
    """Return the name of the group of an answer to an open question; spaces and capitals make no difference."""
    words = " ".join(answer.split()).casefold()
    if words in ("", " ".join(released.split()).casefold()):
        return NO_ANSWER
    return digest(words)[:NAME_LETTERS]


def names_of(result: SubmissionResult, unit: Unit) -> Iterator[tuple[str, str, str]]:
    """Yield (exercise, group, why its first check fails) of a hand-in, open questions included."""
    for item in () if result.rejected else result.exercises:
        name = group_of(item)
        if name is not None:
            yield item.name, name, next(check.message for check in item.checks if not check.passed)
    for cell in () if result.rejected else unit.cells:
        if cell.kind == "manual":
            yield cell.exercise, group_of_words(result.answers.get(cell.exercise, ""), cell.source), ""


def groups_of(store: Store, unit: Unit, exercise: str) -> dict[str, Group]:
    """Return name -> group of an exercise, the largest first, then in the order of what they wrote; empty ones last."""
    found: dict[str, Group] = defaultdict(Group)
    for result in store.all_entered():
        for item, name, why in names_of(result, unit) if result.unit == unit.name else ():
            if item == exercise:
                group = found[name]
                group.why = group.why or why
                group.example = group.example or result.answers.get(exercise, "")
                group.students.append(result.student)
    return dict(sorted(found.items(), key=lambda pair: (pair[0] in EMPTY, -len(pair[1].students),
                                                        pair[1].example.casefold(), pair[0])))


def decisions(store: Store, folder: Path, course: Course) -> dict[tuple[str, str, str], Given]:
    """Return (student, unit, exercise) -> what comments.toml gives."""
    said = read_comments(folder)
    given: dict[tuple[str, str, str], Given] = {}
    for result in store.all_entered() if said else ():
        if result.unit not in course.units:
            continue
        groups = {item: name for item, name, _ in names_of(result, course.unit(result.unit))}
        for one in said:
            if one.unit == result.unit and one.is_for(result.student, groups.get(one.exercise)):
                key = (result.student, one.unit, one.exercise)
                given[key] = given.get(key, Given()).also(one)
    return given


def decide(gradebook, store: Store) -> dict:
    """Enter what comments.toml gives, settle late penalties, and return (student, unit) -> UnitMarks."""
    gradebook.give(decisions(store, gradebook.folder, gradebook.course))
    return gradebook.settle()
