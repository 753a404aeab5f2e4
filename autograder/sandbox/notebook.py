"""The cells of one submission: loaded into a worker one by one, with what failed in them."""

from __future__ import annotations

import numpy as np

from autograder.checking.failures import cell_words, no_attribute
from autograder.course.verdicts import StudentError
from autograder.sandbox.process import WorkerGone

BROKEN = "; its cell did not run to the end: "


class Notebook:
    """The cells of a session's submission; those that ended a worker are left out the next time.

    shown: ids of cells that are left out unless another one uses what they define. given: name -> function of the
    judge, which takes the place of what the cells define.
    """

    def __init__(self, session, cells, shown, given):
        self.session, self.cells, self.shown, self.given = session, cells, shown, given
        self.errors: dict[str, str] = {}
        self.skipped: dict[str, StudentError] = {}

    def load(self) -> bool:
        """Load all cells into the session's worker; return False when it had to be stopped."""
        self.leave_out_shown()
        loaded = self.session.worker is not None and all(
            self.load_cell(*cell) for cell in self.cells if cell[0] not in self.skipped)
        if loaded and self.given:
            self.define()
        return loaded

    def leave_out_shown(self):
        """Drop the cells that only show something, unless another cell uses what they define."""
        shown, self.shown = self.shown, frozenset()
        if not shown:
            return
        parts = [[text(source) for cell, source in self.cells if (cell in shown) is wanted] for wanted in (True, False)]
        message = {"request": "needs", "shown": parts[0], "others": parts[1], "released": []}
        try:
            reply = self.session.worker.exchange(message, self.session.cell_deadline())
        except WorkerGone as gone:
            self.session.lost(gone, "the notebook")
            return
        if reply.get("value") is False:
            self.cells = [cell for cell in self.cells if cell[0] not in shown]

    def load_cell(self, cell, source):
        """Load one cell; return False when the worker had to be stopped."""
        words = f"the {cell_words(cell)}"
        self.errors.pop(cell, None)
        message = {"request": "load", "cell": cell.encode("utf-8", "replace").decode(), "source": text(source),
                   "released": []}
        try:
            reply = self.session.worker.exchange(message, self.session.cell_deadline())
        except WorkerGone as gone:
            error = self.session.lost(gone, words)
        else:
            if reply["reply"] == "loaded":
                return True
            error = self.session.failure(reply, words) if reply["reply"] == "failure" else self.session.fail(
                "protocol", words, "no answer to the loading of a cell")
        self.errors[cell] = error.message
        if self.session.worker is None:
            self.skipped[cell] = error
        return self.session.worker is not None

    def define(self):
        """Put the given functions of the judge in the place of what the cells defined."""
        message = {"request": "define", "names": self.given, "released": []}
        try:
            reply = self.session.worker.exchange(message, self.session.cell_deadline(), self.session.questions.replace)
        except WorkerGone as gone:
            raise self.session.lost(gone, "the notebook") from None
        if reply["reply"] != "loaded":
            raise self.session.fail("protocol", "the notebook", "no answer to the definition of a name")

    def broken_cell(self, name):
        """Return what to add where a name is missing: which failed cell was to define it, "" where there is none."""
        cell = next((cell for cell, source in self.cells if cell in self.errors and (
            cell == f"{name}-answer" or f"def {name}" in source or f"class {name}" in source
            or f"{name} =" in source)), None)
        return f"{BROKEN}{self.errors[cell].partition(BROKEN)[0]}" if cell else ""

    def missing_sentence(self, words, facts):
        """Say that a name is missing, and which failed cell was to define it."""
        broken = self.broken_cell(words.strip("`").partition(".")[0])
        if broken:
            return f"{words} {facts.message}{broken}"
        owner, _, attribute = words.strip("`").rpartition(".")
        if owner and facts.message == "does not exist":
            return no_attribute(owner, attribute)
        return f"{words} {facts.message}."


def text(source):
    """Return what stands on the wire for a text of any length; half a surrogate pair can stand on no wire."""
    return np.frombuffer(source.encode("utf-8", "replace"), np.uint8)
