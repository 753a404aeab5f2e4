"""Runs answers as a notebook's kernel, as `autograder check` and as the grader would, and compares what they say.

An answer is a TOML table: `unit`, `exercise`, `answer` (the cell), `expected`, and a sentence `why`; cells of the
student's own around it are `before`, `after`, `end`, and `first` takes the place of the first code cell ("{given}"
stands for it). `seconds` says after how long a call of an endless one is stopped in a place, if not as everywhere:
{kernel = 1, desk = 1, jail = 1}. A file holds one answer, or a table of them for each name.

expected: right (full marks everywhere), wrong (loses public points everywhere), agree (both the same, whatever it is),
module (it uses nothing of a module that the grader lacks: full marks when graded, and the note names the `module`).

    python tests/same_answers.py FOLDER_OR_FILE ...    prints each disagreement, and each answer that is not as expected
"""

from __future__ import annotations

import contextlib
import gc
import io
import json
import os
import subprocess
import sys
import tempfile
import tomllib
import traceback
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

SECRET = b"notebook"  # the seed of a notebook's own checks, so that hidden checks draw the same numbers
SECONDS = 120         # for one answer in one place
PLACES = ("kernel", "desk", "jail")


@dataclass
class Case:
    """One answer and what is expected of it."""

    name: str
    unit: str
    exercise: str
    answer: str
    expected: str
    cells: dict[str, str]
    more: dict = field(default_factory=dict)

    @classmethod
    def of(cls, name: str, table: dict) -> Case:
        table = dict(table)
        cells = {place: table.pop(place).strip("\n") for place in ("first", "before", "after", "end") if place in table}
        return cls(name, table.pop("unit"), table.pop("exercise"), table.pop("answer").strip("\n"),
                   table.pop("expected"), cells, table)


    def seconds(self, place: str) -> float | None:
        """Return how long a call of this answer may take in a place, None for as long as everywhere."""
        return self.more.get("seconds", {}).get(place)


def read(paths) -> list[Case]:
    """Return the cases in some files or folders."""
    files = [file for path in map(Path, paths) for file in (sorted(path.glob("*.toml")) if path.is_dir() else [path])]
    cases = []
    for file in files:
        content = tomllib.loads(file.read_text(encoding="utf-8"))
        if "answer" in content:
            cases.append(Case.of(file.stem, content))
        else:
            cases += [Case.of(f"{file.stem}.{name}", {"unit": file.stem} | table) for name, table in content.items()]
    return cases


def notebook_of(case: Case, unit, right: dict[str, str]) -> dict:
    """Return the notebook in which everything else is right."""
    from autograder.course.units import ANSWER_SUFFIX
    from autograder.records.gradebook import autograded_notebook

    notebook = autograded_notebook(unit, right | {case.exercise: case.answer}, None)
    cells, own = [], {name: code_cell(name, source) for name, source in case.cells.items()}
    first = next(cell for cell in notebook["cells"] if cell["cell_type"] == "code")
    if "first" in own:
        first["source"] = case.cells["first"].replace("{given}", "".join(first["source"]))
    for cell in notebook["cells"]:
        mine = cell["id"] == case.exercise + ANSWER_SUFFIX
        around = {name: [own[name]] if mine and name in own else [] for name in ("before", "after")}
        cells += [*around["before"], cell, *around["after"]]
    return notebook | {"cells": cells + [own[name] for name in ("end",) if name in own]}


def code_cell(name: str, source: str) -> dict:
    """Return a code cell of the student's own."""
    return {"cell_type": "code", "id": f"mine-{name}", "metadata": {}, "source": source, "outputs": [],
            "execution_count": None}


def wanted(case: Case, unit) -> list[str]:
    """Return the exercises to look at: all of the unit where a cell of the student's own may touch them."""
    return [exercise.name for exercise in unit.graded if exercise.name == case.exercise or "first" in case.cells]


# The three places. Notebooks run in a process each, forked from one that has imported what such a process has.

