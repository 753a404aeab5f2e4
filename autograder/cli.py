"""The command line: every command is a visible list of steps.

Exit status: 0 done, 1 some submission could not be graded, 2 usage or course error.
"""

from __future__ import annotations

import errno
import gc
import importlib
import importlib.util
import os
import subprocess
import sys
from difflib import get_close_matches
from pathlib import Path

import click

from autograder.course.settings import PACKAGE, another_package, course_of_a_bare_package, version
from autograder.course.unneeded import leave_out
from autograder.course.verdicts import CourseError

leave_out()
# Nearly all objects of a command are those of its imports, and stay: not to go through them again and again saves time.
gc.set_threshold(100_000)

LAZY = {  # commands of other modules, imported when they are asked for
    "author": "autograder.authoring.author",
    "browser": "autograder.authoring.browser",
    "check": "autograder.desk.commands",
    "doctor": "autograder.desk.commands",
    "feedback": "autograder.grading.hand_out",
    "fingerprints": "autograder.authoring.fingerprints",
    "groups": "autograder.grading.groups_command",
    "hint": "autograder.desk.commands",
    "new-course": "autograder.authoring.new",
    "new-exercise": "autograder.authoring.new",
    "new-unit": "autograder.authoring.new",
    "release": "autograder.authoring.release",
    "reset": "autograder.desk.commands",
    "status": "autograder.desk.commands",
    "similar": "autograder.grading.similar",
    "submit": "autograder.desk.submit",
    "watch": "autograder.desk.commands",
    "withdraw": "autograder.grading.withdraw",
}
REFUSED = {errno.EROFS, errno.EACCES, errno.EPERM, errno.ENOSPC, errno.EDQUOT}
STUDENTS = {"autograder.desk.commands", "autograder.desk.submit"}
CLASSES = {"doctor": "autograder.grading.class_doctor"}  # where classes are graded, the command knows their folders
NEEDS = {  # what a student's copy does not have, it does not offer
    "exercises": "autograder.authoring.notebooks",
    "export": "autograder.records.exports",
    "grade": "autograder.grading.command",
    "sample": "autograder.grading.sample_class",
}


class Commands(click.Group):
    """A group whose commands answer a CourseError, or a place that refuses them, with one line and exit status 2."""

    def list_commands(self, context):
        return sorted(name for name in (*super().list_commands(context), *LAZY) if is_here(name))

    def get_command(self, context, name):
        if not is_here(name):
            return None
        if name in LAZY:
            module = CLASSES[name] if name in CLASSES and exists(CLASSES[name]) else LAZY[name]
            return getattr(importlib.import_module(module), name.replace("-", "_"))
        return super().get_command(context, name)

    def format_commands(self, context, formatter):
        groups = {"For students": [], "For instructors": []}
        for name in self.list_commands(context):
            group = "For students" if LAZY.get(name) in STUDENTS else "For instructors"
            groups[group].append((name, self.get_command(context, name).get_short_help_str(limit=120)))
        for group, rows in groups.items():
            if rows:
                with formatter.section(group):
                    formatter.write_dl(rows)

    def resolve_command(self, context, arguments):
        try:
            return super().resolve_command(context, arguments)
        except click.UsageError as error:
            near = get_close_matches(arguments[0], self.list_commands(context), n=1)
            error.message += f" Did you mean {near[0]}?" if near else ""
            raise

    def invoke(self, context):
        if hasattr(sys.stdout, "reconfigure"):
            sys.stdout.reconfigure(errors="replace")  # a name that an old Windows console cannot show is no error
        try:
            return super().invoke(context)
        except CourseError as error:
            click.echo(f"Error: {error}", err=True)
            sys.exit(2)
        except OSError as error:
            if error.errno not in REFUSED:
                raise
            where = f"{error.filename}: " if error.filename else ""
            click.echo(f"Error: {where}{error.strerror}. Mend that and run the same command again.", err=True)
            sys.exit(2)


def is_here(name: str) -> bool:
    """Return whether the module behind a command is part of this copy; a name nobody knows is click's to report."""
    module = LAZY.get(name) or NEEDS.get(name)
    return module is None or exists(module)


def exists(module: str) -> bool:
    """Return whether a module is part of this copy."""
    room = module.rpartition(".")[0]  # looking for a module raises where its room is absent
    return importlib.util.find_spec(room) is not None and importlib.util.find_spec(module) is not None


