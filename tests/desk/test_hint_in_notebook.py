"""hint() in a notebook: question, section, the failing call as code, where an answer leaves the way; no solution."""

import json
import linecache

import numpy as np
import pytest
from running import COURSE, UNIT, run_code

from autograder.authoring import discussions
from autograder.checking.recording import Recording
from autograder.course.results import CheckResult
from autograder.course.units import load_reference
from autograder.desk.tracing import declared, first_difference
from autograder.desk.trial import trial_code

SCRIPT = """
import json, sys, IPython
shell, offered = IPython.InteractiveShell.instance(), []
shell.set_next_input = lambda text, replace=False: offered.append(text)
from autograder import check, hint, progress
for cell in json.loads(sys.argv[1]):
    shell.run_cell(cell, store_history=True)
print("OFFERED", json.dumps(offered))
"""


@pytest.fixture
def copy(tmp_path, hand_out):
    return hand_out(tmp_path / "copy")


def told(copy, *cells):
    """Return what a kernel of the copy says to these cells, and what it offers as next cells."""
    start = "import numpy as np\nfrom autograder import check, hint, progress"
    done = run_code(SCRIPT, json.dumps([start, *cells]), cwd=copy / "exercises" / UNIT,
                    environment={"PYTHONPATH": str(copy), "IPYTHONDIR": str(copy)})
    assert done.returncode == 0, done.stderr
    said, _, offered = done.stdout.rpartition("OFFERED ")
    return said, json.loads(offered)


def test_hints_come_one_by_one_and_each_says_how_many_remain(copy, wrong):
    asks = ["_ = check('sse')", *["print('----'); hint()"] * 5]
    said, offered = told(copy, wrong("sse", "half"), *asks)
    one, two, three, four, five = said.split("----")[1:]
    assert "off by 3" in one and "Read:" not in one and '4 more: hint("sse")' in one
    assert "Read: How wrong is it (book/" in two and '3 more: hint("sse")' in two
    assert "exactly half" in three
    assert "u1 = np.array([[-3.8], [9.5]])" in four and "sse(u1, d1)  # expected: 113.29" in four
    assert "The next value" in five and "That is all there is" in five
    assert offered == ["u1 = np.array([[-3.8], [9.5]])\nd1 = np.array([[1.0], [0.0]])\nsse(u1, d1)  # expected: 113.29"]


def test_the_offered_cell_shows_the_result_that_fails(copy, wrong):
    said, offered = told(copy, wrong("sse", "half"), *["hint('sse')"] * 4)
    said, _ = told(copy, wrong("sse", "half"), offered[0])
    assert "56.64" in said


def test_a_right_answer_and_an_unwritten_one_and_an_open_question_are_answered(copy, right):
    said, _ = told(copy, right["sse"], "hint('sse')", "hint('forward')", "hint('why-squares')", "hint('see')")
    assert "sse: All checks pass." in said and "It needs no hint." in said
    assert "is not written yet" in said or "Start with the docstring" in said or "not defined yet" in said
    assert "Did you mean sse?" in said
    assert "Name an exercise" in told(copy, "hint()")[0]


def answer(source, name, **names):
    """Return the namespace of a notebook whose cell with this answer has run."""
    file = f"<cell {name} {hash(source)}>"
    linecache.cache[file] = (len(source), None, source.splitlines(keepends=True), file)
    namespace = {"np": np} | names
    exec(compile(source, file, "exec"), namespace)
    return namespace


@pytest.mark.parametrize(("unit", "exercise"), [(unit, name) for unit in COURSE.units for name in declared(unit)])
def test_a_reference_takes_the_whole_declared_way(unit, exercise):
    assert "takes the whole way" in first_difference(unit, exercise, vars(load_reference(unit)))


@pytest.mark.parametrize(("source", "words"), [
    ("def sse(u, d):\n    return float(np.sum((u - d) ** 2)) / 2",
     "`float(np.sum((u - d) ** 2)) / 2` = 56.645 in line 2"),
    ("def sse(u, d):\n    total = 0\n    for k in range(len(u)):\n        total += (u - d)[k, 0] ** 2\n"
     "    return total / len(u)", "`total / len(u)` = 56.645 in line 5"),
    ("def sse(u, d):\n    return np.abs(u - d).sum()", "`np.abs(u - d)` = [[4.8], [9.5]] in line 2"),
    ("def sse(u, d):\n    return np.sum(u * d)", "the way begins with the errors"),
])
def test_the_first_value_that_leaves_the_way_is_named_with_its_line(source, words):
    assert words in first_difference(UNIT, "sse", answer(source, "sse"))


AFFINE = """class Affine:
    def __init__(self, W, b):
        self.params, self.grads = [W, b], [np.zeros_like(W), np.zeros_like(b)]
    def forward(self, x):
        self.x = x
        return x @ self.params[0] + self.params[1]
    def backward(self, dout):
        self.grads[0][...] = {W}
        self.grads[1][...] = {b}
        return dout @ self.params[0].T
"""


