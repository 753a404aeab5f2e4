"""Every file of a source is taken, left or ignored: the rows that say which, and the notebooks that are taken."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from autograder.course.text import one_line
from autograder.course.units import Course
from autograder.submissions import others
from autograder.submissions.choosing import Candidate, choose, conflict
from autograder.submissions.copying import Entry
from autograder.submissions.files import READ_BYTES, Rejected
from autograder.submissions.layouts import course_copies, place_of, read_source
from autograder.submissions.lists import Worksheet, read_lists
from autograder.submissions.names import is_zip, require_student
from autograder.submissions.people import People, letters
from autograder.submissions.sources import File
from autograder.submissions.systems import FOLDER, Owner, System
from autograder.submissions.zips import folders_of

TAKEN, LEFT, IGNORED = "taken", "left", "ignored"
NO_OWNER = "its name does not say whose it is; name it STUDENT_UNIT.ipynb, or use STUDENT/UNIT/UNIT.ipynb"
UNDECIDED = ("it is the only folder here, and may be one student's or hold the whole class; hand over the folder in "
             "which the students' folders are, or give a --roster")
OF_THE_COURSE = frozenset(["exercises", "book", "autograder", "solutions"])


@dataclass(frozen=True)
class Row:
    """What became of one file: its path from the source, taken, left or ignored, and why.

    quiet: another row speaks for it.
    """

    path: str
    state: str
    reason: str
    student: str = ""
    unit: str = ""
    quiet: bool = False


class Sorting:
    """Sorts the files of one source into rows."""

    def __init__(self, files: list[File], source: Path, course: Course, wanted: list[str], roster: Mapping,
                 worksheet: Worksheet):
        self.files, self.course, self.wanted, self.rows = files, course, wanted, []
        self.source = read_source(files, course.units, People(roster), not source.is_dir())
        self.lists, self._list_files = read_lists(files, self.source.around)
        self.worksheet = self.lists.moodle | worksheet
        self.people = People(roster, self.worksheet.people, self.source.repositories)
        self.numbers: dict[str, str] = {}
        self._by_path = {file.path: file for file in files}
        self._copies = course_copies(self._by_path, course.units)
        self._compared: Counter[str] = Counter()  # zip or folder -> bytes of notebooks that may be the course's
        self._full: set[str] = set()  # folders with a notebook in them
        self._zips: dict[str, set[str]] = {}  # zip -> what became of the notebooks in it
        self._groups: dict[tuple[str, str], list[Candidate]] = {}
        self._with_notebook: set[tuple] = set()  # owners that handed in a notebook of any kind
        self._refused: list[tuple[str, str, str]] = []

    def sort(self) -> list[Candidate]:
        """Return what is taken; give every file its row."""
        notebooks, rest, unseen = [], [], []
        for file in self.files:
            state = self._at_once(file)
            if state and state[0] == IGNORED:
                self.rows.append(Row(file.path, *state))
                unseen.append(file)
                continue
            self._full.update(folders_of(file.name) if file.is_notebook else ())
            if state:
                self._row(file, *state)
            else:
                (notebooks if file.is_notebook and not file.empty else rest).append(file)
        for file in notebooks:
            self._place(file)
        chosen = [self._choose(*key, group) for key, group in self._groups.items()]
        self._sort_others(rest, unseen)
        return [candidate for candidate in chosen if candidate]

    def _at_once(self, file: File) -> tuple[str, str] | None:
        """Return state and reason of a file where its name says them at once."""
        path = file.path.removeprefix(self.source.around)
        if others.is_of_a_system(path):
            return IGNORED, "of a system or an editor"
        if file.name in self._list_files and not file.inner:
            return IGNORED, "the course system's own list"
        if file.problem and not (is_zip(file.name) and not file.inner):
            return LEFT, file.problem
        if others.is_hidden(path):
            return (LEFT, "it is hidden; its name begins with a dot") if file.is_notebook else (IGNORED, "hidden")
        if self._is_the_courses(file):
            return IGNORED, "a repository's own"
        return None

    def _is_the_courses(self, file: File) -> bool:
        """Return whether a file in a copy of the course is the course's; a notebook must be as it was handed out."""
        for copy in self._copies & {f"{folder}/" for folder in folders_of(file.path)} - {self.source.around}:
            if others.is_of_the_repository(file.path.removeprefix(copy)):
                name = file.path.rpartition("/")[2]
                twin = self._by_path.get(f"{copy}autograder/released/{name}")
                return not file.is_notebook or twin is file or (
                    self._same(twin, file) if twin else name.removesuffix(".ipynb") not in self.course.units)
        return False

    def _same(self, twin: File, file: File) -> bool:
        """Return whether two notebooks are one; of what one person handed in, no more is read than a file may have."""
        who = file.name if file.inner else file.name.removeprefix(self.source.around).partition("/")[0]
        if self._compared[who] > READ_BYTES:
            return False
        try:
            content = file.read()
            self._compared[who] += 2 * len(content)
            return twin.read() == content
        except (Rejected, OSError):
            return False

    def _place(self, file: File) -> None:
        """Add a notebook to its group, or give it its row."""
        found = self.source.owner(file.name)
        if self.source.undecided or found is None:
            self._row(file, LEFT, UNDECIDED if self.source.undecided else NO_OWNER)
            return
        system, owner = found
        self._with_notebook.add(key_of(owner))
        try:
            self._require_owner(owner, system)
            students, strangers = self._students(system, owner)
            place = place_of(file, owner, system, "", self.course.units, self.wanted)
        except ValueError as error:
            self._row(file, LEFT, str(error))
            return
        if place.unit not in self.wanted:
            self._row(file, IGNORED, "of a unit that is not graded now")
            return
        for reason in strangers:
            self.rows.append(Row(file.path, LEFT, reason, unit=place.unit))
        for student in students:
            self._groups.setdefault((student, place.unit), []).append(Candidate(file, student, place))

    def _require_owner(self, owner: Owner, system: System) -> None:
        """Raise ValueError if what stands where a student's name should is the course's."""
        if system is FOLDER and (owner.name in self.course.units or owner.name in OF_THE_COURSE):
            raise ValueError(f"{owner.name} is the course's name, not a student's; use STUDENT/UNIT/UNIT.ipynb")

    def _students(self, system: System, owner: Owner) -> tuple[list[str], list[str]]:
        """Return whose a file is, and why not for others; a group's work belongs to each of them.

        Raises ValueError where it is nobody's.
        """
        user = self.lists.blackboard.get(owner.part) if system.name == "Blackboard" else None
        members = self._members(system, owner)
        if not members:
            student = self.people.by_id(user) if user else system.who(owner, self.people)
            require_student(student)
            return [student], []
        students, reasons = [], []
        for words in members:
            try:
                student = self.people.by_words(words)
                require_student(student)
                students.append(student)
            except ValueError as error:
                reasons.append(str(error))
        if not students:
            raise ValueError("; ".join(reasons))
        return list(dict.fromkeys(students)), reasons

    def _members(self, system: System, owner: Owner) -> tuple[tuple[str, ...], ...]:
        """Return the words for each person of a submission, where the system has a list of them."""
        if system.name == "Moodle":
            return self.worksheet.groups.get(letters(owner.name), ())
        listed = self.lists.gradescope.get(owner.number) if system.name == "Gradescope" else None
        return listed.people if listed else ()

    def _choose(self, student: str, unit: str, group: list[Candidate]) -> Candidate | None:
        """Return the notebook that counts, and give all of a group their rows."""
        chosen = choose(group)
        if chosen is None:
            for item in group:
                self._row(item.file, LEFT, conflict(student, unit, group), student, unit)
            return None
        if chosen.place.number:
            self.numbers[student] = chosen.place.number
        for item in group:
            if item is chosen:
                self._row(item.file, TAKEN, item.place.system, student, unit)
            elif item.place.attempt < chosen.place.attempt:
                self._row(item.file, IGNORED, "an earlier attempt", student, unit)
            else:
                self._row(item.file, LEFT, f"beside {chosen.file.path.rpartition('/')[2]}, which is graded; keep one",
                          student, unit)
        return chosen

    def _sort_others(self, rest: list[File], unseen: list[File]) -> None:
        """Give the files that are no notebooks their rows, and a row to each folder of a student without notebook.

        unseen: what has its row and is nobody's answer; a folder that holds nothing else is listed all the same.
        """
        bare: dict[str, list[str]] = {}
        for file in rest:
            folder = self._bare_folder(file)
            if self.source.undecided:
                self._row(file, LEFT, UNDECIDED, quiet=True)
            elif not folder:
                self._row(file, *self._other(file))
            elif file.path == folder:
                bare.setdefault(folder, [])
            else:
                bare.setdefault(folder, []).append(file.path)
                self._row(file, LEFT, f"no notebook in {folder}", quiet=True)
        for file in unseen:
            folder = self._bare_folder(file)
            if folder and not others.is_aside(folder.removeprefix(self.source.around)):
                bare.setdefault(folder, []).append(file.path)
        for folder, paths in bare.items():
            seen = ", ".join(path.removeprefix(f"{folder}/") for path in paths[:5])
            self.rows.append(Row(folder, LEFT, f"no notebook in it (saw {one_line(seen, 80) or 'nothing'})"))

    def _bare_folder(self, file: File) -> str:
        """Return the folder of a student, or of a unit in it, that holds this file and no notebook, else ""."""
        name = f"{file.name}/" if file.empty else file.name
        found = self.source.owner(name)
        if found is None or file.inner or is_zip(file.name) or "/" not in name.removeprefix(self.source.around):
            return ""
        top = f"{self.source.around}{found[1].part.rstrip('/')}"
        if key_of(found[1]) not in self._with_notebook:
            return top
        folder = f"{top}/{found[1].file.partition('/')[0]}"
        return "" if folder in self._full or folder.rpartition("/")[2] not in self.wanted else folder

    def _other(self, file: File) -> tuple:
        """Return state and reason, and for a zip student and unit, of a file that is no notebook."""
        name = file.name.removeprefix(self.source.around)
        if is_zip(file.name) and not file.inner:
            return self._zip(file)
        if file.empty:
            return LEFT, "an empty folder"
        found = self.source.owner(file.name)
        if found is None:
            if "/" not in name and not file.inner and others.is_kept_beside(name):
                return IGNORED, "kept beside the submissions"
            return LEFT, "not a notebook"
        if key_of(found[1]) in self._with_notebook and others.belongs_beside(file.path):
            return IGNORED, "beside a notebook"
        return LEFT, "a zip in a zip; unpack it" if is_zip(file.path) else "not a notebook"

    def _zip(self, file: File) -> tuple:
        """Return state, reason, student and unit of a zip that somebody handed in."""
        states = self._zips.get(file.name)
        if states:
            state = min(states, key=[TAKEN, LEFT, IGNORED].index)
            return state, "a zip with a notebook", "", "", True
        reason = file.problem or "there are 0 notebooks in this zip; there should be one"
        found = self.source.owner(file.name)
        if found is None:
            return LEFT, reason if file.problem else NO_OWNER
        system, owner = found
        try:
            students, _ = self._students(system, owner)
            place = place_of(file, owner, system, "", self.course.units, self.wanted)
        except ValueError as error:
            return LEFT, f"{error} ({reason})"
        if place.unit not in self.wanted:
            return IGNORED, "of a unit that is not graded now"
        if any((student, place.unit) in self._groups for student in students):
            return LEFT, reason
        self._refused += [(student, place.unit, reason) for student in students]
        return LEFT, f"not graded: {reason}", "; ".join(students), place.unit, True

    def refused(self, folder: Path) -> Iterator[Entry]:
        """Yield an entry for each student whose zip cannot be graded."""
        for student, unit, reason in dict.fromkeys(self._refused):
            yield Entry(student, unit, folder / student / unit / f"{unit}.ipynb", refusal=reason)

    def _row(self, file: File, state: str, reason: str, student: str = "", unit: str = "", quiet: bool = False) -> None:
        self.rows.append(Row(file.path, state, reason, student, unit, quiet))
        if file.inner and file.is_notebook:
            self._zips.setdefault(file.name, set()).add(state)

    def expected(self) -> set[str]:
        """Return the students on the system's own list."""
        students = set()
        everybody = [words for listed in self.lists.gradescope.values() for words in listed.people]
        for words in [*everybody, *self.worksheet.people.values()]:
            try:
                students.add(self.people.by_words(words))
            except ValueError:
                continue  # not on the roster: the files say it
        return students


def key_of(owner: Owner) -> tuple[str, str]:
    """Return what tells the owners of one source apart."""
    return owner.system, owner.number or owner.name
