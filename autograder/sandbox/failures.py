"""What a worker reports when student code fails, and the sentences that a student reads."""

from __future__ import annotations

from dataclasses import dataclass

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
        return f"{words} raised {self.type}: {self.message}".rstrip(": ") + where


def unfinished(words, missing):
    """Return the sentence for a call that met a stub; `missing` is the text of the stub: the exercise it waits for."""
    if not missing.isidentifier() or missing == words.strip("`"):
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
