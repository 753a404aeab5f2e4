"""Skeletons of units and exercises: files that say, place by place, what to write next."""

from __future__ import annotations

import builtins
import keyword
import re
from functools import lru_cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from autograder.authoring.rules import TAKEN
from autograder.authoring.under_test import PARTS, parts
from autograder.course.settings import CourseSettings
from autograder.course.verdicts import CourseError

FOLDER = Path(__file__).with_name("skeletons")
TOC = "book/_toc.yml"


def write_unit(root: Path, settings: CourseSettings, unit: str, exercise: str) -> list[str]:
    """Write the skeleton of a unit with its first exercise below `root`; return the files, as paths from there."""
    if not settings.is_unit(unit):
        raise CourseError(f"{unit!r} is no name of a unit.", "course.toml",
                          f"Names of units follow the pattern {settings.units.pattern}.")
    twins = [path.stem for path in (root / "solutions").glob("*.py")
             if path.stem.partition("_")[0] == unit.partition("_")[0] != unit != path.stem]
    if twins or not unit.isascii():
        raise CourseError(f"{unit!r} cannot be told from {twins[0]!r} by its first word." if twins
                          else f"{unit!r} has letters that are not a to z.", "solutions", "Choose another name.")
    there = [path for path in parts(unit) if (root / path).exists()]
    if there:
        raise CourseError(f"this unit is there already ({', '.join(there)}).", str(root),
                          "Choose another name, or add an exercise with `autograder new-exercise`.")
    require_exercise(exercise)
    words = {"unit": unit, "title": title_of(unit)}
    for part, place in PARTS.items():
        target = root / place.format(unit)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(filled(f"{part}_head.jinja", **words), encoding="utf-8", newline="\n")
    (root / "autograder" / "units" / unit / "__init__.py").touch()
    with (root / TOC).open("a", encoding="utf-8") as toc:
        toc.write(chapter_line(root, unit))
    return [*write_exercise(root, unit, exercise), TOC]


def write_exercise(root: Path, unit: str, exercise: str) -> list[str]:
    """Add the skeleton of an exercise to the files of a unit; return them, as paths from `root`."""
    require_exercise(exercise)
    missing = [path for path in parts(unit) if not (root / path).exists()]
    if missing:
        raise CourseError(f"these files of the unit are missing: {', '.join(missing)}.", str(root),
                          "Make the unit with `autograder new-unit` first.")
    if f'grade_id="{exercise}"' in (root / PARTS["solution"].format(unit)).read_text(encoding="utf-8"):
        raise CourseError(f"there is an exercise {exercise!r} already.", PARTS["solution"].format(unit))
    for part, place in PARTS.items():
        text = filled(f"{part}_exercise.jinja", unit=unit, exercise=exercise, anchor=exercise.lower())
        with (root / place.format(unit)).open("a", encoding="utf-8", newline="\n") as target:
            target.write(text)
    return parts(unit)


def require_exercise(name: str) -> None:
    """Raise CourseError unless an exercise can be called like this: it is the name of a function or class."""
    if not re.fullmatch(r"[A-Za-z]\w*", name, re.ASCII) or keyword.iskeyword(name):
        raise CourseError(f"{name!r} is no name of an exercise: it is the function or class that students define.",
                          fix="Use the letters a to z, digits and _.")
    if name in TAKEN or hasattr(builtins, name):
        raise CourseError(f"{name!r} means something else in a notebook already.", fix="Choose another name.")


def title_of(unit: str) -> str:
    """Return a first title of a unit: "u03_two_steps" is "Unit 3: two steps"."""
    number, _, words = unit.partition("_")
    digits = re.sub(r"\D", "", number)
    return f"Unit {int(digits)}: {words.replace('_', ' ')}" if digits else unit.replace("_", " ")


def chapter_line(root: Path, unit: str) -> str:
    """Return the line of a new chapter at the end of the book's table of contents, indented as the last one."""
    last = re.findall(r"^( *)- file: ", (root / TOC).read_text(encoding="utf-8"), re.MULTILINE)
    return f"{last[-1] if last else '  '}- file: {unit}\n"


def filled(template: str, **words) -> str:
    """Return the text of a skeleton."""
    return environment().get_template(template).render(words)


@lru_cache
def environment() -> Environment:
    """Return the Jinja environment of the skeletons; a missing word is an error."""
    return Environment(loader=FileSystemLoader(FOLDER), undefined=StrictUndefined, keep_trailing_newline=True)
