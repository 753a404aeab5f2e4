"""The sandboxed student: what checks can do with it, and each reason for which it fails."""

import itertools
import signal
from dataclasses import replace

import numpy as np
import pytest
from running import BOTH_WAYS, walls, walls_here

from autograder.checking.failures import plain_text
from autograder.checking.outcome import WITHIN
from autograder.course.verdicts import StudentError
from autograder.sandbox import clock, wire
from autograder.sandbox.client import RemoteObject, SandboxedStudent
from autograder.sandbox.clock import Budget
from autograder.sandbox.limits import Limits
from autograder.sandbox.process import WorkerGone

# Long enough for a busy machine: an ordinary call takes less than a millisecond, and many times as much on the clock.
QUICK = Limits(call_seconds=0.3, cell_seconds=0.3, exercise_seconds=4, submission_seconds=20, memory_mib=512,
               patience=16)
# For what never ends: as long on the judge's clock, so that an honest call before it has its time on a busy machine.
ENDLESS = replace(QUICK, call_seconds=0.1, cell_seconds=0.1, patience=48)
NOTEBOOK = [
    ("imports", """
import numpy as np
import matplotlib.pyplot as plt
from IPython.display import HTML
from autograder import check
RATE = 0.01
"""),
    ("nap", "import time\ndef nap(seconds): time.sleep(seconds)"),
    ("sse", """
def sse(u, d):
    print("here")
    return float(np.sum((u - d) ** 2))
assert check("sse") == 0.0
"""),
    ("plots", """
fig, ax = plt.subplots()
fig, axes = plt.subplots(2, 2)
axes[0, 1].plot([1])
fig, (left, right) = plt.subplots(1, 2, figsize=(3, 4))
line, = ax.plot([1], [2])
for axis in axes.flat:
    axis.set_title("a")
with plt.style.context("bmh"):
    plt.show()
low, high = ax.get_xlim()
ax.set_ylim(0, ax.get_ylim()[1] * 1.1)
from matplotlib.animation import FuncAnimation
import mpl_toolkits.mplot3d
display(HTML("x"))
get_ipython().run_line_magic("matplotlib", "inline")
PLOTTED = 1
"""),
    ("broken", "before = 1\n\nafter = missing + 1\ndef late():\n    return 1"),
    ("syntax", "def oops(:\n    pass"),
    ("layer", """
class Affine:
    def __init__(self, W, b):
        self.W, self.b = W, b
        self.params, self.grads = [W, b], [np.zeros_like(W), np.zeros_like(b)]
        self.memory = {"x": None}
    def forward(self, x):
        self.memory["x"] = x
        return x @ self.W + self.b
    def backward(self, dout):
        self.grads[0][...] = self.memory["x"].T @ dout
        return dout @ self.W.T
    def itself(self):
        return self
class Evil:
    def __eq__(self, other): return True
    def __sub__(self, other): return 0.0
    def __float__(self): return 1.0
    def __array__(self, *a, **k): return np.ones(3)
class Sneaky(float): pass
"""),
    ("functions", """
def fill(x):
    x[0] = 9.0
    return x
def rows(x): return [x[:1], {"copy": x.copy()}]
def slope(f, x): return (f(x + 1e-4) - f(x - 1e-4)) / 2e-4
def square(x): return x * x
def twice(f): return [f(), f()]
def ask(f): return f(Evil())
def overflow(): return np.exp(1000.0)
def anything(value): return value
def make(kind): return {"evil": Evil(), "sneaky": Sneaky(1), "matrix": np.matrix([1]), "set": {1},
                        "object": np.array([None]), "big": np.zeros(9 << 20), "long": "a" * (1 << 21)}[kind]
def divide(): return 1 / 0
def stub(): raise NotImplementedError("exercise stub")
def leave(): raise SystemExit(3)
def interrupt(): raise KeyboardInterrupt
class Cruel(Exception):
    def __str__(self): raise RuntimeError
def cruel(): raise Cruel
def endless():
    while True: pass
def hog(): return np.ones(1 << 30).sum()
def gone():
    import os
    os._exit(7)
def segfault():
    import ctypes
    ctypes.string_at(0)
def same(x): return [x.copy()] * 2
def flood():
    import os
    for _ in range(100): os.write(1, b"x" * 65536)
    return 5
def chatter(): print("y" * 200_000)
def connection():
    import os, stat
    def is_socket(number):
        try:
            return stat.S_ISSOCK(os.fstat(number).st_mode)
        except OSError:
            return False
    return next(filter(is_socket, range(64)))
def forge(data):
    import os
    os.write(connection(), data.tobytes())
    return 1.0
def hang_up():
    import os
    os.close(connection())
def left_open(): __import__("warnings").warn("unclosed file", ResourceWarning)
"""),
]


