"""`autograder release OUT`: the student's copy of the course, as a folder and as a zip, the same bytes every time.

What goes in is on a list, file by file or by pattern; what is on no list stays here.
"""

from __future__ import annotations

import json
import re
import shutil
import zipfile
from collections.abc import Iterator
from pathlib import Path

import click
from jinja2 import StrictUndefined, Template

from autograder.authoring import discussions
from autograder.course.settings import FILE, PACKAGE, course_settings
from autograder.course.units import Course, Unit
from autograder.course.verdicts import CourseError

EXTRAS = PACKAGE / "extras"
FIRST_TIME = (1980, 1, 1, 0, 0, 0)  # the oldest time that a zip can hold

# Of autograder/: what checks, hints and the desk need. No hidden checks, no misconceptions, no grader.
PACKAGE_FILES = (
    "__init__.py", "__main__.py", "cli.py", "course/*.py", "checking/*.py", "checking/checks.ini",
    *(f"submissions/{name}.py" for name in (
        "__init__", "alignment", "files", "names", "magics", "prose", "submission")),
    "desk/*.py", "desk/check.css", "units/__init__.py", "units/*/__init__.py",
    "units/*/checks.py", "units/*/hints.json",
)
OPTIONAL_FILES = ("units/*/given.py", "units/*/steps.json")  # a unit may have none of these
BOOK_KINDS = frozenset([".css", ".gif", ".html", ".ico", ".inv", ".ipynb", ".jpg", ".js", ".json", ".png", ".svg",
                        ".ttf", ".txt", ".webp", ".woff", ".woff2"])
NOT_OF_THE_BOOK = frozenset(["_sources", "jupyter_execute", "notebooks", "reports"])
TEXTS = {"README.md": "README.md", "requirements.txt": "requirements.txt",
         "requirements-student.txt": "requirements-student.txt", "pyproject.toml": "pyproject.toml.jinja",
         ".gitignore": "gitignore", "extras/github-classroom/README.md": "classroom.md"}
DOWNLOAD = re.compile(r'<span class="notebook-download">.*?</a></span>')
CHAPTER_NOTEBOOK = re.compile(r'<a class="chapter-notebook[^>]*href="([^"]*)">(.*?)</a>')
CHAPTER_LINK = re.compile(r"\[([^][\n\"]+)\]\(\.\./\.\./book/\w+\.md\)")
BUILT = ("build/book/_build/html", "book/_build/html")

# https://github.com/education/autograding-command-grader and autograding-grading-reporter
WORKFLOW = """\
name: Autograding Tests
on: [push, workflow_dispatch, repository_dispatch]
permissions:
  checks: write
  actions: read
  contents: read
jobs:
  run-autograding-tests:
    runs-on: ubuntu-latest
    if: github.actor != 'github-classroom[bot]'
    steps:
      - uses: actions/checkout@v4
      - uses: actions/setup-python@v5
        with:
          python-version: "3.12"
      - run: pip install --quiet --requirement requirements.txt
{steps}\
      - name: Autograding Reporter
        uses: classroom-resources/autograding-grading-reporter@v1
        env:
{results}\
        with:
          runners: {runners}
"""
STEP = """\
      - name: {name}
        id: {id}
        uses: classroom-resources/autograding-command-grader@v1
        with:
          test-name: {name}
          command: autograder check {unit}/{name}
          timeout: 5
          max-score: {points:g}
"""


@click.command(epilog="\b\nExamples:\n  autograder release build/release\n"
                      "  autograder release build/release --gradescope UNIT\n"
                      "  autograder release GRADED --discussions UNIT")
@click.argument("out", type=click.Path(path_type=Path, file_okay=False))
@click.option("--book", type=click.Path(path_type=Path, exists=True, file_okay=False),
              help="The built book (default: what `make book` built).")
@click.option("--gradescope", "units", multiple=True, metavar="UNIT",
              help="Also write the autograder zip of this unit for Gradescope. It holds solutions: never hand it out.")
@click.option("--allow-weak-isolation", "weak", is_flag=True,
              help="Let Gradescope grade where no sandbox works: a submission could read the solutions there.")
@click.option("--discussions", "discussed", multiple=True, metavar="UNIT",
              help="Write the worked discussions of this unit to OUT/discussions/UNIT and nothing else.")
def release(out, book, units, weak, discussed):
    """Make the student's copy of the course: OUT/NAME/ and OUT/NAME.zip (the name in course.toml).

    It holds exercises, built book, public checks and hints; no solutions, hidden checks or misconceptions.
    """
    course = Course.find()
    if not course.has_solutions:
        raise CourseError("this is a student's copy already.", str(course.root), "Release from the instructor's copy.")
    if discussed:
        release_discussions(out, [course.unit(unit) for unit in discussed])
        return
    graded = [course.unit(unit) for unit in units]
    book = book or next((course.root / place for place in BUILT if (course.root / place / "index.html").exists()), None)
    if book is not None and not (book / "index.html").exists():
        raise CourseError("there is no built book here (no index.html).", str(book), "Run `make book`.")
    files = dict(sorted(bundle(course, book).items()))
    title = course_settings().bundle
    write_folder(out / title, files)
    write_zip(out / f"{title}.zip", {f"{title}/{name}": content for name, content in files.items()})
    click.echo(f"{len(files)} files in {out / title} and {out / title}.zip")
    if book is None:
        click.echo("Without the book: it is not built. Run `make book` and release again.", err=True)
    for unit in graded:
        target = out / f"gradescope_{unit.name}.zip"
        write_zip(target, dict(sorted(gradescope(course, unit, weak).items())))
        click.echo(f"For Gradescope, with solutions, not for students: {target}")


