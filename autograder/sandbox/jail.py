"""The walls around a worker, from strong to weak, and the probe that finds the strongest that holds.

bubblewrap  namespaces, a read-only view of the runtime alone, seccomp, resource limits
landlock    no namespaces: Landlock leaves only the runtime readable; seccomp, resource limits
chroot      neither of them, for root alone (a container): the runtime is the worker's whole tree, which belongs to
            root, and the worker a spare uid; seccomp, resource limits
weak        resource limits alone: for work that the instructor trusts
"""

from __future__ import annotations

import contextlib
import functools
import json
import math
import os
import platform
import shutil
import subprocess
import tempfile
from dataclasses import dataclass, field

import numpy as np

from autograder.course.settings import FILE
from autograder.course.verdicts import CourseError
from autograder.sandbox import runtime, starting, syscalls, uids, wire
from autograder.sandbox.clock import Deadline
from autograder.sandbox.limits import Limits
from autograder.sandbox.process import WorkerGone, WorkerProcess
from autograder.sandbox.starting import Executed, Forked

NAMES = ("bubblewrap", "landlock", "chroot", "weak")
WAYS = ("nursery", "exec")  # each worker is a fork of a nursery, or a program of its own
HASH_SEED = {"PYTHONHASHSEED": "1"}  # the order of a set of texts is the same in every worker
MIB = 1 << 20
# Which instructions numpy and its OpenBLAS use: the worker is to compute as the judge does, whatever was chosen there.
NUMERICS = ("OPENBLAS_CORETYPE", "NPY_DISABLE_CPU_FEATURES")
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
        "empty a foreign file": lambda: os.truncate(canary, 0),
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
    """One kind of walls that was seen to hold; starts workers in one of WAYS. It can be sent to other processes.

    program: the path of what raises the walls from outside, if anything does: bubblewrap, chroot.
    strict: the system calls of a worker, outer: of what comes before it, bubblewrap or a nursery; as seccomp programs.
    """

    name: str
    explanation: str
    runtime: runtime.Runtime
    way: str = "exec"
    uid: int | None = None
    program: str = ""
    strict: bytes = field(default=b"", repr=False)
    outer: bytes = field(default=b"", repr=False)

    def __str__(self):
        return f"{self.name} ({self.way})"

    def start(self, limits: Limits, descriptor: int, output: int) -> Executed | Forked:
        """Start a worker: protocol on descriptor, printed text to output. It runs no student code yet."""
        request = {
            "cell_seconds": 0.9 * limits.cell_seconds,
            "resources": self._resources(limits),
        }
        if self.way == "nursery":
            with open(os.devnull, "rb") as nothing:
                return starting.fork(self, json.dumps(request).encode(), [descriptor, output, nothing.fileno()])
        return Executed(self._run("worker", self._settings(descriptor) | request, descriptor, output))

    def start_nursery(self, descriptor: int, output: int) -> subprocess.Popen:
        """Start a nursery, which takes requests at descriptor and prints to output what keeps it from starting."""
        return self._run("nursery", self._settings(descriptor), descriptor, output)

    def worker_uid(self) -> int:
        """Return the uid of this thread's workers: the threads and signals of two such users never meet."""
        return self.uid + uids.number()

    def _settings(self, descriptor: int) -> dict:
        """Return what a process must know to raise the walls that are not there yet when it starts."""
        readable = [self.runtime.folder] if self.name == "landlock" else []
        alone = self.name in ("landlock", "chroot")  # bubblewrap ends its jail with its parent, and filters it
        return {"descriptor": descriptor, "parent": os.getpid() if alone else 0, "readable": readable,
                "program": self.strict.hex(), "own_program": self.outer.hex() if alone else ""}

    def _run(self, module: str, settings: dict, descriptor: int, output: int) -> subprocess.Popen:
        """Start a module of the worker's code behind the walls that are raised from outside."""
        configuration = json.dumps(settings)
        options = {"stdin": subprocess.DEVNULL, "stdout": output, "stderr": output, "env": self.environment(),
                   "cwd": "/", "start_new_session": True}
        if self.name == "chroot":
            own = self.worker_uid()
            command = [self.program, f"--userspec={own}:{own}", "--groups=", self.runtime.folder,
                       *self.runtime.command(runtime.ROOT, module, configuration)]
            return subprocess.Popen(command, pass_fds=[descriptor], **options)
        become, changes = self._other_user() if self.uid is not None else ([], {})
        options |= changes
        if self.name != "bubblewrap":
            command = [*become, *self.runtime.command(self.runtime.folder, module, configuration)]
            return subprocess.Popen(command, pass_fds=[descriptor], **options)
        with _file_of(self.outer) as filters:
            command = [*become, *self._jail(filters.fileno()),
                       *self.runtime.command(runtime.ROOT, module, configuration)]
            return subprocess.Popen(command, pass_fds=[descriptor, filters.fileno()], **options)

    def _other_user(self) -> tuple[list[str], dict]:
        """Return the begin of a command whose rest runs as this thread's spare user, and what Popen is to do for it.

        Python changes the user in a copy of the whole grader, which takes the longer the larger that is.
        """
        own, program = self.worker_uid(), _user_changer()
        if program is None:
            return [], {"user": own, "group": own, "extra_groups": []}
        return [program, f"--reuid={own}", f"--regid={own}", "--clear-groups", "--"], {}

    def _jail(self, filters: int) -> list[str]:
        """Return the bubblewrap part of the command."""
        chosen = [word for pair in self.environment().items() for word in ("--setenv", *pair)]
        return [self.program, "--unshare-all", "--unshare-user", "--disable-userns", "--new-session",
                "--die-with-parent", "--cap-drop", "ALL", "--clearenv", *chosen, "--hostname", "worker",
                "--ro-bind", self.runtime.folder, runtime.ROOT, "--remount-ro", "/", "--seccomp", str(filters), "--"]

    def environment(self) -> dict[str, str]:
        """Return all that a worker's environment holds: the judge's choice of numpy's instructions, and a hash seed."""
        return HASH_SEED | {name: os.environ[name] for name in NUMERICS if name in os.environ}

    def _resources(self, limits: Limits) -> dict[str, int]:
        """Return the resource limits of a worker."""
        alone = self.name == "bubblewrap" or self.uid is not None  # no process outside counts against it
        threads = limits.threads + (self.way == "nursery") + (0 if alone else _tasks_of_user())
        return {"RLIMIT_AS": limits.memory_mib * MIB, "RLIMIT_FSIZE": 0, "RLIMIT_NOFILE": limits.open_files,
                "RLIMIT_NPROC": threads, "RLIMIT_CORE": 0, "RLIMIT_MSGQUEUE": 0,
                "RLIMIT_CPU": math.ceil(limits.submission_seconds) + 1}


