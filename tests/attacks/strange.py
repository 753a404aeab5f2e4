"""Correct answers in strange clothes: each of these notebooks deserves full marks.

`STRANGE[name]` says what differs from the released notebook with plain right answers: other answers, cells of the
student's own before and after the answers, or another order of the cells.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field

LAYER, NODES, DESCENT = "u01_perceptron", "u04_graph_nodes", "u02_gradient_descent"


@dataclass(frozen=True)
class Strange:
    """One notebook.

    answers: instead of the plain ones. before, after: cells of the student's own. order: changes the list of cells.
    """

    unit: str
    answers: dict[str, str]
    before: tuple[str, ...] = ()
    after: tuple[str, ...] = ()
    order: object = field(default=list)

    def notebook(self, plain: dict) -> dict:
        """Return the notebook; plain: the released one with plain right answers."""
        cells = [dict(cell) for cell in plain["cells"]]
        for cell in cells:
            exercise = cell["id"].removesuffix("-answer")
            if cell["id"].endswith("-answer") and exercise in self.answers:
                cell["source"] = self.answers[exercise]
        first = next(index for index, cell in enumerate(cells) if cell["id"].endswith("-answer"))
        cells[first:first] = [own_cell(source, f"before{number}") for number, source in enumerate(self.before)]
        cells += [own_cell(source, f"after{number}") for number, source in enumerate(self.after)]
        return plain | {"cells": self.order(cells)}


def own_cell(source: str, name: str) -> dict:
    """Return a code cell of the student's own."""
    return {"cell_type": "code", "id": name, "metadata": {}, "source": source, "outputs": [], "execution_count": 1}


def remarks(cells: list[dict]) -> list[dict]:
    """Return the cells with a markdown cell after each."""
    remark = {"cell_type": "markdown", "metadata": {}, "source": "# Meine Notizen\n*warum?* $x^2$ <b>!</b>"}
    return [one for number, cell in enumerate(cells) for one in (cell, remark | {"id": f"remark{number}"})]


def shuffled(cells: list[dict]) -> list[dict]:
    """Return the cells out of order, as they would be run: the given ones first."""
    answers = [cell for cell in cells if cell["id"].endswith("-answer")]
    rest = [cell for cell in cells if cell not in answers]
    random.Random(1).shuffle(answers)
    return rest + answers


