"""A student's course folder: the notebooks being worked on, what was released, and where each exercise is."""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cached_property
from pathlib import Path

from autograder.course.text import one_line
from autograder.course.units import RELEASED, Course, Exercise, Unit, read_unit, unit_paths
from autograder.course.verdicts import CourseError
from autograder.submissions.alignment import Aligned, align
from autograder.submissions.files import FILE_BYTES, READ_BYTES, Rejected, parse_json
from autograder.submissions.submission import content_digest, read_pieces

COPY = re.compile(r"(?:[-_ ]?[Cc]opy ?\d*| ?\(\d+\))$")  # what Jupyter, browsers and systems add to a name


@dataclass(frozen=True)
class Work:
    """What a student has written in one notebook so far, read as the grader reads it."""

    unit: Unit
    path: Path
    aligned: Aligned
    digest: str  # of everything that results depend on
    heavy: str = ""  # what to say of a notebook that is large
    language: str = ""  # of its kernel, where it is another than Python


class Desk:
    """The course folder of one student."""

    def __init__(self, course: Course):
        self.course, self.root = course, course.root
        self.folder = course.root / ".autograder"

    @classmethod
    def here(cls) -> Desk:
        """Return the desk around the working directory."""
        return cls(Course.find())

    @cached_property
    def units(self) -> dict[str, Unit]:
        """The released units with exercises, by name, in the order of the course."""
        folder = RELEASED if RELEASED.is_dir() else self._generated()
        units = (read_unit(path) for path in unit_paths(folder, ".ipynb"))
        return {unit.name: unit for unit in units if unit.exercises}

    @property
    def exercises(self) -> list[Exercise]:
        """All exercises in the order of the course."""
        return [exercise for unit in self.units.values() for exercise in unit.exercises]

    def _generated(self) -> Path:
        """Return a folder of fresh notebooks, made from solutions/ where they are newer."""
        folder = self.folder / "released"
        sources = unit_paths(self.root / "solutions", ".py")
        if not sources:
            raise CourseError("the released notebooks are missing.", str(RELEASED), "Unpack the course again.")
        made = {path.stem: path.stat().st_mtime for path in folder.glob("*.ipynb")}
        if any(made.get(source.stem, 0) < source.stat().st_mtime for source in sources):
            from autograder.authoring import notebooks

            folder.mkdir(parents=True, exist_ok=True)
            for unit, text in notebooks.build(self.root / "solutions").items():
                (folder / f"{unit}.ipynb").write_text(text, encoding="utf-8", newline="\n")
        return folder

    def path(self, unit: str) -> Path:
        """Return where the student's notebook of a unit is."""
        return self.root / "exercises" / unit / f"{unit}.ipynb"

    def read(self, unit: Unit) -> Work:
        """Return the student's work in a unit; raise CourseError with what to do if it cannot be read."""
        path = self.path(unit.name)
        fresh = f"`autograder reset {unit.name}` puts a fresh one there"
        try:
            content = path.read_bytes()
            notebook = parse_json(content)
            aligned = align(read_pieces(notebook, unit), unit)
        except FileNotFoundError:
            raise CourseError("there is no such notebook.", self.shown(path), f"{fresh}.") from None
        except OSError as error:
            raise CourseError(f"the notebook cannot be read: {error.strerror}.", self.shown(path)) from None
        except Rejected as error:
            save = ("Clear all outputs, remove large pictures from its text and save it"
                    if error.problem.startswith("too-") else "Save it again")
            what = error.message.partition(". ")[0].rstrip(".")  # the rest is about handing in
            fix = f"{save} in Jupyter, or {fresh} and keeps the old file."
            raise CourseError(f"{what}.", self.shown(path), fix) from None
        return Work(unit, path, aligned, content_digest(unit, aligned), heavy(unit.name, len(content)),
                    other_language(notebook))

    def read_python(self, unit: Unit) -> Work:
        """Return the student's work in a unit; raise CourseError also where its notebook is not Python."""
        work = self.read(unit)
        if work.language:
            raise CourseError(f"this notebook is not Python: its kernel speaks {work.language}.", self.shown(work.path),
                              "In Jupyter: Kernel > Change Kernel, choose Python 3 (ipykernel), save.")
        return work

    def shown(self, path: Path) -> str:
        """Return a path as the student knows it: from the course folder, with forward slashes."""
        return path.relative_to(self.root).as_posix() if path.is_relative_to(self.root) else str(path)

    def find(self, words: str) -> tuple[Unit, Exercise | None]:
        """Return the unit, and the exercise if one is named: u01_perceptron, u1, u1/sse, sse or a notebook's file.

        Upper and lower case are the same where that leaves one.
        """
        plain = words.strip().replace("\\", "/").removesuffix("/")
        if plain.endswith(".py") and Path(plain).stem in self.units:
            own = self.path(Path(plain).stem)
            raise CourseError(f"{Path(plain).name} is a Python file: what is checked here and handed in is "
                              f"{self.shown(own)}.", fix=f"Bring its answers in: {bring_in(plain)}")
        if plain.endswith(".ipynb"):
            return self._of_file(plain), None
        first, _, name = plain.partition("/")
        unit = next((unit for unit in self.units.values() if short(first) in (short(unit.name), unit_word(unit))), None)
        if unit is None and not name:
            exercise = called(first, self.exercises)
            if exercise:
                return self.units[exercise.unit], exercise
            raise unknown(f"there is no unit or exercise {first!r}", first,
                          [*self.units, *(exercise.name for exercise in self.exercises)], list(self.units))
        if unit is None:
            raise unknown(f"there is no unit {first!r}", first, list(self.units), list(self.units))
        if not name:
            return unit, None
        exercise = called(name, unit.exercises)
        if exercise is None:
            names = [exercise.name for exercise in unit.exercises]
            raise unknown(f"{unit.name} has no exercise {name!r}", name, names, names)
        return unit, exercise

    def _of_file(self, name: str) -> Unit:
        """Return the unit whose notebook a file is; raise CourseError for any other file."""
        path = Path(name)
        unit = self.units.get(COPY.sub("", path.stem))
        if unit is None:
            raise unknown(f"{path.name} is no notebook of the course", path.stem, list(self.units), list(self.units))
        own = self.path(unit.name)
        if path.exists() and not (own.exists() and path.samefile(own)):
            raise CourseError(f"{path.name} is a copy: what is checked here and handed in is {self.shown(own)}.",
                              fix="Put your answers there.")
        return unit

    def copies(self, unit: str) -> list[Path]:
        """Return the copies of a unit's notebook that lie beside it: nobody hands them in."""
        own = self.path(unit)
        return sorted(path for path in own.parent.glob("*.ipynb") if path != own and COPY.sub("", path.stem) == unit)

    def left_behind(self, unit: str) -> list[str]:
        """Return a sentence for each file beside a unit's notebook with answers that nobody hands in."""
        own = self.path(unit)
        said = [f"{self.shown(copy)}, a copy. Put its answers into {own.name}." for copy in self.copies(unit)]
        script = own.with_suffix(".py")
        if script.is_file() and script.stat().st_mtime > own.stat().st_mtime:
            said.append(f"{self.shown(script)}, which is newer than the notebook. Bring its answers in: "
                        f"{bring_in(self.shown(script))}")
        return said


