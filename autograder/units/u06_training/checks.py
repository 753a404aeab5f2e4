"""Public checks of unit u06_training."""

from functools import cache

import numpy as np
import pytest

from autograder.checking.numeric import (
    assert_close,
    assert_equal,
    assert_shape,
    assert_unchanged,
    central_difference,
    fail,
    kind_of,
    reason_for,
)
from autograder.checking.several import is_flat, results_of

NAMES = ("W1", "b1", "W2", "b2")

PINNED = {0: 0.816518, 1000: 0.249903, 2000: 0.246099, 3000: 0.237216, 4000: 0.207932, 5000: 0.123119}
EARLY = [0.8165178386036895, 0.4970746720297247, 0.419152128039712, 0.3630931669432217]  # 30 steps of 0.2, every tenth
PINNED_RTOL = 1e-3  # the pinned losses are printed with six decimals, and 5,000 steps add up rounding
LONG_RTOL = 1e-7    # after a few dozen steps two ways of adding up still agree to this
TRAINED_RTOL = 1e-5  # training with central differences instead of gradients: an error of 1e-10 in each step
TARGETS = np.array([1.0, 2.0, -1.0])
PREDICTIONS = np.array([[1.0], [4.0], [2.0]])


def outputs(params, x):
    """Return what the 2-layer net answers, unit by unit."""
    W1, b1, W2, b2 = params
    total = np.zeros((len(x), len(b2))) + b2
    with np.errstate(all="ignore"):  # wild parameters give a loss that fails, not a warning
        for unit in range(len(b1)):
            hidden = 1 / (1 + np.exp(-(np.dot(x, W1[:, unit]) + b1[unit])))
            total += np.outer(hidden, W2[unit])
    return total


def cross_entropy(params, x, t):
    """Return the mean cross-entropy of the net for labels t."""
    scores = outputs(params, x)
    return float(np.mean(np.logaddexp.reduce(scores, axis=1) - scores[np.arange(len(t)), t]))


def first_params(rng, sizes):
    """Return the parameters that `start` draws."""
    inputs, hidden, results = sizes
    W1 = np.sqrt(1 / inputs) * rng.randn(inputs, hidden)
    return [W1, np.zeros(hidden), np.sqrt(1 / hidden) * rng.randn(hidden, results), np.zeros(results)]


def stepped(params, loss, lr):
    """Return params after one step of gradient descent, with the gradient of loss(params) from differences."""
    def gradient(position):
        return central_difference(lambda moved: loss([*params[:position], moved, *params[position + 1:]]),
                                  params[position])

    return [value - lr * gradient(position) for position, value in enumerate(params)]


def noisy_sine(seed):
    """Return the 100 points of the regression."""
    rng = np.random.RandomState(seed)
    x = rng.rand(100, 1)
    return x, np.sin(2 * np.pi * x) + rng.rand(100, 1)


@cache  # slow, and the same for every answer
def fit_by_differences(seed, updates, lr):
    """Return (losses, path) of the sine fit whose gradients are differences: one loss and params for each step."""
    source = np.random.RandomState(seed)
    source.rand(200)  # the data
    x, y = noisy_sine(seed)

    def loss(params):
        return float(np.mean((outputs(params, x) - y) ** 2))

    path = [first_params(source, (1, 10, 1))]
    for _ in range(updates):
        path.append(stepped(path[-1], loss, lr))
    return [loss(params) for params in path], path


def arms(classes, seed):
    """Return the points of the spirals and their labels."""
    rng, points = np.random.RandomState(seed), []
    for arm in range(classes):
        noise = rng.randn(100)
        for step in range(100):
            angle = 4 * arm + 4 * step / 100 + 0.2 * noise[step]
            points.append([step / 100 * np.sin(angle), step / 100 * np.cos(angle)])
    return np.array(points), np.repeat(np.arange(classes), 100)


def are_params(value):
    """Return whether a value is a list of arrays, as many as a net has parameters."""
    return isinstance(value, list | tuple) and len(value) == len(NAMES) and all(isinstance(part, np.ndarray)
                                                                                for part in value)


def are_snapshots(value):
    """Return whether a value is a list of lists of parameters."""
    return isinstance(value, list | tuple) and len(value) > 0 and all(map(are_params, value))


def fit_of(value):
    """Return the losses and the snapshots that fit_sin gave."""
    return results_of(value, "losses", "snapshots", looks=(is_flat, are_snapshots))


def training_of(value):
    """Return the losses and the parameters that train_spiral gave."""
    return results_of(value, "losses", "params", looks=(is_flat, are_params))


def assert_params(params, shapes, of="params"):
    """Fail unless params are four arrays of the given shapes."""
    for array, name, shape in zip(results_of(params, *NAMES, of=of), NAMES, shapes, strict=True):
        assert_shape(array, shape, of=f"{name} of {of}")


def assert_length(got, length, what):
    """Fail unless `got` is a list or an array with this many entries."""
    if not isinstance(got, list | tuple | np.ndarray):
        fail(f"A list of {length} {what} is expected, but yours is {kind_of(got)}.", f"{length} {what}", kind_of(got),
             reason=reason_for(got))
    if len(got) != length:
        fail(f"{length} {what} are expected, got {len(got)}.", f"{length} {what}", len(got))


