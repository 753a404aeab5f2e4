"""Stop is stop: SIGINT and SIGTERM end a run with one line, and no process outlives the grader, however that ended."""

from __future__ import annotations

import logging
import multiprocessing
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing import resource_tracker

SIGNALS = (signal.SIGINT, signal.SIGTERM)
MESSAGE = "Stopped. Run the same command again: what is graded stays graded."
PATIENCE = 5.0  # seconds for a killed process to be gone
AGAIN = 0.05    # seconds until a signal that ended nothing is sent once more


class Stopped(KeyboardInterrupt):
    """A signal asked this process to end."""

    def __init__(self, number: int):
        super().__init__(number)
        self.number = number


def until_stopped(work: Callable[[], int]) -> int:
    """Return the exit status of `work`, or 128 + the number of the signal that stopped it."""
    try:
        with stoppable():
            return work()
    except BaseException as error:
        stopped = stop_behind(error)
        if stopped is None:
            raise
        end_children()
        print(MESSAGE, file=sys.stderr)
        return 128 + stopped.number


def stop_behind(error: BaseException | None) -> Stopped | None:
    """Return the Stopped that an error is or came of: a database that is stopped in a commit complains of that."""
    while error is not None and not isinstance(error, Stopped):
        error = error.__context__
    return error


@contextmanager
def stoppable() -> Iterator[None]:
    """Let the first SIGINT or SIGTERM raise Stopped in this block; later ones are ignored: it is ending already.

    What libraries log on the way to the end is not told. Python goes on after what is raised while it cleans up an
    object: there the signal is sent once more, a moment later.
    """
    def stop(number, _):
        for name in SIGNALS:
            signal.signal(name, signal.SIG_IGN)
        logging.disable()
        raise Stopped(number)

    def unraisable(event):
        stopped = stop_behind(event.exc_value)
        if stopped is None:
            told(event)
        else:
            signal.signal(stopped.number, stop)
            threading.Timer(AGAIN, os.kill, (os.getpid(), stopped.number)).start()

    if threading.current_thread() is not threading.main_thread():
        yield
        return
    told, silent = sys.unraisablehook, logging.root.manager.disable
    before = {name: signal.signal(name, stop) for name in SIGNALS}
    sys.unraisablehook = unraisable
    try:
        yield
    finally:
        sys.unraisablehook = told
        logging.disable(silent)
        for name, handler in before.items():
            signal.signal(name, handler)


def end_children() -> None:
    """Kill the processes that grade; what they had started dies with them."""
    children = multiprocessing.active_children()
    for child in children:
        child.kill()
    for child in children:
        child.join(PATIENCE)


def end_with_parent() -> None:
    """End this process when the one that it works for is gone; SIGINT is that one's to answer."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})  # else what it starts would have the signal blocked
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=follow, args=(parent,), name="end with parent", daemon=True).start()


def follow(parent) -> None:
    """Wait until the parent is gone, then end this process at once."""
    parent.join()
    os.kill(os.getpid(), signal.SIGKILL)


@contextmanager
def sigint_blocked() -> Iterator[None]:
    """Start processes that SIGINT does not reach: a terminal sends it to all, and each would print a traceback.

    Python's resource tracker comes first: where it has to be started with another process, it lets the signal through.
    """
    resource_tracker.ensure_running()
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
