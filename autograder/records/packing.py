"""Feedback as course systems take it back in bulk: a zip whose names they gave to the hand-ins themselves."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable
from pathlib import Path, PurePosixPath

from autograder.records.output import write_bytes

# Moodle splits a folder's name at "_": name, number of the participant, assignsubmission, file, rest.
MOODLE = re.compile(r"[^/]*_\d+_assignsubmission_[^/_]+_?")
# Canvas looks for the first two numbers between "_": the user and the file that is answered.
CANVAS = re.compile(r"[^/_]+_(?:LATE_|late_)?\d+_\d+_[^/]+")


def moodle_name(student: str, unit: str, origin: str) -> str | None:
    """Return the name under which Moodle gives a page to its student; None if the hand-in did not come from there."""
    folder = next(filter(MOODLE.fullmatch, PurePosixPath(origin).parts), None)
    return folder and f"{folder.rstrip('_')}_/{unit}.html"


def canvas_name(student: str, unit: str, origin: str) -> str | None:
    """Return the name under which Canvas gives a page to its student; None if the hand-in did not come from there."""
    name = next(filter(CANVAS.fullmatch, reversed(PurePosixPath(origin).parts)), None)
    return name and f"{PurePosixPath(name).stem}.html"


def folder_name(student: str, unit: str, origin: str) -> str:
    """Return a page's name in a folder for each student."""
    return f"{student}/{unit}.html"


NAMES: dict[str, Callable[[str, str, str], str | None]] = {
    "moodle": moodle_name, "canvas": canvas_name, "folder": folder_name}


def pack(folder: Path, system: str, unit: str, pages: dict[str, Path], origins: dict) -> tuple[Path, dict[str, str]]:
    """Write OUT/handout/UNIT-SYSTEM.zip with the pages of a unit; return it, and student -> why a page is not in it.

    pages: student -> page. origins: (student, unit) -> what the hand-in was called.
    """
    target, without, taken = folder / "handout" / f"{unit}-{system}.zip", {}, {}
    target.parent.mkdir(exist_ok=True)
    with write_bytes(target) as file, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for student, page in sorted(pages.items()):
            name = NAMES[system](student, unit, origins.get((student, unit), ""))
            if name is None:
                without[student] = f"the hand-in did not come from {system.title()}"
            elif name in taken:
                without[student] = f"{system.title()} has one place for this hand-in, and {taken[name]}'s page is there"
            else:
                taken[name] = student
                archive.writestr(zipfile.ZipInfo(name), page.read_bytes(), zipfile.ZIP_DEFLATED)
    return target, without
