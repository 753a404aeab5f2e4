"""Hidden checks of unit u05_two_layer_net.

Oracles: functions of `math` entry by entry, central differences, and the limits that large numbers tend to.
"""

import math

import numpy as np
import pytest

from autograder.checking.numeric import (
    assert_close,
    assert_own_memory,
    assert_unchanged,
    central_difference,
)

SHAPES = [(4, 2), (3, 3), (1, 5), (6, 1), (7,)]
BATCHES = [(5, 3), (3, 3), (1, 4), (2, 7)]                 # N, C
NETS = [(4, 3, 5, 2), (3, 3, 3, 3), (1, 2, 4, 3), (5, 1, 2, 4)]  # N, I, H, O
# Central differences with a step of 1e-5 are good to about 1e-10 here.
DIFFERENCE = {"rtol": 1e-6, "atol": 1e-8}
FAR = np.array([[-1000.0, -750.0, -40.0], [40.0, 750.0, 1000.0]])


def each(z_of, values):
    """Return a scalar function of math, entry by entry."""
    return np.vectorize(z_of, otypes=[float])(values)


def logistic(a):
    return 1 / (1 + math.exp(-a)) if a > -700 else 0.0


def hinge(a):
    return max(a, 0.0)


def assert_activation(student, name, z_of, rng):
    """Compare forward and backward of an activation with a scalar function, for several shapes."""
    layer = getattr(student, name)()
    for shape in SHAPES:
        a, dout = 2 * rng.normal(size=shape), rng.normal(size=shape)
        outcome = layer.observe("forward", a)
        assert_close(outcome.value, each(z_of, a))
        assert_unchanged(outcome, a)
        back = layer.observe("backward", dout)
        slopes = each(lambda value: (z_of(value + 1e-5) - z_of(value - 1e-5)) / 2e-5, a)
        assert_close(back.value, dout * slopes, **DIFFERENCE)
        assert_unchanged(back, dout)


def assert_finite_far_out(student, name, ends, rng):
    """Compare an activation far out with its two ends; its slope there is 0."""
    layer = getattr(student, name)()
    assert_close(layer.forward(FAR), [[ends[0]] * 3, [ends[1]] * 3])
    assert_close(layer.backward(rng.normal(size=FAR.shape)), np.zeros_like(FAR), atol=1e-10)


@pytest.mark.exercise("Sigmoid", points=0.5, category="other shapes")
def test_sigmoid_of_other_shapes(student, rng):
    assert_activation(student, "Sigmoid", logistic, rng)


@pytest.mark.exercise("Sigmoid", points=0.5, category="large numbers")
def test_sigmoid_stays_finite(student, rng):
    assert_finite_far_out(student, "Sigmoid", (0.0, 1.0), rng)


@pytest.mark.exercise("ReLU", points=0.5, category="other shapes")
def test_relu_of_other_shapes(student, rng):
    assert_activation(student, "ReLU", hinge, rng)


@pytest.mark.exercise("ReLU", points=0.5, category="zeros, and arrays that stay as they were")
def test_relu_at_zero_and_in_place(student, rng):
    layer = student.ReLU()
    a = np.array([[-1e3, 0.0, 1e3], [0.0, 1e3, -1e3]])
    dout = rng.uniform(0.5, 2.0, a.shape) * [[1, -1, 1], [1, -1, -1]]  # both signs reach the open entries
    assert_close(layer.forward(a), [[0.0, 0.0, 1e3], [0.0, 1e3, 0.0]])
    outcome = layer.observe("backward", dout)
    assert_close(outcome.value, [[0.0, 0.0, dout[0, 2]], [0.0, dout[1, 1], 0.0]])
    assert_unchanged(outcome, dout)
    assert_own_memory(outcome)


@pytest.mark.exercise("Tanh", points=0.5, category="other shapes")
def test_tanh_of_other_shapes(student, rng):
    assert_activation(student, "Tanh", math.tanh, rng)


