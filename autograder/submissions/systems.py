"""How course systems name what they hand out: one row a system.

A new system is one more row here, a test, and a row in the instructors' guide.

A row's pattern describes a path from the outermost part that the system wrote. Everything after that part is called
`file`: the student chose it, and it never says whose it is. Where the part is a folder, the pattern ends in `/file`.

Where the names come from:

    Moodle       mod/assign: NAME_NUMBER_assignsubmission_PLUGIN_, as a folder or before the file. NUMBER is made for
                 the assignment, not for the person. Groups: GROUP-NAME_NUMBER; without names: Participant_NUMBER
    Gradescope   assignment_N_export/submission_N/, with a list: submission_metadata.yml
    D2L          NUMBER-NUMBER - NAME - DATE/, in older ones NUMBER-NUMBER - NAME - DATE - FILE
    ILIAS        LASTNAME_FIRSTNAME_LOGIN_NUMBER/, below the exercise's name and Submissions/
    Blackboard   ASSIGNMENT_USER_attempt_YYYY-MM-DD-HH-MM-SS_FILE, and the same with .txt: the student's words
    Canvas       lib/content_zipper.rb: NAME_LATE_NUMBER_UPLOAD_FILE; NUMBER is the person's; without names
                 LATE_anon_CODE_UPLOAD_FILE; a text: NAME_NUMBER_text.html
    Google       NAME - FILE, flat, as Classroom names the copies that it makes for students. A student can rename it
    GitHub       ASSIGNMENT-USER/ below ASSIGNMENT-submissions/, with exercises/UNIT/ in it (see layouts.py)
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from autograder.submissions.names import LIKE_A_UNIT
from autograder.submissions.people import People

# What Moodle calls a student whose name it hides, as clean_filename leaves it in some of its languages.
BLIND = frozenset(["participant", "participante", "teilnehmer", "teilnehmerin", "teilnehmer in", "partecipante",
                   "deelnemer", "deltagare", "deltager", "deltaker", "osallistuja", "uczestnik", "участник"])

MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
D2L_DATE = re.compile(r"(\w+) (\d{1,2}), (\d{4}) (\d{1,2}:?\d\d) ([AP]M)", re.IGNORECASE)
BRANCH = re.compile(r"-(?:main|master)$")  # in the names of zips that GitHub makes of a repository
BLACKBOARD_TIME = re.compile(r"\d{4}(?:-\d\d){5}")


@dataclass(frozen=True)
class Owner:
    """What a path says about whose it is: the system, its name and number of the person, what the student chose.

    attempt: sorts the attempts of one person, or "". part: what the system wrote.
    """

    system: str
    name: str
    number: str
    attempt: str
    file: str
    part: str

    @property
    def attempt_key(self) -> tuple:
        """What sorts the attempts: a time in digits, or D2L's date with its month as a word."""
        return attempt_key(self.attempt)


@dataclass(frozen=True)
class System:
    """One course system: its name, the pattern of its paths, and who is meant by an Owner's name and number.

    who: (owner, people) -> student; raises ValueError where it is ambiguous. numbers: whether the number is a person's.
    """

    name: str
    pattern: re.Pattern
    who: Callable[[Owner, People], str]
    numbers: bool = False


def attempt_key(text: str) -> tuple:
    """Return what sorts times as systems write them: 2030-01-31-10-00-00, or Jan 31, 2030 926 PM; () for none.

    A date in another language sorts by nothing, so that its attempts stay a conflict.
    """
    words = D2L_DATE.fullmatch(text)
    if not words:
        return tuple(map(int, re.findall(r"\d+", text))) if BLACKBOARD_TIME.fullmatch(text) else ()
    month, day, year, time, half = words.groups()
    if month[:3].casefold() not in MONTHS:
        return ()
    time = time.replace(":", "")
    hour, minute = int(time[:-2]) % 12 + 12 * (half.upper() == "PM"), int(time[-2:])
    return int(year), MONTHS.index(month[:3].casefold()), int(day), hour, minute


def by_folder(owner: Owner, people: People) -> str:
    """Return the student of a folder or file that is called like the student."""
    return people.by_id(owner.name)


def by_full_name(owner: Owner, people: People) -> str:
    """Return the student with this full name."""
    return people.by_name(owner.name)


def in_moodle(owner: Owner, people: People) -> str:
    """Return the student that Moodle's worksheet gives for the number, else the one with this full name."""
    is_blind = owner.name.casefold() in BLIND or owner.name.rpartition("-")[2].casefold() in BLIND
    student = people.by_identifier(owner.number, "" if is_blind else owner.name)
    if student:
        return student
    return people.by_id(f"{owner.name}_{owner.number}") if is_blind else people.by_name(owner.name, groups=True)


def in_canvas(owner: Owner, people: People) -> str:
    """Return the student with this number, else the one whose last and first name are the system's word."""
    return people.by_number(owner.number) or people.by_name(owner.name)


