"""Which hand-ins share unusual passages: a list for a person to look at, never an accusation.

An answer is cut into tokens by a pattern, it is not parsed. What the release and the reference say, and what more than
COMMON different answers say, counts for nothing. Names are compared as they are: who renames everything is not found.
The library for this, copydetect, makes one letter of every name: of short answers by different hands it says that they
are alike, it does not ask how many have a passage, and it has a parser read what students wrote.

    answers to one unit -> compare -> an Overlap; the Overlaps of one unit or of a term -> pairs_of -> Pairs, sorted
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import combinations, product
from typing import NamedTuple

from autograder.authoring.notebooks import source_notebook
from autograder.course.units import Course, Unit

TOKEN = re.compile(r"#[^\n]*|[^\W\d]\w*|\d[\w.]*|[^\w\s]")  # a comment is one token, which is left out
CHARACTERS = 8_000   # of one answer
WINDOW = 5           # tokens in a passage
COMMON = 10          # answers; bounds the work: a passage makes at most COMMON (COMMON - 1) / 2 pairs
CROWD = 100          # people with one and the same answer who are listed pair by pair
FEWEST = 20          # passages in common from which people are listed
SHORTEST = 8         # the same for answers that are equal: short ones leave little choice
LEAST = 0.5          # share of passages in common from which they are listed


class Work(NamedTuple):
    """Whose answers: a student of this class, or (`year` is the name of its folder) of an earlier one."""

    student: str
    year: str = ""


class Part(NamedTuple):
    """How many passages two people share in one place, and how many they have together."""

    shared: int
    together: int

    def is_telling(self, least: float) -> bool:
        """Return whether so much in common is worth a look."""
        enough = self.shared >= FEWEST or (self.shared == self.together and self.shared >= SHORTEST)
        return enough and self.shared >= least * self.together


@dataclass(frozen=True)
class Pair:
    """Two people and what they share in an exercise, in a whole unit (exercise "") or over the term (unit "")."""

    one: Work
    other: Work
    unit: str
    exercise: str
    part: Part

    @property
    def score(self) -> float:
        """The share of their passages that both have (Jaccard index), 0 to 1."""
        return self.part.shared / self.part.together


@dataclass
class Overlap:
    """What the hand-ins of one unit share: (one, other) -> exercise -> Part; and (work, exercise) -> its passages."""

    parts: dict[tuple[Work, Work], dict[str, Part]] = field(default_factory=lambda: defaultdict(dict))
    sizes: dict[Work, dict[str, int]] = field(default_factory=lambda: defaultdict(dict))

    def whole(self, one: Work, other: Work) -> Part:
        """Return what two people share in the whole unit; exercises in which they share nothing count, too."""
        parts = self.parts.get((one, other), {})
        alone = sum(size for work in (one, other) for name, size in self.sizes[work].items() if name not in parts)
        return Part(sum(part.shared for part in parts.values()), alone + sum(part.together for part in parts.values()))


def tokens(text: str) -> list[re.Match]:
    """Return the tokens of an answer with their places, comments left out."""
    return [token for token in TOKEN.finditer(text[:CHARACTERS]) if not token[0].startswith("#")]


def passages(words: list[str]) -> list[int]:
    """Return the hash of each window of tokens, in order."""
    return list(map(hash, zip(*(words[start:] for start in range(WINDOW)), strict=False)))


def passages_in(text: str) -> set[int]:
    """Return the passages of an answer."""
    return set(passages([token[0] for token in tokens(text)]))


def known_passages(texts: Iterable[str]) -> set[int]:
    """Return the passages of long texts, which are read in pieces that overlap by more than any passage."""
    return {passage for text in texts for start in range(0, len(text), CHARACTERS // 2)
            for passage in passages_in(text[start:start + CHARACTERS])}


def given_passages(course: Course, unit: Unit) -> set[int]:
    """Return what counts for nothing in a unit: the passages of the release and of the reference."""
    texts = ["\n".join(cell.source for cell in unit.cells)]
    reference = course.root / "solutions" / f"{unit.name}.py"
    if reference.exists():
        texts += [cell.source for cell in source_notebook(reference).cells]
    return known_passages(texts)


def compare(answers: Mapping[Work, Mapping[str, str]], given: set[int]) -> Overlap:
    """Return what the hand-ins of one unit share.

    answers: whose -> exercise -> what was written. given: passages that count for nothing.
    """
    found = Overlap()
    for name in sorted({name for own in answers.values() for name in own}):
        compare_exercise(name, {work: own[name] for work, own in sorted(answers.items()) if name in own}, given, found)
    return found


def compare_exercise(name: str, texts: Mapping[Work, str], given: set[int], found: Overlap) -> None:
    """Add to `found` what the answers to one exercise share."""
    groups: dict[frozenset, list[Work]] = defaultdict(list)
    for work, text in texts.items():
        own = frozenset(passages_in(text) - given)
        if own:
            groups[own].append(work)
    groups = {own: works for own, works in groups.items() if len(works) <= COMMON or len(own) >= FEWEST}
    different, holders = list(groups), defaultdict(list)
    for place, own in enumerate(different):
        for passage in own:
            holders[passage].append(place)
    rare = [places for places in holders.values() if len(places) <= COMMON]
    sizes, shared = [0] * len(different), defaultdict(int)
    for places in rare:
        for place in places:
            sizes[place] += 1
        for pair in combinations(places, 2):
            shared[pair] += 1
    for own, works, size in zip(different, groups.values(), sizes, strict=True):
        for work in works:
            found.sizes[work][name] = size
        add(found, name, equal_pairs(works), Part(len(own), len(own)))
    for (a, b), count in shared.items():
        part = Part(count, sizes[a] + sizes[b] - count)
        add(found, name, product(groups[different[a]], groups[different[b]]), part)


def equal_pairs(works: list[Work]) -> Iterable[tuple[Work, Work]]:
    """Return the pairs of people with one and the same answer; of a crowd, everybody with the first one."""
    return combinations(works, 2) if len(works) <= CROWD else ((works[0], other) for other in works[1:])


def add(found: Overlap, name: str, pairs: Iterable[tuple[Work, Work]], part: Part) -> None:
    """Note what pairs share in an exercise; two earlier hand-ins, or two of one person, are no pair."""
    for one, other in pairs:
        if one.student != other.student and not (one.year and other.year):
            found.parts[min(one, other), max(one, other)][name] = part


def pairs_of(overlaps: Mapping[str, Overlap], least: float = LEAST) -> list[Pair]:
    """Return the pairs that share at least `least`, the most telling first, each wherever it does.

    overlaps: unit -> Overlap. With several units there are pairs over the term as well.
    """
    people = sorted({pair for overlap in overlaps.values() for pair in overlap.parts})
    found = [pair for one, other in people for pair in places(one, other, overlaps) if pair.part.is_telling(least)]
    return sorted(found, key=lambda pair: (-pair.score * pair.part.shared, pair.one, pair.other, pair.unit,
                                           pair.exercise))


def places(one: Work, other: Work, overlaps: Mapping[str, Overlap]) -> Iterator[Pair]:
    """Yield what two people share: over the term, in each unit, in each exercise."""
    wholes = []
    for unit, overlap in overlaps.items():
        if one in overlap.sizes and other in overlap.sizes:
            wholes.append(overlap.whole(one, other))
            yield Pair(one, other, unit, "", wholes[-1])
            for name, part in overlap.parts.get((one, other), {}).items():
                yield Pair(one, other, unit, name, part)
    if len(wholes) > 1:
        yield Pair(one, other, "", "", Part(*map(sum, zip(*wholes, strict=True))))


def gathered(pairs: Iterable[Pair]) -> list[tuple[tuple[Work, ...], Pair]]:
    """Return (people, pair) in the order of the pairs of one unit: one for two people, the widest place first.

    Who has the same in the whole unit stands together in one.
    """
    widest: dict[tuple[Work, Work], Pair] = {}
    for pair in pairs:
        held = widest.setdefault((pair.one, pair.other), pair)
        if held.exercise and not pair.exercise:
            widest[pair.one, pair.other] = pair
    equal = {people for people, pair in widest.items() if pair.score == 1 and not pair.exercise}
    first: dict[Work, Work] = {}
    for one, other in sorted(equal):
        first.setdefault(other, one)
    members: dict[Work, list[Work]] = defaultdict(list)
    for other, one in sorted(first.items()):
        members[one].append(other)
    return [((one, *members[one]) if (one, other) in equal else (one, other), pair)
            for (one, other), pair in widest.items()
            if (one, other) not in equal or (one not in first and members[one][0] == other)]
