"""What several benchmarks measure with."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable


def milliseconds(action: Callable[[], object], repeats: int) -> float:
    """Return the median duration of an action."""
    durations = []
    for _ in range(repeats):
        began = time.perf_counter()
        action()
        durations.append(1000 * (time.perf_counter() - began))
    return statistics.median(durations)
