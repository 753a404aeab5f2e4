"""Users of nobody's, one for each thread that runs workers: the kernel counts threads and sends signals by user.

A number is held by an abstract socket, which the kernel gives back with its last owner, however that one ends. Where
the search starts is drawn, so that containers, which see neither each other's sockets nor processes but share the
kernel's count, seldom take the same.
"""

from __future__ import annotations

import contextlib
import os
import pwd
import random
import socket
import threading

from autograder.course.verdicts import CourseError

SPARE = 1000  # more than any machine has grading threads
NAME = "\0first-principles-autograder-uid-{}"
OWN = threading.local()  # held: the Number of this thread, taken in process


class Number:
    """A number below SPARE that is held as long as this object lives. Raises OSError when another holds it."""

    def __init__(self, number: int):
        self.number, self.holder = number, socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.holder.bind(NAME.format(number))

    def __del__(self):
        self.holder.close()


def first() -> int:
    """Return the first of SPARE high uids that nobody has."""
    taken = {entry.pw_uid for entry in pwd.getpwall()}
    return next(uid for uid in range(64000, 60000, -1) if taken.isdisjoint(range(uid, uid + SPARE)))


def number() -> int:
    """Return this thread's number below SPARE: no other thread of this machine has it until this one has ended.

    Raises CourseError when all are taken.
    """
    if getattr(OWN, "process", None) != os.getpid():  # new, or in a fork of the process that holds its number
        OWN.held, OWN.process = _take(), os.getpid()
    return OWN.held.number


def _take() -> Number:
    for number in random.SystemRandom().sample(range(SPARE), SPARE):
        with contextlib.suppress(OSError):
            return Number(number)
    raise CourseError("no spare user is left for a student's code", f"{SPARE} grading threads hold one each",
                      "Grade fewer submissions at a time.")