def probe(allow_weak_isolation: bool = False, names: tuple[str, ...] = NAMES,
          ways: tuple[str, ...] = WAYS) -> Tier:
    """Return the strongest of the named tiers that holds here, found by trying, with the first way that works in it.

    Raises CourseError when none does; "weak" is tried only where it is allowed, and in its one way.
    """
    failures = []
    files = runtime.prepare()
    for name in names:
        if name == "weak" and not allow_weak_isolation:
            continue
        for way in ways if name != "weak" else ("exec",):
            try:
                tier = _candidate(name, files, way)
                _try(tier)
                return tier
            except (OSError, ImportError, RuntimeError, WorkerGone) as error:
                notes = " ".join(getattr(error, "__notes__", []))
                failures.append(f"{name} ({way}): {error} {notes}".strip())
    raise CourseError("no safe way to run student code was found", f"{platform.system()} ({'; '.join(failures)})",
                      "Install bubblewrap (0.8 or later) and libseccomp, or grade on a Linux machine (in a container "
                      "as root); --allow-weak-isolation grades work that you trust.")


def _candidate(name: str, files: runtime.Runtime, way: str = "exec") -> Tier:
    """Return a tier that has not been tried. Raises OSError, ImportError or RuntimeError."""
    uid = uids.first() if os.geteuid() == 0 else None
    nursery = way == "nursery"
    who = f", as spare uids from {uid}" if uid is not None else ""
    if name == "weak":
        return Tier(name, f"resource limits only{who}: student code can read and change files", files, way, uid)
    strict, within = (syscalls.program(may_execute=False, nursery=own) for own in (False, nursery))
    if name == "bubblewrap":
        return Tier(name, f"bubblewrap namespaces, seccomp and resource limits{who}", files, way, uid, _found("bwrap"),
                    strict, syscalls.program(may_execute=True, nursery=nursery))
    if name == "landlock":
        return Tier(name, f"Landlock, seccomp and resource limits, no namespaces{who}", files, way, uid, "", strict,
                    within)
    if uid is None:
        raise PermissionError("only root can change the root folder")
    return Tier(name, f"a root folder of its own, seccomp and resource limits{who}", files, way, uid, _found("chroot"),
                strict, within)


