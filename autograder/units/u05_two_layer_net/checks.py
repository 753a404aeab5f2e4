"""Public checks of unit u05_two_layer_net."""

import math

import numpy as np
import pytest

from autograder.checking.numeric import (
    assert_close,
    assert_equal,
    assert_no_warnings,
    assert_own_memory,
    assert_shape,
    assert_unchanged,
    fail,
)
from autograder.checking.several import entries_of

line = np.linspace(-5.0, 5.0, 251)
FAR = np.array([[-1000.0, 1000.0]])
a = np.array([[-2.0, -0.5, 0.0], [0.25, 1.0, 3.0]])
dout = np.array([[10.0, -3.0, 2.0], [4.0, 0.5, -7.0]])
PRINTED = 5e-4  # half of the last of three decimals

scores = np.log([[1.0, 2.0, 3.0], [4.0, 3.0, 1.0]])
chances = np.array([[1 / 6, 2 / 6, 3 / 6], [4 / 8, 3 / 8, 1 / 8]])
labels = np.array([1, 0])
one_hot = np.array([[0, 1, 0], [1, 0, 0]])
# Three examples, so that a sum in place of the mean is 3 times the loss: "twice" could be any factor 2.
three = np.array([*chances, [1 / 5, 1 / 5, 3 / 5]])
three_labels = np.array([*labels, 2])
three_loss = (math.log(3) + math.log(2) + math.log(5 / 3)) / 3   # the right classes have 2/6, 4/8 and 3/5


def slope(z_of, at):
    """Return the derivative of a scalar function by a central difference."""
    return (z_of(at + 1e-5) - z_of(at - 1e-5)) / 2e-5


def each(z_of, values):
    """Return a scalar function of math, entry by entry."""
    return np.vectorize(z_of, otypes=[float])(values)


def logistic(value):
    return 1 / (1 + math.exp(-value))


@pytest.mark.exercise("Sigmoid", points=0.25)
def test_sigmoid_of_the_line(student):
    outcome = student.Sigmoid().observe("forward", line)
    first = [0.007, 0.007, 0.007, 0.008, 0.008, 0.008, 0.008, 0.009, 0.009, 0.01]
    assert_close(outcome.value, each(logistic, line))
    assert_close(outcome.value[:10], first, rtol=0, atol=PRINTED)
    assert_unchanged(outcome, a=line)


@pytest.mark.exercise("Sigmoid", points=0.5)
def test_sigmoid_backward(student):
    layer = student.Sigmoid()
    layer.forward(a)
    outcome = layer.observe("backward", dout)
    assert_close(outcome.value, dout * each(lambda value: slope(logistic, value), a), rtol=1e-7)
    assert_unchanged(outcome, dout=dout)


@pytest.mark.exercise("Sigmoid", points=0.25, claim="warnings")
def test_sigmoid_of_large_numbers(student):
    layer = student.Sigmoid()
    outcome = layer.observe("forward", FAR)
    assert_close(outcome.value, [[0.0, 1.0]])
    assert_no_warnings(outcome)
    outcome = layer.observe("backward", np.array([[3.0, -2.0]]))
    assert_close(outcome.value, [[0.0, 0.0]], of="the gradient")
    assert_no_warnings(outcome)


@pytest.mark.exercise("ReLU", points=0.5)
def test_relu_of_the_line(student):
    outcome = student.ReLU().observe("forward", line)
    assert_close(outcome.value, [max(value, 0.0) for value in line])
    assert_unchanged(outcome, a=line)
    assert_own_memory(outcome)


@pytest.mark.exercise("ReLU", points=0.5)
def test_relu_backward(student):
    layer = student.ReLU()
    layer.forward(a)
    outcome = layer.observe("backward", dout)
    assert_close(outcome.value, [[0.0, 0.0, 0.0], [4.0, 0.5, -7.0]])
    assert_unchanged(outcome, dout=dout)
    assert_own_memory(outcome)


@pytest.mark.exercise("Tanh", points=0.25)
def test_tanh_of_the_line(student):
    outcome = student.Tanh().observe("forward", line)
    assert_close(outcome.value, each(math.tanh, line))
    assert_close(outcome.value[:10], [-1.0] * 10, rtol=0, atol=PRINTED)
    assert_unchanged(outcome, a=line)


