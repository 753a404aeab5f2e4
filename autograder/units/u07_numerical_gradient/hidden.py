"""Hidden checks of unit u07_numerical_gradient."""

import numpy as np
import pytest

from autograder.checking.numeric import assert_close, assert_equal, assert_refused
from autograder.units.u07_numerical_gradient.checks import (
    DIFFERENCE_ATOL,
    EXACT_ATOL,
    NAMES,
    assert_gradients,
    assert_same_bits,
    differences,
    large_net,
    net,
    slopes,
)


@pytest.mark.exercise("numerical_gradient", points=0.5, category="number of calls of f")
def test_numerical_gradient_calls_f_twice_for_each_entry(student, rng):
    for shape in [(5,), (3, 4), (2, 2), (1,)]:
        places, x = [], rng.normal(size=shape)

        def f(moved, places=places, x=x):
            places.append(tuple(np.argwhere(moved != x).ravel()))
            return float(np.sum(moved ** 2))

        assert_close(student.numerical_gradient(f, x), 2 * x, atol=DIFFERENCE_ATOL)
        assert_equal(len(places), 2 * x.size)
        assert_equal(len(set(places)), x.size)


@pytest.mark.exercise("numerical_gradient", points=0.5, category="x is restored to the last bit")
def test_numerical_gradient_restores_x(student, rng):
    x = np.concatenate([rng.normal(size=20), [0.1, 1 / 3, 1e-9, -0.0, 1e6]])
    factors = rng.uniform(0.5, 2.0, size=25)
    outcome = student.observe("numerical_gradient", lambda x: float(factors @ x), x)
    assert_same_bits(outcome.arguments[1], x)
    assert_close(outcome.value, factors, atol=1e-4)  # near 1e6 rounding takes eight of sixteen digits


@pytest.mark.exercise("numerical_gradient", points=0.5, category="a model that holds its own weights, and views")
def test_numerical_gradient_of_a_model_that_ignores_its_argument(student, rng):
    W, x, d = rng.normal(size=(3, 4)), rng.normal(size=(5, 3)), rng.normal(size=(5, 4))
    W[0, 0] = 1e-9  # h added and taken away again leaves no digit of it
    expected = 2 * x.T @ (x @ W - d)
    model = student.Model(W, x, d)
    assert_close(student.numerical_gradient(model, model.ref("W")), expected, atol=DIFFERENCE_ATOL)
    assert_close(student.numerical_gradient(model, model.ref("half")), expected[:, ::2], atol=DIFFERENCE_ATOL)
    assert_same_bits(model.W, W)


@pytest.mark.exercise("numerical_gradient", points=0.5, category="whole numbers")
def test_numerical_gradient_refuses_whole_numbers(student, rng):
    for x in (np.array([1, 2, 3]), np.array([[4, 5]], dtype=np.int32)):
        assert_refused(lambda x=x: student.numerical_gradient(lambda x: float(np.sum(x ** 2)), x), "TypeError",
                       "whole numbers")
    x = rng.normal(size=2)
    assert_close(student.numerical_gradient(lambda x: float(np.sum(x ** 2)), x), 2 * x, atol=DIFFERENCE_ATOL)


@pytest.mark.exercise("cost", points=1, category="other sizes")
def test_cost_of_other_sizes(student, rng):
    for sizes in [*rng.integers(1, 300, (5, 3)).tolist(), [1, 1, 1]]:
        inputs, hidden, outputs = sizes
        count = sum(np.zeros(shape).size for shape in [(inputs, hidden), hidden, (hidden, outputs), outputs])
        assert_equal(student.cost(*sizes), (count, 2 * count))


@pytest.mark.exercise("fast_numerical_gradient", points=1.5, category="other sizes, zeros and large scores")
def test_fast_numerical_gradient_of_other_sizes(student, rng):
    for sizes in [(5, 2, 3, 4), (3, 3, 3, 3), (4, 2, 5, 1), (1, 1, 2, 3)]:
        params, x, t = net(*sizes, rng)
        x[:, 0] = 0
        x[0, 1:2], x[1:, 1:2] = 0, 1  # of no use to the first example, and of use to all others
        params["W2"] *= 10
        outcome = student.observe("fast_numerical_gradient", params, x, t, 0.01)
        assert_gradients(outcome.value, differences(params, x, t, 0.01), EXACT_ATOL)
        for name in NAMES:
            assert_equal(outcome.arguments[0][name], params[name])
        assert_equal(outcome.arguments[1], x)


@pytest.mark.exercise("fast_numerical_gradient", points=1.5, category="400,000 weights within the time limit",
                      entries=1_000_000)
def test_fast_numerical_gradient_of_a_large_net(student, rng):
    params, x, t = large_net(rng)
    assert_gradients(student.fast_numerical_gradient(params, x, t), slopes(params, x, t), DIFFERENCE_ATOL)
