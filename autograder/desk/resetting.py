"""Puts a released cell, or a whole notebook, back; what stood there is kept in .autograder/backup first."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from autograder.course.units import ANSWER_SUFFIX, Exercise, Unit
from autograder.course.verdicts import CourseError
from autograder.desk.place import Desk
from autograder.submissions.submission import find_label


def backup(desk: Desk, path: Path) -> Path | None:
    """Copy a notebook byte for byte to .autograder/backup and return the copy; None if there is nothing to copy."""
    if not path.exists():
        return None
    folder = desk.folder / "backup"
    folder.mkdir(parents=True, exist_ok=True)
    stamp = datetime.now().strftime("%Y-%m-%d_%H-%M-%S")
    number, target = 0, folder / f"{path.stem}_{stamp}.ipynb"
    while target.exists():
        number += 1
        target = folder / f"{path.stem}_{stamp}_{number}.ipynb"
    target.write_bytes(path.read_bytes())
    return target


def reset_unit(desk: Desk, unit: Unit) -> Path | None:
    """Put the released notebook back and return the backup."""
    path = desk.path(unit.name)
    with writing(desk.shown(path)):
        kept = backup(desk, path)
        path.parent.mkdir(parents=True, exist_ok=True)
        write(path, unit.path.read_bytes())
    return kept


def reset_exercise(desk: Desk, unit: Unit, exercise: Exercise) -> Path | None:
    """Put the released answer cell of one exercise back and return the backup. Raises CourseError."""
    work = desk.read(unit)
    notebook = json.loads(work.path.read_bytes().decode("utf-8-sig"))
    wanted = exercise.name + ("" if exercise.manual else ANSWER_SUFFIX)
    released = {cell.id: cell for cell in unit.cells}
    mine = [cell for cell in notebook["cells"] if label_of(cell, released) == wanted]
    if not mine:
        raise CourseError(f"the cell of {exercise.name!r} is not in the notebook any more.", desk.shown(work.path),
                          f"`autograder reset {unit.name}` puts the whole notebook back.")
    for cell in mine:
        cell["source"] = released[wanted].source.splitlines(keepends=True)
        if "outputs" in cell:
            cell["outputs"], cell["execution_count"] = [], None
    with writing(desk.shown(work.path)):
        kept = backup(desk, work.path)
        write(work.path, (json.dumps(notebook, ensure_ascii=False, indent=1) + "\n").encode("utf-8"))
    return kept


@contextlib.contextmanager
def writing(notebook: str) -> Iterator[None]:
    """Turn the system's refusal to write (a read-only folder, on Windows a file in use) into a CourseError."""
    try:
        yield
    except OSError as error:
        raise CourseError(f"nothing was reset, since it or its copy cannot be written: {error.strerror}.", notebook,
                          "Close it in other programs, and look whether its folder is read-only.") from None


def label_of(cell: dict, released: dict) -> str:
    """Return the id of the released cell that a cell says it is, "" if it is none."""
    label = find_label(cell, released)
    return label.id if label else ""


def write(path: Path, content: bytes) -> None:
    """Write a file in one step, so that a notebook is never half there."""
    draft = path.with_name(f".{path.name}.new")
    draft.write_bytes(content)
    draft.replace(path)
