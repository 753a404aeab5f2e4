"""`autograder watch` in a real terminal: keys, saves, and a terminal that is left as it was found."""

import io
import json
import os
import re
import signal
import sys
import time

import pytest
from rich.console import Console
from running import UNIT

from autograder.course.results import CheckResult
from autograder.desk.place import Desk
from autograder.desk.standing import FAILING, Standing
from autograder.desk.watch import Watch

pexpect = pytest.importorskip("pexpect", reason="a terminal that a program drives exists on POSIX only")
pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="pexpect drives POSIX terminals")

WAIT = 30  # seconds: a check takes about one, a busy machine many


@pytest.fixture
def desk(tmp_path, hand_out):
    """A student's own copy of the course."""
    return hand_out(tmp_path / "copy")


@pytest.fixture
def watch(desk, monkeypatch):
    """A function that starts `autograder watch` in a terminal of 110 by 40, or another size."""
    started = []

    def start(*options, blocked="pass", size=(40, 110)):
        # The job of a shell ignores the interrupt, and so does what it starts; what a terminal starts does not.
        script = ("import signal, sys; signal.signal(signal.SIGINT, signal.default_int_handler); "
                  f"{blocked}; from autograder.cli import main; main(['watch', *sys.argv[1:]])")
        monkeypatch.setenv("PYTHONPATH", str(desk))
        monkeypatch.setenv("TERM", "xterm-256color")
        monkeypatch.setenv("BROWSER", "true")
        environment = {name: value for name, value in os.environ.items()
                       if name not in ("COLUMNS", "LINES")}  # readline sets them, and they win over the window
        child = pexpect.spawn(sys.executable, ["-c", script, *options], cwd=str(desk), encoding="utf-8",
                              timeout=WAIT, dimensions=size, env=environment)
        started.append(child)
        return child

    yield start
    for child in started:
        if child.isalive():
            child.kill(signal.SIGKILL)
            child.wait()
        child.close()


def save(desk, name, source):
    """Put an answer into the notebook as Jupyter saves it: a new file in one step."""
    path = desk / "exercises" / UNIT / f"{UNIT}.ipynb"
    notebook = json.loads(path.read_text(encoding="utf-8"))
    next(cell for cell in notebook["cells"] if cell["id"] == f"{name}-answer")["source"] = source
    draft = path.with_name(".draft")
    draft.write_text(json.dumps(notebook), encoding="utf-8")
    draft.replace(path)


def expect(child, text):
    """Wait for a text on the screen, whatever its colours, and wherever its lines break."""
    colour = r"(?:\x1b\[[0-9;]*m)"
    space = rf"(?:\s|{colour})+"
    child.expect(f"{colour}*".join(space if letter == " " else re.escape(letter) for letter in text))


def test_a_save_is_checked_and_a_right_answer_waits_for_n(desk, watch, right):
    child = watch()
    expect(child, "u01_perceptron/forward  not started")
    save(desk, "forward", right["forward"])
    expect(child, "u01_perceptron/forward  done")
    expect(child, "All checks pass. 1 point, 1 more when graded (hidden cases).")
    expect(child, "Next: `sse`. Press n for the next exercise.")
    with pytest.raises(pexpect.TIMEOUT):
        child.expect("perceptron/sse", timeout=1)
    child.send("n")
    expect(child, "u01_perceptron/sse  not started")
    child.send("q")
    child.expect(pexpect.EOF)
    child.wait()
    assert child.exitstatus == 0


def test_who_begins_with_another_exercise_is_shown_that_one(desk, watch, wrong):
    child = watch()
    expect(child, "u01_perceptron/forward  not started")
    save(desk, "sse", wrong("sse", "half"))
    expect(child, "u01_perceptron/sse  not yet right")
    expect(child, "The number differs.")
    child.send("q")
    expect(child, "Until next time")


def test_an_answer_that_fails_again_is_not_done_any_more(desk, watch, right, wrong):
    save(desk, "forward", right["forward"])
    child = watch()
    expect(child, "1 of 65 exercises done")
    save(desk, "forward", wrong("forward", "bias forgotten"))
    expect(child, "0 of 65 exercises done")
    expect(child, "Done before and not any more: u01_perceptron/forward.")


def test_an_endless_loop_is_running_with_its_seconds_and_then_named(desk, watch):
    child = watch("--seconds", "3")  # it is stopped before its processor time is used up
    expect(child, "u01_perceptron/forward  not started")
    save(desk, "forward", "def forward(W, x, b):\n    while True:\n        x = x + 0\n")
    expect(child, "u01_perceptron/forward  running")
    expect(child, "Checking u01_perceptron ... 1 s")
    expect(child, "`forward` did not finish within 3 s and was stopped in line")


