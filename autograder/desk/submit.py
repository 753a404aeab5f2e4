"""`autograder submit`: one zip for each unit, in nbgrader's layout, ready to upload."""

from __future__ import annotations

import importlib.metadata
import json
import platform
import sys
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import click

from autograder.course.settings import DISTRIBUTION
from autograder.course.units import Course
from autograder.course.verdicts import CourseError
from autograder.desk.commands import complete_unit
from autograder.submissions.files import FILE_BYTES, parse_json

PACKAGES = (DISTRIBUTION, "ipykernel", "jupyterlab", "matplotlib", "numpy", "pytest")
WHERE = "UPLOAD.txt"
WITH_OUTPUTS = 1 << 20  # larger notebooks are packed without their outputs


@click.command(epilog="\b\nExamples:\n  autograder submit UNIT\n  autograder submit UNIT UNIT --student ada")
@click.argument("units", metavar="UNIT...", nargs=-1, required=True, shell_complete=complete_unit)
@click.option("--student", default="", help="Your name or number as your course knows you; goes into the zip's name.")
@click.option("--to", "folder", type=click.Path(path_type=Path, file_okay=False), help="Where the zip goes.")
def submit(units, student, folder):
    """Pack your notebooks for handing in: UNIT/UNIT.ipynb, the time, and the versions that you work with.

    Run `autograder doctor` first: it says what could go wrong.
    """
    from autograder.desk.place import Desk
    from autograder.submissions.names import require_student

    desk = Desk.here()
    if student:
        try:
            require_student(student)
        except ValueError as error:
            raise CourseError(f"{error}.", "--student") from None
    folder = folder or desk.root / "submissions"
    for words in units:
        unit, _ = desk.find(words)
        work = desk.read(unit)
        try:
            target = pack(work.path, unit.name, student, folder)
        except OSError as error:
            raise CourseError(f"the zip cannot be written: {error.strerror}.", desk.shown(folder),
                              "Choose another folder with --to.") from None
        still = set(work.aligned.untouched) | set(work.aligned.missing)
        open_ones = [exercise.name for exercise in unit.exercises if exercise.name in still]
        click.echo(f"Packed {desk.shown(target)}")
        if work.path.stat().st_size > WITH_OUTPUTS:
            click.echo("  Without the outputs: the notebook is large, and they are not graded.")
        for sentence in desk.left_behind(unit.name):
            click.echo(f"  Not packed: {sentence}")
        if open_ones:
            click.echo(f"  Still open in it: {', '.join(open_ones)}. Hand in again when you have more.")
    click.echo(advice(desk.course))


def pack(notebook: Path, unit: str, student: str, folder: Path) -> Path:
    """Write the zip of one unit and return its path."""
    folder.mkdir(parents=True, exist_ok=True)
    target = folder / (f"{student}_{unit}.zip" if student else f"{unit}.zip")
    top = f"{student}/{unit}" if student else unit
    now = datetime.now(UTC)
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(f"{top}/{unit}.ipynb", packable(notebook.read_bytes()))
        archive.writestr(f"{top}/timestamp.txt", now.strftime("%Y-%m-%d %H:%M:%S UTC"))
        archive.writestr(f"{top}/versions.json", json.dumps(versions(), indent=1) + "\n")
    return target


def packable(content: bytes) -> bytes:
    """Return a notebook as it is packed: a large one without its outputs, which nobody needs for grading.

    Raises CourseError if it is too large all the same.
    """
    if len(content) <= WITH_OUTPUTS:
        return content
    notebook = parse_json(content)
    for cell in notebook["cells"]:
        if cell.get("outputs"):
            cell["outputs"] = []
    content = json.dumps(notebook, indent=1, ensure_ascii=False).encode("utf-8", "backslashreplace")
    if len(content) > FILE_BYTES:
        raise CourseError(f"without its outputs the notebook still has {len(content) / 2**20:.1f} MiB; at most "
                          f"{FILE_BYTES >> 20} are graded.", fix="Remove what is large in its text, such as pictures.")
    return content


def versions() -> dict[str, str]:
    """Return what the work was done with: system, Python, packages."""
    found = {"system": platform.platform(terse=True), "python": ".".join(map(str, sys.version_info[:3]))}
    for name in PACKAGES:
        try:
            found[name] = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            found[name] = "not installed"
    return found


def advice(course: Course) -> str:
    """Return where to upload: the words of the course's own UPLOAD.txt, else what is true everywhere."""
    path = course.root / WHERE
    if path.exists():
        return path.read_text(encoding="utf-8").strip()
    return ("Upload it where your course takes submissions (Moodle, Canvas, Gradescope); a single .ipynb is fine there "
            "too.\nOn a JupyterHub with nbgrader, press Submit in its Assignments tab instead.")
