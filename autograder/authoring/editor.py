"""The editor of the book's pages: CodeMirror, bundled by esbuild from the npm packages that its lock file names."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from autograder.course.verdicts import CourseError

WHERE = ("book", "_ext", "solve", "editor")


def build_editor(root: Path, target: Path) -> None:
    """Write the editor's script to `target`. root: the course folder. Raises CourseError where it cannot be built."""
    source = root.joinpath(*WHERE)
    npm = node_program("npm", "the editor")
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder) / "editor"
        shutil.copytree(source, work, ignore=shutil.ignore_patterns("node_modules"))
        environment = os.environ | {"PATH": programs()}
        for words in (["ci", "--ignore-scripts", "--no-audit", "--no-fund"],
                      ["run", "--silent", "build", "--", "--outfile=editor.min.js", "--log-level=warning"]):
            done = subprocess.run([npm, *words], cwd=work, env=environment, capture_output=True, text=True)
            if done.returncode:
                reason = (done.stderr.strip().splitlines() or ["no reason given"])[-1]
                raise CourseError(f"`npm {words[0]}` failed: {reason}", str(source),
                                  "Without the editor the pages have a plain text field, which works as well.")
        shutil.copyfile(work / "editor.min.js", target)


def node_program(name: str, what: str) -> str:
    """Return the path of a program of Node. Raises CourseError where there is none. what: what needs it."""
    path = shutil.which(name, path=programs())
    if path is None:
        raise CourseError(f"{what} needs {name}, and there is none on this machine.", str(Path(sys.executable).parent),
                          "Run `pip install -e .[browser]`: it brings Node along.")
    return path


def programs() -> str:
    """Return where programs lie: this machine's, and those of this environment."""
    return os.pathsep.join([os.environ.get("PATH", ""), str(Path(sys.executable).parent)])
