"""Results kept by content: what was graded once is not graded again, and only what changed is.

The key of an exercise's result covers everything that it depends on: the student's cells, the source of its checks
and what they share, the reference, the grading engine, the environment, the limits and the batch secret.
"""

from __future__ import annotations

import ast
import hashlib
import json
import platform
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from functools import lru_cache
from pathlib import Path

import numpy as np

from autograder.checking.hints import hints_file
from autograder.course.results import ExerciseResult, SubmissionResult
from autograder.course.settings import PACKAGE, course_settings
from autograder.course.units import Course, unit_folder
from autograder.course.verdicts import CourseError
from autograder.grading.request import Settings
from autograder.submissions.submission import Submission

ENGINE = ("course/*.py", "checking/*.py", "sandbox/*.py", "grading/judge.py", "grading/processes.py",
          "grading/follow_through.py", "grading/apart.py")
HELPERS = "given.py"  # what a unit's checks share with its notebook


def digest(*parts: str | bytes) -> str:
    """Return a digest of the parts; each is hashed with its length, so that their borders count."""
    state = hashlib.blake2b(digest_size=20)
    for part in parts:
        data = part.encode("utf-8", "surrogatepass") if isinstance(part, str) else part
        state.update(len(data).to_bytes(8, "big") + data)
    return state.hexdigest()


def split_checks(source: str) -> tuple[str, dict[str, list[str]]]:
    """Return the code that all checks of a file share, and the source of each exercise's checks."""
    shared, checks = [], {}
    for node in ast.parse(source).body:
        text = ast.unparse(node)
        name = exercise_of(node)
        checks.setdefault(name, []).append(text) if name else shared.append(text)
    return "\n".join(shared), checks


def exercise_of(node: ast.stmt) -> str | None:
    """Return the exercise that a check function is marked with, None for any other statement."""
    for decorator in getattr(node, "decorator_list", []):
        if isinstance(decorator, ast.Call) and ast.unparse(decorator.func).endswith("mark.exercise"):
            return ast.literal_eval(decorator.args[0])
    return None


@lru_cache
def engine_digest() -> str:
    """Return a digest of the grading engine and the versions it runs with."""
    files = [path for pattern in ENGINE for path in matching(PACKAGE, pattern)]
    allowed = json.dumps(course_settings().packages)
    return digest(platform.python_version(), np.__version__, allowed, *(path.read_bytes() for path in files))


def matching(folder: Path, pattern: str) -> list[Path]:
    """Return the files of a pattern, sorted; raise CourseError where there is none: it would go stale unseen."""
    paths = sorted(folder.glob(pattern))
    if not paths:
        raise CourseError("no file of the grading engine is called like this.", str(folder / pattern),
                          "Mend ENGINE in autograder/grading/cache.py.")
    return paths


def exercise_digests(course: Course, unit: str) -> dict[str, str]:
    """Return a digest for each graded exercise of a unit: its checks and those of what it uses, hints, reference."""
    files = [split_checks(path.read_text(encoding="utf-8")) for path in course.check_files(unit, hidden=True)]
    reference = (course.root / "solutions" / f"{unit}.py").read_bytes()
    beside = [path.read_bytes() for path in (hints_file(unit), unit_folder(unit) / HELPERS) if path.exists()]
    common = digest(engine_digest(), reference, *beside, *(shared for shared, _ in files))
    return {exercise.name: digest(common, *(text for name in (exercise.name, *exercise.uses) for _, checks in files
                                            for text in checks.get(name, [])))
            for exercise in course.unit(unit).graded}


def result_keys(submission: Submission, exercises: dict[str, str], settings: Settings) -> dict[str, str]:
    """Return the key of each exercise's result for this submission."""
    batch = digest(submission.digest, json.dumps(asdict(settings.limits)), settings.tier.name, settings.secret)
    return {name: digest(batch, name, content) for name, content in exercises.items()}


