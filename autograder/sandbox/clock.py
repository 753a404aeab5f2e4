"""The two clocks of a worker: its own processor time, which limits count, and the judge's, which bounds what sleeps.

A busy machine gives a worker little processor time, and that must cost its student nothing. What waited for nothing
but a processor is told from what slept by the kernel's own books.
"""

from __future__ import annotations

import contextlib
import math
import time
from pathlib import Path

STARVED = 0.5     # share of a time on the judge's clock: who waited so long for a processor was kept by the machine
SHORTEST = 0.005  # seconds between two looks at a worker's clock


class Clock:
    """The processor time of a worker since this object was made; the judge's clock where the kernel does not tell.

    pid: of the worker, or of a program that started it.
    """

    def __init__(self, pid: int):
        self.pid = innermost(pid)
        self.first, self.used = processor_seconds(self.pid), 0.0
        self.began = self.looked = time.monotonic()
        self.waited_before = waited_seconds(self.pid)

    def work(self) -> float:
        """Return the seconds of processor time that the worker has used; for one that is gone at least as many."""
        now, total = time.monotonic(), processor_seconds(self.pid)
        told = self.first is not None and total is not None
        self.used = total - self.first if told else self.used + now - self.looked
        self.looked = now
        return self.used

    def is_starved(self) -> bool:
        """Return whether worker and judge have mostly waited for a processor since this object was made."""
        waited = waited_seconds(self.pid) - self.waited_before
        return waited >= STARVED * (time.monotonic() - self.began)


class Deadline:
    """When an exchange is to be over: wall seconds from now on the judge's clock, or work seconds on the worker's."""

    def __init__(self, wall: float, work: float = math.inf, clock: Clock | None = None):
        self.clock, self.wall = clock, wall
        self.end = time.monotonic() + wall
        self.most = work + clock.work() if clock else math.inf
        self.slow: Clock | None = None  # begins when the worker might have been done by now

    def left(self) -> float:
        """Return for how many seconds nothing can be over, 0 when it is."""
        left = self.end - time.monotonic()
        if self.clock is not None:
            left = min(left, self.most - self.clock.work())
        return max(left, SHORTEST) if left > 0 else 0.0

    def note_slowness(self) -> None:
        """Begin to watch who lets the judge wait: the worker, or the machine."""
        if self.clock is not None and self.slow is None:
            self.slow = Clock(self.clock.pid)

    def is_starved(self) -> bool:
        """Return whether the time on the judge's clock was spent waiting for a processor."""
        return self.clock is not None and self.clock.used < self.most and (self.slow or self.clock).is_starved()

    def reason(self) -> str:
        """Return which of the two was used up, in words."""
        if self.clock is not None and self.clock.used >= self.most:
            return "it used up its processor time"
        return f"no reply within {self.wall:.3g} s on the grader's clock"


class Budget:
    """What is left of a limit: `seconds` of the worker's processor time, `patience` times as many of the judge's."""

    def __init__(self, seconds: float, patience: float):
        self.seconds, self.work, self.wall = seconds, seconds, seconds * patience

    def spend(self, work: float, wall: float) -> None:
        """Take what an exchange used."""
        self.work -= work
        self.wall -= wall

    @property
    def is_used_up(self) -> bool:
        """Return whether nothing is left on one of the two clocks."""
        return self.work <= 0 or self.wall <= 0


def innermost(pid: int) -> int:
    """Return the process at the end of a chain of starters: bubblewrap starts another one, which starts the worker."""
    with contextlib.suppress(OSError):
        while children := Path(f"/proc/{pid}/task/{pid}/children").read_text().split():
            pid = int(children[0])
    return pid


def processor_seconds(pid: int) -> float | None:
    """Return the processor time of a process and its threads, None where it is gone or the kernel does not tell."""
    try:
        return time.clock_gettime((~pid << 3) | 2)  # the number of a process's clock, see clock_getcpuclockid(3)
    except OSError:
        return None


def waited_seconds(pid: int) -> float:
    """Return for how long a process and this thread were ready to run and had no processor, 0 where nobody knows."""
    total = 0
    for path in (f"/proc/{pid}/schedstat", "/proc/thread-self/schedstat"):
        with contextlib.suppress(OSError, IndexError, ValueError):
            total += int(Path(path).read_text().split()[1])
    return total / 1e9
