"""The walls that a worker raises around itself before it sees any student code.

Runs inside the worker, so it imports the standard library alone. The three Landlock calls go through
ctypes: the one binding on PyPI is a pre-release (1.0.0.dev5) that knows file rights only, neither the
network rights (ABI 4) nor the scopes (ABI 6), and it would have to be readable inside the jail.
"""

from __future__ import annotations

import ctypes
import functools
import os
import resource

NO_NEW_PRIVILEGES, SECCOMP, SECCOMP_FILTER, PARENT_DEATH_SIGNAL = 38, 22, 2, 1
CREATE_RULESET, ADD_RULE, RESTRICT_SELF = 444, 445, 446
ABI_VERSION, PATH_BENEATH = 1, 1
CLONE_THREAD = 0x00010000
READ_FILE, READ_FOLDER = 1 << 2, 1 << 3


class Ruleset(ctypes.Structure):
    """struct landlock_ruleset_attr."""

    _fields_ = [("files", ctypes.c_uint64), ("network", ctypes.c_uint64), ("scopes", ctypes.c_uint64)]


class Beneath(ctypes.Structure):
    """struct landlock_path_beneath_attr."""

    _pack_, _layout_ = 1, "ms"  # the layout that packs; Python 3.14 wants its name
    _fields_ = [("rights", ctypes.c_uint64), ("folder", ctypes.c_int32)]


class Program(ctypes.Structure):
    """struct sock_fprog; one instruction has 8 bytes."""

    _fields_ = [("length", ctypes.c_ushort), ("instructions", ctypes.c_char_p)]


def limit_resources(limits: dict) -> None:
    """Set each resource limit for good: {"RLIMIT_AS": bytes}. A lower present limit stays."""
    for name, value in limits.items():
        number = getattr(resource, name)
        hard = resource.getrlimit(number)[1]
        value = value if hard == resource.RLIM_INFINITY else min(value, hard)
        # At the soft limit of processor time SIGXCPU says why the process ends; SIGKILL would not.
        resource.setrlimit(number, (value - 1 if name == "RLIMIT_CPU" else value, value))


def restrict_files(readable: list[str], newest: int = 99) -> None:
    """Leave these files and folders readable, nothing else, and nothing writable or executable.

    newest: the newest version of Landlock to ask for, as if the kernel were older.
    """
    libc = _libc()
    version = min(newest, _checked(libc.syscall(CREATE_RULESET, None, 0, ABI_VERSION), "landlock_abi"))
    attributes = Ruleset(*_handled(version))
    size = 8 if version < 4 else 16 if version < 6 else 24
    ruleset = _checked(libc.syscall(CREATE_RULESET, ctypes.byref(attributes), size, 0), "landlock_ruleset")
    for path in readable:
        descriptor = os.open(path, os.O_PATH | os.O_CLOEXEC)
        rights = READ_FILE | READ_FOLDER if os.path.isdir(path) else READ_FILE
        rule = Beneath(rights, descriptor)
        _checked(libc.syscall(ADD_RULE, ruleset, PATH_BENEATH, ctypes.byref(rule), 0), "landlock_rule")
        os.close(descriptor)
    forbid_new_privileges()
    _checked(libc.syscall(RESTRICT_SELF, ruleset, 0), "landlock_restrict")
    os.close(ruleset)


def filter_calls(program: bytes) -> None:
    """Load a seccomp program, for this process and for good; all programs that are loaded hold together."""
    forbid_new_privileges()
    instructions = Program(len(program) // 8, program)
    _checked(_libc().prctl(SECCOMP, SECCOMP_FILTER, ctypes.byref(instructions), 0, 0), "seccomp")


def forbid_new_privileges() -> None:
    """No program started from here gains rights."""
    _checked(_libc().prctl(NO_NEW_PRIVILEGES, 1, 0, 0, 0), "no_new_privileges")


def die_with_parent(parent: int) -> None:
    """Ask the kernel to kill this process when its parent dies; end at once if it is dead already."""
    _checked(_libc().prctl(PARENT_DEATH_SIGNAL, 9, 0, 0, 0), "parent_death_signal")
    if os.getppid() != parent:
        os._exit(1)


def require_one_thread() -> None:
    """Raise OSError if this process has more than one thread: unshare is a way to ask the kernel."""
    _checked(_libc().unshare(CLONE_THREAD), "unshare_thread")


def _handled(version: int) -> tuple[int, int, int]:
    """Return every right of files, network and scopes that this version of Landlock can withhold."""
    count = 13 + (version >= 2) + (version >= 3) + (version >= 5)
    return (1 << count) - 1, 3 if version >= 4 else 0, 3 if version >= 6 else 0


@functools.cache
def _libc():
    return ctypes.CDLL(None, use_errno=True)


def _checked(result: int, name: str) -> int:
    """Return the result of a system call. Raises OSError when it failed."""
    if result < 0:
        raise OSError(ctypes.get_errno(), f"{name}: {os.strerror(ctypes.get_errno())}")
    return result
