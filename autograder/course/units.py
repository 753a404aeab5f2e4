"""The course: units, exercises and points, read from the released notebooks in exercises/."""

from __future__ import annotations

import importlib.util
import json
import re
import sys
import traceback
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cached_property, lru_cache
from pathlib import Path
from types import ModuleType

from autograder.course.settings import FILE, PACKAGE, course_settings
from autograder.course.verdicts import CourseError

CHECKS, HIDDEN = "checks.py", "hidden.py"  # the check files in a unit's folder
ANSWER_SUFFIX = "-answer"
SHOW = "show"  # the tag of a code cell that nothing graded depends on
RELEASED = PACKAGE / "released"  # only in a student's copy: the notebooks as they were handed out


@dataclass(frozen=True)
class Exercise:
    """One graded item: its grade_id, unit and points, and the earlier ones that it uses. Manual: an open question."""

    name: str
    unit: str
    points: float
    manual: bool = False
    uses: tuple[str, ...] = ()


@dataclass(frozen=True)
class Cell:
    """One cell of a released notebook; `exercise` is set for answers, checks and open questions."""

    id: str
    kind: str  # "answer", "check", "manual", "code", "show" or "markdown"
    exercise: str
    source: str


@dataclass(frozen=True)
class Unit:
    """One released notebook: its cells, and the exercises in their order."""

    name: str
    path: Path
    title: str
    cells: tuple[Cell, ...]
    exercises: tuple[Exercise, ...]

    @property
    def graded(self) -> tuple[Exercise, ...]:
        """The exercises that checks grade (the others are read by a person)."""
        return tuple(exercise for exercise in self.exercises if not exercise.manual)

    def wants_class(self, exercise: str) -> bool:
        """Return whether the answer to an exercise is handed out as a class of its name."""
        start = re.compile(rf"^class[ \t]+{re.escape(exercise)}\b", re.MULTILINE)
        return any(cell.kind == "answer" and cell.exercise == exercise and start.search(cell.source)
                   for cell in self.cells)


def read_unit(path: Path) -> Unit:
    """Return the unit of a released notebook; raise CourseError where it is none."""
    state = path.stat()
    return _read_unit(path, state.st_mtime_ns, state.st_size)


@lru_cache(maxsize=256)
def _read_unit(path: Path, *state: int) -> Unit:
    """Return the unit of a notebook in one state of its file: each `check` in a kernel asks for the whole course."""
    try:
        notebook = json.loads(path.read_text(encoding="utf-8"))
        cells = tuple(read_cell(cell) for cell in notebook["cells"])
    except (ValueError, KeyError, TypeError) as error:
        raise CourseError(f"this is no released notebook ({error}).", str(path), "Run `make exercises`.") from None
    exercises = tuple(
        Exercise(cell["metadata"]["nbgrader"]["grade_id"], path.stem, float(cell["metadata"]["nbgrader"]["points"]),
                 manual=cell["metadata"]["nbgrader"]["solution"], uses=tuple(cell["metadata"].get("uses", ())))
        for cell in notebook["cells"] if cell["metadata"].get("nbgrader", {}).get("grade")
    )
    title = next((line.lstrip("# ") for line in cells[0].source.splitlines() if line.startswith("#")), path.stem)
    return Unit(path.stem, path, title, cells, exercises)


def read_cell(cell: dict) -> Cell:
    """Return what the grader needs to know of one cell of a released notebook."""
    header = cell["metadata"].get("nbgrader", {})
    name = header.get("grade_id", "")
    kind = "code" if cell["cell_type"] == "code" else "markdown"
    if SHOW in cell["metadata"].get("tags", ()):
        kind = "show"
    if header.get("grade"):
        kind = "manual" if header["solution"] else "check"
    elif header.get("solution"):
        kind = "answer"
    source = cell["source"] if isinstance(cell["source"], str) else "".join(cell["source"])
    return Cell(cell["id"], kind, name.removesuffix(ANSWER_SUFFIX), source)


