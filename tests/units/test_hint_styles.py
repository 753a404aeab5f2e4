"""The hint of a common mistake comes however the mistake is written: three styles each, in other orders."""

from functools import cache

import pytest

from autograder.checking.hints import with_hint
from autograder.checking.local import LocalStudent
from autograder.checking.runner import Checks
from autograder.course.units import Course, load_reference

COURSE = Course.find()

FIT = """
def fit_sin(seed, iterations=10000, lr=0.2, every=100):
    rng = np.random.RandomState(seed)
    {draw}
    losses, snapshots = [], []
    for i in range(iterations + 1):
        p = predict(params, x)
        losses.append(mse(y, p))
        if i % every == 0:
            snapshots.append([a.copy() for a in params])
        {step}
    return losses, snapshots
"""
DRAWN = "x, y = sine_data(rng); params = start(rng, 1, 10, 1)"
DRAWN_BEFORE = "params = start(rng, 1, 10, 1); x, y = sine_data(rng)"
DOWN = "params = [a - lr * g for a, g in zip(params, gradients(params, x, {slope}))]"


def fit(slope, draw=DRAWN):
    return FIT.format(draw=draw, step=DOWN.format(slope=slope))


def fit_layer_by_layer(second):
    first = "g = gradients(params, x, 2 / len(x) * (p - y)); params = [a - lr * b for a, b in zip(params, g)]"
    return FIT.format(draw=DRAWN, step=f"{first}; {second}")


AFFINE = """
class Affine:
    def __init__(self, W, b):
        self.params, self.grads = [W, b], [np.zeros_like(W), np.zeros_like(b)]
    def forward(self, x):
        self.x = x
        return np.dot(x, self.params[0]) + self.params[1]
    def backward(self, dout):
        self.grads[0][...] = np.dot(self.x.T, dout)
        {bias}
        return np.dot(dout, self.params[0].T)
"""
LOSS = """
class SoftmaxWithLoss:
    def __init__(self):
        self.params, self.grads = [], []
    def forward(self, x, t):
        self.t = np.eye(x.shape[1])[t] if t.ndim == 1 else t
        moved = x - np.max(x, axis=1)[:, None]
        self.y = np.exp(moved) / np.exp(moved).sum(axis=1)[:, None]
        return float(np.mean(np.log(np.exp(moved).sum(axis=1)) - (moved * self.t).sum(axis=1)))
    def backward(self, dout=1.0):
        {body}
"""
ADAM = """
class Adam:
    def __init__(self, eta=1e-3, beta1=0.9, beta2=0.999, eps=1e-8):
        self.eta, self.b1, self.b2, self.eps = eta, beta1, beta2, eps
        self.m, self.v = [0, 0], [0, 0]
    def update(self, grad_w, grad_b, *args, **kwds):
        return tuple(self.one(i, g) for i, g in enumerate((grad_w, grad_b)))
    def one(self, i, g):
        {body}
"""
GRADIENT = """
def numerical_gradient(f, x, h=1e-4):
    if x.dtype.kind != "f":
        raise TypeError("floats, please")
    {body}
"""

