"""check("name") inside a notebook: the checks run on the kernel's own names and answer with a table.

This is feedback, never marks: what a student's kernel says about its own points is not believed by the grader.
In a notebook the package imports this module early, so that the first answer comes as fast as the later ones.
"""

from __future__ import annotations

import contextlib
import inspect
import re
import sys
from dataclasses import replace
from functools import lru_cache

from autograder.checking.asked_kind import told_here
from autograder.checking.hints import section_name, with_hint
from autograder.checking.local import LocalStudent
from autograder.checking.runner import Checks
from autograder.course.results import CheckResult
from autograder.course.settings import PACKAGE
from autograder.course.text import one_line
from autograder.course.units import Course, Exercise, Unit, load_reference
from autograder.course.verdicts import CourseError
from autograder.desk.asking import HintList, offer, standing_here
from autograder.desk.ending import Ending
from autograder.desk.history import Run, history_of, refusals
from autograder.desk.naming import NAME_CHARACTERS, asked_for, meant
from autograder.desk.place import Desk
from autograder.desk.plainly import tell
from autograder.desk.praise import NOTHING_LEFT, next_open, next_sentence
from autograder.desk.reading import page_link, tab_link
from autograder.desk.running import copy_notes, running_unit
from autograder.desk.script import answered, way_in
from autograder.desk.sitting import done_in, latest_failed, next_in_course, note_check
from autograder.desk.tables import CheckTable, NotebookTable, is_done

MISSING = re.compile(r" raised NameError: name '(\w+)' is not defined")


class Points(float):
    """The earned points as a cell's result: nbgrader reads the number, and check.css keeps it out of sight."""

    def _repr_html_(self):
        return '<span class="check-points"></span>'


class ChapterLink:
    """The way from a notebook to its chapter."""

    def __init__(self, unit: str):
        self.section = f"{unit}.md"

    def __repr__(self):
        return f"Chapter: {section_name(self.section)} ({page_link(PACKAGE.parent, self.section)})"

    def _repr_html_(self):
        return f"<p>Chapter: {tab_link(PACKAGE.parent, self.section, section_name(self.section))}</p>"


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
    recorded, notes = recorded_checks(course, item, namespace)
    results = [pointed(result, course.unit(item.unit), namespace) for result in with_hint(item.unit, recorded)]
    return CheckTable(item, results, notes + copy_notes(Desk(course), item.unit, namespace))


def recorded_checks(course: Course, item: Exercise, namespace: dict) -> tuple[list, list[str]]:
    """Return what each check of an exercise found and did, and sentences on what grading does otherwise."""
    checks, reference = unit_checks(item.unit, str(course.root))
    refused, notes = refusals(course.unit(item.unit), [item.name], namespace)
    with plain_exit(namespace):
        recorded = checks.run_recorded(LocalStudent(namespace, refused), item.name, reference)
    return recorded if refused else told_here(recorded, course.unit(item.unit), item.name, namespace), notes


@contextlib.contextmanager
def plain_exit(namespace: dict):
    """Let exit() in an answer be an exception inside the `with` block: IPython's own would end the kernel."""
    kept = {name: namespace[name] for name in ("exit", "quit") if name in namespace}
    namespace.update(dict.fromkeys(kept, sys.exit))
    try:
        yield
    finally:
        namespace.update(kept)


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


def with_sequel(table: CheckTable, namespace: dict) -> CheckTable:
    """Return the table of an exercise with what comes next, where all its checks pass."""
    exercise = table.exercise
    if is_done(table):
        table.following, table.ending = sequel(exercise.unit, namespace, f"{exercise.unit}/{exercise.name}")
    note_check(exercise, is_done(table))
    return table


def whole(unit: str, table: NotebookTable, namespace: dict) -> NotebookTable:
    """Return the table of a notebook with what comes next, where all its checks pass."""
    for part in table.tables:
        note_check(part.exercise, is_done(part))
    if table.is_done:
        table.following, table.ending = sequel(unit, namespace)
    return table


