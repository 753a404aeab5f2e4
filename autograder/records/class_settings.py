"""class.toml in a class folder: what an instructor decided for a term, kept from run to run.

The first run writes it; an option on the command line is written into it and said. A password never stands in it: it
is kept in a file that its owner alone can read, or comes from the environment.
"""

from __future__ import annotations

import os
import tomllib
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from autograder.course.settings import place
from autograder.course.text import cause
from autograder.course.verdicts import CourseError
from autograder.records.late import POLICIES, LatePolicy
from autograder.submissions.roster import read_extensions

FILE = "class.toml"
PASSWORD_FILE = ".database-password"
PASSWORD_VARIABLE = "AUTOGRADER_DATABASE_PASSWORD"
NUMBER = (int, float)
KEYS = {"roster": str, "database": str, "book": str, "memory_mib": int, "workers": int, "cluster": str, "missing": str,
        "line": NUMBER, "due": dict, "late": dict, "extension": list, "sections": dict, "graders": dict}
LATE_KEYS = {"policy": str, "per_day": NUMBER, "cap": NUMBER, "grace_minutes": NUMBER, "free_days": int}
EXTENSION_KEYS = {"student": str, "unit": str, "until": datetime}
SORTS = {str: "a text", int: "a whole number", NUMBER: "a number", dict: "a table", list: "a list",
         datetime: "a time like 2030-01-31T23:59:00Z, without quotes"}
LEAST_MEMORY = 256

TEMPLATE = """\
# What you decided for this class. Every run of `autograder grade` reads this file, and an option on the command line is
# written into it. Times are in UTC unless they say otherwise. No password stands here, so it may be kept in git.

roster = ""        # the CSV file of the class, as seen from this folder
database = ""      # the gradebook's address; "": gradebook.db in this folder
book = ""          # where students find the book; feedback links to it
memory_mib = 1024  # for each submission
workers = 0        # submissions graded at once; 0: one a core
cluster = ""       # a Dask scheduler, "tcp://HOST:8786"; "": this machine
missing = "empty"  # what marks.csv and exports say of work that nobody handed in: "empty" or "zero"
line = 50          # percent of the points; the report names who is below

[due]
# UNIT = 2030-01-31T23:59:00Z

[late]
policy = "none"    # "none", "zero", or "percent"
per_day = 10       # percent of the score for each day that has begun
cap = 50           # percent that can be lost at most
grace_minutes = 0  # that are forgiven
free_days = 0      # for each student and term

# One block for each student and unit that has more time. A column `until UNIT` of the roster, and an extension in
# nbgrader's gradebook, count too; where there are several, the latest.
# [[extension]]
# student = "ada"
# unit = "UNIT"
# until = 2030-02-07T23:59:00Z

[sections]
# morning = ["ada", "bob"]

[graders]          # who reads whose open questions: sections, or students
# kim = ["morning"]
"""


