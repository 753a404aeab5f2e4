"""The processes of this machine that grade, each watched: one that overruns is ended alone, whatever keeps it busy.

Nothing heavy is imported here, so that they can be started first.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import sys
import threading
import time
import types
import weakref
from concurrent.futures import Executor, Future
from multiprocessing import forkserver
from queue import Empty, SimpleQueue

from autograder.grading.stopping import sigint_blocked

# What the judge itself may compute for one submission, in seconds of its processor time. A right one takes 0.05 to 1.
EXERCISE_SECONDS = 6.0
SUBMISSION_SECONDS = 24.0
OVERRUNS = 3           # exercises of one submission; after these none is tried any more
WALL_SECONDS = 1800.0  # for one submission, its own code and all waiting included
LOOK_SECONDS = 0.25    # between two looks at the clock of a process that grades
ALL = "*"              # in place of an exercise's name
TRIES = 2              # how often a submission is tried before a death of the process is held against it


OWN = threading.local()  # process: of this thread, for calls by `watched`
STARTING = threading.Lock()  # what a start changes for a moment, it changes for all threads


class JudgeDied(Exception):
    """The process that graded a submission died, though nobody had ended it; another one died, too."""


class Overrun(Exception):
    """The process that graded a submission was ended; with the exercise that it was at, None before the first."""

    def __init__(self, exercise: str | None):
        super().__init__(exercise)
        self.exercise = exercise


class Judges(Executor):
    """Processes that have the engine loaded; a thread beside each gives it work and watches it.

    A call that overruns is made again without the exercise where that happened: with overrun={its name, ...}, or with
    overrun={ALL} where too many do.
    """

    def __init__(self, workers: int):
        engine_context()
        self._tasks: SimpleQueue = SimpleQueue()
        self._processes = [Watched() for _ in range(workers)]
        self._threads = [threading.Thread(target=self._serve, args=(process,), daemon=True)
                         for process in self._processes]
        for thread in self._threads:
            thread.start()

    def submit(self, function, /, *arguments, **keywords) -> Future:
        """Have function(*arguments, **keywords) called in one of the processes."""
        future: Future = Future()
        self._tasks.put((future, function, arguments, keywords))
        return future

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """End the processes when what was submitted is done; cancel_futures: drop what has not begun."""
        if cancel_futures:
            with contextlib.suppress(Empty):
                while True:
                    self._tasks.get_nowait()[0].cancel()
        for _ in self._threads:
            self._tasks.put(None)
        if wait:
            for thread in self._threads:
                thread.join()

    def __exit__(self, kind, error, traceback) -> None:
        """Wait for what has begun, after an error not even for that: it is lost with the processes."""
        for process in self._processes if kind is not None else ():
            process.forbid()
        self.shutdown(wait=kind is None, cancel_futures=True)

    def _serve(self, process: Watched) -> None:
        """Give a process one task after the other."""
        with contextlib.closing(process):
            while (task := self._tasks.get()) is not None:
                future, function, arguments, keywords = task
                if future.set_running_or_notify_cancel():
                    try:
                        future.set_result(complete(process, function, arguments, keywords))
                    except BaseException as error:
                        future.set_exception(error)


def complete(process: Watched, function, arguments, keywords):
    """Return what a call gives in the process, without the exercises that overrun there.

    Raises what the call raises, JudgeDied where the process died twice, and Overrun where nothing is left to leave out.
    """
    overrun, spent, deaths = frozenset(), 0.0, 0
    while True:
        more = {"overrun": overrun} if overrun else {}
        try:
            return process.call(function, arguments, keywords | more, SUBMISSION_SECONDS - spent)
        except Overrun as error:
            if ALL in overrun:
                raise
            spent += process.spent
            too_many = len(overrun) == OVERRUNS - 1 or spent + EXERCISE_SECONDS > SUBMISSION_SECONDS
            overrun |= {ALL if too_many or error.exercise is None else error.exercise}
        except JudgeDied:
            deaths += 1
            if deaths == TRIES:
                raise


def watched(function, /, *arguments, **keywords):
    """Return what a call gives in a process of this thread that is watched; it stays for the thread's next call."""
    if not hasattr(OWN, "process"):
        OWN.process = Watched()
    return complete(OWN.process, function, arguments, keywords)


