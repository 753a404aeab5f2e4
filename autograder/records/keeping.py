"""A class folder over a term: one grader at a time, backups, and what is damaged said in a line each."""

from __future__ import annotations

import errno
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
from autograder.records.backups import BACKUPS, backups, copy_database, gradebook_file
from autograder.records.class_settings import FILE, ClassSettings, read_class
from autograder.records.output import MARKER, SECRET, batch_secret, first_line, mark, write_private

LOCK = ".lock"
RESULTS = "results.db"
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
        except OSError as error:
            if error.errno not in (errno.EWOULDBLOCK, errno.EACCES):
                raise
            file.seek(0)
            raise CourseError(f"another grader works here: {file.read().strip() or 'it has just begun'}.", str(folder),
                              "Wait until it is done, or stop it.") from None
        file.truncate(0)
        file.write(f"process {os.getpid()} on {socket.gethostname()} since {datetime.now(UTC):%Y-%m-%d %H:%M} UTC\n")
        file.flush()
        yield


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
    if not any(damage.name in (FILE, RESULTS) for damage in found):
        found += gradebook_damage(folder, gradebook_file(read_class(folder)))
    return found


def server_state(settings: ClassSettings) -> Damage | str:
    """Return what is wrong with a gradebook on a server, or a sentence on what is known of it: its files are not here.
    """
    from sqlalchemy import create_engine, inspect, make_url, text
    from sqlalchemy.exc import SQLAlchemyError

    name = make_url(settings.database_url).render_as_string(hide_password=True)
    engine = create_engine(settings.database_url)
    try:
        with engine.connect() as connection:
            there = inspect(connection).has_table("student")
            students = connection.execute(text("SELECT count(*) FROM student")).scalar_one() if there else 0
    except (SQLAlchemyError, ImportError) as error:
        return Damage(name, f"the gradebook does not answer: {first_line(getattr(error, 'orig', None) or error)}",
                      f"Start its server, or mend `database` in {FILE}.")
    finally:
        engine.dispose()
    if not students and has_marks(settings.folder):
        return Damage(name, "the gradebook is empty, though this class has been graded",
                      f"Restore it on its server, or mend `database` in {FILE}.")
    kept = backups(settings.folder, "dump")
    last = f"the last backup is {BACKUPS}/{kept[-1].name}" if kept else "there is no backup of it here"
    return (f"{name}: the gradebook answers, with {students} students; {last}. Whether its files are sound, its server "
            "alone can say.")


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


def gradebook_damage(folder: Path, database: Path | None) -> Iterator[Damage]:
    """Yield what is wrong with a gradebook that is a file."""
    begun = has_marks(folder) or backups(folder)
    if database is None or (is_sound(database) if database.exists() and (begun or database.stat().st_size)
                            else not begun):
        return
    what = "it is damaged" if database.exists() else "it is gone, though this folder has been graded"
    good = next((path for path in reversed(backups(folder)) if is_sound(path)), None)
    fix = (f"--repair restores it from {BACKUPS}/{good.name}." if good else
           "There is no backup: --repair lets the next run write it again, without the marks given by hand.")
    name = database.name if database.parent == folder else str(database)
    yield Damage(name, what, fix, lambda: restore(folder, database, good))


def has_marks(folder: Path) -> bool:
    """Return whether results were entered into the gradebook of this folder."""
    if not (folder / RESULTS).exists():
        return False
    with closing(opened(folder / RESULTS)) as store:
        tables = store.execute("SELECT count(*) FROM sqlite_master WHERE name = 'entered'").fetchone()[0]
        return bool(tables) and store.execute("SELECT 1 FROM entered").fetchone() is not None


def restore(folder: Path, database: Path, backup: Path | None) -> str:
    """Put a backup in the place of the gradebook, which stays beside it, and return what was done."""
    for end in BESIDE:
        path = database.with_name(database.name + end)
        if path.exists():
            path.replace(database.with_name(f"damaged-{path.name}"))
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
