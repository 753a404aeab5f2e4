"""A call at home meets the bounds of grading: no files of one's own, no other program, and an end."""

import os
import signal
import subprocess
from pathlib import Path

import numpy as np
import pytest

from autograder.checking import bounds
from autograder.checking.local import LocalStudent
from autograder.course.verdicts import StudentError


def said(function, exercise="answer", **names):
    """Return the error of a call of the function as a student's answer."""
    student = LocalStudent({"answer": function} | names)
    student.begin(exercise)
    with pytest.raises(StudentError) as caught:
        student.answer()
    return caught.value


def endless():
    while True:
        pass


def deaf():
    while True:
        try:
            endless()
        except Exception:
            continue


@pytest.fixture
def impatient(monkeypatch):
    monkeypatch.setattr(bounds, "CALL_SECONDS", 0.1)
    monkeypatch.setattr(bounds, "EXERCISE_SECONDS", 0.15)


@pytest.mark.parametrize("function", [endless, deaf])
def test_an_endless_loop_ends_with_a_sentence_and_its_line(impatient, function):
    error = said(function)
    assert error.reason == "timeout"
    assert error.message.startswith("`answer` was stopped in line ")
    assert "It used up its processor time" in error.message


def test_a_call_after_a_stop_still_runs_until_the_time_of_the_exercise_is_used_up(impatient):
    student = LocalStudent({"endless": endless, "quick": lambda: 3})
    student.begin("endless")
    with pytest.raises(StudentError):
        student.endless()
    assert student.quick() == 3
    with pytest.raises(StudentError):
        student.endless()
    with pytest.raises(StudentError, match="`quick` was not called: the"):
        student.quick()


def asks():
    return float(input("How much? "))


def test_nobody_is_asked_for_input_neither_at_home_nor_when_graded(monkeypatch):
    monkeypatch.setattr("builtins.input", lambda *words: "2")
    error = said(asks)
    assert error.reason == "exception"
    assert "EOFError: input() has nobody to ask here: an answer gets what it needs as its arguments, in line" \
        in error.message
    assert input() == "2", "outside of an answer's calls input() is as it was"


def test_a_call_that_waits_is_asked_what_for_and_not_about_loops():
    def waits():
        raise KeyboardInterrupt  # as a call of time.sleep does

    assert said(waits).message.endswith("Does it wait for something, or is there too much to do?")


def interrupted():
    raise KeyboardInterrupt


@pytest.mark.parametrize("stopped", [interrupted, endless])
def test_what_stopped_one_student_stops_no_other(impatient, stopped):
    first = LocalStudent({"stopped": stopped})
    first.begin("stopped")
    for _ in range(2):
        with pytest.raises(StudentError):
            first.stopped()
    assert LocalStudent({"quick": lambda: 3}).quick() == 3


def test_the_signal_of_whoever_used_it_before_is_put_back(impatient):
    before = signal.getsignal(signal.SIGPROF)
    said(endless)
    assert signal.getsignal(signal.SIGPROF) is before
    assert signal.getitimer(signal.ITIMER_PROF) == (0.0, 0.0)


@pytest.mark.parametrize("interrupt", [signal.SIG_IGN, signal.default_int_handler])
def test_where_no_signal_rings_another_thread_does(impatient, monkeypatch, interrupt):
    monkeypatch.delattr(signal, "setitimer")
    before = signal.signal(signal.SIGINT, interrupt)  # the job of a shell ignores it
    try:
        error = said(endless)
        assert signal.getsignal(signal.SIGINT) is interrupt
    finally:
        signal.signal(signal.SIGINT, before)
    assert error.reason == "timeout"
    assert "`while True`" in error.message or "`pass`" in error.message


WITHHELD = {
    "saves": lambda: np.save("mine.npy", np.zeros(2)),
    "appends": lambda: Path("mine.txt").open("a").close(),
    "makes a folder": lambda: os.mkdir("mine"),
    "reads": lambda: Path("known.txt").read_text(),
}


@pytest.mark.parametrize("what", WITHHELD)
def test_a_file_of_ones_own_is_withheld_as_in_grading(what, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "known.txt").write_text("1")
    error = said(WITHHELD[what])
    assert error.reason == "exception"
    assert error.message.endswith("When your work is graded, no file can be written, and none of your own is there.")
    assert [path.name for path in tmp_path.iterdir()] == ["known.txt"]


def test_another_program_is_withheld():
    assert "PermissionError" in said(lambda: subprocess.run(["true"])).message


def test_outside_a_call_files_are_open(tmp_path):
    said(lambda: Path("mine.txt").write_text("1"))
    (tmp_path / "mine.txt").write_text("1")
    assert (tmp_path / "mine.txt").read_text() == "1"


def test_python_and_its_packages_are_read():
    def answer():
        import tomllib
        with open(np.__file__, encoding="utf-8") as file:
            return len(file.read()) > 0 and tomllib.loads("a = 1")["a"]

    student = LocalStudent({"answer": answer})
    student.begin("answer")
    assert student.answer() == 1
