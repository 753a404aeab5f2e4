"""The output folder of a batch: ours or nobody's, and files that are whole whenever somebody looks."""

from __future__ import annotations

import json
import os
from pathlib import Path

from autograder.course.units import Course
from autograder.course.verdicts import CourseError

PREPARED = {"class.toml", ".lock"}  # what may lie in a folder before its first run


def write(path: Path, text: str) -> None:
    """Write a file by one rename: a reader, or the next run, sees the old text or the new one."""
    draft = path.with_name(path.name + ".new")
    draft.write_text(text, encoding="utf-8", errors="backslashreplace", newline="\n")
    draft.replace(path)


def write_private(path: Path, text: str) -> None:
    """Write a file that its owner alone can read, from the first byte on."""
    draft = path.with_name(path.name + ".new")
    draft.unlink(missing_ok=True)
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        file.write(text)
    draft.replace(path)


def claim(folder: Path, course: Course) -> None:
    """Mark `folder` as holding results of this course; raise CourseError if it holds something else."""
    marker = folder / "course.json"
    if marker.exists():
        units = json.loads(marker.read_text(encoding="utf-8"))["units"]
        if not set(units) & set(course.units):
            raise CourseError(f"this folder holds another course (units {', '.join(units)}).", str(folder),
                              "Choose another --output.")
    elif folder.exists() and any(path.name not in PREPARED for path in folder.iterdir()):
        raise CourseError("this folder is not empty, and it was not made by `autograder grade`.", str(folder),
                          "Choose another --output.")
    folder.mkdir(parents=True, exist_ok=True)
    write(marker, json.dumps({"units": list(course.units)}) + "\n")


def cannot_write(error: Exception, folder: Path) -> CourseError:
    """Return what to tell when a result could not be written."""
    return CourseError(f"the results cannot be written: {first_line(getattr(error, 'orig', error))}.", str(folder),
                       "Mend that and run the same command again: what is graded stays graded.")


def first_line(error: BaseException) -> str:
    """Return the first line of an exception's text, or its type."""
    return (str(error).strip().splitlines() or [type(error).__name__])[0].rstrip(".")


def batch_secret(folder: Path) -> bytes:
    """Return the 128-bit secret that seeds this batch's random inputs: made once, kept for regrades."""
    path = folder / ".batch-secret"
    if not path.exists():
        write(path, os.urandom(16).hex())
        path.chmod(0o600)
    return bytes.fromhex(path.read_text().strip())
