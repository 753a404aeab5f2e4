"""A notebook as a plain Python file that runs whole: what its text tells of an answer, as a kernel's history does."""

from __future__ import annotations

import re
from pathlib import Path

from autograder.checking.failures import renamed
from autograder.checking.left_out import forewarnings
from autograder.course.settings import course_settings
from autograder.course.units import ANSWER_SUFFIX, Exercise, Unit
from autograder.course.verdicts import StudentError
from autograder.desk.needing import file_refusals, module_refusals
from autograder.desk.place import Desk, bring_in
from autograder.submissions.magics import plain_python
from autograder.submissions.prose import normal

COMMENT = re.compile(r"^# ?", re.MULTILINE)
CELL = re.compile(r"^(?=# %%)", re.MULTILINE)  # as jupytext begins one


def script_refusals(names: list[str], namespace: dict) -> tuple[dict[str, StudentError], list[str]]:
    """Return exercise -> why its definition in a running file is not judged, and what grading does otherwise."""
    cells, packages = script_cells(namespace), course_settings().packages
    found = module_refusals(cells, names, packages) | file_refusals(cells, names)
    for name in names:
        sentence = renamed(name, cell_of(name + ANSWER_SUFFIX, cells)) if name not in namespace else ""
        if sentence:
            found[name] = StudentError("no-function", sentence)
    return found, forewarnings(cells, packages)


def answered(unit: Unit, namespace: dict) -> list[Exercise]:
    """Return the open questions of a unit that the running file answers in its comments."""
    cells = script_cells(namespace)
    asked = {cell.exercise: cell.source for cell in unit.cells if cell.kind == "manual"}
    texts = {question: COMMENT.sub("", cell_of(question.name, cells).partition("\n")[2])
             for question in unit.exercises if question.manual}
    return [question for question, text in texts.items() if normal(text) not in ("", normal(asked[question.name]))]


def way_in(desk: Desk, unit: Unit, namespace: dict) -> str:
    """Return how the answers of the running file get into the notebook that is handed in, "" where no file runs."""
    if not script_cells(namespace):
        return ""
    own, file = desk.path(unit.name), Path(namespace["__file__"]).resolve()
    command = bring_in(desk.shown(file), "" if file == own.with_suffix(".py").resolve() else desk.shown(own))
    return f"What is handed in is the notebook. Bring your answers in: {command}."


def cell_of(label: str, cells: list[str]) -> str:
    """Return the cell whose mark names it so, "" where there is none."""
    return next((cell for cell in cells if f'"grade_id": "{label}"' in cell.partition("\n")[0]), "")


def script_cells(namespace: dict) -> list[str]:
    """Return the cells of the file that runs as the main program with these names; none where there is no such file."""
    if namespace.get("__name__") != "__main__" or not namespace.get("__file__"):
        return []
    try:
        text = Path(namespace["__file__"]).read_text(encoding="utf-8-sig")
    except (OSError, ValueError):
        return []
    return [plain_python(cell)[0] for cell in CELL.split(text)]