class Course:
    """A course folder: exercises/ for everyone, solutions/ and hidden checks for the instructor."""

    def __init__(self, root: Path):
        self.root = Path(root).resolve()
        if self.root != PACKAGE.parent:
            # Two trees with a unit of one name share Python's module names: the first one's checks would grade both.
            raise CourseError(f"this course has an engine of its own, but the one that runs is {PACKAGE}.",
                              str(self.root), "Run `python -m autograder` in that folder, or install it: "
                              f"pip install -e {self.root}")

    @classmethod
    def find(cls, start: Path | None = None) -> Course:
        """Return the course around `start` (the working directory), else the one this package belongs to."""
        return cls(cls.around(Path(start or Path.cwd()), "exercises"))

    @staticmethod
    def around(start: Path, room: str) -> Path:
        """Return the nearest folder at or above `start` that is a course or has units in `room`, else our own."""
        is_unit = course_settings().is_unit
        for folder in (start.resolve(), *start.resolve().parents, PACKAGE.parent):
            if (folder / FILE).exists() or any(is_unit(path.stem) for path in (folder / room).glob("*")):
                return folder
        raise CourseError(f"no course found: there is no {FILE} here or above.", str(start),
                          "Change into the course folder.")

    @cached_property
    def units(self) -> dict[str, Unit]:
        """The units by name, in the order of the course."""
        if RELEASED.is_dir():  # the notebooks in exercises/ are the student's own by now
            return {path.stem: read_unit(path) for path in unit_paths(RELEASED, ".ipynb")}
        paths = [folder / f"{folder.name}.ipynb" for folder in unit_paths(self.root / "exercises")]
        return {path.stem: read_unit(path) for path in paths if path.exists()}

    def unit(self, name: str) -> Unit:
        """Return the unit called `name`; raise CourseError with the known names."""
        if name not in self.units:
            raise CourseError(f"there is no unit {name!r}.", fix=f"Units are {', '.join(self.units)}.")
        return self.units[name]

    def exercise(self, name: str) -> Exercise:
        """Return the exercise called `name`; raise CourseError with the known names."""
        for unit in self.units.values():
            for exercise in unit.exercises:
                if exercise.name == name:
                    return exercise
        known = [exercise.name for unit in self.units.values() for exercise in unit.graded]
        near = get_close_matches(name, known, n=1)
        raise CourseError(f"there is no exercise {name!r}.",
                          fix=f"Did you mean {near[0]!r}?" if near else f"Exercises are {', '.join(known)}.")

    @property
    def has_solutions(self) -> bool:
        return (self.root / "solutions").is_dir()

    def check_files(self, unit: str, hidden: bool) -> list[Path]:
        """Return the check files of a unit: the public one, and the hidden one if asked for and present."""
        names = [CHECKS, HIDDEN] if hidden else [CHECKS]
        paths = [unit_folder(unit) / name for name in names]
        return [path for path in paths if path.exists()]


def unit_paths(folder: Path, suffix: str = "") -> list[Path]:
    """Return the files (or folders) in `folder` that are called like a unit, in the order of the course."""
    is_unit = course_settings().is_unit
    return sorted(path for path in folder.glob(f"*{suffix}") if is_unit(path.name.removesuffix(suffix)))


def unit_folder(unit: str) -> Path:
    """Return the folder with a unit's checks, misconceptions and hints."""
    return PACKAGE / "units" / unit


def load_reference(unit: str, root: Path | None = None) -> ModuleType:
    """Return a fresh module of solutions/<unit>.py: the given code and the solutions, no checks or plots."""
    path = (Path(root) if root else PACKAGE.parent) / "solutions" / f"{unit}.py"
    if not path.exists():
        raise CourseError("this solution file does not exist.", str(path))
    specification = importlib.util.spec_from_file_location(f"solutions.{unit}", path)
    module = importlib.util.module_from_spec(specification)
    sys.modules[module.__name__] = module  # dataclasses and pickling look their module up here
    try:
        specification.loader.exec_module(module)
    except ModuleNotFoundError as error:
        raise not_installed(error, path) from None
    return module


def not_installed(error: ModuleNotFoundError, path: Path) -> CourseError:
    """Return the error for a file of the course that imports what is not there."""
    lines = [frame.lineno for frame in traceback.extract_tb(error.__traceback__) if frame.filename == str(path)]
    package = (error.name or "").partition(".")[0]
    allowed = f"{FILE} lets answers import it. " if package in course_settings().packages else ""
    return CourseError(f"{package or 'a module'} is imported here and is not installed.",
                       f"{path}, line {lines[-1]}" if lines else str(path),
                       f"{allowed}Install it in {sys.prefix}, or import it no more.")
