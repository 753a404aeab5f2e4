"""The two ways to a worker: a process of its own for each, or a fork of a nursery (see nursery.py).

Both give a handle with pid, wait(seconds) and end(). A thread has its own nurseries: the kernel kills a jail when the
thread that started it ends.
"""

from __future__ import annotations

import atexit
import contextlib
import os
import select
import signal
import socket
import subprocess
import threading
import weakref
from pathlib import Path

from autograder.sandbox.process import WorkerNotReady

CHILDREN = 500         # of one nursery
ANSWER_SECONDS = 30.0  # until a nursery is ready, or has forked; costs the student nothing
END_SECONDS = 5.0      # until it has buried a child that was killed
MESSAGE_BYTES = 64


class Executed:
    """A worker in a process, and a jail, of its own."""

    def __init__(self, process: subprocess.Popen):
        self.process, self.pid = process, process.pid

    def wait(self, seconds: float) -> int | None:
        """Return how the worker ended (negative, or 128 and more: by a signal), None while it lives."""
        try:
            return self.process.wait(timeout=seconds)
        except subprocess.TimeoutExpired:
            return None

    def end(self) -> None:
        """Kill everything in the jail; return when its first process is gone."""
        kill_group(self.process)

    def distrust(self) -> None:
        """Let nothing that this worker came from serve again: nothing does."""


class Nursery:
    """One nursery as the judge sees it. Raises WorkerNotReady where it does not answer as it should."""

    def __init__(self, tier):
        self.tier, self.environment, self.children, self.process = tier, tier.environment(), 0, None
        self.control, inner = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self.owner = os.getpid(), threading.get_native_id()
        with os.fdopen(os.memfd_create("words"), "w+b") as words:
            try:
                self.process = tier.start_nursery(inner.fileno(), words.fileno())
                inner.close()
                self.expect("ready", ANSWER_SECONDS)
            except BaseException as error:
                inner.close()
                self.close()
                words.seek(0)
                error.add_note(words.read(MESSAGE_BYTES << 8)[-MESSAGE_BYTES << 3:].decode("utf-8", "replace"))
                raise
        LIVING.add(self)

    def fork(self, request: bytes, descriptors: list[int]) -> Forked:
        """Have a worker forked that gets these descriptors: socket, output, /dev/null."""
        self.children += 1
        try:
            socket.send_fds(self.control, [request], descriptors)
            handles = self.expect("forked", ANSWER_SECONDS)
        except (OSError, WorkerNotReady):
            self.close()
            raise WorkerNotReady("exited", "a worker did not start: its nursery did not fork") from None
        return Forked(self, handles[0])

    def expect(self, word: str, seconds: float):
        """Return what comes with the nursery's next message: descriptors, or a status. Raises WorkerNotReady."""
        try:
            self.control.settimeout(seconds)
            message, handles, *_ = socket.recv_fds(self.control, MESSAGE_BYTES, 1)
        except OSError:
            message, handles = b"", []
        kind, _, number = message.decode("ascii", "replace").partition(" ")
        if kind != word or (len(handles) != (word == "forked")):
            for handle in handles:
                os.close(handle)
            raise WorkerNotReady("exited", f"a worker did not start: its nursery did not say {word!r}")
        return handles if word != "ended" else int(number)

    def is_idle(self) -> bool:
        """Return whether the nursery lives and has nothing to say: a word that nobody waits for is a surprise."""
        return self.is_open and not is_readable(self.control, 0) and self.process.poll() is None

    @property
    def is_open(self) -> bool:
        """Return whether nobody has closed the nursery yet."""
        return self.control.fileno() >= 0

    def close(self) -> None:
        """Kill the nursery and everything in its jail."""
        LIVING.discard(self)
        self.control.close()
        if self.process is not None:
            kill_group(self.process)

    def __del__(self):
        self.close()  # its thread has ended

    def forget(self) -> None:
        """Let go of a nursery that belongs to the process that this one is a fork of."""
        self.control.close()
        self.process.returncode = 0


class Forked:
    """A worker that a nursery forked; the nursery serves again when it has ended."""

    def __init__(self, nursery: Nursery, handle: int):
        self.nursery, self.handle, self.status = nursery, handle, None

    @property
    def pid(self) -> int:
        """The process id as this process sees it, -1 when the worker is gone."""
        lines = Path(f"/proc/self/fdinfo/{self.handle}").read_text().splitlines()
        return next(int(line.split()[1]) for line in lines if line.startswith("Pid:"))

    def wait(self, seconds: float) -> int | None:
        """Return how the worker ended (negative: by a signal), None while it lives."""
        if self.status is None and is_readable(self.handle, seconds):
            try:
                self.status = self.nursery.expect("ended", END_SECONDS)
            except (WorkerNotReady, ValueError):
                self.nursery.close()
                self.status = -signal.SIGKILL
        return self.status

    def distrust(self) -> None:
        """Let nothing that this worker came from serve again: end its nursery."""
        self.nursery.close()

    def end(self) -> None:
        """Kill the worker; return when it is gone. A nursery that has served long enough ends with it."""
        if self.handle is None:
            return
        with contextlib.suppress(ProcessLookupError):
            signal.pidfd_send_signal(self.handle, signal.SIGKILL)
        if self.wait(END_SECONDS) is None:
            self.nursery.close()
        os.close(self.handle)
        self.handle = None
        give_back(self.nursery)


def is_readable(file, seconds: float) -> bool:
    """Wait until there is something to read, or the other end is gone; return False when the time is over."""
    poll = select.poll()
    poll.register(file, select.POLLIN)
    return bool(poll.poll(1000 * seconds))


def kill_group(process: subprocess.Popen) -> None:
    """Kill a process that leads a group, and the group; return when it is gone."""
    if process.returncode is not None:  # its number may be another's by now
        return
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    with contextlib.suppress(ProcessLookupError):
        process.kill()
    process.wait()


LIVING: weakref.WeakSet[Nursery] = weakref.WeakSet()
OWN = threading.local()  # nursery: the idle one of this thread, if there is one


def fork(tier, request: bytes, descriptors: list[int]) -> Forked:
    """Return a worker from this thread's idle nursery, or from a new one."""
    nursery = take()
    if nursery is not None:
        if (nursery.tier, nursery.environment) == (tier, tier.environment()) and nursery.is_idle():
            with contextlib.suppress(WorkerNotReady):
                return nursery.fork(request, descriptors)
        nursery.close()
    return Nursery(tier).fork(request, descriptors)


def give_back(nursery: Nursery) -> None:
    """Keep a nursery whose worker has ended for the next one of this thread, unless it has served long enough."""
    of_another = nursery.owner != (os.getpid(), threading.get_native_id())
    if of_another or nursery.children >= CHILDREN or getattr(OWN, "nursery", None) is not None:
        nursery.close()
    elif nursery.is_open:
        OWN.nursery = nursery


def take() -> Nursery | None:
    """Return the idle nursery of this thread, which is then no longer idle."""
    nursery, OWN.nursery = getattr(OWN, "nursery", None), None
    return nursery


def close_idle() -> None:
    """Close the nursery of this thread that serves nobody now, if there is one."""
    nursery = take()
    if nursery is not None:
        nursery.close()


def close_all() -> None:
    """Close every nursery of this process."""
    for nursery in list(LIVING):
        nursery.close()
    take()


def forget_all() -> None:
    """Leave the nurseries to the process that started them: this one is a fork of it."""
    for nursery in list(LIVING):
        nursery.forget()
    LIVING.clear()
    take()


atexit.register(close_all)
os.register_at_fork(after_in_child=forget_all)
