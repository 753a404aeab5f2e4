"""A notebook as a plain Python file that runs whole: what its text tells of an answer, as a kernel's history does."""

from __future__ import annotations

import re
from pathlib import Path

from autograder.checking.cells import forewarnings, needed_modules, refusal
from autograder.checking.failures import renamed
from autograder.course.settings import course_settings
from autograder.course.units import ANSWER_SUFFIX
from autograder.course.verdicts import StudentError
from autograder.desk.needing import file_refusals
from autograder.submissions.magics import plain_python

CELL = re.compile(r"^(?=# %%)", re.MULTILINE)  # as jupytext begins one


def script_refusals(names: list[str], namespace: dict) -> tuple[dict[str, StudentError], list[str]]:
    """Return exercise -> why its definition in a running file is not judged, and what grading does otherwise."""
    cells, packages = script_cells(namespace), course_settings().packages
    found = {name: StudentError("exception", refusal(name, module, packages))
             for name, module in needed_modules(cells, names, packages).items()} | file_refusals(cells, names)
    for name in names:
        own = next((cell for cell in cells if f'"grade_id": "{name}{ANSWER_SUFFIX}"' in cell.partition("\n")[0]), "")
        sentence = renamed(name, own) if name not in namespace else ""
        if sentence:
            found[name] = StudentError("no-function", sentence)
    return found, forewarnings(cells, packages)


def script_cells(namespace: dict) -> list[str]:
    """Return the cells of the file that runs as the main program with these names; none where there is no such file."""
    if namespace.get("__name__") != "__main__" or not namespace.get("__file__"):
        return []
    try:
        text = Path(namespace["__file__"]).read_text(encoding="utf-8-sig")
    except (OSError, ValueError):
        return []
    return [plain_python(cell)[0] for cell in CELL.split(text)]
