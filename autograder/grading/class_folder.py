"""The folder of a class while a batch works on it: the store of results, and nbgrader's gradebook."""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from autograder.course.units import Course
from autograder.course.verdicts import CourseError
from autograder.grading.cache import Store
from autograder.records.backups import back_up
from autograder.records.class_plan import Plan
from autograder.records.output import cannot_write


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


def open_folder(output: Path, course: Course, plan: Plan, submitted: Path, units: list[str], store: Store,
                tell: Callable[[str], None]):
    """Return the course folder, its gradebook open. nbgrader is imported here: by now the pool grades already.

    tell: is told where the gradebook could not be backed up. Raises CourseError where the gradebook is empty, though
    the folder has been graded and no other was asked for.
    """
    from autograder.records.gradebook import CourseFolder

    if problem := back_up(output):
        tell(problem)
    folder = CourseFolder(output, course, plan.settings)
    folder.configure(submitted)
    folder.prepare(units)
    folder.open()
    if not plan.other_database and store.has_entered() and not folder.students():
        folder.close()
        raise CourseError("the gradebook is empty, though this class has been graded.", str(output),
                          "Look at `database` in class.toml; --db names another gradebook on purpose.")
    return folder
