"""Public checks of unit u10_autograd."""

import numpy as np
import pytest

from autograder.checking.numeric import (
    assert_close,
    assert_equal,
    assert_no_warnings,
    assert_object,
    assert_refused,
    assert_shape,
    assert_unchanged,
    fail,
    kind_of,
    reason_for,
)
from autograder.checking.recording import note_comparison
from autograder.checking.several import results_of

A = np.array([[2.0, -1.0, 0.5], [-3.0, 4.0, 1.5]])
B = np.array([[0.5, 3.0, -2.0], [1.0, -0.25, 5.0]])
POSITIVE = np.array([[2.0, 1.0, 0.5], [3.0, 4.0, 1.5]])
DOUT = np.array([[1.0, -2.0, 0.5], [3.0, 0.7, -1.1]])


def gradient(variable):
    """Return the array in grad of a variable, or fail with a sentence."""
    grad = variable.grad
    assert_object(grad, "a Variable", of="grad")
    return grad.data


def result(value):
    """Return what an operation gave, or fail with a sentence where it is no Variable."""
    assert_object(value, "a Variable")
    return value


def recorded(variable):
    """Return the creator of a result, or fail with a sentence."""
    creator = result(variable).creator
    if creator is None:
        fail("The result has no creator: backward would stop here.", "a Function", creator)
    return creator


def assert_gradients(gradients, **expected):
    """Fail unless these are the gradients of the inputs with these names, in their order."""
    for part, (name, wanted) in zip(gradients, expected.items(), strict=True):
        assert_close(part, wanted, of=f"the gradient of {name}")


def assert_names(nodes, expected):
    """Fail unless these are the nodes with the expected names, in their order."""
    names = [node.name for node in list_of(nodes)]
    if names != expected:
        fail(f"The names of the nodes in your list are {names}.", expected, names)
    note_comparison(expected, names, "", passed=True)


def list_of(nodes):
    """Return the list of nodes that the student's function gave, or fail with a sentence."""
    if not isinstance(nodes, list | tuple):
        fail(f"Your function should return a list of nodes, but it returned {kind_of(nodes)}.", "a list of nodes",
             kind_of(nodes), reason=reason_for(nodes))
    return nodes


def assert_count(got, expected, sentence):
    """Fail with a sentence unless two whole numbers are equal."""
    if got != expected:
        fail(sentence, expected, got)
    note_comparison(expected, got, "", passed=True)


def rule(student, name, *arrays, dout, extra=()):
    """Return the value of an operation and the gradients of sum(dout * value) with respect to the arrays."""
    variables = [student.Variable(array) for array in arrays]
    y = result(getattr(student, name)(*variables, *extra))
    value = y.data
    assert_shape(value, np.shape(dout))
    later = [student.Variable(array) for array in arrays]
    getattr(student, name)(*later, *extra)
    student.scaled(y, dout).backward()
    if any(variable.grad is not None for variable in later):
        fail(f"Two calls of `{name}`, and then backward from the result of the first: the gradients went to the inputs "
             "of the second. Does each call make a Function of its own?", "gradients of the first call's inputs",
             "gradients of the second call's inputs")
    for variable, array in zip(variables, arrays, strict=True):
        assert_equal(variable.data, array)
    return value, [gradient(variable) for variable in variables]


@pytest.mark.exercise("topological_order", points=0.25)
def test_each_node_of_the_shortcut_comes_after_its_inputs(student):
    assert_names(student.topological_order(student.shortcut()), [0, 1, 2, 3])


@pytest.mark.exercise("topological_order", points=0.25)
def test_a_leaf_alone_and_a_line_of_three(student):
    assert_names(student.topological_order(student.chain(0)), [0])
    assert_names(student.topological_order(student.chain(2)), [0, 1, 2])


@pytest.mark.exercise("topological_order", points=0.25)
def test_nodes_of_one_name_are_different_nodes(student):
    first = student.Node("x")
    second = student.Node("x", first)
    assert_names(student.topological_order(student.Node("y", second, first)), ["x", "x", "y"])


# What is searched for in a list, from its beginning, for each node, takes hours for so many.
@pytest.mark.exercise("topological_order", points=0.25)
def test_a_chain_of_a_hundred_thousand(student):
    order = student.hold("topological_order", student.chain(100_000))
    names = [order.ref(place).name for place in (0, 1, 50_000, 100_000)]
    assert_equal(names, [0, 1, 50_000, 100_000], of="the names at the places 0, 1, 50000 and 100000 of your list")


