"""Public checks of unit u04_graph_nodes."""

import numpy as np
import pytest

from autograder.checking.numeric import assert_close, assert_own_memory, assert_unchanged
from autograder.checking.several import results_of

x = np.array([[2.0, -1.0, 0.5], [3.0, 4.0, -2.0]])
y = np.array([[5.0, 6.0, -4.0], [0.5, 1.0, 3.0]])
dout = np.array([[10.0, -3.0, 2.0], [1.0, 0.5, -7.0]])
row = np.linspace(-1.0, 1.0, 8).reshape(1, 8)
batch = np.sin(np.arange(1.0, 57.0)).reshape(7, 8)
W = np.array([[1.0, -2.0], [0.0, 3.0], [0.5, 4.0]])
b = np.array([10.0, -1.0])
dout_of_two = np.array([[1.0, 2.0], [-3.0, 0.5]])


@pytest.mark.exercise("Add", points=0.5)
def test_add_forward(student):
    outcome = student.Add().observe("forward", x, y)
    assert_close(outcome.value, [[7.0, 5.0, -3.5], [3.5, 5.0, 1.0]])
    assert_unchanged(outcome, x=x, y=y)


@pytest.mark.exercise("Add", points=0.5)
def test_add_sends_the_gradient_to_both_inputs(student):
    add = student.Add()
    add.forward(x, y)
    outcome = add.observe("backward", dout)
    for name, gradient in zip(("dx", "dy"), results_of(outcome.value, "dx", "dy"), strict=True):
        assert_close(gradient, dout, of=name)
    assert_unchanged(outcome, dout=dout)
    assert_own_memory(outcome)


@pytest.mark.exercise("Mul", points=0.5)
def test_mul_forward(student):
    outcome = student.Mul().observe("forward", x, y)
    assert_close(outcome.value, [[10.0, -6.0, -2.0], [1.5, 4.0, -6.0]])
    assert_unchanged(outcome, x=x, y=y)


@pytest.mark.exercise("Mul", points=0.5)
def test_mul_backward(student):
    mul = student.Mul()
    mul.forward(y, y)
    mul.forward(x, y)
    outcome = mul.observe("backward", dout)
    dx, dy = results_of(outcome.value, "dx", "dy")
    assert_close(dx, [[50.0, -18.0, -8.0], [0.5, 0.5, -21.0]], of="dx")
    assert_close(dy, [[20.0, 3.0, 1.0], [3.0, 2.0, 14.0]], of="dy")
    assert_unchanged(outcome, dout=dout)
    # The names of the notebook hold the numbers above: here only the node remembers.
    other = student.Mul()
    other.forward(dout, x)
    dx, dy = results_of(other.backward(y), "dx", "dy")
    assert_close(dx, [[10.0, -6.0, -2.0], [1.5, 4.0, -6.0]], of="dx")
    assert_close(dy, [[50.0, -18.0, -8.0], [0.5, 0.5, -21.0]], of="dy")


@pytest.mark.exercise("Branch", points=0.5)
def test_branch_makes_three_copies(student):
    outcome = student.Branch(3).observe("forward", x)
    assert_close(outcome.value, [x, x, x])
    assert_own_memory(outcome)


@pytest.mark.exercise("Branch", points=0.5)
def test_branch_joins_three_gradients(student):
    branch = student.Branch(3)
    branch.forward(x)
    outcome = branch.observe("backward", dout, x, y)
    assert_close(outcome.value, [[17.0, 2.0, -1.5], [4.5, 5.5, -6.0]])
    assert_unchanged(outcome, dout, x, y)
    assert_own_memory(outcome)
    alone = student.Branch(1)
    alone.forward(x)
    outcome = alone.observe("backward", dout)
    assert_close(outcome.value, dout)
    assert_own_memory(outcome)


@pytest.mark.exercise("Repeat", points=0.5)
def test_repeat_writes_a_row_seven_times(student):
    outcome = student.Repeat(7).observe("forward", row)
    assert_close(outcome.value, [row[0]] * 7)
    assert_unchanged(outcome, x=row)
    assert_own_memory(outcome)


@pytest.mark.exercise("Repeat", points=0.5)
def test_repeat_backward(student):
    repeat = student.Repeat(7)
    repeat.forward(row)
    outcome = repeat.observe("backward", batch)
    assert_close(outcome.value, [[sum(batch[n, d] for n in range(7)) for d in range(8)]])
    assert_unchanged(outcome, dout=batch)
    once = student.Repeat(1)
    assert_close(once.forward(row), row)
    outcome = once.observe("backward", row)
    assert_close(outcome.value, row)
    assert_own_memory(outcome)


@pytest.mark.exercise("Sum", points=0.5)
def test_sum_of_seven_rows(student):
    outcome = student.Sum().observe("forward", batch)
    assert_close(outcome.value, [[sum(batch[n, d] for n in range(7)) for d in range(8)]])
    assert_unchanged(outcome, x=batch)
    outcome = student.Sum().observe("forward", row)
    assert_close(outcome.value, row)
    assert_own_memory(outcome)