def in_kernel(case: Case, path: Path) -> dict:
    """Run the cells as IPython does, the wanted checks where they stand; once more at the end if cells follow."""
    import IPython

    import autograder
    from autograder.desk import kernel

    course = found_course()
    kernel.unit_checks = lambda unit, root: (public_checks(unit), None)
    autograder.check = lambda *arguments: 0.0  # of the exercises that nobody asks for
    shell = IPython.InteractiveShell.instance()
    shell.user_ns["__name__"] = "__main__"
    shell.register_magic_function(lambda line: None, magic_name="matplotlib")  # `inline` needs the shell of a kernel
    shown = {cell.id for cell in course.unit(case.unit).cells if cell.kind == "show"}
    os.chdir(path.parent)
    names, checks, silence = wanted(case, course.unit(case.unit)), {}, io.StringIO()
    for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
        source = "".join(cell["source"])
        if cell["cell_type"] != "code" or cell["id"] in shown:
            continue
        if cell["id"] in names and f'check("{cell["id"]}")' == source.strip():
            checks[cell["id"]] = kernel.check_namespace(cell["id"], shell.user_ns).results
            continue
        with contextlib.redirect_stdout(silence), contextlib.redirect_stderr(silence):
            shell.run_cell(source, store_history=True, cell_id=cell["id"])
    early = told(checks)
    waits = any("Another cell of this notebook defines" in check["message"] for told_ones in early.values()
                for check in told_ones)
    if waits or {"after", "end"} & case.cells.keys():
        checks = {name: kernel.check_namespace(name, shell.user_ns).results for name in names}
    return {"results": told(checks), "early": early}


def in_desk(case: Case, path: Path) -> dict:
    """Run the process of `autograder check`."""
    from autograder.checking import runner
    from autograder.desk import child
    from autograder.desk.checking import Run
    from autograder.desk.place import Desk, Work
    from autograder.submissions.alignment import align
    from autograder.submissions.files import parse_json
    from autograder.submissions.submission import read_pieces

    desk = Desk(found_course())
    unit = desk.course.unit(case.unit)
    aligned = align(read_pieces(parse_json(path.read_bytes()), unit), unit)
    job = Run(desk, Work(unit, path, aligned, "")).job(wanted(case, unit))
    runner.Checks = lambda files: public_checks(case.unit)
    os.chdir(path.parent)
    with tempfile.TemporaryFile() as given, tempfile.TemporaryFile() as taken:
        given.write(json.dumps(job).encode())
        given.seek(0)
        os.dup2(given.fileno(), 0)
        os.dup2(taken.fileno(), 1)
        child.main()
        taken.seek(0)
        messages = [json.loads(line) for line in taken.read().decode().splitlines()]
    results = {message["done"]: [told_check(check) for check in message["checks"]]
               for message in messages if "done" in message}
    return {"results": results, "cells": messages[-1].get("cells", {})}


def in_jail(case: Case, path: Path) -> dict:
    """Grade the notebook in the sandbox."""
    from autograder.course.units import Course
    from autograder.grading.judge import Settings, grade
    from autograder.sandbox.limits import Limits
    from autograder.submissions.submission import open_submission

    course = Course.find()
    unit = course.unit(case.unit)
    submission = open_submission(path, unit, "ada")
    seconds = case.seconds("jail")
    limits = Limits(call_seconds=seconds) if seconds else Limits()
    result = grade(submission, Settings(course.root, probed(), SECRET, limits), frozenset(wanted(case, unit)))
    return {"results": told({exercise.name: exercise.checks for exercise in result.exercises}),
            "notes": list(result.all_notes)}


def told(results: dict) -> dict:
    """Return what the checks of each exercise say."""
    return {name: [told_check(vars(check)) for check in checks] for name, checks in results.items()}


def told_check(check: dict) -> dict:
    """Return of a check's result what matters here."""
    return {key: check[key] for key in ("name", "points", "earned", "hidden", "reason", "message", "hint")}


RUN = {"kernel": in_kernel, "desk": in_desk, "jail": in_jail}