@pytest.mark.exercise("topological_order", points=0.25, shortcut="31 nodes of any kind")
def test_ten_diamonds_give_each_of_their_31_nodes_once(student):
    nodes = len(list_of(student.topological_order(student.diamonds(10))))
    assert_count(nodes, 31, f"Your list has {nodes} nodes; ten diamonds have 31.")


@pytest.mark.exercise("topological_order", points=0.25, shortcut="5001 nodes of any kind")
def test_a_chain_of_five_thousand(student):
    nodes = len(list_of(student.topological_order(student.chain(5000))))
    assert_count(nodes, 5001, f"Your list has {nodes} nodes; this chain has 5001.")


@pytest.mark.exercise("unbroadcast", points=0.5)
def test_rows_are_summed_for_a_flat_bias(student):
    outcome = student.observe("unbroadcast", DOUT, (3,))
    assert_close(outcome.value, [4.0, -1.3, -0.6])
    assert_unchanged(outcome, dout=DOUT)


@pytest.mark.exercise("unbroadcast", points=0.5)
def test_stretched_axes_keep_their_length_of_one(student):
    assert_close(student.unbroadcast(DOUT, (2, 1)), [[-0.5], [2.6]])
    assert_close(student.unbroadcast(DOUT, (1, 3)), [[4.0, -1.3, -0.6]])
    assert_close(student.unbroadcast(DOUT, (2, 3)), DOUT)


@pytest.mark.exercise("Variable", points=0.25)
def test_gradient_of_2x_plus_x(student):
    x = student.Variable([3.0, 4.0])
    twice = student.scaled(x, 2.0)
    y = student.added(twice, x)
    y.backward()
    assert_close(gradient(y), [1.0, 1.0])
    assert_close(gradient(twice), [1.0, 1.0])
    assert_close(gradient(x), [3.0, 3.0])


@pytest.mark.exercise("Variable", points=0.25)
def test_two_uses_add_up_and_leave_other_gradients_alone(student):
    x = student.Variable([[1.0, -2.0]])
    y = student.added(x, x)
    z = student.scaled(y, np.array([[5.0, 7.0]]))
    z.backward()
    assert_close(gradient(x), [[10.0, 14.0]])
    assert_close(gradient(y), [[5.0, 7.0]])
    assert_close(gradient(z), [[1.0, 1.0]])


@pytest.mark.exercise("Variable", points=0.5)
def test_a_second_backward_adds_until_cleargrad(student):
    x = student.Variable(2.0)
    student.scaled(x, 3.0).backward()
    student.scaled(x, 4.0).backward()
    assert_close(gradient(x), 7.0)
    x.cleargrad()
    student.scaled(x, 5.0).backward()
    assert_close(gradient(x), 5.0)
    x.cleargrad()
    if x.grad is not None:
        fail("After cleargrad there is still something in grad.", "None", "not None")


@pytest.mark.exercise("Variable", points=0.5)
def test_backward_passes_on_nothing_of_an_earlier_one(student):
    x = student.Variable(1.0)
    y = student.added(student.scaled(x, 2.0), x)
    y.backward()
    y.backward()
    assert_close(gradient(x), 6.0, of="the gradient of x after y = 2x + x and two backwards from y")
    x = student.Variable(1.0)
    middle = student.scaled(x, 2.0)
    student.scaled(middle, 3.0).backward()
    student.scaled(middle, 4.0).backward()
    assert_close(gradient(x), 14.0, of="the gradient of x after two losses over one middle, 3 * 2x and 4 * 2x")


@pytest.mark.exercise("Variable", points=0.25)
def test_each_operation_is_asked_once(student):
    x = student.Variable(1.0)
    first = student.added(x, x)
    student.tower(first, 6).backward()
    asked = first.creator.asked
    assert_count(asked, 1, f"The first operation was asked for its gradients {asked} times; it should be once.")
    assert_close(gradient(x), 128.0)


@pytest.mark.exercise("Variable", points=0.25)
def test_a_graph_of_depth_five_thousand(student):
    x = student.Variable(np.array([1.0, 2.0]))
    student.line(x, 5000).backward()
    assert_close(gradient(x), [1.0, 1.0])


@pytest.mark.exercise("Function", points=0.5)
def test_apply_computes_on_arrays_and_records(student):
    function = student.Function(lambda a, b: a * b - b, lambda dout, y, a, b: (dout * b, dout * (a - 1)))
    a, b = student.Variable(A), student.Variable(B)
    y = result(function.apply(a, b))
    assert_close(y.data, A * B - B)
    recorded(y)
    assert_close([variable.data for variable in y.inputs], [A, B])
    y.backward()
    assert_close(gradient(a), B)
    assert_close(gradient(b), A - 1)


