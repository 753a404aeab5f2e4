"""A page of the book as a desk: runs a reader's cells and the public checks inside the browser's own Python.

A worker of the page calls `answer` with a job as JSON and gets JSON back; the table is the notebook's, as HTML.
It is feedback on the reader's own machine, as `child` gives it in a terminal: nothing that comes from here is a mark.
"""

from __future__ import annotations

import contextlib
import io
import json
from collections.abc import Callable
from dataclasses import replace
from functools import cache, lru_cache

import numpy as np

from autograder.checking.asked_kind import told_here
from autograder.checking.cells import Cells
from autograder.checking.hints import NOT_HERE, hint_for, section_name, with_hint
from autograder.checking.local import LocalStudent
from autograder.checking.numeric import NO_WARNING
from autograder.checking.recording import Recording, plain_array
from autograder.checking.runner import Checks
from autograder.course.results import CheckResult
from autograder.course.settings import course_settings
from autograder.course.text import html, visible
from autograder.course.units import ANSWER_SUFFIX, PACKAGE, Course, Exercise
from autograder.desk import child
from autograder.desk.drawing import Drawn, with_matplotlib
from autograder.desk.leading import hints_for
from autograder.desk.markup import marked, named_row, sign_cell
from autograder.desk.standing import DONE, FAILING, Standing
from autograder.desk.tables import CheckTable, html_row, page_address

ROOT = PACKAGE.parent
PRINTED_CHARACTERS = 20_000
LATER = "counts when graded"
WHY_LATER = "The Python of this page cannot see warnings about numbers, so this check counts when your work is graded."


class PageTable(CheckTable):
    """The table of a notebook, in which a check that this page cannot judge has neither tick nor cross."""

    @property
    def later(self) -> list[CheckResult]:
        """The checks that only grading can judge."""
        return [result for result in self.results if result.reason == NOT_HERE]

    @property
    def explained(self) -> list[CheckResult]:
        return [result for result in super().explained if result.reason != NOT_HERE]

    @property
    def note(self) -> str:
        return " ".join(filter(None, [super().note, WHY_LATER if self.later else ""]))

    def html_hints(self) -> str:
        """Return the hints with links: the book is at hand."""
        return "".join(f'<p class="check-hint"><b>Hint.</b> {marked(hint)} '
                       f'Read: <a href="../../book/{html(page_address(section))}">{html(section_name(section))}</a></p>'
                       for hint, section in self.hints.items())

    def html_rows(self) -> str:
        return "".join(later_row(result) if result.reason == NOT_HERE else html_row(result, result in self.explained)
                       for result in self.results)


def later_row(result: CheckResult) -> str:
    """Return the table row of a check that only grading can judge."""
    return named_row(sign_cell("\N{MIDDLE DOT}", "check-later", LATER), marked(result.label),
                     f'<td colspan="4">{LATER}</td>')


class PageChecks(Checks):
    """The public checks of a unit; `say` is called before each one, so that the page knows that time is well spent."""

    say = staticmethod(lambda place: None)

    def _run_item(self, item):
        self.say(item.name)
        result, record = super()._run_item(item)
        if result.passed and on_warnings(record):
            result = replace(result, earned=0.0, reason=NOT_HERE)
        return result, record

    def run_recorded(self, student, exercise, *rest, **options):
        recorded = super().run_recorded(student, exercise, *rest, **options)
        failed = [record for result, record in recorded
                  if not result.passed and result.reason != NOT_HERE and on_warnings(record)]
        if not all(finite(record.comparisons[-1].value) for record in failed):
            for record in failed:
                if not finite(record.comparisons[-1].value) or plain_array(record.comparisons[-1].value) is None:
                    record.unseen = on_warnings(record)[0]
        return recorded


def on_warnings(record: Recording) -> list[int]:
    """Return the places of the comparisons on warnings: here they pass whatever numpy would have said."""
    return [place for place, item in enumerate(record.comparisons) if item.expected == NO_WARNING]


def finite(value) -> bool:
    """Return whether numbers are finite, as far as they are numbers."""
    array = plain_array(value)
    return array is None or bool(np.all(np.isfinite(array)))


@cache
def course() -> Course:
    """Return the course that the page has brought along."""
    return Course(ROOT)


@lru_cache
def unit_checks(unit: str) -> PageChecks:
    """Return the public checks of a unit."""
    return PageChecks(course().check_files(unit, hidden=False))


