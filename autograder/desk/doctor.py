"""`autograder doctor`: what could go wrong before work is handed in, each with what to do about it."""

from __future__ import annotations

import importlib.metadata
import importlib.util
import json
import os
import sys
from collections.abc import Iterator
from dataclasses import dataclass

from packaging.requirements import Requirement
from rich.text import Text

from autograder.checking.failures import renamed
from autograder.checking.left_out import forewarnings
from autograder.course.settings import DISTRIBUTION, another_package, course_settings
from autograder.course.text import one_line
from autograder.course.units import ANSWER_SUFFIX, Unit
from autograder.course.verdicts import CourseError
from autograder.desk import show
from autograder.desk.checking import Run, cell_name
from autograder.desk.overview import working
from autograder.desk.place import Desk, Work
from autograder.desk.standing import DONE, FAILING, MISSING
from autograder.submissions.submission import find_label

OLDEST = (3, 11)
INSTALL = "Run `pip install -r requirements.txt` in the course folder."
KERNEL = "pip install -e .[notebook]"
RERUN = "In Jupyter: Kernel > Restart Kernel and Run All Cells, then save."


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at: fine, worth knowing, or wrong with what to do."""

    text: str
    state: str = DONE  # MISSING: worth knowing; FAILING: wrong


def show_diagnosis(words: str | None) -> int:
    """Print what was found and return the exit status: 1 if something is wrong."""
    out, desk = show.console(), Desk.here()
    units = [desk.find(words)[0]] if words else list(desk.units.values())
    wrong = 0
    show.say(out, "Environment", style="bold")
    wrong += show_findings(out, environment(desk))
    for unit in units:
        with working(out, f"Looking at {unit.name} ..."):
            findings = list(notebook(desk, unit))
        if findings or words:
            show.say(out, "", unit.name, style="bold")
            wrong += show_findings(out, findings or [Finding("Nothing is written here yet.")])
    show.say(out, "", f"To mend: {wrong}." if wrong else "Nothing is wrong.", style="" if wrong else "green")
    return 1 if wrong else 0


def show_findings(out, findings) -> int:
    """Print the findings and return how many are wrong."""
    wrong = 0
    for finding in findings:
        mark = Text("!", "yellow") if finding.state == MISSING else show.sign(out, finding.state)
        show.item(out, mark, finding.text)
        wrong += finding.state == FAILING
    return wrong


def environment(desk: Desk) -> Iterator[Finding]:
    """Yield what there is to say about Python, its packages and the course folder."""
    version = ".".join(map(str, sys.version_info[:3]))
    if sys.version_info < OLDEST:
        yield Finding(f"Python {version} is too old; 3.11 is the oldest that works. Install a newer one.", FAILING)
    else:
        yield Finding(f"Python {version}")
    yield from packages()
    if another := another_package():
        yield Finding(another, FAILING)
    if not os.access(desk.root, os.W_OK):
        yield Finding(f"{desk.root} cannot be written to: progress and backups are lost. Copy the course to a folder "
                      "of your own.", MISSING)


def packages() -> Iterator[Finding]:
    """Yield what is missing of the packages that the course needs, or has another version than it was made for."""
    try:
        wanted = importlib.metadata.requires(DISTRIBUTION) or []
    except importlib.metadata.PackageNotFoundError:
        yield Finding(f"The package {DISTRIBUTION} is not installed in this Python. {INSTALL}", FAILING)
        return
    bad = []
    for requirement in map(Requirement, wanted):
        if requirement.marker and not requirement.marker.evaluate({"extra": ""}):
            continue
        try:
            version = importlib.metadata.version(requirement.name)
        except importlib.metadata.PackageNotFoundError:
            bad.append(Finding(f"{requirement.name} is not installed. {INSTALL}", FAILING))
            continue
        if not requirement.specifier.contains(version, prereleases=True):
            bad.append(Finding(f"{requirement.name} is {version}, but {requirement.specifier} is needed. {INSTALL}",
                               FAILING))
    if importlib.util.find_spec("ipykernel") is None:
        yield Finding("There is no kernel for notebooks in this Python; the terminal's checks need none. For Jupyter: "
                      f"`{KERNEL}`", MISSING)
    yield from bad or [Finding("All packages are here, in versions that fit")]


def notebook(desk: Desk, unit: Unit) -> Iterator[Finding]:
    """Yield what there is to say about one notebook; nothing if it is as it was handed out."""
    try:
        work = desk.read(unit)
    except CourseError as error:
        yield Finding(str(error), FAILING)
        return
    yield from (Finding(f"Not handed in: {sentence}", MISSING) for sentence in desk.left_behind(unit.name))
    raw = json.loads(work.path.read_bytes().decode("utf-8-sig"))
    untouched = len(work.aligned.untouched) == len(unit.exercises)
    if untouched and not work.aligned.notes and not work.heavy:
        return
    yield from (Finding(f"The cell of `{name}` is missing. `autograder reset {unit.name}` puts a fresh notebook there "
                        "and keeps yours; copy your answers over.", FAILING) for name in sorted(work.aligned.missing))
    yield from kernel(raw, work.language)
    yield from (Finding(sentence, FAILING) for exercise in work.unit.graded
                if exercise.name not in work.aligned.untouched
                and (sentence := renamed(exercise.name, work.aligned.answers.get(exercise.name, ""))))
    yield from (Finding(note, MISSING) for note in (*work.aligned.notes, work.heavy) if note)
    if not work.path.with_suffix(".py").is_file():  # a plain file is run in its editor, and no number tells
        yield from order(raw, unit)
    yield from as_checked(desk, work)


def kernel(raw: dict, language: str) -> Iterator[Finding]:
    """Yield a finding if the notebook was run by another language, or by another Python than this one."""
    metadata = raw.get("metadata") or {}
    if language:
        yield Finding(f"The notebook is not Python: its kernel speaks {language}. In Jupyter: Kernel > Change "
                      "Kernel, choose Python 3 (ipykernel), save.", FAILING)
    version = str((metadata.get("language_info") or {}).get("version") or "")
    here = "{}.{}".format(*sys.version_info)
    if version and not f"{version}.".startswith(f"{here}."):
        yield Finding(f"The notebook last ran on Python {one_line(version, 20)}, the checks here on {here}.", MISSING)


def order(raw: dict, unit: Unit) -> Iterator[Finding]:
    """Yield a finding if the saved notebook was not run from its top to its end."""
    released = {cell.id: cell for cell in unit.cells}
    code = [cell for cell in raw["cells"] if cell.get("cell_type") == "code" and "".join(cell.get("source") or "")]
    counts = [cell.get("execution_count") for cell in code]
    ran = [count for count in counts if isinstance(count, int)]
    if not ran:
        yield Finding(f"The notebook was saved without being run. {RERUN}", MISSING)
    elif ran != sorted(ran) or len(set(ran)) != len(ran):
        yield Finding(f"The cells were not run from the top: their numbers are out of order. {RERUN}", FAILING)
    else:
        answers = [label.exercise for cell, count in zip(code, counts, strict=True) if count is None
                   and (label := find_label(cell, released)) and label.kind == "answer"]
        if answers:
            yield Finding(f"Not run before saving: the cell of `{'`, `'.join(answers)}`. {RERUN}", MISSING)


def as_checked(desk: Desk, work: Work) -> Iterator[Finding]:
    """Yield what happens when the notebook runs from the top, as it does when it is graded."""
    yield from (Finding(sentence, MISSING) for sentence in
                forewarnings([source for _, source in work.aligned.cells], course_settings().packages))
    run = Run(desk, work)
    rows = list(run.standings())
    for cell, problem in run.cells.items():
        if not (cell.startswith("own-") or cell.endswith(ANSWER_SUFFIX)):
            continue
        stops = f"{cell_name(cell)} stops when the notebook runs from the top: {problem}"
        yield Finding(one_line(problem if problem.startswith(cell_name(cell)) else stops, 300), FAILING)
    stopped = dict.fromkeys(row.problem for row in rows if row.problem and row.state == FAILING and not row.checks)
    yield from (Finding(problem, FAILING) for problem in stopped)
    done = [row for row in rows if row.state == DONE]
    left = [row for row in rows if row.state != DONE]
    text = f"{len(done)} of {len(rows)} exercises are done"
    names = ", ".join(f"{row.exercise.name} ({show.word(row)})" for row in left)
    yield Finding(f"{text}; left: {names}. Handing in is possible all the same." if left else f"{text}.",
                  MISSING if left else DONE)
