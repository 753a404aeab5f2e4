"""Stop is stop: one line for a signal, no process that outlives the grader, and the next run ends where one would."""

import contextlib
import logging
import os
import random
import signal
import sys
import time
from pathlib import Path

import pytest
from classes import write_class
from nbgrader.api import Gradebook
from running import UNIT, run_grade, started

from autograder.grading import stopping

KILLS = 5
STUDENTS = 8


@pytest.fixture(scope="module")
def submitted(tmp_path_factory):
    folder = tmp_path_factory.mktemp("batch") / "submitted"
    return write_class(folder, STUDENTS)


def start(submitted, folder):
    """Start `autograder grade` in a process group of its own, as a shell does, for a `with` block."""
    return started(sys.executable, "-m", "autograder", "grade", submitted, "--output", folder)


def wait_for_work(process, folder, pages=1):
    """Wait until the first pages are written: by then workers grade."""
    while process.poll() is None and len(list(folder.glob("feedback/*/*.html"))) < pages:
        time.sleep(0.02)


def wait_for_engine(process):
    """Wait until a process begins to load the engine."""
    while process.poll() is None and not any(b"forkserver" in command_line(pid) for pid in descendants(process.pid)):
        time.sleep(0.005)


def command_line(pid):
    """Return the words with which a process was started, b"" where it has ended."""
    with contextlib.suppress(OSError):
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    return b""


def descendants(pid):
    """Return pid -> start time of every process below one."""
    found, parents = {}, {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = path.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        parents[int(path.parent.name)] = int(fields[1]), fields[19]
    waiting = {pid}
    while waiting:
        above = waiting.pop()
        for child, (parent, began) in parents.items():
            if parent == above and child not in found:
                found[child] = began
                waiting.add(child)
    return found


def alive(processes):
    """Return which of these processes still run."""
    left = []
    for pid, began in processes.items():
        try:
            fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if fields[19] == began and fields[0] != "Z":
            left.append(pid)
    return left


def gone_in_time(processes, seconds=5.0):
    """Return whether all of these processes end within some seconds."""
    end = time.monotonic() + seconds
    while alive(processes):
        if time.monotonic() > end:
            return False
        time.sleep(0.05)
    return True


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_to_all_processes_is_one_line(submitted, tmp_path, number):
    with start(submitted, tmp_path / "graded") as process:
        wait_for_work(process, tmp_path / "graded")
        below = descendants(process.pid)
        os.killpg(process.pid, number)
        assert process.said() == "Stopped. Run the same command again: what is graded stays graded.\n"
        assert process.returncode == 128 + number
    assert below and gone_in_time(below)


@pytest.mark.parametrize("seconds", [0.0, 0.02, 0.1])
def test_ctrl_c_while_the_engine_is_loaded_is_one_line(submitted, tmp_path, seconds):
    with start(submitted, tmp_path / "graded") as process:
        wait_for_engine(process)
        time.sleep(seconds)
        os.killpg(process.pid, signal.SIGINT)
        assert process.said() == f"{stopping.MESSAGE}\n"


def test_what_a_stop_breaks_on_its_way_is_not_told(capfd):
    def work():
        try:
            os.kill(os.getpid(), signal.SIGTERM)
        finally:
            raise LookupError("this transaction is closed")

    assert stopping.until_stopped(work) == 128 + signal.SIGTERM
    assert capfd.readouterr().err == f"{stopping.MESSAGE}\n"


def test_what_a_library_logs_on_the_way_is_not_told(caplog):
    def work():
        try:
            os.kill(os.getpid(), signal.SIGTERM)
        except BaseException:
            logging.getLogger("library").exception("a connection that would not close")
            raise

    assert stopping.until_stopped(work) == 128 + signal.SIGTERM
    assert not caplog.records
    logging.getLogger("library").error("after the stop")
    assert caplog.records


def test_a_stop_while_an_object_is_cleaned_up_is_a_stop(capfd):
    class Connection:
        def __del__(self):
            os.kill(os.getpid(), signal.SIGTERM)

    def work():
        Connection()
        for _ in range(1000):
            time.sleep(0.01)
        return 0

    assert stopping.until_stopped(work) == 128 + signal.SIGTERM
    assert capfd.readouterr().err == f"{stopping.MESSAGE}\n"


def test_an_error_without_a_stop_stays_an_error():
    with pytest.raises(LookupError):
        stopping.until_stopped(lambda: {}["nothing"])


def test_after_kills_at_random_moments_no_process_is_left_and_the_next_run_ends_as_an_undisturbed_one(
        submitted, tmp_path):
    moments = random.Random(17)
    for _ in range(KILLS):
        with start(submitted, tmp_path / "graded") as process:
            wait_for_work(process, tmp_path / "graded", pages=moments.randrange(STUDENTS + 1))
            time.sleep(moments.random() / 2)
            below = descendants(process.pid)
            if process.poll() is None:  # the last moment may come after its end
                os.kill(process.pid, signal.SIGKILL)
            process.wait()
        assert gone_in_time(below), [Path(f"/proc/{pid}/cmdline").read_bytes() for pid in alive(below)]
    assert run_grade(submitted, tmp_path / "graded").returncode == 0
    assert run_grade(submitted, tmp_path / "undisturbed").returncode == 0
    assert scores(tmp_path / "graded") == scores(tmp_path / "undisturbed")
    for name in ("grades.csv", "marks.csv"):
        assert (tmp_path / "graded" / name).read_bytes() == (tmp_path / "undisturbed" / name).read_bytes()
    pages = {path.relative_to(tmp_path / "undisturbed") for path in tmp_path.glob("undisturbed/feedback/*/*.html")}
    assert pages == {path.relative_to(tmp_path / "graded") for path in tmp_path.glob("graded/feedback/*/*.html")}


def scores(folder):
    """Return (student, cell) -> automatic score."""
    with Gradebook(f"sqlite:///{folder / 'gradebook.db'}") as gradebook:
        return {(entry.student.id, grade.name): grade.auto_score for entry in gradebook.assignment_submissions(UNIT)
                for notebook in entry.notebooks for grade in notebook.grades}
