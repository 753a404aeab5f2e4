"""What a call did to its arguments and with its memory, seen in values alone: the worker is never asked about itself.

The arguments are placed as objects in the worker before the call, and read after it. Whether two arrays share memory
is seen by writing into one and reading the other; then what was there is put back, because a layer may have kept it.
A student whose code works on copies has answered rightly, whoever made them.
"""

from __future__ import annotations

import numpy as np

from autograder.checking.outcome import WITHIN, Outcome, arrays, path_text
from autograder.course.verdicts import StudentError
from autograder.sandbox import wire

PLACED = (np.ndarray, list, tuple, dict)  # what a call could change


class Placed:
    """The positional arguments of one call: those that it could change are objects in the worker."""

    def __init__(self, session, worker, arguments: tuple, words: str):
        self.session, self.sent, self.words = session, arguments, f"an argument of {words}"
        self.places = [place for place, argument in enumerate(arguments) if isinstance(argument, PLACED)]
        if not self.places:
            return
        reply = session.request(worker, words, request="put", values=tuple(arguments[i] for i in self.places))
        handles = session.field(reply, "value", "value", tuple)
        if len(handles) != len(self.places) + 1 or {type(handle) for handle in handles} != {wire.Handle}:
            raise session.fail("protocol", words, "no handles for the arguments")
        *each, self.together = session.wrap(handles, words)
        self.objects = dict(zip(self.places, each, strict=True))

    def on_call(self) -> tuple:
        """Return the arguments as the call gets them."""
        return tuple(self.objects[place] if place in self.places else argument
                     for place, argument in enumerate(self.sent))

    def now(self) -> tuple:
        """Return the arguments as they are now."""
        if not self.places:
            return self.sent
        came = self.together._read((), self.words, tuple(self.sent[place] for place in self.places))
        if type(came) is not tuple or len(came) != len(self.places):
            raise self.session.fail("protocol", self.words, "other arguments than were placed")
        came = dict(zip(self.places, came, strict=True))
        return tuple(came.get(place, argument) for place, argument in enumerate(self.sent))


class Memory:
    """Which arrays of a result are one in memory with an argument or with each other."""

    def __init__(self, placed: Placed, kept, value, words: str):
        self.placed, self.kept, self.value, self.words = placed, kept, value, words

    def aliases(self) -> list[tuple[str, int]]:
        """Return what Outcome.aliases says."""
        parts, found = list(arrays(self.value)), []
        for place, argument in enumerate(self.placed.sent):
            if isinstance(argument, np.ndarray) and parts:
                changed = self.changed_by_writing(self.placed.objects[place], ())
                found += [(path_text(steps), place) for steps, _ in parts if steps in changed]
        pairs, locked = set(), 0
        for place, (steps, _) in enumerate(parts):
            if place + 1 == len(parts) and not locked:
                break  # each of the others was written into
            try:
                changed = self.changed_by_writing(self.kept, steps)
            except StudentError as error:
                if error.reason != "exception":
                    raise
                locked += 1  # nobody can write into this one
                continue
            pairs |= {tuple(sorted((place, other))) for other, (steps, _) in enumerate(parts)
                      if other != place and steps in changed}
        return found + [(path_text(parts[later][0]), WITHIN) for _, later in sorted(pairs)]

    def changed_by_writing(self, target, steps: tuple) -> set[tuple]:
        """Return the steps to the arrays of the result that another content of one array has changed."""
        before = target._read(steps, self.words)
        if not isinstance(before, np.ndarray):
            return {found for found, _ in arrays(self.value)}  # it has become something else
        target._write(steps, (before == 0).astype(before.dtype), self.words)
        now = dict(arrays(self.kept._read((), self.words)))
        target._write(steps, before, self.words)
        return {found for found, array in arrays(self.value) if not is_same(now.get(found), array)}


def is_same(now, before: np.ndarray) -> bool:
    """Return whether an array holds the same numbers as before."""
    return isinstance(now, np.ndarray) and np.array_equal(now, before, equal_nan=before.dtype.kind in "fc")


def observe(session, worker, path: tuple, arguments: tuple, keywords: dict, words: str, result_words: str) -> Outcome:
    """Call something and return what it gave and what it did."""
    placed = Placed(session, worker, arguments, words)
    reply = session.request(worker, words, request="call", target=list(path), arguments=placed.on_call(),
                            keywords=keywords, observe=True)
    value = session.received(session.field(reply, "observed", "value"), result_words)
    kept = session.wrap(session.field(reply, "observed", "kept", wire.Handle), result_words)
    notes = session.field(reply, "observed", "warnings", list)
    if not all(type(note) is str for note in notes):
        raise session.fail("protocol", words, "a reply with malformed observations")
    return Outcome(value, placed.now(), notes, Memory(placed, kept, value, result_words).aliases)
