"""`autograder feedback FOLDER`: bring the students' pages up to date, and pack them for a course system."""

from __future__ import annotations

import sys
from collections import defaultdict
from contextlib import closing
from pathlib import Path

import click

from autograder.course.text import visible
from autograder.course.units import Course
from autograder.course.verdicts import CourseError
from autograder.grading.cache import Store
from autograder.grading.class_folder import writable
from autograder.grading.groups import decide
from autograder.grading.publish import Pages
from autograder.records import packing
from autograder.records.backups import back_up
from autograder.records.class_settings import read_class
from autograder.records.keeping import RESULTS, damages, only_one


@click.command("feedback")
@click.argument("folder", type=click.Path(path_type=Path, exists=True, file_okay=False))
@click.option("--for", "system", type=click.Choice(list(packing.NAMES)), help="Pack the pages for this system.")
@click.option("--unit", "units", multiple=True, help="Pack this unit only (may be given several times).")
def feedback(folder, system, units):
    """Write the students' pages in FOLDER again with what was given in formgrader since, and pack them.

    Moodle: upload the zip under "Upload multiple feedback files in a zip". Canvas: "Upload submissions", as for files
    that were downloaded. Exit status: 1 if somebody's page could not be packed.
    """
    folder, course = folder.resolve(), Course.find()
    if not (folder / RESULTS).exists():
        raise CourseError("no class was graded here.", str(folder), "Name the --output of `autograder grade`.")
    with only_one(folder):
        for damage in damages(folder, course):
            raise CourseError(damage.what + ".", damage.name, damage.fix)
        back_up(folder)
        with writable(folder) as store:
            pages, origins = refresh(folder, course, store), store.origins()
    for unit in units:
        course.unit(unit)
    if not system:
        click.echo(f"{sum(map(len, pages.values()))} pages are current.")
        return
    left = 0
    for unit in sorted(units or pages):
        path, without = packing.pack(folder, system, unit, pages.get(unit, {}), origins)
        click.echo(f"{path}: {len(pages.get(unit, {})) - len(without)} pages")
        for student, why in without.items():
            click.echo(visible(f"not packed: {student}, {unit}: {why}", 300), err=True)
        left += len(without)
    sys.exit(1 if left else 0)


def refresh(folder: Path, course: Course, store: Store) -> dict[str, dict[str, Path]]:
    """Settle penalties, bring every page up to date, and return unit -> student -> page."""
    from autograder.records.gradebook import CourseFolder

    settings = read_class(folder)
    with closing(CourseFolder(folder, course, settings)) as gradebook:
        gradebook.open()
        marks = decide(gradebook, store)
    writer, found = Pages(folder, course, store, settings.book), defaultdict(dict)
    for result in store.all_entered():
        if result.unit in course.units:
            found[result.unit][result.student] = writer.put(result, marks.get((result.student, result.unit)))
    return found
