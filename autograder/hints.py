"""Known wrong answers recognised by what they return: hints/<unit>.json holds their traces, never their code.

A trace says for every public check of an exercise how it went: passed, or the value that was compared when it
failed (its shape and three projections), or the failure itself. `autograder fingerprints` makes the files.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

import numpy as np

from autograder.checks.diagnosis import without_notice
from autograder.checks.recording import Comparison, Recording
from autograder.results import CheckResult

FOLDER = Path(__file__).with_name("hints")
BOOK = Path(__file__).parent.with_name("book")
SAME = 1e-6  # relative to the norm: training on another machine differs by rounding only
PASSED = None
UNUSABLE = {"bad-type", "no-function"}  # a class for an object: the sandbox refuses it, a notebook finds no method
NUMBERS = (bool, int, float, complex, np.number, np.bool_)


@dataclass(frozen=True)
class Hint:
    """A recognised misconception: its name, the question that leads out of it, and the section to read."""

    name: str
    text: str
    section: str


def hint_for(unit: str, exercise: str, recorded: list[tuple[CheckResult, Recording]]) -> Hint | None:
    """Return the hint for results that equal those of a known wrong answer in every public check, else None."""
    seen = {result.name: check_trace(result, record) for result, record in recorded if not result.hidden}
    known = unit_hints(unit).get(exercise)
    if known is None or sorted(seen) != sorted(known["checks"]) or not any(seen.values()):
        return None
    trace = [seen[name] for name in known["checks"]]
    for item in known["misconceptions"]:
        if same_trace(trace, [known["traces"][number] for number in item["trace"]]):
            return Hint(item["name"], item["hint"], item["section"])
    return None


def with_hint(unit: str, recorded: list[tuple[CheckResult, Recording]]) -> list[CheckResult]:
    """Return the results of one exercise; where the mistake is known, the failed ones carry its hint.

    The hint takes the place of the guess at the end of a message: it knows more.
    """
    results = [result for result, _ in recorded]
    hint = hint_for(unit, results[0].exercise, recorded) if results else None
    if hint is None:
        return results
    return [result if result.passed else
            replace(result, message=without_notice(result.message), hint=hint.text, section=hint.section,
                    misconception=hint.name) for result in results]


@lru_cache
def unit_hints(unit: str) -> dict:
    """Return what is known of each exercise of a unit: public checks, traces and misconceptions."""
    path = FOLDER / f"{unit}.json"
    return json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}


def check_trace(result: CheckResult, record: Recording) -> list | None:
    """Return how one check went: PASSED, or [comparisons passed before, what failed]."""
    if result.passed:
        return PASSED
    before = sum(comparison.passed for comparison in record.comparisons)
    failed = next((comparison for comparison in record.comparisons if not comparison.passed), None)
    return [before, failure_trace(result, failed)]


def failure_trace(result: CheckResult, failed: Comparison | None) -> list | str:
    """Return the projections of the value that was compared, else the reason and what was raised, without the line."""
    if failed is not None:
        return projections(failed.value)
    if result.reason in UNUSABLE:
        return "unusable"
    if result.reason not in ("exception", "wrong-answer"):
        return str(result.reason)
    sentence = result.message.partition("\n")[0]
    return f"{result.reason}: " + re.sub(r"^.*? raised | in line \d+.*|(?<=depth exceeded) .*", "", sentence).strip()


def projections(value) -> list | str:
    """Return shape, norm, two weighted sums and the number of non-finite entries; for other things a word."""
    if value is None or isinstance(value, str):
        return str(value)
    array = plain_array(value)
    if array is None:
        return "something else"
    finite = np.isfinite(array)
    entries = np.where(finite, array, 0).ravel()
    entries = np.abs(entries) * np.cos(np.angle(entries) / 2) if array.dtype.kind == "c" else entries.astype(float)
    steps = np.arange(1, entries.size + 1)
    with np.errstate(over="ignore", invalid="ignore"):
        sums = [np.sqrt(np.sum(entries**2)), np.sum(entries * np.cos(steps)), np.sum(entries * np.sin(2 * steps))]
    numbers = [float(f"{number:.9g}") for number in np.nan_to_num(sums)]
    return [list(array.shape), *numbers, int(finite.size - np.count_nonzero(finite))]


def plain_array(value) -> np.ndarray | None:
    """Return numbers and nested lists of them as an array, None for anything else; no object is asked anything."""
    rest = [value]
    while rest:
        item = rest.pop()
        if isinstance(item, list | tuple):
            rest += item
        elif not isinstance(item, (*NUMBERS, np.ndarray)):
            return None
    try:
        array = np.asarray(value)
    except ValueError:  # rows of different lengths
        return None
    return array if array.dtype.kind in "biufc" else None


def same_trace(seen: list, known: list) -> bool:
    """Return whether two traces over the same checks are equal, numbers up to rounding."""
    return all(a == b if PASSED in (a, b) else a[0] == b[0] and same_value(a[1], b[1])
               for a, b in zip(seen, known, strict=True))


def same_value(seen: list | str, known: list | str) -> bool:
    """Return whether two projections, or two words, are the same."""
    if isinstance(seen, str) or isinstance(known, str):
        return seen == known
    scale = SAME * max(abs(seen[1]), abs(known[1]))
    return (seen[0], seen[4]) == (known[0], known[4]) and all(
        abs(a - b) <= scale for a, b in zip(seen[1:4], known[1:4], strict=True))


@lru_cache
def section_name(section: str) -> str:
    """Return what to call a section, "u01_perceptron.md#how-wrong-is-it": its heading, else the words of its anchor."""
    page, _, anchor = section.partition("#")
    words = (anchor.replace("-", " ") or page.removesuffix(".md")).capitalize()
    return headings(page).get(anchor, words)


def headings(page: str) -> dict[str, str]:
    """Return anchor -> heading of a chapter; the title also goes by the anchor "". Nothing where the book is not."""
    path = BOOK / page
    found = re.findall(r"^#+ (.+)$", path.read_text(encoding="utf-8"), re.MULTILINE) if path.is_file() else []
    anchors = [re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in found]
    return dict(zip(["", *anchors], [*found[:1], *found], strict=False))
