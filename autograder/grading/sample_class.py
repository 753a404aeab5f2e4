"""A sample class: real notebooks with right, partly right, wrong, untouched, broken and hostile answers.

Right answers come from solutions/, wrong ones from the misconceptions, so the class grows with the course. Who hands
in what depends on the position in the class list alone: the same class every time.
"""

from __future__ import annotations

import ast
import inspect
import json
import re
import textwrap
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from types import ModuleType

from autograder.authoring import notebooks
from autograder.authoring.misconceptions import load_misconceptions
from autograder.checking.misconceptions import Misconception
from autograder.course.units import ANSWER_SUFFIX, Course, Unit
from autograder.course.verdicts import CourseError
from autograder.records.autograded import autograded_notebook

NAMES = ("ada", "björn", "chiara", "dmitri", "elif", "farid", "grace", "hana", "imani", "józef", "kaito", "leila",
         "mateo", "nadia", "oluwaseun", "priya", "quentin", "rosa", "søren", "tuấn", "uma", "viktor", "wen", "ximena",
         "yusuf", "zoë", "amara", "bao", "carmen", "diego", "eero", "fatima", "goran", "hiroshi", "ines", "jamal",
         "katya", "luca", "maria josé", "nils")

HOSTILE = {
    "endless loop": "while True:\n    pass",
    "ends the process": "import os\nos._exit(0)",
    "takes all memory": "hoard = []\nwhile True:\n    hoard.append(bytearray(2**24))",
    "agrees with everything": textwrap.dedent("""\
        class Yes(float):
            def __eq__(self, other): return True
            def __sub__(self, other): return 0.0
            def __abs__(self): return 0.0
        def {name}(*arguments): return Yes()"""),
    "patches numpy": "import numpy\nnumpy.allclose = lambda *a, **k: True\nnumpy.abs = lambda *a, **k: 0.0",
    "forks": "import os\nwhile True:\n    os.fork()",
    "reads the solutions": "import pathlib\nprint([*pathlib.Path('/').rglob('u0*.py')])",
}


def build(folder: Path, course: Course, units: list[str], students: int = len(NAMES)) -> dict[str, str]:
    """Write the class to folder/<student>/<unit>/<unit>.ipynb and return what each student handed in."""
    if folder.exists() and any(folder.iterdir()):
        raise CourseError("this folder is not empty.", str(folder), "Choose another one for the sample class.")
    names = [NAMES[number % len(NAMES)] + (f"{number // len(NAMES)}" if number >= len(NAMES) else "")
             for number in range(students)]
    for unit in map(course.unit, units):
        if unit.graded:
            right, wrong = right_answers(course, unit), wrong_answers(unit)
            for number, name in enumerate(names):
                _, writer = kind_of(number)
                writer(folder / name / unit.name / f"{unit.name}.ipynb", unit, right, wrong, number)
    return {name: kind_of(number)[0] for number, name in enumerate(names)}