@functools.cache
def _user_changer() -> str | None:
    """Return the path of util-linux's setpriv, None where it is missing, or is another one that cannot do as much."""
    program = shutil.which("setpriv")
    command = [program, "--reuid=0", "--regid=0", "--clear-groups", "--", "true"]
    works = program is not None and subprocess.run(command, capture_output=True).returncode == 0
    return program if works else None


def _found(program: str) -> str:
    """Return the path of a program. Raises FileNotFoundError."""
    path = shutil.which(program)
    if path is None:
        raise FileNotFoundError(f"{program} is not installed")
    return path


def _try(tier: Tier) -> None:
    """Start a worker and attack the walls from inside. Raises WorkerGone, RuntimeError or OSError."""
    limits = Limits()
    worker = WorkerProcess(tier, limits)
    try:
        worker.wait_until_ready()
        deadline = Deadline(limits.start_seconds)
        source = np.frombuffer(ATTEMPTS.encode(), np.uint8)
        worker.exchange({"request": "load", "cell": "probe", "source": source, "packages": [],
                         "released": []}, deadline)
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
        for package in tier.runtime.packages:
            require_package(worker, package, deadline)
    except WorkerGone as error:
        raise RuntimeError(f"{error.message} {worker.output.decode(errors='replace')[-300:]}".strip()) from None
    finally:
        worker.close()
        starting.close_idle()


def require_package(worker: WorkerProcess, package: str, deadline: Deadline) -> None:
    """Raise CourseError unless a cell behind these walls can import a package that the course allows."""
    source = np.frombuffer(f"import {package}".encode(), np.uint8)
    reply = worker.exchange({"request": "load", "cell": package, "source": source, "packages": [package],
                             "released": []}, deadline)
    if reply.get("reply") != "loaded":
        raise CourseError(f"`packages` allows {package}, which cannot be imported in the sandbox "
                          f"({reply.get('message', 'no reason given')}).", FILE,
                          "Take it out: no answer that uses it could be graded.")


def _tasks_of_user() -> int:
    """Return how many threads this user runs now: the kernel counts them all against RLIMIT_NPROC."""
    count = 0
    for entry in os.scandir("/proc"):
        with contextlib.suppress(OSError):
            if entry.name.isdigit() and entry.stat().st_uid == os.getuid():
                count += len(os.listdir(f"/proc/{entry.name}/task"))
    return count


@contextlib.contextmanager
def _file_of(content: bytes):
    """Yield an open file in memory with this content."""
    with os.fdopen(os.memfd_create("seccomp"), "w+b") as file:
        file.write(content)
        file.seek(0)
        yield file
