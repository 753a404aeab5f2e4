"""What workers of one nursery share is nothing that a student can use: no memory, descriptor, signal or clock."""

import os
import platform
import random
import signal
import sys
import time
from contextlib import contextmanager, suppress
from pathlib import Path

import numpy as np
import pytest
from running import UNIT, walls

from autograder.authoring.misconceptions import load_misconceptions
from autograder.course.verdicts import StudentError
from autograder.grading import sample_class
from autograder.grading.judge import Settings, grade
from autograder.sandbox import jail, runtime, starting
from autograder.sandbox.client import SandboxedStudent
from autograder.sandbox.limits import Limits
from autograder.sandbox.process import WorkerNotReady
from autograder.submissions.submission import open_submission

MARK = "a-mark-of-the-first-child-83b1"
CELLS = [("spy", '''
import builtins, ctypes, gc, os, random, resource, signal, stat, struct, sys
import numpy as np
import fcntl
LIBC = ctypes.CDLL(None, use_errno=True)
def call(number, *arguments):
    """Return "done", or the number of the error of a system call."""
    ctypes.set_errno(0)
    return "done" if LIBC.syscall(number, *arguments) >= 0 else ctypes.get_errno()

def spoil():
    """Change whatever this process shares with the one that it was forked from."""
    np.pi = 3.0
    np.sum = np.zeros = builtins.len = builtins.isinstance = lambda *a, **k: 0
    for name in ("worker", "wire", "walls", "nursery", "standins", "socket"):
        if name in sys.modules:
            vars(sys.modules[name]).update(dict.fromkeys(list(vars(sys.modules[name])), None))
    sys.path[:] = ["/tmp"]
    sys.setrecursionlimit(50)
    os.environ["SPOILED"] = "1"
    ctypes.memset(id(1.5) + 16, 0, 8)
    return 1
def spoiled():
    return [float(np.pi), float(np.sum(np.ones(3))), len("abc"), 0.5 + 1.0, sys.getrecursionlimit(),
            "SPOILED" in os.environ, "/tmp" in sys.path]

def found(mark):
    """Return how often a text stands in what the collector, the frames and the modules can reach."""
    seen, names = 0, [vars(module) for module in list(sys.modules.values()) if module]
    frame = sys._getframe()
    while frame:
        names.append(frame.f_locals)
        frame = frame.f_back
    for thing in [*gc.get_objects(), *names]:
        for item in (list(thing.values()) if isinstance(thing, dict) else list(thing)
                     if isinstance(thing, (list, tuple, set)) else ()):
            seen += isinstance(item, (str, bytes)) and str(item).count(mark) and item is not mark
    return seen

def readings(read):
    """Return when some files and folders that all workers see were read; read: read them now."""
    folder = os.path.dirname(os.__file__)
    paths = [folder, *(os.path.join(folder, name) for name in sorted(os.listdir(folder))[:40])]
    for path in paths * read:
        os.listdir(path) if os.path.isdir(path) else open(path, "rb").read(1)
    return [float(os.stat(path).st_atime) for path in paths]

def descriptors():
    kinds = []
    for number in range(1024):
        try:
            mode = os.fstat(number).st_mode
        except OSError:
            continue
        kinds.append((number, "socket" if stat.S_ISSOCK(mode) else "pipe" if stat.S_ISFIFO(mode) else
                      "device" if stat.S_ISCHR(mode) else "other"))
    return kinds
def unblock():
    """Make every descriptor non-blocking, in both ways; the judge's socket last, so that this reply still goes."""
    for number, _ in descriptors():
        try:
            fcntl.fcntl(number, fcntl.F_SETFL, fcntl.fcntl(number, fcntl.F_GETFL) | os.O_NONBLOCK | os.O_APPEND)
            fcntl.ioctl(number, 0x5421, struct.pack("i", 1))
        except OSError:
            pass
    return 1
def flags():
    return [fcntl.fcntl(number, fcntl.F_GETFL) & (os.O_NONBLOCK | os.O_APPEND) for number, _ in descriptors()]

def reach():
    """Try every way to another process that this architecture has; return those that succeeded."""
    parent, here = os.getppid(), os.getpid()
    buffer = ctypes.create_string_buffer(64)
    vector = struct.pack("QQ", ctypes.addressof(buffer), 64)
    info = ctypes.create_string_buffer(128)
    tries = {
        "shmget": (29, 1, 4096, 0o1666), "semget": (64, 1, 1, 0o1666), "msgget": (68, 1, 0o1666),
        "mq_open": (240, b"queue", os.O_RDWR | os.O_CREAT, 0o666, None), "kill": (62, parent, 0),
        "kill all": (62, -1, 0), "tkill": (200, parent, 0), "tgkill": (234, parent, parent, 0),
        "rt_sigqueueinfo": (129, parent, 10, info), "pidfd_open": (434, parent, 0), "ptrace": (101, 16, parent, 0, 0),
        "ptrace seize": (101, 0x4206, parent, 0, 0), "trace me": (101, 0, 0, 0, 0),
        "process_vm_readv": (310, parent, vector, 1, vector, 1, 0),
        "process_vm_writev": (311, parent, vector, 1, vector, 1, 0), "kcmp": (312, here, parent, 0, 0, 0),
        "pidfd_getfd": (438, 3, 0, 0), "setpgid": (109, 0, parent), "setsid": (112,),
        "prlimit": (302, parent, 7, 0, info), "fork": (57,), "vfork": (58,),
        "sched_setaffinity": (203, parent, 8, vector), "setpriority": (141, 0, parent, 5),
        "clone": (56, 17, 0, 0, 0, 0), "clone3": (435, info, 64), "unshare": (272, 0x10000), "execve": (59, b"/", 0, 0),
        "sendmsg": (46, 3, info, 0), "recvmsg": (47, 3, info, 0), "socket": (41, 1, 1, 0), "seccomp": (317, 1, 0, info),
        "no death signal": (157, 1, 0, 0, 0, 0), "not dumpable": (157, 4, 0, 0, 0, 0), "memfd": (319, b"a", 0),
        "io_uring": (425, 4, info), "keyctl": (250, 0, -3, 0), "add_key": (248, b"user", b"a", b"b", 1, -3),
        "userfaultfd": (323, 0), "perf": (298, info, 0, -1, -1, 0), "bpf": (321, 0, info, 64),
        "timer": (222, 0, 0, info), "landlock": (444, info, 8, 0),
        "mount": (165, b"a", b"/", b"tmpfs", 0, 0), "nice": (141, 0, 0, 5),
    }
    found = [name for name, words in tries.items() if call(*words) == "done"]
    for path in (f"/proc/{parent}/mem", f"/proc/{parent}/fd", f"/proc/{parent}/environ", "/proc/self/mem", "/dev/shm",
                 "/dev/mqueue", "/proc/self/oom_score_adj"):
        try:
            os.close(os.open(path, os.O_RDONLY))
            found.append(path)
        except OSError:
            pass
    return found

LIMITED = "RLIMIT_NOFILE", "RLIMIT_AS", "RLIMIT_STACK"
def linger():
    """Ask for alarms, take what limits allow away, and turn signals off."""
    signal.setitimer(signal.ITIMER_REAL, 0.2)
    signal.setitimer(signal.ITIMER_PROF, 0.2)
    for name in LIMITED:
        resource.setrlimit(getattr(resource, name), (resource.getrlimit(getattr(resource, name))[0] // 2,) * 2)
    for number in range(1, 32):
        try:
            signal.signal(number, signal.SIG_IGN)
        except OSError:
            pass
    return 1
def lingering():
    return [signal.getitimer(signal.ITIMER_REAL), signal.getitimer(signal.ITIMER_PROF),
            *(resource.getrlimit(getattr(resource, name)) for name in LIMITED),
            [signal.getsignal(number) == signal.SIG_IGN for number in (10, 15, 2)], os.umask(0)]
def drawn():
    return [random.random(), float(np.random.rand()), list({"ada", "grace", "alan", "emmy"})]
def process():
    return os.getpid()
def keep(text):
    global KEPT
    KEPT = [text + "!"]
    return len(KEPT)
def endless():
    while True:
        pass
def leave():
    os._exit(3)
''')]
LIMITS = Limits(call_seconds=3)


