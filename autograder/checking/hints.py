"""Known wrong answers recognised by what they return: units/<unit>/hints.json holds their traces, never their code.

A trace says for every public check of an exercise how it went: passed, or the value that was compared when it
failed (its shape and three projections), or the failure itself. `autograder fingerprints` makes the files.
"""

from __future__ import annotations

import html
import json
import re
from collections import Counter
from dataclasses import dataclass, replace
from functools import lru_cache
from operator import itemgetter
from pathlib import Path

import numpy as np

from autograder.checking.diagnosis import without_notice
from autograder.checking.recording import Comparison, Recording, plain_array
from autograder.course.results import CheckResult
from autograder.course.settings import PACKAGE

UNITS = PACKAGE / "units"
BOOK = PACKAGE.with_name("book")
KEPT_SIZE = 1 << 19  # entries; their weights are 8 MB, those of a huge array would fill the memory and are not kept
SAME = 1e-5  # relative to the norm: what rounding grows to on another machine, or in another order of operations
PASSED = None
ANY = "any"  # in the trace of a mistake whose other results depend on what ran before
BUILT_HEADING = re.compile(r'<h[1-6]>(.+?)<a class="headerlink"')
NOT_HERE = "not-here"  # the reason of a check that cannot be judged where it ran: passed, but for unseen warnings
UNSEEN = "unseen"  # in a trace: such a check; or the value of one that failed where a warning would have come first
TIMED_OUT = re.compile(r"`[\w.]+` raised TimeoutError\b")  # a known wrong answer says so, a student's makes wait
WARNING = re.compile(r"\w*Warning: ")
UNUSABLE = {"bad-type", "no-function"}  # a class for an object: the sandbox refuses it, a notebook finds no method


@dataclass(frozen=True)
class Hint:
    """A recognised misconception: its name, the question that leads out of it, and the section to read."""

    name: str
    text: str
    section: str


def hint_for(unit: str, exercise: str, recorded: list[tuple[CheckResult, Recording]]) -> Hint | None:
    """Return the hint for results that equal those of a known wrong answer in every public check, else None."""
    seen, known = traces(unit, exercise, recorded)
    found = {hint.name: hint for hint, trace in reversed(known) if same_trace(seen, trace)}
    return found.popitem()[1] if len(found) == 1 or (found and UNSEEN not in seen) else None


def partial_hints(unit: str, exercise: str, recorded: list[tuple[CheckResult, Recording]]) -> dict[str, Hint]:
    """Return failed public check -> hint where several mistakes meet.

    A known wrong answer is taken for one of them if all that it fails has failed in the same way; of two that explain
    a check, the one that explains more checks, and none where they explain as many.
    """
    seen, known = traces(unit, exercise, recorded)
    names = sorted(result.name for result, _ in recorded if not result.hidden)
    found: dict[str, list[tuple[int, Hint]]] = {}
    for hint, trace in known:
        unsure = any(a == UNSEEN and b is not PASSED for a, b in zip(seen, trace, strict=True))
        if unsure or not any(map(is_telling, trace)):
            continue
        failed = [name for name, value in zip(names, trace, strict=True) if value not in (PASSED, ANY)]
        if same_trace(*([value for value, wrong in zip(each, trace, strict=True) if wrong is not PASSED]
                        for each in (seen, trace))):
            for name in failed:
                found.setdefault(name, []).append((len(failed), hint))
    best = {name: [hint for count, hint in hints if count == max(hints, key=itemgetter(0))[0]]
            for name, hints in found.items()}
    return {name: hints[0] for name, hints in best.items() if len(hints) == 1}


def is_telling(trace: list | str | None) -> bool:
    """Return whether a failure is one that hardly two mistakes share: not None, zeros or nothing but NaN."""
    if trace in (PASSED, ANY):
        return False
    value = trace[1]
    return bool(value[1]) if isinstance(value, list) else " " in value


def traces(unit: str, exercise: str, recorded) -> tuple[list, list[tuple[Hint, list]]]:
    """Return the trace of these results and those of the known wrong answers, all in the order of the checks' names.

    Nothing is known where nothing failed that can be judged here, or where the checks are not those that the hints
    were made with.
    """
    seen = {result.name: check_trace(result, record) for result, record in recorded if not result.hidden}
    known = unit_hints(unit).get(exercise)
    names = sorted(seen)
    if known is None or names != sorted(known["checks"]) or set(map(str, seen.values())) <= {str(PASSED), UNSEEN}:
        return [], []
    order = [known["checks"].index(name) for name in names]
    return [seen[name] for name in names], [
        (Hint(item["name"], item["hint"], item["section"]),
         [trace_of(known, item)[place] for place in order]) for item in known["misconceptions"]]


def trace_of(exercise: dict, item: dict) -> list:
    """Return the trace of a misconception over the checks of its exercise."""
    return [ANY if number is None else exercise["traces"][number] for number in item["trace"]]


def with_hint(unit: str, recorded: list[tuple[CheckResult, Recording]]) -> list[CheckResult]:
    """Return the results of one exercise; where the mistake is known, the failed ones carry its hint.

    The hint takes the place of the guess at the end of a message: it knows more.
    """
    if not recorded:
        return []
    exercise = recorded[0][0].exercise
    hint = hint_for(unit, exercise, recorded)
    parts = partial_hints(unit, exercise, recorded) if hint is None else {}
    return [hinted(result, hint or parts.get(result.name)) for result, _ in recorded]


