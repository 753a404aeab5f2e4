"""Authoring, one way: solutions/*.py -> nbgrader source -> released notebook in exercises/.

The cell headers of a solution file are short; `nbgrader_metadata` spells them out:

    # %% grade_id="sse" solution=true points=2       the student's answer
    # %% grade_id="train" solution=true points=3 uses=["grad_W"]    it builds on an earlier one: see follow_through.py
    # %% grade_id="sse" grade=true active="ipynb"    the check that earns the points
    # %% [markdown] grade_id="why" manual=true points=2    an open question, graded by hand
    # %% active="ipynb"                                a cell to look at, such as a plot: grading leaves it out
"""

from __future__ import annotations

import contextlib
import logging
import os
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import jupytext
import nbformat
from nbgrader.converters import GenerateAssignment
from nbgrader.coursedir import CourseDirectory
from nbgrader.preprocessors import ClearSolutions
from nbgrader.utils import is_solution
from traitlets.config import Config

from autograder.course.units import ANSWER_SUFFIX, SHOW, unit_paths
from autograder.course.verdicts import CourseError

COURSE_ID = "default_course"  # nbgrader's own; without one, a database that checks foreign keys refuses assignments
HEADER_KEYS = {"grade_id", "solution", "grade", "manual", "points", "uses", "active"}
KERNEL = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}


class NamedStubs(ClearSolutions):
    """nbgrader's ClearSolutions, with a stub that names its exercise."""

    def preprocess_cell(self, cell, resources, cell_index):
        if is_solution(cell):
            name = cell.metadata.nbgrader.grade_id.removesuffix(ANSWER_SUFFIX)
            self.code_stub = {"python": f"# Your code here.\nraise NotImplementedError(\"{name}\")"}
            self.text_stub = "*Your answer here.*"
        return super().preprocess_cell(cell, resources, cell_index)


def preprocessors() -> list:
    """Return nbgrader's own steps of generate_assignment, with NamedStubs for ClearSolutions."""
    steps = GenerateAssignment.preprocessors.default_args[0]
    return [NamedStubs if step is ClearSolutions else step for step in steps]


def nbgrader_metadata(header: dict, cell_type: str, where: str) -> dict:
    """Return the nbgrader metadata that a cell's short header stands for."""
    unknown = set(header) - HEADER_KEYS
    if unknown:
        raise CourseError(f"unknown word {sorted(unknown)[0]!r} in the cell header.", where,
                          f"Known are {', '.join(sorted(HEADER_KEYS))}.")
    kinds = [kind for kind in ("solution", "grade", "manual") if header.get(kind)]
    if len(kinds) != 1:
        raise CourseError(f"the cell {header['grade_id']!r} needs one of solution, grade and manual.", where)
    kind, name = kinds[0], header["grade_id"]
    graded = kind != "solution"
    metadata = {
        "schema_version": 3, "cell_type": cell_type, "task": False,
        "grade_id": name if graded else name + ANSWER_SUFFIX,
        "grade": graded, "solution": kind != "grade", "locked": kind == "grade",
    }
    return metadata | ({"points": header["points"]} if graded else {})


def source_notebook(path: Path) -> nbformat.NotebookNode:
    """Return the nbgrader source notebook of a solution file: full metadata, stable cell ids."""
    notebook = jupytext.read(path)
    solutions = {cell.metadata["grade_id"]: cell.metadata for cell in notebook.cells if cell.metadata.get("solution")}
    points = {name: points_of(header, path.name) for name, header in solutions.items()}
    names = [cell.metadata["grade_id"] for cell in notebook.cells if cell.metadata.get("solution")]
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice:
        raise CourseError(f"two cells are the solution of {twice!r}.", path.name, "A name is used once in a course.")
    uses = {name: earlier_names(header, list(solutions), path.name) for name, header in solutions.items()}
    for position, cell in enumerate(notebook.cells):
        header = {key: value for key, value in cell.metadata.items() if key != "lines_to_next_cell"}
        cell.metadata.clear()
        cell.id = f"cell-{position:02}"
        if "grade_id" in header:
            where = f"{path.name}, cell {position}"
            if header.get("grade"):
                if header["grade_id"] not in points:
                    raise CourseError(f"no solution cell for {header['grade_id']!r}.", where)
                header["points"] = points[header["grade_id"]]
            cell.metadata["nbgrader"] = nbgrader_metadata(header, cell.cell_type, where)
            cell.id = cell.metadata["nbgrader"]["grade_id"]
            if header.get("grade") and uses[header["grade_id"]]:
                cell.metadata["uses"] = uses[header["grade_id"]]
        elif header.get("active") == "ipynb":
            cell.metadata["tags"] = [SHOW]
    notebook.metadata = nbformat.NotebookNode(kernelspec=KERNEL, language_info={"name": "python"})
    notebook.nbformat, notebook.nbformat_minor = 4, 5
    return notebook


def points_of(header: dict, where: str) -> float:
    """Return the points in a solution's header; raise CourseError if it has none."""
    points = header.get("points")
    if isinstance(points, bool) or not isinstance(points, int | float) or points <= 0:
        raise CourseError(f"the solution of {header.get('grade_id')!r} needs points, a number above 0.", where,
                          "Write # %% grade_id=\"NAME\" solution=true points=2")
    return points