def answer(text: str, say: Callable[[str], None]) -> str:
    """Return the answer to a job; both are JSON.

    job: kind ("check" or "run"), unit, exercise, cells as [id, source] in their order, shown: the ids of those that
    only show something, and pictures: whether a run draws. The last cell of a run is the one whose output is wanted.
    say: is told what runs now.
    """
    job = json.loads(text)
    packages = course_settings().packages
    notebook = child.new_notebook(packages)
    with listening() as printed:
        cells = child.needed(job["cells"], job["shown"])
        if job["kind"] == "run":
            said = run(cells, notebook, printed, say, job.get("pictures", False))
        else:
            problems = run_cells(cells, notebook, say)
            student = LocalStudent(notebook.namespace, child.refused(cells, [job["exercise"]], packages))
            said = check(job["unit"], job["exercise"], student, notebook.namespace, problems, say)
    return json.dumps(said)


@contextlib.contextmanager
def listening():
    """Give what is printed inside the `with` block; files and pictures of a notebook have inert stand-ins."""
    printed = Printed()
    with contextlib.redirect_stdout(printed), contextlib.redirect_stderr(printed):
        yield printed


class Printed(io.StringIO):
    """Keeps the beginning of what is printed."""

    def write(self, text: str) -> int:
        room = PRINTED_CHARACTERS - self.tell()
        super().write(text[:max(room, 0)])
        return len(text)


def run_cells(cells, notebook: Cells, say: Callable[[str], None]) -> dict[str, str]:
    """Run cells as a notebook does; return cell -> sentence for those that stopped with an error."""
    problems = {}
    for name, source in cells:
        say(name)
        problem = child.run_cell(name, source, notebook)
        if problem:
            problems[name] = problem
    return problems


def check(unit: str, name: str, student: LocalStudent, namespace: dict, problems: dict[str, str],
          say: Callable[[str], None]) -> dict:
    """Return the table of an exercise as HTML, how many checks passed, and the hints from gentle to plain."""
    exercise = course().exercise(name)
    checks = unit_checks(unit)
    checks.say = say
    recorded = told_here(checks.run_recorded(student, name), course().unit(unit), name, namespace)
    problem = problems.get(name + ANSWER_SUFFIX, "")
    table = PageTable(exercise, with_hint(unit, recorded))
    judged = [result for result in table.results if result.reason != NOT_HERE]
    return {"html": table._repr_html_(), "passed": sum(result.passed for result in judged), "judged": len(judged),
            "later": len(table.later), "problem": stop_sentence(name + ANSWER_SUFFIX, problem),
            "earlier": earlier(problems, name), "hints": given_hints(exercise, table, recorded, problem)}


def stop_sentence(cell: str, problem: str) -> str:
    """Return what a reader is told of a cell that stopped, "" if it did not."""
    name = f"The cell of {cell.removesuffix(ANSWER_SUFFIX)}" if cell.endswith(ANSWER_SUFFIX) else "This code"
    return f"{name} stops with {visible(problem)}" if problem else ""


def earlier(problems: dict[str, str], name: str) -> list[str]:
    """Return a sentence for each earlier answer that stopped with an error."""
    return [stop_sentence(cell, problem) for cell, problem in problems.items()
            if cell.endswith(ANSWER_SUFFIX) and cell != name + ANSWER_SUFFIX]


def given_hints(exercise: Exercise, table: PageTable, recorded, problem: str) -> list[str]:
    """Return the hints of the terminal's desk for these results; none if all is well."""
    failed = [result for result in table.results if not result.passed and result.reason != NOT_HERE]
    hint = hint_for(exercise.unit, exercise.name, recorded)
    row = Standing(exercise, FAILING if failed else DONE, tuple(failed),
                   f"The cell stops with {problem}" if problem else "",
                   hint.text if hint else "", hint.section if hint else "")
    return [lead.text for lead in hints_for(row, page_address)] if failed else []


def run(cells, notebook: Cells, printed: Printed, say: Callable[[str], None], pictures: bool) -> dict:
    """Run cells and return what the last one printed, its value included, what it drew, and what stopped it."""
    drawn, (name, source) = Drawn(), cells[-1]
    with with_matplotlib() if pictures else contextlib.nullcontext():
        problems = run_cells(cells[:-1], notebook, say)
        say(name)
        printed.seek(0)
        printed.truncate()
        with drawn.listening() if pictures else contextlib.nullcontext():
            problem = child.run_cell(name, source, notebook, shown=True)
    return {"printed": visible(printed.getvalue(), PRINTED_CHARACTERS), "problem": stop_sentence(name, problem),
            "earlier": earlier(problems, name), "pictures": drawn.pictures, "not_drawn": drawn.problems}


child.quiet()