def test_a_save_tells_every_exercise_that_it_changed_out_of_sight(desk, watch, right, wrong):
    child = watch("u02/train")
    expect(child, "u02_gradient_descent/train  not started")
    save(desk, "forward", right["forward"])
    expect(child, "Changed: u01_perceptron/forward is done.")
    save(desk, "sse", right["sse"])
    expect(child, "Changed: u01_perceptron/sse is done.")
    path = desk / "exercises" / UNIT / f"{UNIT}.ipynb"
    path.write_text(path.read_text(encoding="utf-8").replace("  return ", "  return 0 * "), encoding="utf-8")
    expect(child, "Done before and not any more: u01_perceptron/forward, u01_perceptron/sse.")
    path.write_text(path.read_text(encoding="utf-8").replace("return 0 * ", "return "), encoding="utf-8")
    expect(child, "Changed: u01_perceptron/forward is done, u01_perceptron/sse is done.")


def test_keys_that_come_together_all_count_and_so_does_one_after_a_pause_of_the_job(desk, watch):
    shell = pexpect.spawn("/bin/bash", ["--norc", "--noprofile"], cwd=str(desk), encoding="utf-8", timeout=WAIT,
                          dimensions=(40, 110), env=os.environ | {"PYTHONPATH": str(desk), "PS1": "$ "})
    shell.sendline(f"{sys.executable} -m autograder watch u02/train")
    expect(shell, "q quit")
    shell.send("bb")
    expect(shell, "u01_perceptron/why-squares")
    shell.send("\x1a")
    expect(shell, "Stopped")
    shell.sendline("fg")
    expect(shell, "q quit")
    shell.send("l")
    expect(shell, "u10_autograd  0 of 17 done")
    shell.send("q")
    expect(shell, "Until next time")
    shell.close(force=True)


def test_hints_list_book_and_check_all_answer_to_their_keys(desk, watch, wrong):
    save(desk, "forward", wrong("forward", "bias forgotten"))
    child = watch()
    expect(child, "not yet right")
    child.send("h")
    expect(child, "1. Which of the three arguments does your function never use?")
    expect(child, "3 more: h")
    child.send("h")
    expect(child, "2. Read:")
    child.send("l")
    expect(child, "u10_autograd  0 of 17 done")
    child.send("c")
    expect(child, "Checking u01_perceptron")
    child.send("o")
    expect(child, "is not in this copy")


def test_a_small_window_shows_the_current_exercise_and_the_keys_and_follows_its_size(desk, watch, right):
    save(desk, "forward", right["forward"])
    child = watch("u04/Repeat", size=(14, 60))
    expect(child, "o open book   q quit")
    child.send("l")
    expect(child, ">")
    expect(child, "Repeat")
    expect(child, "more lines in a taller window")
    child.send("lb")
    expect(child, "u04_graph_nodes/Branch")
    child.send("l")
    child.setwinsize(50, 100)
    expect(child, "u01_perceptron  1 of 3 done")
    expect(child, "c check all   q quit")


def test_the_list_is_walked_with_arrows_searched_and_an_exercise_chosen(desk, watch):
    child = watch()
    expect(child, "u01_perceptron/forward  not started")
    child.send("l\x1b[B\x1b[B\x1b[B\x1b[A")
    expect(child, ">")
    expect(child, "why-squares")
    child.send("\r")
    expect(child, "u01_perceptron/why-squares  not started")
    child.send("l/softmaxw")
    expect(child, "/softmaxw")
    expect(child, "SoftmaxWithLoss")
    child.send("\r")
    expect(child, "u05_two_layer_net/SoftmaxWithLoss  not started")
    child.send("l/qqqq")
    expect(child, "Nothing is called like that.")
    child.send("\x1b")
    time.sleep(0.5)
    child.send("q")
    expect(child, "Until next time")


