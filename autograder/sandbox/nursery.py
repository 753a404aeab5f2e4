"""A process that forks one worker for each submission: Python and numpy are loaded once, the walls raised each time.

Runs inside the walls, in a Python of its own, and never sees a course, a check or a student: only its children do, one
at a time. A child keeps nothing that leads back: its socket, its output and its /dev/null come from the judge, all
other descriptors are closed. Whatever is not as expected ends this process; the judge then starts another.
"""

from __future__ import annotations

import gc
import json
import os
import socket

import walls
import worker

REQUEST_BYTES = 4096
CHANNEL = 3  # the descriptor of the judge's socket in a child


def main(configuration: str) -> None:
    """Raise the walls, report ready, and fork a worker for each request until the judge closes the connection."""
    settings = json.loads(configuration)
    # Family, type and protocol are said, because asking the kernel for them is refused here.
    control = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET, 0, settings["descriptor"])
    worker.prepare()
    if settings["parent"]:
        walls.die_with_parent(settings["parent"])
        if settings["readable"]:
            walls.restrict_files(settings["readable"])
        walls.filter_calls(bytes.fromhex(settings["own_program"]))
    gc.collect()
    gc.freeze()  # a child that collects garbage would copy every page of this process
    control.sendmsg([b"ready"])
    while True:
        request, descriptors, flags, _ = socket.recv_fds(control, REQUEST_BYTES, 3)
        if not request:
            os._exit(0)
        if len(descriptors) != 3 or flags & (socket.MSG_TRUNC | socket.MSG_CTRUNC):
            os._exit(2)
        serve(control, settings, json.loads(request), descriptors)


def serve(control: socket.socket, settings: dict, request: dict, descriptors: list[int]) -> None:
    """Fork one worker, give the judge a descriptor of it, wait for its end and report how it ended."""
    walls.require_one_thread()
    parent = os.getpid()
    child = os.fork()
    if child == 0:
        try:
            control.detach()
            become_worker(settings | request, descriptors, parent)
        finally:
            os._exit(1)
    for descriptor in descriptors:
        os.close(descriptor)
    handle = os.pidfd_open(child)
    socket.send_fds(control, [b"forked"], [handle])
    os.close(handle)
    status = os.waitpid(child, 0)[1]
    control.sendmsg([b"ended %d" % os.waitstatus_to_exitcode(status)])


def become_worker(settings: dict, descriptors: list[int], parent: int) -> None:
    """Leave everything of the nursery behind, raise the walls of a worker, and serve the judge."""
    channel, output, nothing = descriptors
    for source, target in ((nothing, 0), (output, 1), (output, 2), (channel, CHANNEL)):
        os.dup2(source, target)
    os.closerange(CHANNEL + 1, os.sysconf("SC_OPEN_MAX"))
    os.setsid()
    walls.die_with_parent(parent)  # a fork does not inherit the wish
    worker.serve(settings | {"descriptor": CHANNEL})
