"""The process that runs a student's notebook for the desk: cells, then checks, a line of JSON for each step.

It is the student's own code on the student's own machine: no walls, only a process that can be ended. Pictures are
not drawn, `check` does nothing, and what the notebook prints goes nowhere; the lines go to the original output.
"""

from __future__ import annotations

import _thread
import builtins
import contextlib
import json
import linecache
import os
import signal
import sys
import threading
import time
import traceback
import types
from dataclasses import dataclass
from importlib.machinery import ModuleSpec

import autograder
from autograder.checking.bounds import as_when_graded
from autograder.checking.cells import Cells, is_allowed, is_used
from autograder.checking.standins import Absent, Finder, Inert
from autograder.course.settings import course_settings
from autograder.course.verdicts import StudentError
from autograder.desk.needing import module_refusals

SHARE = 0.8  # of an exercise's time; what goes on after that is ended from outside
WAITING_SECONDS = 20.0  # without work, after which nothing more is waited for
LOOK_SECONDS = 0.2  # how often that is looked at
WORK = 0.01  # of a processor: who does less waits
NOT_NEEDED = {"matplotlib", "mpl_toolkits", "pylab", "IPython", "ipywidgets", *course_settings().data_modules}


class Pictures(Finder):
    """Serves a stand-in for what only pictures and data files need."""

    drawn = frozenset()  # what a page draws with at present, so that no stand-in is wanted

    def find_spec(self, name, path=None, target=None):
        root = name.partition(".")[0]
        needless = root not in self.drawn and not NOT_NEEDED.isdisjoint((name, root))
        return ModuleSpec(name, self, is_package=True) if needless else None

    def create_module(self, spec):
        return Inert(spec.name)


def main() -> None:
    """Read the job from the input, run it, and report each step."""
    signal.signal(signal.SIGINT, signal.default_int_handler)  # it may be ignored where this process comes from
    job = json.loads(sys.stdin.buffer.read())
    say = reporter()
    from autograder.checking.asked_kind import told_here
    from autograder.checking.local import LocalStudent
    from autograder.checking.runner import Checks
    from autograder.course.units import Course
    from autograder.desk.helping import help_with

    course = Course(job["root"])
    checks = Checks(course.check_files(job["unit"], hidden=False))
    quiet()
    cells, problems = new_notebook(job["packages"]), {}
    sources = needed(job["cells"], job["shown"])
    for name, source in sources:
        say(start=name)
        problem = run_cell(name, source, cells)
        if problem:
            problems[name] = problem
    why = refused(sources, job["exercises"], job["packages"])
    student = LocalStudent(cells.namespace, why)
    for exercise in job["exercises"]:
        say(start=exercise)
        with stopped_after(job["seconds"]) as stop:
            recorded = checks.run_recorded(student, exercise)
        if exercise not in why:
            recorded = told_here(recorded, course.unit(job["unit"]), exercise, cells.namespace)
        say(done=exercise, checks=[vars(result) for result, _ in recorded], stopped=stop.words,
            problem=problems.get(exercise + job["suffix"], ""),
            **help_with(job["unit"], exercise, recorded, cells.namespace))
    say(cells=problems)


@dataclass
class Stop:
    """Why the calls of an exercise were stopped, in words; "" where they were not."""

    words: str = ""


@contextlib.contextmanager
def stopped_after(seconds: float):
    """Interrupt what runs inside the `with` block after its time, so that it can be told which line it was in.

    Earlier where the process only waits, for a lock, a clock or an answer: nothing will come of that.
    """
    def watch():
        latest, used = began, time.process_time()
        while not over.wait(LOOK_SECONDS):
            now = time.monotonic()
            if time.process_time() - used > WORK * LOOK_SECONDS:
                latest = now
            used = time.process_time()
            if now - began > seconds * SHARE:
                stop.words = f"did not finish within {seconds:g} s and was stopped"
            elif now - latest > WAITING_SECONDS:
                stop.words = f"did nothing for {WAITING_SECONDS:g} s and was stopped"
            if stop.words:
                with lock:
                    if not over.is_set():
                        interrupt()
                return

    stop, began, over, lock = Stop(), time.monotonic(), threading.Event(), threading.Lock()
    threading.Thread(target=watch, daemon=True).start()
    try:
        yield stop
    finally:
        with lock:
            over.set()


