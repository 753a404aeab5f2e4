"""Public checks of unit u07_numerical_gradient."""

import numpy as np
import pytest

from autograder.checking.numeric import assert_close, assert_equal, assert_refused, fail
from autograder.checking.recording import note_comparison
from autograder.checking.several import entries_of

DIFFERENCE_ATOL = 1e-7  # at h = 1e-4: an error of h^2 / 6 times the third derivative, and rounding of 1e-16 / h
EXACT_ATOL = 1e-10      # two ways of taking the same central difference: rounding of the loss over 2h
NAMES = ("W1", "b1", "W2", "b2")


def loss_of(params, x, t):
    """Return the mean cross-entropy of the net, example by example."""
    total = 0.0
    for row, label in zip(x, t, strict=True):
        hidden = 1 / (1 + np.exp(-(row @ params["W1"] + params["b1"])))
        scores = hidden @ params["W2"] + params["b2"]
        total += np.logaddexp.reduce(scores) - scores[label]
    return float(total / len(t))


def differences(params, x, t, h):
    """Return the central differences of loss_of for every parameter, one full loss at a time."""
    result = {}
    for name, values in params.items():
        result[name] = np.zeros(values.shape)
        for place in np.ndindex(values.shape):
            ends = []
            for step in (h, -h):
                moved = {key: array.copy() for key, array in params.items()}
                moved[name][place] += step
                ends.append(loss_of(moved, x, t))
            result[name][place] = (ends[0] - ends[1]) / (2 * h)
    return result


def net(inputs, hidden, outputs, count, rng):
    """Return random params, `count` inputs (a third of the entries 0) and labels."""
    params = {"W1": rng.normal(size=(inputs, hidden)), "b1": rng.normal(size=hidden),
              "W2": rng.normal(size=(hidden, outputs)), "b2": rng.normal(size=outputs)}
    x = rng.normal(size=(count, inputs)) * (rng.random((count, inputs)) > 0.3)
    return params, x, rng.integers(0, outputs, count)


def large_net(rng):
    """Return params, inputs and labels of a net with 400,000 weights into its hidden units."""
    params, x, t = net(2000, 200, 3, 5, rng)
    params["W1"] /= 40
    return params, x, t


def slopes(params, x, t):
    """Return the gradient of loss_of, going backward."""
    z = 1 / (1 + np.exp(-(x @ params["W1"] + params["b1"])))
    scores = z @ params["W2"] + params["b2"]
    dscores = np.exp(scores - np.logaddexp.reduce(scores, axis=1, keepdims=True))
    dscores[np.arange(len(t)), t] -= 1
    dscores /= len(t)
    da = dscores @ params["W2"].T * z * (1 - z)
    return {"W1": x.T @ da, "b1": da.sum(axis=0), "W2": z.T @ dscores, "b2": dscores.sum(axis=0)}


def assert_gradients(got, expected, atol):
    """Fail unless `got` is a dictionary with the arrays of `expected`, to within atol."""
    for name, slopes in zip(NAMES, entries_of(got, *NAMES), strict=True):
        assert_close(slopes, expected[name], rtol=0, atol=atol, of=f"the gradient of {name}")


def assert_same_bits(got, expected):
    """Fail unless every entry is the same number to the last bit."""
    if not isinstance(got, np.ndarray) or got.shape != expected.shape or got.tobytes() != expected.tobytes():
        fail("x is not exactly what it was: is the old value put back, or computed anew?", expected, got)
    assert_equal(got, expected)


@pytest.mark.exercise("numerical_gradient", points=0.25)
def test_numerical_gradient_of_the_example_in_the_text(student):
    got = student.numerical_gradient(lambda x: float(x[0] ** 2 + x[0] * x[1]), np.array([3.0, 5.0]))
    assert_close(got, [11.0, 3.0], atol=DIFFERENCE_ATOL)


@pytest.mark.exercise("numerical_gradient", points=0.5)
def test_numerical_gradient_of_a_table_takes_twelve_calls_and_restores_it(student):
    factors = np.array([[1.0, 2.0, 3.0], [-4.0, 5.0, -6.0]])
    x = np.array([[0.2, 2.1, 2.3], [0.4, 3.1, 0.6]])  # 0.2 + h - 2h + h is not 0.2
    calls = []

    def f(x):
        calls.append(x)
        return float(np.sum(factors * np.sin(x)))

    outcome = student.observe("numerical_gradient", f, x)
    assert_close(outcome.value, factors * np.cos(x), atol=DIFFERENCE_ATOL)
    if len(calls) != 12:
        fail(f"f is called {len(calls)} times for 6 entries; each needs two calls.", 12, len(calls))
    note_comparison(12, len(calls), "", passed=True)
    assert_same_bits(outcome.arguments[1], x)