@pytest.mark.exercise("Function", points=0.5)
def test_the_backward_rule_receives_dout_and_the_result(student):
    function = student.Function(lambda a: a + 3.0, lambda dout, y, a: (dout * y * a,))
    y = function.apply(student.Variable(A))
    (part,) = results_of(recorded(y).gradients(DOUT), "the gradient of a")
    assert_close(part, DOUT * (A + 3.0) * A)


@pytest.mark.exercise("Function", points=0.25)
def test_numbers_and_arrays_become_variables(student):
    function = student.Function(lambda a, b: a - b, lambda dout, y, a, b: (dout, -dout))
    y = result(function.apply(student.Variable(A), B))
    assert_close(y.data, A - B)
    recorded(y)
    assert_close([variable.data for variable in y.inputs], [A, B])
    assert_close(function.apply(1.0, 2.0).data, -1.0)


@pytest.mark.exercise("Function", points=0.5)
def test_a_bias_gets_a_gradient_of_its_own_shape(student):
    function = student.Function(lambda a, b: a + b, lambda dout, y, a, b: (dout, dout))
    y = function.apply(A, np.array([1.0, 2.0, 3.0]))
    left, right = results_of(recorded(y).gradients(DOUT), "the gradient of a", "the gradient of b")
    assert_close(left, DOUT, of="the gradient of a")
    assert_close(right, [4.0, -1.3, -0.6], of="the gradient of b")


@pytest.mark.exercise("Function", points=0.25)
def test_each_function_keeps_its_own_record(student):
    first = student.Function(lambda a: 2 * a, lambda dout, y, a: (dout * a,)).apply(A)
    student.Function(lambda a: 3 * a, lambda dout, y, a: (dout * a,)).apply(B)
    (part,) = results_of(recorded(first).gradients(np.ones((2, 3))), "the gradient of a")
    assert_close(part, A)


@pytest.mark.exercise("add", points=0.5)
def test_add_of_two_arrays(student):
    value, gradients = rule(student, "add", A, B, dout=DOUT)
    assert_close(value, A + B)
    assert_gradients(gradients, a=DOUT, b=DOUT)


@pytest.mark.exercise("mul", points=0.5)
def test_mul_of_two_arrays(student):
    value, gradients = rule(student, "mul", A, B, dout=DOUT)
    assert_close(value, [[1.0, -3.0, -1.0], [-3.0, -1.0, 7.5]])
    assert_gradients(gradients, a=[[0.5, -6.0, -1.0], [3.0, -0.175, -5.5]], b=[[2.0, 2.0, 0.25], [-9.0, 2.8, -1.65]])
    _, gradients = rule(student, "mul", np.array([0.0, 2.0]), np.array([3.0, 0.0]), dout=np.ones(2))
    assert_gradients(gradients, a=[3.0, 0.0], b=[0.0, 2.0])


@pytest.mark.exercise("power", points=0.5)
def test_powers_three_and_minus_one(student):
    value, gradients = rule(student, "power", A, dout=DOUT, extra=(3,))
    assert_close(value, A * A * A)
    assert_gradients(gradients, a=DOUT * 3 * A * A)
    value, gradients = rule(student, "power", POSITIVE, dout=DOUT, extra=(-1,))
    assert_close(value, 1 / POSITIVE)
    assert_gradients(gradients, a=-DOUT / POSITIVE**2)
    for n, slope in ((2, 0.0), (1, 1.0)):
        _, gradients = rule(student, "power", np.array([0.0]), dout=np.array([5.0]), extra=(n,))
        assert_close(gradients[0], [5.0 * slope], of=f"the gradient of a where a is 0 and n is {n}")


@pytest.mark.exercise("matmul", points=1)
def test_matmul_of_a_two_by_three_and_a_three_by_two(student):
    W, dout = B.reshape(3, 2), np.array([[1.0, -2.0], [0.5, 3.0]])
    value, gradients = rule(student, "matmul", A, W, dout=dout)
    assert_close(value, [[2.875, 7.5], [-9.875, 2.5]])
    assert_gradients(gradients, x=[[-5.5, -4.0, -10.25], [9.25, 2.0, 14.875]],
                     W=[[0.5, -13.0], [1.0, 14.0], [1.25, 3.5]])


@pytest.mark.exercise("total", points=0.5)
def test_total_of_six_entries(student):
    value, gradients = rule(student, "total", A, dout=-2.5)
    assert_close(value, 4.0)
    assert_gradients(gradients, a=np.full((2, 3), -2.5))


