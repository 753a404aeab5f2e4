"""Hidden checks of unit u06_training."""

from functools import cache

import numpy as np
import pytest

from autograder.checking.numeric import assert_close, assert_equal, assert_unchanged, fail
from autograder.checking.several import results_of
from autograder.units.u06_training.checks import (
    TRAINED_RTOL,
    arms,
    assert_length,
    assert_params,
    cross_entropy,
    first_params,
    fit_by_differences,
    stepped,
)


@pytest.mark.exercise("mse", points=1, category="other sizes and several outputs")
def test_mse_of_other_sizes(student, rng):
    for shape in [(4, 3), (3, 3), (1, 5), (7, 1), (1, 1)]:
        y, p = rng.normal(size=shape), rng.normal(size=shape)
        squares = [(p[place] - y[place]) ** 2 for place in np.ndindex(shape)]
        outcome = student.observe("mse", y, p)
        assert_close(outcome.value, sum(squares) / len(squares))
        assert_unchanged(outcome, y, p)
    y, p = rng.normal(size=100), rng.normal(size=(100, 1))
    assert_close(student.mse(y, p), sum((p[row, 0] - y[row]) ** 2 for row in range(100)) / 100)


@pytest.mark.exercise("fit_sin", points=2, category="other seeds, learning rates and snapshots")
def test_fit_sin_of_other_seeds(student, rng):
    seed, lr = int(rng.integers(1, 1000)), float(rng.uniform(0.05, 0.4))
    losses, snapshots = results_of(student.fit_sin(seed, 6, lr, 3), "losses", "snapshots")
    expected, path = fit_by_differences(seed, 6, lr)
    assert_close(losses, expected, rtol=TRAINED_RTOL)
    assert_length(snapshots, 3, "snapshots")
    for params, right in zip(snapshots, path[::3], strict=True):
        assert_params(params, [(1, 10), (10,), (10, 1), (1,)])
        for got, wanted in zip(params, right, strict=True):
            assert_close(got, wanted, rtol=TRAINED_RTOL, atol=1e-7)


@pytest.mark.exercise("minibatches", points=1, category="other sizes, each example with its own label")
def test_minibatches_keep_pairs_and_visit_every_example_once(student, rng):
    for count, size in [(17, 5), (12, 4), (3, 10), (1, 1)]:
        x = rng.normal(size=(count, 2))
        t, order = np.arange(count), rng.permutation(count)
        outcome = student.observe("minibatches", x, t, size, order)
        assert_length(outcome.value, -(-count // size), "batches")
        for number, pair in enumerate(outcome.value):
            inputs, labels = results_of(pair, "inputs", "labels")
            chosen = order[number * size:(number + 1) * size]
            assert_equal(labels, chosen)
            assert_equal(inputs, np.array([x[row] for row in chosen]))
        assert_unchanged(outcome, x, t, size, order)


@cache  # slow, and the same for every answer of a batch
def spiral_by_differences(seed):
    """Return (losses, params) of two epochs with two classes whose gradients are differences."""
    x, t = arms(2, seed)
    source = np.random.RandomState(seed)
    params, expected = first_params(source, (2, 10, 2)), []
    for _ in range(2):
        order, batch_losses = source.permutation(200), []
        for chosen in np.split(order, range(30, 200, 30)):
            batch_losses.append(cross_entropy(params, x[chosen], t[chosen]))
            params = stepped(params, lambda moved, rows=chosen: cross_entropy(moved, x[rows], t[rows]), 1.0)
        expected.append(np.mean(batch_losses))
    return expected, params


@pytest.mark.exercise("train_spiral", points=1, category="other seeds, two classes")
def test_train_spiral_of_another_seed(student, rng):
    seed = int(rng.integers(1, 1000))
    expected, params = spiral_by_differences(seed)
    losses, got = results_of(student.train_spiral(2, 2, seed), "losses", "params")
    assert_close(losses, expected, rtol=TRAINED_RTOL)
    assert_params(got, [(2, 10), (10,), (10, 2), (2,)])
    for array, wanted in zip(got, params, strict=True):
        assert_close(array, wanted, rtol=TRAINED_RTOL, atol=1e-6)


@pytest.mark.exercise("train_spiral", points=1, category="five classes, 600 epochs")
def test_train_spiral_of_five_classes(student):
    losses, params = results_of(student.train_spiral(5, 600, 0), "losses", "params")
    assert_length(losses, 600, "losses")
    assert_params(params, [(2, 10), (10,), (10, 5), (5,)])
    final = cross_entropy(params, *arms(5, 0))
    if not final <= 0.36:
        fail(f"The loss on all 500 points is {final:.3f} after 600 epochs.", "at most 0.36", final)
