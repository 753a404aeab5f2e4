"""Whose a file is and of which unit: its place, from the names that the course system wrote.

    a folder for each student   STUDENT/uNN_name/ANY.ipynb as in nbgrader, STUDENT/uNN_name.ipynb, or deeper
    STUDENT_UNIT                STUDENT_uNN_name.ipynb
    course systems              one row each in systems.py
    a repository                NAME/exercises/uNN_name/uNN_name.ipynb

The outermost part that the system wrote decides; what is deeper the student named, and it only says the unit. Where it
does not, the one unit that is graded is meant. Everything may be in one more folder: see `wrapper`.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace

from autograder.submissions.lists import METADATA
from autograder.submissions.names import LIKE_A_UNIT, is_notebook, is_zip, unit_of
from autograder.submissions.others import is_aside
from autograder.submissions.people import People
from autograder.submissions.sources import File
from autograder.submissions.systems import (
    BY_HAND,
    FILES,
    FOLDER,
    FOLDERS,
    GITHUB,
    GOOGLE,
    Owner,
    System,
    flat_owner,
    owner_of,
)

# A browser's name for the course's own notebook: nobody is called `exercises`.
BROWSERS = re.compile(rf"exercises_(?:{LIKE_A_UNIT.pattern})")
# What course systems call the folder around everything.
WRAPPERS = re.compile(r"submitted|submissions|abgaben|.*-submissions|assignment_\d+_export", re.IGNORECASE)
ATTEMPT = re.compile(r"-(\d{1,6})\.(?:ipynb|zip)$", re.IGNORECASE)


@dataclass(frozen=True)
class Place:
    """Whose a file is and which unit it answers.

    person: what the system calls this person; two of them can share a name. number: the system's number of the person,
    where it is one. attempt: sorts the attempts of one person. rank: 0 where the course puts the notebook, 1 its name
    elsewhere, 2 another name.
    """

    system: str
    student: str
    person: str
    number: str
    unit: str
    attempt: tuple
    rank: int


@dataclass(frozen=True)
class Source:
    """What all files together say: the folder around everything ("" or "NAME/"), and which folders are repositories.

    flat: the system whose names all files have that lie side by side. undecided: the only folder may be a student's, or
    the one around everything.
    """

    around: str = ""
    repositories: frozenset[str] = frozenset()
    flat: str = ""
    undecided: bool = False

    @classmethod
    def of(cls, around: str, names: list[str], units: Collection[str]) -> Source:
        """Return what these names in the folder `around` say."""
        return cls(around, repositories(names, units), flat_system([name for name in names if "/" not in name]))

    def owner(self, name: str) -> tuple[System, Owner] | None:
        """Return the system and owner of the file with this name, or None where it says none."""
        name = name.removeprefix(self.around)
        top = name.partition("/")[0]
        if top == name:
            return self.flat_owner(name)
        return owner_of(name, FOLDERS) or owner_of(name, (GITHUB if top in self.repositories else FOLDER,))

    def flat_owner(self, name: str) -> tuple[System, Owner] | None:
        """Return the system and owner of a file that lies beside others, or None where two may be meant.

        A student can give a file the name that another system would give to another student's, and a teacher can name
        an assignment as others name their students. A download is of one system, so all its files decide.
        """
        strong = flat_owner(name, FILES)
        by_hand = () if BROWSERS.match(name) else (BY_HAND,)
        weak = flat_owner(name, (*by_hand, *((GOOGLE,) if hand_in(name) else ())))
        if strong is None or weak is None or len(strong[1].part) <= len(weak[1].part):
            return strong or weak
        if self.flat.rstrip("?") == strong[0].name:
            return None if self.flat.endswith("?") else strong
        return weak


def flat_system(names: list[str]) -> str:
    """Return the system that names all these notebooks and zips, with ? after it if they are of one person; or ""."""
    names = [name for name in names if hand_in(name)]
    for name in dict.fromkeys(system.name for system in FILES):
        rows = tuple(system for system in FILES if system.name == name)
        found = [owner_of(file, rows) for file in names]
        if found and all(found):
            persons = {owner.number or owner.name.rpartition("_")[2] for _, owner in found}
            return name if len(persons) > 1 else f"{name}?"
    return ""


def hand_in(name: str) -> bool:
    """Return whether a file is called like something that can be graded."""
    return is_notebook(name) or is_zip(name)


def read_source(files: list[File], units: Collection[str], people: People, is_zipped: bool) -> Source:
    """Return what all files together say."""
    names = [file.name for file in files if not file.problem]
    source = Source.of("", names, units)
    while True:
        rest = [name.removeprefix(source.around) for name in names if name.startswith(source.around)]
        rest = [name for name in rest if not is_aside(name.partition("/")[0])]
        tops = {name.partition("/")[0] for name in rest if "/" in name}
        if len(tops) != 1 or any("/" not in name and hand_in(name) for name in rest):
            return source
        top = tops.pop()
        inside = [name.partition("/")[2] for name in rest if "/" in name]
        inner = Source.of(f"{source.around}{top}/", inside, units)
        verdict = wrapper(top, inside, inner, source, units, people, is_zipped)
        if verdict is None:
            return replace(source, undecided=True)
        if not verdict:
            return source
        source = inner


def repositories(names: list[str], units: Collection[str]) -> frozenset[str]:
    """Return the folders at the top that hold exercises/UNIT/."""
    parts = (name.split("/") for name in names)
    return frozenset(part[0] for part in parts if len(part) > 3 and part[1] == "exercises" and part[2] in units)


def course_copies(paths: Iterable[str], units: Collection[str]) -> frozenset[str]:
    """Return the folders, as "NAME/NAME/", that hold exercises/UNIT/: a student can hand in the whole course."""
    parts = (path.rpartition("/exercises/") for path in paths)
    return frozenset(f"{head}/" for head, _, tail in parts if head and tail.partition("/")[0] in units and "/" in tail)


def wrapper(top: str, inside: list[str], inner: Source, outer: Source, units: Collection[str], people: People,
            is_zipped: bool) -> bool | None:
    """Return whether the only folder is around everything; None where it may as well be a student's.

    A student's own folder can be made to look like a download of a class, so what it holds is no proof. Proofs are the
    roster, a name that systems give, Gradescope's list; in a zip, which is packed with its folder, two people in it.
    """
    children = {name.partition("/")[0] for name in inside}
    owned = owner_of(f"{top}/", FOLDERS) or top in outer.repositories or children & set(units)
    if people.has(top) or owned or top in units:
        return False
    if WRAPPERS.fullmatch(top) or any(WRAPPERS.fullmatch(child) for child in children - set(inside)):
        return True
    found = [pair for name in inside if (pair := inner.owner(f"{inner.around}{name}"))]
    if METADATA in children and any(owner.system == "Gradescope" for _, owner in found):
        return True
    if people.roster and any(people.means(system, owner) for system, owner in found):
        return True
    strong = {owner.part for system, owner in found if system not in (FOLDER, BY_HAND, GOOGLE, GITHUB)}
    hand = {owner.name for system, owner in found if system in (BY_HAND, GOOGLE) and hand_in(owner.file)}
    within = {owner.name for system, owner in found if system is GITHUB
              or (system is FOLDER and owner.file.partition("/")[0] in units)}
    if max(len(strong), len(hand), len(within)) > 1:
        return True if is_zipped else None
    return None if strong or ((within or hand - {top}) and is_zipped) else False


def place_of(file: File, owner: Owner, system: System, student: str, units: Collection[str],
             wanted: Collection[str]) -> Place:
    """Return the place of a notebook; raise ValueError with the reason if it names no unit."""
    below = file.inner or owner.file
    silent = file.inner and not any(name in below for name in units)  # then the name of the zip says it
    unit = unit_of(owner.file if silent else below, units, wanted)
    attempt = ATTEMPT.search(owner.file) if system.name == "Canvas" else None
    return Place(system.name, student, owner.number or owner.name, owner.number if system.numbers else "", unit,
                 (owner.attempt_key, int(attempt[1]) if attempt else 0), rank(below, unit))


def rank(below: str, unit: str) -> int:
    """Return how well a notebook stands where the course puts it, below what the system wrote."""
    if below in (f"{unit}.ipynb", f"{unit}/{unit}.ipynb") or f"/{below}".endswith(f"/exercises/{unit}/{unit}.ipynb"):
        return 0
    return 1 if below.endswith((f"/{unit}.ipynb", f"{unit}.zip")) else 2