def interrupt() -> None:
    """Raise KeyboardInterrupt in the main thread, by a signal where there is one: it ends a call that waits, too."""
    if hasattr(signal, "pthread_kill"):
        signal.pthread_kill(threading.main_thread().ident, signal.SIGINT)
    else:
        _thread.interrupt_main()


def reporter():
    """Return a function that writes a line of JSON to the original output; everything else loses its way there."""
    channel = os.fdopen(os.dup(1), "w", encoding="ascii")
    nowhere = os.open(os.devnull, os.O_RDWR)
    for descriptor in (0, 1, 2):
        os.dup2(nowhere, descriptor)

    def say(**words):
        channel.write(json.dumps(words) + "\n")
        channel.flush()
    return say


def quiet() -> None:
    """Take away what a notebook needs only to be looked at; from here on its own folder is searched for modules."""
    autograder.check = autograder.progress = autograder.hint = lambda *arguments, **keywords: 0.0
    sys.meta_path.insert(0, Pictures())
    builtins.display, builtins.get_ipython = Inert("display"), Inert("get_ipython")
    sys.path.insert(0, "")


def needed(cells: list[list[str]], shown: list[str]) -> list[list[str]]:
    """Return the cells without those that only show something, unless another one uses what they define."""
    pictures = [source for name, source in cells if name in shown]
    others = [[name, source] for name, source in cells if name not in shown]
    return cells if is_used(pictures, [source for _, source in others]) else others


def new_notebook(packages) -> Cells:
    """Return what runs the cells of a notebook that begins now, in a module of its own."""
    Absent.loaded = False
    module = sys.modules["__main__"] = types.ModuleType("__main__")
    vars(module)["__builtins__"] = as_in_the_jail(packages)
    return Cells(vars(module), packages, Absent)


def refused(cells, exercises: list[str], packages) -> dict[str, StudentError]:
    """Return exercise -> why its answer is not called, where it needs a module that the course does not allow."""
    Absent.loaded = True
    return module_refusals([source for _, source in cells], exercises, packages)


def as_in_the_jail(packages) -> dict:
    """Return Python's builtins with an import that finds only what the course allows, for the code of the cells."""
    def permitted(name, *rest):
        level = rest[3] if len(rest) > 3 else 0
        if level == 0 and not is_allowed(name, packages):
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)
        return __import__(name, *rest)

    return vars(builtins) | {"__import__": permitted}


def run_cell(name: str, source: str, cells: Cells, shown: bool = False) -> str:
    """Run a cell as a notebook does; return a sentence if it stops with an error. shown: print its last expression."""
    file = f"<cell {name}>"
    linecache.cache[file] = (len(source), None, source.splitlines(keepends=True), file)
    try:
        with as_when_graded():
            cells.run(source, file, shown)
    except NotImplementedError as error:
        return sentence(error, file) if shown else ""
    except (Exception, SystemExit, KeyboardInterrupt) as error:
        return sentence(error, file)
    return ""


def sentence(error: BaseException, file: str) -> str:
    """Return what was raised, and the line of the cell."""
    lines = [step.lineno for step in traceback.extract_tb(error.__traceback__) if step.filename == file]
    if isinstance(error, SyntaxError) and error.filename == file:
        lines = [error.lineno]
    text = error.msg if isinstance(error, SyntaxError) else str(error)
    if isinstance(error, SystemExit):
        text = "this ends Python itself"
    place = f" in line {lines[-1]}: {linecache.getline(file, lines[-1]).strip()}" if lines and lines[-1] else ""
    return f"{type(error).__name__}: {text}{place}" if text else f"{type(error).__name__}{place}"


if __name__ == "__main__":
    main()