# The central difference of a cube is 3 x^2 + h^2, with no further terms.
@pytest.mark.exercise("numerical_gradient", points=0.25)
def test_numerical_gradient_takes_differences_to_both_sides(student):
    got = student.numerical_gradient(lambda x: float(np.sum(x ** 3)), np.array([1.0, -2.0]), 0.5)
    assert_close(got, [3.25, 12.25], atol=DIFFERENCE_ATOL)


@pytest.mark.exercise("numerical_gradient", points=0.25)
def test_numerical_gradient_of_a_single_number_and_of_three_axes(student):
    got = student.numerical_gradient(lambda x: float(x ** 2), np.array(3.0))
    assert_close(got, 6.0, atol=DIFFERENCE_ATOL)
    x = np.linspace(-1.0, 1.0, 12).reshape(2, 3, 2)
    got = student.numerical_gradient(lambda x: float(np.sum(x ** 2)), x)
    assert_close(got, 2 * x, atol=DIFFERENCE_ATOL)


# One row of weights (1, 2, 3; 4, 5, 6), the input (1, -1) and outputs that should be 0: residuals of -3.
@pytest.mark.exercise("numerical_gradient", points=0.5)
def test_numerical_gradient_of_a_model_that_holds_its_own_weights(student):
    model = student.Model([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]], np.array([[1.0, -1.0]]), np.zeros((1, 3)))
    got = student.numerical_gradient(model, model.ref("W"))
    assert_close(got, [[-6.0, -6.0, -6.0], [6.0, 6.0, 6.0]], atol=DIFFERENCE_ATOL)
    got = student.numerical_gradient(model, model.ref("half"))
    assert_close(got, [[-6.0, -6.0], [6.0, 6.0]], atol=DIFFERENCE_ATOL)


@pytest.mark.exercise("numerical_gradient", points=0.25, shortcut="always TypeError")
def test_numerical_gradient_refuses_whole_numbers(student):
    x = np.array([1, 2, 3])
    assert_refused(lambda: student.numerical_gradient(lambda x: float(np.sum(x ** 2)), x), "TypeError",
                   "whole numbers")


@pytest.mark.exercise("cost", points=0.5)
def test_cost_of_the_example_in_the_text(student):
    assert_equal(student.cost(2, 3, 1), (13, 26))


@pytest.mark.exercise("cost", points=0.5)
def test_cost_of_the_net_that_took_75_minutes(student):
    assert_equal(student.cost(784, 50, 10), (39760, 79520))
    assert_equal(student.cost(4, 1, 3), (11, 22))


@pytest.mark.exercise("fast_numerical_gradient", points=1.25)
def test_fast_numerical_gradient_equals_the_slow_one(student):
    params, x, t = net(4, 3, 2, 5, np.random.default_rng(7))
    outcome = student.observe("fast_numerical_gradient", params, x, t)
    assert_gradients(outcome.value, differences(params, x, t, 1e-4), EXACT_ATOL)
    for name, now in zip(NAMES, entries_of(outcome.arguments[0], *NAMES, of="params"), strict=True):
        assert_equal(now, params[name], of=f"{name} after the call")
    assert_equal(outcome.arguments[1], x, of="x after the call")


@pytest.mark.exercise("fast_numerical_gradient", points=1.25)
def test_fast_numerical_gradient_with_a_large_step_is_still_the_difference(student):
    params, x, t = net(3, 2, 4, 6, np.random.default_rng(8))
    got = student.fast_numerical_gradient(params, x, t, 0.5)
    assert_gradients(got, differences(params, x, t, 0.5), EXACT_ATOL)


# 801,206 full passes, or a Python loop over the weights, cannot end within the time limit of a call.
@pytest.mark.exercise("fast_numerical_gradient", points=0.5, entries=1_000_000)
def test_fast_numerical_gradient_of_400_000_weights(student):
    params, x, t = large_net(np.random.default_rng(9))
    assert_gradients(student.fast_numerical_gradient(params, x, t), slopes(params, x, t), DIFFERENCE_ATOL)
