"""Public checks of unit u02_gradient_descent."""

import numpy as np
import pytest

from autograder.checking.numeric import assert_close, assert_shape, assert_unchanged, fail, kind_of, reason_for
from autograder.checking.several import is_flat, of_shape, results_of

W = np.array([[0.0, 0.3, -0.8], [1.0, -1.2, 0.5]])
x = np.array([[5.0], [2.0], [7.0]])
b = np.array([[1.2], [3.4]])
d = np.array([[1.0], [0.0]])

# The notes' run, recomputed exactly (each step multiplies both residuals by 1 - 2 * 0.0001 * 78 = 0.9844): the loss
# before steps 1, 11, ..., 91 and after step 100, printed to six decimals.
PRINTED = [113.29, 82.722505, 60.402620, 44.105005, 32.204753, 23.515384, 17.170549, 12.537654, 9.154790, 6.684678,
           4.881042]
HALF_A_DIGIT = 5.1e-7


def slope_of_x_squared(x):
    return 2.0 * x


def slope_of_x_to_the_fourth(x):
    return 4.0 * x**3


def losses_of(value, steps, first):
    """Return the weights and the losses that train gave, or fail where the list of losses does not begin or end right.

    first: the loss before any step; `steps` steps have one loss more.
    """
    weights, losses = results_of(value, "weights", "losses", looks=(of_shape(*W.shape), is_flat))
    if not isinstance(losses, list | tuple | np.ndarray):
        fail(f"losses should be a list with a loss for each step and one more, but yours is {kind_of(losses)}.",
             f"{steps + 1} losses", losses, reason=reason_for(losses))
    if len(losses):
        assert_close(losses[0], first, of="losses[0], the loss before any step")
    if len(losses) != steps + 1:
        fail(f"{steps} step{'s' * (steps != 1)} should give {steps + 1} losses: one before each step and one after the "
             f"last. Yours gave {len(losses)}.", f"{steps + 1} losses", losses, f"{len(losses)} losses")
    return weights, losses


@pytest.mark.exercise("grad_W", points=1)
def test_gradient_of_the_worked_example(student):
    outcome = student.observe("grad_W", W, x, b, d)
    assert_close(outcome.value, [[-48.0, -19.2, -67.2], [95.0, 38.0, 133.0]])
    assert_unchanged(outcome, W=W, x=x, b=b, d=d)


@pytest.mark.exercise("grad_W", points=0.5)
def test_gradient_with_three_outputs(student):
    W, x = np.array([[1.0, 0.0], [0.0, 1.0], [1.0, 1.0]]), np.array([[1.0], [2.0]])
    b, d = np.array([[1.0], [0.0], [-1.0]]), np.array([[1.0], [0.0], [-1.0]])
    assert_close(student.grad_W(W, x, b, d), [[2.0, 4.0], [4.0, 8.0], [6.0, 12.0]])


@pytest.mark.exercise("train", points=1)
def test_one_step_with_learning_rate_one_hundredth(student):
    outcome = student.observe("train", W, x, b, d, 0.01, 1)
    weights, losses = losses_of(outcome.value, 1, PRINTED[0])
    assert_close(losses[1], 35.527744, of="losses[1], the loss after the step")
    assert_close(weights, [[0.48, 0.492, -0.128], [0.05, -1.58, -0.83]], of="weights")
    assert_unchanged(outcome, W=W, x=x, b=b, d=d)
    # The names of the notebook hold the numbers above: here only the arguments know.
    other = np.array([[1.0], [0.0], [2.0]]), np.array([[0.0], [1.0]]), np.array([[1.0], [1.0]])
    weights, losses = losses_of(student.train(np.ones((2, 3)), *other, 0.01, 1), 1, 13.0)
    assert_close(losses[1], 10.53, of="losses[1], the loss after the step")
    assert_close(weights, [[0.96, 1.0, 0.92], [0.94, 1.0, 0.88]], of="weights")


@pytest.mark.exercise("train", points=0.5)
def test_a_hundred_steps_with_learning_rate_one_ten_thousandth(student):
    _, losses = losses_of(student.train(W, x, b, d, 0.0001, 100), 100, PRINTED[0])
    assert_close(losses[::10], PRINTED, rtol=0, atol=HALF_A_DIGIT, of="losses[::10], every tenth loss")


@pytest.mark.exercise("descend", points=0.25)
def test_a_step_that_is_too_long_jumps_to_and_fro(student):
    assert_close(student.descend(slope_of_x_squared, 1.0, 1.0, 3), [1.0, -1.0, 1.0, -1.0])


# Near the bottom the steps are tiny, and still each one counts.
@pytest.mark.exercise("descend", points=0.5)
def test_two_hundred_steps_are_all_taken(student):
    expected = 0.8 ** np.arange(201)
    points = student.descend(slope_of_x_squared, 1.0, 0.1, 200)
    assert_shape(points, (201,))
    assert_close(points, expected, atol=0)


@pytest.mark.exercise("descend", points=0.5)
def test_ten_short_steps_from_the_whole_number_one(student):
    points = student.descend(slope_of_x_squared, 1, 0.1, 10)
    assert_close(points, [1.0, 0.8, 0.64, 0.512, 0.4096, 0.32768, 0.262144, 0.2097152, 0.16777216, 0.134217728,
                          0.1073741824])


# What follows from the formula for x squared alone is no walk on another function.
@pytest.mark.exercise("descend", points=0.25)
def test_three_steps_on_another_function(student):
    assert_close(student.descend(slope_of_x_to_the_fourth, 1.0, 0.125, 3), [1.0, 0.5, 0.4375, 0.395629882812500])
