"""Runs programs of this environment, each in a process forked from one that has imported what they import.

A program of nbgrader imports for a second or two before it begins, and the tests start dozens. The packages of others
are imported here, this course's own never: it may be another course that runs, and its code is loaded as always.

    python tests/forking.py    reads a JSON object a line (words, environment, cwd, out, err), writes each exit status
"""

import contextlib
import importlib
import json
import os
import runpy
import sys
from pathlib import Path

PACKAGES = ("bleach", "click", "jinja2", "jupytext", "matplotlib.figure", "nbclient", "nbconvert.exporters",
            "nbformat", "nbgrader.api", "nbgrader.apps", "numpy", "pytest", "rich.console", "sqlalchemy", "tomlkit")
sys.modules.setdefault("rfc3987_syntax", None)  # a grammar that takes a second, see autograder/course/unneeded.py
MODULE = [sys.executable, "-m"]  # begins the words of a module that runs as a program


def can_run(words: list[str]) -> bool:
    """Return whether these words name a program that is run here."""
    return words[0] in ("autograder", "nbgrader") or words[:3] == [*MODULE, "autograder"]


def become(job: dict) -> None:
    """Give this process the environment, the folder and the files of a program."""
    os.environ.clear()
    os.environ.update(job["environment"])
    os.chdir(job["cwd"])
    for number, path in enumerate((os.devnull, job["out"], job["err"])):
        file = os.open(path, os.O_RDWR)
        os.dup2(file, number)
        os.close(file)


def run(words: list[str]) -> None:
    """Run a program as the interpreter would."""
    if words[:2] == MODULE:
        sys.argv, sys.path[0] = words[2:], os.getcwd()
        runpy.run_module(words[2], run_name="__main__", alter_sys=True)
    else:
        script = Path(sys.executable).with_name(words[0])
        sys.argv, sys.path[0] = [str(script), *words[1:]], str(script.parent)
        runpy.run_path(str(script), run_name="__main__")


def main() -> None:
    """Fork a process for each line, and wait for it. In that process this returns when the program has ended."""
    for name in PACKAGES:
        with contextlib.suppress(ImportError):  # the programs say what is missing
            importlib.import_module(name)
    for line in sys.stdin:
        job = json.loads(line)
        process = os.fork()
        if not process:
            become(job)
            return run(job["words"])
        print(os.waitstatus_to_exitcode(os.waitpid(process, 0)[1]), flush=True)
    return None


if __name__ == "__main__":
    main()