@pytest.mark.exercise("Sum", points=0.5)
def test_sum_backward(student):
    total = student.Sum()
    total.forward(batch)
    outcome = total.observe("backward", row)
    assert_close(outcome.value, [row[0]] * 7)
    assert_unchanged(outcome, dout=row)
    assert_own_memory(outcome)
    total = student.Sum()
    total.forward(x)
    assert_close(total.backward(y[:1]), [y[0], y[0]])


@pytest.mark.exercise("MatMul", points=0.5)
def test_matmul_forward(student):
    outcome = student.MatMul(W).observe("forward", x)
    assert_close(outcome.value, [[2.25, -5.0], [2.0, -2.0]])
    assert_unchanged(outcome, x=x)


@pytest.mark.exercise("MatMul", points=0.5)
def test_matmul_backward(student):
    layer = student.MatMul(W)
    layer.forward(x)
    outcome = layer.observe("backward", dout_of_two)
    assert_close(outcome.value, [[-3.0, 6.0, 8.5], [-4.0, 1.5, 0.5]])
    assert_close(layer.grads[0], [[-7.0, 5.5], [-13.0, 0.0], [6.5, 0.0]], of="grads[0]")
    assert_close(layer.params[0], W, of="params[0] after backward")
    assert_unchanged(outcome, dout=dout_of_two)


# Where every size is 2 no shape betrays a forgotten transpose: only the numbers do. The second batch betrays
# what is left over from the first.
@pytest.mark.exercise("MatMul", points=0.5)
def test_matmul_writes_its_gradient_in_place(student):
    layer = student.MatMul(np.array([[1.0, 2.0], [3.0, 4.0]]))
    kept = layer.ref("grads", 0)
    for inputs, upstream, dx, dW in [
        ([[1.0, 0.0], [2.0, 1.0]], [[5.0, 6.0], [0.0, 1.0]], [[17.0, 39.0], [2.0, 4.0]], [[5.0, 8.0], [0.0, 1.0]]),
        ([[0.0, 2.0], [1.0, 1.0]], [[1.0, 0.0], [2.0, 3.0]], [[1.0, 3.0], [8.0, 18.0]], [[2.0, 3.0], [4.0, 3.0]]),
    ]:
        layer.forward(np.array(inputs))
        assert_close(layer.backward(np.array(upstream)), dx)
        assert_close(kept.value(), dW, of="the array that was grads[0] from the beginning")


@pytest.mark.exercise("Affine", points=0.25)
def test_affine_of_the_line(student):
    line = np.linspace(-5.0, 5.0, 251).reshape(251, 1)
    layer = student.Affine(np.array([[-6.0]]), np.array([10.0]))
    heights = layer.forward(line)
    assert_close(heights, [[10.0 - 6.0 * number] for number in line[:, 0]])
    first = [[40.0], [39.76], [39.52], [39.28], [39.04], [38.8], [38.56], [38.32], [38.08], [37.84]]
    assert_close(heights[:10], first)


@pytest.mark.exercise("Affine", points=0.5)
def test_affine_backward(student):
    layer = student.Affine(W, b)
    outcome = layer.observe("forward", x)
    assert_close(outcome.value, [[12.25, -6.0], [12.0, -3.0]])
    assert_unchanged(outcome, x=x)
    outcome = layer.observe("backward", dout_of_two)
    assert_close(outcome.value, [[-3.0, 6.0, 8.5], [-4.0, 1.5, 0.5]])
    assert_close(layer.grads[0], [[-7.0, 5.5], [-13.0, 0.0], [6.5, 0.0]], of="grads[0]")
    assert_close(layer.grads[1], [-2.0, 2.5], of="grads[1]")
    assert_unchanged(outcome, dout=dout_of_two)


# An optimiser has the arrays, not the layer: what it writes into them must reach the layer.
@pytest.mark.exercise("Affine", points=0.5)
def test_affine_uses_the_very_arrays_that_it_was_given(student):
    shelf = student.Affine(W, b)
    given_W, given_b = shelf.ref("params", 0), shelf.ref("params", 1)
    layer = student.Affine(given_W, given_b)
    layer.forward(x)
    given_W.fill(2.0)
    given_b.fill(-1.0)
    assert_close(layer.forward(x), [[2.0, 2.0], [9.0, 9.0]], of="the output after W.fill(2) and b.fill(-1)")


@pytest.mark.exercise("Affine", points=0.25)
def test_affine_writes_its_gradients_in_place(student):
    layer = student.Affine(np.array([[1.0, 2.0], [3.0, 4.0]]), np.array([1.0, -1.0]))
    kept_W, kept_b = layer.ref("grads", 0), layer.ref("grads", 1)
    for inputs, upstream, dW, db in [
        ([[1.0, 0.0], [2.0, 1.0]], [[5.0, 6.0], [0.0, 1.0]], [[5.0, 8.0], [0.0, 1.0]], [5.0, 7.0]),
        ([[0.0, 2.0], [1.0, 1.0]], [[1.0, 0.0], [2.0, 3.0]], [[2.0, 3.0], [4.0, 3.0]], [3.0, 3.0]),
    ]:
        layer.forward(np.array(inputs))
        layer.backward(np.array(upstream))
        assert_close(kept_W.value(), dW, of="the array that was grads[0] from the beginning")
        assert_close(kept_b.value(), db, of="the array that was grads[1] from the beginning")
