"""What the desk remembers, in .autograder/desk.json: results of unchanged notebooks, hints given, the current exercise.

The file can be deleted at any time; a damaged one, or one of another version, counts as none.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os

from autograder.course.settings import version
from autograder.course.units import Exercise
from autograder.desk.place import Desk, Work
from autograder.desk.standing import Standing, unrun

FILE = "desk.json"


class Memory:
    """The desk's memory; every change is written at once."""

    def __init__(self, desk: Desk):
        self._path = desk.folder / FILE
        self._desk = desk
        self._data = {"version": version(), "current": "", "hints": {}, "results": {}}
        with contextlib.suppress(OSError, ValueError, AttributeError):
            data = json.loads(self._path.read_text(encoding="utf-8"))
            if data.get("version") == version() and data.keys() == self._data.keys():
                self._data = data

    @property
    def current(self) -> str:
        """The exercise that is being watched: UNIT/EXERCISE, or ""."""
        return self._data["current"]

    @current.setter
    def current(self, path: str) -> None:
        self._data["current"] = path
        self._write()

    def hints_given(self, path: str, mistake: str) -> int:
        """Return how many hints were given for an exercise; another mistake starts anew."""
        known, count = self._data["hints"].get(path, ["", 0])
        return count if known == mistake else 0

    def note_hints(self, path: str, mistake: str, count: int) -> None:
        self._data["hints"][path] = [mistake, count]
        self._write()

    def recall(self, work: Work, only: Exercise | None = None) -> list[Standing] | None:
        """Return the standings of a unit, or of one exercise alone, if there is nothing to run, or nothing has changed
        since, else None.
        """
        wanted = [exercise for exercise in work.unit.exercises if only in (None, exercise)]
        plain = unrun(work.unit, work.aligned)
        if all(exercise.name in plain for exercise in wanted):
            return [plain[exercise.name] for exercise in wanted]
        known = self._results(work.unit.name, self._digest(work))
        try:
            return [Standing.from_json(exercise, known[exercise.name]) for exercise in wanted]
        except (KeyError, TypeError):
            return None

    def remember(self, work: Work, standings: list[Standing]) -> None:
        """Keep the standings of a unit, or of some of its exercises."""
        digest = self._digest(work)
        made = {standing.exercise.name: standing.to_json() for standing in standings}
        self._data["results"][work.unit.name] = {"digest": digest,
                                                 "standings": self._results(work.unit.name, digest) | made}
        self._write()

    def _results(self, unit: str, digest: str) -> dict:
        """Return exercise -> its standing as JSON, for what was kept of this very notebook."""
        known = self._data["results"].get(unit, {})
        return known["standings"] if known.get("digest") == digest else {}

    def _digest(self, work: Work) -> str:
        digest = hashlib.sha256(work.digest.encode())
        for path in self._desk.course.check_files(work.unit.name, hidden=False):
            digest.update(path.read_bytes())
        return digest.hexdigest()

    def _write(self) -> None:
        """Write the file in one step; a folder that cannot be written to only costs the memory."""
        with contextlib.suppress(OSError):
            self._path.parent.mkdir(parents=True, exist_ok=True)
            draft = self._path.with_name(f"{FILE}.{os.getpid()}")
            draft.write_text(json.dumps(self._data, ensure_ascii=False, indent=1), encoding="utf-8")
            draft.replace(self._path)
