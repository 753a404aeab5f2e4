"""What a call of the student's code may not do at home, because it cannot where work is graded: use files of its own,
other programs or the network, or work for longer than the limits.
"""

from __future__ import annotations

import _thread
import builtins
import errno
import math
import os
import signal
import sys
import sysconfig
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from contextvars import ContextVar
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from autograder.course.settings import PACKAGE
from autograder.course.verdicts import StudentError

CALL_SECONDS = 5.0       # of processor time for one call of a check, its callbacks included
EXERCISE_SECONDS = 15.0  # for all calls of one exercise
PATIENCE = 2.0           # seconds of the wall's clock for each one, where processor time cannot ring
AGAIN = 1.0              # seconds until code that went on after a stop is stopped again
NO_INPUT = "EOF when reading a line"  # as Python says it

PYTHON = tuple({sysconfig.get_path(name) for name in ("stdlib", "platstdlib")})
PACKAGES = tuple({sysconfig.get_path(name) for name in ("purelib", "platlib")})
OURS = tuple(str(PACKAGE / room) for room in ("checking", "units", "desk", "course"))
WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
CHANGES = {"os.mkdir", "os.remove", "os.rename", "os.rmdir", "os.link", "os.symlink", "os.truncate", "sqlite3.connect"}
OUTSIDE = {"subprocess.Popen", "os.system", "os.posix_spawn", "os.fork", "socket.connect", "socket.getaddrinfo"}

_inside = threading.local()  # `calls`: how many calls of the student's code this thread is in
_allowance: ContextVar[Allowance | None] = ContextVar("allowance", default=None)


class OutOfTime(BaseException):
    """Raised in the student's code when its time is used up: no Exception, so that it is seldom caught there."""


@dataclass
class Allowance:
    """What the calls of one exercise may still do.

    left: seconds of processor time; infinitely many before an exercise begins, when calls run without bounds.
    stop: why none is made any more. Who interrupts a call that does not end wants the whole check to stop, not to wait
    for the next endless call.
    """

    left: float
    stop: StudentError | None = None


def begin_exercise() -> None:
    """Give the calls that follow what one exercise has: what stopped an earlier one is forgotten."""
    _allowance.set(Allowance(EXERCISE_SECONDS))


def no_exercise() -> None:
    """Let the calls that follow belong to no exercise."""
    _allowance.set(Allowance(math.inf))


def allowance() -> Allowance:
    """Return what the calls of the present exercise may still do."""
    if _allowance.get() is None:
        no_exercise()
    return _allowance.get()


@contextmanager
def bounded(name: str) -> Iterator[None]:
    """Run a call of the student's code under the bounds of grading. Raises StudentError where no time is left.

    Within a call that runs already nothing is added.
    """
    depth = getattr(_inside, "calls", 0)
    _inside.calls = depth + 1
    try:
        if depth or allowance().left == math.inf:
            yield
        else:
            withhold_files()
            with nobody_to_ask(), in_time(name, allowance()):
                yield
    finally:
        _inside.calls = depth


# Time.

@contextmanager
def in_time(name: str, allowed: Allowance) -> Iterator[None]:
    """Raise OutOfTime in the `with` block when its time is used up, where this thread and system can be told so."""
    if allowed.left <= 0:
        raise StudentError("timeout", f"`{name}` was not called: the {EXERCISE_SECONDS:g} s for this exercise were "
                                      "used up before.")
    began, most = processor_time(), min(CALL_SECONDS, allowed.left)
    able = threading.current_thread() is threading.main_thread() and sys.platform != "emscripten"  # a page has a button
    alarm = nullcontext() if not able else by_signal(began, most) if hasattr(signal, "setitimer") else by_thread(most)
    try:
        with alarm:
            yield
    finally:
        allowed.left -= processor_time() - began


def processor_time() -> float:
    """Return the processor time of this thread in seconds; of the process, where a system does not tell it."""
    try:
        return time.thread_time()
    except (AttributeError, OSError):
        return time.process_time()


