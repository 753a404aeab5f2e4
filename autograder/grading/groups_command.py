"""`autograder groups`: list the answers that fail alike, and say something to a group, once."""

from __future__ import annotations

from pathlib import Path

import click

from autograder.course.text import visible
from autograder.course.units import Course, Exercise
from autograder.course.verdicts import CourseError
from autograder.grading.class_folder import writable
from autograder.grading.groups import Group, groups_of
from autograder.records.comments import FILE, add, read_comments, read_rubric
from autograder.records.keeping import RESULTS

EXAMPLE_LINES = 12
WHAT_TO_TYPE = ("For each group: a comment, or the name of one in [rubric]; +NAME TEXT puts a new one there. "
                "Enter alone goes on, Ctrl-C ends.")


@click.command("groups", epilog="\b\nExamples:\n  autograder groups graded UNIT/EXERCISE\n"
               "  autograder groups graded UNIT/EXERCISE --ask\n"
               "  autograder groups graded UNIT/EXERCISE --group NAME --text 'Sum over all outputs.' --adjust 0.5")
@click.argument("folder", type=click.Path(path_type=Path, exists=True, file_okay=False))
@click.argument("where", metavar="UNIT/EXERCISE")
@click.option("--group", "chosen", help="Say something to this group.")
@click.option("--text", help="The comment that each of its students reads.")
@click.option("--rubric", help="The name of a comment in [rubric] of comments.toml.")
@click.option("--adjust", type=float, help="Points to add to those of the checks, or to take away.")
@click.option("--points", type=float, help="Points in place of those of the checks, or for an open question.")
@click.option("--ask", is_flag=True, help="Go through the groups and type what to say to each.")
def groups(folder, where, chosen, ask, **said):
    """List the answers to an exercise in FOLDER that fail in the same way, with an example of each.

    Of an open question, those are groups that have the same words. What you say to a group is written into
    FOLDER/comments.toml; the next `autograder grade` or `autograder feedback` gives it to each student of the group,
    and to those who join it.
    """
    unit, _, name = where.partition("/")
    unit = Course.find().unit(unit)
    exercise = next((item for item in unit.exercises if item.name == name), None)
    if exercise is None:
        known = ", ".join(item.name for item in unit.exercises)
        raise CourseError(f"there is no exercise {name!r}.", unit.name, f"There are {known}.")
    if not (folder / RESULTS).exists():
        raise CourseError("no class was graded here.", str(folder), "Name the --output of `autograder grade`.")
    with writable(folder) as store:
        found = groups_of(store, unit, name)
    said = {key: value for key, value in said.items() if value is not None}
    if ask:
        go_through(folder, exercise, found)
    elif chosen is None:
        show(found)
    elif chosen not in found:
        raise CourseError(f"there is no group {chosen!r}.", where, f"There are {', '.join(found) or 'none'}.")
    elif not said:
        raise click.UsageError("say something: --text, --rubric, --adjust, --points, or several.")
    else:
        add(folder, {"exercise": where, "group": chosen} | said)
        click.echo(f"{folder / FILE}: for {len(found[chosen].students)} students")


def show(found: dict[str, Group]) -> None:
    """Print the groups, each with its students and one answer."""
    for name, group in found.items():
        show_one(name, group)
    if not found:
        click.echo("Every answer passes all checks.")


def show_one(name: str, group: Group) -> None:
    """Print one group."""
    click.echo(f"{name}: {len(group.students)} ({visible(', '.join(group.students), 200)})")
    if group.why:
        click.echo(f"    {visible(' '.join(group.why.split()), 200)}")
    lines = group.example.strip("\n").split("\n")
    for line in lines[:EXAMPLE_LINES]:
        click.echo(f"    | {visible(line, 400)}")
    if len(lines) > EXAMPLE_LINES:
        click.echo(f"    | … {len(lines) - EXAMPLE_LINES} more lines")


def go_through(folder: Path, exercise: Exercise, found: dict[str, Group]) -> None:
    """Ask for each group what to say to it and write that down at once; groups that were told something are passed."""
    where = f"{exercise.unit}/{exercise.name}"
    told = {one.group for one in read_comments(folder) if (one.unit, one.exercise) == (exercise.unit, exercise.name)}
    click.echo(WHAT_TO_TYPE)
    for name, text in read_rubric(folder).items():
        click.echo(f"    {name}: {visible(text, 200)}")
    for name, group in found.items():
        click.echo()
        show_one(name, group)
        if name in told:
            click.echo(f"    is in {FILE} already")
            continue
        said = typed_comment(folder) | typed_points(exercise)
        if said:
            add(folder, {"exercise": where, "group": name} | said)
            click.echo(f"    written for {len(group.students)}")


def typed_comment(folder: Path) -> dict[str, str]:
    """Ask for a comment and return it as a block of comments.toml has it; a new one for the rubric is written there."""
    text = click.prompt("Comment", default="", show_default=False).strip()
    if text.startswith("+"):
        name, _, text = text[1:].partition(" ")
        if not name or not text.strip():
            click.echo("A name and a text, please: +convex Say why there is one minimum.")
            return typed_comment(folder)
        add(folder, {name: text.strip()}, rubric=True)
        return {"rubric": name}
    if not text:
        return {}
    return {"rubric": text} if text in read_rubric(folder) else {"text": text}


def typed_points(exercise: Exercise) -> dict[str, float]:
    """Ask for points and return them as a block of comments.toml has them."""
    key, what = (("points", f"Points of {exercise.points:g}") if exercise.manual
                 else ("adjust", "Points to add or to take away"))
    while True:
        text = click.prompt(what, default="", show_default=False).strip().replace(",", ".")
        try:
            return {key: float(text)} if text else {}
        except ValueError:
            click.echo("A number, please, or nothing.")