@contextmanager
def child(tier, limits=LIMITS):
    with SandboxedStudent(CELLS, limits, tier) as student:
        yield student


def nursery():
    """Return the one idle nursery of this thread."""
    return starting.OWN.nursery


# Each takes a tier and attacks; each runs as root and as an ordinary user, behind bubblewrap and behind Landlock.


def memory_belongs_to_one_child(tier):
    with child(tier) as first:
        clean = first.spoiled()
        with suppress(StudentError):  # it may well have spoiled its own way back
            first.spoil()
    used = nursery()
    with child(tier) as second:
        assert second._session.worker.process.nursery is used
        assert second.spoiled() == clean
        assert clean[:5] == [np.pi, 3.0, 3, 1.5, 1000]


def nothing_of_a_sibling_is_in_memory(tier):
    with child(tier) as first:
        assert first.keep(MARK) == 1
        assert first.found(MARK + "!") > 0
    with child(tier) as second:
        assert second.found(MARK + "!") == 0


def no_descriptor_leads_anywhere_else(tier):
    with child(tier) as first:
        before = first.flags()
        assert first.descriptors() == [(0, "device"), (1, "pipe"), (2, "pipe"), (3, "socket")]
        assert first.unblock() == 1
    used = nursery()
    with child(tier) as second:
        assert second._session.worker.process.nursery is used
        assert second.flags() == before == [0, 0, 0, 0]


