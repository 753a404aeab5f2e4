"""Late work by the rules of a class: pure arithmetic on times, the same for our run and for nbgrader's.

A day that has begun counts whole. The grace period moves every border: with 15 minutes of grace, 24 hours and 10
minutes are one day. Free days belong to a student and a term; they are spent on the units in the order of their due
dates, and only where a day saves points.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

DAY_SECONDS = 86_400
POLICIES = ("none", "zero", "percent")


@dataclass(frozen=True)
class LatePolicy:
    """What late work loses: nothing, everything, or `per_day` percent of its score a day, at most `cap` percent."""

    policy: str = "none"
    per_day: float = 10
    cap: float = 50
    grace_minutes: float = 0
    free_days: int = 0

    def days(self, seconds_late: float) -> int:
        """Return how many days late something is, 0 within the grace period."""
        return max(0, math.ceil((seconds_late - 60 * self.grace_minutes) / DAY_SECONDS))

    def share(self, days: int) -> float:
        """Return the share of the score, 0 to 1, that so many days cost."""
        if days <= 0 or self.policy == "none":
            return 0.0
        return 1.0 if self.policy == "zero" else min(self.per_day * days, self.cap) / 100

    def spent(self, days: int, left: int) -> int:
        """Return the fewest free days, of those that are left, with which the least is lost."""
        most = min(max(left, 0), days)
        least = self.share(days - most)
        return next(free for free in range(most + 1) if self.share(days - free) == least)


@dataclass(frozen=True)
class HandIn:
    """When a student handed in a unit and when it was due, in UTC; `extended` is the student's own date, if any."""

    unit: str
    handed_in: datetime | None
    due: datetime | None
    extended: datetime | None = None

    @property
    def deadline(self) -> datetime | None:
        """The date that holds for this student: the later of the two."""
        return max(filter(None, (self.due, self.extended)), default=None) if self.due else None

    @property
    def seconds_late(self) -> float:
        """Seconds after the deadline, 0 where there is none or no time is known."""
        if self.handed_in is None or self.deadline is None:
            return 0.0
        return max(0.0, (self.handed_in - self.deadline).total_seconds())


@dataclass(frozen=True)
class Lateness:
    """What the rules make of one hand-in after its due date: days late, free days among them, share of score lost."""

    hand_in: HandIn
    policy: LatePolicy
    days: int
    free: int
    share: float

    def penalty(self, score: float) -> float | None:
        """Return the points lost of a score, None where nothing is."""
        return self.share * max(score, 0.0) or None

    @property
    def sentences(self) -> list[str]:
        """The rule that was applied, for the student to read."""
        handed, due = stamp(self.hand_in.handed_in), stamp(self.hand_in.due)
        said = [f"It was due on {due} and was handed in on {handed}."]
        extended = self.hand_in.extended
        if extended and self.hand_in.deadline == extended:
            said.append(f"You had an extension until {stamp(extended)}.")
        if not self.hand_in.seconds_late:
            return [*said, "That is in time."]
        if not self.days:
            return [*said, f"The first {self.policy.grace_minutes:g} minutes are forgiven."]
        said.append(f"That counts as {counted(self.days)} late.")
        if self.free:
            said.append(f"{counted(self.free)} of it {'are' if self.free > 1 else 'is'} from your "
                        f"{self.policy.free_days} free days of this term.")
        return [*said, self.rule]

    @property
    def rule(self) -> str:
        """What the days cost."""
        if not self.share:
            return "It costs no points."
        if self.policy.policy == "zero":
            return "Late work earns no points. What you read here shows what it would have earned."
        return (f"Each day costs {self.policy.per_day:g} % of the points, at most {self.policy.cap:g} %: "
                f"here {100 * self.share:g} %.")


def counted(days: int) -> str:
    """Return a number of days in words."""
    return f"{days} day{'s' * (days != 1)}"


def stamp(time: datetime) -> str:
    """Return a time as a student reads it."""
    return time.strftime("%Y-%m-%d at %H:%M UTC")


def term_lateness(policy: LatePolicy, hand_ins: Iterable[HandIn]) -> dict[str, Lateness]:
    """Return unit -> Lateness of one student, for each unit that was handed in after its due date."""
    left, found = policy.free_days, {}
    dated = [item for item in hand_ins if item.due and item.handed_in and item.handed_in > item.due]
    for item in sorted(dated, key=lambda item: (item.deadline, item.unit)):
        days = policy.days(item.seconds_late)
        free = policy.spent(days, left)
        left -= free
        found[item.unit] = Lateness(item, policy, days, free, policy.share(days - free))
    return found
