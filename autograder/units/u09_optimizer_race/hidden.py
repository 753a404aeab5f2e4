"""Hidden checks of unit u09_optimizer_race: each change is computed here from the whole history of gradients."""

import numpy as np
import pytest

from autograder.checking.numeric import assert_close, assert_unchanged


def momentum_change(history, eta, beta):
    """Return the change after a history of gradients, (t, ...): every old step counts, each with its power of beta."""
    weights = beta ** np.arange(len(history))[::-1]
    return -eta * np.tensordot(weights, history, 1)


def adagrad_change(history, eta, eps):
    return -eta * history[-1] / (np.sqrt(np.sum(history**2, axis=0)) + eps)


def adam_change(history, eta, beta1, beta2, eps):
    def average(values, beta):
        weights = beta ** np.arange(len(values))[::-1]
        return np.tensordot(weights / weights.sum(), values, 1)

    return -eta * average(history, beta1) / (np.sqrt(average(history**2, beta2)) + eps)


def assert_changes(optimizer, rng, change, shapes=((3, 2), (2,)), steps=7):
    """Compare an optimiser on random gradients with the change that the whole history implies."""
    gradients = [np.stack([rng.normal(size=shape) * 10.0 ** rng.integers(-2, 2) for _ in range(steps)])
                 for shape in shapes]
    for step in range(steps):
        pair = [gradient[step] for gradient in gradients]
        outcome = optimizer.observe("update", *pair)
        assert_unchanged(outcome, *pair)
        for got, gradient in zip(outcome.value, gradients, strict=True):
            assert_close(got, change(gradient[:step + 1]), rtol=1e-7)


def assert_descends(optimizer, rng, change, steps=12):
    """Compare the path of an optimiser down a random quadratic bowl with that of `change`."""
    steepness = rng.uniform(0.1, 2.0, size=2)
    w, b = rng.normal(size=2)
    history, point = [], np.array([w, b])
    for _ in range(steps):
        dw, db = optimizer.update(steepness[0] * w, steepness[1] * b)
        w, b = w + dw, b + db
        history.append(steepness * point)
        point = point + change(np.array(history))
        assert_close([w, b], point, rtol=1e-6, atol=1e-9)


@pytest.mark.exercise("Momentum", points=1.5, category="random bowls and other shapes")
def test_momentum_on_random_gradients(student, rng):
    for shapes in [((3, 2), (2,)), ((2, 2), (2, 2)), ((1,), ())]:
        eta, beta = rng.uniform(0.01, 1.0), rng.uniform(0.3, 0.95)
        assert_changes(student.Momentum(eta=eta, beta=beta), rng,
                       lambda h, eta=eta, beta=beta: momentum_change(h, eta, beta), shapes)
    assert_descends(student.Momentum(), rng, lambda h: momentum_change(h, 0.01, 0.9))


@pytest.mark.exercise("AdaGrad", points=1.5, category="random bowls and other shapes")
def test_adagrad_on_random_gradients(student, rng):
    for shapes in [((3, 2), (2,)), ((2, 2), (2, 2)), ((1,), ())]:
        eta, eps = rng.uniform(0.01, 1.0), rng.uniform(0.001, 0.1)
        assert_changes(student.AdaGrad(eta=eta, eps=eps), rng,
                       lambda h, eta=eta, eps=eps: adagrad_change(h, eta, eps), shapes)
    assert_descends(student.AdaGrad(), rng, lambda h: adagrad_change(h, 0.01, 1e-7))


@pytest.mark.exercise("Adam", points=1, category="random gradients, other shapes")
def test_adam_on_random_gradients(student, rng):
    for shapes in [((3, 2), (2,)), ((2, 2), (2, 2)), ((1,), ())]:
        eta, eps = rng.uniform(0.01, 1.0), rng.uniform(0.001, 0.1)
        beta1, beta2 = rng.uniform(0.3, 0.95, size=2)
        assert_changes(student.Adam(eta=eta, beta1=beta1, beta2=beta2, eps=eps), rng,
                       lambda h, eta=eta, beta1=beta1, beta2=beta2, eps=eps: adam_change(h, eta, beta1, beta2, eps),
                       shapes)


@pytest.mark.exercise("Adam", points=1, category="random bowls, gradients of zero")
def test_adam_down_random_bowls(student, rng):
    for _ in range(3):
        assert_descends(student.Adam(), rng, lambda h: adam_change(h, 1e-3, 0.9, 0.999, 1e-8))
    assert_close(student.Adam().update(np.zeros((2, 3)), np.zeros(3))[0], np.zeros((2, 3)))


@pytest.mark.exercise("init_std", points=1, category="other sizes")
def test_std_of_other_sizes(student, rng):
    for prev in (1, *map(int, rng.integers(2, 2000, size=4))):
        assert_close(student.init_std(prev, "Sigmoid"), prev**-0.5)
        assert_close(student.init_std(prev, "Tanh"), prev**-0.5)
        assert_close(student.init_std(prev, "ReLU"), (prev / 2) ** -0.5)
