"""The cells of one submission: loaded into a worker one by one, with what failed in them."""

from __future__ import annotations

import re

import numpy as np

from autograder.checking.failures import cell_words, no_attribute, renamed
from autograder.checking.left_out import refusal, rule
from autograder.course.units import ANSWER_SUFFIX
from autograder.course.verdicts import StudentError
from autograder.sandbox.process import WorkerGone

BROKEN = "; its cell did not run to the end: "
MODULE = re.compile(r"[\w.]{1,100}")
BUSY = "threading"
LEFT_OUT = 20  # modules of one cell
DISTURBED = 10  # names that are told
NOTES = 20


class Notebook:
    """The cells of a session's submission; those that ended a worker are left out the next time.

    shown: ids of cells that are left out unless another one uses what they define. given: name -> function of the
    judge, which takes the place of what the cells define. packages: what they may import.
    """

    def __init__(self, session, cells, shown, given, packages):
        self.session, self.cells, self.shown, self.given, self.packages = session, cells, shown, given, list(packages)
        self.only_shown, self.noted = frozenset(shown), set()
        self.left_out: dict[str, list[str]] = {}
        self.needed: dict = {}  # answer -> a module that it needs and may not have, as the worker says
        self.errors: dict[str, str] = {}
        self.skipped: dict[str, StudentError] = {}

    def load(self) -> bool:
        """Load all cells into the session's worker; return False when it had to be stopped."""
        self.leave_out_shown()
        self.needed = {}
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
        self.noted.discard(cell)
        message = {"request": "load", "cell": cell.encode("utf-8", "replace").decode(), "source": text(source),
                   "packages": self.packages, "released": []}
        try:
            reply = self.session.worker.exchange(message, self.session.cell_deadline())
        except WorkerGone as gone:
            error = self.session.lost(gone, words)
        else:
            self.keep_left_out(cell, reply.get("left_out"))
            if reply["reply"] == "loaded":
                return True
            error = self.session.failure(reply, words) if reply["reply"] == "failure" else self.session.fail(
                "protocol", words, "no answer to the loading of a cell")
        self.errors[cell] = error.message
        if error.reason != "not-attempted" and not cell.endswith(ANSWER_SUFFIX) and cell not in self.only_shown:
            self.noted.add(cell)
        if self.session.worker is None:
            self.skipped[cell] = error
        return self.session.worker is not None

    def keep_left_out(self, cell, modules):
        """Keep the modules that a cell was to import and that were left out."""
        if type(modules) is list and all(type(module) is str for module in modules):
            self.left_out[cell] = [module for module in dict.fromkeys(modules[:LEFT_OUT]) if MODULE.fullmatch(module)]

    def refusal(self, exercise):
        """Return the sentence for an answer that needs a module which the course does not allow, else ""."""
        if not any(self.left_out.values()) and not any("import" in source for _, source in self.cells):
            return ""
        if exercise not in self.needed:
            self.needed |= self.needed_modules(exercise)
        module = self.needed[exercise]
        return refusal(exercise, module, self.packages) if type(module) is str and MODULE.fullmatch(module) else ""

    def needed_modules(self, exercise):
        """Return answer -> a module that it needs and the course does not allow, of this exercise and all answers."""
        answers = [cell.removesuffix(ANSWER_SUFFIX) for cell, _ in self.cells if cell.endswith(ANSWER_SUFFIX)]
        names = [exercise, *answers]
        message = {"request": "modules", "names": names, "packages": self.packages, "released": []}
        try:
            reply = self.session.worker.exchange(message, self.session.cell_deadline())
        except WorkerGone as gone:
            raise self.session.lost(gone, "the notebook") from None
        needed = reply.get("value")
        return dict.fromkeys(names) | (needed if type(needed) is dict else {})

    def disturbed(self):
        """Return what this worker says that its cells and calls have changed for every answer."""
        message = {"request": "disturbed", "released": []}
        try:
            reply = self.session.worker.exchange(message, self.session.cell_deadline())
        except WorkerGone as gone:
            self.session.lost(gone, "the notebook")
            return [BUSY]
        names = reply.get("value", [])
        names = [name for name in names if type(name) is str and MODULE.fullmatch(name)] if type(names) is list else []
        return names[:DISTURBED]

    def notes(self):
        """Return a sentence for each import that was left out, and for each other cell than an answer that failed."""
        found = [f"The import of {module} in the {cell_words(cell)} was left out: {rule(self.packages)}."
                 for cell, modules in self.left_out.items() for module in modules]
        found += [message[:1].upper() + message[1:].partition(BROKEN)[0]
                  for cell, message in self.errors.items() if cell in self.noted]
        return found[:NOTES] + [f"And {len(found) - NOTES} more like these."] * (len(found) > NOTES)

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
        word = re.escape(name)
        gives = re.compile(rf"(?:\b(?:def|class|as|import)[ \t]+{word}\b|\b{word}(?=[ \t]*[:,=])|\bimport[ \t]*\*)")
        cell = next((cell for cell, source in self.cells if cell in self.errors and (
            cell == name + ANSWER_SUFFIX or gives.search(source))), None)
        return f"{BROKEN}{self.errors[cell].partition(BROKEN)[0]}" if cell else ""

    def missing_sentence(self, words, facts):
        """Say that a name is missing, and which failed cell was to define it."""
        broken = self.broken_cell(words.strip("`").partition(".")[0])
        if broken:
            return f"{words} {facts.message}{broken}"
        cell = next((source for cell, source in self.cells if cell == words.strip("`") + ANSWER_SUFFIX), "")
        other = renamed(words.strip("`"), cell)
        if other:
            return f"{words} {facts.message}. {other}"
        owner, _, attribute = words.strip("`").rpartition(".")
        if owner and facts.message == "does not exist":
            return no_attribute(owner, attribute)
        return f"{words} {facts.message}."


def text(source):
    """Return what stands on the wire for a text of any length; half a surrogate pair can stand on no wire."""
    return np.frombuffer(source.encode("utf-8", "replace"), np.uint8)
