"""`autograder grade`: collect, grade, enter, report. A list of steps; each lives in a module of its own."""

from __future__ import annotations

import importlib
import logging
import sqlite3
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Executor
from contextlib import ExitStack, closing, contextmanager
from datetime import UTC, datetime
from functools import partial
from itertools import chain
from pathlib import Path

from rich.console import Console

from autograder.course.text import visible
from autograder.course.units import Course
from autograder.course.verdicts import CourseError
from autograder.grading import accounts, display
from autograder.grading.batch import Batch
from autograder.grading.cache import Store
from autograder.grading.judge import Settings
from autograder.grading.processes import default_workers, process_pool
from autograder.records import exports
from autograder.records.output import batch_secret, cannot_write, claim
from autograder.sandbox.jail import probe
from autograder.sandbox.limits import Limits
from autograder.submissions.collect import collect
from autograder.submissions.roster import read_roster, read_worksheet

IN_FLIGHT = 16  # submissions that wait for each grading process: work for the seconds in which the gradebook opens


def grade_class(submitted: Path, output: Path, units: list[str], *, roster: Path | None, worksheet: Path | None,
                due: tuple[str, ...],
                late: str, db: str, workers: int | None, cluster: str | None, memory_mib: int, book: str,
                fresh: bool, allow_weak_isolation: bool, quiet: bool) -> int:
    """Grade a class and return the exit status: 0, or 1 if some submission could not be graded."""
    console = Console(quiet=quiet)
    errors = Console(stderr=True)
    course = grading_course()
    students = read_roster(roster) if roster else {}
    due_dates = parse_due_dates(due, course)
    limits = Limits(memory_mib=memory_mib)
    tier = probe(allow_weak_isolation)
    output = output.resolve()
    claim(output, course)
    collected = collect(submitted, course, units or None, into=output / "submitted", roster=students,
                        identifiers=read_worksheet(worksheet) if worksheet else None)
    wanted = sorted({entry.unit for entry in collected.taken})
    absent = missing({*students, *collected.expected}, units or wanted, collected.taken)
    say(console, f"{len(collected.taken)} submissions, isolation: {tier}")
    accounts.tell(collected, absent, partial(say, errors), partial(say, console))
    totals, started = display.Totals(), time.monotonic()
    with writable(output) as store, ExitStack() as opened:
        def folder():
            return opened.enter_context(closing(open_folder(output, course, db, late, collected.folder, wanted,
                                                            due_dates)))

        count = workers or default_workers(limits.memory_mib)
        batch = Batch(course, folder, store, Settings(course.root, tier, batch_secret(output), limits),
                      executor(cluster, count), in_flight=IN_FLIGHT * count, fresh=fresh, book=book)
        for item in display.watch(batch.run(collected.taken), len(collected.taken), console, quiet):
            totals.add(item)
        batch.folder.add_students(accounts.numbered(students, collected))
        write_marks(output, course, store, absent)
    accounts.write(output, collected, totals.rejected)
    for part in display.closing(totals, time.monotonic() - started, str(tier)):
        console.print(part, highlight=False)
    for student, unit, why in totals.rejected:
        say(errors, visible(f"not graded: {student}, {unit}: {why}", 300))
    say(console, f"Marks: {output / 'grades.csv'}\nReport: {output / 'report' / 'index.html'}")
    return 1 if totals.rejected or totals.unfinished or collected.left else 0


@contextmanager
def writable(output: Path) -> Iterator[Store]:
    """Open the store of results and close it again; what keeps a batch from writing is one clear line."""
    store = None
    logging.getLogger("tornado.application").setLevel(logging.CRITICAL)  # nbgrader's tracebacks: we say it in a line
    try:
        store = Store(output / "results.db")
        yield store
    except (OSError, sqlite3.DatabaseError) as error:
        raise cannot_write(error, output) from error
    finally:
        if store is not None:
            store.close()


def open_folder(output: Path, course: Course, db: str, late: str, submitted: Path, units: list[str],
                due_dates: dict[str, datetime]):
    """Return the course folder, its gradebook open. nbgrader is imported here: by now the pool grades already."""
    with hidden("rfc3987_syntax"):  # for formats that no notebook has, jsonschema would compile its grammar for seconds
        gradebook = importlib.import_module("autograder.records.gradebook")
    importlib.import_module("autograder.pages.report")
    folder = gradebook.CourseFolder(output, course, db, late)
    folder.configure(submitted)
    folder.prepare(units)
    folder.open()
    for unit, date in due_dates.items():
        folder.set_due_date(unit, date)
    return folder


@contextmanager
def hidden(module: str) -> Iterator[None]:
    """Let an optional module look as if it were not installed."""
    there = module in sys.modules
    if not there:
        sys.modules[module] = None
    try:
        yield
    finally:
        if not there:
            del sys.modules[module]


def grading_course() -> Course:
    """Return the course around the working directory; raise CourseError if it has nothing to grade with."""
    course = Course.find()
    if not course.has_solutions:
        raise CourseError("grading needs the instructor's copy: solutions/ is not here.", str(course.root))
    return course


def say(console: Console, text: str) -> None:
    """Print a line as it is."""
    console.print(text, markup=False, highlight=False, soft_wrap=True)


def parse_due_dates(due: tuple[str, ...], course: Course) -> dict[str, datetime]:
    """Return unit -> due date (UTC, as nbgrader keeps it: without a time zone)."""
    dates = {}
    for text in due:
        unit, _, time_text = text.partition("=")
        try:
            date = datetime.fromisoformat(time_text)
        except ValueError:
            raise CourseError(f"{text!r} is no due date.", "--due",
                              "Write it as UNIT=2030-01-31T23:59, in UTC.") from None
        dates[course.unit(unit).name] = date.astimezone(UTC).replace(tzinfo=None) if date.tzinfo else date
    return dates


def executor(cluster: str | None, workers: int) -> Callable[[], Executor]:
    """Return what makes the executor: processes of this machine, or a Dask cluster."""
    if cluster is None:
        return partial(process_pool, workers)
    try:
        from autograder.grading.cluster import ClusterExecutor
    except ImportError:
        raise CourseError("--cluster needs the extra `cluster`.", fix="pip install 'autograder[cluster]'") from None
    return partial(ClusterExecutor, cluster)


def missing(students: set[str], units: list[str], taken: list) -> list[tuple[str, str]]:
    """Return the (student, unit) pairs for which nothing was taken."""
    there = {(entry.student, entry.unit) for entry in taken}
    return [(student, unit) for unit in units for student in sorted(students) if (student, unit) not in there]


def write_marks(folder: Path, course: Course, store: Store, absent: list[tuple[str, str]]) -> None:
    """Write grades.csv and the class report from everything that the gradebook holds by now."""
    from autograder.pages import report  # matplotlib, which the start has no time for

    rows = chain(exports.grades_rows(store.all_entered()), exports.missing_rows(course, absent))
    exports.write_csv(folder / "grades.csv", exports.COLUMNS, rows)
    report.write_report(store.all_entered(), course, folder / "report")
