"""Hidden checks of unit u04_graph_nodes.

The oracles are central differences of sum(dout * out), for which the output is written out here with loops or
products of its own, and the adjoint identity <Rx, G> = <x, R'G>.
"""

import numpy as np
import pytest

from autograder.checking.numeric import assert_close, assert_own_memory, assert_unchanged, central_difference

SHAPES = [(4, 2), (3, 3), (1, 5), (6, 1)]                  # of a batch
SIZES = [(5, 3, 2), (3, 3, 3), (1, 4, 2), (2, 1, 4), (4, 2, 1)]  # N, D, M
# All these outputs are linear in each entry: a long step has no error but rounding.
STEP, ROUNDING = 0.5, {"rtol": 1e-9, "atol": 1e-10}


def loss_gradient(f, at, dout):
    """Return the gradient of sum(dout * f(at)) by central differences."""
    return central_difference(lambda moved: np.sum(dout * f(moved)), at, STEP)


@pytest.mark.exercise("Add", points=1, category="other shapes")
def test_add_of_other_shapes(student, rng):
    for shape in SHAPES:
        x, y, dout = rng.normal(size=(3, *shape))
        add = student.Add()
        assert_close(add.forward(x, y), x + y)
        outcome = add.observe("backward", dout)
        assert_close(outcome.value, [loss_gradient(lambda moved, y=y: moved + y, x, dout)] * 2, **ROUNDING)
        assert_unchanged(outcome, dout)
        assert_own_memory(outcome)


@pytest.mark.exercise("Mul", points=0.5, category="other shapes")
def test_mul_of_other_shapes(student, rng):
    for shape in SHAPES:
        x, y, dout = rng.normal(size=(3, *shape))
        mul = student.Mul()
        outcome = mul.observe("forward", x, y)
        assert_unchanged(outcome, x, y)
        outcome = mul.observe("backward", dout)
        dx = loss_gradient(lambda moved, y=y: moved * y, x, dout)
        dy = loss_gradient(lambda moved, x=x: moved * x, y, dout)
        assert_close(outcome.value, [dx, dy], **ROUNDING)
        assert_unchanged(outcome, dout)


@pytest.mark.exercise("Mul", points=0.5, category="both inputs the same")
def test_mul_of_an_array_with_itself(student, rng):
    x, dout = rng.normal(size=(2, 3, 4))
    mul = student.Mul()
    mul.forward(x, x)
    dx, dy = mul.backward(dout)
    assert_close(dx + dy, loss_gradient(np.square, x, dout), **ROUNDING)


@pytest.mark.exercise("Branch", points=0.5, category="x times x")
def test_branch_and_a_product_give_the_slope_of_a_square(student, rng):
    for shape in SHAPES:
        x, dout = rng.normal(size=(2, *shape))
        branch = student.Branch(2)
        first, second = branch.forward(x)
        assert_close(branch.backward(dout * second, dout * first), loss_gradient(np.square, x, dout), **ROUNDING)


@pytest.mark.exercise("Branch", points=0.5, category="other numbers of branches")
def test_branch_with_other_numbers_of_branches(student, rng):
    for k in (1, 4, 5):
        x, gradients = rng.normal(size=(2, 3)), rng.normal(size=(k, 2, 3))
        branch = student.Branch(k)
        assert_close(branch.forward(x), [x] * k)
        outcome = branch.observe("backward", *gradients)
        assert_close(outcome.value, gradients.sum(axis=0))
        assert_unchanged(outcome, *gradients)
        assert_own_memory(outcome)


@pytest.mark.exercise("Repeat", points=1, category="repeat and sum as adjoints")
def test_repeat_is_the_adjoint_of_its_backward(student, rng):
    for N, D in SHAPES:
        x, G = rng.normal(size=(1, D)), rng.normal(size=(N, D))
        repeat = student.Repeat(N)
        outcome = repeat.observe("forward", x)
        assert_unchanged(outcome, x)
        assert_close(outcome.value, np.ones((N, 1)) @ x)
        back = repeat.observe("backward", G)
        assert_close(np.sum(x * back.value), np.sum(outcome.value * G), **ROUNDING)
        assert_close(back.value, np.ones((1, N)) @ G)
        assert_unchanged(back, G)
        assert_own_memory(back)


