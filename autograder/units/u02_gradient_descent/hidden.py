"""Hidden checks of unit u02_gradient_descent."""

import numpy as np
import pytest

from autograder.checking.numeric import assert_close, assert_unchanged
from autograder.checking.several import results_of

SIZES = [(4, 2), (3, 3), (1, 5), (5, 1), (1, 1)]
H = 1e-5
# A central difference of a quadratic has no error of its own, only rounding: about 1e-16 * loss / H.
DIFFERENCE = 1e-6


def sum_of_squares(W, x, b, d):
    return sum((sum(W[k, i] * x[i, 0] for i in range(len(x))) + b[k, 0] - d[k, 0]) ** 2 for k in range(len(b)))


def layer(rng, m, n):
    """Return random W (m, n), x (n, 1), b (m, 1), d (m, 1)."""
    return rng.normal(size=(m, n)), rng.normal(size=(n, 1)), rng.normal(size=(m, 1)), rng.normal(size=(m, 1))


@pytest.mark.exercise("grad_W", points=1.5, category="layers of other sizes")
def test_gradient_agrees_with_central_differences(student, rng):
    for m, n in SIZES:
        W, x, b, d = layer(rng, m, n)
        expected = np.empty((m, n))
        for place in np.ndindex(m, n):
            shift = np.zeros((m, n))
            shift[place] = H
            expected[place] = (sum_of_squares(W + shift, x, b, d) - sum_of_squares(W - shift, x, b, d)) / (2 * H)
        outcome = student.observe("grad_W", W, x, b, d)
        assert_close(outcome.value, expected, rtol=DIFFERENCE, atol=DIFFERENCE)
        assert_unchanged(outcome, W, x, b, d)


# Closed form: a step multiplies every residual by 1 - 2 lr |x|^2, so the changes of W are a geometric series.
@pytest.mark.exercise("train", points=1.5, category="other layers and other numbers of steps")
def test_training_of_other_layers(student, rng):
    for m, n, steps in [(4, 2, 7), (3, 3, 1), (1, 5, 20), (2, 1, 0)]:
        W, x, b, d = layer(rng, m, n)
        lr = 0.3 / np.sum(x * x)
        residual = W @ x + b - d
        shrink = 1 - 2 * lr * np.sum(x * x)
        outcome = student.observe("train", W, x, b, d, lr, steps)
        weights, losses = results_of(outcome.value, "weights", "losses")
        assert_close(losses, [np.sum(residual ** 2) * shrink ** (2 * i) for i in range(steps + 1)])
        assert_close(weights, W - 2 * lr * sum(shrink ** i for i in range(steps)) * residual @ x.T)
        assert_unchanged(outcome, W, x, b, d)


@pytest.mark.exercise("descend", points=1, category="other parabolas")
def test_descent_on_random_parabolas(student, rng):
    # Each step shrinks the distance to the bottom by a factor, to the other side where it is negative.
    for steps, shrink in [(1, rng.uniform(0.3, 0.9)), (5, -rng.uniform(0.3, 0.9)), (100, rng.uniform(0.3, 0.7))]:
        steepness, bottom, start = rng.uniform(0.5, 3), rng.normal(), rng.normal()
        eta = (1 - shrink) / steepness
        points = student.descend(lambda x, a=steepness, c=bottom: a * (x - c), start, eta, steps)
        assert_close(points, [bottom + (1 - eta * steepness) ** i * (start - bottom) for i in range(steps + 1)])


@pytest.mark.exercise("descend", points=0.5, category="no step at all")
def test_descent_of_no_steps_stays_at_the_start(student, rng):
    start = rng.normal()
    assert_close(student.descend(lambda x: x, start, 0.1, 0), [start])
