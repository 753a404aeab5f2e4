"""What an instructor has -> submissions: a folder, a zip of a course system, or single notebooks.

What is in nbgrader's layout stays where it is; everything else is copied into that layout, in a private folder. No
link is followed, and of a zip only the notebooks that are taken are unpacked, one by one. What is left out is
listed with its reason. Names are explained in layouts.py.
"""

from __future__ import annotations

import atexit
import contextlib
import shutil
import tempfile
import unicodedata
from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from difflib import get_close_matches
from pathlib import Path, PurePosixPath

import yaml

from autograder.course.text import one_line
from autograder.course.units import Course
from autograder.course.verdicts import CourseError
from autograder.submissions.files import Rejected, opened_folder
from autograder.submissions.layouts import Place, place_of, require_student, require_unit
from autograder.submissions.sources import KINDS, File, files_of, read_notebook
from autograder.submissions.submission import TIMESTAMP, TIMESTAMP_BYTES, parse_timestamp, read_timestamp

COPIED_BYTES = 8 << 30  # of all notebooks that are copied
METADATA = "submission_metadata.yml"
NOBODYS = (".csv", ".json", ".log", ".md", ".txt", ".yml")  # what instructors keep beside the submissions


@dataclass(frozen=True)
class Entry:
    """One submission: open it with open_submission(path, unit, student). The timestamp is in UTC.

    refusal: why there is nothing to open; "" if there is.
    """

    student: str
    unit: str
    path: Path
    timestamp: datetime | None = None
    refusal: str = ""


@dataclass
class Collected:
    """What was taken, and what was left with the reason. `folder` holds submissions in nbgrader's layout."""

    taken: list[Entry]
    left: list[tuple[Path, str]]
    folder: Path

    def only(self, students: Collection[str]) -> Collected:
        """Return the same without the submissions of unknown students, which are left."""
        known = {unicodedata.normalize("NFC", student): student for student in students}
        taken, left = [], list(self.left)
        for entry in self.taken:
            name = unicodedata.normalize("NFC", entry.student)
            if name in known:
                taken.append(replace(entry, student=known[name]))
            else:
                near = get_close_matches(name, known, n=1)
                hint = f"; did you mean {near[0]}?" if near else ""
                left.append((entry.path, f"{entry.student} is not on the roster{hint}"))
        return replace(self, taken=taken, left=left)


def collect(source: Path, course: Course, units: Collection[str] | None = None, *, into: Path | None = None,
            persons: dict[str, str] | None = None) -> Collected:
    """Return the submissions in `source`; raise CourseError if there is nothing there.

    units: takes these only (else all that have exercises). into: where copies go (else a temporary folder).
    persons: a course system's number or address of a student -> student.
    """
    source = Path(source)
    wanted = [known_unit(unit, course) for unit in units or ()]
    wanted = wanted or [name for name, unit in course.units.items() if unit.exercises]
    left: list[tuple[Path, str]] = []
    files, folders, close = files_of(source, left)
    try:
        owners = gradescope_owners(files)
        found = placed(notebooks_among(files, source, left), source, course, wanted, owners, persons or {}, left)
        stays = all(in_place(source, file, place) for file, _, place in found)
        folder = source if stays else Path(into or private_folder())
        taken = list(entries(found, source, folder, times(files, owners)))
    finally:
        close()
    left += [(source / name, reason) for name, reason in without_notebook(files, folders, wanted)]
    if not taken and not left and not any(file.name.endswith(KINDS) for file in files):
        raise CourseError("nothing to grade here: no student's folder and no notebook.", str(source),
                          "Expected STUDENT/UNIT/UNIT.ipynb, STUDENT_UNIT.ipynb, or a zip of a course system.")
    return Collected(sorted(taken, key=lambda entry: (entry.unit, entry.student)), left, folder)


