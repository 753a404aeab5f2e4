"""The course under test, and its programs run as a user would run them."""

import atexit
import compileall
import contextlib
import csv
import fcntl
import json
import os
import select
import signal
import subprocess
import sys
import sysconfig
import tempfile
from functools import cache
from pathlib import Path
from py_compile import PycInvalidationMode
from unittest.mock import patch

import forking
import pytest
from click.testing import CliRunner

from autograder.authoring import release
from autograder.cli import main
from autograder.course.units import Course
from autograder.course.verdicts import CourseError
from autograder.grading import command
from autograder.sandbox import jail

COURSE = Course.find(Path(__file__).parent)
UNIT = "u01_perceptron"
STRONG = ("bubblewrap", "landlock", *["chroot"] * (os.geteuid() == 0))  # only root can change the root folder
BOTH_WAYS = [(name, way) for name in STRONG for way in jail.WAYS]
BOOK = COURSE.root / "build" / "book"  # the folder of `make book`, so that nothing is built twice


def run_program(*words, cwd=COURSE.root, environment=None, seconds=300):
    """Run a program of this environment as a user would and return the finished process, output as text."""
    words = [str(word) for word in words]
    environment = own_environment() | (environment or {})
    if forking.can_run(words):
        return run_forked(words, cwd, environment, seconds)
    return subprocess.run(words, cwd=cwd, capture_output=True, text=True, timeout=seconds, env=environment)


def run_code(code, *words, cwd, environment, seconds=300):
    """Run the code of a notebook's process as `python -c` would, and return the finished process."""
    return run_forked([*forking.CODE, code, *words], cwd, own_environment() | environment, seconds)


def own_environment() -> dict[str, str]:
    """Return the environment of a user who has activated the one of these tests."""
    return os.environ | {"PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"}


@cache
def forks() -> subprocess.Popen:
    """Return the process from which programs are forked."""
    process = subprocess.Popen([sys.executable, forking.__file__], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                               text=True, start_new_session=True)
    atexit.register(process.communicate)
    return process


def answer(job, seconds=None):
    """Return the number with which the process that forks answers a job.

    Raises TimeoutError after so many seconds; that process, and what it has forked for the job, is killed then.
    """
    print(json.dumps(job), file=forks().stdin, flush=True)
    if not select.select([forks().stdout], [], [], seconds)[0]:
        os.killpg(forks().pid, signal.SIGKILL)
        forks.cache_clear()
        raise TimeoutError
    return int(forks().stdout.readline())


def run_forked(words, cwd, environment, seconds):
    """Run a program in a process that has imported its packages, and return what a finished process would."""
    with tempfile.NamedTemporaryFile() as out, tempfile.NamedTemporaryFile() as err:
        job = {"words": words, "cwd": str(cwd), "environment": environment, "out": out.name, "err": err.name}
        try:
            status = answer(job, seconds)
        except TimeoutError:
            raise subprocess.TimeoutExpired(words, seconds, out.read(), err.read()) from None
        return subprocess.CompletedProcess(words, status, out.read().decode(), err.read().decode())


class Started:
    """A program that runs by itself, forked as `run_forked` does: its pid, and its exit status once it has ended."""

    def __init__(self, words, said, cwd, environment):
        self._said, self.returncode = said, None
        self.pid = answer({"words": [str(word) for word in words], "cwd": str(cwd), "out": os.devnull,
                           "environment": own_environment() | environment, "err": said, "apart": True})
        self._handle = os.pidfd_open(self.pid)

    def poll(self, seconds=0.0):
        """Return the exit status, None where the program still runs after so many seconds."""
        if self.returncode is None and select.select([self._handle], [], [], seconds)[0]:
            os.close(self._handle)
            self.returncode = answer({"ended": self.pid})
        return self.returncode

    def wait(self, seconds=60.0):
        """Return the exit status."""
        assert self.poll(seconds) is not None, f"it has not ended after {seconds} s"
        return self.returncode

    def said(self):
        """Return what the program has written to stderr by its end."""
        self.wait()
        return Path(self._said).read_text(encoding="utf-8")


@contextlib.contextmanager
def started(*words, cwd=COURSE.root, environment=None):
    """Yield a program that runs in a session of its own; it is killed at the end, where it has not ended."""
    with tempfile.NamedTemporaryFile() as said:
        process = Started(words, said.name, cwd, environment or {})
        try:
            yield process
        finally:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()


def write_compiled(folder, files):
    """Write the files of a copy of the course with their byte code, which takes a second to make."""
    release.write_folder(folder, files)
    compileall.compile_dir(folder, quiet=2, invalidation_mode=PycInvalidationMode.CHECKED_HASH)


def run_copy(folder, *words, environment=None):
    """Run the program of a student's copy in its folder; of this environment it sees the other packages alone."""
    packages = sysconfig.get_path("purelib")
    return run_program(sys.executable, "-S", *words, cwd=folder,
                       environment={"PYTHONPATH": f"{folder}{os.pathsep}{packages}", "NO_COLOR": "1",
                                    "PYTHONIOENCODING": "utf-8"} | (environment or {}))


@cache
def walls_here(allow_weak_isolation=False):
    """Return the strongest walls of this machine, attacked once a process and not before each class."""
    return jail.probe(allow_weak_isolation)


def run_grade(submitted, output, *options):
    """Run `autograder grade` in this process (its imports take seconds) and return what a process would."""
    with contextlib.chdir(COURSE.root), patch.object(command, "probe", walls_here):
        done = CliRunner().invoke(main, ["grade", str(submitted), "--output", str(output), *map(str, options)])
    if done.exception and not isinstance(done.exception, SystemExit):
        raise done.exception
    return subprocess.CompletedProcess("autograder grade", done.exit_code, done.stdout, done.stderr)


@cache
def walls(name, way):
    """Return a tier that starts its workers in one way, tried once in a process.

    Skips the test where this machine cannot raise such walls.
    """
    try:
        return jail.probe(True, (name,), (way,))
    except CourseError as error:
        with contextlib.suppress(CourseError):
            other = jail.probe(True, (name,))
            pytest.fail(f"these walls hold with {other.way} alone: {error}")
        pytest.skip(f"this machine cannot raise these walls: {error}")


def read_marks(output):
    """Return (student, unit, exercise) -> row of grades.csv."""
    with (output / "grades.csv").open(encoding="utf-8") as file:
        return {(row["student_id"], row["unit"], row["exercise"]): row for row in csv.DictReader(file)}


@contextlib.contextmanager
def one_at_a_time(path):
    """Wait until no other process of the tests is in here."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
