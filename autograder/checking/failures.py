"""What a worker reports when student code fails, and the sentences that a student reads."""

from __future__ import annotations

import re
from dataclasses import dataclass

from autograder.checking.left_out import NO_FILES
from autograder.checking.plain import WANTED

# What Python and numpy say, and how a student reads it. "matmul: Input operand 1 has a mismatch in its core dimension
# 0, with gufunc signature (n?,k),(k,m?)->(n?,m?) (size 2 is different from 1)" means: the second factor has 2 rows,
# the first 1 column.
IN_OTHER_WORDS = {
    r"matmul: Input operand 1 .* core dimension 0, .* \(size (\d+) is different from (\d+)\)":
        r"a product A @ B needs as many columns in A as rows in B, but here they are \2 and \1,",
    r"ufunc 'bitwise_xor' not supported .*": "^ does not mean 'to the power of' in Python,",
    r"(\w+\(\) takes no arguments)": r"\1: is there an __init__, with two underscores on each side?",
    r"(\w+\.\w+\(\) takes .* positional arguments? but .* given)": r"\1 (`self` counts as one)",
    r"(The truth value of an array with more than one element is ambiguous)\..*":
        "one True or False is wanted, but an array has one for each entry,",
    r"EOF when reading a line": "input() has nobody to ask here: an answer gets what it needs as its arguments,",
}
DEFINES = re.compile(r"^(?:async[ \t]+)?(?:def|class)[ \t]+(\w+)", re.MULTILINE)
NO_FILE = re.compile(r"\[Errno (1|2|13|30)\] ")  # not permitted, not there, no access, read-only
KINDS = 100  # classes of one exception
# What the worker says in the grader's own voice, and what stands there when it says anything else: it may be forged.
GRADERS_WORDS = {
    "no-function": (r"does not exist|no longer exists|is not defined|is not a function but of type [\w.]+"
                    r"|has no entry [\w-]+", "is not what the check calls"),
    "bad-type": (rf"(?:an object of type [\w.]+|a numpy array of (?:dtype [\w\[\]]+|Python objects \(dtype object\))), "
                 rf"where {re.escape(WANTED)} is expected(?:; np\.array\(result\.tolist\(\), dtype=float\) may help)?"
                 r"|text that is not valid Unicode|a dict whose keys are not plain numbers or text"
                 r"|a class itself, not an object made with it", "something that is no plain value"),
    "too-large": (r"more than \d+ (?:items, or lists nested more than \d+ deep|MiB of text and numbers outside arrays)"
                  r"|an integer of more than 63 bits|arrays of more than \d+ MiB together",
                  "more than the grader can hold"),
}
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
    kinds: tuple[str, ...] = ()

    @classmethod
    def of(cls, reply):
        """Return the failure in a reply, or None when its fields are not as they must be."""
        texts = [reply.get(name, "") for name in ("reason", "message", "type", "cell", "source")]
        line, kinds = reply.get("line", 0), reply.get("kinds", [])
        if type(kinds) is not list or len(kinds) > KINDS or type(line) is not int:
            return None
        if any(type(text) is not str or len(text) > 1000 for text in texts + kinds):
            return None
        reason, message, kind, cell, source = texts
        if reason not in {"exception", "memory", "not-attempted", "no-function", "bad-type", "too-large"}:
            return None
        known, instead = GRADERS_WORDS.get(reason, (".*", ""))
        if not re.fullmatch(known, message, re.DOTALL):
            message = instead
        return cls(reason, message, kind, cell, line, source, tuple(kinds))

    def sentence(self, words):
        """Return the sentence for the student."""
        if self.reason == "not-attempted":
            return unfinished(words, self.message)
        if self.reason in ("bad-type", "too-large"):
            return f"{words} gave {self.message}."
        where = f" in line {self.line}" * bool(self.cell)
        if self.cell and cell_words(self.cell) not in words:
            where += f" of the {cell_words(self.cell)}"
        said = f"{words} raised {plain_text(self.type, self.message)}{where}" + f": `{self.source}`" * bool(self.cell)
        return f"{said}. {NO_FILES}" if NO_FILE.match(self.message) and "OSError" in self.kinds else said


def plain_text(kind: str, message: str) -> str:
    """Return an exception as text, in words that a student knows."""
    if kind == "SystemExit":
        return f"{kind}: exit() ends Python itself, where `return` ends a function,"
    message = re.sub(r"[\w.<>]*<locals>\.", "", message)  # where a function was defined
    for known, words in IN_OTHER_WORDS.items():
        found = re.fullmatch(known, message)
        message = found.expand(words) if found else message
    kind = kind if kind.replace(".", "").isidentifier() else f"`{kind}`"  # a class can be called like a sentence
    return f"{kind}: {message.strip()}".rstrip(".: ")


def cell_words(cell: str) -> str:
    """Return how to call a cell: one with an answer by its exercise."""
    return f"cell `{cell.removesuffix('-answer')}`"


def no_object(name: str, attribute: str) -> str:
    """Return the sentence for a class or function of the student where one of its objects is wanted."""
    return f"`{name}` is a class or a function, not an object that has `{attribute}`: is a call missing?"


def no_attribute(owner: str, attribute: str) -> str:
    """Return the sentence for an object of the student that lacks an attribute or a method."""
    return f"`{owner}` has no `{attribute}`: is it missing, or spelled in another way?"


def renamed(name: str, source: str) -> str:
    """Return the sentence for a cell whose text defines other names than its exercise's, "" for any other cell."""
    names = DEFINES.findall(source)
    if not names or name in names or re.search(rf"^{re.escape(name)}\b", source, re.MULTILINE):
        return ""
    others = ", ".join(f"`{other}`" for other in names)
    return f"The cell of `{name}` defines {others}. Call it `{name}` again: that is the name that is graded."


def unfinished(words, missing):
    """Return the sentence for a call that met a stub; `missing` is the text of the stub: the exercise it waits for."""
    if not missing.isidentifier() or missing == words.strip("`").partition(".")[0]:  # its own stub, or its class's
        return f"{words} is not written yet."
    return f"{words} needs `{missing}`, which is not written yet."


def stop_sentence(reason, words, message, limits):
    """Return the sentence for a worker that was stopped or ended."""
    if reason == "timeout":
        return f"{words} was stopped: {message} (at most {limits.call_seconds:g} s of processor time " \
               f"a call, {limits.exercise_seconds:g} s an exercise, {limits.submission_seconds:g} s in all)."
    if reason == "memory":
        return f"{words} needed more memory than the {limits.memory_mib} MiB that are allowed."
    if reason == "too-large":
        return f"{words} gave more than the grader can hold."
    if reason == "exited":
        return f"{words} ended the Python that ran it: {message}."
    return f"{words} disturbed the connection to the grader: {message}."