def warm(place: str, units: set[str]) -> None:
    """Import and make what a process of this place has when it begins."""
    course = found_course()
    if place == "kernel":
        import IPython
        import rich.console
        import rich.table  # noqa: F401
        from traitlets.config import Config

        import autograder.desk.kernel

        # Without a history, which has a thread that no fork would have, and a file.
        shell = IPython.InteractiveShell.instance(config=Config(HistoryManager={"enabled": False}))
        with contextlib.suppress(ImportError):
            import matplotlib.pyplot  # noqa: F401
            import scipy.linalg  # noqa: F401
        try:
            raise ValueError
        except ValueError:
            shell.InteractiveTB.structured_traceback(*sys.exc_info())  # imports what it colours a program with
        # The cells that are handed out stand in each notebook: what IPython makes of their text is the same each time.
        if not hasattr(shell.transform_cell, "cache_info"):
            shell.transform_cell = lru_cache(maxsize=None)(shell.transform_cell)
        for unit in units:
            public_checks(unit)
            for cell in course.unit(unit).cells:
                shell.transform_cell(cell.source)
    elif place == "desk":
        import numpy.random  # noqa: F401

        import autograder.checking.asked_kind
        import autograder.checking.local
        import autograder.desk.checking
        import autograder.desk.child
        import autograder.desk.helping
        import autograder.submissions.submission  # noqa: F401

        for unit in units:
            public_checks(unit)
            course.unit(unit)
    else:
        from autograder.grading.judge import judge

        probed()
        for unit in units:
            judge(course.root, unit)


@lru_cache
def found_course():
    """Return the course."""
    from autograder.course.units import Course

    return Course.find()


@lru_cache
def public_checks(unit: str):
    """Return the checks that a notebook runs."""
    from autograder.checking.runner import Checks

    return Checks(found_course().check_files(unit, hidden=False))


@lru_cache
def probed():
    """Return the walls to grade behind."""
    from autograder.sandbox import jail

    return jail.probe()


def serve(place: str) -> None:
    """Run the cases on the input's lines and print what each said.

    Each runs in a process forked from this one; not in the jail, where a judge as this one has workers for that.
    """
    for line in sys.stdin:
        jobs = json.loads(line)
        warm(place, {job["case"]["unit"] for job in jobs})
        gc.collect()
        gc.freeze()  # a forked process that collects garbage would copy every page of this one
        for job in jobs:
            case, path = Case(**job["case"]), Path(job["path"])
            print(json.dumps(said_by(place, case, path) if place == "jail" else forked(place, case, path)), flush=True)


class Servers:
    """A process for each place that serves cases until the `with` block ends."""

    def __init__(self, places=PLACES):
        self.processes = {place: subprocess.Popen([sys.executable, __file__, "--serve", place], stdin=subprocess.PIPE,
                                                  stdout=subprocess.PIPE, text=True,
                                                  env=os.environ | {"OMP_NUM_THREADS": "1"})
                          for place in places}

    def __enter__(self) -> Servers:
        return self

    def __exit__(self, *error) -> None:
        for process in self.processes.values():
            process.stdin.close()
        for process in self.processes.values():
            process.wait()
            process.stdout.close()

    def ask(self, jobs: list[dict], places) -> dict[str, list[dict]]:
        """Return place -> what each job said there. All places work at the same time."""
        for place in places:
            self.processes[place].stdin.write(json.dumps(jobs) + "\n")
            self.processes[place].stdin.flush()
        return {place: [json.loads(self.processes[place].stdout.readline()) for _ in jobs] for place in places}


def said_by(place: str, case: Case, path: Path) -> dict:
    """Return what one case says in a place."""
    try:
        return RUN[place](case, path)
    except BaseException:
        return {"error": traceback.format_exc()[-1500:]}


def shorten(seconds: float | None) -> None:
    """Stop a call in this process after so many seconds of processor time, where an answer says that it never ends."""
    if seconds:
        from autograder.checking import bounds

        bounds.CALL_SECONDS = seconds


def forked(place: str, case: Case, path: Path) -> dict:
    """Return what one case says, run in a process of its own."""
    import signal

    with tempfile.NamedTemporaryFile() as answer:
        process = os.fork()
        if not process:
            signal.alarm(SECONDS)
            shorten(case.seconds(place))
            Path(answer.name).write_text(json.dumps(said_by(place, case, path)), encoding="utf-8")
            os._exit(0)
        os.waitpid(process, 0)
        text = Path(answer.name).read_text(encoding="utf-8")
    return json.loads(text) if text else {"error": "the process ended"}


