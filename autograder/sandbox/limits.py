"""Every limit of the sandbox, with its unit, in one place."""

from __future__ import annotations

from dataclasses import dataclass

from autograder.checking.bounds import CALL_SECONDS, EXERCISE_SECONDS


@dataclass(frozen=True)
class Limits:
    """What one submission may use. Change one with dataclasses.replace or a keyword.

    The time limits are processor time of the worker, which a busy machine does not use up; what sleeps meets them on
    the judge's clock, `patience` times as long. Both end in "timeout"; memory_mib ends in "memory";
    the wire's own sizes (see wire.py) end in "too-large"; output beyond output_kib is cut; a file, a
    thread or a descriptor too many raises OSError or RuntimeError in the student's code: "exception".
    """

    start_seconds: float = 30.0       # until a worker is ready, on the judge's clock; costs the student nothing
    cell_seconds: float = 5.0         # one cell of the notebook, when it is loaded
    call_seconds: float = CALL_SECONDS          # one call of a check, its callbacks included
    exercise_seconds: float = EXERCISE_SECONDS  # all calls of one exercise
    submission_seconds: float = 60.0  # all cells and calls, restarts included
    patience: float = 6.0             # seconds on the judge's clock for each second of a limit
    stops: int = 10                   # after so many crashes, time-outs and other stops no new worker is started
    memory_mib: int = 1024            # address space of a worker; numpy takes about 150
    open_files: int = 64
    threads: int = 32
    output_kib: int = 64              # printed past Python, to the raw descriptors

    def __post_init__(self):
        for name, value in vars(self).items():
            if not value > 0:
                raise ValueError(f"limit {name} is {value!r}; it must be greater than 0")
