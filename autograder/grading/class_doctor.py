"""`autograder doctor FOLDER`: what is damaged or out of date in a class folder, and what can be mended."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import click

from autograder.course.units import Course
from autograder.course.verdicts import CourseError
from autograder.desk import commands
from autograder.grading.cache import Store
from autograder.records.backups import gradebook_file
from autograder.records.class_settings import FILE, read_class
from autograder.records.keeping import RESULTS, Damage, damages, only_one, server_state
from autograder.records.output import MARKER


@click.command("doctor", epilog="\b\nExamples:\n  autograder doctor\n  autograder doctor graded --repair")
@click.argument("where", required=False, metavar="[UNIT | FOLDER]")
@click.option("--repair", is_flag=True, help="Mend what can be mended in a class folder.")
@click.pass_context
def doctor(context, where, repair):
    """Look for what could go wrong: in your own work, or in the FOLDER that `autograder grade` wrote.

    Exit status: 0 if all is well, 1 if something in your work needs you, 2 if a class folder is damaged.
    """
    if where and Path(where).is_dir():
        sys.exit(examine(Path(where).resolve(), repair))
    if repair:
        raise click.UsageError("--repair needs the folder of a class.")
    context.invoke(commands.doctor, unit=where)


def examine(folder: Path, repair: bool) -> int:
    """Print what is wrong with a class folder, mend it if asked to, and return the exit status."""
    if not any((folder / name).exists() for name in (MARKER, RESULTS)):
        raise CourseError("no class was graded here.", str(folder), "Name the --output of `autograder grade`.")
    course = Course.find()
    with only_one(folder):
        found = damages(folder, course)
        if not any(damage.name == FILE for damage in found) and gradebook_file(read_class(folder)) is None:
            state = server_state(read_class(folder))
            if isinstance(state, Damage):
                found.append(state)
            else:
                click.echo(state)
        left = 0
        for damage in found:
            if repair and damage.repair:
                click.echo(f"{damage.name}: {damage.repair()}.")
            else:
                click.echo(str(damage))
                left += 1
        if not left:
            for line in stale(folder, course):
                click.echo(line)
    if not found:
        click.echo("Nothing is damaged.")
    return 2 if left else 0


def stale(folder: Path, course: Course) -> Iterator[str]:
    """Yield what the next run will write again, and what belongs to no unit of the course."""
    if not (folder / RESULTS).exists():
        return
    store = Store(folder / RESULTS)
    entered = [(result.student, result.unit) for result in store.all_entered()]
    store.close()
    for kind, ending in (("feedback", "{unit}.html"), ("autograded", "{unit}/{unit}.ipynb")):
        gone = sum(not (folder / kind / student / ending.format(unit=unit)).exists() for student, unit in entered)
        if gone:
            yield f"{kind}: {gone} of {len(entered)} are gone. The next `autograder grade` writes them again."
    for unit in sorted({unit for _, unit in entered} - set(course.units)):
        yield f"{unit}: this unit is not in the course any more. Its marks stay in the gradebook and in the CSV files."