def bring_in(script: str, notebook: str = "") -> str:
    """Return the command that brings the answers of a Python file into the notebook beside it, or into another one."""
    words = [f"--output {notebook}"] * bool(notebook) + [f'"{script}"' if " " in script else script]
    return " ".join(["jupytext --to ipynb --update", *words])


def other_language(notebook: dict) -> str:
    """Return the language of a notebook's kernel where it says another one than Python, else ""."""
    metadata = notebook.get("metadata") or {}
    places = [metadata.get(name) for name in ("kernelspec", "language_info")]
    spec, info = (place if isinstance(place, dict) else {} for place in places)
    language = str(spec.get("language") or info.get("name") or "")
    return one_line(language, 30) if language.lower() not in ("", "python", "ipython") else ""


def short(word: str) -> str:
    """Return a word in lower case, its numbers without leading zeros."""
    return re.sub(r"0+(?=\d)", "", word.lower())


def unit_word(unit: Unit) -> str:
    """Return how a unit is called for short: "u1" for u01_perceptron."""
    return short(unit.name.partition("_")[0])


def called(name: str, exercises) -> Exercise | None:
    """Return the exercise of this name, else the only one that differs by upper and lower case alone."""
    exact = [exercise for exercise in exercises if exercise.name == name]
    near = [exercise for exercise in exercises if exercise.name.lower() == name.lower()]
    return exact[0] if exact else near[0] if len(near) == 1 else None


def heavy(unit: str, size: int) -> str:
    """Return what to say of a notebook of so many bytes: "" unless only its outputs can make it so large."""
    if size <= FILE_BYTES:
        return ""
    most = f" A file of more than {READ_BYTES >> 20} MiB is not even opened." if size > READ_BYTES else ""
    return (f"The notebook of {unit} has {size / 2**20:.1f} MiB, most of it outputs, which are not graded.{most} "
            "`autograder submit` packs it without them.")


def unknown(what: str, word: str, candidates: list[str], known: list[str]) -> CourseError:
    """Return the error for a name that is not known, with the nearest one, else with all."""
    near = get_close_matches(word, candidates, n=1)
    fix = f"Did you mean {near[0]}?" if near else f"There are {', '.join(known)}."
    return CourseError(f"{what}.", fix=fix)
