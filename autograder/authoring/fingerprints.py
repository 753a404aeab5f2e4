"""`autograder fingerprints`: run every misconception through the public checks and keep its trace for hints.py."""

from __future__ import annotations

import json
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from itertools import combinations
from pathlib import Path

import click

from autograder.authoring.misconceptions import load_misconceptions
from autograder.checking import hints
from autograder.checking.local import LocalStudent
from autograder.checking.misconceptions import Misconception
from autograder.checking.runner import Checks
from autograder.course.results import CheckResult
from autograder.course.units import Course, Unit, load_reference
from autograder.course.verdicts import CourseError


@click.command()
@click.option("--check", is_flag=True, help="Write nothing; fail if a file of hints differs from the misconceptions.")
@click.argument("what", nargs=-1, metavar="[UNIT | FILE]...")
def fingerprints(check, what):
    """Make the file hints.json of each unit from the misconceptions: of some units, of those that the files belong to,
    or of all.
    """
    course = Course.find()
    texts = file_texts(course, [item.name for item in named(course, what) if item.graded])
    stale = [name for name, text in texts.items() if not up_to_date(name, text)]
    if check and stale:
        raise CourseError(f"these hints are not current: {', '.join(stale)}.",
                          str(hints.UNITS), "Run `autograder fingerprints` and commit the result.")
    for name in stale:
        write(name, texts[name])
    click.echo(f"{len(texts)} units, {len(stale)} changed{': ' if stale else '.'}{', '.join(stale)}")


def named(course: Course, what: tuple[str, ...]) -> list[Unit]:
    """Return the units that names and files of the course stand for; all, for nothing and for what no unit owns."""
    names = [{word} if "/" not in word else
             {name for name in course.units if {name, f"{name}.py"} & set(Path(word).parts)} for word in what]
    some = sorted(set().union(*names)) if all(names) else []
    return [course.unit(name) for name in some] or [*course.units.values()]


def file_texts(course: Course, units: list[str]) -> dict[str, str]:
    """Return unit -> the JSON text of its hints, made in several processes."""
    if len(units) == 1:
        return {unit: file_text(course, unit) for unit in units}
    with ProcessPoolExecutor() as processes:
        return dict(zip(units, processes.map(partial(file_text, course), units), strict=True))


def write(unit: str, text: str) -> None:
    """Write the file of a unit's hints."""
    hints.hints_file(unit).write_text(text, encoding="utf-8", newline="\n")


def up_to_date(unit: str, text: str) -> bool:
    """Return whether the committed file says the same, up to the rounding of another machine."""
    if not hints.hints_file(unit).exists():
        return False
    return equal(json.loads(hints.hints_file(unit).read_text(encoding="utf-8")), json.loads(text))


def equal(committed: dict, made: dict) -> bool:
    """Return whether two files of hints hold the same checks, words and traces."""
    if list(committed) != list(made):
        return False
    return all(
        a["checks"] == b["checks"]
        and [words(item) for item in a["misconceptions"]] == [words(item) for item in b["misconceptions"]]
        and all(told_by(x) == told_by(y) and hints.same_trace(hints.trace_of(a, x), hints.trace_of(b, y))
                for x, y in zip(a["misconceptions"], b["misconceptions"], strict=True))
        for a, b in zip(committed.values(), made.values(), strict=True))


def words(item: dict) -> tuple[str, str, str]:
    """Return what a student reads of a misconception."""
    return item["name"], item["hint"], item["section"]


def told_by(item: dict) -> list[bool]:
    """Return for each check whether it tells this misconception."""
    return [number is not None for number in item["trace"]]


def file_text(course: Course, unit: str) -> str:
    """Return the JSON text of a unit's hints."""
    checks = Checks(course.check_files(unit, hidden=False))
    reference = vars(load_reference(unit, course.root))
    return text_of(course.unit(unit), [observe(checks, wrong, reference) for wrong in load_misconceptions(unit)])


@dataclass(frozen=True)
class Observed:
    """A misconception with what the checks of its exercise say, and name -> the trace of each public one."""

    wrong: Misconception
    results: list[CheckResult]
    traces: dict[str, list | None]


def observe(checks: Checks, wrong: Misconception, reference: dict) -> Observed:
    """Return what some checks see of a misconception."""
    student = LocalStudent(wrong.namespace(reference))
    public = checks.run_recorded(student, wrong.exercise, hidden=False)
    hidden = checks.run_recorded(student, wrong.exercise, LocalStudent(reference), seed=b"course rules", hidden=True)
    return Observed(wrong, [result for result, _ in (*public, *hidden)],
                    {result.name: hints.check_trace(result, record) for result, record in public})


def text_of(unit: Unit, observed: list[Observed]) -> str:
    """Return the JSON text of these hints: one line for each trace and misconception."""
    made = {exercise.name: exercise_traces([item for item in observed if item.wrong.exercise == exercise.name])
            for exercise in unit.graded}
    blocks = []
    for name, item in made.items():
        rows = [f'  "{key}": [\n' + ",\n".join(f"   {compact(row)}" for row in item[key]) + "\n  ]" for key in item]
        blocks.append(f" {compact(name)}: {{\n" + ",\n".join(rows) + "\n }")
    return "{\n" + ",\n".join(blocks) + "\n}\n"


def compact(value) -> str:
    """Return JSON on one line, without spaces it does not need."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def exercise_traces(observed: list[Observed]) -> dict:
    """Return checks, distinct traces and misconceptions of one exercise; a trace is named by its number."""
    distinct, items, names = [], [], []
    for seen in observed:
        wrong, names = seen.wrong, list(seen.traces)
        traces = {name: trace for name, trace in seen.traces.items() if wrong.told_by in ("", name)}
        for trace in traces.values():
            distinct += [trace] * (trace not in distinct)
        items.append({"name": wrong.name, "hint": wrong.hint, "section": wrong.section,
                      "trace": [distinct.index(traces[name]) if name in traces else None for name in names]})
    return {"checks": names, "traces": distinct, "misconceptions": items}


def clashes(unit: str) -> list[str]:
    """Return a sentence for each misconception that its trace does not tell from another or from the reference."""
    problems = []
    for exercise, item in hints.unit_hints(unit).items():
        for wrong in item["misconceptions"]:
            if not any(hints.trace_of(item, wrong)):
                problems.append(f"{unit} {exercise}: no public check fails for {wrong['name']!r}")
        problems += [f"{unit} {exercise}: {a['name']!r} and {b['name']!r} look the same in the public checks"
                     for a, b in combinations(item["misconceptions"], 2)
                     if a["name"] != b["name"] and any(hints.trace_of(item, a))
                     and hints.same_trace(hints.trace_of(item, a), hints.trace_of(item, b))]
    return problems
