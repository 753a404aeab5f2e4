"""What a batch shows while it runs and when it is done: a progress bar, or plain lines where there is no terminal."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterable, Iterator

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from autograder.batch import Graded
from autograder.text import visible

COLOURS = {"full": "green", "part": "yellow", "none": "red"}
NAME_WIDTH = 24


def watch(graded: Iterable[Graded], total: int, console: Console, quiet: bool) -> Iterator[Graded]:
    """Yield the results while showing them: bar, rate, time left and the latest marks, or a line each."""
    if quiet:
        yield from graded
    elif console.is_terminal:
        yield from bar(graded, total, console)
    else:
        for number, item in enumerate(graded, 1):
            console.print(f"[{number}/{total}] {summary(item)}", markup=False, highlight=False, soft_wrap=True)
            yield item


def bar(graded: Iterable[Graded], total: int, console: Console) -> Iterator[Graded]:
    """Yield the results under a progress bar."""
    columns = (TextColumn("Grading"), BarColumn(), MofNCompleteColumn(), TextColumn("{task.fields[rate]}"),
               TimeRemainingColumn(), TextColumn("{task.fields[latest]}", markup=False))
    with Progress(*columns, console=console, transient=True) as progress:
        task, started = progress.add_task("grading", total=total, rate="", latest=""), time.monotonic()
        for number, item in enumerate(graded, 1):
            rate = f"{number / max(time.monotonic() - started, 1e-6):.1f}/s"
            progress.update(task, completed=number, rate=rate, latest=summary(item))
            yield item


def summary(item: Graded) -> str:
    """Return one line on a result: who, what, how much."""
    result = item.result
    text = f"{visible(result.student, NAME_WIDTH)} {result.unit} {result.points:g}/{result.max_points:g}"
    return text + (f" refused: {visible(result.rejected, 80)}" if result.rejected else "")


class Totals:
    """Counts over a batch for the closing tables; memory does not grow with the class."""

    def __init__(self):
        self.count = self.cached = 0
        self.points: dict[str, list[float]] = {}
        self.verdicts, self.reasons, self.notes = Counter(), Counter(), Counter()
        self.moved: list[Graded] = []
        self.rejected: list[SubmissionRow] = []

    def add(self, item: Graded) -> None:
        """Count one result."""
        result = item.result
        self.count += 1
        self.cached += item.from_cache and not result.rejected
        unit = self.points.setdefault(result.unit, [0, 0.0, result.max_points])
        unit[0] += 1
        unit[1] += result.points
        self.verdicts.update(exercise.verdict for exercise in result.exercises)
        self.reasons.update(exercise.reasons[0] for exercise in result.exercises if exercise.reasons)
        if result.rejected:
            self.rejected.append((result.student, result.unit, result.rejected))
        if item.before is not None and item.before.points != result.points:
            self.moved.append(item)


SubmissionRow = tuple[str, str, str]


def closing_tables(totals: Totals, seconds: float, tier: str) -> list[Table]:
    """Return the tables that end a batch: marks by unit, verdicts and reasons, refused work, marks that moved."""
    marks = Table("unit", "submissions", "mean", "of", title="Marks", title_justify="left")
    for unit, (count, points, most) in sorted(totals.points.items()):
        marks.add_row(unit, str(count), f"{points / count:.2f}", f"{most:g}")
    verdicts = Table("verdict", "exercises", title="Verdicts", title_justify="left")
    for verdict, count in totals.verdicts.most_common():
        verdicts.add_row(verdict, str(count))
    reasons = Table("reason", "exercises", title="Why points were lost", title_justify="left")
    for reason, count in totals.reasons.most_common():
        reasons.add_row(reason, str(count))
    tables = [marks, verdicts, reasons]
    if totals.rejected:
        tables.append(text_table("Could not be graded", ("student", "unit", "why"), totals.rejected))
    if totals.moved:
        rows = [(item.result.student, item.result.unit, f"{item.before.points:g}", f"{item.result.points:g}")
                for item in totals.moved]
        tables.append(text_table("Marks that moved", ("student", "unit", "before", "after"), rows))
    rate = f"{totals.count / seconds:.1f} a second" if seconds > 0 else ""
    marks.caption = (f"{totals.count} submissions in {seconds:.1f} s ({rate}), {totals.cached} known from before; "
                     f"isolation: {tier}")
    return tables


def text_table(title: str, heads: tuple[str, ...], rows: list[tuple[str, ...]], most: int = 40) -> Table:
    """Return a table of text from outside, made visible; long ones are cut with a last line that says so."""
    table = Table(*heads, title=title, title_justify="left")
    for row in rows[:most]:
        table.add_row(*(visible(field, 90) for field in row))
    if len(rows) > most:
        table.add_row(f"... and {len(rows) - most} more", *[""] * (len(heads) - 1))
    return table
