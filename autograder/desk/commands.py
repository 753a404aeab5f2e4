"""The student's commands: status, check, watch, hint, reset, doctor. Each is a visible list of steps."""

from __future__ import annotations

import sys

import click

from autograder.course.verdicts import CourseError

EXAMPLES = {
    "check": "autograder check\n  autograder check UNIT\n  autograder check UNIT/EXERCISE",
    "hint": "autograder hint UNIT/EXERCISE",
    "reset": "autograder reset UNIT/EXERCISE\n  autograder reset UNIT",
    "watch": "autograder watch\n  autograder watch u02",
    "doctor": "autograder doctor\n  autograder doctor UNIT",
    "status": "autograder\n  autograder status",
}


def student_command(**options):
    """Return click's decorator for a command whose help ends with examples."""
    def decorate(function):
        name = function.__name__
        return click.command(name, epilog=f"\b\nExamples:\n  {EXAMPLES[name]}", **options)(function)
    return decorate


def complete_unit(context, parameter, incomplete):
    """Return the units that begin with what is typed, for the shell's completion."""
    from autograder.desk.place import Desk

    try:
        return [unit for unit in Desk.here().units if unit.startswith(incomplete)]
    except CourseError:
        return []


def complete_exercise(context, parameter, incomplete):
    """Return the units that begin with what is typed; where it can be one alone, its exercises too."""
    from autograder.desk.place import Desk

    units = complete_unit(context, parameter, incomplete.partition("/")[0])
    if len(units) != 1:
        return units
    first = incomplete.partition("/")[0] if "/" in incomplete else units[0]
    exercises = [f"{first}/{exercise.name}" for exercise in Desk.here().units[units[0]].exercises]
    return [path for path in (*units, *exercises) if path.startswith(incomplete)]


where = click.argument("where", metavar="[UNIT[/EXERCISE]]", required=False, shell_complete=complete_exercise)
seconds = click.option("--seconds", type=click.FloatRange(min=1), default=30, show_default=True,
                       metavar="N", help="How long the checks of one exercise may take.")


@student_command()
def status():
    """Show where you stand: units, exercises, points, and what comes next.

    Notebooks that changed since the last time are checked first.
    """
    from autograder.desk.overview import show_status

    show_status()


@student_command()
@where
@seconds
def check(where, seconds):
    """Check your saved notebooks: all that you have begun, one UNIT, or one EXERCISE.

    Exit status: 0 if all that was checked is right, 1 if not.
    """
    from autograder.desk.overview import show_checks

    sys.exit(show_checks(where, seconds))


@student_command()
@click.argument("where", metavar="UNIT/EXERCISE", shell_complete=complete_exercise)
@seconds
def hint(where, seconds):
    """Give a hint for one exercise, and one more each time you ask."""
    from autograder.desk.overview import show_hint

    sys.exit(show_hint(where, seconds))


@student_command()
@click.argument("where", metavar="UNIT[/EXERCISE]", shell_complete=complete_exercise)
@click.option("--yes", "-y", is_flag=True, help="Do not ask.")
def reset(where, yes):
    """Start an exercise, or a whole notebook, afresh. What you wrote is kept in .autograder/backup.

    Close the notebook in Jupyter first, or reload it afterwards.
    """
    from autograder.desk import resetting
    from autograder.desk.place import Desk

    desk = Desk.here()
    unit, exercise = desk.find(where)
    what = f"the answer to {unit.name}/{exercise.name}" if exercise else f"the whole notebook of {unit.name}"
    if not yes:
        click.confirm(f"Put {what} back to how it was handed out?", abort=True)
    kept = resetting.reset_exercise(desk, unit, exercise) if exercise else resetting.reset_unit(desk, unit)
    click.echo(f"Done: {what} is as it was handed out.")
    if kept:
        click.echo(f"The old notebook is {desk.shown(kept)}.")
    click.echo("If it is open in Jupyter, reload it there (File > Reload Notebook from Disk).")


@student_command()
@where
@click.option("--poll", is_flag=True, help="Look at the files each second instead of waiting for the system's word.")
@seconds
def watch(where, poll, seconds):
    """Check again whenever you save a notebook; one exercise at a time, single keys.

    n next, b back, h hint, l list, c check all, r reset, o open the book, q quit.
    """
    from autograder.desk.watch import watch_course

    watch_course(where, seconds, poll)


@student_command()
@click.argument("unit", required=False, shell_complete=complete_unit)
def doctor(unit):
    """Look for what could go wrong before you hand in: the environment, and each notebook you have begun.

    Exit status: 0 if all is well, 1 if something needs you.
    """
    from autograder.desk.doctor import show_diagnosis

    sys.exit(show_diagnosis(unit))
