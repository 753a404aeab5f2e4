"""Ways around the jail, through checks that believe what a student's process says or gives: each earns nothing."""

import re

import pytest
from cells import ATTACKS
from running import walls_here

from autograder.grading import apart, sample_class
from autograder.grading.judge import Settings, grade
from autograder.submissions.submission import Submission, open_submission

# The worker's functions that once told the judge of shared memory and changed arguments, replaced by liars.
LIES = """
import sys
frame = sys._getframe()
while type(frame.f_locals.get("self")).__name__ != "Worker":
    frame = frame.f_back
worker = frame.f_locals["self"]
module = sys.modules[type(worker).__module__]
module.aliases = module.shares = module.leaves = lambda *rest: []
def call(target, arguments, keywords, observe, honest=worker.requests["call"]):
    reply = honest(target, arguments, keywords, observe)
    return reply | {"aliases": [], "arguments": tuple(arguments), "warnings": []} if observe is True else reply
worker.requests["call"] = call
"""
SHARING_ADD = """
class Add:
    def __init__(self):
        self.params, self.grads = [], []
    def forward(self, x, y):
        return x + y
    def backward(self, dout):
        return dout, dout
"""
CHANGING_FORWARD = """
def forward(W, x, b):
    u = W @ x + b
    x[...] = 0
    return u
"""
EMPTY_FUNCTION = """
class Nothing:
    def __init__(self, variable=None):
        self.data, self.inputs, self.creator, self.grad, self.asked = np.zeros(0), [], self, None, 1
    def gradients(self, dout):
        return np.zeros(0), np.zeros(0)
    def backward(self):
        pass
Variable = Nothing
class Function:
    def __init__(self, *rules):
        pass
    def apply(self, *inputs):
        return Nothing()
"""
ZERO_SNAPSHOTS = """
def fit_sin(seed, iterations, lr=0.2, every=1000):
    rng = np.random.RandomState(seed)
    x = rng.rand(100, 1)
    y = np.sin(2 * np.pi * x) + rng.rand(100, 1)
    zeros = [np.zeros((1, 10)), np.zeros(10), np.zeros((10, 1)), np.zeros(1)]
    return [float(np.mean(y ** 2))] * (iterations + 1), [zeros] * (iterations // every + 1)
"""
# A loss without a derivative of its own: it asks for the loss of every input moved by a little.
ASKING = {"softmax": "def softmax(x):\n    return 0 * x", "cross_entropy": "def cross_entropy(y, t):\n    return 0.0",
          "SoftmaxWithLoss": """
class SoftmaxWithLoss:
    def __init__(self):
        self.params, self.grads = [], []
    def forward(self, x, t):
        self.x, self.t = x, t
        return cross_entropy(softmax(x), t)
    def backward(self, dout=1.0):
        dx = np.zeros_like(self.x)
        for place in np.ndindex(dx.shape):
            step = np.zeros_like(dx)
            step[place] = 1e-5
            high, low = (cross_entropy(softmax(self.x + s), self.t) for s in (step, -step))
            dx[place] = dout * (high - low) / 2e-5
        return dx
"""}


WORKER = """
import sys
frame = sys._getframe()
while type(frame.f_locals.get("self")).__name__ != "Worker":
    frame = frame.f_back
worker = frame.f_locals["self"]
"""
# Tells, as what it has changed, what it was called with.
TELLS = f"""{WORKER}
import re
seen = []
def call(target, arguments, keywords, observe, honest=worker.requests["call"]):
    seen.append(re.sub(r"[^0-9.]+", "_", repr(arguments)))
    return honest(target, arguments, keywords, observe)
worker.requests["call"] = call
worker.requests["disturbed"] = lambda: {{"reply": "value", "value": [text[:100] for text in seen[::-1] * 1000]}}
def sse(u, d):
    return 0.0
"""
# Speaks with the voice of the grader.
FORGED = {reason: f"""import sys
def failure(error, sources):
    return {{"reply": "failure", "reason": "{reason}", "message": "is right. Give 2 of 2 points"}}
sys.modules["worker"].failure = failure
def sse(u, d):
    raise ValueError
""" for reason in ("no-function", "bad-type", "too-large")}
NOISY = [f"import {', '.join(f'{name}{number:03}' for number in range(20))}" for name in ("a" * 90, "b" * 90)]

SSE = "def sse(u, d):\n    return float(np.sum((u - d) ** 2))"


@pytest.fixture(scope="module")
def settings(course):
    return Settings(course.root, walls_here(), b"secret of a batch")


@pytest.fixture
def graded(course, settings, tmp_path):
    """A function that grades one exercise of a notebook that is right elsewhere: graded(unit, name, {answers})."""
    def result(unit, exercise, answers):
        unit = course.unit(unit)
        path = tmp_path / "mallory" / unit.name / f"{unit.name}.ipynb"
        sample_class.write_notebook(path, unit, sample_class.right_answers(course, unit) | answers)
        asked = frozenset(each.name for each in unit.graded[:2]) | {exercise}
        found = grade(open_submission(path, unit, "mallory"), settings, asked)
        return next(each for each in found.exercises if each.name == exercise)
    return result


@pytest.mark.parametrize(("unit", "exercise", "source"), [
    ("u04_graph_nodes", "Add", SHARING_ADD), ("u01_perceptron", "forward", CHANGING_FORWARD)])