@pytest.mark.exercise("exp", points=0.5)
def test_exp(student):
    value, gradients = rule(student, "exp", A, dout=DOUT)
    assert_close(value, np.exp(A))
    assert_gradients(gradients, a=DOUT * np.exp(A))


@pytest.mark.exercise("log", points=0.5)
def test_log(student):
    value, gradients = rule(student, "log", POSITIVE, dout=DOUT)
    assert_close(value, np.log(POSITIVE))
    assert_gradients(gradients, a=DOUT / POSITIVE)


@pytest.mark.exercise("sigmoid", points=0.25)
def test_sigmoid_also_far_from_zero(student):
    value, gradients = rule(student, "sigmoid", A, dout=DOUT)
    assert_close(value, 1 / (1 + np.exp(-A)))
    assert_gradients(gradients, a=DOUT * np.exp(-A) / (1 + np.exp(-A)) ** 2)
    assert_close(student.sigmoid(student.Variable(np.array([-1000.0, 1000.0]))).data, [0.0, 1.0])


@pytest.mark.exercise("sigmoid", points=0.25, claim="warnings")
def test_sigmoid_far_from_zero_does_not_warn(student):
    outcome = student.observe("sigmoid", student.Variable(np.array([-1000.0, 1000.0])))
    assert_no_warnings(outcome)
    assert_close(outcome.value.data, [0.0, 1.0])


@pytest.mark.exercise("tanh", points=0.5)
def test_tanh_also_far_from_zero(student):
    value, gradients = rule(student, "tanh", A, dout=DOUT)
    assert_close(value, np.sinh(A) / np.cosh(A))
    assert_gradients(gradients, a=DOUT / np.cosh(A) ** 2)
    assert_close(student.tanh(student.Variable(np.array([-1000.0, 1000.0]))).data, [-1.0, 1.0])


@pytest.mark.exercise("relu", points=0.5)
def test_relu_is_zero_below_and_at_zero(student):
    value, gradients = rule(student, "relu", np.array([-2.0, 0.0, 3.0]), dout=np.array([5.0, 7.0, -11.0]))
    assert_close(value, [0.0, 0.0, 3.0])
    assert_gradients(gradients, a=[0.0, 0.0, -11.0])


@pytest.mark.exercise("relu", points=0.5)
def test_the_example_of_the_micrograd_readme(student):
    add, mul, power, relu = student.add, student.mul, student.power, student.relu
    a, b = student.Variable(-4.0), student.Variable(2.0)
    c = add(a, b)
    d = add(mul(a, b), power(b, 3))
    c = add(c, add(c, 1.0))
    c = add(c, add(add(c, 1.0), mul(a, -1.0)))
    d = add(d, add(mul(d, 2.0), relu(add(b, a))))
    d = add(d, add(mul(d, 3.0), relu(add(b, mul(a, -1.0)))))
    f = power(add(c, mul(d, -1.0)), 2)
    g = add(mul(f, 0.5), mul(power(f, -1), 10.0))
    g.backward()
    assert_close([g.data, gradient(a), gradient(b)], [24.7041, 138.8338, 645.5773], rtol=0, atol=5e-5)


@pytest.mark.exercise("linear", points=1)
def test_linear_of_two_rows(student):
    W, b = B.reshape(3, 2), np.array([10.0, 20.0])
    value, gradients = rule(student, "linear", A, W, b, dout=np.array([[1.0, -2.0], [0.5, 3.0]]))
    assert_close(value, [[12.875, 27.5], [0.125, 22.5]])
    assert_gradients(gradients, x=[[-5.5, -4.0, -10.25], [9.25, 2.0, 14.875]],
                     W=[[0.5, -13.0], [1.0, 14.0], [1.25, 3.5]],
                     b=[1.5, 1.0])


@pytest.mark.exercise("mean_squared_error", points=0.5, shortcut="always ValueError")
def test_mean_squared_error_refuses_a_row_against_a_column(student):
    a, b = student.Variable(np.ones(4)), student.Variable(np.ones((4, 1)))
    assert_refused(lambda: student.mean_squared_error(a, b), "ValueError", "shapes (4,) and (4, 1)")


@pytest.mark.exercise("mean_squared_error", points=0.5)
def test_mean_squared_error_of_two_rows_divides_by_two(student):
    value, gradients = rule(student, "mean_squared_error", A, B, dout=3.0)
    assert_close(value, 35.40625)
    assert_gradients(gradients, a=3.0 * (A - B), b=3.0 * (B - A))
