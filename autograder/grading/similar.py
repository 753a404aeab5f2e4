"""`autograder similar FOLDER`: who shares unusual passages, over all units and with earlier years."""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import click

from autograder.course.units import Course
from autograder.course.verdicts import CourseError
from autograder.grading.cache import Store
from autograder.records.keeping import RESULTS
from autograder.submissions.collect import collect
from autograder.submissions.submission import Rejected, open_submission


@click.command("similar", epilog="\b\nExample:\n  autograder similar graded --earlier ../2029/submitted")
@click.argument("folder", type=click.Path(path_type=Path, exists=True, file_okay=False))
@click.option("--earlier", multiple=True, type=click.Path(path_type=Path, exists=True),
              help="Hand-ins of an earlier class, or its results (may be given several times).")
@click.option("--least", type=click.FloatRange(1, 100), default=50, show_default=True,
              help="Percent of passages in common from which a pair is listed.")
def similar(folder, earlier, least):
    """List who shares unusual passages in FOLDER, over all units, with a page that shows them side by side.

    What the release, the reference or many different answers say counts for nothing. Nothing is decided by it.
    """
    from autograder.pages import side_by_side, similarity

    folder, course = folder.resolve(), Course.find()
    if not (folder / RESULTS).exists():
        raise CourseError("no class was graded here.", str(folder), "Name the --output of `autograder grade`.")
    answers: dict[str, dict] = defaultdict(dict)
    for student, unit, own in answers_in(folder / RESULTS, course):
        answers[unit][similarity.Work(student)] = own
    for place in earlier:
        year, count = name_of(place), 0
        for student, unit, own in earlier_answers(place, course):
            if unit in answers:
                answers[unit][similarity.Work(student, year)] = own
                count += 1
        click.echo(f"{year}: {count} hand-ins of the same units")
    given = {unit: similarity.given_passages(course, course.unit(unit)) for unit in sorted(answers)}
    overlaps = {unit: similarity.compare(answers[unit], given[unit]) for unit in given}
    pairs = side_by_side.write_similar(folder / "report", course, overlaps, answers, given, least / 100)
    people = len({(pair.one, pair.other) for pair in pairs})
    click.echo(f"{people} pairs of students share {least:g} % or more somewhere: {folder / 'report' / 'similar.html'}")


def name_of(place: Path) -> str:
    """Return what an earlier class is called: its folder and the one around it."""
    return "/".join(place.resolve().parts[-2:])


def answers_in(results: Path, course: Course) -> Iterator[tuple[str, str, dict[str, str]]]:
    """Yield (student, unit, exercise -> answer) of everything that a store of results holds for this course."""
    try:
        with closing(Store(results)) as store:
            for result in store.all_entered():
                if result.unit in course.units and not result.rejected:
                    yield result.student, result.unit, result.answers
    except sqlite3.Error as error:
        raise CourseError(f"the results cannot be read: {error}.", str(results)) from None


def earlier_answers(place: Path, course: Course) -> Iterator[tuple[str, str, dict[str, str]]]:
    """Yield the answers in what an earlier class handed in, or in the folder of its results."""
    if (place / RESULTS).exists():
        yield from answers_in(place / RESULTS, course)
        return
    unread = 0
    for entry in collect(place, course).taken:
        try:
            submission = None if entry.refusal else open_submission(entry.path, course.unit(entry.unit), entry.student)
        except Rejected:
            submission = None
        unread += submission is None
        if submission:
            yield entry.student, entry.unit, dict(submission.answers) | dict(submission.manual)
    if unread:
        click.echo(f"{name_of(place)}: {unread} cannot be read")
