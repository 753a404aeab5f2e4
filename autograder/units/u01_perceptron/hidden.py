"""Hidden checks of unit u01_perceptron."""

import pytest

from autograder.checking.numeric import assert_close, assert_unchanged


@pytest.mark.exercise("forward", points=1, category="layers of other sizes")
def test_forward_of_other_sizes(student, rng):
    for m, n in [(4, 2), (3, 3), (1, 5), (5, 1)]:
        W, x, b = rng.normal(size=(m, n)), rng.normal(size=(n, 1)), rng.normal(size=(m, 1))
        expected = [[sum(W[k, i] * x[i, 0] for i in range(n)) + b[k, 0]] for k in range(m)]
        outcome = student.observe("forward", W, x, b)
        assert_close(outcome.value, expected)
        assert_unchanged(outcome, W, x, b)


# With two outputs the mean and the half of the sum are the same number; three outputs tell them apart.
@pytest.mark.exercise("sse", points=1, category="three and more outputs")
def test_sse_of_three_and_more_outputs(student, rng):
    for m in (3, 7):
        u, d = rng.normal(size=(m, 1)), rng.normal(size=(m, 1))
        outcome = student.observe("sse", u, d)
        assert_close(outcome.value, sum((u[k, 0] - d[k, 0]) ** 2 for k in range(m)))
        assert_unchanged(outcome, u, d)
