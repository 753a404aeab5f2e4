"""Runs programs of this environment, each in a process forked from one that has imported what they import.

A program of nbgrader imports for a second or two before it begins, and the tests start dozens. The packages of others
are imported here, this course's own never: it may be another course that runs, and its code is loaded as always.

    python tests/forking.py    reads a JSON object a line (words, environment, cwd, out, err), writes each exit status;
                               with "apart" the program leads a session, and its pid is written while it runs;
                               {"ended": pid} asks for the exit status of such a one
"""

import contextlib
import gc
import importlib
import json
import os
import runpy
import sys
import types
from pathlib import Path

OF_THE_COURSE = ("bleach", "click", "jinja2", "jupytext", "matplotlib.figure", "nbclient", "nbconvert.exporters",
                 "nbformat", "nbgrader.api", "nbgrader.apps", "numpy", "pytest", "rich.console", "sqlalchemy",
                 "tomlkit")
OF_A_COPY = ("click", "numpy", "pytest", "rich.console", "rich.markdown", "rich.progress", "rich.table")
OF_A_NOTEBOOK = ("IPython", "numpy", "pytest")
BOOK = "jupyter-book"  # it is run once: what it imports would serve no other program
for unneeded in ("rfc3987_syntax", "isoduration"):  # they take a second, see autograder/course/unneeded.py
    sys.modules.setdefault(unneeded, None)
MODULE, COPY, CODE = ([sys.executable, *options] for options in (("-m",), ("-S", "-m"), ("-c",)))  # begin the words


def can_run(words: list[str]) -> bool:
    """Return whether these words name a program that is run here."""
    return words[0] in ("autograder", "nbgrader", BOOK) or words[:3] == [*MODULE, "autograder"] \
        or words[:4] == [*COPY, "autograder"]


def packages(words: list[str]) -> tuple[str, ...]:
    """Return what a program imports, and others import too."""
    if words[0] == BOOK:
        return ()
    return OF_A_COPY if words[:3] == COPY else OF_A_NOTEBOOK if words[:2] == CODE else OF_THE_COURSE


def become(job: dict) -> None:
    """Give this process the environment, the folder, the files and the paths of a program."""
    if job.get("apart"):
        os.setsid()
    os.environ.clear()
    os.environ.update(job["environment"])
    os.chdir(job["cwd"])
    for number, path in enumerate((os.devnull, job["out"], job["err"])):
        file = os.open(path, os.O_RDWR)
        os.dup2(file, number)
        os.close(file)
    sys.path[1:1] = filter(None, os.environ.get("PYTHONPATH", "").split(os.pathsep))


def run(words: list[str]) -> None:
    """Run a program as the interpreter would."""
    if words[:3] == COPY:  # without the packages that are elsewhere, this course among them
        sys.meta_path[:] = [finder for finder in sys.meta_path if "__editable__" not in finder.__module__]
        words = [*MODULE, *words[3:]]
    if words[:2] == MODULE:
        sys.argv, sys.path[0] = words[2:], os.getcwd()
        runpy.run_module(words[2], run_name="__main__", alter_sys=True)
    elif words[:2] == CODE:
        sys.argv, sys.path[0] = ["-c", *words[3:]], ""
        module = sys.modules["__main__"] = types.ModuleType("__main__")
        exec(words[2], vars(module))
    else:
        script = Path(sys.executable).with_name(words[0])
        sys.argv, sys.path[0] = [str(script), *words[1:]], str(script.parent)
        runpy.run_path(str(script), run_name="__main__")


def main() -> None:
    """Fork a process for each line, and wait for it. In that process this returns when the program has ended."""
    for line in sys.stdin:
        job = json.loads(line)
        if "ended" in job:
            print(os.waitstatus_to_exitcode(os.waitpid(job["ended"], 0)[1]), flush=True)
            continue
        for name in packages(job["words"]):
            with contextlib.suppress(ImportError):  # the programs say what is missing
                importlib.import_module(name)
        gc.collect()
        gc.freeze()  # else each process looks through all that is imported here when it ends, for half a second
        process = os.fork()
        if not process:
            become(job)
            return run(job["words"])
        print(process if job.get("apart") else os.waitstatus_to_exitcode(os.waitpid(process, 0)[1]), flush=True)
    return None


if __name__ == "__main__":
    main()
