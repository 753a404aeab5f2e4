"""What a worker tells of an exception of the student's code: why, of which type, what it says, and where it was raised.

Runs in the student's process, with nothing of the course. The judge believes none of it: it serves the messages only.
"""

from __future__ import annotations

import plain
import wire

MESSAGE, NAME, FRAMES = 500, 100, 100_000


class Refusal(Exception):
    """A request that cannot be served: a reason and a sentence."""


class JudgeError(Exception):
    """Raised in student code when a function of the judge, which it called, failed there."""


def failure(error: BaseException, sources: dict[str, list[str]]) -> dict:
    """Return the reply for an exception. sources: name -> lines of the cells that have been run."""
    try:
        if isinstance(error, Refusal):
            return {"reply": "failure", "reason": error.args[0], "message": error.args[1]}
        if isinstance(error, wire.WireError):
            return {"reply": "failure", "reason": error.reason, "message": clip(error.message, MESSAGE)}
        return {"reply": "failure", "reason": reason(error), "type": clip(type(error).__name__, NAME),
                "message": clip(message(error), MESSAGE), "kinds": plain.kinds(error)} | place(error, sources)
    except BaseException:
        return {"reply": "failure", "reason": "exception", "type": "an exception",
                "message": "its message could not be read"}


def place(error: BaseException, sources: dict[str, list[str]]) -> dict:
    """Return the innermost cell, line and source line of an exception; {} without one."""
    found = None
    if isinstance(error, SyntaxError) and error.filename in sources:
        found = error.filename, error.lineno or 1
    step, count = error.__traceback__, 0
    while step is not None and count < FRAMES:
        if step.tb_frame.f_code.co_filename in sources:
            found = step.tb_frame.f_code.co_filename, step.tb_lineno
        step, count = step.tb_next, count + 1
    if found is None:
        return {}
    lines = sources[found[0]]
    source = lines[found[1] - 1].strip() if 0 < found[1] <= len(lines) else ""
    return {"cell": found[0][6:-1], "line": found[1], "source": clip(source, NAME * 2)}


def reason(error: BaseException) -> str:
    """Return the reason that an exception of the student's code stands for."""
    if isinstance(error, MemoryError):
        return "memory"
    return "not-attempted" if isinstance(error, NotImplementedError) else "exception"


def message(error: BaseException) -> str:
    """Return the text of an exception, whatever its own __str__ does."""
    try:
        return error.msg if isinstance(error, SyntaxError) else str(error)
    except BaseException:
        return ""


def clip(text, length: int) -> str:
    """Return text of at most this length that can be encoded."""
    return str(text)[:length].encode("utf-8", "replace").decode()
