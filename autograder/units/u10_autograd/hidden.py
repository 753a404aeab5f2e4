"""Hidden checks of unit u10_autograd."""

import numpy as np
import pytest

from autograder.checking.numeric import assert_close, assert_equal, assert_unchanged, central_difference, fail
from autograder.checking.several import results_of

ERROR = 1e-6  # of central differences with h = 1e-5 on numbers of order one


def gradient(variable):
    """Return the array in grad of a variable, or fail with a sentence."""
    grad = variable.grad
    if grad is None or isinstance(grad, np.ndarray | float):
        fail(f"grad is {'None' if grad is None else 'a plain array'}, but should be a Variable.", "a Variable", grad)
    return grad.data


def assert_rule(student, rng, name, oracle, *arrays, extra=()):
    """Compare an operation with the oracle, and its gradients, for a random dout, with central differences."""
    arrays = [np.asarray(array, dtype=float) for array in arrays]
    expected = np.asarray(oracle(*arrays))
    dout = rng.normal(size=expected.shape)
    variables = [student.Variable(array) for array in arrays]
    y = getattr(student, name)(*variables, *extra)
    assert_close(y.data, expected, atol=1e-9)
    student.scaled(y, dout).backward()
    for place, variable in enumerate(variables):
        def loss(value, place=place):
            return np.sum(dout * oracle(*arrays[:place], value, *arrays[place + 1:]))

        assert_close(gradient(variable), central_difference(loss, arrays[place]), rtol=ERROR, atol=ERROR)


def random_graph(rng, size):
    """Return a list with the numbers of the inputs of each node: none for the first, then one to three earlier ones."""
    return [[]] + [sorted(int(i) for i in rng.integers(0, node, size=rng.integers(1, 4))) for node in range(1, size)]


@pytest.mark.exercise("topological_order", points=1.5, category="random graphs")
def test_topological_order_of_random_graphs(student, rng):
    for size in (4, 9, 14):
        graph = random_graph(rng, size)
        # The last node needs the first, and also by way of 2 and 1: whoever counts steps meets the first too early.
        graph[1], graph[2] = [0], sorted({1, *graph[2]})
        graph[-1] = sorted({0, 2, *graph[-1]} - {1})
        nodes = []
        for name, sources in enumerate(graph):
            nodes.append(student.Node(name, *[nodes[source] for source in sources]))
        names = [node.name for node in student.topological_order(nodes[-1])]
        needed, work = set(), [size - 1]
        while work:
            node = work.pop()
            needed.add(node)
            work.extend(set(graph[node]) - needed)
        assert_equal(sorted(names), sorted(needed))
        place = {name: position for position, name in enumerate(names)}
        late = [(name, source) for name in names for source in graph[name] if place[source] >= place[name]]
        if late:
            fail(f"A node stands before its own input in your order ({len(late)} times).", "inputs first", names)


@pytest.mark.exercise("unbroadcast", points=1, category="other shapes")
def test_unbroadcast_is_the_adjoint_of_broadcasting(student, rng):
    for small, large in [((), (4, 3)), ((1,), (5,)), ((3, 1), (2, 3, 4)), ((2, 1, 4), (3, 2, 5, 4)), ((1, 1), (1, 3)),
                         ((4, 4), (4, 4)), ((1, 3), (1, 3))]:
        value, dout = rng.normal(size=small), rng.normal(size=large)
        outcome = student.observe("unbroadcast", dout, small)
        assert_unchanged(outcome, dout)
        expected = central_difference(lambda v, dout=dout: np.sum(np.broadcast_to(v, dout.shape) * dout), value)
        assert_close(outcome.value, expected, rtol=ERROR, atol=ERROR)


