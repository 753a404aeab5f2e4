"""A class folder over a term: one grader at a time, backups, and what is damaged said in a line each."""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import socket
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from autograder.course.units import Course
from autograder.course.verdicts import CourseError
from autograder.records.class_settings import FILE, read_class
from autograder.records.output import MARKER, SECRET, batch_secret, mark, write_private

BACKUPS = "backups"
KEPT = 10  # backups of the gradebook
LOCK = ".lock"
GRADEBOOK, RESULTS = "gradebook.db", "results.db"
BESIDE = ("", "-wal", "-shm", "-journal")  # the files that SQLite keeps for one database


@dataclass(frozen=True)
class Damage:
    """Something in a class folder that keeps it from being used, what to do, and how to mend it (None: by hand)."""

    name: str
    what: str
    fix: str
    repair: Callable[[], str] | None = None

    def __str__(self):
        return f"{self.name}: {self.what}. {self.fix}"


@contextmanager
def only_one(folder: Path) -> Iterator[None]:
    """Hold the folder's lock inside the block; raise CourseError that says who holds it. It ends with the process."""
    with (folder / LOCK).open("a+", encoding="utf-8") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            file.seek(0)
            raise CourseError(f"another grader works here: {file.read().strip() or 'it has just begun'}.", str(folder),
                              "Wait until it is done, or stop it.") from None
        file.truncate(0)
        file.write(f"process {os.getpid()} on {socket.gethostname()} since {datetime.now(UTC):%Y-%m-%d %H:%M} UTC\n")
        file.flush()
        yield


def back_up(folder: Path) -> None:
    """Copy what cannot be made again to backups/: settings, secret, and the gradebook if it has changed since."""
    target = folder / BACKUPS
    target.mkdir(exist_ok=True)
    if (folder / FILE).exists():
        shutil.copy2(folder / FILE, target / FILE)
    if (folder / SECRET).exists():
        write_private(target / SECRET, (folder / SECRET).read_text(encoding="utf-8"))
    database = folder / GRADEBOOK
    known = backups(folder)
    if not database.exists() or (known and known[-1].stat().st_mtime_ns == changed_at(database)):
        return
    changed = changed_at(database)
    copy = target / f"gradebook-{datetime.now(UTC):%Y%m%dT%H%M%S%f}.db"
    copy_database(database, copy)
    os.utime(copy, ns=(changed, changed))
    for old in backups(folder)[:-KEPT]:
        old.unlink()


def backups(folder: Path) -> list[Path]:
    """Return the backups of the gradebook, the oldest first."""
    return sorted((folder / BACKUPS).glob("gradebook-*.db"))


def changed_at(database: Path) -> int:
    """Return when a database or the log beside it was written last, in nanoseconds."""
    paths = [database, database.with_name(database.name + "-wal")]
    return max(path.stat().st_mtime_ns for path in paths if path.exists() and (path == database or path.stat().st_size))


def copy_database(source: Path, target: Path) -> None:
    """Copy a database whole, whoever has it open."""
    draft = target.with_name(target.name + ".new")
    with closing(sqlite3.connect(source)) as old, closing(sqlite3.connect(draft)) as new:
        old.backup(new)
        new.execute("PRAGMA journal_mode = DELETE")
    draft.replace(target)


def is_sound(database: Path) -> bool:
    """Return whether a file is a database with something in it, and no page of it is damaged."""
    try:
        with closing(opened(database)) as connection:
            tables = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
            return tables > 0 and connection.execute("PRAGMA quick_check").fetchone()[0] == "ok"
    except sqlite3.OperationalError as error:
        return "locked" in str(error) or "busy" in str(error)  # somebody uses it: that is no damage
    except sqlite3.DatabaseError:
        return False


def opened(database: Path) -> sqlite3.Connection:
    """Return a connection to a database that is there already."""
    return sqlite3.connect(f"{database.as_uri()}?mode=rw", uri=True, timeout=1)


def damages(folder: Path, course: Course) -> list[Damage]:
    """Return what is damaged in a class folder, settings first."""
    found = [*marker_damage(folder, course), *settings_damage(folder), *secret_damage(folder),
             *results_damage(folder)]
    if not any(damage.name in (FILE, RESULTS) for damage in found) and not read_class(folder).database:
        found += gradebook_damage(folder)
    return found


