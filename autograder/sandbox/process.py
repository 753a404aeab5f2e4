"""One worker process as the judge sees it: frames in and out before a deadline, output cut, SIGKILL."""

from __future__ import annotations

import contextlib
import os
import select
import signal
import socket

from autograder.course.verdicts import GraderError
from autograder.sandbox import wire
from autograder.sandbox.clock import Clock, Deadline

CHUNK = 1 << 16


class WorkerGone(Exception):
    """The worker can no longer be used, with one of the reasons exited, timeout and protocol.

    starved: it was too slow because the machine was busy.
    """

    def __init__(self, reason: str, message: str, starved: bool = False):
        super().__init__(reason, message, starved)  # all, so that it can be sent between processes
        self.reason, self.message, self.starved = reason, message, starved

    def __str__(self):
        return self.message


class WorkerNotReady(WorkerGone, GraderError):
    """A worker ended before it saw any student code: the sandbox is broken, and nobody's answer is to blame."""


class WorkerProcess:
    """A worker behind one socket. After WorkerGone only close() makes sense.

    Start it in a thread that lives as long: the kernel kills the worker when its starter ends.
    """

    def __init__(self, tier, limits):
        self.limits = limits
        self.number = 0
        self.output = b""
        self.socket, inner = socket.socketpair()
        self.socket.setblocking(False)
        self.pipe, pipe = os.pipe()
        os.set_blocking(self.pipe, False)
        self.poll = select.poll()
        self.poll.register(self.pipe, select.POLLIN)
        try:
            self.process = tier.start(limits, inner.fileno(), pipe)
        except BaseException:
            self.socket.close()
            os.close(self.pipe)
            raise
        finally:
            inner.close()
            os.close(pipe)
        self.ready = False
        self.clock: Clock | None = None  # begins when the worker is ready

    def wait_until_ready(self):
        """Wait for the worker's own first message. Raises WorkerNotReady."""
        if self.ready:
            return
        try:
            first = self._receive(Deadline(self.limits.start_seconds))
        except (WorkerGone, wire.WireError) as error:
            self.process.distrust()
            raise WorkerNotReady("exited", f"a worker did not start: {error.message}") from None
        if first != {"reply": "ready", "number": 0}:
            self.process.distrust()
            raise WorkerNotReady("protocol", "a worker's first message is not the expected one")
        self.ready = True
        self.clock = Clock(self.process.pid)

    def exchange(self, request: dict, deadline: Deadline, replace=None) -> dict:
        """Send one request; return its one reply. Raises WorkerGone, or WireError for a bad argument."""
        frame = wire.encode(request | {"number": self.number + 1}, replace)
        self.number += 1
        number = self.number
        self._check_silence()
        self._send(frame, deadline)
        return self.next_reply(number, deadline)

    def next_reply(self, number: int, deadline: Deadline) -> dict:
        """Return the reply to a request, or the question that the worker asks before it."""
        try:
            reply = self._receive(deadline)
        except wire.WireError as error:
            raise WorkerGone("protocol", error.message) from None
        if type(reply) is not dict or type(reply.get("reply")) is not str or "number" not in reply:
            raise WorkerGone("protocol", "a reply without its fields")
        expected = 0 if reply["reply"] == "ask" else number
        if type(reply["number"]) is not int or reply["number"] != expected:
            raise WorkerGone("protocol", "a reply to another request")
        return reply

    def send(self, message: dict, deadline: Deadline, replace=None):
        """Send an answer to a question of the worker."""
        frame = wire.encode(message, replace)
        self._check_silence()
        self._send(frame, deadline)

    def close(self):
        """Kill the worker and everything in its jail; return when it is gone."""
        self.process.end()
        self._wait_for_end(Deadline(1.0))
        self.socket.close()
        os.close(self.pipe)

    def _wait_for_end(self, deadline):
        """Wait until the last process that holds the socket is gone."""
        with contextlib.suppress(OSError, WorkerGone):
            while True:
                self._wait(select.POLLIN, deadline)
                if not self.socket.recv(CHUNK):
                    return

    def _check_silence(self):
        try:
            said = self.socket.recv(1, socket.MSG_PEEK)
        except BlockingIOError:
            return
        except OSError:
            said = b""
        if not said:
            raise self._ended()
        raise WorkerGone("protocol", "the worker sent something that nobody had asked for")

    def _send(self, frame, deadline):
        view = memoryview(frame)
        while view:
            try:
                view = view[self.socket.send(view):]
            except BlockingIOError:
                self._wait(select.POLLOUT, deadline)
            except OSError:
                raise self._ended() from None

    def _receive(self, deadline):
        return wire.receive(lambda size: self._read(size, deadline))

    def _read(self, size, deadline):
        data = bytearray(size)
        view = memoryview(data)
        while view:
            try:
                count = self.socket.recv_into(view)
            except BlockingIOError:
                self._wait(select.POLLIN, deadline)
                continue
            except OSError:
                count = 0
            if not count:
                raise self._ended()
            view = view[count:]
            if not deadline.left():  # a peer that trickles bytes must not outlive its deadline
                raise self._late(deadline)
        return data

    def _wait(self, event, deadline):
        """Return when the socket is ready; meanwhile drain the worker's output."""
        self.poll.register(self.socket, event)
        while True:
            ready = dict(self.poll.poll(deadline.left() * 1000))
            if self.pipe in ready:
                self._drain()
            if not deadline.left():
                raise self._late(deadline)
            if self.socket.fileno() in ready:
                return
            if not ready:
                deadline.note_slowness()

    def _late(self, deadline) -> WorkerGone:
        return WorkerGone("timeout", deadline.reason(), deadline.is_starved())

    def _drain(self):
        data = os.read(self.pipe, CHUNK)
        if not data:
            self.poll.unregister(self.pipe)
        self.output += data[: max(0, self.limits.output_kib * 1024 - len(self.output))]

    def _ended(self) -> WorkerGone:
        """Return what to raise after the worker closed its end: how it ended, as far as known."""
        status = self.process.wait(1.0)
        if status is None:
            return WorkerGone("exited", "it closed its connection to the grader")
        number = -status if status < 0 else status - 128
        if number == signal.SIGXCPU:
            return WorkerGone("timeout", "it used up its processor time")
        if 0 < number < signal.NSIG:
            return WorkerGone("exited", f"the process was ended by {signal.Signals(number).name}")
        return WorkerGone("exited", f"the process ended with exit status {status}")
