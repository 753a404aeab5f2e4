"""`autograder author UNIT`, after every change: builds what changed and names what is not right yet."""

from __future__ import annotations

import traceback
from collections.abc import Iterator
from contextlib import contextmanager

import click

from autograder.authoring import fingerprints, notebooks, rules
from autograder.authoring.under_test import UnitUnderTest, is_text, parts
from autograder.checking import hints
from autograder.course.units import Course, unit_paths
from autograder.course.verdicts import CourseError


@click.command(epilog="\b\nExample:\n  autograder author UNIT")
@click.argument("units", metavar="UNIT...", nargs=-1, required=True)
def author(units):
    """Build what changed in a UNIT, and say which rule of the authors' guide is broken."""
    course = Course.find()
    problems = []
    for unit in (full_name(course, words) for words in units):
        with told(course, unit):
            problems += unit_problems(course, unit)
    problems += rules.course_problems(course)
    for problem in problems:
        click.echo(problem)
    if problems:
        raise CourseError(f"{len(problems)} thing{'s' * (len(problems) != 1)} to do.",
                          fix="Run the same command again after each change.")
    click.echo("Every rule holds.")


def full_name(course: Course, words: str) -> str:
    """Return the unit that is meant: by its name, its first word, or its file. Raises CourseError with all units."""
    known = [path.stem for path in unit_paths(course.root / "solutions", ".py")]
    asked = words.removesuffix(".py").rpartition("/")[2]
    meant = [name for name in known if asked in (name, name.partition("_")[0])]
    if len(meant) != 1:
        raise CourseError(f"{words!r} is {'more than one unit' if meant else 'no unit'}.", "solutions",
                          f"Units are {', '.join(meant or known) or 'called as `units` in course.toml says'}.")
    return meant[0]


@contextmanager
def told(course: Course, unit: str) -> Iterator[None]:
    """Turn what an author's file raises into one line with the file and the line of it."""
    try:
        yield
    except (CourseError, KeyboardInterrupt):
        raise
    except UnicodeDecodeError:
        wrong = next(part for part in parts(unit) if not is_text(course.root / part))
        raise CourseError("this file is not UTF-8.", wrong, "Save it as UTF-8.") from None
    except Exception as error:
        frames = [frame for frame in traceback.extract_tb(error.__traceback__) if unit in frame.filename]
        file, line = (frames[-1].filename, frames[-1].lineno) if frames else (f"solutions/{unit}.py", None)
        if isinstance(error, SyntaxError) and error.filename:
            file, line = error.filename, error.lineno
        where = file.removeprefix(f"{course.root}/") + (f", line {line}" if line else "")
        what = str(error.args[0] if isinstance(error, SyntaxError) else error).strip().partition("\n")[0]
        raise CourseError(f"{type(error).__name__}: {what}.", where) from None


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
    under_test = UnitUnderTest(course, course.unit(unit))
    broken = list(broken_rules(under_test, rules.STRUCTURE))
    if not broken:
        build_hints(under_test)
        # What follows from a broken rule would hide it: a check that no mistake fails, a mistake without a trace.
        broken = next(filter(None, (list(broken_rules(under_test, [rule])) for rule in rules.RULES)), [])
    yield from broken


def broken_rules(unit: UnitUnderTest, some) -> Iterator[str]:
    """Yield a line for each broken rule: the rule, and what breaks it."""
    for rule in some:
        yield from (f"{rules.sentence(rule)}\n    But {problem}." for problem in rule(unit))


def build_hints(unit: UnitUnderTest) -> None:
    """Make the file of hints again where the misconceptions or checks have changed."""
    name = unit.unit.name
    if not fingerprints.up_to_date(name, unit.hints_text):
        fingerprints.write(name, unit.hints_text)
        click.echo(f"Built {hints.hints_file(name).relative_to(unit.course.root)}.")
    hints.unit_hints.cache_clear()
