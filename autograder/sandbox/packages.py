"""The packages that a course allows besides NumPy: found as they are installed here, to be copied for the sandbox.

What an answer may import at home must be there when it is graded, or the course must say before that it is not.
"""

from __future__ import annotations

import importlib.metadata as metadata
import shutil
import sys
from collections.abc import Iterable
from pathlib import Path

from packaging.requirements import Requirement

from autograder.checking.cells import SHOWING
from autograder.course.settings import FILE
from autograder.course.verdicts import CourseError

ALWAYS = {"numpy"}  # the worker itself needs it


def besides(packages: Iterable[str]) -> tuple[str, ...]:
    """Return those of the allowed packages that have to be brought: not NumPy, Python's own, or a stand-in."""
    there = ALWAYS | SHOWING | sys.stdlib_module_names
    return tuple(name for name in dict.fromkeys(packages) if name not in there)


def installed(packages: Iterable[str]) -> list[metadata.Distribution]:
    """Return the installed distributions of some packages with all that they require. Raises CourseError."""
    names, found = list(packages), {}
    brings = metadata.packages_distributions() if names else {}
    for name in names:
        if name not in brings:
            raise CourseError(f"`packages` allows {name}, which is not installed here: no answer that uses it could be "
                              "graded.", FILE, f"Run `pip install {name}`, or take it out.")
    waiting = [distribution for name in names for distribution in brings[name]]
    while waiting:
        distribution = metadata.distribution(waiting.pop())
        if distribution.name.lower() in found or distribution.name.lower() in ALWAYS:
            continue
        found[distribution.name.lower()] = distribution
        for requirement in map(Requirement, distribution.requires or ()):
            if requirement.marker is None or requirement.marker.evaluate({"extra": ""}):
                waiting.append(requirement.name)
    return list(found.values())


def copy(distributions: Iterable[metadata.Distribution], target: Path, ignore) -> None:
    """Copy the files of some distributions. ignore: what shutil.copytree takes."""
    for distribution in distributions:
        for name in sorted({file.parts[0] for file in distribution.files or () if file.parts[0] != ".."}):
            source = Path(distribution.locate_file(name))
            if source.is_dir():
                shutil.copytree(source, target / name, ignore=ignore, dirs_exist_ok=True)
            elif source.is_file():
                shutil.copy2(source, target / name)