def marker_damage(folder: Path, course: Course) -> Iterator[Damage]:
    """Yield what is wrong with the file that says whose results these are."""
    try:
        json.loads((folder / MARKER).read_text(encoding="utf-8"))["units"]
    except (OSError, ValueError, KeyError, TypeError):
        yield Damage(MARKER, "it cannot be read", "It names the units of the course; --repair writes it again.",
                     lambda: mark(folder, course) or "written again")


def settings_damage(folder: Path) -> Iterator[Damage]:
    """Yield what is wrong with the settings."""
    kept = folder / BACKUPS / FILE
    try:
        read_class(folder)
    except CourseError as error:
        yield Damage(FILE, f"{error}".rstrip("."), f"The last one that worked is {BACKUPS}/{FILE}.")
        return
    if kept.exists() and not (folder / FILE).exists():
        yield Damage(FILE, "it is gone, and with it due dates and rules for late work",
                     f"--repair takes the one of the last run from {BACKUPS}/.",
                     lambda: shutil.copy2(kept, folder / FILE) and f"restored from {BACKUPS}/")


def secret_damage(folder: Path) -> Iterator[Damage]:
    """Yield what is wrong with the seed of the hidden checks' random numbers."""
    path, kept = folder / SECRET, folder / BACKUPS / SECRET

    def repair() -> str:
        path.unlink()
        if kept.exists():
            write_private(path, kept.read_text(encoding="utf-8"))
            return f"restored from {BACKUPS}/"
        return "removed; the next run makes a new one and grades everything again"

    try:
        if path.exists():
            batch_secret(folder)
    except CourseError:
        yield Damage(SECRET, "it is empty or damaged, and anybody could guess the hidden checks' numbers",
                     "--repair restores it, or makes a new one; then all is graded again.", repair)


def results_damage(folder: Path) -> Iterator[Damage]:
    """Yield what is wrong with the store of results."""
    path = folder / RESULTS
    if path.exists() and path.stat().st_size and not is_sound(path):
        yield Damage(RESULTS, "it is damaged", "It may be deleted (--repair does): everything is graded again, and "
                     "marks given by hand stay.", lambda: remove(folder / RESULTS) or "deleted")


def gradebook_damage(folder: Path) -> Iterator[Damage]:
    """Yield what is wrong with the gradebook."""
    database = folder / GRADEBOOK
    begun = has_marks(folder) or backups(folder)
    if is_sound(database) if database.exists() and (begun or database.stat().st_size) else not begun:
        return
    what = "it is damaged" if database.exists() else "it is gone, though this folder has been graded"
    good = next((path for path in reversed(backups(folder)) if is_sound(path)), None)
    fix = (f"--repair restores it from {BACKUPS}/{good.name}." if good else
           "There is no backup: --repair lets the next run write it again, without the marks given by hand.")
    yield Damage(GRADEBOOK, what, fix, lambda: restore(folder, good))


def has_marks(folder: Path) -> bool:
    """Return whether results were entered into the gradebook of this folder."""
    if not (folder / RESULTS).exists():
        return False
    with closing(opened(folder / RESULTS)) as store:
        tables = store.execute("SELECT count(*) FROM sqlite_master WHERE name = 'entered'").fetchone()[0]
        return bool(tables) and store.execute("SELECT 1 FROM entered").fetchone() is not None


def restore(folder: Path, backup: Path | None) -> str:
    """Put a backup in the place of the gradebook, which stays beside it, and return what was done."""
    database = folder / GRADEBOOK
    for end in BESIDE:
        path = folder / f"{GRADEBOOK}{end}"
        if path.exists():
            path.replace(folder / f"damaged-{GRADEBOOK}{end}")
    with closing(sqlite3.connect(folder / RESULTS, isolation_level=None)) as store:
        store.execute("CREATE TABLE IF NOT EXISTS entered (student TEXT, unit TEXT, stamp TEXT NOT NULL, "
                      "record TEXT NOT NULL, PRIMARY KEY (student, unit))")
        store.execute("UPDATE entered SET stamp = ''" if backup else "DELETE FROM entered")
    if backup is None:
        return "removed; grade every hand-in again, which writes a new one"
    copy_database(backup, database)
    return f"restored from {BACKUPS}/{backup.name}; grade what was handed in since then once more"


def remove(database: Path) -> None:
    """Delete a database and the files beside it."""
    for end in BESIDE:
        database.with_name(database.name + end).unlink(missing_ok=True)