@pytest.mark.exercise("Sum", points=1, category="repeat and sum as adjoints")
def test_sum_is_the_adjoint_of_its_backward(student, rng):
    total = student.Sum()
    for N, D in SHAPES:
        x, g = rng.normal(size=(N, D)), rng.normal(size=(1, D))
        outcome = total.observe("forward", x)
        assert_unchanged(outcome, x)
        assert_own_memory(outcome)
        assert_close(outcome.value, np.ones((1, N)) @ x)
        back = total.observe("backward", g)
        assert_close(np.sum(x * back.value), np.sum(outcome.value * g), **ROUNDING)
        assert_close(back.value, np.ones((N, 1)) @ g)
        assert_unchanged(back, g)


@pytest.mark.exercise("MatMul", points=1, category="gradients of other sizes")
def test_matmul_against_central_differences(student, rng):
    for N, D, M in SIZES:
        x, W, dout = rng.normal(size=(N, D)), rng.normal(size=(D, M)), rng.normal(size=(N, M))
        layer = student.MatMul(W)
        assert_close(layer.forward(x), np.einsum("nd,dm->nm", x, W))
        outcome = layer.observe("backward", dout)
        assert_close(outcome.value, loss_gradient(lambda moved, W=W: moved @ W, x, dout), **ROUNDING)
        assert_close(layer.grads[0], loss_gradient(lambda moved, x=x: x @ moved, W, dout), **ROUNDING)
        assert_close(layer.params[0], W)
        assert_unchanged(outcome, dout)


@pytest.mark.exercise("MatMul", points=0.5, category="gradients written in place")
def test_matmul_writes_over_the_gradient_of_the_last_batch(student, rng):
    layer = student.MatMul(rng.normal(size=(3, 2)))
    kept = layer.ref("grads", 0)
    assert_close(kept.value(), np.zeros((3, 2)))
    for N in (4, 1, 3):
        x, dout = rng.normal(size=(N, 3)), rng.normal(size=(N, 2))
        layer.forward(x)
        layer.backward(dout)
        assert_close(kept.value(), np.einsum("nd,nm->dm", x, dout))


@pytest.mark.exercise("Affine", points=0.75, category="gradients of other sizes")
def test_affine_against_central_differences(student, rng):
    for N, D, M in SIZES:
        x, W, b, dout = (rng.normal(size=size) for size in [(N, D), (D, M), M, (N, M)])
        layer = student.Affine(W, b)
        outcome = layer.observe("forward", x)
        assert_close(outcome.value, np.einsum("nd,dm->nm", x, W) + b)
        assert_unchanged(outcome, x)
        outcome = layer.observe("backward", dout)
        assert_close(outcome.value, loss_gradient(lambda moved, W=W: moved @ W, x, dout), **ROUNDING)
        assert_close(layer.grads[0], loss_gradient(lambda moved, x=x: x @ moved, W, dout), **ROUNDING)
        assert_close(layer.grads[1], loss_gradient(lambda moved, x=x, W=W: x @ W + moved, b, dout), **ROUNDING)
        assert_unchanged(outcome, dout)


@pytest.mark.exercise("Affine", points=0.75, category="gradients written in place")
def test_affine_writes_over_the_gradients_of_the_last_batch(student, rng):
    W, b = rng.normal(size=(3, 2)), rng.normal(size=2)
    layer = student.Affine(W, b)
    kept_W, kept_b = layer.ref("grads", 0), layer.ref("grads", 1)
    assert_close(kept_W.value(), np.zeros((3, 2)))
    assert_close(kept_b.value(), np.zeros(2))
    for N in (4, 1, 3):
        x, dout = rng.normal(size=(N, 3)), rng.normal(size=(N, 2))
        layer.forward(x)
        layer.backward(dout)
        assert_close(kept_W.value(), np.einsum("nd,nm->dm", x, dout))
        assert_close(kept_b.value(), np.einsum("nm->m", dout))
    assert_close(layer.params[0], W)
    assert_close(layer.params[1], b)