@pytest.fixture(scope="module", params=BOTH_WAYS, ids="-".join)
def tier(request):
    return walls(*request.param)


@pytest.fixture(scope="module")
def shared(tier):
    with SandboxedStudent(NOTEBOOK, QUICK, tier) as student:
        yield student


@pytest.fixture
def student(shared, request):
    shared._session.submission = Budget(QUICK.submission_seconds, QUICK.patience)  # for each test
    shared._session.stops = 0
    shared.begin(request.node.name)
    return shared


def reason_of(call, *arguments):
    with pytest.raises(StudentError) as failed:
        call(*arguments)
    return failed.value.reason, failed.value.message


def test_a_function_returns_its_plain_value(student):
    assert student.sse(np.array([-3.8, 9.5]), np.array([1.0, 0.0])) == pytest.approx(113.29)
    assert type(student.sse(1, 2)) is float
    assert student.value("RATE") == 0.01


def test_keywords_and_nested_values_cross(student):
    value = {"a": [1, (2.0, None)], "W": np.eye(2)}
    back = student.anything(value=value)
    np.testing.assert_array_equal(back.pop("W"), np.eye(2))
    assert back == {"a": [1, (2.0, None)]}


def test_failed_cells_are_reported_and_the_others_run(student):
    assert set(student.cell_errors) == {"broken", "syntax"}
    assert "NameError: name 'missing' is not defined in line 3" in student.cell_errors["broken"]
    assert "SyntaxError" in student.cell_errors["syntax"]
    assert student.value("PLOTTED") == 1


def test_a_class_gives_a_handle_with_methods_attributes_and_references(student):
    layer = student.Affine(np.eye(2), np.zeros(2))
    first = layer.ref("grads", 0)
    np.testing.assert_array_equal(layer.forward(np.array([[1.0, 2.0]])), [[1.0, 2.0]])
    layer.backward(np.array([[3.0, 4.0]]))
    np.testing.assert_array_equal(first.value(), [[3.0, 4.0], [6.0, 8.0]])
    np.testing.assert_array_equal(layer.grads[0], first.value())
    np.testing.assert_array_equal(layer.ref("memory", "x").value(), [[1.0, 2.0]])
    assert isinstance(layer.itself(), RemoteObject)
    assert isinstance(student.anything([layer])[0], RemoteObject)
    assert reason_of(lambda: layer.missing)[0] == "no-function"


def test_arguments_are_copied_unless_observed(student):
    x = np.zeros(3)
    outcome = student.observe("fill", x)
    assert x[0] == 0.0
    assert outcome.arguments[0][0] == 9.0
    assert outcome.aliases == [("", 0)]


def test_aliases_name_the_part_of_the_value(student):
    assert student.observe("rows", np.zeros(3)).aliases == [("[0]", 0)]
    assert student.observe("same", np.zeros(3)).aliases == [("[1]", WITHIN)]


def test_warnings_are_observed_and_printed_text_is_dropped(student):
    assert student.observe("overflow").warnings == ["RuntimeWarning: overflow encountered in exp"]
    assert student.observe("left_open").warnings == []  # Python tells it late, of an earlier cell's files
    assert student.observe("sse", 1, 2).value == 1.0
    assert student.observe("chatter").value is None


def test_a_callback_is_answered_by_the_judge_and_can_count(student):
    calls = []
    assert student.slope(lambda x: calls.append(x) or x**2, 3.0) == pytest.approx(6.0)
    assert calls == [3.0001, 2.9999]


def test_a_helper_of_the_worker_can_be_the_argument(student):
    assert student.slope(student.square, 3.0) == pytest.approx(6.0)


def test_a_callback_may_call_the_student(student):
    assert student.twice(lambda: student.sse(1, 3)) == [4.0, 4.0]


