"""`autograder new-course`, `new-unit` and `new-exercise`: skeletons, and what to write in them first."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import click

from autograder.authoring import skeleton
from autograder.authoring.author import full_name
from autograder.course.settings import FILE, PACKAGE, course_settings, read_settings
from autograder.course.units import Course
from autograder.course.verdicts import CourseError

# What a course needs beside its content: the engine that grades it, and how it is set up.
ENGINE = ("Makefile", "pyproject.toml", "requirements.txt", "nbgrader_config.py", ".gitignore", ".ci/run",
          "book/_ext/building/*.py", "book/_ext/page/notebooks.py")
RULES = "tests/units/test_course_rules.py"
FIRST_UNIT, FIRST_EXERCISE = "u01_first", "first"


@click.command("new-course", epilog="\b\nExample:\n  autograder new-course ../statistics --name 'Statistics by hand'")
@click.argument("folder", type=click.Path(file_okay=False))
@click.option("--name", default="", help="The course's title (default: the name of the folder).")
def new_course(folder, name):
    """Make a course of your own in FOLDER: this engine, without this course's content, and a first unit to write."""
    if not folder:
        raise CourseError("a new course needs a folder, and none was named.",
                          fix="For example: autograder new-course ../statistics")
    folder = Path(folder)
    require_empty(folder)
    name = name.strip() or re.sub(r"[\W_]+", " ", folder.resolve().name).strip().capitalize()
    require_title(name)
    words = {"name": name, "bundle": re.sub(r"\W+", "-", name.lower()).strip("-") or "course"}
    try:
        copy_engine(PACKAGE.parent, folder)
    except OSError as error:
        raise CourseError(f"this course cannot be written ({error.strerror or 'its files cannot be copied'}).",
                          str(error.filename or folder), "Choose another folder.") from None
    for path in sorted((skeleton.FOLDER / "course").rglob("*")):
        if path.is_file():
            place = path.relative_to(skeleton.FOLDER)
            target = folder / place.relative_to("course")
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(skeleton.filled(place.as_posix(), **words), encoding="utf-8", newline="\n")
    skeleton.write_unit(folder, read_settings(folder / FILE), FIRST_UNIT, FIRST_EXERCISE)
    click.echo(f"{folder} holds the course {name!r} with a unit {FIRST_UNIT} to write.\n"
               f"Next: cd {folder} && make demo, then .venv/bin/autograder author {FIRST_UNIT}")


def require_empty(folder: Path) -> None:
    """Raise CourseError unless a new course can stand in this folder."""
    if folder.is_dir() and any(folder.iterdir()):
        raise CourseError("this folder is not empty.", str(folder), "Choose a new one.")
    if folder.resolve().is_relative_to(PACKAGE):
        raise CourseError("this folder is inside the package that a new course copies.", str(folder),
                          f"Choose one outside {PACKAGE}.")


def require_title(name: str) -> None:
    """Raise CourseError unless a course can be called like this: its settings and its book quote the title."""
    if not name.isprintable() or not re.search(r"\w", name) or set('"\\') & set(name):
        raise CourseError(f"{name!r} is no title of a course.",
                          fix='Give one with --name: a line with letters, without " and \\.')


def copy_engine(root: Path, folder: Path) -> None:
    """Copy the package without its units, and the files that set a course up; raise CourseError if one is missing."""
    ignore = shutil.ignore_patterns("__pycache__", "released", "u[0-9]*_*")
    shutil.copytree(PACKAGE, folder / "autograder", ignore=lambda place, names: {
        *ignore(place, names), *(name for name in names if Path(place).name == "units" and name != "__init__.py")})
    for pattern in (*ENGINE, RULES):
        paths = sorted(root.glob(pattern))
        if not paths:
            raise CourseError("a file that every course needs is missing.", str(root / pattern),
                              "Make a new course from the instructor's copy of a course.")
        for path in paths:
            target = folder / (f"tests/{path.name}" if pattern == RULES else path.relative_to(root))
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(path, target)


@click.command("new-unit", epilog="\b\nExample:\n  autograder new-unit u11_name --exercise first_step")
@click.argument("unit")
@click.option("--exercise", default="", help="The first exercise (default: the unit's name without its number).")
def new_unit(unit, exercise):
    """Write the skeleton of a UNIT: chapter, solution, checks and a misconception, each saying what to write."""
    course = Course.find()
    exercise = exercise or unit.partition("_")[2] or unit
    require_new(course, exercise)
    say(course, skeleton.write_unit(course.root, course_settings(), unit, exercise), unit)


@click.command("new-exercise", epilog="\b\nExample:\n  autograder new-exercise u03_optimizers decay")
@click.argument("unit")
@click.argument("name")
def new_exercise(unit, name):
    """Add the skeleton of an exercise called NAME to a UNIT (its name, or the first word of it)."""
    course = Course.find()
    require_new(course, name)
    unit = full_name(course, unit)
    say(course, skeleton.write_exercise(course.root, unit, name), unit)


def require_new(course: Course, name: str) -> None:
    """Raise CourseError if there is an exercise of this name."""
    if name in {exercise.name for unit in course.units.values() for exercise in unit.exercises}:
        raise CourseError(f"there is an exercise {name!r} already.", fix="A name is used once in a course.")


def say(course: Course, paths: list[str], unit: str) -> None:
    """Say into which course what was written, and what comes next."""
    click.echo("\n".join([f"In {course.root} ({course_settings().name}):", *(f"Wrote {path}" for path in paths),
                          f"Next: autograder author {unit}"]))
