"""The files of a source that an instructor has, each with its name from there and a way to read it.

No link is followed, and a member of a zip is read only when it is asked for, up to its limit. Zips inside the source
are looked into; a zip inside such a zip is not.
"""

from __future__ import annotations

import os
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from autograder.course.text import cause
from autograder.course.verdicts import CourseError
from autograder.submissions.files import Rejected, opened_folder, read_bytes
from autograder.submissions.names import is_notebook, is_zip
from autograder.submissions.zips import ZIP_ERRORS, members, opened_again

DEPTH = 32              # folders below the source that are looked into


@dataclass(frozen=True)
class File:
    """One file of the source: its name from there, and how to read it.

    inner: its name inside the zip `name`, which its student chose. problem: why nobody may read it.
    empty: it is a folder with nothing in it.
    """

    name: str
    read: Callable[[], bytes]
    inner: str = ""
    problem: str = ""
    empty: bool = False

    @property
    def path(self) -> str:
        """Its whole name."""
        return f"{self.name}/{self.inner}" if self.inner else self.name

    @property
    def is_notebook(self) -> bool:
        """Whether it is called like a notebook."""
        return is_notebook(self.path)


def files_of(source: Path) -> tuple[list[File], Callable[[], None]]:
    """Return the files of a source, with those inside its zips, and what closes it. Raises CourseError."""
    close = bool  # nothing to close
    if source.is_dir():
        files = list(folder_files(source))
    elif not source.exists():
        raise CourseError("there is no such folder or file.", str(source), "Name the folder of submissions, or a zip.")
    elif is_notebook(source.name):
        files = [File(source.name, lambda: read_file(source))]
    else:
        try:
            archive = zipfile.ZipFile(source)
        except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
            raise CourseError(f"this is no folder, no notebook and no zip ({cause(error)}).", str(source)) from None
        files, close = zip_files(archive, source), archive.close
    return [inner for file in files for inner in with_members(file)], close


def read_file(path: Path) -> bytes:
    """Return the content of one file. Raises Rejected or OSError."""
    with opened_folder(path.parent) as descriptor:
        return read_bytes(path.name, descriptor)


def folder_files(source: Path, below: str = "", depth: int = 1) -> Iterator[File]:
    """Yield the files below a folder, and its empty folders; links to folders are not followed."""
    try:
        items = sorted(os.scandir(source / below), key=lambda item: item.name)
    except OSError as error:
        if not below:
            raise CourseError(f"the folder cannot be read: {cause(error)}.", str(source)) from None
        yield File(below.rstrip("/"), bytes, problem=f"the folder cannot be read: {cause(error)}")
        return
    if not items and below:
        yield File(below.rstrip("/"), bytes, empty=True)
    for item in items:
        name = f"{below}{item.name}"
        file = File(name, lambda path=source / name: read_file(path))
        if item.is_symlink() and not is_notebook(item.name):
            yield replace(file, problem="a link; put the files themselves here")
        elif not item.is_dir(follow_symlinks=False):
            yield file
        elif depth < DEPTH:
            yield from folder_files(source, f"{name}/", depth + 1)
        else:
            yield replace(file, problem=f"a folder more than {DEPTH} folders deep")


def zip_files(archive: zipfile.ZipFile, source: Path) -> list[File]:
    """Return the files of the zip that is the source. Raises CourseError if there are too many."""
    try:
        inside = members(lambda: archive)
        return [File(name, read, problem=problem, empty=empty) for name, read, problem, empty in inside]
    except Rejected as error:
        raise CourseError(f"{error.message}.", str(source)) from None


def with_members(file: File) -> Iterator[File]:
    """Yield a file, and after a zip its members; a zip that cannot be opened has its problem.

    Whoever handed in a zip chose every name in it, and the time in it.
    """
    if not is_zip(file.name) or file.problem or file.empty or is_notebook(file.name):
        yield file
        return
    try:
        inside = members(partial(opened_again, file.read))
    except (Rejected, *ZIP_ERRORS) as error:
        yield replace(file, problem=getattr(error, "message", "") or f"it cannot be read: {cause(error)}")
        return
    yield file
    for name, read, problem, empty in inside:
        yield File(file.name, read, name, problem, empty)
