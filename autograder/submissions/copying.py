"""The taken notebooks in nbgrader's layout: where they are, or copied into a folder of their own."""

from __future__ import annotations

import atexit
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from autograder.course.verdicts import CourseError
from autograder.submissions.files import Rejected, opened_folder
from autograder.submissions.submission import TIMESTAMP, read_timestamp
from autograder.submissions.systems import FOLDER

COPIED_BYTES = 8 << 30  # of all notebooks that are copied


@dataclass(frozen=True)
class Entry:
    """One submission: open it with open_submission(path, unit, student). The timestamp is in UTC.

    refusal: why there is nothing to open; "" if there is. time_problem: what its timestamp.txt held instead of a time.
    """

    student: str
    unit: str
    path: Path
    timestamp: datetime | None = None
    refusal: str = ""
    time_problem: str = ""


def folder_for(chosen: list, source: Path, into: Path | None) -> Path:
    """Return the folder of the submissions: the source if all are in nbgrader's layout there, else another."""
    if source.is_dir() and all(in_place(candidate) for candidate in chosen):
        return source
    return Path(into or private_folder())


def in_place(candidate) -> bool:
    """Return whether a notebook can stay where it is: STUDENT/UNIT/ANY.ipynb, and in no repository."""
    name = candidate.file.name
    return (candidate.place.system == FOLDER.name and not candidate.file.inner and name.endswith(".ipynb")
            and name.rpartition("/")[0] == f"{candidate.student}/{candidate.place.unit}")


def private_folder() -> str:
    """Return a new folder that nobody else can read and that is removed when the program ends."""
    folder = tempfile.mkdtemp(prefix="collected-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


def entries(chosen: list, source: Path, folder: Path, times: dict[tuple[str, str], str]) -> Iterator[Entry]:
    """Yield the entries; unless everything is in nbgrader's layout already, it is copied to `folder`."""
    copied = 0
    for candidate in chosen:
        student, place = candidate.student, candidate.place
        path = (source / candidate.file.name).with_name(f"{place.unit}.ipynb")
        if folder != source:
            path = folder / student / place.unit / f"{place.unit}.ipynb"
            try:
                content = candidate.file.read()
            except (Rejected, OSError) as error:
                yield Entry(student, place.unit, path, refusal=str(error))
                continue
            copied += len(content)
            if copied > COPIED_BYTES:
                raise CourseError(f"the notebooks have more than {COPIED_BYTES >> 30} GiB together.", str(source))
            copy(content, path, times.get(time_key(place)))
        yield timed(Entry(student, place.unit, path))


def time_key(place) -> tuple[str, str]:
    """Return under which key the time of a notebook stands; a timestamp.txt in a repository is its student's own."""
    if place.system == "Gradescope":
        return place.person, ""
    return (place.person, place.unit) if place.system == FOLDER.name else ("", "")


def copy(content: bytes, path: Path, timestamp: str | None) -> None:
    """Write a notebook and its time in nbgrader's way; without a time, the one of an earlier collection goes."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    if timestamp:
        path.with_name(TIMESTAMP).write_text(timestamp, encoding="utf-8")
    else:
        path.with_name(TIMESTAMP).unlink(missing_ok=True)


def timed(entry: Entry) -> Entry:
    """Return the entry with the time in the timestamp.txt beside its notebook, if there is one and it can be read."""
    problems: list[str] = []
    try:
        with opened_folder(entry.path.parent) as descriptor:
            time = read_timestamp(descriptor, problems)
    except OSError:
        return entry
    return Entry(entry.student, entry.unit, entry.path, time, time_problem="".join(problems))