def what_was_read_leaves_no_trace(tier):
    with child(tier) as first:
        before = first.readings(0)
        assert first.readings(1) == before
    assert min(before) > time.time()
    with child(tier) as second:
        assert second.readings(0) == before


def no_other_process_can_be_reached(tier):
    if platform.machine() != "x86_64":
        pytest.skip("the system calls are written down by their numbers on x86-64")
    with child(tier) as student:
        assert student.reach() == []


def clocks_limits_and_signals_die_with_a_child(tier):
    with child(tier) as first:
        before = first.lingering()
        first.linger()
        time.sleep(0.3)
    used = nursery()
    with child(tier) as second:
        assert second._session.worker.process.nursery is used
        after = second.lingering()
        assert after[2:] == before[2:]
        assert after[:2] == [(0.0, 0.0), (0.0, 0.0)]


def siblings_draw_the_same_numbers(tier):
    drawn = []
    for _ in range(2):
        with child(tier) as student:
            drawn.append(student.drawn())
    assert drawn[0] == drawn[1]


def one_child_lives_at_a_time_and_leaves_nothing(tier):
    with child(tier, Limits(call_seconds=0.1, patience=180)) as first:
        assert first.process() > 0
        pid, used = first._session.worker.process.pid, first._session.worker.process.nursery
        with child(tier) as other:  # a second one at the same time comes from another nursery
            assert other.process() > 0
            assert other._session.worker.process.nursery is not used
        with pytest.raises(StudentError):
            first.endless()
    assert not Path(f"/proc/{pid}").exists() or "Z" in Path(f"/proc/{pid}/stat").read_text().split()[2]


def a_child_that_leaves_costs_its_siblings_nothing(tier):
    with child(tier) as first:
        with pytest.raises(StudentError) as left:
            first.leave()
        assert "exit status 3" in left.value.message
        used = nursery()
        assert first.process() > 0
        assert first._session.worker.process.nursery is used
    with child(tier) as second:
        assert second.process() > 0


ATTACKS = [memory_belongs_to_one_child, nothing_of_a_sibling_is_in_memory, no_descriptor_leads_anywhere_else,
           what_was_read_leaves_no_trace, no_other_process_can_be_reached,
           clocks_limits_and_signals_die_with_a_child, siblings_draw_the_same_numbers,
           one_child_lives_at_a_time_and_leaves_nothing, a_child_that_leaves_costs_its_siblings_nothing]


@pytest.fixture(scope="module", params=["bubblewrap", "landlock"])
def tier(request):
    yield walls(request.param, "nursery")
    starting.close_all()


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.__name__)
def test_siblings_of_a_nursery_never_meet(tier, attack):
    attack(tier)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become another user; for others all tests are this one")