def kind_of(number: int) -> tuple[str, Callable]:
    """Return what the student at this place hands in: six in ten mostly right, one in four broken or hostile."""
    place = number % 20
    if place in (3, 11):
        attack = list(HOSTILE)[number // 4 % len(HOSTILE)]
        return f"hostile: {attack}", lambda *job: write_hostile(*job, HOSTILE[attack])
    if place in (5, 13, 17):
        return {5: ("broken: no JSON", write_text), 13: ("broken: no notebook", write_stray),
                17: ("broken: cut off", write_cut)}[place]
    if place == 7:
        return "untouched", write_untouched
    if place in (2, 9, 15):
        return "wrong throughout", write_wrong
    return ("right", write_right) if number % 2 == 0 else ("one mistake", write_one_mistake)


def right_answers(course: Course, unit: Unit) -> dict[str, str]:
    """Return the solution of every exercise, and the model answer of every open question."""
    path = course.root / "solutions" / f"{unit.name}.py"
    return dict(_solutions(path, path.stat().st_mtime_ns))


@lru_cache
def _solutions(path: Path, changed: int) -> dict[str, str]:
    """Return the solution of every exercise in a file as it stands since some time; many notebooks have the same."""
    source = notebooks.source_notebook(path)
    marks = re.compile(r"^[ \t]*### (BEGIN|END) SOLUTION[ \t]*\n?", re.MULTILINE)
    return {cell.id.removesuffix(ANSWER_SUFFIX): marks.sub("", cell.source) for cell in source.cells
            if cell.metadata.get("nbgrader", {}).get("solution")}


def wrong_answers(unit: Unit) -> dict[str, list[str]]:
    """Return the source of each misconception that stands on its own, by exercise."""
    answers: dict[str, list[str]] = {exercise.name: [] for exercise in unit.graded}
    for wrong in load_misconceptions(unit.name):
        answer = as_answer(wrong)
        if stands_alone(answer, wrong.exercise):
            answers[wrong.exercise].append(answer)
    return {name: sources for name, sources in answers.items() if sources}


def stands_alone(answer: str, exercise: str) -> bool:
    """Return whether an answer needs neither a module of the reference nor the right version of its own exercise."""
    return not re.search(rf"\b(engine|given|reference)\.|^class {exercise}\({exercise}\)|^    return {exercise}\(",
                         answer, re.MULTILINE)


def as_answer(wrong: Misconception) -> str:
    """Return a misconception as a student would hand it in: under the exercise's name, with the helpers it uses."""
    source = textwrap.dedent(inspect.getsource(wrong.implementation))
    start = re.search(r"^(def|class) ", source, re.MULTILINE).start()
    answer = re.sub(r"^(def|class) \w+", rf"\1 {wrong.exercise}", source[start:], count=1)
    return "\n\n".join([*helpers(inspect.getmodule(wrong.implementation), answer), answer])


def helpers(module: ModuleType, source: str) -> list[str]:
    """Return the module's own definitions that `source` uses, directly or through one another, in their order."""
    known = definitions(module)
    used, waiting = set(), [source]
    while waiting:
        words = set(re.findall(r"\w+", waiting.pop()))
        for name in (words & known.keys()) - used:
            used.add(name)
            waiting.append(known[name])
    return [text for name, text in known.items() if name in used]


@lru_cache
def definitions(module: ModuleType) -> dict[str, str]:
    """Return the top-level names that a module defines, in their order, each with the statement that does."""
    return {name: ast.unparse(node) for node in ast.parse(inspect.getsource(module)).body
            for name in defined_names(node)}


def defined_names(node: ast.stmt) -> list[str]:
    """Return the names that a top-level statement defines; misconceptions themselves are no helpers."""
    if isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.decorator_list:
        return [node.name]
    if isinstance(node, ast.Assign) and "load_reference" not in ast.unparse(node):
        return [target.id for target in node.targets if isinstance(target, ast.Name)]
    return []


def write_notebook(path: Path, unit: Unit, answers: dict[str, str]) -> None:
    """Write the released notebook with these answers."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(autograded_notebook(unit, answers, None), indent=1), encoding="utf-8")


def write_right(path, unit, right, wrong, number):
    write_notebook(path, unit, right)


def write_untouched(path, unit, right, wrong, number):
    write_notebook(path, unit, {})


def write_one_mistake(path, unit, right, wrong, number):
    name = list(wrong)[number % len(wrong)]
    write_notebook(path, unit, right | {name: wrong[name][number // 3 % len(wrong[name])]})


def write_wrong(path, unit, right, wrong, number):
    write_notebook(path, unit, right | {name: sources[number % len(sources)] for name, sources in wrong.items()})


def write_hostile(path, unit, right, wrong, number, attack):
    """The first exercise carries the attack, the others are right."""
    name = unit.graded[0].name
    write_notebook(path, unit, right | {name: attack.replace("{name}", name)})


def write_text(path, unit, right, wrong, number):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("I could not get Jupyter to run, sorry!\n", encoding="utf-8")


def write_stray(path, unit, right, wrong, number):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.with_name("answers.txt").write_text("see attachment\n", encoding="utf-8")


def write_cut(path, unit, right, wrong, number):
    write_notebook(path, unit, right)
    path.write_text(path.read_text(encoding="utf-8")[:1500], encoding="utf-8")
