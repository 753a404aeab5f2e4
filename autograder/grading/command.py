"""`autograder grade`: collect, grade, enter, report. A list of steps; each lives in a module of its own."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from concurrent.futures import Executor
from contextlib import ExitStack, closing
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from rich.console import Console

from autograder.course.text import visible
from autograder.course.units import Course
from autograder.course.verdicts import CourseError
from autograder.grading import accounts, display
from autograder.grading.batch import Batch
from autograder.grading.class_folder import open_folder, writable
from autograder.grading.groups import decide
from autograder.grading.processes import Judges, default_workers
from autograder.grading.publish import Pages, publish
from autograder.grading.request import Settings
from autograder.records import class_plan, keeping
from autograder.records.class_settings import FILE
from autograder.records.output import batch_secret, claim
from autograder.sandbox.jail import probe
from autograder.sandbox.limits import Limits
from autograder.submissions.collect import Collected, collect
from autograder.submissions.roster import read_roster, read_worksheet
from autograder.submissions.sorting import TAKEN

IN_FLIGHT = 16  # submissions that wait for each grading process: work for the seconds in which the gradebook opens


def grade_class(submitted: Path, output: Path, units: list[str], *, roster: Path | None, worksheet: Path | None,
                due: tuple[str, ...], late: str | None, db: str | None, workers: int | None, cluster: str | None,
                memory_mib: int | None, book: str | None, fresh: bool, allow_weak_isolation: bool, quiet: bool) -> int:
    """Grade a class and return the exit status: 0, or 1 if some submission could not be graded."""
    console, errors = Console(quiet=quiet), Console(stderr=True)
    course, output = grading_course(), output.resolve()
    options = given(output, roster, late, db, memory_mib, book) | {"workers": workers, "cluster": cluster}
    plan = class_plan.plan(output, course, options, parse_due_dates(due, course))
    students = read_roster(plan.settings.roster_path) if plan.settings.roster else {}
    tier = probe(allow_weak_isolation)
    claim(output, course)
    with keeping.only_one(output):
        if damaged(output, course, errors):
            return 2
        collected = collect(submitted, course, units or None, into=output / "submitted", roster=students,
                            worksheet=read_worksheet(worksheet) if worksheet else None)
        keep(plan, console)
        wanted = sorted({entry.unit for entry in collected.taken})
        absent = missing({*students, *collected.expected}, units or wanted, collected.taken)
        say(console, f"{len(collected.taken)} submissions, isolation: {tier}")
        accounts.tell(collected, absent, partial(say, errors), partial(say, console))
        totals, started = display.Totals(), time.monotonic()
        with writable(output) as store, ExitStack() as opened:
            def folder():
                return opened.enter_context(closing(open_folder(output, course, plan, collected.folder, wanted, store,
                                                                partial(say, console))))

            settings = Settings(course.root, tier, batch_secret(output), Limits(memory_mib=plan.settings.memory_mib))
            count = plan.settings.workers or default_workers(settings.limits.memory_mib)
            pages = Pages(output, course, store, plan.settings.book)
            batch = Batch(course, folder, store, settings, executor(plan.settings.cluster, count),
                          in_flight=IN_FLIGHT * count, pages=pages, fresh=fresh)
            for item in display.watch(batch.run(collected.taken), len(collected.taken), console, quiet):
                totals.add(item)
            finish(batch.folder, pages, students, collected, absent, partial(say, errors))
        accounts.write(output, collected, totals.rejected)
    tell_end(console, errors, totals, time.monotonic() - started, str(tier))
    say(console, f"Marks: {output / 'marks.csv'}\nReport: {output / 'report' / 'index.html'}")
    return 1 if totals.rejected or totals.unfinished or collected.left else 0


def damaged(output: Path, course: Course, errors: Console) -> bool:
    """Return whether the class folder is damaged, and say how, in a line for each."""
    found = keeping.damages(output, course)
    for damage in found:
        say(errors, f"Error: {visible(str(damage), 400)} (autograder doctor {output})")
    return bool(found)


def tell_end(console: Console, errors: Console, totals: display.Totals, seconds: float, tier: str) -> None:
    """Print the closing tables, and a line for each submission that could not be graded."""
    for part in display.closing(totals, seconds, tier):
        console.print(part, highlight=False)
    for student, unit, why in totals.rejected:
        say(errors, visible(f"not graded: {student}, {unit}: {why}", 300))


def given(output: Path, roster: Path | None, late: str | None, db: str | None, memory_mib: int | None,
          book: str | None) -> dict[str, object]:
    """Return the options of the command line under their names in class.toml, None where one was not given."""
    return {"roster": roster and Path(os.path.relpath(roster.resolve(), output)).as_posix(), "late.policy": late,
            "database": db, "memory_mib": memory_mib, "book": book}


def keep(plan: class_plan.Plan, console: Console) -> None:
    """Write the settings of the class, and say what the options have changed."""
    plan.keep()
    for change in plan.changes:
        say(console, change)


def finish(folder, pages: Pages, students: dict[str, dict], collected: Collected, absent: list[tuple[str, str]],
           warn: Callable[[str], None]) -> None:
    """Enter the roster and the due dates, settle late penalties, and write what the class gets to see."""
    accounts.tell_withdrawn(students, folder.students(), pages.store.renamed(), pages.folder, warn)
    pages.store.came_from((row.student, row.unit, row.path) for row in collected.rows if row.state == TAKEN)
    folder.add_students(accounts.numbered(students, collected))
    for unit in folder.set_due_dates():
        warn(f"{FILE} names no due date of {unit}: the gradebook's holds. Write it there, too.")
    for line in class_plan.strangers(folder.settings, {*students, *folder.students()}):
        warn(visible(line, 300))
    publish(pages, decide(folder, pages.store), folder.settings, students, absent, warn)


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


def executor(cluster: str, workers: int) -> Callable[[], Executor]:
    """Return what makes the executor: processes of this machine, or a Dask cluster."""
    if not cluster:
        return partial(Judges, workers)
    try:
        from autograder.grading.cluster import ClusterExecutor
    except ImportError:
        raise CourseError("--cluster needs the extra `cluster`.",
                          fix="In the course folder: pip install -e '.[cluster]'") from None
    return partial(ClusterExecutor, cluster)


def missing(students: set[str], units: list[str], taken: list) -> list[tuple[str, str]]:
    """Return the (student, unit) pairs for which nothing was taken."""
    there = {(entry.student, entry.unit) for entry in taken}
    return [(student, unit) for unit in units for student in sorted(students) if (student, unit) not in there]