@pytest.mark.parametrize(("W", "b", "words"), [
    ("self.x.T @ dout", "dout.mean(axis=0)", "no value of your code is the gradient of b, added up over the rows."),
    ("self.x.T @ dout", "dout.sum(axis=0)", "takes the whole way"),
    ("-self.x.T @ dout", "dout.sum(axis=0)", "no value of your code is the gradient of W, with the latest x."),
])
def test_a_class_is_followed_through_its_method_and_a_result_that_is_missing_is_named(W, b, words):
    source = AFFINE.format(W=W, b=b).replace("class Affine", "class MendedAffine")
    assert words in first_difference("u08_debugging_clinic", "MendedAffine", answer(source, "MendedAffine"))


def test_results_in_another_order_are_said_to_be_so():
    source = ("class Mul:\n    def __init__(self):\n        self.params, self.grads = [], []\n"
              "    def forward(self, x, y):\n        self.x, self.y = x, y\n        return x * y\n"
              "    def backward(self, dout):\n        return dout * self.x, dout * self.y")
    assert "in another order" in first_difference("u04_graph_nodes", "Mul", answer(source, "Mul"))


@pytest.mark.parametrize(("unit", "name", "source", "words"), [
    ("u02_gradient_descent", "descend", "def descend(df, x0, eta, n):\n    points = [x0]\n    for k in range(n):\n"
     "        points.append(points[-1] - eta * df(x0))\n    return points",
     "`points[-1] - eta * df(x0)` = 7.2 in line 4"),
    ("u06_training", "minibatches", "def minibatches(x, t, size, order):\n    return [(x[order[k:k + size]], "
     "t[k:k + size]) for k in range(0, len(x), size)]", "is right: the inputs of the last batch. The next value, "
     "`t[k:k + size]` = [30, 80] in line 2"),
    ("u09_optimizer_race", "init_std", "def init_std(prev, act):\n    return 2.0 / prev",
     "is right: the variance. Nothing comes after it; the way goes on to the standard deviation."),
    ("u10_autograd", "mul", "def mul(a, b):\n    return Function(lambda a, b: a * b, lambda dout, y, a, b: "
     "(dout * a, dout * b)).apply(a, b)", "in another order"),
    ("u10_autograd", "exp", "def exp(a):\n    return Function(np.exp, lambda dout, y, a: (dout * a * y,)).apply(a)",
     "the way begins with the gradient of a. No value of your code is that"),
])
def test_the_way_of_what_takes_functions_of_what_looks_up_and_of_recorded_rules_is_followed(unit, name, source, words):
    names = vars(load_reference(unit))
    assert words in first_difference(unit, name, answer(source, name, **names))


RIGHT = [(unit.name, name, number, code) for unit in COURSE.units.values() if discussions.source(unit.name).exists()
         for name, text in discussions.sections(unit).items() if name in declared(unit.name)
         for number, (kind, code) in enumerate(discussions.solutions(text)) if kind == "right"]


@pytest.mark.parametrize(("unit", "name", "number", "code"), RIGHT,
                         ids=[f"{unit[:3]}-{name}-{number}" for unit, name, number, _ in RIGHT])
def test_of_no_right_answer_is_said_that_it_leaves_the_way(unit, name, number, code):
    said = first_difference(unit, name, answer(code, name, **vars(load_reference(unit))))
    assert not said or "takes the whole way" in said or "in another order" in said


def test_nothing_is_said_of_an_answer_that_cannot_be_followed():
    assert first_difference(UNIT, "sse", {}) == ""
    assert first_difference(UNIT, "sse", {"sse": np.sum}) == ""
    assert first_difference(UNIT, "nothing", {}) == ""


RESULT = CheckResult("test", "x", 1, 0, reason="wrong-answer", expected="1")


def trial(*steps, **namespace):
    record = Recording()
    record.steps.extend(steps)
    return trial_code(RESULT, record, {"np": np} | namespace)


def test_the_code_of_a_method_makes_its_object_and_takes_no_name_of_the_notebook():
    affine = type("Affine", (), {"forward": lambda self, x: x, "backward": lambda self, dout: dout})
    steps = [("Affine", (np.eye(2), np.ones(2)), {}), ("Affine.forward", (np.ones((1, 2)),), {}),
             ("Affine.backward", (np.zeros((1, 2)),), {})]
    assert trial(*steps, Affine=affine, x1=0).splitlines()[-4:] == [
        "x2 = np.array([[1.0, 1.0]])", "affine1.forward(x2)", "dout1 = np.array([[0.0, 0.0]])",
        "affine1.backward(dout1)  # expected: 1"]


def test_what_cannot_be_written_as_code_is_no_code():
    assert trial(("f", (np.zeros((20, 20)),), {})) == ""
    assert trial(("f", (object(),), {})) == ""
    assert trial() == ""
    assert trial(("f", (2, "a"), {"k": None})) == "f(2, 'a', k=None)  # expected: 1"
