"""Checks a saved notebook in a process of its own, which can be ended: after its time, or when nobody waits any more.

If it hangs or dies in a cell or in an exercise, it is started again without that one.
"""

from __future__ import annotations

import json
import os
import queue
import subprocess
import sys
import threading
import time
from collections.abc import Iterator

from autograder.checking.failures import renamed
from autograder.checking.local import INTERRUPTED
from autograder.course.results import CheckResult
from autograder.course.settings import PACKAGE, course_settings
from autograder.course.units import ANSWER_SUFFIX, Exercise
from autograder.desk.place import Desk, Work
from autograder.desk.standing import DONE, FAILING, Standing, unrun

SECONDS = 90.0  # for the checks of one exercise: far above its processor time, it bounds what sleeps
CELL_SECONDS = 10.0  # for one cell of the notebook, or less if an exercise has less
START_SECONDS = 60.0  # on top, for the start of Python on a slow disk


class Cancelled(Exception):
    """The check was cancelled because its answer is of no use any more."""


class Run:
    """One check of a notebook. `standings` yields; `cancel` may be called from another thread.

    complete: whether every exercise was checked to its end, so that the results can be kept.
    cells: what the cells raised, by id.
    """

    def __init__(self, desk: Desk, work: Work, seconds: float = SECONDS, only: Exercise | None = None):
        self.desk, self.work, self.seconds = desk, work, seconds
        self.wanted = [exercise for exercise in work.unit.exercises if only in (None, exercise)]
        self.complete, self.cells = True, {}
        self.began, self.told = time.monotonic(), set()  # told: the exercises whose checks have run, as UNIT/NAME
        self._left_out: dict[str, str] = {}
        self._process = None
        self._cancelled = threading.Event()

    def cancel(self) -> None:
        """End the run; `standings` then raises Cancelled."""
        self._cancelled.set()
        if self._process is not None:
            self._process.kill()

    def standings(self) -> Iterator[Standing]:
        """Yield the standing of each wanted exercise, in the order of the notebook."""
        known = unrun(self.work.unit, self.work.aligned)
        waiting = [exercise for exercise in self.wanted if exercise.name not in known]
        runs = self._run(waiting)
        for exercise in self.wanted:
            yield known[exercise.name] if exercise.name in known else next(runs)
        for _ in runs:  # what the process says at its end
            pass

    def _run(self, waiting: list[Exercise]) -> Iterator[Standing]:
        """Yield the standing of each exercise that has to run."""
        while waiting:
            if self._cancelled.is_set():
                raise Cancelled
            latest = ""
            for message in self._messages([exercise.name for exercise in waiting]):
                latest = message.get("start", latest)
                if "done" in message:
                    exercise = waiting.pop(0)
                    answer = self.work.aligned.answers.get(exercise.name, "")
                    standing = finished(exercise, message, self._left_out, answer)
                    self.complete &= all(check.reason != "timeout" for check in standing.checks)
                    self.told.add(standing.path)
                    yield standing
                self.cells = message.get("cells", {}) | self._left_out
            if self._cancelled.is_set():
                raise Cancelled
            if waiting:
                self.complete = False
                yield from self._stopped(waiting, latest)

    def _stopped(self, waiting: list[Exercise], place: str) -> Iterator[Standing]:
        """Take out of `waiting`, and yield, what cannot be checked; leave out the cell that hangs or ends Python."""
        if place == waiting[0].name:
            yield Standing(waiting.pop(0), FAILING, problem=self._why(f"`{place}`", self.seconds))
        elif place:
            self._left_out[place] = self._why(cell_name(place), min(CELL_SECONDS, self.seconds))
        else:
            problem = "Python could not be started for the checks. Run `autograder doctor`."
            yield from (Standing(exercise, FAILING, problem=problem) for exercise in waiting)
            waiting.clear()

    def job(self, names: list[str]) -> dict:
        """Return what the process is told to do: the cells to run, and then the exercises to check."""
        return {"root": str(self.desk.root), "unit": self.work.unit.name,
                "cells": [cell for cell in self.work.aligned.cells if cell[0] not in self._left_out],
                "shown": sorted(self.work.aligned.shown), "exercises": names, "suffix": ANSWER_SUFFIX,
                "packages": course_settings().packages, "seconds": self.seconds}

    def _messages(self, names: list[str]) -> Iterator[dict]:
        """Yield what the process says, until it ends or is silent for too long."""
        lines, self._late = queue.Queue(), False
        process = self._started()
        talker = threading.Thread(target=talk, args=(process, json.dumps(self.job(names)).encode(), lines), daemon=True)
        talker.start()
        try:
            patience = self.seconds + START_SECONDS
            while line := lines.get(timeout=patience):
                message = json.loads(line)
                yield message
                in_cell = message.get("start", names[0]) not in names
                patience = min(CELL_SECONDS, self.seconds) if in_cell else self.seconds
        except queue.Empty:
            self._late = True
        finally:
            process.kill()  # it has ended, is late, or nobody listens any more
            talker.join()
            process.stdout.close()
            process.wait()

    def _started(self) -> subprocess.Popen:
        """Return a new process in the notebook's folder, as Jupyter would start it."""
        paths = [str(PACKAGE.parent), *filter(None, [os.environ.get("PYTHONPATH", "")])]
        environment = os.environ | {"PYTHONPATH": os.pathsep.join(paths), "MPLBACKEND": "Agg"}
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-X", "utf8", "-m", "autograder.desk.child"], stdin=subprocess.PIPE,
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=environment, cwd=self.work.path.parent)
        if self._cancelled.is_set():
            self._process.kill()
        return self._process

    def _why(self, where: str, seconds: float) -> str:
        """Return a sentence on why the process did not go on."""
        if self._late:
            return f"{where} did not finish within {seconds:g} s. Does a loop never end?"
        return f"{where} ended Python itself (exit, or out of memory)."


def talk(process: subprocess.Popen, job: bytes, lines: queue.Queue) -> None:
    """Hand the job to the process and put its lines into the queue, b"" at the end."""
    try:
        process.stdin.write(job)
        process.stdin.close()
        for line in process.stdout:
            lines.put(line)
    except OSError:
        pass  # it has ended already
    lines.put(b"")


def finished(exercise: Exercise, message: dict, left_out: dict[str, str], answer: str) -> Standing:
    """Return the standing of an exercise whose checks have run.

    left_out: why cells did not run, by id. answer: the text of its cell.
    """
    checks = tuple(CheckResult(**check) for check in message["checks"])
    passed = bool(checks) and all(check.passed for check in checks)
    problem = ""
    if all(check.reason == "no-function" for check in checks):
        stop = message["problem"] and f"Its cell stops with {message['problem']}"
        problem = left_out.get(exercise.name + ANSWER_SUFFIX, stop or renamed(exercise.name, answer))
    late = next((check.message for check in checks if check.reason == "timeout"), "")
    problem = problem or late.replace(INTERRUPTED, message["stopped"] or INTERRUPTED)
    return Standing(exercise, DONE if passed else FAILING, checks, problem, message["hint"], message["section"],
                    message["trial"], message["way"])


def cell_name(cell: str) -> str:
    """Return what to call a cell of a notebook in a sentence."""
    if cell.endswith(ANSWER_SUFFIX):
        return f"The cell of `{cell.removesuffix(ANSWER_SUFFIX)}`"
    return "One of your own cells" if cell.startswith("own-") else "A given cell"