@pytest.mark.exercise("Variable", points=1, category="random graphs")
def test_backward_through_random_graphs(student, rng):
    for size in (5, 10):
        graph = random_graph(rng, size)
        graph[-1] = sorted({0, size - 2, *graph[-1]})  # two paths at least lead to the first node
        nodes, slopes = [student.Variable(rng.normal(size=(2, 3)))], [np.ones((2, 3))]
        for sources in graph[1:]:
            factors = rng.normal(size=(len(sources), 2, 3))
            parts = [student.scaled(nodes[source], factor) for source, factor in zip(sources, factors, strict=True)]
            node = parts[0]
            for part in parts[1:]:
                node = student.added(node, part)
            nodes.append(node)
            slopes.append(sum(slopes[source] * factor for source, factor in zip(sources, factors, strict=True)))
        nodes[-1].backward()
        assert_close(gradient(nodes[0]), slopes[-1])


@pytest.mark.exercise("Variable", points=1, category="twenty diamonds in a row")
def test_twenty_diamonds(student):
    for levels in (9, 19):  # nine show a walk along every path before nineteen make it slow
        x = student.Variable(1.0)
        first = student.added(x, x)
        student.tower(first, levels).backward()
        assert_close(gradient(x), 2.0 ** (levels + 1))
        assert_equal(first.creator.asked, 1)


@pytest.mark.exercise("Function", points=2, category="inputs that are broadcast")
def test_gradients_have_the_shapes_of_the_inputs(student, rng):
    for left, right in [((4, 3), (3,)), ((4, 1), (1, 3)), ((2, 2), ()), ((1, 3), (4, 3))]:
        function = student.Function(lambda a, b: a * b, lambda dout, y, a, b: (dout * b, dout * a))
        a, b = rng.normal(size=left), rng.normal(size=right)
        dout = rng.normal(size=np.broadcast_shapes(left, right))
        y = function.apply(student.Variable(a), student.Variable(b))
        assert_close(y.data, a * b)
        gradients = results_of(y.creator.gradients(dout), "the gradient of a", "the gradient of b")
        for got, array, other in zip(gradients, (a, b), (b, a), strict=True):
            expected = central_difference(lambda v, other=other, dout=dout: np.sum(v * other * dout), array)
            assert_close(got, expected, rtol=ERROR, atol=ERROR)


SHAPES = [((4, 3), (4, 3)), ((4, 3), (3,)), ((1, 3), (4, 1)), ((2, 2), ()), ((1,), (1,))]


@pytest.mark.exercise("add", points=0.5, category="shapes that broadcast")
def test_add_of_shapes_that_broadcast(student, rng):
    for left, right in SHAPES:
        assert_rule(student, rng, "add", np.add, rng.normal(size=left), rng.normal(size=right))


@pytest.mark.exercise("mul", points=0.5, category="shapes that broadcast, and squares")
def test_mul_of_shapes_that_broadcast(student, rng):
    for left, right in SHAPES:
        assert_rule(student, rng, "mul", np.multiply, rng.normal(size=left), rng.normal(size=right))
    array = rng.normal(size=(2, 3))
    a = student.Variable(array)
    student.mul(a, a).backward()
    assert_close(gradient(a), 2 * array)


@pytest.mark.exercise("power", points=0.5, category="other exponents")
def test_power_with_other_exponents(student, rng):
    for n in (2, -1, 0.5, 1):
        a = rng.uniform(0.5, 2.0, size=(3, 2))
        assert_rule(student, rng, "power", lambda a, n=n: a**n, a, extra=(n,))


@pytest.mark.exercise("matmul", points=1, category="other sizes")
def test_matmul_of_other_sizes(student, rng):
    for n, d, m in [(4, 3, 2), (3, 3, 3), (1, 5, 2), (2, 1, 4)]:
        assert_rule(student, rng, "matmul", np.matmul, rng.normal(size=(n, d)), rng.normal(size=(d, m)))


@pytest.mark.exercise("total", points=0.5, category="other shapes")
def test_total_of_other_shapes(student, rng):
    for shape in [(), (5,), (4, 1), (2, 3, 2)]:
        assert_rule(student, rng, "total", np.sum, rng.normal(size=shape))


@pytest.mark.exercise("exp", points=0.5, category="other shapes")
def test_exp_of_other_shapes(student, rng):
    for shape in [(), (4,), (2, 3)]:
        assert_rule(student, rng, "exp", np.exp, rng.normal(size=shape))