@contextmanager
def by_signal(began: float, most: float) -> Iterator[None]:
    """Raise OutOfTime by a signal that comes when the process has used so many seconds of processor time."""
    def ring(*ignored):
        left = most - (processor_time() - began)
        if left <= 0:
            raise OutOfTime
        signal.setitimer(signal.ITIMER_PROF, left, AGAIN)  # other threads of the process have used the rest

    before = signal.signal(signal.SIGPROF, ring)
    try:
        signal.setitimer(signal.ITIMER_PROF, most, AGAIN)
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)


@contextmanager
def by_thread(most: float) -> Iterator[None]:
    """Raise OutOfTime by another thread, on a system without such signals; by the wall's clock, and a patient one."""
    rung = threading.Event()

    def ring():
        rung.set()
        _thread.interrupt_main()

    timer = threading.Timer(PATIENCE * most, ring)
    timer.daemon = True
    before = signal.signal(signal.SIGINT, signal.default_int_handler)  # a job of a shell may ignore it, and never stop
    timer.start()
    try:
        yield
    except KeyboardInterrupt as error:
        if rung.is_set():
            raise OutOfTime().with_traceback(error.__traceback__) from None
        raise
    finally:
        timer.cancel()
        signal.signal(signal.SIGINT, before or signal.SIG_DFL)


def stopped_sentence(name: str, place: str) -> str:
    """Return the sentence for a call that was stopped. place: " in line 3: `while True`", or ""."""
    return (f"`{name}` was stopped{place}. It used up its processor time: at most {CALL_SECONDS:g} s a call, "
            f"{EXERCISE_SECONDS:g} s an exercise. Does every loop end, and soon enough?")


# What only a person could answer.

@contextmanager
def nobody_to_ask() -> Iterator[None]:
    """Let input() fail in the `with` block as it does where work is graded; a notebook would wait for an answer."""
    def refuse(*ignored):
        raise EOFError(NO_INPUT)

    asks, builtins.input = builtins.input, refuse
    try:
        yield
    finally:
        builtins.input = asks


# Files, other programs, the network.

_watching: list[bool] = []


def withhold_files() -> None:
    """Have this process refuse to the student's calls, from now on, what the walls of grading refuse."""
    if not _watching:
        _watching.append(True)
        sys.addaudithook(watch)


@contextmanager
def as_when_graded() -> Iterator[None]:
    """Refuse the same to the cells that run within the `with` block."""
    withhold_files()
    depth = getattr(_inside, "calls", 0)
    _inside.calls = depth + 1
    try:
        yield
    finally:
        _inside.calls = depth


def watch(event: str, arguments: tuple) -> None:
    """Raise the OSError that the walls of grading would answer with; an audit hook, called for each event of Python."""
    if event != "open" and event not in CHANGES and event not in OUTSIDE:
        return
    if not getattr(_inside, "calls", 0) or not is_for_student(sys._getframe(1)):
        return
    if event in OUTSIDE:
        raise PermissionError(errno.EPERM, os.strerror(errno.EPERM))
    path = arguments[0]
    if isinstance(path, int):
        return
    if event in CHANGES or is_writing(*arguments[1:3]):
        raise OSError(errno.EROFS, os.strerror(errno.EROFS), path)
    if not is_there_when_graded(path):
        raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), path)


def is_writing(mode: str | None, flags: int) -> bool:
    """Return whether a file is opened to be written: by its mode, or by the system's flags where there is none."""
    return bool(set(mode) & set("wax+")) if isinstance(mode, str) else bool(flags & WRITING)


def is_there_when_graded(path) -> bool:
    """Return whether a file belongs to Python or its packages."""
    found = os.path.realpath(os.fsdecode(path))
    return found.startswith((*map(os.path.realpath, (*PYTHON, *PACKAGES, sys.prefix, sys.base_prefix)), "/proc/self"))


def is_for_student(frame) -> bool:
    """Return whether the student's code asks, directly or through Python and NumPy, and not a package on its own.

    A picture that a package draws needs its fonts; where work is graded nothing is drawn.
    """
    numpy = str(Path(np.__file__).parent)
    while frame is not None:
        file = frame.f_code.co_filename
        between = file.startswith((numpy, "<frozen")) or frame.f_code.co_name == "_modified_open"  # a notebook's open()
        if not between:
            if file.startswith((*PACKAGES, *OURS)):
                return False
            if not file.startswith(PYTHON):
                return True
        frame = frame.f_back
    return False
