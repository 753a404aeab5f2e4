"""What a batch shows while it runs and when it is done: a progress bar, or plain lines where there is no terminal."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterable, Iterator

from rich.box import SIMPLE_HEAD
from rich.columns import Columns
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table
from rich.text import Text

from autograder.course.results import SubmissionResult
from autograder.course.text import visible
from autograder.grading.batch import Graded

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
    return text + (f" refused: {visible(sentence(result.rejected), 80)}" if result.rejected else "")


def sentence(text: str) -> str:
    """Return the first sentence: what to do about it stands on the student's page."""
    return text.partition(". ")[0].rstrip(".")


class Totals:
    """Counts over a batch for the closing tables; of single submissions it keeps short texts alone."""

    def __init__(self):
        self.count = self.known = self.unfinished = 0
        self.points: dict[str, list[float]] = {}
        self.verdicts, self.reasons = Counter(), Counter()
        self.moved: list[tuple[str, ...]] = []
        self.rejected: list[tuple[str, ...]] = []
        self.again: list[tuple[str, ...]] = []

    def add(self, item: Graded) -> None:
        """Count one result."""
        result = item.result
        self.count += 1
        self.known += item.from_cache and not result.rejected
        unit = self.points.setdefault(result.unit, [0, 0.0, result.max_points])
        unit[0] += 1
        unit[1] += result.points
        self.verdicts.update(exercise.verdict for exercise in result.exercises)
        self.reasons.update(exercise.reasons[0] for exercise in result.exercises if exercise.reasons)
        if result.rejected:
            self.rejected.append((result.student, result.unit, result.rejected))
        self.unfinished += result.starved
        if item.again:
            self.again.append((result.student, result.unit, second_try(result)))
        self.moved.extend(moves(item))


def second_try(result: SubmissionResult) -> str:
    """Return what became of a submission that was graded again alone."""
    if result.starved:
        return "stopped again: run this once more on a quieter machine"
    return f"{result.points:g}/{result.max_points:g}"


def moves(item: Graded) -> Iterator[tuple[str, ...]]:
    """Yield (student, unit, exercise, points before, points now) for each mark that differs from the gradebook's."""
    before = {exercise.name: exercise.points for exercise in (item.before.exercises if item.before else ())}
    for exercise in item.result.exercises:
        if before.get(exercise.name, exercise.points) != exercise.points:
            yield (item.result.student, item.result.unit, exercise.name, f"{before[exercise.name]:g}",
                   f"{exercise.points:g}")


def closing(totals: Totals, seconds: float, tier: str) -> Iterator[Table | Columns | str]:
    """Yield what ends a batch: marks by unit, verdicts and reasons, refused work, marks that moved, and a last line."""
    marks = plain_table("Marks", "unit", "submissions", "mean", "of")
    for unit, (count, points, most) in sorted(totals.points.items()):
        marks.add_row(unit, str(count), f"{points / count:.2f}", f"{most:g}")
    counted = [counts("Verdicts", "verdict", totals.verdicts), counts("Why points were lost", "reason", totals.reasons)]
    yield Columns([marks, *counted[: 1 + bool(totals.reasons)]], padding=(0, 2))
    if totals.rejected:
        yield text_table("Could not be graded", ("student", "unit", "why"), by_student(totals.rejected))
    if totals.again:
        yield text_table("Stopped by a busy machine, so graded again alone", ("student", "unit", "then"), totals.again)
    if totals.moved:
        yield text_table("Marks that moved", ("student", "unit", "exercise", "before", "now"), totals.moved)
    rate = f" ({totals.count / seconds:.1f} a second)" if seconds > 0 else ""
    yield (f"{totals.count} submissions in {seconds:.1f} s{rate}, {totals.known} known by content and not run; "
           f"isolation: {tier}")


def by_student(rejected: list[tuple[str, str, str]]) -> list[tuple[str, str, str]]:
    """Return a row for each student: who, which unit or how many, and why the first of them was refused."""
    units: dict[str, list[str]] = {}
    why: dict[str, str] = {}
    for student, unit, text in sorted(rejected):
        units.setdefault(student, []).append(unit)
        why.setdefault(student, sentence(text))
    return [(student, names[0] if len(names) == 1 else f"{len(names)} units", why[student])
            for student, names in units.items()]


def plain_table(title: str, *heads: str) -> Table:
    """Return an empty table whose first column is text and whose others are numbers."""
    table = Table(title=title, title_justify="left", title_style="bold", box=SIMPLE_HEAD, pad_edge=False)
    for number, head in enumerate(heads):
        table.add_column(head, justify="right" if number else "left", no_wrap=True)
    return table


def counts(title: str, head: str, counter: Counter) -> Table:
    """Return a table of how often each word occurs, the most frequent first."""
    table = plain_table(title, head, "exercises")
    for word, count in counter.most_common():
        table.add_row(word, str(count))
    return table


def text_table(title: str, heads: tuple[str, ...], rows: list[tuple[str, ...]], most: int = 40) -> Table:
    """Return a table of text from outside, made visible; long ones are cut with a last line that says so."""
    table = Table(*heads, title=title, title_justify="left", title_style="bold", box=SIMPLE_HEAD, pad_edge=False)
    for row in rows[:most]:
        table.add_row(*(Text(visible(field, 90)) for field in row))
    if len(rows) > most:
        table.add_row(f"... and {len(rows) - most} more", *[""] * (len(heads) - 1))
    return table