def run(cases: list[Case], folder: Path, servers: Servers, places=PLACES) -> dict[str, dict]:
    """Return name -> place -> what was said there."""
    from autograder.course.units import Course
    from autograder.grading.sample_class import right_answers

    course, right, jobs = Course.find(), {}, []
    for case in cases:
        unit = course.unit(case.unit)
        if case.unit not in right:
            right[case.unit] = right_answers(course, unit)
        path = folder / case.name / case.unit / f"{case.unit}.ipynb"
        path.parent.mkdir(parents=True)
        path.write_text(json.dumps(notebook_of(case, unit, right[case.unit])), encoding="utf-8")
        jobs.append({"case": vars(case), "path": str(path)})
    said = servers.ask(jobs, places)
    return {case.name: {place: said[place][number] for place in places} for number, case in enumerate(cases)}


# What is compared.

def findings(case: Case, said: dict[str, dict]) -> list[str]:
    """Return a sentence for each disagreement, and where the answer is not as expected."""
    broken = [f"{place}: {what['error'].strip().splitlines()[-1]}" for place, what in said.items() if "error" in what]
    if broken:
        return broken
    found = []
    reference = said["jail"]["results"]
    for place in said:
        for exercise, checks in said[place]["results"].items():
            graded = {(check["name"], check["hidden"]): check for check in reference[exercise]}
            for check in checks:
                other = graded[check["name"], check["hidden"]]
                if case.expected == "module" and place == "kernel":
                    continue
                if bool(check["earned"]) != bool(other["earned"]) or (check["reason"] != other["reason"]):
                    found.append(f"{exercise}/{check['name']}: {place} {spoken(check)}; jail {spoken(other)}")
    early = said.get("kernel", {}).get("early", {}) if case.expected == "right" else {}
    for exercise, checks in early.items():
        late = said["kernel"]["results"][exercise]
        found += [f"{exercise}/{check['name']}: at its cell {spoken(check)}; at the end {spoken(end)}"
                  for check, end in zip(checks, late, strict=True)
                  if check["earned"] != end["earned"] and "run that one, then check again" not in check["message"]]
    return found + unexpected(case, said)


def unexpected(case: Case, said: dict[str, dict]) -> list[str]:
    """Return a sentence where an answer is not as expected."""
    checks = said["jail"]["results"][case.exercise]
    lost = [check for check in checks if not check["earned"]]
    public = [check for check in lost if not check["hidden"]]
    if case.expected in ("right", "module") and lost:
        return [f"refused: {check['name']} {spoken(check)}" for check in lost]
    if case.expected == "wrong" and not public:
        return ["accepted" + (f" by the public checks, not by {lost[0]['name']}" if lost else "")]
    if case.expected in ("agree", "same") and lost and not public:
        return [f"refused by a hidden check alone: {check['name']} {spoken(check)}" for check in lost]
    if case.expected == "module" and not any(case.more["module"] in note for note in said["jail"]["notes"]):
        return [f"no note names {case.more['module']}: {said['jail']['notes']}"]
    return []


def spoken(check: dict) -> str:
    """Return what a check says in one line."""
    return "passed" if check["earned"] else f"failed ({check['reason']}: {check['message'].partition(chr(10))[0]})"


def main() -> int:
    """Run the named cases and print the findings."""
    if sys.argv[1:2] == ["--serve"]:
        serve(sys.argv[2])
        return 0
    verbose = "-v" in sys.argv
    cases = read([word for word in sys.argv[1:] if not word.startswith("-")])
    with tempfile.TemporaryDirectory() as folder, Servers() as servers:
        said = run(cases, Path(folder), servers)
    bad = 0
    for case in cases:
        found = findings(case, said[case.name])
        bad += bool(found)
        if found or verbose:
            print(f"{case.name} ({case.unit}/{case.exercise}, {case.expected}): {case.more.get('why', '')}")
            print(*(f"    {line}" for line in found), sep="\n")
        if verbose and "error" not in said[case.name]["jail"]:
            print("    notes:", said[case.name]["jail"]["notes"])
            print(*(f"    {spoken(c)} [{c['hint'][:80]}]" for c in said[case.name]["jail"]["results"][case.exercise]
                    if not c["earned"]), sep="\n")
    print(f"{len(cases)} answers, {bad} with findings")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
