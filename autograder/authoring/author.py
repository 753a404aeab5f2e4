"""`autograder author UNIT`, after every change: builds what changed and names what is not right yet."""

from __future__ import annotations

from collections.abc import Iterator

import click

from autograder.authoring import fingerprints, notebooks, rules
from autograder.checking import hints
from autograder.course.units import Course
from autograder.course.verdicts import CourseError


@click.command(epilog="\b\nExample:\n  autograder author UNIT")
@click.argument("units", metavar="UNIT...", nargs=-1, required=True)
def author(units):
    """Build what changed in a UNIT, and say which rule of the authors' guide is broken."""
    course = Course.find()
    problems = [problem for unit in units for problem in unit_problems(course, unit)]
    problems += rules.course_problems(course)
    for problem in problems:
        click.echo(problem)
    if problems:
        raise CourseError(f"{len(problems)} thing{'s' * (len(problems) != 1)} to do.",
                          fix="Run the same command again after each change.")
    click.echo("Every rule holds.")


def unit_problems(course: Course, unit: str) -> Iterator[str]:
    """Build the notebook and the hints of a unit where they changed; yield what is to write, else the broken rules."""
    to_write = list(rules.unwritten(course, unit))
    made = notebooks.install(notebooks.build(course.root / "solutions", only=unit), course.root / "exercises")
    yield from to_write
    if to_write:
        return
    course = Course(course.root)  # with the notebook of this moment
    if made:
        click.echo(f"Built exercises/{unit}/{unit}.ipynb.")
    under_test = rules.UnitUnderTest(course, course.unit(unit))
    broken = list(broken_rules(under_test, rules.STRUCTURE))
    if not broken:
        build_hints(course, unit)
        broken = list(broken_rules(under_test, rules.RULES))
    yield from broken


def broken_rules(unit: rules.UnitUnderTest, some) -> Iterator[str]:
    """Yield a line for each broken rule: the rule, and what breaks it."""
    for rule in some:
        yield from (f"{rules.sentence(rule)}\n    But {problem}." for problem in rule(unit))


def build_hints(course: Course, unit: str) -> None:
    """Make the file of hints again where the misconceptions or checks have changed."""
    text = fingerprints.file_text(course, unit)
    if not fingerprints.up_to_date(unit, text):
        fingerprints.write(unit, text)
        click.echo(f"Built {hints.hints_file(unit).relative_to(course.root)}.")
    hints.unit_hints.cache_clear()
