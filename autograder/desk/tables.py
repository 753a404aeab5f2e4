"""The tables that answer a check: HTML in a notebook, text in a terminal."""

from __future__ import annotations

from autograder.checking.hints import section_name
from autograder.course.results import CheckResult
from autograder.course.settings import PACKAGE
from autograder.course.text import html
from autograder.course.units import RELEASED, Exercise
from autograder.desk.ending import Ending
from autograder.desk.markup import html_table, marked, named_row, number_cells, sign_cell
from autograder.desk.praise import gained

HEADS = ("", "check", "call", "expected", "got", "largest error")
ALL_HEADS = ("", "exercise", "checks", "first to mend")
TEXT_WIDTH = 100
TICK, CROSS = "\N{CHECK MARK}", "\N{BALLOT X}"


class CheckTable:
    """The results of one exercise: a table in a notebook (HTML) and in a terminal (text).

    notes: sentences on how the notebook is graded. following: what comes after a right answer; ending: the end of its
    unit, where it was the last one.
    """

    def __init__(self, exercise: Exercise, results: list[CheckResult], notes: list[str] | None = None):
        self.exercise, self.results, self.notes = exercise, results, notes or []
        self.following, self.ending = "", None

    @property
    def points(self) -> float:
        return float(sum(result.earned for result in self.results))

    @property
    def summary(self) -> str:
        """What is earned: of a right answer all that it gives, here and later."""
        if is_done(self):
            return f"{self.exercise.name}: All checks pass. {gained(self.points, self.hidden_points)}."
        return f"{self.exercise.name}: {self.points:g} of {self.exercise.points:g} points"

    @property
    def note(self) -> str:
        hidden = "" if is_done(self) else hidden_note(self.hidden_points)
        return " ".join([*filter(None, [self.following, hidden]), *self.notes])

    @property
    def hidden_points(self) -> float:
        """How much only the hidden checks can give, where they are not here."""
        return self.exercise.points - float(sum(result.points for result in self.results))

    @property
    def explained(self) -> list[CheckResult]:
        """The failed checks with a message for students; one that several share, at the first of them."""
        failed = [result for result in self.results if not result.passed and not result.hidden]
        return [result for number, result in enumerate(failed)
                if result.expected or result.message not in {before.message for before in failed[:number]}]

    @property
    def hints(self) -> dict[str, str]:
        """The hints, each once, with the section of the book to read."""
        return {result.hint: result.section for result in self.results if result.hint}

    def __repr__(self):
        from rich.console import Console  # a page of the book shows tables too, and has no terminal
        from rich.table import Table
        from rich.text import Text

        console = Console(width=TEXT_WIDTH, highlight=False, force_terminal=False, force_jupyter=False)
        table = Table(*(head for head in HEADS if head != "call"))  # a call needs the width of a line, below
        for result in self.results:
            label, _, *numbers = row(result)
            table.add_row(*map(Text, (mark(result), label, *numbers)))
        with console.capture() as capture:
            console.print(table)
            for line in self._lines():
                console.print(Text(line))
        return capture.get().rstrip("\n")

    def _lines(self):
        """Yield the lines below the table of the text version."""
        for result in self.explained:
            yield f"{mark(result)} {result.label}"
            yield from [f"    {result.call}"] * bool(row(result)[1])
            yield from (f"    {line}" for line in result.message.split("\n"))
        for hint, section in self.hints.items():
            yield f"Hint: {hint}"
            yield f"Read: {section_name(section)} (book/{page_address(section)})"
        yield self.summary
        yield from self.ending.lines() if self.ending else ()
        if self.note:
            yield self.note

    def _repr_html_(self):
        below = self.html_hints() + (ending_html(self.ending) if self.ending else "")
        return html_table("check-one", self.summary, self.note, HEADS, self.html_rows(), below)

    def html_hints(self) -> str:
        """Return the hints, each with the section of the book that it leads to."""
        from autograder.desk.reading import reading_html  # with a web server, which a page of the book has not

        return "".join(f'<div class="check-hint"><p><b>Hint.</b> {marked(hint)}</p>'
                       f"{reading_html(PACKAGE.parent, section)}</div>" for hint, section in self.hints.items())

    def html_rows(self) -> str:
        """Return the rows of the HTML table."""
        return "".join(html_row(result, result in self.explained) for result in self.results)