STYLES = {
    ("u01_perceptron", "forward", "elementwise product"): [
        "def forward(W, x, b):\n    return W * x.T + b",
        "def forward(W, x, b):\n    return np.add(b, np.multiply(W, x.reshape(1, -1)))",
        "def forward(W, x, b):\n    return np.array([[W[k, i] * x[i, 0] + b[k, 0] for i in range(W.shape[1])]\n"
        "                     for k in range(W.shape[0])])"],
    ("u01_perceptron", "sse", "mean"): [
        "def sse(u, d):\n    return float(((d - u) ** 2).mean())",
        "def sse(u, d):\n    return float(np.linalg.norm(u - d) ** 2 / u.size)",
        "def sse(u, d):\n    return sum(e * e for e in (u - d).ravel().tolist()) / len(u)"],
    ("u02_gradient_descent", "grad_W", "factor 2 lost"): [
        "def grad_W(W, x, b, d):\n    return np.outer(W @ x + b - d, x)",
        "def grad_W(W, x, b, d):\n    return -(x @ (d - b - W @ x).T).T",
        "def grad_W(W, x, b, d):\n    e = np.dot(W, x) - (d - b)\n    return np.einsum('ko,io->ki', e, x)"],
    ("u02_gradient_descent", "descend", "sign turned"): [
        "def descend(df, x0, eta, n):\n    x = [float(x0)]\n    for k in range(n):\n"
        "        x.append(df(x[k]) * eta + x[k])\n    return x",
        "def descend(df, x0, eta, n):\n    x = np.zeros(n + 1)\n    x[0] = x0\n    for k in range(n):\n"
        "        x[k + 1] = x[k] - -eta * df(x[k])\n    return x",
        "def descend(df, x0, eta, n):\n    x, points = float(x0), [float(x0)]\n    while len(points) <= n:\n"
        "        x += eta * df(x)\n        points.append(x)\n    return points"],
    ("u04_graph_nodes", "Affine", "bias averaged"): [
        AFFINE.format(bias="self.grads[1][...] = np.mean(dout, axis=0)"),
        AFFINE.format(bias="self.grads[1][:] = sum(dout) / len(dout)"),
        AFFINE.format(bias="np.copyto(self.grads[1], np.ones(len(dout)) @ dout * (1 / len(dout)))")],
    ("u05_two_layer_net", "SoftmaxWithLoss", "backward not divided by N"): [
        LOSS.format(body="return dout * (self.y - self.t)"),
        LOSS.format(body="return -(self.t * dout - self.y * dout)"),
        LOSS.format(body="dx = self.y.copy()\n        dx[self.t == 1] -= 1\n        return dx * dout")],
    ("u06_training", "mse", "row minus column"): [
        "def mse(y, p):\n    return float(((y - p) ** 2).mean())",
        "def mse(y, p):\n    e = np.subtract(p, y)\n    return float((e * e).sum() / e.size)",
        "def mse(y, p):\n    return float(np.average(np.square(p - y)))"],
    ("u06_training", "fit_sin", "factor 2 forgotten"): [
        fit("(p - y) / len(x)"), fit("(p - y) * 0.01"), fit("-(y - p) / y.size")],
    ("u06_training", "fit_sin", "second layer moved twice"): [
        fit_layer_by_layer("g = gradients(params, x, 2 * (p - y) / 100); "
                           "params[2:] = [a - lr * b for a, b in zip(params, g)][2:]"),
        fit_layer_by_layer("g = gradients(params, x, (p - y) * 0.02); params[2] = params[2] - lr * g[2]; "
                           "params[3] = params[3] - lr * g[3]"),
        fit_layer_by_layer("g = gradients(params, x, -2 * (y - p) / x.size); params = params[:2] + "
                           "[-lr * g[k] + params[k] for k in (2, 3)]")],
    ("u06_training", "fit_sin", "parameters drawn before the data"): [
        fit("2 / len(x) * (p - y)", DRAWN_BEFORE), fit("(p - y) * 0.02", DRAWN_BEFORE),
        fit("-2 * (y - p) / y.size", DRAWN_BEFORE)],
    ("u07_numerical_gradient", "numerical_gradient", "one-sided"): [
        GRADIENT.format(body="g = np.zeros_like(x)\n    for k in np.ndindex(*x.shape):\n        old = x[k]\n"
                             "        x[k] = old + h\n        up = f(x)\n        x[k] = old\n"
                             "        g[k] = (up - f(x)) / h\n    return g"),
        GRADIENT.format(body="g = np.empty(x.shape)\n    for k, old in np.ndenumerate(x.copy()):\n        low = f(x)\n"
                             "        x[k] = old + h\n        g[k] = 1 / h * (f(x) - low)\n        x[k] = old\n"
                             "    return g"),
        GRADIENT.format(body="def slope(k):\n        old, down = x[k], f(x)\n        x[k] += h\n        up = f(x)\n"
                             "        x[k] = old\n        return up / h - down / h\n"
                             "    return np.array([slope(k) for k in np.ndindex(x.shape)]).reshape(x.shape)")],
    ("u09_optimizer_race", "Adam", "no bias correction"): [
        ADAM.format(body="self.m[i] = self.b1 * self.m[i] + (1 - self.b1) * g\n"
                         "        self.v[i] = self.b2 * self.v[i] + (1 - self.b2) * g * g\n"
                         "        return -self.eta * self.m[i] / (self.v[i] ** 0.5 + self.eps)"),
        ADAM.format(body="self.m[i] = self.m[i] + (1 - self.b1) * (g - self.m[i])\n"
                         "        self.v[i] = self.v[i] + (1 - self.b2) * (g ** 2 - self.v[i])\n"
                         "        return self.m[i] * (-self.eta / (np.sqrt(self.v[i]) + self.eps))"),
        ADAM.format(body="self.m[i] = g - self.b1 * (g - self.m[i])\n"
                         "        self.v[i] = g ** 2 - self.b2 * (g ** 2 - self.v[i])\n"
                         "        return -(self.eta * self.m[i]) / np.add(self.eps, np.sqrt(self.v[i]))")],
}


@cache
def public_checks(unit):
    return Checks(COURSE.check_files(unit, hidden=False)), vars(load_reference(unit))


@pytest.mark.parametrize(("mistake", "source"), [
    pytest.param(mistake, source, id=f"{mistake[1]}-{mistake[2]}-{number}".replace(" ", "-"))
    for mistake, sources in STYLES.items() for number, source in enumerate(sources)])
def test_a_common_mistake_gets_its_hint_in_every_style(mistake, source):
    unit, exercise, name = mistake
    checks, reference = public_checks(unit)
    namespace = dict(reference)
    exec(source, namespace)
    results = with_hint(unit, checks.run_recorded(LocalStudent(namespace), exercise))
    assert {result.misconception for result in results if not result.passed} == {name}


@pytest.mark.parametrize("body", [
    "return dout.sum(axis=0)",
    "return dout if dout.shape == shape else dout.sum(axis=0)",
])
def test_two_mistakes_of_one_fingerprint_get_a_hint_that_is_true_of_both(body):
    checks, reference = public_checks("u10_autograd")
    namespace = dict(reference)
    exec(f"def unbroadcast(dout, shape):\n    {body}", namespace)
    results = with_hint("u10_autograd", checks.run_recorded(LocalStudent(namespace), "unbroadcast"))
    hints = {result.hint for result in results if not result.passed}
    assert len(hints) == 1
    assert "(2, 1) becomes (2, 3)" in hints.pop()  # the one thing that neither does


def test_ten_mistakes_or_more_have_three_styles():
    assert len(STYLES) >= 10
    assert {len(set(sources)) for sources in STYLES.values()} == {3}
