"""Which submissions share unusual passages: a list for a person to look at, never an accusation.

Student code is cut into tokens by a pattern, it is not parsed. What the template and the reference say, and what
more than COMMON different submissions say, counts for nothing.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import combinations

TOKEN = re.compile(r"[^\W\d]\w*|\d[\w.]*|[^\w\s]")
COMMENT = re.compile(r"#[^\n]*")
CHARACTERS = 20_000  # of one submission
WINDOW = 5           # tokens in a passage
COMMON = 10          # submissions; bounds the work: a passage makes at most COMMON (COMMON - 1) / 2 pairs
FEWEST = 20          # passages of its own that a submission must have to be compared at all
LEAST = 0.5          # share of passages in common from which a pair is listed
LISTED = 20


@dataclass(frozen=True)
class Similar:
    """Students whose answers share passages: `score` is the shared part (Jaccard index), `passages` how many."""

    students: tuple[str, ...]
    score: float
    passages: int


def passages(text: str) -> set[int]:
    """Return the hashes of all windows of tokens in a text."""
    tokens = TOKEN.findall(COMMENT.sub("", text[:CHARACTERS]))
    return set(map(hash, zip(*(tokens[start:] for start in range(WINDOW)), strict=False)))


def similar(texts: dict[str, str], known: Iterable[str]) -> list[Similar]:
    """Return the most similar submissions, the most telling first.

    texts: student -> all answers. known: texts whose passages do not count: the template and the reference.
    """
    ignored = set().union(*(passages(part) for text in known for part in pieces(text)))
    groups = defaultdict(list)
    for student in sorted(texts):
        own = frozenset(passages(texts[student]) - ignored)
        if len(own) >= FEWEST:
            groups[own].append(student)
    found = [Similar(tuple(names), 1.0, len(own)) for own, names in groups.items() if len(names) > 1]
    found += alike(groups)
    return sorted(found, key=lambda item: (-item.score, -item.passages, item.students))[:LISTED]


def pieces(text: str) -> list[str]:
    """Return a text in pieces that `passages` reads whole, overlapping by more than any passage."""
    return [text[start:start + CHARACTERS] for start in range(0, len(text), CHARACTERS // 2)]


def alike(groups: dict[frozenset, list[str]]) -> list[Similar]:
    """Return the pairs of different submissions that share at least LEAST of their uncommon passages."""
    holders = defaultdict(list)
    for own, names in groups.items():
        for passage in own:
            holders[passage].append(names[0])
    rare = {passage: names for passage, names in holders.items() if len(names) <= COMMON}
    sizes = Counter(name for names in rare.values() for name in names)
    shared = Counter(pair for names in rare.values() for pair in combinations(sorted(names), 2))
    pairs = []
    for (a, b), count in shared.items():
        score = count / (sizes[a] + sizes[b] - count)
        if score >= LEAST and count >= FEWEST:
            pairs.append(Similar((a, b), score, count))
    return pairs