@click.group(cls=Commands, invoke_without_command=True, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(version())
@click.pass_context
def main(context):
    """Checks of this course. Without a command: where you stand."""
    if course := course_of_a_bare_package(Path.cwd()):  # `pip install .` copied the package away from it
        sys.exit(subprocess.run([sys.executable, "-m", PACKAGE.name, *sys.argv[1:]], check=False,
                                env=os.environ | {"PYTHONPATH": search_path(course)}).returncode)
    if another := another_package():
        click.echo(another, err=True)
    if context.invoked_subcommand is None:
        context.invoke(context.command.get_command(context, "status"))


def search_path(course: Path) -> str:
    """Return a PYTHONPATH that leads to the course's own package first."""
    return os.pathsep.join([str(course), *filter(None, [os.environ.get("PYTHONPATH")])])


@main.command()
@click.option("--check", is_flag=True, help="Write nothing; fail if a committed notebook differs from its source.")
@click.argument("unit", required=False)
def exercises(check, unit):
    """Build the student notebooks in exercises/ from solutions/ (all of them, or one UNIT)."""
    from autograder.authoring import notebooks
    from autograder.course.units import Course

    root = Course.around(Path.cwd(), "solutions")
    texts = notebooks.build(root / "solutions", only=unit)
    if check:
        problems = notebooks.stale(texts, root / "exercises")
        if problems:
            raise CourseError("; ".join(problems) + ".", fix="Run `autograder exercises` and commit the result.")
        click.echo(f"{len(texts)} notebooks are current.")
        return
    notebooks.write_sources([root / "solutions" / f"{name}.py" for name in texts], root / "build" / "nbgrader")
    changed = notebooks.install(texts, root / "exercises")
    click.echo(f"{len(texts)} notebooks, {len(changed)} changed{': ' if changed else '.'}{', '.join(changed)}")


@main.command()
@click.argument("submitted", type=click.Path(path_type=Path))
@click.option("--output", "-o", required=True, type=click.Path(path_type=Path), help="Where the results go.")
@click.option("--unit", "units", multiple=True, help="Grade this unit only (may be given several times).")
@click.option("--roster", type=click.Path(path_type=Path), help="CSV of the class: student_id, first_name, ...")
@click.option("--worksheet", type=click.Path(path_type=Path), help="Moodle's grading worksheet: whose each number is.")
@click.option("--due", multiple=True, metavar="UNIT=TIME", help="Due date in UTC: UNIT=2030-01-31T23:59")
@click.option("--late", type=click.Choice(["none", "zero", "percent"]), help="What late work loses; see class.toml.")
@click.option("--db", metavar="URL", help="Gradebook database (default: gradebook.db in the output).")
@click.option("--workers", type=click.IntRange(0), help="Submissions graded at once; 0: one a core.")
@click.option("--cluster", metavar="tcp://HOST:PORT", help="Grade on a Dask cluster; '' for this machine.")
@click.option("--memory", "memory_mib", type=click.IntRange(256), help="MiB for each submission (default: 1024).")
@click.option("--book", metavar="URL", help="Where students find the book; feedback links to it.")
@click.option("--fresh", is_flag=True, help="Grade everything again, whatever is known from before.")
@click.option("--allow-weak-isolation", is_flag=True, help="Grade where no sandbox works. Only work you trust.")
@click.option("--quiet", "-q", is_flag=True, help="Print errors only.")
def grade(submitted, output, units, **options):
    """Grade every notebook in SUBMITTED (<student>/<unit>/<unit>.ipynb, or a zip) and write marks and feedback.

    --roster, --due, --late, --db, --book, --memory, --workers and --cluster are kept in OUTPUT/class.toml: give them
    once.
    """
    from autograder.grading.processes import start_loading

    if not options["cluster"]:
        start_loading()
    from autograder.grading.stopping import until_stopped

    def work() -> int:
        from autograder.grading.command import grade_class

        return grade_class(submitted, output, list(units), **options)

    sys.exit(until_stopped(work))


@main.command()
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--unit", "units", multiple=True, help="Hand in this unit only (may be given several times).")
@click.option("--students", type=click.IntRange(1), default=40, help="How many students.")
def sample(folder, units, students):
    """Write a sample class to FOLDER: right, wrong, untouched, broken and hostile notebooks."""
    from autograder.course.units import Course
    from autograder.grading import sample_class

    course = Course.find()
    kinds = sample_class.build(folder, course, list(units or course.units), students)
    click.echo(f"{len(kinds)} students in {folder}")


@main.command()
@click.argument("system", type=click.Choice(["canvas", "moodle", "exercises"]))
@click.argument("graded", type=click.Path(path_type=Path, exists=True, file_okay=False))
@click.option("--missing", type=click.Choice(["empty", "zero"]), help="Marks of missing work (default: class.toml's).")
def export(system, graded, missing):
    """Write GRADED/SYSTEM.csv: a column for each unit, as Canvas or Moodle imports it, or one for each exercise."""
    from autograder.records import exports

    click.echo(exports.export(graded, system, missing))


if __name__ == "__main__":
    main()