def in_blackboard(owner: Owner, people: People) -> str:
    """Return the student whose user name ends the word ASSIGNMENT_USER."""
    return people.by_ending(owner.name, "_") or owner.name.rpartition("_")[2]


def in_github(owner: Owner, people: People) -> str:
    """Return the student whose user name ends the repository's name, else the whole name.

    A prefix that the repositories of one run share is not cut off: in the next run it could be another one. Everybody
    may call themselves like somebody else with a word before it.
    """
    before = people.before(owner.name, "-")
    if any(before.startswith(other) and before != other for other in people.assignments):
        raise ValueError(f"its name {owner.name} has a word more than the others have before the user's name")
    return people.by_ending(owner.name, "-", BRANCH.sub("", owner.name)) or owner.name


def in_ilias(owner: Owner, people: People) -> str:
    """Return the student with this number or login, else the whole name of the folder."""
    login = owner.name.removesuffix(f"_{owner.number}")
    return people.by_number(owner.number) or people.by_ending(login, "_") or people.by_id(owner.name)


def in_gradescope(owner: Owner, people: People) -> str:
    """Return who handed in where Gradescope's list does not say it: the number of the submission."""
    return people.by_id(f"submission_{owner.number}")


IN_MOODLE = r"(?P<name>[^/_]+?)(?:_(?P<number>\d+))?_assignsubmission_[a-z]+"
FOLDERS = (
    System("Moodle", re.compile(rf"(?P<part>{IN_MOODLE}_?)/(?P<file>.*)"), in_moodle),
    System("Gradescope", re.compile(r"(?P<part>submission_(?P<number>\d+))/(?P<file>.*)"), in_gradescope),
    System("D2L", re.compile(r"(?P<part>\d+(?:-\d+)? - (?P<name>[^/]+) - (?P<attempt>[^/]*\d[^/]*))/(?P<file>.*)"),
           by_full_name),
    System("ILIAS", re.compile(r"(?P<part>(?:Team \d+/)?(?P<name>[^/_]+_[^/]+_[^/]+_(?P<number>\d+)))/(?P<file>.*)"),
           in_ilias),
)
FILES = (
    System("Moodle", re.compile(rf"(?P<part>{IN_MOODLE}_)(?P<file>[^/]+)"), in_moodle),
    System("Blackboard", re.compile(r"(?P<part>(?P<name>[^/]+?)_attempt_(?P<attempt>\d{4}(?:-\d\d){5}))"
                                    r"(?:_(?P<file>[^/]+)|\.txt)"), in_blackboard),
    System("D2L", re.compile(r"(?P<part>\d+(?:-\d+)? - (?P<name>[^/]+?) - (?P<attempt>[^/]*?\d[^/]*?) - )"
                             r"(?P<file>[^/]+)"), by_full_name),
    System("Canvas", re.compile(r"(?P<part>(?:LATE_)?anon_(?P<name>[^\W_]+)_(?:\d+_|(?=(?:text|link)\.html)))"
                                r"(?P<file>[^/]+)"), by_folder),
    System("Canvas", re.compile(r"(?P<part>(?P<name>[^/\s.,()-]+?)_(?:LATE_)?(?P<number>\d+)_"
                                r"(?:\d+_|(?=(?:text|link)\.html)))(?P<file>[^/]+)"), in_canvas, numbers=True),
)
GOOGLE = System("Google Classroom", re.compile(r"(?P<part>(?P<name>[^/_\d][^/_]*?) - )(?P<file>[^/]+)"), by_full_name)
GITHUB = System("GitHub Classroom", re.compile(r"(?P<part>(?P<name>[^/]+))/(?P<file>.*)"), in_github)
FOLDER = System("a folder for each student", re.compile(r"(?P<part>(?P<name>[^/]+))/(?P<file>.*)"), by_folder)
BY_HAND = System("STUDENT_UNIT", re.compile(rf"(?P<part>(?P<name>[^/]+?)_(?:exercises_)?)"
                                            rf"(?P<file>(?:{LIKE_A_UNIT.pattern})[^/]*)"), by_folder)


def flat_owner(path: str, systems: tuple[System, ...]) -> tuple[System, Owner] | None:
    """Return the system whose part of a file's name ends first, and what the name says: the rest is the student's."""
    found = [pair for system in systems if (pair := owner_of(path, (system,)))]
    return min(found, key=lambda pair: len(pair[1].part), default=None)


def owner_of(path: str, systems: tuple[System, ...]) -> tuple[System, Owner] | None:
    """Return the first system that names files so, and what the path says, or None."""
    for system in systems:
        match = system.pattern.fullmatch(path)
        if match:
            found = match.groupdict("")
            return system, Owner(system.name, found.get("name", "").strip(), found.get("number", ""),
                                 found.get("attempt", ""), found["file"], found["part"])
    return None
