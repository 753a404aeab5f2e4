"""The `student` of a check as plain names in this process: a notebook's namespace, or the reference module."""

from __future__ import annotations

import ast
import contextlib
import copy
import io
import linecache
import re
import sysconfig
import traceback
import warnings
from itertools import combinations
from pathlib import Path

import numpy as np

from autograder.checking.bounds import OutOfTime, allowance, begin_exercise, bounded, no_exercise, stopped_sentence
from autograder.checking.failures import NO_FILE, no_attribute, no_object, plain_text, unfinished
from autograder.checking.left_out import NO_FILES
from autograder.checking.outcome import WITHIN, Outcome, arrays, path_text
from autograder.checking.plain import is_object, kinds, no_value, plain
from autograder.checking.recording import note_call
from autograder.checking.sizes import require_size
from autograder.course.settings import PACKAGE
from autograder.course.verdicts import StudentError

# In a page the standard library is a zip, which sysconfig does not name: it is where `traceback` is.
LIBRARIES = (str(Path(traceback.__file__).parent),
             *{sysconfig.get_path(name) for name in ("stdlib", "purelib", "platlib")},
             str(PACKAGE / "checking"), str(PACKAGE / "units"), "<frozen ")  # such as what exit() is made of
INTERRUPTED = "was interrupted before it ended"
IN_LOOP = re.compile(r": `(?:while|for|async for)\b")  # what place and loop say of one
PLAIN = (bool, int, float, complex, str, type(None), np.ndarray, np.generic)


class LocalStudent:
    """Names of `namespace`, called with copies of the arguments, with failures as StudentError.

    refused: exercise -> why nothing of the student's is called for it.
    """

    def __init__(self, namespace: dict, refused: dict[str, StudentError] | None = None):
        self._namespace, self._refused, self._refusal = namespace, refused or {}, None
        no_exercise()  # what stopped another student's calls stops none of these

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        return Name(name, self._find(name))

    def _find(self, name):
        if self._refusal is not None:
            raise self._refusal
        try:
            return self._namespace[name]
        except KeyError:
            raise StudentError(
                "no-function", f"`{name}` is not defined yet. Run the cell that defines it, then check again. "
                               "Is the name spelled like this?"
            ) from None

    def value(self, name):
        """Return a copy of the top-level value `name`."""
        return received(self._find(name), f"`{name}`")

    def observe(self, name, *arguments, **keywords) -> Outcome:
        """Call `name` and return its value together with what it did on the way."""
        return observe(self._find(name), name, arguments, keywords)

    def hold(self, name, *arguments, **keywords):
        """Call `name` and return the very object that came back, as a Handle, to look at its value later."""
        return observe(self._find(name), name, arguments, keywords, Handle).value

    def begin(self, exercise: str) -> None:
        """Start an exercise: what was interrupted in the last one is forgotten."""
        begin_exercise()
        self._refusal = self._refused.get(exercise)


class Name:
    """A function or class of the student, to be called."""

    def __init__(self, name, target):
        self._name, self._target = name, target
        self.__name__ = name

    def __getattr__(self, attribute):
        if attribute.startswith("__"):
            raise AttributeError(attribute)
        raise StudentError("no-function", no_object(self._name, attribute))

    def __call__(self, *arguments, **keywords):
        return observe(self._target, self._name, arguments, keywords).value


class Handle:
    """An object of the student: methods to call, attributes to read (as copies)."""

    def __init__(self, target, name):
        self._target, self._name = target, name

    def __getattr__(self, attribute):
        if attribute.startswith("__"):
            raise AttributeError(attribute)
        try:
            found = getattr(self._target, attribute)
        except AttributeError:
            raise StudentError("no-function", no_attribute(self._name, attribute)) from None
        name = f"{self._name}.{attribute}"
        return Name(name, found) if callable(found) and not isinstance(found, Handle) else received(found, f"`{name}`")

    def observe(self, method, *arguments, **keywords) -> Outcome:
        """Call a method and return its value together with what it did on the way."""
        target = getattr(self._target, method, None)
        if not callable(target):
            raise StudentError("no-function", no_attribute(self._name, method))
        return observe(target, f"{self._name}.{method}", arguments, keywords)

    def hold(self, method, *arguments, **keywords):
        """Call a method and return the very object that came back, as a Handle, to look at its value later."""
        target = getattr(self._target, method, None)
        if not callable(target):
            raise StudentError("no-function", no_attribute(self._name, method))
        return observe(target, f"{self._name}.{method}", arguments, keywords, Handle).value

    def ref(self, *path):
        """Return a handle of the very object at a path, attributes (text) and positions: ref("grads", 0)."""
        target, words = self._target, self._name
        for step in path:
            if isinstance(step, str) and not hasattr(target, step):
                raise StudentError("no-function", no_attribute(words, step))
            try:
                target = getattr(target, step) if isinstance(step, str) else target[step]
            except (TypeError, LookupError):
                raise StudentError("no-function", f"`{words}` has no entry {step!r}.") from None
            words = f"{words}.{step}" if isinstance(step, str) else words
        return Handle(target, words)

    def value(self):
        """Return a copy of the object's present value."""
        require_size(self._target, f"`{self._name}`")
        return copy.deepcopy(self._target)


