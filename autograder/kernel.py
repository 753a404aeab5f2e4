"""check("name") inside a notebook: the checks run on the kernel's own names and answer with a table.

This is feedback, never marks: what a student's kernel says about its own points is not believed by the grader.
A first answer takes a fifth of a second, so what only one kind of answer needs is imported where it is used.
"""

from __future__ import annotations

import inspect
from functools import lru_cache
from pathlib import Path

from autograder.checks.local import LocalStudent
from autograder.course import Course, Exercise, load_reference
from autograder.hints import section_name, with_hint
from autograder.results import CheckResult
from autograder.runner import Checks
from autograder.text import html

HEADS = ("", "check", "call", "expected", "got", "largest error")
TEXT_WIDTH = 100


class CheckTable:
    """The results of one exercise: a table in a notebook (HTML) and in a terminal (text)."""

    def __init__(self, exercise: Exercise, results: list[CheckResult]):
        self.exercise, self.results = exercise, results

    @property
    def points(self) -> float:
        return float(sum(result.earned for result in self.results))

    @property
    def summary(self) -> str:
        """What is earned of what there is."""
        return f"{self.exercise.name}: {self.points:g} of {self.exercise.points:g} points"

    @property
    def note(self) -> str:
        """How much only the hidden checks can give, where they are not here."""
        hidden = self.exercise.points - sum(result.points for result in self.results)
        return f"Hidden checks ({hidden:g} points) run when your work is graded, not here." if hidden > 0 else ""

    @property
    def explained(self) -> list[CheckResult]:
        """The failed checks whose message a student may read."""
        return [result for result in self.results if not result.passed and not result.hidden]

    @property
    def hints(self) -> dict[str, str]:
        """The hints, each once, with the section of the book to read."""
        return {result.hint: result.section for result in self.results if result.hint}

    def __repr__(self):
        from rich.console import Console
        from rich.table import Table
        from rich.text import Text

        console = Console(width=TEXT_WIDTH, highlight=False, force_terminal=False)
        table = Table(*HEADS)
        for result in self.results:
            table.add_row(*map(Text, (mark(result), *row(result))))
        with console.capture() as capture:
            console.print(table)
            for line in self._lines():
                console.print(Text(line))
        return capture.get().rstrip("\n")

    def _lines(self):
        """Yield the lines below the table of the text version."""
        for result in self.explained:
            yield f"{mark(result)} {result.label}"
            yield from (f"    {line}" for line in result.message.split("\n"))
        for hint, section in self.hints.items():
            yield f"Hint: {hint}"
            yield f"Read: {section_name(section)} (book/{section})"
        yield self.summary
        if self.note:
            yield self.note

    def _repr_html_(self):
        note = f"<span>{html(self.note)}</span>" if self.note else ""
        heads = "".join(f'<th scope="col">{head}</th>' for head in HEADS)
        rows = "".join(map(html_row, self.results))
        hints = "".join(f'<p class="check-hint"><b>Hint.</b> {html(hint)} '
                        f'Read <a href="../../book/{html(section)}">{html(section_name(section))}</a>.</p>'
                        for hint, section in self.hints.items())
        return (f'<style>{stylesheet()}</style><div class="check-table">'
                f'<p class="check-sum"><b>{html(self.summary)}</b>{note}</p><div class="check-scroll"><table>'
                f"<thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table></div>{hints}</div>")


def html_row(result: CheckResult) -> str:
    """Return the table row of one check, and a second one with the message of a failed public check."""
    colour, state = ("check-good", "passed") if result.passed else ("check-bad", "failed")
    name, *numbers = row(result)
    cells = "".join(f'<td class="check-number">{html(text)}</td>' for text in numbers)
    text = (f'<tr><td class="{colour}" role="img" aria-label="{state}">{mark(result)}</td>'
            f"<td>{html(name)}</td>{cells}</tr>")
    if not result.passed and not result.hidden:
        text += f'<tr class="check-why"><td></td><td colspan="5"><pre>{html(result.message, 2000)}</pre></td></tr>'
    return text


@lru_cache
def stylesheet() -> str:
    """Return the style of the table; it takes its colours from JupyterLab's theme, else from around it."""
    return Path(__file__).with_name("templates").joinpath("check.css").read_text(encoding="utf-8")


def mark(result: CheckResult) -> str:
    """Return a tick or a cross."""
    return "\N{CHECK MARK}" if result.passed else "\N{BALLOT X}"


def row(result: CheckResult) -> tuple[str, ...]:
    """Return the texts of a table row; a hidden check shows its category alone."""
    if result.hidden:
        return result.label, "", "", "", ""
    return result.label, result.call, result.expected, result.got, result.error


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
    recorded = checks.run_recorded(LocalStudent(namespace), exercise, reference)
    return CheckTable(item, with_hint(item.unit, recorded))


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