def sequel(name: str, namespace: dict, current: str = "") -> tuple[str, Ending | None]:
    """Return what comes next in a unit; where nothing is left of it its ending, and what comes next in the course.

    current: the exercise whose checks have passed just now, as UNIT/NAME, "" after those of the whole unit. Who runs a
    unit again that was done before meets its ending once, below the last exercise.
    """
    desk = Desk(Course.find())
    unit = desk.course.unit(name)
    for question in answered(unit, namespace):
        note_check(question, True)
    done = done_in(desk, unit)
    following = next_open(unit.exercises, done | {current}, current)
    if following is not None:
        return next_sentence(following, name), None
    last = next_sentence(next_in_course(desk, unit), name) or NOTHING_LEFT
    if current in done and current != f"{name}/{unit.graded[-1].name}":
        return last, None
    return " ".join(filter(None, [way_in(desk, unit, namespace), last])), Ending.of(unit, desk.root)


def check_exercise(exercise: str) -> float:
    """Check the caller's names, show the table, and return the earned points.

    Where there is nothing to check, one sentence says what to write instead, and the points are 0.0.
    """
    namespace = inspect.currentframe().f_back.f_back.f_globals
    try:
        if isinstance(exercise, str) and not exercise:
            unit = running_unit(namespace)
            table = whole(unit, check_notebook(unit, namespace), namespace)
        else:
            table = with_sequel(check_namespace(named(exercise, namespace).name, namespace), namespace)
    except CourseError as error:
        tell(str(error)[0].upper() + str(error)[1:])
        return Points(0)
    show(table)
    return Points(table.points)


def give_hint(exercise: str) -> None:
    """Show the hints so far for an exercise and one more; without a name, for the one that failed last."""
    namespace = inspect.currentframe().f_back.f_back.f_globals
    course = Course.find()
    try:
        item = asked_hint(course, exercise or latest_failed(), namespace)
    except CourseError as error:
        tell(str(error)[0].upper() + str(error)[1:])
        return
    recorded = [] if item.manual else recorded_checks(course, item, namespace)[0]
    hints = HintList(Desk(course), standing_here(item, recorded, namespace))
    show(hints)
    if hints.newest and hints.newest.code:
        offer(hints.newest.code)


def asked_hint(course: Course, name: str, namespace: dict) -> Exercise:
    """Return the exercise that a hint is wanted for, an open question too. Raises CourseError."""
    if not name:
        raise CourseError("no check has failed yet.", fix='Name an exercise: hint("sse").')
    item = meant(course, name, unit_of(namespace)) if isinstance(name, str) else None
    return item if item and item.manual else named(name, namespace)


def named(exercise: str, namespace: dict) -> Exercise:
    """Return the exercise that a cell asks for; say which one where it is called otherwise. Raises CourseError."""
    item = asked_for(Course.find(), exercise, unit_of(namespace), namespace)
    if item.name != exercise:
        tell(f"{one_line(exercise, NAME_CHARACTERS)!r} is taken as {item.name!r}.")
    return item


def unit_of(namespace: dict) -> str:
    """Return the unit of the running notebook, "" in an empty one somewhere: any exercise may be meant there."""
    try:
        return running_unit(namespace)
    except CourseError:
        return ""


def show(table) -> None:
    """Display something in a notebook, or print it where there is none."""
    try:
        from IPython import get_ipython
        from IPython.display import display
    except ImportError:
        tell(table)
    else:
        display(table) if get_ipython() else tell(table)


def begin() -> None:
    """Watch from here on what the notebook runs, where there is one, and show the way to its chapter."""
    with contextlib.suppress(ImportError):
        from IPython import get_ipython

        shell = get_ipython()
        if shell is not None:
            history_of(shell.user_ns)
            shell.events.register("post_run_cell", greet)


def greet(result) -> None:
    """Show the way to the chapter below the cell that imports `check`, where its page can be opened."""
    source = getattr(result.info, "raw_cell", None) or ""
    if re.search(rf"^from {PACKAGE.name} import ", source, re.MULTILINE):
        with contextlib.suppress(CourseError):
            unit = running_unit({})
            if page_link(PACKAGE.parent, f"{unit}.md"):
                show(ChapterLink(unit))


begin()
