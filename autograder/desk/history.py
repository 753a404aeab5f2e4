"""What a notebook's kernel has run so far: whether a name is what its cell says, and what its answers import.

A kernel keeps old definitions: after a cell that does not compile, a renamed function, or an edit that was saved and
not run, a check would judge code that is not in the notebook any more.
"""

from __future__ import annotations

import ast
import json
import os
import re
import sys
import time
from dataclasses import dataclass
from difflib import SequenceMatcher
from pathlib import Path
from threading import Timer
from types import CodeType, FunctionType

from autograder.checking.failures import DEFINES
from autograder.checking.left_out import forewarnings
from autograder.course.settings import course_settings
from autograder.course.units import Unit
from autograder.course.verdicts import StudentError
from autograder.desk.needing import file_refusals, module_refusals
from autograder.desk.script import script_refusals
from autograder.submissions.magics import plain_python
from autograder.submissions.prose import normal

ALIKE = 0.75   # two texts that share so much are one cell, edited
PATIENT_SECONDS = 10.0  # before a running cell is spoken of
PATIENCE = 1.0  # a file system may round a time to the second


@dataclass
class Run:
    """One cell that was run: its text, its id where the editor says it, when it ended, and whether it failed."""

    source: str
    cell: str = ""
    ended: float = 0.0
    failed: bool = False

    @property
    def error(self) -> SyntaxError | None:
        """The error of a cell that is no Python."""
        try:
            compile(self.source, "<cell>", "exec", ast.PyCF_ONLY_AST | ast.PyCF_ALLOW_TOP_LEVEL_AWAIT,
                    dont_inherit=True)
        except SyntaxError as error:
            return error
        except (ValueError, RecursionError, MemoryError):
            pass
        return None

    def defines(self, name: str) -> bool:
        """Return whether the text gives the name a meaning at its margin."""
        word = re.escape(name)
        return bool(re.search(rf"^[ \t]*(?:async[ \t]+)?(?:def|class)[ \t]+{word}\b|^{word}[ \t]*(?::[^=\n]*)?=(?!=)"
                              rf"|^from[ \t].*\bimport\b.*\b{word}\b", self.source, re.MULTILINE))


class History:
    """The cells that an IPython shell has run, in their order."""

    def __init__(self, shell):
        self.shell = shell
        self.ended: dict[int, tuple[str, float, bool]] = {}  # by the number of the input
        self._cell, self._waiting = "", None
        shell.events.register("pre_run_cell", self.begin)
        shell.events.register("post_run_cell", self.end)

    def begin(self, info):
        self._cell = getattr(info, "cell_id", None) or ""
        self._waiting = Timer(PATIENT_SECONDS, say_still_running, [sys.stdout])  # the one of this cell
        self._waiting.daemon = True
        if sys.platform != "emscripten":  # Python in a browser has no threads
            self._waiting.start()

    def end(self, result):
        if self._waiting is not None:
            self._waiting.cancel()
        if result.execution_count is not None:
            self.ended[result.execution_count] = self._cell, time.time(), result.error_in_exec is not None

    @property
    def runs(self) -> list[Run]:
        """Every cell that was run and kept in the history."""
        texts = self.shell.history_manager.input_hist_raw[1:]
        return [Run(plain_python(text)[0], *self.ended.get(number, ("", 0.0, False)))
                for number, text in enumerate(texts, 1)]


def say_still_running(out) -> None:
    """Say in the output of a cell that it still runs, and how to end it."""
    out.write(f"Still running after {PATIENT_SECONDS:g} s. To stop it, press the square above the notebook; "
              "where that does not help, restart the kernel.\n")
    out.flush()


_histories: dict[int, History] = {}


def history_of(namespace: dict) -> History | None:
    """Return the history of the shell whose names these are, None where there is none."""
    try:
        from IPython import get_ipython
    except ImportError:
        return None
    shell = get_ipython()
    if shell is None or shell.user_ns is not namespace or not hasattr(shell, "history_manager"):
        return None
    if id(shell) not in _histories:
        _histories[id(shell)] = History(shell)
    return _histories[id(shell)]


def refusals(unit: Unit, names: list[str], namespace: dict) -> tuple[dict[str, StudentError], list[str]]:
    """Return exercise -> why its present definition is not judged, and sentences on what grading does otherwise."""
    history = history_of(namespace)
    if history is None:
        return script_refusals(names, namespace)
    runs, packages = history.runs, course_settings().packages
    current = [run.source for run in latest(runs)]
    found = module_refusals([run.source for run in runs], names, packages) | file_refusals(current, names)
    saved = saved_notebook(unit, namespace)
    for name in names:
        sentence = stale(unit, name, runs, namespace, saved, name in found)
        if sentence:
            found[name] = StudentError("no-function", sentence)
    return found, forewarnings(current, packages)


