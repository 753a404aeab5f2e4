"""Which notebook is running: its file, its unit, and whether it is the one that will be handed in."""

from __future__ import annotations

import os
from pathlib import Path

from autograder.course.units import RELEASED, Course
from autograder.course.verdicts import CourseError
from autograder.desk.place import COPY, Desk


def running_file(namespace: dict) -> Path | None:
    """Return the file of the running notebook where its editor says it, VS Code by a name, Jupyter otherwise."""
    place = namespace.get("__vsc_ipynb_file__") or os.environ.get("JPY_SESSION_NAME")
    path = Path(str(place)) if place else None
    return path if path is not None and path.suffix == ".ipynb" and path.is_file() else None


def running_unit(namespace: dict) -> str:
    """Return the unit of the running notebook: by its file, its folder, else by the names that it defines.

    Raises CourseError.
    """
    units = Course.find().units
    session = Path(str(namespace.get("__vsc_ipynb_file__") or os.environ.get("JPY_SESSION_NAME", ""))).stem
    for name in (session, COPY.sub("", session), Path.cwd().name):
        if name in units:
            return name
    counts = {name: sum(exercise.name in namespace for exercise in unit.graded) for name, unit in units.items()}
    best = max(counts, key=counts.get)
    if not counts[best]:
        raise CourseError("it is not clear which notebook this is.", "check()", 'Name an exercise: check("sse").')
    return best


def copy_notes(desk: Desk, unit: str, namespace: dict) -> list[str]:
    """Return a sentence where the running notebook is a copy that will not be handed in, in a student's own course."""
    path, own = running_file(namespace), desk.path(unit)
    if path is None or not RELEASED.is_dir() or not own.is_file() or path.samefile(own):
        return []
    return [f"This notebook is a copy, {path.name}: what is handed in is {desk.shown(own)}. Put your answers there."]
