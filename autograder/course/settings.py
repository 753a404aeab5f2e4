"""What this course is: the settings in course.toml beside the package, checked when they are read."""

from __future__ import annotations

import importlib.metadata
import re
import sys
import tomllib
from dataclasses import dataclass
from functools import lru_cache
from importlib.machinery import PathFinder
from pathlib import Path

from autograder.course.verdicts import CourseError

PACKAGE = Path(__file__).resolve().parents[1]
FILE = "course.toml"
DISTRIBUTION = "first-principles-autograder"  # as pip knows it; Python knows it as PACKAGE.name
KEYS = {"name": str, "bundle": str, "units": str,
        "answers": {"packages": list}, "data": {"modules": list, "requires": list}}
OPTIONAL = {"book": str}
SORTS = {str: "a text", list: "a list of texts", dict: "a table"}


@dataclass(frozen=True)
class CourseSettings:
    """The settings of one course.

    name: its title. bundle: what the student's copy is called, as a file name. units: the pattern of a unit's name.
    packages: what answers may import. data_modules: modules that fetch data and that no check needs; data_requires:
    what those need, as requirements of pip. book: the address of the published book, without a slash at its end, ""
    where it is published nowhere.
    """

    name: str
    bundle: str
    units: re.Pattern[str]
    packages: tuple[str, ...]
    data_modules: tuple[str, ...]
    data_requires: tuple[str, ...]
    book: str = ""

    def is_unit(self, name: str) -> bool:
        """Return whether a unit can be called like this."""
        return self.units.fullmatch(name) is not None


@lru_cache
def course_settings() -> CourseSettings:
    """Return the settings of the course that this package belongs to. Raises CourseError with the line."""
    return read_settings(PACKAGE.parent / FILE)


def read_settings(path: Path) -> CourseSettings:
    """Return the settings in a file; raise CourseError with file and line where they are not as they must be."""
    try:
        text = path.read_text(encoding="utf-8")
        data = tomllib.loads(text)
    except OSError as error:
        raise CourseError(f"the settings of the course cannot be read ({error.strerror}).", str(path),
                          "Run it as `python -m autograder` in its course folder, or install that folder: "
                          "pip install -e FOLDER") from None
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise CourseError(f"this is not TOML: {error}.", str(path)) from None
    require(dict.fromkeys(OPTIONAL, "") | data, KEYS | OPTIONAL, path, text)
    try:
        units = re.compile(data["units"])
    except re.error as error:
        raise CourseError(f"`units` is no regular expression: {error}.", place(path, text, "units")) from None
    if not re.fullmatch(r"[\w.-]+", data["bundle"]):
        raise CourseError("`bundle` is no file name: letters, digits, dots and dashes.", place(path, text, "bundle"))
    book = data.get("book", "").rstrip("/")
    if book and not re.fullmatch(r"https?://[^\s\"'<>]+", book):
        raise CourseError("`book` is no address: https://, a host, and the folder of index.html.",
                          place(path, text, "book"))
    return CourseSettings(data["name"], data["bundle"], units, tuple(data["answers"]["packages"]),
                          tuple(data["data"]["modules"]), tuple(data["data"]["requires"]), book)


def require(data: dict, keys: dict, path: Path, text: str) -> None:
    """Raise CourseError unless the table has these keys and no others, each of its sort."""
    for key in data.keys() - keys.keys():
        raise CourseError(f"`{key}` is no setting of a course.", place(path, text, key),
                          f"There are {', '.join(keys)}.")
    for key, sort in keys.items():
        if key not in data:
            raise CourseError(f"the setting `{key}` is missing.", str(path))
        kind = dict if isinstance(sort, dict) else sort
        value = data[key]
        if not isinstance(value, kind) or (kind is list and not all(isinstance(item, str) for item in value)):
            raise CourseError(f"`{key}` must be {SORTS[kind]}.", place(path, text, key))
        if kind is dict:
            require(value, sort, path, text)


def place(path: Path, text: str, key: str) -> str:
    """Return file and line of a key."""
    lines = text.splitlines()
    number = next((number for number, line in enumerate(lines, 1) if re.match(rf"\s*\[?{re.escape(key)}\b", line)), 1)
    return f"{path}, line {number}"


def version() -> str:
    """Return the version of the package as it is installed, "unknown" where it runs from a bare folder."""
    try:
        return importlib.metadata.version(DISTRIBUTION)
    except importlib.metadata.PackageNotFoundError:
        return "unknown"


def course_of_a_bare_package(start: Path) -> Path | None:
    """Return the course at or above a folder if this package is a copy that no course stands beside, else None."""
    if (PACKAGE.parent / FILE).exists():
        return None
    return next((folder for folder in (start.resolve(), *start.resolve().parents)
                 if (folder / FILE).exists() and (folder / PACKAGE.name).is_dir()), None)


def another_package() -> str:
    """Return a sentence where a notebook would import another package called like this one, "" where it would not."""
    here = sys.path and Path(sys.path[0] or ".").resolve() == Path.cwd()  # `python -m` looks here first, a notebook not
    found = PathFinder.find_spec(PACKAGE.name, sys.path[here:])
    origin = Path(found.origin).resolve().parent if found and found.origin else PACKAGE
    if origin == PACKAGE:
        return ""
    return (f"A notebook would import another package called {PACKAGE.name}, the one in {origin}. "
            f"Run `pip uninstall {owner(origin)}`, then `pip install -e {PACKAGE.parent}`.")


def owner(package: Path) -> str:
    """Return what pip calls the distribution that a package in a folder came with, the package's name if none says."""
    found = (metadata.name for metadata in importlib.metadata.distributions(path=[str(package.parent)])
             if any(file.parts[0] == package.name for file in metadata.files or ()))
    return next(found, package.name)
