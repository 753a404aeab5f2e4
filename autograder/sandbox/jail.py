"""The walls around a worker, from strong to weak, and the probe that finds the strongest that holds.

bubblewrap  namespaces, a read-only view of the runtime alone, seccomp, resource limits
landlock    no namespaces: Landlock leaves only the runtime readable; seccomp, resource limits
weak        resource limits alone: for work that the instructor trusts
"""

from __future__ import annotations

import contextlib
import json
import math
import os
import platform
import pwd
import shutil
import subprocess
import tempfile
import time
from dataclasses import dataclass, field

import numpy as np

from autograder.course.verdicts import CourseError
from autograder.sandbox import runtime, syscalls, wire
from autograder.sandbox.limits import Limits
from autograder.sandbox.process import WorkerGone, WorkerProcess

NAMES = ("bubblewrap", "landlock", "weak")
ROOT = "/runtime"
MIB = 1 << 20
# Which instructions numpy and its OpenBLAS use: the worker is to compute as the judge does, whatever was chosen there.
NUMERICS = ("OPENBLAS_CORETYPE", "NPY_DISABLE_CPU_FEATURES")
SPARE_UIDS = 1000  # more than any machine has grading processes
# Run as a cell inside a candidate: each attempt that succeeds is an open wall.
ATTEMPTS = """
import os, socket
def fork():
    if os.fork() == 0:
        os._exit(0)
def succeeded(canary):
    attempts = {
        "read a foreign file": lambda: open(canary).close(),
        "write a foreign file": lambda: open(canary, "a").close(),
        "write beside it": lambda: open(canary + ".new", "w").close(),
        "list processes": lambda: os.listdir("/proc"),
        "open a socket": lambda: socket.socket().close(),
        "start a process": fork,
        "signal the grader": lambda: os.kill(os.getppid(), 0),
    }
    done = []
    for name, attempt in attempts.items():
        try:
            attempt()
        except OSError:
            continue
        done.append(name)
    return done
"""


@dataclass(frozen=True)
class Tier:
    """One kind of walls that was seen to hold; starts workers. It can be sent to other processes."""

    name: str
    explanation: str
    runtime: runtime.Runtime
    bubblewrap: str = ""
    program: bytes = field(default=b"", repr=False)
    uid: int | None = None

    def start(self, limits: Limits, descriptor: int, output: int) -> subprocess.Popen:
        """Start a worker: protocol on descriptor, printed text to output. It runs no student code yet."""
        folder = self.runtime.folder
        outside = self.name == "landlock"
        configuration = json.dumps({
            "descriptor": descriptor,
            "output_bytes": limits.output_kib * 1024,
            "cell_seconds": 0.9 * limits.cell_seconds,
            "resources": _resources(limits, self.name == "bubblewrap" or self.uid is not None),
            "readable": [folder] if outside else [],
            "program": self.program.hex() if outside else "",
        })
        options = {"stdin": subprocess.DEVNULL, "stdout": output, "stderr": output, "env": numerics(), "cwd": "/",
                   "start_new_session": True}
        if self.uid is not None:
            own = self.worker_uid()
            options |= {"user": own, "group": own, "extra_groups": []}
        if self.name != "bubblewrap":
            return subprocess.Popen(self.runtime.command(folder, configuration), pass_fds=[descriptor], **options)
        with _file_of(self.program) as program:
            command = [*self._jail(limits, program.fileno()), *self.runtime.command(ROOT, configuration)]
            return subprocess.Popen(command, pass_fds=[descriptor, program.fileno()], **options)

    def worker_uid(self) -> int:
        """Return the uid of this process's workers: the threads and signals of two such users never meet."""
        return self.uid + os.getpid() % SPARE_UIDS

    def _jail(self, limits, program):
        """Return the bubblewrap part of the command."""
        chosen = [word for pair in numerics().items() for word in ("--setenv", *pair)]
        return [self.bubblewrap, "--unshare-all", "--unshare-user", "--disable-userns", "--new-session",
                "--die-with-parent", "--cap-drop", "ALL", "--clearenv", *chosen, "--hostname", "worker",
                "--ro-bind", self.runtime.folder, ROOT, "--size", str(limits.scratch_mib * MIB),
                "--tmpfs", "/tmp", "--remount-ro", "/", "--chdir", "/tmp", "--seccomp", str(program), "--"]


def numerics() -> dict[str, str]:
    """Return the judge's choice of numpy's instructions, all that a worker's environment holds."""
    return {name: os.environ[name] for name in NUMERICS if name in os.environ}


