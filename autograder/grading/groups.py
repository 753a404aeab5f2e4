"""Answers that fail in the same way, as groups; and what an instructor says to a group, given to each of its students.

A group is named after the misconceptions that were recognised; the rest by a digest of what their checks returned.
"""

from __future__ import annotations

import json
import sys
from collections import Counter, defaultdict
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

import click

from autograder.course.results import ExerciseResult
from autograder.course.text import visible
from autograder.course.units import Course
from autograder.course.verdicts import CourseError
from autograder.grading.cache import Store, digest
from autograder.records.comments import FILE, Given, Said, read_comments
from autograder.records.keeping import RESULTS
from autograder.records.output import write

NAME_LETTERS = 6
EXAMPLE_LINES = 12


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


def groups_of(store: Store, unit: str, exercise: str) -> dict[str, Group]:
    """Return name -> group of an exercise, the largest first."""
    found: dict[str, Group] = defaultdict(Group)
    for result in store.all_entered():
        for item in () if result.rejected else result.exercises:
            name = group_of(item) if (result.unit, item.name) == (unit, exercise) else None
            if name is not None:
                group = found[name]
                group.why = group.why or next(check.message for check in item.checks if not check.passed)
                group.example = group.example or result.answers.get(exercise, "")
                group.students.append(result.student)
    return dict(sorted(found.items(), key=lambda pair: (-len(pair[1].students), pair[0])))


def decisions(store: Store, folder: Path) -> dict[tuple[str, str, str], Given]:
    """Return (student, unit, exercise) -> what comments.toml gives."""
    said = read_comments(folder)
    given: dict[tuple[str, str, str], Given] = {}
    if not said:
        return given
    for result in store.all_entered():
        names = {item.name: group_of(item) for item in result.exercises if not result.rejected}
        for one in said:
            if one.unit == result.unit and one.is_for(result.student, names.get(one.exercise)):
                key = (result.student, one.unit, one.exercise)
                given[key] = given.get(key, Given()).also(one)
    return given


def decide(gradebook, store: Store) -> dict:
    """Enter what comments.toml gives, settle late penalties, and return (student, unit) -> UnitMarks."""
    gradebook.give(decisions(store, gradebook.folder))
    return gradebook.settle()


@click.command("groups", epilog="\b\nExamples:\n  autograder groups graded UNIT/EXERCISE\n"
               "  autograder groups graded UNIT/EXERCISE --group NAME --text 'Sum over all outputs.' --adjust 0.5")
@click.argument("folder", type=click.Path(path_type=Path, exists=True, file_okay=False))
@click.argument("where", metavar="UNIT/EXERCISE")
@click.option("--group", "chosen", help="Say something to this group.")
@click.option("--text", help="The comment that each of its students reads.")
@click.option("--adjust", type=float, help="Points to add to those of the checks, or to take away.")
def groups(folder, where, chosen, text, adjust):
    """List the answers to an exercise in FOLDER that fail in the same way, with an example of each.

    With --group, what you say is written into FOLDER/comments.toml; the next `autograder grade` or `autograder
    feedback` gives it to each student of the group, and to those who join it.
    """
    unit, _, exercise = where.partition("/")
    known = {item.name for item in Course.find().unit(unit).graded}
    if exercise not in known:
        raise CourseError(f"there is no exercise {exercise!r}.", unit, f"There are {', '.join(sorted(known))}.")
    if not (folder / RESULTS).exists():
        raise CourseError("no class was graded here.", str(folder), "Name the --output of `autograder grade`.")
    with closing(Store(folder / RESULTS)) as store:
        found = groups_of(store, unit, exercise)
    if chosen is None:
        show(found)
    elif chosen not in found:
        raise CourseError(f"there is no group {chosen!r}.", where, f"There are {', '.join(found) or 'none'}.")
    elif text is None and adjust is None:
        raise click.UsageError("say something: --text, --adjust, or both.")
    else:
        add(folder, Said(unit, exercise, group=chosen, text=text or "", adjust=adjust or 0.0))
        click.echo(f"{folder / FILE}: for {len(found[chosen].students)} students")
    sys.exit(0)


def show(found: dict[str, Group]) -> None:
    """Print the groups, each with its students and one answer."""
    sizes = Counter({name: len(group.students) for name, group in found.items()})
    for name, count in sizes.most_common():
        group = found[name]
        click.echo(f"{name}: {count} ({visible(', '.join(group.students), 200)})")
        click.echo(f"    {visible(' '.join(group.why.split()), 200)}")
        for line in group.example.strip("\n").split("\n")[:EXAMPLE_LINES]:
            click.echo(f"    | {visible(line, 120)}")
    if not found:
        click.echo("Every answer passes all checks.")


def add(folder: Path, said: Said) -> None:
    """Write one more block at the end of comments.toml."""
    path = folder / FILE
    before = path.read_text(encoding="utf-8") if path.exists() else ""
    lines = [f"exercise = {json.dumps(f'{said.unit}/{said.exercise}')}", f"group = {json.dumps(said.group)}"]
    if said.text:
        lines.append(f"text = {json.dumps(said.text)}")
    if said.adjust:
        lines.append(f"adjust = {said.adjust!r}")
    write(path, before + "\n[[comment]]\n" + "\n".join(lines) + "\n")
    read_comments(folder)