@pytest.mark.exercise("Tanh", points=0.5)
def test_tanh_backward(student):
    layer = student.Tanh()
    layer.forward(a)
    outcome = layer.observe("backward", dout)
    assert_close(outcome.value, dout * each(lambda value: slope(math.tanh, value), a), rtol=1e-7)
    assert_unchanged(outcome, dout=dout)


@pytest.mark.exercise("Tanh", points=0.25, claim="warnings")
def test_tanh_of_large_numbers(student):
    layer = student.Tanh()
    outcome = layer.observe("forward", FAR)
    assert_close(outcome.value, [[-1.0, 1.0]])
    assert_no_warnings(outcome)
    outcome = layer.observe("backward", np.array([[3.0, -2.0]]))
    assert_close(outcome.value, [[0.0, 0.0]], of="the gradient")
    assert_no_warnings(outcome)


@pytest.mark.exercise("softmax", points=0.5)
def test_softmax_of_logarithms(student):
    outcome = student.observe("softmax", scores)
    assert_close(outcome.value, chances)
    assert_unchanged(outcome, x=scores)


@pytest.mark.exercise("softmax", points=0.5)
def test_softmax_of_rows_far_apart(student):
    rows = np.array([[1000.0, 1000.0, 1000.0], [-1000.0, -1000.0, -1000.0]])
    assert_close(student.softmax(rows), [[1 / 3] * 3] * 2)


@pytest.mark.exercise("cross_entropy", points=0.25)
def test_cross_entropy_with_labels(student):
    outcome = student.observe("cross_entropy", three, three_labels)
    assert_close(outcome.value, three_loss)
    assert_unchanged(outcome, y=three, t=three_labels)


@pytest.mark.exercise("cross_entropy", points=0.25, shortcut="the answer for labels again")
def test_cross_entropy_with_one_hot_rows(student):
    assert_close(student.cross_entropy(three, np.eye(3, dtype=int)[three_labels]), three_loss)


@pytest.mark.exercise("cross_entropy", points=0.5)
def test_cross_entropy_with_zeros_at_other_classes(student):
    assert_close(student.cross_entropy(np.array([[0.0, 1.0, 0.0], [0.5, 0.0, 0.5]]), one_hot), math.log(2) / 2)


@pytest.mark.exercise("SoftmaxWithLoss", points=0.5)
def test_loss_of_equal_scores_is_the_logarithm_of_the_number_of_classes(student):
    for classes in (2, 3, 10):
        assert_close(student.SoftmaxWithLoss().forward(np.full((4, classes), 7.0), np.array([0, 1, 1, 0])),
                     math.log(classes))


@pytest.mark.exercise("SoftmaxWithLoss", points=0.5)
def test_loss_backward_with_labels_and_with_one_hot_rows(student):
    for targets in (one_hot, labels):
        layer = student.SoftmaxWithLoss()
        assert_unchanged(layer.observe("forward", scores, targets), x=scores, t=targets)
        dx = 3.0 * (chances - one_hot) / 2
        assert_close(layer.backward(3.0), dx)
        assert_close(layer.backward(3.0), dx)


@pytest.mark.exercise("SoftmaxWithLoss", points=0.5)
def test_loss_of_a_confident_mistake(student):
    assert_close(student.SoftmaxWithLoss().forward(np.array([[1000.0, 0.0, -1000.0]]), np.array([2])), 2000.0)


# A net with three inputs, two hidden units and three classes, and a batch of two.
PARAMS = {
    "W1": np.array([[0.5, -1.0], [1.5, 0.25], [-0.5, 1.0]]),
    "b1": np.array([0.25, -0.5]),
    "W2": np.array([[1.0, -2.0, 0.5], [0.5, 1.0, -1.5]]),
    "b2": np.array([0.1, 0.2, -0.3]),
}
BATCH = np.array([[1.0, 0.5, -1.0], [0.0, 2.0, 1.0]])
TARGETS = np.array([1, 0])
OTHER_BATCH, OTHER_TARGETS = np.array([[2.0, -1.0, 3.0], [1.0, 1.0, 1.0]]), np.array([2, 2])