def private_folder() -> str:
    """Return a new folder that nobody else can read and that is removed when the program ends."""
    folder = tempfile.mkdtemp(prefix="collected-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


def known_unit(name: str, course: Course) -> str:
    """Return the name of a unit; raise CourseError with the nearest one if there is none."""
    try:
        require_unit(name, course.units)
    except ValueError as error:
        raise CourseError(f"{error}.") from None
    return name


def notebooks_among(files: list[File], source: Path, left: list) -> list[File]:
    """Return the notebooks; list what somebody may have handed in instead of one, at the top of the source."""
    for file in files:
        if "/" not in file.name and not file.name.endswith((*KINDS, *NOBODYS)):
            left.append((source / file.name, "not a notebook"))
    return [file for file in files if file.name.endswith(KINDS)]


def placed(notebooks: list[File], source: Path, course: Course, wanted: list[str], owners: dict,
           persons: dict[str, str], left: list) -> list[tuple[File, str, Place]]:
    """Return (file, student, place) of what is taken: one notebook for each student and unit."""
    groups: dict[tuple[str, str], list[tuple[File, Place]]] = {}
    for file in notebooks:
        try:
            place = place_of(file.name, course.units, wanted)
            if place.unit in wanted:
                for student in students_of(place, owners, persons):
                    require_student(student)
                    groups.setdefault((student, place.unit), []).append((file, place))
        except ValueError as error:
            left.append((source / file.name, str(error)))
    found = []
    for (student, unit), group in groups.items():
        chosen = choose(group)
        if chosen:
            found.append((chosen[0], student, chosen[1]))
        else:
            left += [(source / file.name, conflict(student, unit, group)) for file, _ in group]
    return found


def conflict(student: str, unit: str, group: list[tuple[File, Place]]) -> str:
    """Return why none of several notebooks is taken."""
    persons = {place.person for _, place in group}
    if len(persons) > 1:
        return f"{len(persons)} people are called {student}; name their lms_user_id in the roster"
    return f"one of {len(group)} notebooks of {student} for {unit}; keep one"


def choose(group: list[tuple[File, Place]]) -> tuple[File, Place] | None:
    """Return the notebook that counts, or None: Canvas's last attempt, or in one folder the one named like the unit."""
    if len({place.person for _, place in group}) > 1:
        return None
    last = max(place.attempt for _, place in group)
    best = [item for item in group if item[1].layout == "canvas" and item[1].attempt == last] or group
    if len({file.name.rpartition("/")[0] for file, _ in best}) == 1:
        best = [item for item in best if item[1].exact] or best
    return best[0] if len(best) == 1 else None


def students_of(place: Place, owners: dict, persons: dict[str, str]) -> list[str]:
    """Return whose a file is; a group's work on Gradescope belongs to each of them."""
    if place.layout != "gradescope":
        return [persons.get(place.person) or place.student.strip()]
    people, _ = owners.get(place.person, ([], None))
    return [next((persons[word] for word in words if word in persons), words[0]) for words in people] or [
        f"submission_{place.person}"]


def gradescope_owners(files: list[File]) -> dict[str, tuple[list[list[str]], datetime | None]]:
    """Return submission number -> the words for each of its students (number, address, name) and the time."""
    for file in files:
        if file.name.rsplit("/", 1)[-1] == METADATA and file.name.count("/") <= 1:
            try:
                return {str(name).removeprefix("submission_"): owner(record)
                        for name, record in yaml.safe_load(file.read()).items()}
            except (Rejected, OSError, yaml.YAMLError, ValueError, TypeError, AttributeError, RecursionError):
                raise CourseError("Gradescope's list of submissions cannot be read.", file.name,
                                  "Download the export again.") from None
    return {}


def owner(record: dict) -> tuple[list[list[str]], datetime | None]:
    """Return the students of one record of Gradescope's list, and its time in UTC."""
    people = [[str(person[key]) for key in (":sid", ":email", ":name") if person.get(key)]
              for person in record.get(":submitters") or []]
    time = record.get(":created_at")
    if isinstance(time, str):
        time = parse_timestamp(time)
    if isinstance(time, datetime) and time.tzinfo:
        time = time.astimezone(UTC).replace(tzinfo=None)
    return [words for words in people if words], time if isinstance(time, datetime) else None


def in_place(source: Path, file: File, place: Place) -> bool:
    """Return whether a notebook can stay where it is."""
    return (place.layout == "nbgrader" and file.name.count("/") == 2 and source.is_dir()
            and file.name.endswith(".ipynb"))


def times(files: list[File], owners: dict) -> dict[str, str]:
    """Return the text of a timestamp.txt by folder name, or by Gradescope's number of the submission."""
    texts = {name: f"{time.isoformat(' ', 'microseconds')} UTC\n" for name, (_, time) in owners.items() if time}
    for file in files:
        folder, _, name = file.name.rpartition("/")
        if name == TIMESTAMP:
            with contextlib.suppress(Rejected, OSError):
                texts[folder] = file.read()[:TIMESTAMP_BYTES].decode("utf-8", "replace")
    return texts


def entries(found: list[tuple[File, str, Place]], source: Path, folder: Path, texts: dict[str, str]) -> Iterator[Entry]:
    """Yield the entries; unless everything is in nbgrader's layout already, it is copied to `folder`."""
    copied = 0
    for file, student, place in found:
        path = (source / file.name).with_name(f"{place.unit}.ipynb")
        if folder != source:
            path = folder / student / place.unit / f"{place.unit}.ipynb"
            try:
                content = read_notebook(file)
            except (Rejected, OSError) as error:
                yield Entry(student, place.unit, path, refusal=str(error))
                continue
            copied += len(content)
            if copied > COPIED_BYTES:
                raise CourseError(f"the notebooks have more than {COPIED_BYTES >> 30} GiB together.", str(source))
            beside = file.name.rpartition("/")[0] if place.layout == "nbgrader" else place.person
            copy(content, path, texts.get(beside))
        yield Entry(student, place.unit, path, timestamp_beside(path))


def copy(content: bytes, path: Path, timestamp: str | None) -> None:
    """Write a notebook, and its time in nbgrader's way if there is one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    if timestamp:
        path.with_name(TIMESTAMP).write_text(timestamp, encoding="utf-8")


def timestamp_beside(path: Path) -> datetime | None:
    """Return the time in the timestamp.txt beside a notebook, if there is one and it can be read."""
    try:
        with opened_folder(path.parent) as descriptor:
            return read_timestamp(descriptor, [])
    except OSError:
        return None


def without_notebook(files: list[File], folders: set[str], wanted: list[str]) -> Iterator[tuple[str, str]]:
    """Yield the students' folders, and their folders of wanted units, that hold no notebook, with what they hold."""
    full = {parent.as_posix() for file in files if file.name.endswith(KINDS)
            for parent in PurePosixPath(file.name).parents}
    for name in sorted(folders - full):
        parts = name.split("/")
        if len(parts) == 1 or (len(parts) == 2 and parts[1] in wanted and parts[0] in full):
            seen = [file.name.removeprefix(f"{name}/") for file in files if file.name.startswith(f"{name}/")]
            yield name, f"no notebook in it (saw {one_line(', '.join(seen[:5]), 80) or 'nothing'})"