class Watched:
    """One process that grades, started when it is needed, and again after it was ended."""

    def __init__(self):
        self._process = self._connection = None
        self._forbidden = False
        self.spent = 0.0  # seconds of processor time on the latest call

    def call(self, function, arguments, keywords, seconds: float):
        """Return what a call gives there. Raises what it raises, Overrun, and JudgeDied."""
        try:
            if self._process is None:
                self._start()
            self._connection.send((function, arguments, keywords))
            kind, content, where = self._reply(seconds)
        except (EOFError, OSError):
            self.close()
            raise JudgeDied("The grading process died on this notebook, twice.") from None
        if kind == "overrun" or isinstance(content, MemoryError):
            self.close()
            raise Overrun(where)
        if kind == "raised":
            raise content
        return content

    def _reply(self, seconds: float) -> tuple[str, object, str | None]:
        """Return the kind of the process's answer, the answer, and the exercise that it was at."""
        began = at_work = self._clock()
        where, wall = None, time.monotonic() + WALL_SECONDS
        while True:
            if self._connection.poll(LOOK_SECONDS):
                kind, content = self._connection.recv()
                if kind != "at":
                    return kind, content, where
                where, at_work = content, self._clock()
            now = self._clock()
            self.spent = now - began
            if now - at_work > EXERCISE_SECONDS or self.spent > seconds or time.monotonic() > wall:
                return "overrun", None, where

    def _start(self) -> None:
        if self._forbidden:
            raise EOFError
        from autograder.grading.judge import serve

        context = engine_context()
        self._connection, inner = context.Pipe()
        self._process = context.Process(target=serve, args=(inner,), daemon=True)
        with STARTING, may_have_children(), sigint_blocked(), without_script():
            self._process.start()
        self._end = weakref.finalize(self, end_process, self._process, self._connection)
        inner.close()

    def _clock(self) -> float:
        """Return the processor time of the process, 0 where the system has no such clock."""
        with contextlib.suppress(OSError, AttributeError, ValueError):
            return time.clock_gettime((~self._process.pid << 3) | 2)  # see clock_getcpuclockid(3)
        return 0.0

    def forbid(self) -> None:
        """End the process, from another thread, and let no other take its place."""
        self._forbidden = True
        self.close()

    def close(self) -> None:
        """End the process, if there is one."""
        if self._process is not None:
            self._end()
            self._process = None


def end_process(process, connection) -> None:
    """Kill a process and return when it is gone; what it had started ends with it."""
    connection.close()
    process.kill()
    process.join()
    process.close()


@contextlib.contextmanager
def may_have_children():
    """Let this process start others though it is daemonic, as a worker of Dask is: ours end with their connection."""
    present = multiprocessing.current_process()._config
    daemonic = present.pop("daemon", None)
    try:
        yield
    finally:
        if daemonic is not None:
            present["daemon"] = daemonic


@contextlib.contextmanager
def without_script():
    """Start processes that do not run the script of this one again, as Python has them do: nbgrader's takes seconds."""
    script, sys.modules["__main__"] = sys.modules["__main__"], types.ModuleType("__main__")
    try:
        yield
    finally:
        sys.modules["__main__"] = script


def start_loading() -> None:
    """Let another process load the engine, while this one reads what there is to grade."""
    engine_context()
    with sigint_blocked():
        forkserver.ensure_running()


def engine_context():
    """Return the way in which grading processes start: each is a copy of one that has loaded the engine."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["autograder.grading.one_thread", "autograder.grading.judge"])
    return context


def default_workers(memory_mib: int) -> int:
    """Return how many submissions to grade at once: one a core, and no more than fit into memory."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    try:
        machine_mib = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 2**20
    except (AttributeError, ValueError, OSError):
        return cores
    return max(1, min(cores, machine_mib // (memory_mib + 256)))
