"""The files of a source that an instructor has, each with its name from there and a way to read it.

No link is followed, and a member of a zip is read only when it is asked for, up to its limit.
"""

from __future__ import annotations

import io
import os
import stat
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from autograder.course.verdicts import CourseError
from autograder.submissions.files import FILE_BYTES, Rejected, opened_folder, read_bytes

DEPTH = 4              # folders below the source that are looked into
NAME_CHARACTERS = 1000  # of one file in a zip, folders included
MEMBERS = 200_000      # of one zip
KINDS = (".ipynb", ".zip")  # a notebook, or the zip in which `autograder submit` packs one
QUIET = frozenset(["__MACOSX", "Thumbs.db", "desktop.ini"])


@dataclass(frozen=True)
class File:
    """One file of the source: its name from there, and how to read it."""

    name: str
    read: Callable[[], bytes]


def files_of(source: Path, left: list) -> tuple[list[File], set[str], Callable[[], None]]:
    """Return the files of a source, the names of its folders, and what closes it. Raises CourseError."""
    folders: set[str] = set()
    if source.is_dir():
        return list(folder_files(source, left, folders)), folders, lambda: None
    if not source.exists():
        raise CourseError("there is no such folder or file.", str(source), "Name the folder of submissions, or a zip.")
    if source.suffix == ".ipynb":
        return [File(source.name, lambda: read_file(source))], folders, lambda: None
    try:
        archive = zipfile.ZipFile(source)
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        raise CourseError(f"this is no folder, no notebook and no zip ({error}).", str(source)) from None
    files = list(zip_files(archive, source, left))
    folders.update(parent.as_posix() for file in files for parent in PurePosixPath(file.name).parents[:-1])
    return files, folders, archive.close


def read_file(path: Path) -> bytes:
    """Return the content of one file. Raises Rejected or OSError."""
    with opened_folder(path.parent) as descriptor:
        return read_bytes(path.name, descriptor)


def folder_files(source: Path, left: list, folders: set[str], below: str = "", depth: int = 1) -> Iterator[File]:
    """Yield the files below a folder; links to folders are left, hidden files are nobody's business."""
    for item in sorted(os.scandir(source / below), key=lambda item: item.name):
        name = f"{below}{item.name}"
        if is_hidden(item.name) or item.name in QUIET:
            continue
        if item.is_symlink() and not item.name.endswith(".ipynb"):
            left.append((source / name, "a link; put the files themselves here"))
        elif item.is_dir(follow_symlinks=False) and not item.name.endswith(".ipynb"):
            folders.add(name)
            if depth < DEPTH:
                yield from folder_files(source, left, folders, f"{name}/", depth + 1)
        else:
            yield File(name, lambda path=source / name: read_file(path))


def zip_files(archive: zipfile.ZipFile, source: Path, left: list) -> Iterator[File]:
    """Yield the files of a zip whose names and kinds are safe."""
    if len(archive.infolist()) > MEMBERS:
        raise CourseError(f"the zip has more than {MEMBERS} files.", str(source))
    for info in archive.infolist():
        if info.is_dir() or is_nobodys(info.filename):
            continue
        problem = zip_problem(info)
        if problem:
            left.append((source / info.filename.replace("\0", " ").lstrip("/"), problem))
        else:
            yield File(info.filename, lambda info=info: read_member(archive, info))


def is_nobodys(name: str) -> bool:
    """Return whether a file in a zip is hidden or of a system: nobody handed it in."""
    return any(is_hidden(part) or part in QUIET for part in name.split("/"))


def is_hidden(part: str) -> bool:
    """Return whether a part of a name hides a file, rather than leading out of its folder."""
    return part.startswith(".") and not part.startswith("..")


def zip_problem(info: zipfile.ZipInfo) -> str:
    """Return why a member of a zip is not unpacked, or nothing."""
    parts = info.filename.split("/")
    if len(info.filename) > NAME_CHARACTERS:
        return f"its name is longer than {NAME_CHARACTERS} characters"
    if info.filename != info.orig_filename or "" in parts or ".." in parts or "\\" in info.filename or ":" in parts[0]:
        return "its name leads out of the zip"
    kind = stat.S_IFMT(info.external_attr >> 16)
    if kind not in (0, stat.S_IFREG):
        return "a link or special file"
    if info.flag_bits & 1:
        return "encrypted"
    return "" if info.file_size <= FILE_BYTES else f"unpacks to more than {FILE_BYTES >> 20} MiB"


def read_member(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> bytes:
    """Return the content of one member, whatever size it claims. Raises Rejected."""
    try:
        with archive.open(info) as member:
            content = member.read(FILE_BYTES + 1)
    except Exception as error:  # zipfile and its decompressors raise whatever a damaged member makes them
        raise Rejected("unreadable", f"the zip is damaged here ({type(error).__name__})") from None
    if len(content) > FILE_BYTES:
        raise Rejected("too-large", f"unpacks to more than {FILE_BYTES >> 20} MiB")
    return content


def read_notebook(file: File) -> bytes:
    """Return the content of a notebook, or of the only notebook in a zip. Raises Rejected or OSError.

    The time in such a zip is its student's, so the course system's time or none counts.
    """
    content = file.read()
    if not file.name.endswith(".zip"):
        return content
    try:
        archive = zipfile.ZipFile(io.BytesIO(content))
    except Exception as error:  # as in read_member
        raise Rejected("unreadable", f"it is no zip, or a damaged one ({type(error).__name__})") from None
    names = [info for info in archive.infolist()
             if info.filename.endswith(".ipynb") and not is_nobodys(info.filename)]
    if len(names) != 1:
        raise Rejected("unreadable", f"there are {len(names)} notebooks in this zip; there should be one")
    problem = zip_problem(names[0])
    if problem:
        raise Rejected("unreadable", problem)
    return read_member(archive, names[0])