@pytest.mark.parametrize("size", [(40, 14), (40, 10), (110, 40)])
@pytest.mark.parametrize("keys", ["", "h", "hhhh", "l", "r"])
def test_bar_and_keys_stay_in_view_in_a_window_of_40_by_14(tmp_path, monkeypatch, keys, size):
    watch = Watch(Desk.here(), "sse", 1)
    watch.memory._path = tmp_path / "desk.json"
    watch.interactive = True
    exercise = next(exercise for exercise in watch.desk.exercises if exercise.name == "sse")
    message = "The number differs.\n    expected  113.29\n    got        56.645\nNotice: half of it."
    failed = CheckResult("t", "sse", 1, 0, reason="wrong-answer", message=message, call="sse(u, d)", expected="113.29")
    watch.standings = {"u01_perceptron/sse": Standing(exercise, FAILING, (failed, failed), hint="What? " * 30,
                                                      trial="u1 = np.array([[1.0]])\nsse(u1)", way="This. " * 30)}
    watch.screen.out = Console(width=size[0], height=size[1], force_terminal=True, file=io.StringIO())
    watch.screen.size = watch.screen.out.size
    for key in keys:
        watch.answer(key)
    lines = [line.plain for line in watch.screen.lines()]
    assert len(lines) <= size[1] - 1 and max(map(len, lines)) <= size[0], lines
    assert "exercises done" in lines[0] or "exercises done" in lines[1], lines
    assert watch.asking or "q" in lines[-1], lines
    assert keys or any("not yet right" in line for line in lines)


def test_reset_asks_and_only_y_does_it(desk, watch, right):
    save(desk, "forward", right["forward"])
    child = watch()
    expect(child, "forward  done")
    child.send("r")
    expect(child, "y yes, n no")
    child.send("n")
    expect(child, "Nothing was reset.")
    child.send("r")
    expect(child, "y yes, n no")
    child.send("y")
    expect(child, "is as it was handed out")
    expect(child, "0 of 65 exercises done")
    with pytest.raises(pexpect.TIMEOUT):
        child.expect("Done before", timeout=1)
    assert len(list((desk / ".autograder/backup").iterdir())) == 1


def test_a_broken_save_is_told_and_the_next_good_one_is_checked(desk, watch, right):
    child = watch()
    expect(child, "not started")
    path = desk / "exercises" / UNIT / f"{UNIT}.ipynb"
    good = path.read_bytes()
    path.write_bytes(good[:500])
    expect(child, "its JSON breaks off")
    path.write_bytes(good)
    expect(child, "not started")
    save(desk, "forward", right["forward"])
    expect(child, "forward  done")


@pytest.mark.parametrize(("options", "blocked", "note"), [
    (["--poll"], "pass", "once a second, as asked"),
    ([], "sys.modules['watchfiles'] = None", "watchfiles is not installed"),
])
def test_without_the_systems_word_it_looks_at_the_files_and_says_so(desk, watch, right, options, blocked, note):
    child = watch(*options, blocked=blocked)
    expect(child, note)
    time.sleep(1.5)
    save(desk, "forward", right["forward"])
    expect(child, "u01_perceptron/forward  done")


def test_it_goes_on_where_it_was_left_and_control_c_ends_it_quietly(desk, watch):
    child = watch("u02/train")
    expect(child, "u02_gradient_descent/train")
    child.send("n")
    expect(child, "u02_gradient_descent/descend")
    child.sendintr()
    expect(child, "Until next time")
    child.expect(pexpect.EOF)
    assert "Traceback" not in child.before
    expect(watch(), "u02_gradient_descent/descend")


def test_the_terminal_shows_what_is_typed_again_afterwards(desk):
    shell = pexpect.spawn("/bin/sh", cwd=str(desk), encoding="utf-8", timeout=WAIT, dimensions=(40, 110),
                          env={"PYTHONPATH": str(desk), "PATH": "/bin:/usr/bin", "TERM": "xterm", "PS1": "$ "})
    shell.sendline(f"{sys.executable} -m autograder watch")
    expect(shell, "q quit")
    shell.send("q")
    expect(shell, "Until next time")
    shell.sendline("stty -a")
    shell.expect(r"\secho\b")
    shell.close(force=True)


def test_no_color_is_respected_in_a_terminal(desk, monkeypatch, right):
    save(desk, "forward", right["forward"])
    monkeypatch.setenv("PYTHONPATH", str(desk))
    for value, coloured in (("1", False), ("", True)):
        monkeypatch.setenv("NO_COLOR", value)
        monkeypatch.setenv("TERM", "xterm-256color")
        child = pexpect.spawn(sys.executable, ["-m", "autograder", "check"], cwd=str(desk), encoding="utf-8",
                              timeout=WAIT, dimensions=(40, 110))
        child.expect(pexpect.EOF)
        assert bool(re.search(r"\x1b\[[0-9;]*3[0-7]m", child.before)) == coloured, child.before
        child.close()
