"""Public checks of unit u01_perceptron."""

import numpy as np
import pytest

from autograder.checking.numeric import assert_close, assert_unchanged

W = np.array([[0.0, 0.3, -0.8], [1.0, -1.2, 0.5]])
x = np.array([[5.0], [2.0], [7.0]])
b = np.array([[1.2], [3.4]])
d = np.array([[1.0], [0.0]])


@pytest.mark.exercise("forward", points=0.5)
def test_forward_of_the_worked_example(student):
    outcome = student.observe("forward", W, x, b)
    assert_close(outcome.value, [[-3.8], [9.5]])
    assert_unchanged(outcome, W=W, x=x, b=b)


# What stands in the notebook, or is written down as numbers, has another size.
@pytest.mark.exercise("forward", points=0.5)
def test_forward_of_a_layer_with_two_inputs_and_three_outputs(student):
    W = np.array([[1.0, 2.0], [3.0, -1.0], [0.5, 0.0]])
    x, b = np.array([[2.0], [-1.0]]), np.array([[0.0], [1.0], [-2.0]])
    assert_close(student.forward(W, x, b), [[0.0], [8.0], [-1.0]])


@pytest.mark.exercise("sse", points=0.5)
def test_sse_of_the_worked_example(student):
    u = np.array([[-3.8], [9.5]])
    outcome = student.observe("sse", u, d)
    assert_close(outcome.value, 113.29)
    assert_unchanged(outcome, u=u, d=d)


@pytest.mark.exercise("sse", points=0.5)
def test_sse_of_a_single_output(student):
    assert_close(student.sse(np.array([[5.0]]), np.array([[2.0]])), 9.0)