def observe(target, name, arguments, keywords, wrapped=None) -> Outcome:
    """Call `target` with copies of the arguments and return what came back and what happened.

    wrapped: (value, name) -> what to return for the value; a copy if it is plain, else a Handle.
    """
    note_call(name, arguments, keywords)
    if allowance().stop is not None:
        raise allowance().stop
    if not callable(target):
        raise StudentError("no-function", f"`{name}` is not a function but of type {type(target).__name__}.")
    given = tuple(unwrap(argument) for argument in arguments)
    named = {key: unwrap(argument) for key, argument in keywords.items()}
    with warnings.catch_warnings(record=True) as caught, contextlib.redirect_stdout(io.StringIO()), \
            contextlib.redirect_stderr(io.StringIO()):
        warnings.simplefilter("always")
        warnings.simplefilter("ignore", ResourceWarning)  # of something that an earlier cell left open
        try:
            with bounded(name):
                value = target(*given, **named)
        except OutOfTime as error:
            raise StudentError("timeout", stopped_sentence(name, place(error, 0) + loop(error))) from None
        except (Exception, SystemExit) as error:
            raise failure(name, error) from error
        except KeyboardInterrupt as error:
            allowance().stop = interruption(name, error)
            raise allowance().stop from None
    shown = f"{name}" if isinstance(target, type) else f"{name}(...)"
    if wrapped is None:
        require_size(value, f"`{shown}`")
    messages = [f"{item.category.__name__}: {item.message}" for item in caught]
    after = zip(arguments, given, strict=True)
    found = shared(value, given)
    return Outcome((wrapped or wrap)(value, shown),
                   tuple(received(now, f"an argument of `{name}`", sent) for sent, now in after),
                   messages, lambda: found)


def shared(value, given: tuple) -> list[tuple[str, int]]:
    """Return the aliases of an Outcome: which arrays of a value share memory with those given, or with each other."""
    parts = list(arrays(value))
    found = [(path_text(steps), position) for position, argument in enumerate(given)
             if isinstance(argument, np.ndarray) for steps, part in parts if np.shares_memory(part, argument)]
    return found + [(path_text(steps), WITHIN) for (_, earlier), (steps, later) in combinations(parts, 2)
                    if np.shares_memory(earlier, later) and (earlier.flags.writeable or later.flags.writeable)]


def wrap(value, name):
    """Return plain values as copies and objects as a Handle; raise StudentError for what no check could use."""
    value = plain(value)
    if isinstance(value, PLAIN):
        return copy.deepcopy(value)
    if isinstance(value, list | tuple):
        return type(value)(wrap(item, name) for item in value)
    if isinstance(value, dict):
        return {key: wrap(item, name) for key, item in value.items()}
    if not is_object(value):
        raise StudentError("bad-type", f"`{name.removesuffix('(...)')}` gave {no_value(type(value))}.")
    return Handle(value, name)


def received(value, words, sent=None):
    """Return a value of the student wrapped, if it is no larger than the check states."""
    require_size(value, words, sent)
    return wrap(value, words.strip("`"))


def unwrap(argument):
    """Return what the student's code receives: handles as their objects, values as copies."""
    if isinstance(argument, Handle | Name):
        return argument._target
    if isinstance(argument, list | tuple):
        return type(argument)(unwrap(item) for item in argument)
    return argument if callable(argument) else copy.deepcopy(argument)


def failure(name, error) -> StudentError:
    """Return the StudentError for an exception that the student's code raised."""
    if isinstance(error, StudentError):
        return error
    if isinstance(error, NotImplementedError):
        return StudentError("not-attempted", unfinished(f"`{name}`", str(error)))
    said = f"`{name}` raised {plain_text(type(error).__name__, str(error))}{place(error)}"
    if isinstance(error, OSError) and NO_FILE.match(str(error)):
        said = f"{said}. {NO_FILES}"
    return StudentError("exception", said, tuple(kinds(error)))


def interruption(name, error) -> StudentError:
    """Return the StudentError for a call that was interrupted: the line of it that was running, and its loop."""
    where = place(error, 0) + loop(error)
    question = ("Does every loop end?" if IN_LOOP.search(where) else
                "Does it wait for something, or is there too much to do?")
    return StudentError("timeout", f"`{name}` {INTERRUPTED}{where}. {question}")


def loop(error) -> str:
    """Return the student's own loop that was running: ", in the loop of line 2: `while True`", "" outside of loops."""
    for frame in traceback.extract_tb(error.__traceback__):
        if not is_own(frame.filename):
            continue
        lines = linecache.getlines(frame.filename)
        try:
            nodes = ast.walk(ast.parse("".join(lines)))
        except (SyntaxError, ValueError, RecursionError):
            continue
        around = [node for node in nodes if isinstance(node, ast.While | ast.For)
                  and node.lineno <= frame.lineno <= node.end_lineno]
        # The innermost `while`: a `for` over a range ends by itself.
        found = max(around, key=lambda node: (isinstance(node, ast.While), node.lineno), default=None)
        if found is not None and found.lineno == frame.lineno:
            return ""  # the line that was named is the loop's own
        if found is not None:
            return f", in the loop of line {found.lineno}: `{lines[found.lineno - 1].strip().rstrip(':')}`"
    return ""


def place(error, which: int = -1) -> str:
    """Return a line of the student's own code in a traceback, with the code: " in line 3: `u - d`".

    which: the innermost (-1), or the outermost (0).
    """
    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if is_own(frame.filename)]
    if not frames:
        return ""
    frame = frames[which]
    line = (linecache.getline(frame.filename, frame.lineno) or frame.line or "").strip().rstrip(":")
    return f" in line {frame.lineno}" + f": `{line}`" * bool(line)


def is_own(filename: str) -> bool:
    """Return whether a line of this file can be the student's: not one of the checks or of a library."""
    return not filename.startswith(LIBRARIES)