def test_siblings_of_an_ordinary_users_nursery_never_meet(tier):
    files = runtime.prepare()
    process = os.fork()
    if process == 0:
        try:
            os.setgroups([])
            os.setresgid(65534, 65534, 65534)
            os.setresuid(65534, 65534, 65534)
            own = jail._candidate(tier.name, files, "nursery")
            for attack in ATTACKS:
                attack(own)
            os._exit(0)
        except BaseException as error:
            print(repr(error), file=sys.__stderr__, flush=True)
        os._exit(99)
    assert os.waitstatus_to_exitcode(os.waitpid(process, 0)[1]) == 0


def test_a_nursery_ends_after_its_last_child(tier, monkeypatch):
    monkeypatch.setattr(starting, "CHILDREN", 3)
    starting.close_all()
    used = []
    for _ in range(4):
        with child(tier) as student:
            assert student.process() > 0
            used.append(student._session.worker.process.nursery)
    assert used[0] is used[1] is used[2] is not used[3]
    assert used[0].process.poll() is not None


def test_a_nursery_that_died_is_replaced(tier):
    with child(tier) as student:
        assert student.process() > 0
    used = nursery()
    os.killpg(used.process.pid, signal.SIGKILL)
    used.process.wait(5)
    with child(tier) as student:
        assert student.process() > 0
        assert student._session.worker.process.nursery is not used


def test_a_child_dies_with_its_nursery_and_the_submission_goes_on(tier):
    with child(tier) as student:
        assert student.process() > 0
        os.killpg(student._session.worker.process.nursery.process.pid, signal.SIGKILL)
        with pytest.raises(StudentError):
            student.endless()
        assert student.process() > 0


def test_a_nursery_that_does_not_bury_its_child_is_killed(tier, monkeypatch):
    monkeypatch.setattr(starting, "END_SECONDS", 0.3)
    with child(tier) as student:
        assert student.process() > 0
        used, pid = student._session.worker.process.nursery, student._session.worker.process.pid
        parent = int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])
        os.kill(parent, signal.SIGSTOP)
    assert used.process.returncode is not None
    assert getattr(starting.OWN, "nursery", None) is not used


def test_a_word_that_nobody_waits_for_ends_a_nursery(tier):
    with child(tier) as student:
        assert student.process() > 0
    used = nursery()
    starting.socket.send_fds(used.control, [b"{}"], [])  # no descriptors: it ends, as it would for any surprise
    used.process.wait(5)
    with child(tier) as student:
        assert student.process() > 0
    assert nursery() is not used


def test_a_nursery_that_never_starts_is_not_the_students_fault(tier, monkeypatch):
    monkeypatch.setattr(starting, "ANSWER_SECONDS", 0.001)
    starting.close_all()
    with pytest.raises(WorkerNotReady, match="did not start"), child(tier):
        pass
    assert not [nursery for nursery in starting.LIVING if nursery.is_open]


def outcome(course, unit, answers, tier, folder):
    """Return all of a result but who ran it, and how long that took."""
    path = folder / "ann" / unit.name / f"{unit.name}.ipynb"
    sample_class.write_notebook(path, unit, answers)
    result = grade(open_submission(path, unit, "ann"), Settings(course.root, tier, b"secret of a batch"))
    return result.exercises, result.notes


@pytest.mark.parametrize("name", [UNIT, "u02_gradient_descent", "u05_two_layer_net"])
def test_both_ways_give_the_same_results(name, course, tmp_path, tier):
    unit, other = course.unit(name), walls(tier.name, "exec")
    right = sample_class.right_answers(course, unit)
    wrong = random.Random(3).sample(list(load_misconceptions(name)), 4)
    for answers in [right, *(right | {item.exercise: sample_class.as_answer(item)} for item in wrong)]:
        assert outcome(course, unit, answers, tier, tmp_path) == outcome(course, unit, answers, other, tmp_path)


def test_both_ways_draw_the_same_numbers(tier):
    with child(tier) as one, child(walls(tier.name, "exec")) as other:
        assert one.drawn() == other.drawn()