STRANGE = {
    "loops instead of numpy": Strange(LAYER, {"forward": """
def forward(W, x, b):
    rows, columns = W.shape
    u = np.zeros((rows, 1))
    for k in range(rows):
        u[k, 0] = b[k, 0]
        for i in range(columns):
            u[k, 0] += W[k, i] * x[i, 0]
    return u
""", "sse": """
def sse(u, d):
    total = 0
    for k in range(len(u)):
        total += (u[k, 0] - d[k, 0]) ** 2
    return total
"""}),
    "nested lists for arrays": Strange(LAYER, {"forward": """
def forward(W, x, b):
    return [[sum(w * v for w, (v,) in zip(row, x.tolist())) + start] for row, (start,) in zip(W.tolist(), b.tolist())]
"""}),
    "a tuple of arrays": Strange(LAYER, {"forward": """
def forward(W, x, b):
    return tuple(W @ x + b)
"""}),
    "long doubles": Strange(LAYER, {"forward": """
def forward(W, x, b):
    return W.astype(np.longdouble) @ x + b
""", "sse": "def sse(u, d):\n    return np.sum((u - d).astype(np.longdouble) ** 2)\n"}),
    "numpy's scalar": Strange(LAYER, {"sse": "def sse(u, d):\n    return ((u - d) ** 2).sum()\n"}),
    "an array without axes": Strange(LAYER, {"sse": "def sse(u, d):\n    return np.array(((u - d) ** 2).sum())\n"}),
    "a transposed view": Strange(LAYER, {"forward": "def forward(W, x, b):\n    return (x.T @ W.T + b.T).T\n"}),
    "big-endian numbers": Strange(LAYER, {
        "forward": "def forward(W, x, b):\n    return (W @ x + b).astype('>f8')\n"}),
    "a lambda": Strange(LAYER, {"forward": "forward = lambda W, x, b: W @ x + b\n"}),
    "helper functions in the answer cell": Strange(LAYER, {"sse": """
def residuals(u, d):
    return u - d

def squared(values):
    return values * values

def sse(u, d):
    return float(squared(residuals(u, d)).sum())
"""}),
    "recursion": Strange(LAYER, {"sse": """
def sse(u, d):
    if len(u) == 0:
        return 0.0
    return float((u[0, 0] - d[0, 0]) ** 2) + sse(u[1:], d[1:])
"""}),
    "own imports from numpy": Strange(LAYER, {"sse": """
from numpy import sum as add_up, square
import numpy.linalg as la
from numpy.linalg import norm
def sse(u, d):
    return norm(u - d) ** 2
"""}),
    "the standard library": Strange(LAYER, {"sse": """
import functools, math, operator
from fractions import Fraction
def sse(u, d):
    return math.fsum(map(functools.partial(pow, exp=2), map(operator.sub, u.ravel().tolist(), d.ravel().tolist())))
"""}),
    "prints everywhere": Strange(LAYER, {"sse": """
print("sse comes")
def sse(u, d):
    print("u =", u, "\\x1b[31m", "d =", d, flush=True)
    import sys
    print("careful", file=sys.stderr)
    return float(np.sum((u - d) ** 2))
sse(np.zeros((2, 1)), d)
"""}, after=("for _ in range(1000):\n    print(sse(forward(W, x, b), d))", "sse(forward(W, x, b), d)")),
    "plots and magics": Strange(LAYER, {"forward": """
%matplotlib inline
%config InlineBackend.figure_format = 'retina'
def forward(W, x, b):
    return W @ x + b
plt.plot(forward(W, x, b)); plt.show()
forward?
"""}, before=("%load_ext autoreload\n%autoreload 2\nimport matplotlib.pyplot as plt\nfig, (a, b_) = plt.subplots(1, 2)",
              "%%time\nimport math\n!pip list"), after=("fig.savefig('/tmp/picture.png')\ndisplay(fig)",)),
    "type hints": Strange(LAYER, {"forward": """
from __future__ import annotations
from typing import Optional, TypeVar
import numpy.typing as npt
Column = npt.NDArray[np.float64]
def forward(W: npt.NDArray, x: Column, b: Optional[Column] = None, *, scale: "int | None" = None) -> Column:
    u: Column = W @ x
    return u if b is None else u + b
"""}),
    "a dataclass": Strange(LAYER, {"forward": """
from dataclasses import dataclass
@dataclass(frozen=True)
class Layer:
    W: np.ndarray
    b: np.ndarray
    def __matmul__(self, x):
        return self.W @ x + self.b
def forward(W, x, b):
    return Layer(W, b) @ x
"""}),
    "a callable object": Strange(LAYER, {"sse": """
class Loss:
    def __call__(self, u, d):
        return float(((u - d) ** 2).sum())
sse = Loss()
"""}),
    "a decorator and a cache": Strange(LAYER, {"sse": """
import functools
def counted(f):
    @functools.wraps(f)
    def inner(*args, **kwargs):
        inner.calls += 1
        return f(*args, **kwargs)
    inner.calls = 0
    return inner
@functools.lru_cache
def square(value):
    return value * value
@counted
def sse(u, d):
    return sum(square(float(v)) for v in (u - d).flat)
"""}),
    "names and comments in other languages": Strange(LAYER, {"forward": """
# Здесь считается выход слоя. これは出力です。 \u202bשלום\u202c 🎉
def forward(W, x, b):
    größe, выход = W.shape[0], W @ x
    λ = 1.0  # 学習率
    assert größe == len(b), "größe"
    return λ * выход + b
"""}),
    "a given name used for something else": Strange(LAYER, {}, after=("W = x = b = None", "del W, x, b, d")),
    "tabs, semicolons and continued lines": Strange(LAYER, {
        "sse": "def sse(u, d):\n\te = u - d; e2 = \\\n\t\te*e\n\treturn float(e2.sum());\n"}),
    "windows line ends": Strange(LAYER, {"sse": "def sse(u, d):\r\n    return float(((u - d) ** 2).sum())\r\n"}),
    "markdown after every cell": Strange(LAYER, {}, order=remarks),
    "answers out of order": Strange(NODES, {}, order=shuffled),
    "cells that fail before and after": Strange(LAYER, {}, before=("1 / 0", "undefined", "def broken(:"), after=(
        "assert False, 'I was trying something'", "raise SystemExit")),
    "a first try that is wrong": Strange(LAYER, {}, before=("def sse(u, d):\n    return 0", "sse = None")),
    "own tests": Strange(LAYER, {}, after=("""
import unittest
class TestSse(unittest.TestCase):
    def test_zero(self):
        self.assertEqual(sse(d, d), 0)
unittest.main(argv=[''], exit=False, verbosity=0)
""", "assert np.isclose(sse(forward(W, x, b), d), 113.29)")),
    "random numbers with a seed of its own": Strange(LAYER, {}, before=(
        "np.random.seed(42)\nrng = np.random.default_rng()", "np.set_printoptions(precision=2)",
        "np.seterr(all='raise')")),
    "a subclass of an own class": Strange(NODES, {"Add": """
from abc import ABC, abstractmethod
class Node(ABC):
    def __init__(self):
        super().__init__()
        self.params, self.grads = [], []
    @abstractmethod
    def forward(self, *inputs): ...
    def __repr__(self):
        return f"<{type(self).__name__} of mine>"
class Add(Node):
    def forward(self, x, y):
        return x + y
    def backward(self, dout):
        return dout.copy(), 1.0 * dout
""", "Sum": """
class Sum(Node):
    def forward(self, x):
        self.shape = x.shape
        return x.sum(0, keepdims=True)
    def backward(self, dout):
        return np.ones(self.shape) * dout
"""}),
    "properties, slots and a named tuple": Strange(NODES, {"Mul": """
from collections import namedtuple
Pair = namedtuple("Pair", "x y")
class Mul:
    __slots__ = ("_kept", "grads", "params")
    def __init__(self):
        self.params, self.grads, self._kept = [], [], None
    @property
    def kept(self):
        return self._kept
    def forward(self, x, y):
        self._kept = Pair(x, y)
        return x * y
    def backward(self, dout):
        return [dout * self.kept.y, dout * self.kept.x]
"""}),
    "a layer made of other answers": Strange(NODES, {"Affine": """
class Affine:
    def __init__(self, W, b):
        self.product = MatMul(W)
        self.params = self.product.params + [b]
        self.grads = self.product.grads + [np.zeros_like(b)]
    def forward(self, x):
        return Add().forward(self.product.forward(x), Repeat(len(x)).forward(self.params[1].reshape(1, -1)))
    def backward(self, dout):
        self.grads[1][...] = Repeat(len(dout)).backward(dout)[0]
        return self.product.backward(dout)
"""}),
    "a dataclass as the answer": Strange(NODES, {"Branch": """
import dataclasses
@dataclasses.dataclass
class Branch:
    k: int = 2
    params: list = dataclasses.field(default_factory=list)
    grads: list = dataclasses.field(default_factory=list)
    def forward(self, x):
        return [np.array(x) for _ in range(self.k)]
    def backward(self, *dout):
        return sum(dout[1:], start=dout[0].copy())
"""}),
    "a loop with an array that grows": Strange(DESCENT, {"descend": """
def descend(df, x0, eta, n):
    points = np.array([x0], dtype=float)
    while len(points) < n + 1:
        points = np.append(points, points[-1] - eta * df(points[-1]))
    return points
"""}),
    "a generator behind the answer": Strange(DESCENT, {"descend": """
def steps(df, x, eta):
    while True:
        yield x
        x = x - eta * df(x)
from itertools import islice
def descend(df, x0, eta, n):
    return list(islice(steps(df, float(x0), eta), n + 1))
"""}),
}
