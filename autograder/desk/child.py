"""The process that runs a student's notebook for the desk: cells, then checks, a line of JSON for each step.

It is the student's own code on the student's own machine: no walls, only a process that can be ended. Pictures are
not drawn, `check` does nothing, and what the notebook prints goes nowhere; the lines go to the original output.
"""

from __future__ import annotations

import ast
import builtins
import json
import linecache
import os
import sys
import traceback
import types
from importlib.machinery import ModuleSpec

import autograder
from autograder.checking.shown import is_used
from autograder.checking.standins import Finder, Inert
from autograder.course.settings import course_settings

NOT_NEEDED = {"matplotlib", "mpl_toolkits", "IPython", "ipywidgets", *course_settings().data_modules}


class Pictures(Finder):
    """Serves a stand-in for what only pictures and data files need."""

    def find_spec(self, name, path=None, target=None):
        needless = name in NOT_NEEDED or name.partition(".")[0] in NOT_NEEDED
        return ModuleSpec(name, self, is_package=True) if needless else None

    def create_module(self, spec):
        return Inert(spec.name)


def main() -> None:
    """Read the job from the input, run it, and report each step."""
    job = json.loads(sys.stdin.buffer.read())
    say = reporter()
    from autograder.checking.hints import hint_for
    from autograder.checking.local import LocalStudent
    from autograder.checking.runner import Checks
    from autograder.course.units import Course

    course = Course(job["root"])
    checks = Checks(course.check_files(job["unit"], hidden=False))
    quiet()
    module = sys.modules["__main__"] = types.ModuleType("__main__")
    problems = {}
    for name, source in needed(job["cells"], job["shown"]):
        say(start=name)
        problem = run_cell(name, source, vars(module))
        if problem:
            problems[name] = problem
    student = LocalStudent(vars(module))
    for exercise in job["exercises"]:
        say(start=exercise)
        recorded = checks.run_recorded(student, exercise)
        hint = hint_for(job["unit"], exercise, recorded)
        say(done=exercise, checks=[vars(result) for result, _ in recorded],
            problem=problems.get(exercise + job["suffix"], ""),
            hint=hint.text if hint else "", section=hint.section if hint else "")
    say(cells=problems)


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
    autograder.check = autograder.progress = lambda *arguments, **keywords: 0.0
    sys.meta_path.insert(0, Pictures())
    builtins.display, builtins.get_ipython = Inert("display"), Inert("get_ipython")
    sys.path.insert(0, "")


def needed(cells: list[list[str]], shown: list[str]) -> list[list[str]]:
    """Return the cells without those that only show something, unless another one uses what they define."""
    pictures = [source for name, source in cells if name in shown]
    others = [[name, source] for name, source in cells if name not in shown]
    return cells if is_used(pictures, [source for _, source in others]) else others


def run_cell(name: str, source: str, namespace: dict, shown: bool = False) -> str:
    """Run a cell as a notebook does; return a sentence if it stops with an error. shown: print its last expression."""
    file = f"<cell {name}>"
    linecache.cache[file] = (len(source), None, source.splitlines(keepends=True), file)
    try:
        for code in parts(source, file) if shown else [compile(source, file, "exec", dont_inherit=True)]:
            exec(code, namespace)
    except NotImplementedError as error:
        return sentence(error, file) if shown else ""
    except (Exception, SystemExit, KeyboardInterrupt) as error:
        return sentence(error, file)
    return ""


def parts(source: str, file: str) -> list:
    """Return the code of a cell; a last expression on its own, to be printed as a notebook shows its value."""
    tree = ast.parse(source, file)
    last = [tree.body.pop()] if tree.body and isinstance(tree.body[-1], ast.Expr) else []
    return [compile(tree, file, "exec", dont_inherit=True),
            *(compile(ast.Interactive([item]), file, "single", dont_inherit=True) for item in last)]


def sentence(error: BaseException, file: str) -> str:
    """Return what was raised, and the line of the cell."""
    lines = [step.lineno for step in traceback.extract_tb(error.__traceback__) if step.filename == file]
    if isinstance(error, SyntaxError) and error.filename == file:
        lines = [error.lineno]
    text = error.msg if isinstance(error, SyntaxError) else str(error)
    place = f" in line {lines[-1]}: {linecache.getline(file, lines[-1]).strip()}" if lines and lines[-1] else ""
    return f"{type(error).__name__}: {text}{place}" if text else f"{type(error).__name__}{place}"


if __name__ == "__main__":
    main()
