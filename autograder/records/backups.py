"""backups/ in a class folder: what cannot be made again, copied before a run writes.

Of a gradebook in a file (SQLite) a copy; of one on a PostgreSQL server what pg_dump writes, where that is installed.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from autograder.records.class_settings import FILE, ClassSettings, read_class
from autograder.records.output import SECRET, first_line, write_private

BACKUPS = "backups"
KEPT = 10  # backups of the gradebook
GRADEBOOK = "gradebook.db"
DUMP_SECONDS = 600
YOURS = "the gradebook is in a database of its own, so its backups are yours to make"


def gradebook_file(settings: ClassSettings) -> Path | None:
    """Return the file of the gradebook, None where it is on a server."""
    if not settings.database:
        return settings.folder / GRADEBOOK
    from sqlalchemy import make_url  # here: most classes need none of it

    url = make_url(settings.database)
    return Path(url.database) if url.get_backend_name() == "sqlite" and url.database else None


def back_up(folder: Path) -> str:
    """Copy settings, secret, and the gradebook if it has changed since, to backups/.

    Return what the instructor has to know: that a gradebook on a server could not be copied, and why; "" else.
    """
    target, settings = folder / BACKUPS, read_class(folder)
    target.mkdir(exist_ok=True)
    if (folder / FILE).exists():
        shutil.copy2(folder / FILE, target / FILE)
    if (folder / SECRET).exists():
        write_private(target / SECRET, (folder / SECRET).read_text(encoding="utf-8"))
    database = gradebook_file(settings)
    problem = dump(settings, target) if database is None else ""
    if database is not None:
        copy_if_changed(folder, database)
    for ending in ("db", "dump"):
        for old in backups(folder, ending)[:-KEPT]:
            old.unlink()
    return problem


def copy_if_changed(folder: Path, database: Path) -> None:
    """Copy a gradebook in a file, unless the last copy is of this state."""
    known = backups(folder)
    if not database.exists() or (known and known[-1].stat().st_mtime_ns == changed_at(database)):
        return
    changed = changed_at(database)
    copy = folder / BACKUPS / f"gradebook-{now()}.db"
    copy_database(database, copy)
    os.utime(copy, ns=(changed, changed))


def dump(settings: ClassSettings, target: Path) -> str:
    """Write what pg_dump says of a gradebook on a PostgreSQL server; return why there is none, "" if there is."""
    from sqlalchemy import make_url

    url = make_url(settings.database_url)
    if url.get_backend_name() != "postgresql":
        return f"{YOURS}."
    if not shutil.which("pg_dump"):
        return f"{YOURS}: pg_dump is not installed here."
    draft = target / "gradebook.dump.new"
    address = url.set(drivername="postgresql", password=None).render_as_string()
    environment = os.environ | ({"PGPASSWORD": str(url.password)} if url.password else {})
    draft.unlink(missing_ok=True)
    os.close(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))  # marks of a class: for its owner alone
    try:
        subprocess.run(["pg_dump", "--format=custom", "--no-password", f"--file={draft}", f"--dbname={address}"],
                       env=environment, check=True, capture_output=True, text=True, timeout=DUMP_SECONDS)
    except (OSError, subprocess.SubprocessError) as error:
        draft.unlink(missing_ok=True)
        said = getattr(error, "stderr", "") or str(error)
        return f"{YOURS}: pg_dump failed ({first_line(Exception(said))})."
    draft.replace(target / f"gradebook-{now()}.dump")
    return ""


def now() -> str:
    """Return the time for a file's name; names sort like the times."""
    return f"{datetime.now(UTC):%Y%m%dT%H%M%S%f}"


def backups(folder: Path, ending: str = "db") -> list[Path]:
    """Return the backups of the gradebook, the oldest first."""
    return sorted((folder / BACKUPS).glob(f"gradebook-*.{ending}"))


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