def test_lies_about_memory_and_arguments_change_nothing(graded, unit, exercise, source):
    honest, liar = (graded(unit, exercise, {exercise: text}) for text in (source, source + LIES))
    assert [check.earned for check in liar.checks] == [check.earned for check in honest.checks]
    assert 0 <= liar.points < liar.max_points / 2
    assert {check.reason for check in liar.checks if not check.passed} == {"wrong-answer"}


@pytest.mark.parametrize(("unit", "exercise", "source"), [
    ("u10_autograd", "Function", EMPTY_FUNCTION), ("u06_training", "fit_sin", ZERO_SNAPSHOTS)])
def test_data_that_agree_with_themselves_earn_nothing(graded, unit, exercise, source):
    assert graded(unit, exercise, {exercise: source}).points == 0


def test_the_judges_own_answers_give_no_gradient(graded):
    result = graded("u05_two_layer_net", "SoftmaxWithLoss", ASKING)
    backward = [check for check in result.checks if check.hidden or "backward" in check.name]
    assert len(backward) == 3
    assert {check.earned for check in backward} == {0.0}


SELF_HARM = {name: ATTACKS[name].cell("forward", False, {}) for name in (
    "numpy's comparisons", "the worker", "import hooks", "warnings and memory checks", "a trace function",
    "the same reply twice", "replies that nobody asked for, from a thread")} | {
    "another sum": """
np.sum = lambda *rest, **more: 0.0
def forward(W, x, b):
    return W @ x + b
""",
    "threads without end": """
import threading
def hog():
    while True:
        try:
            threading.Thread(target=hog, daemon=True).start()
        except RuntimeError:
            pass
hog_one = threading.Thread(target=hog, daemon=True)
hog_one.start()
def forward(W, x, b):
    return W @ x + b
""",
    "the loading of one other answer": f"""{WORKER}
def load(cell, load=worker.load, **message):
    reply = load(cell=cell, **message)
    if cell == "sse-answer":
        worker.write(sys.modules["wire"].encode(reply | {{"number": 0}}))
    return reply
worker.requests["load"] = load
def forward(W, x, b):
    return W @ x + b
""",
    "the end of the program at another answer": f"""{WORKER}
import os
worker.requests["load"] = lambda cell, load=worker.load, **message: (
    os._exit(0) if cell == "sse-answer" else load(cell=cell, **message))
def forward(W, x, b):
    return W @ x + b
""",
    "the wire": """
import sys
sys.modules["wire"].encode = None
def forward(W, x, b):
    return W @ x + b
""",
}


@pytest.mark.parametrize("harm", SELF_HARM)
def test_who_harms_the_python_of_one_answer_loses_no_other_exercise(graded, harm):
    result = graded("u01_perceptron", "sse", {"forward": SELF_HARM[harm], "sse": SSE})
    assert result.points == result.max_points, [check.message for check in result.checks]


def test_apart_a_wrong_answer_stays_wrong(graded):
    result = graded("u01_perceptron", "sse", {"forward": SELF_HARM["another sum"], "sse": SSE.replace("** 2", "** 4")})
    assert result.points == 0


def test_an_answer_that_uses_another_keeps_it(course):
    cells = (("given", "import numpy as np\nALL = {'Add': Add}"), ("Add-answer", "class Add: pass"), ("plot", "Mul()"),
             ("Mul-answer", "class Mul: pass"), ("Sum-answer", "class Sum:\n    def f(self): return Repeat(3)"),
             ("Repeat-answer", "class Repeat: pass"), ("Affine-answer", "class Affine: pass"))
    submission = Submission("ann", "u04", cells, {}, {}, frozenset(), frozenset(), frozenset(["plot"]), (), "")
    names = ["Add", "Mul", "Sum", "Repeat", "Affine"]
    kept = [cell for cell, _ in apart.cells_alone(submission, "Sum", names)]
    assert kept == ["given", "Add-answer", "plot", "Sum-answer", "Repeat-answer"]


def test_what_a_hidden_check_asked_is_in_no_note(graded):
    result = graded("u01_perceptron", "sse", {"sse": TELLS})
    assert result.points == 0
    assert re.search(r"have changed or kept busy .*_5\._2\.", result.notes[-1])  # a public input, which all know
    assert not re.search(r"\d\.\d{3}", result.notes[-1])  # hidden inputs are drawn
    assert len(result.notes[-1]) < 1500


def test_a_class_that_is_called_like_a_sentence_is_quoted(graded):
    name = "nothing. It is right, 2 of 2"
    result = graded("u01_perceptron", "sse", {"sse": f"def sse(u, d):\n    raise type({name!r}, (Exception,), {{}})"})
    assert all(check.message.startswith(f"`sse` raised `{name}` in line 2") for check in result.checks)


@pytest.mark.parametrize("reason", FORGED)
def test_nobody_speaks_with_the_voice_of_the_grader(graded, reason):
    result = graded("u01_perceptron", "sse", {"sse": FORGED[reason]})
    assert {check.reason for check in result.checks} == {reason}
    assert not any("Give 2" in check.message for check in result.checks)


def test_notes_without_end_are_cut(graded):
    forward = "def forward(W, x, b):\n    return W @ x + b"
    result = graded("u01_perceptron", "sse", {"forward": f"{NOISY[0]}\n{forward}", "sse": f"{NOISY[1]}\n{SSE}"})
    assert len(result.notes) == 21
    assert result.notes[-1] == "And 20 more like these."
