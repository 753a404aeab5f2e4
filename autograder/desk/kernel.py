"""check("name") inside a notebook: the checks run on the kernel's own names and answer with a table.

This is feedback, never marks: what a student's kernel says about its own points is not believed by the grader.
In a notebook the package imports this module early, so that the first answer comes as fast as the later ones.
"""

from __future__ import annotations

import contextlib
import inspect
import os
import re
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

from autograder.checking.hints import with_hint
from autograder.checking.local import LocalStudent
from autograder.checking.runner import Checks
from autograder.course.results import CheckResult
from autograder.course.units import Course, Exercise, Unit, load_reference
from autograder.course.verdicts import CourseError
from autograder.desk.history import Run, history_of, refusals
from autograder.desk.naming import asked_for
from autograder.desk.tables import CheckTable, NotebookTable

MISSING = re.compile(r" raised NameError: name '(\w+)' is not defined")


class Points(float):
    """The earned points as a cell's result: nbgrader reads the number, and check.css keeps it out of sight."""

    def _repr_html_(self):
        return '<span class="check-points"></span>'


@lru_cache
def unit_checks(unit: str, root: str) -> tuple[Checks, LocalStudent | None]:
    """Return the checks of a unit, hidden ones where the solutions are, and the reference for them."""
    course = Course(root)
    if not course.has_solutions:
        return Checks(course.check_files(unit, hidden=False)), None
    return Checks(course.check_files(unit, hidden=True)), LocalStudent(vars(load_reference(unit, course.root)))


def check_namespace(exercise: str, namespace: dict) -> CheckTable:
    """Run the checks of one exercise on the names in `namespace`."""
    course = Course.find()
    item = course.exercise(exercise)
    checks, reference = unit_checks(item.unit, str(course.root))
    refused, notes = refusals(course.unit(item.unit), [exercise], namespace)
    recorded = checks.run_recorded(LocalStudent(namespace, refused), exercise, reference)
    results = [pointed(result, course.unit(item.unit), namespace) for result in with_hint(item.unit, recorded)]
    return CheckTable(item, results, notes)


def pointed(result: CheckResult, unit: Unit, namespace: dict) -> CheckResult:
    """Return a check's result; where a name is missing that another cell of the notebook defines, with that advice."""
    missing = MISSING.search(result.message)
    name = missing[1] if missing else ""
    if not name or name in namespace or not any(Run(cell.source).defines(name) for cell in unit.cells):
        return result
    return replace(result, message=f"{result.message}. {advice(name)}")


def advice(name: str) -> str:
    """Return what to do where a name is not defined yet."""
    return f"Another cell of this notebook defines `{name}`: run that one, then check again."


def check_notebook(unit: str, namespace: dict) -> NotebookTable:
    """Run the checks of a whole unit on the names in `namespace`."""
    return NotebookTable([check_namespace(exercise.name, namespace) for exercise in Course.find().unit(unit).graded])


def running_unit(namespace: dict) -> str:
    """Return the unit of the running notebook: by its folder, else by the names that it defines. Raises CourseError."""
    units = Course.find().units
    session = Path(os.environ.get("JPY_SESSION_NAME", "")).stem
    for name in (session, Path.cwd().name):
        if name in units:
            return name
    counts = {name: sum(exercise.name in namespace for exercise in unit.graded) for name, unit in units.items()}
    best = max(counts, key=counts.get)
    if not counts[best]:
        raise CourseError("it is not clear which notebook this is.", "check()", 'Name an exercise: check("sse").')
    return best


def check_exercise(exercise: str) -> float:
    """Check the caller's names, show the table, and return the earned points.

    Where there is nothing to check, one sentence says what to write instead, and the points are 0.0.
    """
    namespace = inspect.currentframe().f_back.f_back.f_globals
    try:
        table = (check_notebook(running_unit(namespace), namespace) if isinstance(exercise, str) and not exercise
                 else check_namespace(named(exercise, namespace).name, namespace))
    except CourseError as error:
        print(str(error)[0].upper() + str(error)[1:])
        return Points(0)
    show(table)
    return Points(table.points)


def named(exercise: str, namespace: dict) -> Exercise:
    """Return the exercise that a check cell asks for. Raises CourseError."""
    try:
        unit = running_unit(namespace)
    except CourseError:  # an empty notebook somewhere: any exercise may be meant
        unit = ""
    return asked_for(Course.find(), exercise, unit, isinstance(exercise, str) and exercise in namespace)


def show(table) -> None:
    """Display something in a notebook, or print it where there is none."""
    try:
        from IPython import get_ipython
        from IPython.display import display
    except ImportError:
        print(table)
    else:
        display(table) if get_ipython() else print(table)


def begin() -> None:
    """Watch from here on what the notebook runs, where there is one."""
    with contextlib.suppress(ImportError):
        from IPython import get_ipython

        shell = get_ipython()
        if shell is not None:
            history_of(shell.user_ns)


begin()
