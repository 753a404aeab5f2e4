"""The walls: probed by trying, they hold in each tier, for root and for an ordinary user, and leave nothing behind."""

import json
import os
import pickle
import signal
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest
from running import BOTH_WAYS, STRONG, run_program, walls

from autograder.course.verdicts import CourseError, StudentError
from autograder.sandbox import jail, runtime, syscalls
from autograder.sandbox import walls as raised
from autograder.sandbox.client import SandboxedStudent
from autograder.sandbox.clock import Budget, innermost
from autograder.sandbox.limits import Limits

CELLS = [("tools", '''
import fcntl, os, socket, sys, threading, time
def lock(how):
    with open(os.__file__.removesuffix("c")) as file:  # one that all workers can read
        how(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
def attempt(name, *arguments):
    """Return "done" or the name of the error."""
    own = {"open": open, "socket": socket.socket, "mark": lambda path: os.setxattr(path, "user.a", b"1"),
           "flock": lambda: lock(fcntl.flock), "lockf": lambda: lock(fcntl.lockf)}
    function = own.get(name) or getattr(os, name)
    try:
        function(*arguments)
    except OSError as error:
        return type(error).__name__
    return "done"
def environment():
    return dict(os.environ)
def write(megabytes, files):
    count = 0
    for number in range(files):
        with open(f"/tmp/{number}", "wb") as file:
            for _ in range(megabytes):
                count += file.write(bytes(1 << 20)) >> 20
    return count
def written(megabytes, files):
    try:
        write(megabytes, files)
    except OSError as error:
        return error.strerror
def opened():
    files = []
    try:
        while True:
            files.append(os.open("/runtime" if os.path.isdir("/runtime") else sys.path[0], os.O_RDONLY))
    except OSError as error:
        count = len(files)
        for file in files:
            os.close(file)
        return count, error.strerror
def threads():
    stop, started = threading.Event(), 0
    threading.stack_size(1 << 16)
    try:
        for started in range(500):
            threading.Thread(target=stop.wait, daemon=True).start()
    except RuntimeError:
        pass
    stop.set()
    return started
def threaded_sum():
    found = []
    thread = threading.Thread(target=lambda: found.append(sum(range(10))))
    thread.start()
    thread.join()
    return found[0]
def burn():
    while True: pass
def linear_algebra():
    import numpy as np
    rng = np.random.default_rng(3)
    a = rng.normal(size=(60, 60))
    return bool(np.allclose(np.linalg.inv(a) @ a, np.eye(60)) and np.isfinite(np.fft.fft(a)).all()
                and np.ma.masked_array([1, 2], [0, 1]).sum() == 1)
def imported():
    failed = []
    for name in ("bisect bz2 collections contextlib copy csv dataclasses datetime decimal enum fractions functools "
                 "hashlib heapq itertools json logging lzma math operator pathlib pickle pprint random re secrets "
                 "statistics string tempfile textwrap threading time timeit typing unittest zlib "
                 "concurrent.futures numpy.testing numpy.typing numpy.polynomial numpy.random").split():
        try:
            __import__(name)
        except Exception as error:
            failed.append(f"{name}: {error}")
    return failed
''')]
LIMITS = Limits(call_seconds=3)


@pytest.fixture(scope="module", params=BOTH_WAYS, ids="-".join)
def tier(request):
    return walls(*request.param)


@pytest.fixture(scope="module")
def shared(tier):
    with SandboxedStudent(CELLS, LIMITS, tier) as student:
        yield student


@pytest.fixture
def student(shared, request):
    """One worker for all who only look, or are refused; each has time of its own."""
    shared._session.submission = Budget(LIMITS.submission_seconds, LIMITS.patience)
    shared._session.stops = 0
    shared.begin(request.node.name)
    return shared


def test_the_strongest_tier_comes_first_and_says_what_it_is():
    tier = jail.probe()
    assert tier.name in STRONG
    assert tier.explanation
    assert pickle.loads(pickle.dumps(tier)) == tier


def test_chroot_is_for_root_alone(monkeypatch):
    files = runtime.prepare()
    monkeypatch.setattr(jail.os, "geteuid", lambda: 1000)
    with pytest.raises(PermissionError, match="only root can change the root folder"):
        jail._candidate("chroot", files)