def earlier_names(header: dict, names: list[str], where: str) -> list[str]:
    """Return the exercises that one uses; raise CourseError unless each stands before it in the same unit."""
    uses, earlier = header.get("uses", []), names[:names.index(header["grade_id"])]
    if not isinstance(uses, list) or not set(uses) <= set(earlier):
        raise CourseError(f"{header['grade_id']!r} uses {uses!r}.", where,
                          f"Write a list of earlier exercises of this unit: {', '.join(earlier) or 'there are none'}.")
    return uses


def write_sources(solutions: Iterator[Path] | list[Path], course: Path) -> list[str]:
    """Write the nbgrader source of each solution file below course/source and return the unit names."""
    units = []
    for path in solutions:
        target = course / "source" / path.stem / f"{path.stem}.ipynb"
        target.parent.mkdir(parents=True, exist_ok=True)
        nbformat.write(source_notebook(path), target)
        units.append(path.stem)
    return units


def generate(course: Path, unit: str, db_url: str = "") -> Path:
    """Run nbgrader's generate_assignment for one unit of `course` and return the released notebook.

    db_url: the gradebook to register the unit in; none by default.
    """
    config = Config()
    config.CourseDirectory.root = str(course)
    config.CourseDirectory.course_id = COURSE_ID
    config.CourseDirectory.assignment_id = unit
    config.CourseDirectory.db_url = db_url
    config.GenerateAssignment.preprocessors = preprocessors()
    config.GenerateAssignment.no_database = not db_url
    config.SaveCells.enabled = bool(db_url)
    config.GenerateAssignment.force = True
    complaints: list[str] = []
    log = logging.Logger(f"generate {unit}", logging.ERROR)
    log.addFilter(lambda record: complaints.append(record.getMessage()))
    converter = GenerateAssignment(coursedir=CourseDirectory(config=config), config=config, log=log)
    try:
        with environment_on_path():
            converter.start()
    except (Exception, SystemExit) as error:
        tracebacks = [text for text in complaints if text.startswith("Traceback")]
        what = tracebacks[0].strip().splitlines()[-1] if tracebacks else str(error)
        raise CourseError(f"nbgrader cannot generate the notebook: {what}", f"solutions/{unit}.py") from error
    return course / "release" / unit / f"{unit}.ipynb"


@contextlib.contextmanager
def environment_on_path() -> Iterator[None]:
    """Put the programs of this Python's environment on PATH inside the `with` block: nbgrader calls alembic by name."""
    before = os.environ.get("PATH", "")
    os.environ["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), before])
    try:
        yield
    finally:
        os.environ["PATH"] = before


def released_text(path: Path) -> str:
    """Return the text of a released notebook, free of anything that differs from run to run."""
    notebook = nbformat.read(path, as_version=4)
    for position, cell in enumerate(notebook.cells):
        cell.id = cell.metadata.get("nbgrader", {}).get("grade_id", f"cell-{position:02}")
    notebook.metadata = nbformat.NotebookNode(kernelspec=KERNEL, language_info={"name": "python"})
    nbformat.validate(notebook)
    return nbformat.writes(notebook)


def build(solutions: Path, only: str | None = None) -> dict[str, str]:
    """Return the released notebook's text for every solution file (or the one unit named `only`)."""
    paths = [path for path in unit_paths(solutions, ".py") if only in (None, path.stem)]
    if not paths:
        raise CourseError("no solution file found.", f"{solutions}/{only or '*'}.py")
    with tempfile.TemporaryDirectory() as folder:
        return {unit: released_text(generate(Path(folder), unit))
                for unit in write_sources(paths, Path(folder))}


def install(texts: dict[str, str], exercises: Path) -> list[str]:
    """Write the notebooks whose text changed, each by one rename, and return their unit names."""
    changed = []
    for unit, text in texts.items():
        target = exercises / unit / f"{unit}.ipynb"
        if is_current(target, text):
            continue
        target.parent.mkdir(parents=True, exist_ok=True)
        draft = target.with_suffix(".new")
        draft.write_text(text, encoding="utf-8", newline="\n")
        draft.replace(target)
        changed.append(unit)
    return changed


def stale(texts: dict[str, str], exercises: Path) -> list[str]:
    """Return a line for every committed notebook that differs from its source, or has none."""
    problems = [f"exercises/{unit}/{unit}.ipynb differs from solutions/{unit}.py" for unit, text in texts.items()
                if not is_current(exercises / unit / f"{unit}.ipynb", text)]
    sources = {path.stem for path in unit_paths(exercises.parent / "solutions", ".py")}
    strays = {path.name for path in unit_paths(exercises)} - sources
    return problems + [f"exercises/{unit} has no source: delete that folder, or restore solutions/{unit}.py"
                       for unit in sorted(strays)]


def is_current(path: Path, text: str) -> bool:
    """Return whether the file at `path` holds exactly `text`."""
    with contextlib.suppress(FileNotFoundError):
        return path.read_bytes() == text.encode()
    return False
