"""`autograder withdraw`: a student leaves a class's results; the only way in which marks are removed."""

from __future__ import annotations

import shutil
from collections.abc import Collection
from difflib import get_close_matches
from functools import partial
from pathlib import Path

import click

from autograder.course.units import Course
from autograder.course.verdicts import CourseError
from autograder.grading.class_folder import writable
from autograder.grading.groups import decide
from autograder.grading.publish import Pages, publish
from autograder.records.backups import back_up
from autograder.records.class_settings import read_class
from autograder.records.keeping import only_one
from autograder.submissions.roster import read_roster

FOLDERS = ("submitted", "autograded", "feedback")
ON_DEMAND = ("handout", "report/similar", "report/similar.html", "report/similar.csv")  # they hold others' work, too


@click.command(epilog="\b\nExample:\n  autograder withdraw graded ada bob")
@click.argument("graded", type=click.Path(path_type=Path, exists=True, file_okay=False))
@click.argument("students", nargs=-1, required=True)
def withdraw(graded, students):
    """Remove STUDENTS from the results in GRADED: marks, comments, feedback, gradebook, report and exports.

    Their notebooks stay where they were handed over, and their marks in backups/ until ten later ones are there. What
    `feedback` packed and `similar` wrote is removed for all: give those commands again. A student who is handed over
    again is graded again.
    """
    output = graded.resolve()
    if not (output / "gradebook.db").exists() and not (output / "results.db").exists():
        raise CourseError("there are no results of a class here.", str(graded), "Name the folder that `grade` wrote.")
    remove(output, Course.find(), students)
    click.echo(f"Removed {', '.join(students)} from {graded}")


def remove(output: Path, course: Course, students: Collection[str]) -> None:
    """Remove the students from everything in `output`. Raises CourseError, before anything, if one is not there."""
    from autograder.records.gradebook import CourseFolder  # nbgrader, whose import takes seconds

    settings = read_class(output)
    roster = read_roster(settings.roster_path) if settings.roster else {}
    folder = CourseFolder(output, course, settings)
    with only_one(output), writable(output) as store:
        back_up(output)
        folder.open()
        try:
            there = {*folder.students(), *(result.student for result in store.all_entered())}
            require_there(students, there, output)
            for student in students:
                folder.remove_student(student)
                store.forget(student)
                for name in FOLDERS:
                    shutil.rmtree(output / name / student, ignore_errors=True)
            for name in ON_DEMAND:
                path = output / name
                shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)
            publish(Pages(output, course, store, settings.book), decide(folder, store), settings,
                    [student for student in roster if student not in students], (), partial(click.echo, err=True))
        finally:
            folder.close()


def require_there(students: Collection[str], there: Collection[str], output: Path) -> None:
    """Raise CourseError with the nearest name if a student has no results."""
    for student in students:
        if student not in there:
            near = get_close_matches(student, there, n=1)
            fix = f"Did you mean {near[0]}?" if near else ""
            raise CourseError(f"{student} has no results here.", str(output), fix)