def test_an_object_that_is_given_to_a_callback_is_named_in_a_sentence(student):
    reason, message = reason_of(student.observe, "ask", lambda x: x + 1.0)
    assert reason == "bad-type"
    assert message.startswith("An argument that your code gives to the function is an object of a class")


def test_what_a_callback_raises_reaches_the_check(student):
    with pytest.raises(ZeroDivisionError):
        student.twice(lambda: 1 // 0)
    assert reason_of(student.twice, lambda: student.divide())[0] == "exception"
    assert reason_of(student.twice, lambda: student.gone())[0] == "exited"
    assert student.sse(1, 2) == 1.0


def test_an_exception_names_type_message_cell_and_line(student):
    reason, message = reason_of(student.divide)
    assert reason == "exception"
    assert message == ("`divide` raised ZeroDivisionError: division by zero in line 14 of the cell `functions`: "
                       "`def divide(): return 1 / 0`")


def test_a_name_that_is_missing_in_a_call_leads_to_the_cell_that_failed():
    cells = [("SGD-answer", "class SGD\n    pass"), ("cell-2", "ALL = {'SGD': SGD}"),
             ("get-answer", "def get(): return ALL")]
    with SandboxedStudent(cells, Limits(), walls_here()) as student:
        message = reason_of(student.get)[1]
    assert "'ALL' is not defined" in message and "cell `cell-2` raised NameError: name 'SGD' is not defined" in message
    assert message.count("did not run to the end") == 1


@pytest.mark.parametrize(("said", "words"), [
    ("SGD() takes no arguments", "two underscores"),
    ("SGD.update() takes 2 positional arguments but 3 were given", "`self` counts as one"),
    ("test_it.<locals>.<lambda>() missing 1 required positional argument: 'x'", "TypeError: <lambda>() missing 1"),
    ("setting an array element with a sequence.", "sequence"),
])
def test_what_python_says_is_put_in_words_of_a_student(said, words):
    text = plain_text("TypeError", said)
    assert words in text
    assert "locals" not in text
    assert not text.endswith(".")


@pytest.mark.parametrize("name", ["leave", "interrupt", "cruel"])
def test_hostile_exceptions_are_exceptions(student, name):
    assert reason_of(getattr(student, name))[0] == "exception"


def test_a_stub_is_not_attempted(student):
    assert reason_of(student.stub)[0] == "not-attempted"


def test_a_missing_function_names_the_cell_that_failed(student):
    assert reason_of(student.nothing) == ("no-function", "`nothing` is not defined.")
    reason, message = reason_of(student.late)
    assert reason == "no-function"
    assert "its cell did not run to the end" in message
    assert "missing" in message
    assert reason_of(student.RATE)[0] == "no-function"


def test_a_number_of_a_class_of_ones_own_is_its_plain_value(student):
    assert type(student.make("sneaky")) is float


@pytest.mark.parametrize("kind", ["matrix", "set", "object"])
def test_a_value_of_another_type_is_bad(student, kind):
    reason, message = reason_of(student.make, kind)
    assert reason == "bad-type"
    assert "where a number, text, an ordinary array of numbers" in message


@pytest.mark.parametrize("use", [
    lambda evil: abs(evil - 1.0), lambda evil: np.abs(evil - np.ones(3)), lambda evil: np.allclose(evil, 1.0),
    lambda evil: np.asarray(evil), float, bool, list, lambda evil: evil < 2, lambda evil: np.asarray([evil], float)])
def test_an_object_of_the_student_never_serves_as_a_number(student, use):
    evil = student.make("evil")
    assert evil != 1.0
    assert reason_of(use, evil)[0] == "bad-type"


@pytest.mark.parametrize("kind", ["big", "long"])
def test_a_value_beyond_the_wire_is_too_large(student, kind):
    assert reason_of(student.make, kind)[0] == "too-large"


def test_an_endless_call_is_a_timeout_and_a_fresh_worker_follows(student, monkeypatch):
    monkeypatch.setattr(student._session, "limits", ENDLESS)
    layer = student.Affine(np.eye(2), np.zeros(2))
    reason, message = reason_of(student.endless)
    assert reason == "timeout"
    assert "processor time" in message
    assert student._session.exercise.work > ENDLESS.exercise_seconds - ENDLESS.call_seconds - 1.0
    assert reason_of(lambda: layer.forward(np.ones((1, 2))))[0] == "timeout"
    assert student.sse(1, 2) == 1.0


@pytest.mark.parametrize(("name", "reason", "words"), [
    ("hog", "memory", "512 MiB"), ("gone", "exited", "exit status 7"), ("segfault", "exited", "SIGSEGV")])
def test_a_stop_has_its_reason_and_a_fresh_worker_follows(student, name, reason, words):
    found, message = reason_of(getattr(student, name))
    assert found == reason
    assert words in message
    assert student.sse(1, 2) == 1.0


def test_a_call_that_uses_little_processor_time_may_last_longer_on_the_judges_clock(student):
    assert student.nap(1.5 * QUICK.call_seconds) is None
    assert student._session.exercise.work > QUICK.exercise_seconds - QUICK.call_seconds
    assert not student.starved


def test_a_call_that_sleeps_ends_on_the_judges_clock_and_no_machine_is_to_blame(tier):
    with SandboxedStudent(NOTEBOOK, replace(QUICK, call_seconds=0.3, patience=2), tier) as student:
        reason, message = reason_of(student.nap, 100.0)
        assert reason == "timeout"
        assert "grader's clock" in message
        assert not student.starved
        assert student.sse(1, 2) == 1.0


def test_a_cell_may_use_its_processor_time_however_long_the_machine_takes_for_it(tier):
    cells = [("slow", f"import time\ntime.sleep({1.2 * QUICK.cell_seconds})\nx = 1"), *NOTEBOOK]
    with SandboxedStudent(cells, QUICK, tier) as student:
        assert student.value("x") == 1
        assert "slow" not in student.cell_errors


def test_a_worker_that_is_kept_waiting_for_a_processor_is_not_to_blame(tier, monkeypatch):
    waited = itertools.count(0, 1000)  # what a busy machine's kernel would tell
    monkeypatch.setattr(clock, "waited_seconds", lambda pid: float(next(waited)))
    with SandboxedStudent(NOTEBOOK, replace(QUICK, call_seconds=0.3, patience=2), tier) as student:
        assert reason_of(student.nap, 100.0)[0] == "timeout"
        assert student.starved


def test_a_budget_that_a_busy_machine_used_up_is_not_the_students_either(student, monkeypatch):
    assert student.sse(1, 2) == 1.0
    student._session.exercise.wall = 0.0
    monkeypatch.setattr(clock, "waited_seconds", lambda pid: 1e6)
    assert "for this exercise" in reason_of(student.sse, 1, 2)[1]
    assert student.starved


def test_where_the_kernel_tells_no_processor_time_the_judges_clock_counts(tier, monkeypatch):
    monkeypatch.setattr(clock, "processor_seconds", lambda pid: None)
    with SandboxedStudent(NOTEBOOK, replace(QUICK, call_seconds=0.3), tier) as student:
        assert "processor time" in reason_of(student.nap, 100.0)[1]


def test_raw_output_is_drained_and_cut(student):
    assert student.flood() == 5
    assert len(student._session.worker.output) == QUICK.output_kib * 1024


@pytest.mark.parametrize("data", [b"\xff" * 64, b"\0" * 8, b"\0\0\0\2\0\0\0\0{}", b"\0\0\0\1\0\0\0\x000"], ids=repr)
def test_a_forged_frame_is_a_protocol_error(student, data):
    assert reason_of(student.forge, np.frombuffer(data, np.uint8))[0] == "protocol"
    assert student.sse(1, 2) == 1.0


@pytest.mark.parametrize("reply", [
    {"reply": "value", "value": 1.0}, {"reply": "value", "value": 1.0, "number": 10**6},
    {"reply": np.ones(3), "value": 1.0, "number": 0}, {"reply": "ask", "number": 0},
    {"reply": "ask", "callback": 10**6, "arguments": (), "keywords": {}, "number": 0}, [1], None])
def test_a_forged_reply_is_a_protocol_error(student, reply):
    forged = np.frombuffer(wire.encode(reply), np.uint8)
    assert reason_of(student.forge, forged)[0] == "protocol"


def test_a_second_reply_is_a_protocol_error_of_the_next_call(student):
    student.sse(1, 2)
    number = student._session.worker.number + 1
    forged = wire.encode({"reply": "value", "value": 2.0, "number": number})
    assert student.forge(np.frombuffer(forged, np.uint8)) == 2.0
    assert reason_of(student.sse, 1, 2)[0] == "protocol"
    assert student.sse(1, 2) == 1.0


def test_a_closed_connection_is_an_exit(student):
    assert reason_of(student.hang_up)[0] == "exited"


def test_the_exercise_budget_ends_calls_until_the_next_exercise(student):
    student._session.exercise.work = 0.1
    assert reason_of(student.endless)[0] == "timeout"
    assert "for this exercise" in reason_of(student.sse, 1, 2)[1]
    student.begin("next")
    assert student.sse(1, 2) == 1.0


def test_the_submission_budget_ends_everything(student):
    student._session.submission.work = 0.0
    assert "for this submission" in reason_of(student.sse, 1, 2)[1]


@pytest.mark.parametrize("cell", ["import os\nos._exit(1)", "import ctypes\nctypes.string_at(0)",
                                  "import signal\nsignal.setitimer(signal.ITIMER_PROF, 0)\nwhile True: pass",
                                  "while True: pass", "a = [0] * (1 << 40)"])
def test_a_cell_that_ends_the_worker_is_left_out(tier, cell):
    cells = [("first", "x = 1"), ("bad", cell), ("last", "def f(): return x")]
    with SandboxedStudent(cells, ENDLESS, tier) as student:
        assert student.f() == 1
        assert set(student.cell_errors) == {"bad"}


SHOWN = ("picture", "import math as plt\nlosses = [1]\ndef draw(): return [plt for plt in losses]\nasked()")


@pytest.mark.parametrize(("other", "runs"), [
    ("losses = 2", True), ("def f(): return losses", True), ("class A:\n    plt = plt", True), ("draw()", True),
    ("def f():\n    global losses\n    losses = 1", True), ("f = lambda: [draw for _ in 'a']", True),
    ("def f(): return eval('losses')", True), ("def f(): return globals()['losses']", True),
    ("def f(losses): return losses.draw", False), ("def f():\n    losses = [1]\n    return [plt for plt in losses]",
                                                   False),
    ("losses = (", False), ("losses = '\0'", False), ("(" * 500 + ")" * 500, False), ("f = None", False)])
def test_a_cell_that_only_shows_something_runs_only_where_another_one_needs_it(tier, other, runs):
    counted = ("count", "count = []\ndef asked(): count.append(1)")
    with SandboxedStudent([counted, SHOWN, ("other", other)], QUICK, tier, {"picture"}) as student:
        assert student.value("count") == [1] * runs


def test_a_cell_that_cannot_be_read_for_its_names_does_no_harm(tier):
    cells = [("count", "count = []"), ("picture", "count.append(1)"), ("deep", "-" * 200_000 + "1")]
    with SandboxedStudent(cells, QUICK, tier, {"picture"}) as student:
        assert student.value("count") in ([], [1])


def test_strange_text_in_cells_and_names_does_no_harm(tier):
    cells = [("half \ud800", "x = '\ud800'"), ("zero", "y = '\0'"), ("größe", "größe = 3")]
    with SandboxedStudent(cells, QUICK, tier) as student:
        assert student.value("größe") == 3


def test_a_closed_student_leaves_no_process(tier):
    student = SandboxedStudent(NOTEBOOK, QUICK, tier)
    assert student.sse(1, 2) == 1.0
    process = student._session.worker.process
    student.close()
    assert process.wait(0) == -signal.SIGKILL or tier.name == "bubblewrap"
    assert process.wait(0) is not None
    with pytest.raises(RuntimeError, match="closed"):
        student.sse(1, 2)


def test_a_broken_sandbox_is_not_the_students_fault(tier):
    broken = replace(tier, runtime=replace(tier.runtime, python="bin/missing"))
    with pytest.raises(WorkerGone), SandboxedStudent(NOTEBOOK, QUICK, broken) as student:
        student.sse(1, 2)


def test_the_weak_tier_serves_the_same_interface():
    with SandboxedStudent(NOTEBOOK, ENDLESS, walls("weak", "exec")) as student:
        assert student.sse(1, 2) == 1.0
        assert reason_of(student.endless)[0] == "timeout"
        assert reason_of(student.hog)[0] == "memory"
        assert student.slope(lambda x: x**2, 3.0) == pytest.approx(6.0)
