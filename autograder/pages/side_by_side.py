"""Similar hand-ins to look at: report/similar.html and .csv over all units and years, and a page for each pair.

    Overlaps and answers -> the pairs, by people -> the list, and what two people wrote beside each other
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path

from autograder.course.units import Course
from autograder.pages.rendering import render
from autograder.pages.similarity import CHARACTERS, WINDOW, Overlap, Pair, Work, pairs_of, passages, passages_in, tokens
from autograder.records.csv_files import write_csv
from autograder.records.output import write

LISTED = 100  # pairs of people on the page, each with a page of its own; the CSV has all
COLUMNS = ("student", "year", "other", "other_year", "unit", "exercise", "score", "passages")


@dataclass
class People:
    """Two people and all places where they share much, the most telling first."""

    one: Work
    other: Work
    pairs: list[Pair] = field(default_factory=list)


@dataclass(frozen=True)
class Beside:
    """What two people wrote in one exercise, each as (mark, text): "same" is shared, "given" is the release's."""

    unit: str
    exercise: str
    one: list[tuple[str, str]]
    other: list[tuple[str, str]]


def write_similar(folder: Path, course: Course, overlaps: Mapping[str, Overlap], answers: Mapping[str, Mapping],
                  given: Mapping[str, set[int]], least: float) -> list[Pair]:
    """Write report/similar.html, similar.csv and similar/NUMBER.html, and return the pairs.

    answers: unit -> whose -> exercise -> text. given: unit -> passages that count for nothing. least: share of
    passages, 0 to 1, from which a pair is listed.
    """
    pairs, target = pairs_of(overlaps, least), folder / "similar"
    write_csv(folder / "similar.csv", COLUMNS, [
        (pair.one.student, pair.one.year, pair.other.student, pair.other.year, pair.unit, pair.exercise, pair.score,
         pair.part.shared) for pair in pairs])
    shutil.rmtree(target, ignore_errors=True)
    target.mkdir(parents=True)
    people = by_people(pairs)
    titles = {unit: course.unit(unit).title for unit in overlaps}
    for number, two in enumerate(people[:LISTED], 1):
        page = render("side_by_side.html", two=two, places=list(beside(two, overlaps, answers, given)), titles=titles)
        write(target / f"{number:03}.html", page)
    works = {work for own in answers.values() for work in own}
    write(folder / "similar.html", render(
        "similar.html", people=people[:LISTED], total=len(people), titles=titles, least=least,
        students=len({work.student for work in works if not work.year}), years=sorted({work.year for work in works})))
    return pairs


def by_people(pairs: list[Pair]) -> list[People]:
    """Return the pairs of people in the order of the most telling of what they share."""
    found: dict[tuple[Work, Work], People] = {}
    for pair in pairs:
        found.setdefault((pair.one, pair.other), People(pair.one, pair.other)).pairs.append(pair)
    return list(found.values())


def beside(two: People, overlaps: Mapping[str, Overlap], answers: Mapping, given: Mapping) -> Iterator[Beside]:
    """Yield every exercise in which two people share a passage."""
    for unit, overlap in overlaps.items():
        for exercise in overlap.parts.get((two.one, two.other), {}):
            one, other = (answers[unit][work][exercise] for work in (two.one, two.other))
            same = (passages_in(one) & passages_in(other)) - given[unit]
            yield Beside(unit, exercise, marked(one, same, given[unit]), marked(other, same, given[unit]))


def marked(text: str, same: set[int], given: set[int]) -> list[tuple[str, str]]:
    """Return a text in pieces of one mark: "same", "given" or "" for what is neither."""
    words = tokens(text)
    kinds = [""] * len(words)
    for place, passage in enumerate(passages([word[0] for word in words])):
        kind = "same" if passage in same else "given" if passage in given else ""
        for number in range(place, place + WINDOW) if kind else ():
            kinds[number] = kinds[number] if kinds[number] == "same" else kind
    marks = [""] * min(len(text), CHARACTERS)
    for word, kind, after, next_kind in zip(words, kinds, [*words[1:], None], [*kinds[1:], ""], strict=True):
        end = after.start() if after and kind == next_kind else word.end()
        marks[word.start():end] = [kind] * (end - word.start())
    return [(kind, "".join(letter for _, letter in letters))
            for kind, letters in groupby(zip(marks, text, strict=False), key=lambda pair: pair[0])]