@pytest.mark.exercise("log", points=0.5, category="other shapes")
def test_log_of_other_shapes(student, rng):
    for shape in [(), (4,), (2, 3)]:
        assert_rule(student, rng, "log", np.log, rng.uniform(0.5, 3.0, size=shape))


@pytest.mark.exercise("sigmoid", points=0.5, category="very large inputs, other shapes")
def test_sigmoid_of_very_large_inputs(student, rng):
    assert_rule(student, rng, "sigmoid", lambda a: 1 / (1 + np.exp(-a)), rng.normal(size=(2, 3)))
    assert_close(student.sigmoid(student.Variable(np.array([-1000.0, 1000.0]))).data, [0.0, 1.0])


@pytest.mark.exercise("tanh", points=0.5, category="very large inputs")
def test_tanh_of_very_large_inputs(student, rng):
    assert_rule(student, rng, "tanh", np.tanh, rng.normal(size=(2, 3)))
    assert_close(student.tanh(student.Variable(np.array([-1000.0, 1000.0]))).data, [-1.0, 1.0])


@pytest.mark.exercise("relu", points=0.5, category="other shapes")
def test_relu_of_other_shapes(student, rng):
    for shape in [(), (7,), (3, 4)]:
        a = rng.uniform(0.1, 2.0, size=shape) * rng.choice([-1.0, 1.0], size=shape)
        assert_rule(student, rng, "relu", lambda a: np.maximum(a, 0.0), a)


ORACLES = {"add": np.add, "mul": np.multiply, "exp": np.exp, "tanh": np.tanh,
           "relu": lambda a: np.maximum(a, 0.0), "sigmoid": lambda a: 1 / (1 + np.exp(-a))}


@pytest.mark.exercise("relu", points=0.5, category="random expressions")
def test_random_expressions_against_differences(student, rng):
    for _ in range(3):
        steps = [(str(name), rng.integers(0, place, size=2)) for place, name in
                 enumerate(rng.permutation(["add", "mul", "relu", "sigmoid", "tanh", "exp", "relu"]), start=2)]

        def evaluate(values, call, steps=steps):
            for name, picks in steps:
                arguments = [values[pick] for pick in picks]
                values = [*values, call(name, arguments if name in ("add", "mul") else arguments[:1])]
            return values[-1], values

        x, b = rng.normal(size=(2, 3)), rng.normal(size=3)

        def oracle(x, b, evaluate=evaluate):
            _, values = evaluate([x, b], lambda operation, arguments: ORACLES[operation](*arguments))
            return sum(np.sum(np.tanh(value)) for value in values)

        variables = [student.Variable(x), student.Variable(b)]
        _, values = evaluate(variables, lambda operation, arguments: getattr(student, operation)(*arguments))
        loss = student.total(student.tanh(values[0]))
        for value in values[1:]:
            loss = student.add(loss, student.total(student.tanh(value)))
        loss.backward()
        assert_close(loss.data, oracle(x, b))
        assert_close(gradient(variables[0]), central_difference(lambda v, f=oracle, b=b: f(v, b), x), 1e-5, 1e-5)
        assert_close(gradient(variables[1]), central_difference(lambda v, f=oracle, x=x: f(x, v), b), 1e-5, 1e-5)


@pytest.mark.exercise("linear", points=1, category="other sizes")
def test_linear_of_other_sizes(student, rng):
    for n, d, m in [(4, 3, 2), (3, 3, 3), (1, 2, 5), (5, 1, 1)]:
        assert_rule(student, rng, "linear", lambda x, W, b: x @ W + b,
                    rng.normal(size=(n, d)), rng.normal(size=(d, m)), rng.normal(size=m))


@pytest.mark.exercise("mean_squared_error", points=1, category="other sizes")
def test_mean_squared_error_of_other_sizes(student, rng):
    for n, m in [(5, 1), (4, 3), (1, 2), (3, 3)]:
        assert_rule(student, rng, "mean_squared_error", lambda a, b: np.sum((a - b) ** 2) / len(a),
                    rng.normal(size=(n, m)), rng.normal(size=(n, m)))