def probabilities(params, batch):
    """Return the net's answer, one neuron after the other."""
    rows = []
    for x in batch:
        z = [logistic(sum(x * weights) + b) for weights, b in zip(params["W1"].T, params["b1"], strict=True)]
        powers = [math.exp(sum(z * weights) + b) for weights, b in zip(params["W2"].T, params["b2"], strict=True)]
        rows.append([power / sum(powers) for power in powers])
    return np.array(rows)


def mean_loss(params, batch, targets):
    """Return the mean cross-entropy of the net's answers."""
    return -sum(math.log(y[t]) for y, t in zip(probabilities(params, batch), targets, strict=True)) / len(batch)


def loss_slopes(params, batch, targets, name):
    """Return the gradient of mean_loss with respect to one array of the parameters, by central differences."""
    gradient = np.zeros_like(params[name])
    for place in np.ndindex(gradient.shape):
        moved = np.zeros_like(gradient)
        moved[place] = 1e-5
        above, below = ({**params, name: params[name] + sign * moved} for sign in (1, -1))
        gradient[place] = (mean_loss(above, batch, targets) - mean_loss(below, batch, targets)) / 2e-5
    return gradient


def loaded(student):
    """Return the student's net with the parameters above."""
    net = student.TwoLayerNet(3, 2, 3)
    net.load(PARAMS)
    return net


@pytest.mark.exercise("TwoLayerNet", points=0.25, entries=100_000)
def test_net_has_39760_parameters(student):
    params = student.TwoLayerNet(784, 50, 10, 0.01, 7).params
    shapes = {"W1": (784, 50), "b1": (50,), "W2": (50, 10), "b2": (10,)}
    for array, (name, shape) in zip(entries_of(params, *shapes, of="params"), shapes.items(), strict=True):
        assert_shape(array, shape, of=name)
    assert_equal(sum(map(np.size, params.values())), 39760, of="the number of parameters")
    for name in ("W1", "W2"):
        assert_close(params[name].std(), 0.01, rtol=0.2, of=f"the standard deviation of {name}")
    assert_close(params["b1"], np.zeros(50), of="b1")
    first, second = (np.ravel(params[name])[:500] for name in ("W1", "W2"))
    if np.allclose(first, second, rtol=1e-9, atol=0):
        fail("W2 begins with the very numbers of W1: one generator draws both.", "other numbers", "the same numbers")


@pytest.mark.exercise("TwoLayerNet", points=0.25)
def test_net_predicts_probabilities(student):
    outcome = loaded(student).observe("predict", BATCH)
    assert_close(outcome.value, probabilities(PARAMS, BATCH))
    assert_unchanged(outcome, x=BATCH)


@pytest.mark.exercise("TwoLayerNet", points=0.5)
def test_net_measures_its_loss_and_its_accuracy(student):
    net = loaded(student)
    assert_close(net.loss(BATCH, TARGETS), mean_loss(PARAMS, BATCH, TARGETS))
    for targets, right in [([1, 0], 0.5), ([0, 0], 1.0), ([2, 1], 0.0)]:
        assert_close(net.accuracy(BATCH, np.array(targets)), right)


@pytest.mark.exercise("TwoLayerNet", points=1)
def test_net_gradient_of_a_new_batch(student):
    net = loaded(student)
    net.loss(OTHER_BATCH, OTHER_TARGETS)
    names = ("W2", "b2", "W1", "b1")
    outcome = net.observe("gradient", BATCH, TARGETS)
    for name, slopes in zip(names, entries_of(outcome.value, *names), strict=True):
        assert_close(slopes, loss_slopes(PARAMS, BATCH, TARGETS, name), rtol=1e-6, atol=1e-9,
                     of=f"the gradient of {name}")
    assert_unchanged(outcome, x=BATCH, t=TARGETS)


@pytest.mark.exercise("TwoLayerNet", points=0.5)
def test_net_survives_a_confident_mistake(student):
    net = loaded(student)
    net.load({"W2": np.zeros((2, 3)), "b2": np.array([1000.0, 0.0, -1000.0])})
    assert_close(net.loss(BATCH, np.array([2, 2])), 2000.0)