@pytest.mark.exercise("Tanh", points=0.5, category="large numbers")
def test_tanh_stays_finite(student, rng):
    assert_finite_far_out(student, "Tanh", (-1.0, 1.0), rng)


@pytest.mark.exercise("softmax", points=0.5, category="other shapes")
def test_softmax_of_other_shapes(student, rng):
    for shape in BATCHES:
        x = 3 * rng.normal(size=shape)
        outcome = student.observe("softmax", x)
        assert_close(outcome.value, [[1 / sum(math.exp(other - own) for other in row) for own in row] for row in x])
        assert_unchanged(outcome, x)


@pytest.mark.exercise("softmax", points=0.5, category="large scores")
def test_softmax_of_large_scores(student, rng):
    moved = rng.normal(size=(2, 4))
    x = moved + np.array([[1000.0], [-1000.0]])
    assert_close(student.softmax(x), [[1 / sum(math.exp(other - own) for other in row) for own in row] for row in x])
    assert_close(student.softmax(np.array([[1000.0, 0.0, -1000.0]])), [[1.0, 0.0, 0.0]])


def batch(rng, N, C):
    """Return scores (N, C), labels (N,) and the same labels as one-hot rows."""
    t = rng.integers(C, size=N)
    return 3 * rng.normal(size=(N, C)), t, np.eye(C, dtype=int)[t]


def row_loss(row, right):
    """Return the cross-entropy of one row of scores."""
    return math.log(sum(math.exp(score - row[right]) for score in row))


@pytest.mark.exercise("cross_entropy", points=1, category="other sizes, labels and one-hot rows")
def test_cross_entropy_of_other_sizes(student, rng):
    for N, C in BATCHES:
        x, t, rows = batch(rng, N, C)
        x[0, t[0]] -= 25.0  # a probability that is smaller than any small number that is added or clipped to
        y = np.array([[math.exp(-row_loss(row, k)) for k in range(C)] for row in x])
        expected = -sum(math.log(y[n, t[n]]) for n in range(N)) / N
        for targets in (t, rows):
            outcome = student.observe("cross_entropy", y, targets)
            assert_close(outcome.value, expected)
            assert_unchanged(outcome, y, targets)


@pytest.mark.exercise("SoftmaxWithLoss", points=0.75, category="other sizes, labels and one-hot rows")
def test_loss_node_against_central_differences(student, rng):
    layer = student.SoftmaxWithLoss()
    for N, C in BATCHES:
        x, t, rows = batch(rng, N, C)
        x[0, t[0]] -= 15.0  # so wrong a prediction shows any small number that is added in the logarithm
        dout = float(rng.normal())

        def loss(moved, t=t):
            return sum(row_loss(row, right) for row, right in zip(moved, t, strict=True)) / len(t)

        for targets in (t, rows):
            outcome = layer.observe("forward", x, targets)
            assert_close(outcome.value, loss(x))
            assert_unchanged(outcome, x, targets)
            assert_close(layer.backward(dout), dout * central_difference(loss, x), **DIFFERENCE)


@pytest.mark.exercise("SoftmaxWithLoss", points=0.75, category="large scores")
def test_loss_node_of_large_scores(student):
    x = np.array([[1000.0, -1000.0], [-1000.0, 1000.0], [1000.0, 1000.0], [-1000.0, -1000.0]])
    layer = student.SoftmaxWithLoss()
    assert_close(layer.forward(x, np.array([0, 0, 1, 0])), (2000.0 + 2 * math.log(2)) / 4)
    assert_close(layer.backward(1.0), [[0.0, 0.0], [-0.25, 0.25], [0.125, -0.125], [-0.125, 0.125]])


def net_loss(params, x, t):
    """Return the loss of a net with the given parameters; exact for moderate numbers."""
    z = 1 / (1 + np.exp(-(x @ params["W1"] + params["b1"])))
    scores = z @ params["W2"] + params["b2"]
    return float(np.mean(np.log(np.exp(scores).sum(axis=1)) - scores[np.arange(len(x)), t]))