def release_discussions(out: Path, units: list[Unit]) -> None:
    """Write the discussions of some units, for the day on which they are handed out."""
    for unit in units:
        folder = out / discussions.FOLDER / unit.name
        folder.mkdir(parents=True, exist_ok=True)
        for name, content in discussions.pages(unit).items():
            (folder / name).write_bytes(content)
        click.echo(f"Solutions with discussion, for after the due date: {folder}")


def bundle(course: Course, book: Path | None) -> dict[str, bytes]:
    """Return path -> content of everything in a student's copy."""
    first = next(exercise for unit in course.units.values() for exercise in unit.graded)
    words = {"course": course_settings(), "unit": first.unit, "exercise": first.name}
    files = {name: Template((EXTRAS / "student" / source).read_text(encoding="utf-8"), undefined=StrictUndefined,
                            keep_trailing_newline=True).render(words).encode() for name, source in TEXTS.items()}
    files[FILE] = (course.root / FILE).read_bytes()
    files |= {f"autograder/{path.relative_to(PACKAGE).as_posix()}": path.read_bytes() for path in package_files()}
    for unit in course.units.values():
        notebook = student_notebook(unit, book is not None)
        files[f"exercises/{unit.name}/{unit.name}.ipynb"] = notebook
        files[f"autograder/released/{unit.name}.ipynb"] = notebook
        if unit.graded:
            files[f"extras/github-classroom/{unit.name}.yml"] = classroom_workflow(unit).encode()
    if book is not None:
        files |= {f"book/{path.relative_to(book).as_posix()}": page_bytes(path) for path in book_files(book)}
    return files


def package_files() -> Iterator[Path]:
    """Yield the files of the package that students get; raise CourseError if a listed one is not there."""
    for pattern in PACKAGE_FILES:
        paths = sorted(PACKAGE.glob(pattern))
        if not paths:
            raise CourseError("a file of the student's copy is missing.", f"autograder/{pattern}",
                              "Restore it, or take it from PACKAGE_FILES in autograder/authoring/release.py.")
        yield from paths
    for pattern in OPTIONAL_FILES:
        yield from sorted(PACKAGE.glob(pattern))


def book_files(book: Path) -> Iterator[Path]:
    """Yield the pages of the built book and what they show; its sources and reports stay here."""
    for path in sorted(book.rglob("*")):
        parts = path.relative_to(book).parts
        if path.is_file() and path.suffix in BOOK_KINDS and parts[0] not in NOT_OF_THE_BOOK:
            yield path


def page_bytes(path: Path) -> bytes:
    """Return a file of the book; a page offers no second notebook, whose answers nobody would hand in.

    Of the chapter's own notebook it shows the command: a browser would show the file's text.
    """
    if path.suffix != ".html":
        return path.read_bytes()
    text = DOWNLOAD.sub("", path.read_text(encoding="utf-8"))
    return CHAPTER_NOTEBOOK.sub(r'\2: <code class="notebook-command">jupyter lab book/\1</code>', text).encode()


def student_notebook(unit: Unit, with_book: bool) -> bytes:
    """Return the released notebook; where the book is built, its links are left to the first cell.

    JupyterLab opens a linked page without its scripts and formulas; the kernel's link opens the real one.
    """
    text = unit.path.read_text(encoding="utf-8")
    if with_book:
        text = CHAPTER_LINK.sub(r"*\1* (the first cell of code links to it)", text)
    json.loads(text)
    return text.encode()


def classroom_workflow(unit: Unit) -> str:
    """Return the GitHub Classroom workflow of a unit: a test for each exercise that checks grade."""
    steps = [(f"exercise-{number}", exercise) for number, exercise in enumerate(unit.graded, 1)]
    return WORKFLOW.format(
        steps="".join(STEP.format(id=key, name=exercise.name, unit=unit.name, points=exercise.points)
                      for key, exercise in steps),
        results="".join(f"          {key.upper()}_RESULTS: ${{{{ steps.{key}.outputs.result }}}}\n"
                        for key, _ in steps),
        runners=",".join(key for key, _ in steps))


def gradescope(course: Course, unit: Unit, weak: bool = False) -> dict[str, bytes]:
    """Return path -> content of Gradescope's autograder zip for one unit. weak: grade also where no sandbox works."""
    folder = EXTRAS / "gradescope"
    files = {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file() and path.name != "__init__.py"}
    files["unit.txt"] = f"{unit.name}\n".encode()
    if weak:
        files["weak-isolation-is-allowed"] = b""
    parts = [course.root / "pyproject.toml", *course.root.glob("solutions/*.py"),
             course.root / FILE, *(unit.path for unit in course.units.values()),
             *(path for path in PACKAGE.rglob("*") if path.is_file() and path.suffix != ".pyc")]
    return files | {f"course/{path.relative_to(course.root).as_posix()}": path.read_bytes() for path in parts}


def write_folder(folder: Path, files: dict[str, bytes]) -> None:
    """Write the files to a folder that is new, or that an earlier release made."""
    if folder.exists() and any(folder.iterdir()):
        if not (folder / "autograder" / "released").is_dir() or (folder / ".autograder").exists():
            raise CourseError("this folder is in the way: it is no release, or somebody has worked in it.", str(folder),
                              "Remove it, or release to another folder.")
        shutil.rmtree(folder)
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)


def write_zip(target: Path, files: dict[str, bytes]) -> None:
    """Write a zip whose bytes depend on names and contents alone."""
    target.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(target, "w") as archive:
        for name, content in files.items():
            info = zipfile.ZipInfo(name, FIRST_TIME)
            info.compress_type, info.create_system = zipfile.ZIP_DEFLATED, 3
            program = content.startswith(b"#!")
            info.external_attr = (0o100755 if program else 0o100644) << 16
            archive.writestr(info, content)
