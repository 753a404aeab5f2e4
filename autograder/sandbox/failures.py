"""What a worker reports when student code fails, and the sentences that a student reads."""

from __future__ import annotations

import re
from dataclasses import dataclass

# "matmul: Input operand 1 has a mismatch in its core dimension 0, with gufunc signature (n?,k),(k,m?)->(n?,m?) (size 2
# is different from 1)": the second factor has 2 rows, the first 1 column.
INNER_LENGTHS = re.compile(r"^matmul: Input operand 1 .* core dimension 0, .* \(size (\d+) is different from (\d+)\)$")
FATAL = {"exited", "timeout", "memory", "protocol"}


@dataclass(frozen=True)
class Failure:
    """What a worker says about an exception: untrusted, but of checked types and bounded."""

    reason: str
    message: str
    type: str
    cell: str
    line: int
    source: str

    @classmethod
    def of(cls, reply):
        """Return the failure in a reply, or None when its fields are not as they must be."""
        texts = [reply.get(name, "") for name in ("reason", "message", "type", "cell", "source")]
        line = reply.get("line", 0)
        if any(type(text) is not str or len(text) > 1000 for text in texts) or type(line) is not int:
            return None
        reason, message, kind, cell, source = texts
        if reason not in {"exception", "memory", "not-attempted", "no-function", "bad-type", "too-large"}:
            return None
        return cls(reason, message, kind, cell, line, source)

    def sentence(self, words):
        """Return the sentence for the student."""
        if self.reason == "not-attempted":
            return unfinished(words, self.message)
        if self.reason in ("bad-type", "too-large"):
            return f"{words} gave {self.message}."
        where = f" in line {self.line} of the cell `{self.cell}`: `{self.source}`" if self.cell else ""
        return f"{words} raised {plain_text(self.type, self.message)}{where}"


def plain_text(kind: str, message: str) -> str:
    """Return an exception as text; what numpy says about a matrix product in words that a student knows."""
    found = INNER_LENGTHS.search(message)
    if found:
        rows, columns = found.groups()
        message = f"a product A @ B needs as many columns in A as rows in B, but here they are {columns} and {rows},"
    return f"{kind}: {message.strip()}".rstrip(": ")


def no_object(name: str, attribute: str) -> str:
    """Return the sentence for a class or function of the student where one of its objects is wanted."""
    return f"`{name}` is a class or a function, not an object that has `{attribute}`: is a call missing?"


def unfinished(words, missing):
    """Return the sentence for a call that met a stub; `missing` is the text of the stub: the exercise it waits for."""
    if not missing.isidentifier() or missing == words.strip("`").partition(".")[0]:  # its own stub, or its class's
        return f"{words} is not written yet."
    return f"{words} needs `{missing}`, which is not written yet."


def stop_sentence(reason, words, message, limits):
    """Return the sentence for a worker that was stopped or ended."""
    if reason == "timeout":
        return f"{words} was stopped: {message} (at most {limits.call_seconds:g} s a call, " \
               f"{limits.exercise_seconds:g} s an exercise, {limits.submission_seconds:g} s in all)."
    if reason == "memory":
        return f"{words} needed more memory than the {limits.memory_mib} MiB that are allowed."
    if reason == "exited":
        return f"{words} ended the Python that ran it: {message}."
    return f"{words} disturbed the connection to the grader: {message}."