def probe(allow_weak_isolation: bool = False, names: tuple[str, ...] = NAMES) -> Tier:
    """Return the strongest of the named tiers that holds here, found by trying.

    Raises CourseError when none does; "weak" is tried only where it is allowed.
    """
    failures = []
    files = runtime.prepare()
    for name in names:
        if name == "weak" and not allow_weak_isolation:
            continue
        try:
            tier = _candidate(name, files)
            _try(tier)
            return tier
        except (OSError, ImportError, RuntimeError, WorkerGone) as error:
            failures.append(f"{name}: {error}")
    raise CourseError("no safe way to run student code was found", f"{platform.system()} ({'; '.join(failures)})",
                      "Install bubblewrap (0.8 or later) and libseccomp, or grade on a Linux machine; "
                      "--allow-weak-isolation grades work that you trust.")


def _candidate(name: str, files: runtime.Runtime) -> Tier:
    """Return a tier that has not been tried. Raises OSError, ImportError or RuntimeError."""
    uid = _spare_uids() if os.geteuid() == 0 else None
    who = f", as spare uids from {uid}" if uid is not None else ""
    if name == "bubblewrap":
        path = shutil.which("bwrap")
        if path is None:
            raise FileNotFoundError("bwrap is not installed")
        text = f"bubblewrap namespaces, seccomp and resource limits{who}"
        return Tier(name, text, files, path, syscalls.program(may_execute=True), uid)
    if name == "landlock":
        text = f"Landlock, seccomp and resource limits, no namespaces{who}"
        return Tier(name, text, files, "", syscalls.program(may_execute=False), uid)
    return Tier(name, f"resource limits only{who}: student code can read and change files", files, uid=uid)


def _try(tier: Tier) -> None:
    """Start a worker and attack the walls from inside. Raises WorkerGone or RuntimeError."""
    limits = Limits()
    worker = WorkerProcess(tier, limits)
    try:
        worker.wait_until_ready()
        deadline = time.monotonic() + limits.start_seconds
        source = np.frombuffer(ATTEMPTS.encode(), np.uint8)
        worker.exchange({"request": "load", "cell": "probe", "source": source, "released": []}, deadline)
        if tier.name == "weak":
            return
        with tempfile.TemporaryDirectory() as folder:
            canary = f"{folder}/canary"
            open(canary, "w").close()
            for path in (folder, canary):
                os.chmod(path, 0o777)  # so that only the walls, not the mode, can refuse
            reply = worker.exchange({"request": "call", "target": [wire.Handle("succeeded")],
                                     "arguments": (canary,), "keywords": {}, "observe": False,
                                     "released": []}, deadline)
        if reply.get("value") != []:
            raise RuntimeError(f"student code could still {reply.get('value', reply)}")
    except WorkerGone as error:
        raise RuntimeError(f"{error.message} {worker.output.decode(errors='replace')[-300:]}".strip()) from None
    finally:
        worker.close()


def _resources(limits: Limits, own_uid: bool) -> dict[str, int]:
    """Return the resource limits of a worker. own_uid: no process outside counts against it."""
    threads = limits.threads if own_uid else limits.threads + _tasks_of_user()
    return {"RLIMIT_AS": limits.memory_mib * MIB, "RLIMIT_FSIZE": limits.file_mib * MIB,
            "RLIMIT_NOFILE": limits.open_files, "RLIMIT_NPROC": threads, "RLIMIT_CORE": 0,
            "RLIMIT_CPU": math.ceil(limits.submission_seconds) + 1, "RLIMIT_MSGQUEUE": 0}


def _tasks_of_user() -> int:
    """Return how many threads this user runs now: the kernel counts them all against RLIMIT_NPROC."""
    count = 0
    for entry in os.scandir("/proc"):
        with contextlib.suppress(OSError):
            if entry.name.isdigit() and entry.stat().st_uid == os.getuid():
                count += len(os.listdir(f"/proc/{entry.name}/task"))
    return count


def _spare_uids() -> int:
    """Return the first of SPARE_UIDS high uids that nobody has."""
    taken = {entry.pw_uid for entry in pwd.getpwall()}
    return next(first for first in range(64000, 60000, -1)
                if taken.isdisjoint(range(first, first + SPARE_UIDS)))


@contextlib.contextmanager
def _file_of(content: bytes):
    """Yield an open file in memory with this content."""
    with os.fdopen(os.memfd_create("seccomp"), "w+b") as file:
        file.write(content)
        file.seek(0)
        yield file