def latest(runs: list[Run]) -> list[Run]:
    """Return the runs that no later run of their cell has replaced; without ids a cell is known by what it defines."""
    kept, seen = [], set()
    for run in reversed(runs):
        marks = {(run.cell,)} if run.cell else set(DEFINES.findall(run.source))
        if not marks or not marks <= seen:
            kept.append(run)
        seen |= marks
    return kept[::-1]


def stale(unit: Unit, name: str, runs: list[Run], namespace: dict, saved: tuple[list[str], float],
          known: bool = False) -> str:
    """Return why the present meaning of a name is not what its cell says, "" if it is.

    known: whether a cause is known already for which a cell stops: a package that is not there.
    """
    last = max((place for place, run in enumerate(runs) if run.defines(name)), default=None)
    other = renamed(unit, name, runs, last)
    if other:
        return (f"The cell of `{name}` defines `{other}` now. Call it `{name}` again and run the cell: that is the "
                "name that is graded.")
    error = runs[last].error if last is not None else None
    if error is not None:
        line = (error.text or "").strip()
        return (f"The cell of `{name}` has a syntax error in line {error.lineno}" + f": `{line}`" * bool(line)
                + f" ({error.msg}). Mend it, run the cell, then check again.")
    if last is None:
        return ""
    if runs[last].failed and not known and not is_from(runs[last], name, namespace):
        return f"The cell of `{name}` stopped with an error before `{name}` was defined. Mend it, and run it again."
    sources, written = saved
    text = next((source for source in reversed(sources) if Run(source).defines(name)), None)
    if text is not None and runs[last].ended and written > runs[last].ended + PATIENCE \
            and normal(text) != normal(runs[last].source):
        return f"You have changed the cell of `{name}` since it was last run. Run it, then check again."
    return ""


def renamed(unit: Unit, name: str, runs: list[Run], last: int | None) -> str:
    """Return what the cell of an exercise defines instead of its name since it last did, "" if it is not renamed."""
    stub = next(cell.source for cell in unit.cells if cell.kind == "answer" and cell.exercise == name)
    given = {found for cell in unit.cells for found in DEFINES.findall(cell.source)}
    before = runs[last] if last is not None else Run(stub)
    for run in runs[(last if last is not None else -1) + 1:]:
        names = [found for found in DEFINES.findall(run.source) if found not in given]
        if not names or (run.cell and before.cell and run.cell != before.cell):
            continue
        same_cell = run.cell and run.cell == before.cell
        if same_cell or docstring(stub) in run.source or alike(before.source, run.source):
            return names[-1]
    return ""


def docstring(stub: str) -> str:
    """Return the first sentence of the docstring that a cell was handed out with; a mark that no cell has if none."""
    found = re.search(r'"""(.+?)(?:"""|\n)', stub)
    return found[1].strip() if found else "\0"


def alike(first: str, second: str) -> bool:
    """Return whether two texts are one cell, edited."""
    return SequenceMatcher(None, normal(first), normal(second), autojunk=False).ratio() > ALIKE


def is_from(run: Run, name: str, namespace: dict) -> bool:
    """Return whether the present meaning of a name has the code of this run."""
    target = getattr(namespace.get(name), "__wrapped__", namespace.get(name))
    parts = [target] if isinstance(target, FunctionType) else list(vars(target).values()) if isinstance(
        target, type) else []
    present = {part.__code__ for part in parts if isinstance(part, FunctionType)}
    waiting, written = [compile(run.source, "<cell>", "exec", ast.PyCF_ALLOW_TOP_LEVEL_AWAIT, dont_inherit=True)], set()
    while waiting:
        code = waiting.pop()
        written.add(code)
        waiting += [constant for constant in code.co_consts if isinstance(constant, CodeType)]
    return bool(present) and present <= written


def saved_notebook(unit: Unit, namespace: dict) -> tuple[list[str], float]:
    """Return the code cells of the notebook's file and when it was written; nothing where it is not found."""
    places = [namespace.get("__vsc_ipynb_file__"), os.environ.get("JPY_SESSION_NAME"), f"{unit.name}.ipynb"]
    for place in filter(None, places):
        path = Path(str(place))
        try:
            written = path.stat().st_mtime
            cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
            return [plain_python("".join(cell["source"]))[0] for cell in cells if cell["cell_type"] == "code"], written
        except (OSError, ValueError, KeyError, TypeError):
            continue
    return [], 0.0
