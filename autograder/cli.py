"""The command line: every command is a visible list of steps.

Exit status: 0 done, 1 some submission could not be graded, 2 usage or course error.
"""

from __future__ import annotations

import sys
from pathlib import Path

import click

from autograder.verdicts import CourseError


class Commands(click.Group):
    """A group whose commands answer a CourseError with one line and exit status 2."""

    def invoke(self, context):
        try:
            return super().invoke(context)
        except CourseError as error:
            click.echo(f"Error: {error}", err=True)
            sys.exit(2)


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="autograder")
def main():
    """Checks, sandbox and batch grader of the course Neural networks from first principles."""


@main.command()
@click.option("--check", is_flag=True, help="Write nothing; fail if a committed notebook differs from its source.")
@click.argument("unit", required=False)
def exercises(check, unit):
    """Build the student notebooks in exercises/ from solutions/ (all of them, or one UNIT)."""
    from autograder import notebooks
    from autograder.course import Course

    root = Course.around(Path.cwd(), "solutions")
    texts = notebooks.build(root / "solutions", only=unit)
    if check:
        problems = notebooks.stale(texts, root / "exercises")
        if problems:
            raise CourseError("; ".join(problems) + ".", fix="Run `autograder exercises` and commit the result.")
        click.echo(f"{len(texts)} notebooks are current.")
        return
    changed = notebooks.install(texts, root / "exercises")
    click.echo(f"{len(texts)} notebooks, {len(changed)} changed{': ' if changed else '.'}{', '.join(changed)}")


if __name__ == "__main__":
    main()
