"""What the desk prints: plain text where the output is piped, colours and signs where a terminal shows them."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from textwrap import wrap

from rich.console import Console
from rich.table import Table
from rich.text import Text

from autograder.checking.diagnosis import without_notice
from autograder.course.text import visible
from autograder.course.units import Unit
from autograder.desk.praise import gained, points, praise
from autograder.desk.standing import DONE, FAILING, MISSING, UNTOUCHED, Standing

BAR = 30
COLOURS = {DONE: "green", FAILING: "red", UNTOUCHED: "dim", MISSING: "yellow"}
SIGNS = {DONE: "\N{CHECK MARK}", FAILING: "\N{BALLOT X}", UNTOUCHED: "\N{MIDDLE DOT}", MISSING: "?"}
PLAIN_SIGNS = {DONE: "+", FAILING: "x", UNTOUCHED: "-", MISSING: "?"}
WORDS = {DONE: "done", FAILING: "not yet right", UNTOUCHED: "not started", MISSING: "cell missing"}
HEADS = ("done", "points", "when graded")
PIPED_WIDTH = 110
WIDE = 1000  # no table is wider
LEAST_TITLE = 8
WHOLE = {"break_on_hyphens": False, "break_long_words": False}  # who copies a path or a command wants it whole


def console() -> Console:
    """Return a console for the output; one that cannot show every character gets question marks, never an error."""
    if hasattr(sys.stdout, "reconfigure"):
        sys.stdout.reconfigure(errors="replace")
    made = Console(highlight=False, soft_wrap=False)
    if not made.is_terminal:
        made.width = PIPED_WIDTH
    return made


def sign(out: Console, state: str) -> Text:
    """Return the sign of a state, in letters where the encoding has no better one."""
    signs = SIGNS if out.encoding.startswith("utf") else PLAIN_SIGNS
    return Text(signs[state], COLOURS[state])


def bar(out: Console, done: int, total: int, width: int = BAR) -> Text:
    """Return a bar with its numbers: `done` of `total`."""
    full, empty = ("\N{FULL BLOCK}", "\N{LIGHT SHADE}") if out.encoding.startswith("utf") else ("#", "-")
    filled = max(width * done // max(total, 1), min(done, 1))  # the first one shows
    return Text.assemble((full * filled, "green"), (empty * (width - filled), "dim"), f" {done} of {total}")


def say(out: Console, *lines: str, style: str = "") -> None:
    """Print lines as they are, nothing taken for markup; in a terminal, long ones go on below their own beginning."""
    for line in lines:
        margin = " " * (len(line) - len(line.lstrip()) + 2)
        fits = not out.is_terminal or len(line) <= out.width
        for part in [line] if fits else wrap(line, out.width, subsequent_indent=margin, **WHOLE):
            out.print(Text(part, style), soft_wrap=True)


def item(out: Console, mark: Text, text: str) -> None:
    """Print a sign and what it is about; in a terminal, a long text goes on below its own beginning."""
    parts = wrap(text, max(out.width - 4, LEAST_TITLE), **WHOLE) if out.is_terminal else [text]
    for number, part in enumerate(parts):
        out.print(Text.assemble("  ", " " if number else mark, " ", part), soft_wrap=True)


def course_table(out: Console, units: dict[str, Unit], standings: dict[str, list[Standing]],
                 problems: dict[str, str]) -> Table:
    """Return a row for each unit: exercises done, points so far, points that wait for grading.

    In a narrow terminal the titles give way to the numbers; without room they are left out. Then units go by their
    numbers, and what waits for grading is left out too.
    """
    rows = [course_row(unit, standings.get(name, []), name in problems) for name, unit in units.items()]
    longest = max(len(row[1]) for row in rows)
    most = out.options.update(max_width=WIDE)
    room = longest + out.width - out.measure(table_of_units(rows, longest), options=most).maximum
    if room >= LEAST_TITLE:
        return table_of_units(rows, min(longest, room))
    bare = table_of_units([(unit, None, *numbers) for unit, _, *numbers in rows], 0)
    if out.measure(bare, options=most).maximum <= out.width:
        return bare
    return table_of_units([(Text(str(unit).partition("_")[0]), None, *numbers[:2], None) for unit, _, *numbers in rows],
                          0, HEADS[:-1])


def course_row(unit: Unit, rows: list[Standing], unreadable: bool) -> tuple:
    """Return name, title, exercises done, points and waiting points of one unit, to show."""
    if unreadable:
        return unit.name, title(unit), Text("unreadable", "yellow"), "", ""
    done, waiting = sum(row.state == DONE for row in rows), sum(row.waiting for row in rows)
    return (Text(unit.name, "green" if done == len(rows) else ""), title(unit), f"{done} of {len(rows)}",
            f"{sum(row.earned for row in rows):g} of {sum(e.points for e in unit.exercises):g}",
            f"up to +{waiting:g}" if waiting else "")


def table_of_units(rows: list[tuple], titles: int, heads: tuple[str, ...] = HEADS) -> Table:
    """Return the table of the units, with titles of at most so many characters, or without."""
    table = Table(box=None, pad_edge=False, header_style="dim")
    table.add_column("unit", no_wrap=True)
    if titles:
        table.add_column("title", overflow="ellipsis", no_wrap=True, max_width=titles)
    for head in heads:
        table.add_column(head, justify="right", no_wrap=True)
    for row in rows:
        table.add_row(*(cell for cell in row if cell is not None))
    return table


def title(unit: Unit) -> str:
    """Return a unit's title without its number."""
    return unit.title.partition(": ")[2] or unit.title


def unit_list(out: Console, rows: Iterable[Standing], current: str = "") -> Table:
    """Return a row for each exercise: sign, name, state, points."""
    table = Table(box=None, pad_edge=False, show_header=False)
    for row in rows:
        mark = Text(">" if row.path == current else " ", "bold")
        table.add_row(mark, sign(out, row.state), Text(row.exercise.name), Text(word(row), COLOURS[row.state]),
                      points_text(row))
    return table


def word(row: Standing) -> str:
    """Return the state in words; nobody has judged the answer to an open question yet."""
    return "answered" if row.exercise.manual and row.state == DONE else WORDS[row.state]


def points_text(row: Standing) -> str:
    """Return the points of an exercise: what the checks gave, and what waits for grading."""
    if row.state == UNTOUCHED:
        return points(row.exercise.points)
    if row.state != DONE:
        return f"{row.earned:g} of {points(row.exercise.points)}"
    return f"up to {points(row.waiting)}" if row.exercise.manual else gained(row.earned, row.waiting)


def exercise_report(out: Console, row: Standing) -> None:
    """Print one exercise: its state, each check, and for a failed one what was expected and what came."""
    out.print(Text.assemble(sign(out, row.state), " ", (row.path, "bold"), "  ", (word(row), COLOURS[row.state]),
                            "" if row.state == DONE else f"  {points_text(row)}"))
    if row.state == DONE:
        say(out, f"    {praise(row)}")
    if row.problem:
        say(out, f"    {visible(row.problem)}", style="yellow")
        return
    told = set()
    for check in row.checks if row.state == FAILING else ():
        out.print(Text.assemble("  ", sign(out, DONE if check.passed else FAILING), " ", check.label))
        if not check.passed and (check.expected or check.message not in told):
            told.add(check.message)
            if check.call:
                say(out, f"      {visible(check.call)}", style="dim")
            say(out, *(f"      {line}" for line in visible(without_notice(check.message)).split("\n")))