def test_without_bubblewrap_landlock_serves(monkeypatch):
    walls("landlock", "nursery")
    monkeypatch.setattr(jail.shutil, "which", lambda name: None)
    assert jail.probe().name == "landlock"


def test_weak_isolation_must_be_asked_for(monkeypatch):
    def missing(may_execute, nursery=False):
        raise ImportError("no libseccomp")

    monkeypatch.setattr(jail.syscalls, "program", missing)
    with pytest.raises(CourseError, match=r"no safe way.*--allow-weak-isolation"):
        jail.probe()
    assert jail.probe(allow_weak_isolation=True).name == "weak"


def test_the_probe_notices_open_walls():
    open_tier = replace(jail.probe(True, ("weak",)), name="imagined")
    with pytest.raises(RuntimeError, match=r"could still .*start a process"):
        jail._try(open_tier)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become another user")
@pytest.mark.parametrize(("name", "way"), [walls for walls in BOTH_WAYS if walls[0] != "chroot"])
def test_the_walls_hold_for_an_ordinary_user(name, way):
    walls(name, way)
    files = runtime.prepare()
    child = os.fork()
    if child == 0:
        try:
            os.setgroups([])
            os.setresgid(65534, 65534, 65534)
            os.setresuid(65534, 65534, 65534)
            tier = jail._candidate(name, files, way)
            jail._try(tier)
            with SandboxedStudent(CELLS, Limits(), tier) as student:
                os._exit(0 if tier.uid is None and student.threaded_sum() == 45 else 2)
        except BaseException as error:
            print(repr(error), file=sys.__stderr__, flush=True)
        os._exit(1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


@pytest.mark.skipif(os.geteuid() != 0, reason="only root has to become another user")
def test_a_grader_that_is_root_drops_to_a_spare_uid(tier, student):
    assert tier.uid
    assert student.threaded_sum() == 45
    require_spare_user(tier, student)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root has to become another user")
def test_without_setpriv_python_itself_drops_to_the_spare_uid(monkeypatch):
    monkeypatch.setattr(jail, "_user_changer", lambda: None)
    tier = jail.probe(names=("landlock",), ways=("exec",))
    with SandboxedStudent(CELLS, LIMITS, tier) as student:
        assert student.threaded_sum() == 45
        require_spare_user(tier, student)


def require_spare_user(tier, student):
    """Fail unless a worker has its spare uid and gid alone: real, effective, saved and for files, and no group more."""
    lines = Path(f"/proc/{innermost(student._session.worker.process.pid)}/status").read_text().splitlines()
    status = {name: words.split() for name, _, words in (line.partition(":") for line in lines)}
    assert status["Uid"] == status["Gid"] == [str(tier.worker_uid())] * 4
    assert status["Groups"] == []
    assert {int(status[name][0], 16) for name in ("CapInh", "CapPrm", "CapEff", "CapAmb")} == {0}


@pytest.mark.parametrize("path", ["/etc/passwd", "/proc/self/environ", "/proc/1/cmdline", __file__, sys.executable,
                                  str(Path(jail.__file__)), str(Path.home()), "/var/cache", "/dev/shm/x"])
def test_no_file_of_the_machine_can_be_read_or_listed(student, path):
    assert student.attempt("open", path) != "done"
    assert student.attempt("listdir", path) != "done"


@pytest.fixture
def open_folder():
    """A folder that everybody may read and change, as far as its mode goes."""
    with tempfile.TemporaryDirectory() as name:
        os.chmod(name, 0o777)
        yield Path(name)


def facts(path):
    state = path.stat()
    return state.st_mode, state.st_uid, state.st_nlink, state.st_size, state.st_mtime_ns, state.st_ctime_ns


def test_nothing_outside_can_be_written_or_changed(student, open_folder):
    canary = open_folder / "canary"
    canary.write_text("safe")
    canary.chmod(0o666)
    before = facts(canary)
    for call in [("open", str(canary), "w"), ("unlink", str(canary)), ("rename", str(canary), str(canary) + "2"),
                 ("chmod", str(canary), 0), ("utime", str(canary), (1, 1)), ("truncate", str(canary), 0),
                 ("mkdir", str(open_folder / "new")), ("symlink", "a", str(open_folder / "link")),
                 ("link", str(canary), str(open_folder / "link")), ("mkfifo", str(open_folder / "pipe")),
                 ("mark", str(canary)), ("chown", str(canary), 1, 1), ("rmdir", str(open_folder))]:
        assert student.attempt(*call) != "done", call
    assert canary.read_text() == "safe"
    assert facts(canary) == before
    assert os.listdir(open_folder) == ["canary"]


REFUSED = [
    ("fork",), ("kill", 1, 0), ("kill", os.getpid(), 0), ("killpg", 0, 0), ("socket",), ("execv", "/bin/sh", ["sh"]),
    ("setpriority", 0, 0, 1), ("chroot", "/"), ("setuid", 0), ("unshare", 0x10000000), ("memfd_create", "a"),
    ("flock",), ("lockf",), ("pidfd_open", 1), ("sched_setaffinity", 0, [0]), ("mknod", "/tmp/device", 0o20666, 259)]


@pytest.mark.parametrize("call", [call for call in REFUSED if call[0] in ("socket", "flock", "lockf")
                                  or hasattr(os, call[0])])
def test_processes_signals_sockets_and_privileges_are_refused(student, call):
    assert student.attempt(*call) != "done"


def test_the_environment_holds_nothing_of_the_grader(student, monkeypatch):
    monkeypatch.setenv("GRADER_SECRET", "x")
    own = {"PWD", "OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS", "LC_CTYPE", *jail.NUMERICS}
    assert set(student.environment()) <= own


def test_the_worker_computes_with_the_instructions_that_the_grader_was_told_to_use(tier, monkeypatch):
    chosen = {"OPENBLAS_CORETYPE": "Prescott", "NPY_DISABLE_CPU_FEATURES": ""}
    for name in jail.NUMERICS:
        monkeypatch.setenv(name, chosen[name])
    with SandboxedStudent(CELLS, Limits(), tier) as student:
        assert chosen.items() <= student.environment().items()


def test_threads_numpy_and_the_standard_library_work(student):
    assert student.threaded_sum() == 45
    assert student.linear_algebra() is True
    assert student.imported() == []


def test_descriptors_and_threads_are_bounded(tier):
    if tier.name == "landlock" and not tier.uid:
        pytest.skip("without a uid of its own its threads are counted with those of the whole user")
    def bounded():
        with SandboxedStudent(CELLS, Limits(open_files=20, threads=8), tier) as student:
            return student.opened(), student.threads()

    # A thread of its own has a user of its own: what other tests have killed counts for its user until it is buried.
    with ThreadPoolExecutor(1) as thread:
        (files, message), threads = thread.submit(bounded).result()
    assert files < 20
    assert message == "Too many open files"
    # Its main thread counts, and a jail's init; what a neighbouring container runs as the same user counts too.
    assert 0 < threads <= (6 if tier.name == "bubblewrap" else 7)


@pytest.mark.parametrize("way", jail.WAYS)
def test_threads_are_bounded_without_namespaces(way):
    with SandboxedStudent(CELLS, Limits(threads=8), walls("landlock", way)) as student:
        assert student.threads() < 100


def test_no_file_can_be_written_anywhere(student):
    assert student.written(1, 1) in ("No such file or directory", "Permission denied", "Read-only file system")
    for folder in (".", "/", "/tmp", "/runtime", "/dev", "/dev/shm", "/proc"):
        assert student.attempt("open", f"{folder}/new", "w") != "done"
        assert student.attempt("mkdir", f"{folder}/new") != "done"


def test_processor_time_ends_in_a_timeout(tier):
    with SandboxedStudent(CELLS, Limits(submission_seconds=0.9, call_seconds=30), tier) as student:
        student._session.submission.work = student._session.exercise.work = 30.0
        with pytest.raises(StudentError, match="processor time") as stopped:
            student.burn()
    assert stopped.value.reason == "timeout"


def test_a_limit_must_be_positive():
    with pytest.raises(ValueError, match="call_seconds is 0"):
        Limits(call_seconds=0)


def grade_for_ever(tier, ready):
    """Be a grader that says when its worker is there, and then waits for it until it is killed."""
    try:
        student = SandboxedStudent([("a", "def burn():\n    while True: pass")], Limits(call_seconds=60), tier)
        student.value("__name__")
        os.write(ready, b"ready")
        student.burn()
    finally:
        os._exit(1)


def children(pid):
    """Return all processes that descend from pid."""
    direct = [int(word) for path in Path(f"/proc/{pid}/task").glob("*/children") for word in path.read_text().split()]
    return direct + [deeper for child in direct for deeper in children(child)]


def ended(pid):
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except OSError:
        return True


def wait_until(condition, seconds=3.0):
    end = time.monotonic() + seconds
    while not condition() and time.monotonic() < end:
        time.sleep(0.01)
    return condition()


def test_workers_die_with_a_killed_grader(tier):
    outer, inner = os.pipe()
    grader = os.fork()
    if grader == 0:
        grade_for_ever(tier, inner)
    os.close(inner)
    with open(outer, "rb") as said:
        assert said.read(5) == b"ready"
        family = children(grader)
        assert family
        os.kill(grader, signal.SIGKILL)
    assert os.waitstatus_to_exitcode(os.waitpid(grader, 0)[1]) == -signal.SIGKILL
    assert wait_until(lambda: all(map(ended, family)))


def test_closing_ends_every_process_of_the_jail(tier):
    with SandboxedStudent(CELLS, Limits(call_seconds=0.1, patience=18), tier) as student:
        assert student.threaded_sum() == 45
        family = [student._session.worker.process.pid, *children(student._session.worker.process.pid)]
        with pytest.raises(StudentError):
            student.burn()
    assert wait_until(lambda: all(map(ended, family)))


def test_the_runtime_holds_python_and_numpy_alone():
    files = runtime.prepare()
    folder = Path(files.folder)
    assert sorted(path.name for path in (folder / "packages").iterdir() if path.name != "numpy.libs") == ["numpy"]
    assert sorted(path.name for path in (folder / "worker").iterdir()) == sorted(
        f"{path.name}c" for path in runtime.WORKER_FILES)
    assert not list(folder.rglob("site-packages"))
    assert json.loads((folder / "runtime.json").read_text())["python"] == files.python
    assert not folder.stat().st_mode & 0o022


def test_all_byte_code_is_there(tier):
    code = "def compiled():\n    import sys\n    return [n for n, m in sys.modules.items() if n.startswith('numpy')"
    code += "\n        and getattr(m, '__cached__', None) and not __import__('os').path.exists(m.__cached__)]"
    with SandboxedStudent([("a", code)], Limits(), tier) as student:
        assert student.compiled() == []


@pytest.mark.parametrize("version", [1, 2, 3, 99])
def test_no_version_of_landlock_lets_a_cell_change_a_file_by_its_name(tmp_path, version):
    """Below version 3, Linux 6.2, Landlock itself does not withhold truncate."""
    victim, program = tmp_path / "gradebook.db", tmp_path / "program"
    victim.write_text("marks")
    program.write_bytes(syscalls.program(may_execute=False))
    code = f"""
import sys
sys.path.insert(0, {str(Path(raised.__file__).parent)!r})
import os, walls
program = open({str(program)!r}, "rb").read()
walls.restrict_files(["/usr"], newest={version})
walls.filter_calls(program)
path, other, done = {str(victim)!r}, {str(victim) + ".new"!r}, []
attempts = {{"truncate": lambda: os.truncate(path, 0), "write": lambda: open(path, "w"),
            "append": lambda: open(path, "a"), "remove": lambda: os.remove(path),
            "rename": lambda: os.rename(path, other), "link": lambda: os.link(path, other),
            "mode": lambda: os.chmod(path, 0o777), "time": lambda: os.utime(path, (1, 1)), "read": lambda: open(path)}}
for name, attempt in attempts.items():
    try:
        attempt()
        done.append(name)
    except OSError:
        pass
print(done)
"""
    done = run_program(sys.executable, "-I", "-c", code)
    if "landlock_abi" in done.stderr:
        pytest.skip("this kernel has no Landlock")
    assert done.stdout == "[]\n", done.stdout + done.stderr
    assert victim.read_text() == "marks"