def random_net(student, rng, inputs, hidden, outputs):
    """Return the student's net with random parameters, and those parameters."""
    params = {"W1": rng.normal(size=(inputs, hidden)), "b1": rng.normal(size=hidden),
              "W2": rng.normal(size=(hidden, outputs)), "b2": rng.normal(size=outputs)}
    net = student.TwoLayerNet(inputs, hidden, outputs)
    net.load(params)
    return net, params


@pytest.mark.exercise("TwoLayerNet", points=1, category="gradients of other sizes")
def test_net_gradient_against_central_differences(student, rng):
    for N, inputs, hidden, outputs in NETS:
        net, params = random_net(student, rng, inputs, hidden, outputs)
        x, t = rng.normal(size=(N, inputs)), rng.integers(outputs, size=N)
        outcome = net.observe("gradient", x, t)
        for name, array in params.items():
            slopes = central_difference(
                lambda moved, name=name, params=params, x=x, t=t: net_loss({**params, name: moved}, x, t), array)
            assert_close(outcome.value[name], slopes, **DIFFERENCE)
        assert_unchanged(outcome, x, t)


@pytest.mark.exercise("TwoLayerNet", points=0.5, category="one batch after another, one-hot rows")
def test_net_does_not_mix_batches(student, rng):
    net, params = random_net(student, rng, 3, 4, 2)
    for _ in range(2):
        x, t = rng.normal(size=(5, 3)), rng.integers(2, size=5)
        rows = np.eye(2, dtype=int)[t]
        net.predict(rng.normal(size=(5, 3)))
        net.loss(rng.normal(size=(5, 3)), rng.integers(2, size=5))
        gradient = net.gradient(x, rows)
        slopes = central_difference(lambda moved, x=x, t=t: net_loss({**params, "W1": moved}, x, t), params["W1"])
        assert_close(gradient["W1"], slopes, **DIFFERENCE)
        assert_close(net.loss(x, rows), net_loss(params, x, t))
        scores = 1 / (1 + np.exp(-(x @ params["W1"] + params["b1"]))) @ params["W2"] + params["b2"]
        assert_close(net.accuracy(x, rows), sum(scores[n].argmax() == t[n] for n in range(5)) / 5)
    for name, array in params.items():
        assert_close(net.params[name], array)


@pytest.mark.exercise("TwoLayerNet", points=0.5, category="how a new net begins")
def test_net_begins_with_random_weights_and_zero_biases(student):
    params = student.TwoLayerNet(40, 30, 20, 0.5, 1).params
    assert_close([params["W1"].mean(), params["W2"].mean()], [0.0, 0.0], atol=0.1)
    assert_close([params["W1"].std(), params["W2"].std()], [0.5, 0.5], rtol=0.2)
    assert_close(np.concatenate([params["b1"], params["b2"]]), np.zeros(50))
    assert len(np.unique(params["W1"])) > 1000, "Many weights are equal. Draw each one on its own."
    again = student.TwoLayerNet(40, 30, 20, 0.5, 1).params
    assert_close(again["W1"], params["W1"])
    other = student.TwoLayerNet(40, 30, 20, 0.5, 2).params
    assert not np.array_equal(other["W1"], params["W1"]), "Another seed should give other weights."


@pytest.mark.exercise("TwoLayerNet", points=0.5, category="large weights")
def test_net_stays_finite(student):
    net = student.TwoLayerNet(1, 2, 2)
    net.load({"W1": np.array([[2000.0, -2000.0]]), "b1": np.zeros(2),
              "W2": np.array([[900.0, -900.0], [-900.0, 900.0]]), "b2": np.zeros(2)})
    x, t = np.array([[1.0], [-1.0]]), np.array([0, 0])
    assert_close(net.loss(x, t), 900.0)
    gradient = net.gradient(x, t)
    assert_close(gradient["b2"], [-0.5, 0.5])
    assert_close(gradient["W1"], [[0.0, 0.0]])