class NotebookTable:
    """Every exercise of a notebook in one table: a row each, with what to do about the first that failed."""

    def __init__(self, tables: list[CheckTable]):
        self.tables = tables
        self.following, self.ending = "", None

    @property
    def points(self) -> float:
        return float(sum(table.points for table in self.tables))

    @property
    def summary(self) -> str:
        """How many exercises pass here, and what is earned."""
        done = sum(is_done(table) for table in self.tables)
        if self.is_done:
            return f"All checks pass. {gained(self.points, sum(table.hidden_points for table in self.tables))}."
        most = sum(table.exercise.points for table in self.tables)
        return f"{done} of {len(self.tables)} exercises pass their checks: {self.points:g} of {most:g} points"

    @property
    def note(self) -> str:
        notes = dict.fromkeys(note for table in self.tables for note in table.notes)
        hidden = "" if self.is_done else hidden_note(sum(table.hidden_points for table in self.tables))
        return " ".join([*filter(None, [self.following, hidden]), *notes])

    @property
    def is_done(self) -> bool:
        return bool(self.tables) and all(map(is_done, self.tables))

    @property
    def rows(self) -> list[tuple[bool, str, str, str]]:
        """(done, exercise, checks passed, what failed first) for each exercise."""
        return [(is_done(table), table.exercise.name,
                 f"{sum(result.passed for result in table.results)} of {len(table.results)}", first_failure(table))
                for table in self.tables]

    def __repr__(self):
        width = max((len(name) for _, name, _, _ in self.rows), default=0)
        lines = [f"{TICK if done else CROSS} {name:<{width}}  {passed:>8}  {text}".rstrip()
                 for done, name, passed, text in self.rows]
        ending = self.ending.lines() if self.ending else []
        return "\n".join([*lines, self.summary, *ending, *filter(None, [self.note])])

    def _repr_html_(self):
        rows = "".join(
            named_row(sign(done), f'<span class="check-number">{html(name)}</span>',
                      f"{number_cells([passed])}<td>{marked(text)}</td>")
            for done, name, passed, text in self.rows)
        below = ending_html(self.ending) if self.ending else ""
        return html_table("check-all", self.summary, self.note, ALL_HEADS, rows, below)


def ending_html(ending: Ending) -> str:
    """Return the end of a unit as HTML."""
    from autograder.desk.reading import tab_link

    points = "".join(f"<li>{html(point)}</li>" for point in ending.can)
    page = f"<p>Read: {tab_link(PACKAGE.parent, ending.page, ending.summary)}</p>" if ending.page else ""
    return (f'<div class="check-end"><p><b>{html(ending.headline)}</b></p>'
            + (f"<p>You can now</p><ul>{points}</ul>" if points else "") + f"{page}</div>")


def hidden_note(points: float) -> str:
    """Return a sentence on the points that only the hidden checks can give, "" if there are none."""
    amount = f"{points:g} point{'s' * (points != 1)}"
    return f"Hidden checks ({amount}) run when your work is graded, not here." if points > 0 else ""


def is_done(table: CheckTable) -> bool:
    """Return whether an exercise passes all its checks."""
    return bool(table.results) and all(result.passed for result in table.results)


def first_failure(table: CheckTable) -> str:
    """Return one line on the first check that failed, "" if all passed."""
    failed = next((result for result in table.results if not result.passed), None)
    if failed is None:
        return ""
    if failed.hidden:
        return failed.label
    if failed.expected and failed.got:
        return f"{failed.label}: expected {failed.expected}, got {failed.got}"
    return f"{failed.label}: {failed.message.partition(chr(10))[0]}"


def page_address(section: str) -> str:
    """Return a section's page as it is in book/: a student's copy has built pages, the repository their sources."""
    return section.replace(".md", ".html", 1) if RELEASED.is_dir() else section


def html_row(result: CheckResult, explained: bool) -> str:
    """Return the table row of one check, and a second one with its message where it is to be explained."""
    name, *numbers = row(result)
    text = named_row(sign(result.passed), marked(name), number_cells(numbers))
    if explained:
        text += f'<tr class="check-why"><td></td><td colspan="5"><pre>{marked(result.message, 2000)}</pre></td></tr>'
    return text


def sign(passed: bool) -> str:
    """Return the cell with a tick or a cross."""
    return sign_cell(TICK, "check-good", "passed") if passed else sign_cell(CROSS, "check-bad", "failed")


def mark(result: CheckResult) -> str:
    """Return a tick or a cross."""
    return TICK if result.passed else CROSS


def row(result: CheckResult) -> tuple[str, ...]:
    """Return the texts of a table row; a hidden check, and one of an unwritten answer, shows its name alone."""
    if result.hidden or result.reason == "not-attempted":
        return result.label, "", "", "", ""
    return result.label, result.call, result.expected, result.got, result.error
