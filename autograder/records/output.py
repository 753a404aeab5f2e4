"""The output folder of a batch: ours or nobody's, and files that are whole whenever somebody looks."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from autograder.course.units import Course
from autograder.course.verdicts import CourseError

MARKER, SECRET = "course.json", ".batch-secret"
SECRET_BYTES = 16
PREPARED = {"class.toml", ".lock"}  # what may lie in a folder before its first run


def write(path: Path, text: str) -> None:
    """Write a file by one rename: a reader, or the next run, sees the old text or the new one."""
    draft = path.with_name(path.name + ".new")
    draft.write_text(text, encoding="utf-8", errors="backslashreplace", newline="\n")
    draft.replace(path)


@contextmanager
def write_bytes(path: Path) -> Iterator[BinaryIO]:
    """Give a file to write into; it takes its place by one rename when the block ends well."""
    draft = path.with_name(path.name + ".new")
    with draft.open("wb") as file:
        yield file
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
    marker = folder / MARKER
    if marker.exists():
        try:
            units = json.loads(marker.read_text(encoding="utf-8"))["units"]
        except (ValueError, KeyError, TypeError):
            raise CourseError("it cannot be read.", str(marker),
                              "`autograder doctor FOLDER --repair` writes it again.") from None
        if not set(units) & set(course.units):
            raise CourseError(f"this folder holds another course (units {', '.join(units)}).", str(folder),
                              "Choose another --output.")
    elif folder.exists() and any(path.name not in PREPARED for path in folder.iterdir()):
        raise CourseError("this folder is not empty, and it was not made by `autograder grade`.", str(folder),
                          "Choose another --output.")
    try:
        mark(folder, course)
    except OSError as error:
        raise cannot_write(error, folder) from error


def mark(folder: Path, course: Course) -> None:
    """Write which course the results in `folder` belong to."""
    folder.mkdir(parents=True, exist_ok=True)
    write(folder / MARKER, json.dumps({"units": list(course.units)}) + "\n")


def cannot_write(error: Exception, folder: Path) -> CourseError:
    """Return what to tell when a result could not be written."""
    return CourseError(f"the results cannot be written: {first_line(getattr(error, 'orig', error))}.", str(folder),
                       "Mend that and run the same command again: what is graded stays graded.")


def first_line(error: BaseException) -> str:
    """Return the first line of an exception's text, or its type."""
    return (str(error).strip().splitlines() or [type(error).__name__])[0].rstrip(".")


def batch_secret(folder: Path) -> bytes:
    """Return the 128-bit secret that seeds this batch's random inputs: made once, kept for regrades.

    Raises CourseError where the file holds anything else: an empty secret is one that everybody knows.
    """
    path = folder / SECRET
    if not path.exists():
        write_private(path, os.urandom(SECRET_BYTES).hex())
    try:
        secret = bytes.fromhex(path.read_text(encoding="ascii").strip())
    except ValueError:
        secret = b""
    if len(secret) != SECRET_BYTES:
        raise CourseError("the secret of this batch is damaged.", str(path),
                          "`autograder doctor FOLDER --repair` mends it.")
    return secret
