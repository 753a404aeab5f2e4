"""check("name") inside a notebook: the checks run on the kernel's own names and answer with a table.

This is feedback, never marks: what a student's kernel says about its own points is not believed by the grader.
"""

from __future__ import annotations

import inspect
from functools import lru_cache
from html import escape

from rich.console import Console
from rich.table import Table
from rich.text import Text

from autograder.checks.local import LocalStudent
from autograder.course import Course, Exercise, load_reference
from autograder.results import CheckResult
from autograder.runner import Checks


class CheckTable:
    """The results of one exercise: a table in a notebook (HTML) and in a terminal (text)."""

    def __init__(self, exercise: Exercise, results: list[CheckResult]):
        self.exercise, self.results = exercise, results

    @property
    def points(self) -> float:
        return float(sum(result.earned for result in self.results))

    @property
    def summary(self) -> str:
        """One line: what is earned, and how much only the hidden checks can give."""
        hidden = self.exercise.points - sum(result.points for result in self.results)
        text = f"{self.exercise.name}: {self.points:g} of {self.exercise.points:g} points"
        if hidden > 0:
            text += f"; hidden checks ({hidden:g} points) are not available here, they run when your work is graded"
        return text

    def __repr__(self):
        console = Console(width=100, highlight=False, force_terminal=False)
        with console.capture() as capture:
            table = Table("", "check", "input", "expected", "got", "error", title=None)
            for result in self.results:
                table.add_row(*map(Text, (mark(result), *row(result))))
            console.print(table, Text(self.summary))
            for result in self.results:
                if not result.passed and not result.hidden:
                    console.print(Text(f"  {title(result)}: {result.message}"))
                    if result.hint:
                        console.print(Text(f"  Hint: {result.hint}"))
        return capture.get()

    def _repr_html_(self):
        rows = "".join(self._html_row(result) for result in self.results)
        heads = "".join(f"<th style='text-align:left'>{name}</th>"
                        for name in ("", "check", "input", "expected", "got", "error"))
        return (f"<div><b>{escape(self.summary)}</b><table style='margin:.5em 0'><thead><tr>{heads}</tr></thead>"
                f"<tbody>{rows}</tbody></table></div>")

    @staticmethod
    def _html_row(result: CheckResult) -> str:
        colour = "#009E73" if result.passed else "#D55E00"
        cells = "".join(f"<td style='text-align:left'>{escape(text)}</td>" for text in row(result))
        html = f"<tr><td style='color:{colour}'><b>{mark(result)}</b></td>{cells}</tr>"
        if not result.passed and not result.hidden:
            text = escape(result.message) + (f"<br><i>Hint: {escape(result.hint)}</i>" if result.hint else "")
            html += f"<tr><td></td><td colspan='5' style='text-align:left;white-space:pre-wrap'>{text}</td></tr>"
        return html


def mark(result: CheckResult) -> str:
    """Return a tick or a cross."""
    return "\N{CHECK MARK}" if result.passed else "\N{BALLOT X}"


def title(result: CheckResult) -> str:
    """Return what a student reads as the name of a check."""
    return f"hidden: {result.category}" if result.hidden else result.name.removeprefix("test_").replace("_", " ")


def row(result: CheckResult) -> tuple[str, ...]:
    """Return the texts of a table row; a hidden check shows its category alone."""
    if result.hidden:
        return title(result), "", "", "", ""
    return title(result), result.call, result.expected, result.got, result.error


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
    return CheckTable(item, checks.run(LocalStudent(namespace), exercise, reference))


def check_exercise(exercise: str) -> float:
    """Check the caller's names, show the table, and return the earned points as a plain float."""
    caller = inspect.currentframe().f_back.f_back
    table = check_namespace(exercise, caller.f_globals)
    try:
        from IPython import get_ipython
        from IPython.display import display
    except ImportError:
        print(table)
    else:
        display(table) if get_ipython() else print(table)
    return table.points