@dataclass(frozen=True)
class ClassSettings:
    """What class.toml says. Times are in UTC without a zone, as nbgrader keeps them.

    until: (student, unit) -> the end of an extension. sections: name -> students. graders: name -> sections, students.
    database: the address without its password; "" is gradebook.db in the folder.
    """

    folder: Path
    roster: str = ""
    database: str = ""
    book: str = ""
    memory_mib: int = 1024
    workers: int = 0
    cluster: str = ""
    missing: str = "empty"
    line: float = 50
    due: dict[str, datetime] = field(default_factory=dict)
    late: LatePolicy = field(default_factory=LatePolicy)
    until: dict[tuple[str, str], datetime] = field(default_factory=dict)
    sections: dict[str, tuple[str, ...]] = field(default_factory=dict)
    graders: dict[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def roster_path(self) -> Path | None:
        return Path(os.path.normpath(self.folder / self.roster)) if self.roster else None

    @property
    def extensions(self) -> dict[tuple[str, str], datetime]:
        """(student, unit) -> the end of an extension, the later one of this file and of the roster.

        Raises CourseError where the roster cannot be read: without it, late work would lose points that it keeps.
        """
        found = read_extensions(self.roster_path) if self.roster else {}
        return found | {key: max(until, found.get(key, until)) for key, until in self.until.items()}

    @property
    def database_url(self) -> str:
        """The gradebook's address as SQLAlchemy takes it, password included."""
        if not self.database:
            return f"sqlite:///{self.folder}/gradebook.db"
        kept = self.folder / PASSWORD_FILE
        password = os.environ.get(PASSWORD_VARIABLE) or (kept.read_text(encoding="utf-8") if kept.exists() else "")
        if not password:
            return self.database
        from sqlalchemy import make_url  # here: most classes need none of it

        return make_url(self.database).set(password=password).render_as_string(hide_password=False)


def read_class(folder: Path) -> ClassSettings:
    """Return the settings of a class folder, the usual ones where it has no class.toml. Raises CourseError."""
    path = folder / FILE
    if not path.exists():
        return ClassSettings(folder)
    try:
        return parse_class(path.read_text(encoding="utf-8"), folder)
    except (OSError, UnicodeDecodeError) as error:
        raise CourseError(f"the settings of the class cannot be read: {cause(error)}.", str(path)) from None


def parse_class(text: str, folder: Path) -> ClassSettings:
    """Return the settings in the text of a class.toml; raise CourseError with the line that is wrong."""
    path = folder / FILE
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise CourseError(f"this is not TOML: {error}.", str(path)) from None
    require(data, KEYS, path, text)
    late, due = data.pop("late", {}), data.pop("due", {})
    require(late, LATE_KEYS, path, text)
    require(due, dict.fromkeys(due, datetime), path, text)
    until = {}
    for extension in data.pop("extension", []):
        if not isinstance(extension, dict) or not extension.keys() >= EXTENSION_KEYS.keys():
            raise CourseError("an extension names student, unit and until.", extension_place(path, text))
        require(extension, EXTENSION_KEYS, path, text)
        until[extension["student"], extension["unit"]] = in_utc(extension["until"])
    lists = {key: lists_of(data.pop(key, {}), what, path, text)
             for key, what in (("sections", "students"), ("graders", "sections or students"))}
    settings = ClassSettings(folder, **data, due={unit: in_utc(time) for unit, time in due.items()},
                             late=LatePolicy(**late), until=until, **lists)
    require_values(settings, path, text)
    return settings


def lists_of(table: dict, what: str, path: Path, text: str) -> dict[str, tuple[str, ...]]:
    """Return a table of lists of names; raise CourseError where it holds anything else."""
    for key, names in table.items():
        if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
            raise CourseError(f"`{key}` must be a list of {what}.", place(path, text, key))
    return {key: tuple(names) for key, names in table.items()}


def extension_place(path: Path, text: str) -> str:
    """Return file and line of the first block of extensions."""
    return place(path, text, "[extension" if "[[extension" in text else "extension")


def require(data: dict, sorts: dict, path: Path, text: str) -> None:
    """Raise CourseError unless every key is known and its value of its sort."""
    for key, value in data.items():
        if key not in sorts:
            raise CourseError(f"`{key}` is no setting here.", place(path, text, key), f"There are {', '.join(sorts)}.")
        if not isinstance(value, sorts[key]) or isinstance(value, bool):
            raise CourseError(f"`{key}` must be {SORTS[sorts[key]]}.", place(path, text, key))


def require_values(settings: ClassSettings, path: Path, text: str) -> None:
    """Raise CourseError where a value is of the right sort and makes no sense."""
    late = settings.late
    wrong = {
        "policy": late.policy not in POLICIES and f"must be one of {', '.join(POLICIES)}",
        "per_day": not 0 <= late.per_day <= 100 and "is a percentage, 0 to 100",
        "cap": not 0 <= late.cap <= 100 and "is a percentage, 0 to 100",
        "grace_minutes": late.grace_minutes < 0 and "cannot be negative",
        "free_days": late.free_days < 0 and "cannot be negative",
        "line": not 0 <= settings.line <= 100 and "is a percentage, 0 to 100",
        "memory_mib": settings.memory_mib < LEAST_MEMORY and f"must be at least {LEAST_MEMORY}",
        "workers": settings.workers < 0 and "cannot be negative",
        "missing": settings.missing not in ("empty", "zero") and "must be \"empty\" or \"zero\"",
        "database": bool(split_password(settings.database)[1]) and
        f"holds a password, which others could read here: remove it, and give it with --db or in {PASSWORD_VARIABLE}",
    }
    for key, problem in wrong.items():
        if problem:
            raise CourseError(f"`{key}` {problem}.", place(path, text, key))


def in_utc(time: datetime) -> datetime:
    """Return a time in UTC without its zone; one without a zone is in UTC already."""
    return time.astimezone(UTC).replace(tzinfo=None) if time.tzinfo else time


def split_password(url: str) -> tuple[str, str]:
    """Return a database address without its password, and the password ("" if there is none)."""
    if "://" not in url or url.startswith("sqlite"):
        return url, ""
    from sqlalchemy import URL, make_url
    from sqlalchemy.exc import ArgumentError

    try:
        parts = make_url(url)
    except ArgumentError:
        return url, ""
    query = {key: value for key, value in parts.query.items() if key != "password"}
    bare = URL.create(parts.drivername, parts.username, None, parts.host, parts.port, parts.database, query)
    return bare.render_as_string(), str(parts.password or parts.query.get("password", ""))