def pairs_of(batches):
    """Return batches as a list of [inputs, labels]; fail where one of them is no such pair."""
    if not isinstance(batches, list | tuple):
        fail(f"A list of batches is expected, but yours is {kind_of(batches)}.", "a list", kind_of(batches),
             reason=reason_for(batches))
    if len(batches) == 2 and all(isinstance(part, np.ndarray) for part in batches):
        fail("A list of batches is expected, but yours is one batch alone: is the whole list returned, after the loop?",
             "a list of batches", "one batch")
    if len(batches) == 2 and all(isinstance(part, list | tuple) and len(part) > 2 for part in batches):
        fail("A list of pairs, (inputs, labels), is expected, but yours is a pair of lists: zip(...) joins them.",
             "a list of pairs", "a pair of lists")
    return [results_of(batch, "inputs", "labels", of=f"batch {place}", looks=(is_table, is_flat))
            for place, batch in enumerate(batches)]


def is_table(value):
    """Return whether a value is an array with rows and columns."""
    return isinstance(value, np.ndarray) and value.ndim == 2


@pytest.mark.exercise("mse", points=0.5)
def test_mse_of_three_predictions_with_two_numbers_each(student):
    y, p = np.array([[1.0, 0.0], [2.0, 0.0], [-1.0, 0.0]]), np.array([[1.0, 1.0], [4.0, -2.0], [2.0, 0.0]])
    outcome = student.observe("mse", y, p)
    assert_close(outcome.value, (0 + 1 + 4 + 4 + 9 + 0) / 6)
    assert_unchanged(outcome, y=y, p=p)


@pytest.mark.exercise("mse", points=0.5)
def test_mse_of_a_flat_target_and_a_column(student):
    outcome = student.observe("mse", TARGETS, PREDICTIONS)
    assert_close(outcome.value, (0 + 4 + 9) / 3)
    assert_unchanged(outcome, y=TARGETS, p=PREDICTIONS)


@pytest.mark.exercise("fit_sin", points=0.5)
def test_fit_sin_makes_its_first_step_as_long_as_the_loss_says(student):
    losses, _ = fit_of(student.fit_sin(0, 1, 0.001, 1))
    assert_length(losses, 2, "losses")
    expected, _ = fit_by_differences(0, 1, 0.001)
    assert_close(losses, expected, rtol=TRAINED_RTOL, of="losses")


@pytest.mark.exercise("fit_sin", points=0.75)
def test_fit_sin_passes_the_pinned_losses(student):
    for iterations in (1000, 5000):  # most wrong loops need not run for long
        losses, _ = fit_of(student.fit_sin(0, iterations))
        assert_length(losses, iterations + 1, "losses")
        for place in range(0, iterations + 1, 1000):  # one by one: after the first wrong loss the others are chaos
            assert_close(losses[place], PINNED[place], rtol=PINNED_RTOL, of=f"losses[{place}]")


@pytest.mark.exercise("fit_sin", points=0.75)
def test_fit_sin_keeps_snapshots_that_fit_their_losses(student):
    losses, snapshots = fit_of(student.fit_sin(0, 30, 0.2, 10))
    assert_length(losses, 31, "losses")
    assert_length(snapshots, 4, "snapshots")
    for place, params in enumerate(snapshots):
        assert_params(params, [(1, 10), (10,), (10, 1), (1,)], of=f"snapshots[{place}]")
    x, y = noisy_sine(0)
    own = [float(np.mean((outputs(params, x) - y) ** 2)) for params in snapshots]
    assert_close(own, EARLY, rtol=LONG_RTOL, of="the losses of snapshots 0, 1, 2, 3")
    assert_close([losses[place] for place in (0, 10, 20, 30)], EARLY, rtol=LONG_RTOL, of="losses 0, 10, 20, 30")


@pytest.mark.exercise("minibatches", points=1)
def test_minibatches_of_the_example_in_the_text(student):
    x, t = np.array([[0.0, 0.5], [1.0, 1.5], [2.0, 2.5], [3.0, 3.5], [4.0, 4.5]]), np.array([0, 10, 20, 30, 40])
    order = np.array([4, 0, 3, 1, 2])
    outcome = student.observe("minibatches", x, t, 2, order)
    batches = pairs_of(outcome.value)
    assert_length(batches, 3, "batches")
    for place, ((inputs, labels), chosen) in enumerate(zip(batches, ([4, 0], [3, 1], [2]), strict=True)):
        assert_equal(inputs, np.array([[row, row + 0.5] for row in chosen]), of=f"inputs of batch {place}")
        assert_equal(labels, np.array([10 * row for row in chosen]), of=f"labels of batch {place}")
    assert_unchanged(outcome, x=x, t=t, size=2, order=order)


@pytest.mark.exercise("train_spiral", points=1)
def test_train_spiral_of_two_epochs_gives_the_pinned_losses(student):
    losses, params = training_of(student.train_spiral(3, 2))
    assert_params(params, [(2, 10), (10,), (10, 3), (3,)])
    assert_close(losses, [1.1458838275141872, 1.0877159495157556], rtol=LONG_RTOL, of="losses")


@pytest.mark.exercise("train_spiral", points=1)
def test_train_spiral_separates_three_classes(student):
    losses, params = training_of(student.train_spiral(3, 300))
    assert_length(losses, 300, "losses")
    assert_params(params, [(2, 10), (10,), (10, 3), (3,)])
    final = cross_entropy(params, *arms(3, 1984))
    if not final <= 0.2:
        fail(f"The loss on all 300 points is {final:.3f} after 300 epochs.", "at most 0.2", final)