class Store:
    """The results of a batch on disk (SQLite): by content, and as last entered for each student and unit."""

    def __init__(self, path: Path):
        self._connection = sqlite3.connect(path, isolation_level=None)
        self._connection.execute("PRAGMA journal_mode = WAL")
        self._connection.execute("PRAGMA synchronous = NORMAL")  # what a power cut takes is graded, or entered, again
        self._connection.execute("CREATE TABLE IF NOT EXISTS result (key TEXT PRIMARY KEY, record TEXT NOT NULL)")
        self._connection.execute("CREATE TABLE IF NOT EXISTS entered (student TEXT, unit TEXT, stamp TEXT NOT NULL, "
                                 "record TEXT NOT NULL, PRIMARY KEY (student, unit))")
        self._connection.execute("CREATE TABLE IF NOT EXISTS page (student TEXT, unit TEXT, stamp TEXT NOT NULL, "
                                 "PRIMARY KEY (student, unit))")
        self._connection.execute("CREATE TABLE IF NOT EXISTS origin (student TEXT, unit TEXT, path TEXT NOT NULL, "
                                 "PRIMARY KEY (student, unit))")
        self._connection.execute("CREATE TABLE IF NOT EXISTS seen (student TEXT, unit TEXT, content TEXT NOT NULL, "
                                 "first INTEGER, last INTEGER, PRIMARY KEY (student, unit))")
        self._run = 1 + (self._connection.execute("SELECT max(last) FROM seen").fetchone()[0] or 0)

    @contextmanager
    def together(self) -> Iterator[None]:
        """Record all that the block records, or nothing of it when the block does not end well."""
        self._connection.execute("BEGIN")
        try:
            yield
        except BaseException:
            self._connection.execute("ROLLBACK")
            raise
        self._connection.execute("COMMIT")

    def find(self, keys: dict[str, str]) -> dict[str, ExerciseResult]:
        """Return the known results among `keys` (exercise -> key)."""
        rows = {name: self._connection.execute("SELECT record FROM result WHERE key = ?", [key]).fetchone()
                for name, key in keys.items()}
        return {name: ExerciseResult.from_json(json.loads(row[0])) for name, row in rows.items() if row}

    def keep(self, keys: dict[str, str], result: SubmissionResult) -> None:
        """Keep the exercises of a result under their keys."""
        self._connection.executemany(
            "INSERT OR REPLACE INTO result VALUES (?, ?)",
            [(keys[exercise.name], json.dumps(asdict(exercise))) for exercise in result.exercises])

    def entered(self, student: str, unit: str) -> tuple[str, SubmissionResult] | None:
        """Return the stamp and the result that the gradebook holds for a student and unit."""
        row = self._connection.execute("SELECT stamp, record FROM entered WHERE student = ? AND unit = ?",
                                       [student, unit]).fetchone()
        return row and (row[0], SubmissionResult.from_json(json.loads(row[1])))

    def has_entered(self) -> bool:
        """Return whether any result was entered into the gradebook."""
        return self._connection.execute("SELECT 1 FROM entered").fetchone() is not None

    def enter(self, stamp: str, result: SubmissionResult) -> None:
        """Record that the gradebook now holds this result."""
        self._connection.execute("INSERT OR REPLACE INTO entered VALUES (?, ?, ?, ?)",
                                 [result.student, result.unit, stamp, json.dumps(result.to_json())])

    def came_from(self, origins: Iterable[tuple[str, str, str]]) -> None:
        """Record (student, unit, path): what each hand-in was called, for the way back into a course system.

        A path may hold bytes that are no text; no database takes them as they are.
        """
        self._connection.executemany("INSERT OR REPLACE INTO origin VALUES (?, ?, ?)", (
            (student, unit, path.encode("utf-8", "backslashreplace").decode()) for student, unit, path in origins))

    def origins(self) -> dict[tuple[str, str], str]:
        """Return (student, unit) -> what the hand-in was called."""
        return {(student, unit): path for student, unit, path in self._connection.execute("SELECT * FROM origin")}

    def saw(self, student: str, unit: str, content: str) -> None:
        """Record that a student's work is there in this run; content: its digest, "" where everybody's is alike."""
        self._connection.execute("INSERT INTO seen VALUES (?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET "
                                 "content = excluded.content, last = excluded.last",
                                 [student, unit, content, self._run, self._run])

    def renamed(self) -> list[tuple[str, str]]:
        """Return (new, old) names of what is probably one student.

        The new one first came with the very work of the old one, who has not been there since.
        """
        return self._connection.execute(
            "SELECT DISTINCT new.student, old.student FROM seen new JOIN seen old USING (unit, content) "
            "WHERE content <> '' AND (SELECT min(first) FROM seen WHERE student = new.student) > "
            "(SELECT max(last) FROM seen WHERE student = old.student) ORDER BY 1, 2").fetchall()

    def page(self, student: str, unit: str) -> str:
        """Return the stamp of the feedback page that was written last; "" if there is none."""
        row = self._connection.execute("SELECT stamp FROM page WHERE student = ? AND unit = ?",
                                       [student, unit]).fetchone()
        return row[0] if row else ""

    def wrote_page(self, student: str, unit: str, stamp: str) -> None:
        """Record what the feedback page now says."""
        self._connection.execute("INSERT OR REPLACE INTO page VALUES (?, ?, ?)", [student, unit, stamp])

    def forget(self, student: str) -> None:
        """Forget what was entered for a student; what is known by content stays."""
        self._connection.execute("DELETE FROM entered WHERE student = ?", [student])
        self._connection.execute("DELETE FROM page WHERE student = ?", [student])
        self._connection.execute("DELETE FROM origin WHERE student = ?", [student])
        self._connection.execute("DELETE FROM seen WHERE student = ?", [student])

    def all_entered(self):
        """Yield every result that the gradebook holds, by unit and student."""
        for (record,) in self._connection.execute("SELECT record FROM entered ORDER BY unit, student"):
            yield SubmissionResult.from_json(json.loads(record))

    def stamps(self) -> list[str]:
        """Return unit, student and stamp of everything that the gradebook holds, in one order."""
        rows = self._connection.execute("SELECT unit, student, stamp FROM entered ORDER BY unit, student")
        return [part for row in rows for part in row]

    def close(self) -> None:
        self._connection.close()
