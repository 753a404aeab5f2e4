"""What a call did to its arguments and with its memory: a notebook and the jail tell the same, whatever lies there."""

import numpy as np
import pytest
from running import walls_here

from autograder.checking.local import LocalStudent
from autograder.checking.outcome import WITHIN
from autograder.course.verdicts import StudentError
from autograder.sandbox.client import SandboxedStudent
from autograder.sandbox.limits import Limits

CELL = """
import numpy as np
def itself(x): return x
def copied(x): return x.copy()
def part(x): return [x[:1], x.copy()]
def transposed(x): return x.T
def pair(x): return (x.copy(), x)
def twice(x): return [2 * x] * 2
def halves(x): return np.split(2 * x, 2)
def overlapping(x): return (2 * x)[:-1], 2 * x[1:]
def windows(x):
    y = np.array([*x.ravel(), 0.0])
    return y[:-1], y[1:]
def named(x): return {"same": x, "new": x + 1}
def wide(x): return np.broadcast_to(x, (2, *x.shape))
def wide_copy(x): return np.broadcast_to(x.copy(), (2, *x.shape))
def locked(x): return [np.broadcast_to(2 * x, x.shape)] * 2
def half_locked(x):
    y = 2 * x
    return y, np.broadcast_to(y, y.shape)
def number(x): return float(x.sum())
def second(x, y): return y
def overwrite(x):
    x[...] = 7
    return x.copy()
def nothing(x): return x[:0]
class Kept:
    def forward(self, x):
        self.x, self.out = x, 2 * x
        return self.out
    def sum(self): return float(self.x.sum() + self.out.sum())
"""
X = np.array([[1.0, 0.0, np.nan], [-2.0, 1e300, 0.5]])
SHARED = {
    "itself": [("", 0)], "copied": [], "part": [("[0]", 0)], "transposed": [("", 0)], "pair": [("[1]", 0)],
    "twice": [("[1]", WITHIN)], "halves": [], "overlapping": [], "windows": [("[1]", WITHIN)],
    "named": [("['same']", 0)], "wide": [("", 0)], "wide_copy": [], "locked": [], "half_locked": [("[1]", WITHIN)],
    "number": [], "overwrite": [], "nothing": [],
}
# What an attacker who has read the worker's code would put in the place of its own.
LIES = """
import sys
frame = sys._getframe()
while "self" not in frame.f_locals or type(frame.f_locals["self"]).__name__ != "Worker":
    frame = frame.f_back
Worker = type(frame.f_locals["self"])
worker = sys.modules.get("worker") or sys.modules[Worker.__module__]
worker.aliases = worker.shares = worker.leaves = lambda *rest: []
def call(self, target, arguments, keywords, observe, honest=Worker.call):
    reply = honest(self, target, arguments, keywords, observe)
    return reply | {"aliases": [], "arguments": tuple(arguments), "warnings": []} if observe is True else reply
Worker.call = call
frame.f_locals["self"].requests["call"] = call.__get__(frame.f_locals["self"])
"""


@pytest.fixture(scope="module")
def tier():
    return walls_here()


@pytest.fixture(scope="module", params=["notebook", "jail", "jail of a liar"])
def student(request, tier):
    if request.param == "notebook":
        namespace = {}
        exec(CELL, namespace)
        yield LocalStudent(namespace)
    else:
        cells = [("cell", CELL), ("lies", LIES)] if "liar" in request.param else [("cell", CELL)]
        with SandboxedStudent(cells, Limits(), tier) as student:
            assert not student.cell_errors
            yield student


@pytest.mark.parametrize("name", SHARED)
def test_shared_memory_is_named(student, name):
    assert student.observe(name, X).aliases == SHARED[name]


def test_the_argument_is_named(student):
    assert student.observe("second", X, X).aliases == [("", 1)]
    assert student.observe("second", X, np.arange(4)).aliases == [("", 1)]
    assert student.observe("second", X, np.array([True, False])).aliases == [("", 1)]
    assert student.observe("second", X, np.array([])).aliases == []


def test_an_overwritten_argument_is_seen(student):
    np.testing.assert_array_equal(student.observe("overwrite", X).arguments[0], np.full(X.shape, 7.0))
    np.testing.assert_array_equal(student.observe("copied", X).arguments[0], X)
    assert student.observe("second", 3, "text").arguments == (3, "text")


def test_looking_leaves_everything_as_it_was(student):
    kept, x = student.Kept(), np.array([1.0, 2.0])
    outcome = kept.observe("forward", x)
    assert outcome.aliases == []
    assert kept.sum() == 9.0
    np.testing.assert_array_equal(outcome.value, [2.0, 4.0])


@pytest.mark.parametrize("reply", ["()", "(5, 6)", "(self.register(1),)", "(self.register(1),) * 3", "None"])
def test_other_handles_than_asked_for_end_the_worker(tier, reply):
    lie = LIES.partition("worker = ")[0] + f"""
def put(self, values):
    return {{"reply": "value", "value": {reply}}}
frame.f_locals["self"].requests["put"] = put.__get__(frame.f_locals["self"])
"""
    with SandboxedStudent([("cell", CELL), ("lie", lie)], Limits(), tier) as student:
        with pytest.raises(StudentError) as caught:
            student.observe("copied", X)
        assert caught.value.reason == "protocol"
        assert student.copied(X[1]).shape == (3,)  # in a new worker


def test_an_argument_that_has_become_something_else_has_changed(tier):
    lie = LIES.partition("worker = ")[0] + """
def get(self, target):
    return {"reply": "value", "value": (5.0,) if len(target) == 1 else 5.0}
frame.f_locals["self"].requests["get"] = get.__get__(frame.f_locals["self"])
"""
    with SandboxedStudent([("cell", CELL), ("lie", lie)], Limits(), tier) as student:
        outcome = student.observe("copied", X)
        assert outcome.arguments == (5.0,)
        assert outcome.aliases == [("", 0)]