def hinted(result: CheckResult, hint: Hint | None) -> CheckResult:
    """Return a result with its hint; one that passed needs none."""
    if result.passed or result.reason == NOT_HERE or hint is None:
        return result
    return replace(result, message=without_notice(result.message), hint=hint.text, section=hint.section,
                   misconception=hint.name)


def hints_file(unit: str) -> Path:
    """Return the file of a unit's hints."""
    return UNITS / unit / "hints.json"


@lru_cache
def unit_hints(unit: str) -> dict:
    """Return what is known of each exercise of a unit: public checks, traces and misconceptions."""
    path = hints_file(unit)
    return json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}


def usual_section(unit: str, exercise: str) -> str:
    """Return the section of the book that most hints of an exercise lead to, the whole chapter where there is none."""
    sections = Counter(item["section"] for item in unit_hints(unit).get(exercise, {}).get("misconceptions", ()))
    return sections.most_common(1)[0][0] if sections else f"{unit}.md"


def check_trace(result: CheckResult, record: Recording) -> list | None:
    """Return how one check went: PASSED, or [comparisons passed before, what failed]."""
    if result.passed:
        return PASSED
    if result.reason == NOT_HERE:
        return UNSEEN
    if record.unseen is not None:
        return [record.unseen, UNSEEN]
    before = sum(comparison.passed for comparison in record.comparisons)
    failed = next((comparison for comparison in record.comparisons if not comparison.passed), None)
    return [before, failure_trace(result, failed)]


def failure_trace(result: CheckResult, failed: Comparison | None) -> list | str:
    """Return the projections of the value that was compared, else the reason and what was raised, without the line."""
    if failed is not None:
        return projections(failed.value, failed.atol)
    if result.reason in UNUSABLE:
        return "unusable"
    sentence = result.message.partition("\n")[0]
    if TIMED_OUT.match(sentence):
        return "timeout"
    if result.reason not in ("exception", "wrong-answer"):
        return str(result.reason)
    return f"{result.reason}: " + re.sub(r"^.*? raised | in line \d+.*|(?<=depth exceeded) .*", "", sentence).strip()


def projections(value, atol: float = 0.0) -> list | str:
    """Return shape, norm, two weighted sums and the number of non-finite entries; for other things a word.

    Entries up to atol count as 0: where a check allows so much for rounding, they may be nothing else.
    """
    if value is None or isinstance(value, str):
        return str(value)
    array = plain_array(value)
    if array is None:
        return "something else"
    finite = np.isfinite(array)
    entries = np.where(finite, array, 0).ravel()
    entries = np.abs(entries) * np.cos(np.angle(entries) / 2) if array.dtype.kind == "c" else entries.astype(float)
    entries[np.abs(entries) <= atol] = 0
    with np.errstate(over="ignore", invalid="ignore"):
        sums = [np.sqrt(np.sum(entries**2)), *(np.sum(entries * each) for each in weights_of(entries.size))]
    numbers = [float(f"{number:.9g}") for number in np.nan_to_num(sums)]
    return [list(array.shape), *numbers, int(finite.size - np.count_nonzero(finite))]


def weights_of(size: int) -> tuple[np.ndarray, np.ndarray]:
    """Return the weights of the two sums over so many entries."""
    return (kept_weights if size <= KEPT_SIZE else weights)(size)


def weights(size: int) -> tuple[np.ndarray, np.ndarray]:
    steps = np.arange(1, size + 1)
    return np.cos(steps), np.sin(2 * steps)


kept_weights = lru_cache(4)(weights)


def same_trace(seen: list, known: list) -> bool:
    """Return whether two traces over the same checks are equal, numbers up to rounding."""
    return all(same_check(a, b) for a, b in zip(seen, known, strict=True) if ANY not in (a, b))


def same_check(seen: list | str | None, known: list | None) -> bool:
    """Return whether one check went as it did for a known wrong answer, as far as can be seen where it ran."""
    if seen == UNSEEN:
        return known is PASSED or is_warning(known[1])
    return seen == known if PASSED in (seen, known) else seen[0] == known[0] and same_value(seen[1], known[1])


def is_warning(value: list | str) -> bool:
    """Return whether a value in a trace is the warning that a check on warnings met."""
    return isinstance(value, str) and bool(WARNING.match(value))


def same_value(seen: list | str, known: list | str) -> bool:
    """Return whether two projections, or two words, are the same."""
    if isinstance(seen, str) or isinstance(known, str):
        return seen == known or (seen == UNSEEN and is_warning(known))
    scale = SAME * max(abs(seen[1]), abs(known[1]))
    return (seen[0], seen[4]) == (known[0], known[4]) and all(
        abs(a - b) <= scale for a, b in zip(seen[1:4], known[1:4], strict=True))


@lru_cache
def section_name(section: str) -> str:
    """Return what to call a section, "UNIT.md#anchor": its heading, else the words of its anchor."""
    page, _, anchor = section.partition("#")
    words = (anchor.replace("-", " ") or page.removesuffix(".md")).capitalize()
    return headings(page).get(anchor, words)


def headings(page: str) -> dict[str, str]:
    """Return anchor -> heading of a chapter; the title also goes by the anchor "". Nothing where the book is not."""
    path, built = BOOK / page, BOOK / page.replace(".md", ".html")
    found = re.findall(r"^#+ (.+)$", path.read_text(encoding="utf-8"), re.MULTILINE) if path.is_file() else []
    if not found and built.is_file():  # a student's copy
        found = [html.unescape(re.sub(r"<[^>]*>", "", heading))
                 for heading in BUILT_HEADING.findall(built.read_text(encoding="utf-8"))]
    anchors = [re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in found]
    return dict(zip(["", *anchors], [*found[:1], *found], strict=False))
