"""Public checks of unit u03_optimizers."""

import numpy as np
import pytest

from autograder.checking.numeric import assert_close, assert_equal, assert_object, assert_shape, assert_unchanged, fail
from autograder.checking.recording import note_comparison
from autograder.checking.several import of_shape, results_of

# The mean error of the standard deviation of 10,000 normal numbers is 0.7 %.
SPREAD = 0.05

GRAD_W = np.array([[2.0, -4.0], [0.0, 1.0], [-3.0, 0.5]])
GRAD_B = np.array([1.0, -2.0])


@pytest.mark.exercise("SGD", points=0.5)
def test_changes_with_learning_rate_one_tenth(student):
    optimiser = student.SGD(eta=0.1)
    assert_object(optimiser, "an optimiser")
    outcome = optimiser.observe("update", GRAD_W, GRAD_B)
    dw, db = results_of(outcome.value, "dw", "db", looks=(of_shape(3, 2), of_shape(2)))
    assert_close(dw, [[-0.2, 0.4], [0.0, -0.1], [0.3, -0.05]], of="dw")
    assert_close(db, [-0.1, 0.2], of="db")
    assert_unchanged(outcome, grad_w=GRAD_W, grad_b=GRAD_B)
    assert_object(student.SGD(eta=0.5), "an optimiser")
    assert_close(optimiser.eta, 0.1, of="eta of the first optimiser, after a second one was made with 0.5")


@pytest.mark.exercise("SGD", points=0.5)
def test_learning_rate_is_one_hundredth_unless_given(student):
    optimiser = student.SGD()
    assert_object(optimiser, "an optimiser")
    assert_close(optimiser.eta, 0.01, of="eta")
    value = optimiser.update(np.array([[100.0]]), np.array([-300.0]))
    dw, db = results_of(value, "dw", "db", looks=(of_shape(1, 1), of_shape(1)))
    assert_close(dw, [[-1.0]], of="dw")
    assert_close(db, [3.0], of="db")


@pytest.mark.exercise("get_opt", points=0.5)
def test_optimisers_with_settings(student):
    for eta in (0.5, 0.25):
        optimiser = student.get_opt("SGD", {"eta": eta})
        assert_object(optimiser, "an optimiser")
        assert_close(optimiser.eta, eta, of="eta")


@pytest.mark.exercise("get_opt", points=0.25)
def test_every_setting_reaches_the_class(student):
    for calls in (3, 7):
        optimiser = student.get_opt("Counter", {"calls": calls})
        assert_object(optimiser, "an optimiser")
        assert_equal(optimiser.calls, calls, of="calls")


@pytest.mark.exercise("get_opt", points=0.25)
def test_two_optimisers_of_one_name_do_not_share_a_count(student):
    first, second = student.get_opt("Counter", {}), student.get_opt("Counter", {})
    assert_object(second, "an optimiser")
    calls = second.calls
    first.update(GRAD_W, GRAD_B)
    assert_equal(second.calls - calls, 0, of="updates of one that the other has counted")


@pytest.mark.exercise("Layer", points=0.25)
def test_new_layer_with_three_inputs_and_two_outputs(student):
    layer = student.Layer(prev=3, n=2, name="first", act_dic={"slope": 0.5}, seed=1)
    assert_equal(layer.name, "first", of="name")
    assert_shape(layer.w, (3, 2), of="w")
    assert_shape(layer.b, (2,), of="b")
    assert_close(layer.grad_w, np.zeros((3, 2)), of="grad_w")
    assert_close(layer.grad_b, np.zeros(2), of="grad_b")
    assert_object(layer.act, "an activation", of="act")
    assert_close(layer.act(np.array([-2.0, 3.0])), [-1.0, 3.0], of="act(...)")


@pytest.mark.exercise("Layer", points=0.5, entries=50_000)
def test_first_weights_and_biases_spread_as_asked(student):
    layer = student.Layer(prev=2, n=10_000, wb_width=2.0, seed=1)
    assert_shape(layer.w, (2, 10_000), of="w")
    assert_shape(layer.b, (10_000,), of="b")
    assert_close(np.std(layer.w), 2.0, rtol=SPREAD, of="the standard deviation of w")
    assert_close(np.std(layer.b), 2.0, rtol=SPREAD, of="the standard deviation of b")
    other = student.Layer(prev=2, n=10_000, wb_width=2.0, seed=2)
    assert_different(layer.w, other.w, "Layers with different seeds begin with the same weights.")


@pytest.mark.exercise("Layer", points=0.25)
def test_no_start_repeats_another(student):
    layer = student.Layer(prev=3, n=2, seed=1)
    assert_different(np.ravel(layer.w)[:2], layer.b, "The first biases repeat the first weights, number by number.")
    layers = [student.Layer(prev=3, n=2) for _ in range(2)]
    assert_different(layers[0].w, layers[1].w, "Two layers without a seed begin with the same weights.")


def assert_different(first, second, message):
    """Fail with the message if two arrays agree, up to rounding."""
    if np.shape(first) == np.shape(second) and np.allclose(first, second, rtol=1e-9, atol=0):
        fail(message, "different numbers", "the same numbers")
    note_comparison("different numbers", "different numbers", "", passed=True)


@pytest.mark.exercise("Layer", points=0.5)
def test_update_adds_what_the_optimiser_answers(student):
    layer = student.Layer(prev=3, n=2, seed=1, opt="Counter")
    assert_object(layer.opt, "an optimiser", of="opt")
    w, b, calls = layer.w, layer.b, layer.opt.calls
    assert_shape(w, (3, 2), of="w")
    assert_shape(b, (2,), of="b")
    layer.update()
    layer.update(scale=10.0)
    moved = (calls + 1) + 10.0 * (calls + 2)
    assert_close(layer.w, w + moved, of="w")
    assert_close(layer.b, b + moved, of="b")
    if not np.array_equal(layer.params[0], layer.w):
        fail("w and params[0] hold different numbers now, so they are no longer one and the same array.",
             layer.w, layer.params[0], of="params[0]")


@pytest.mark.exercise("Layer", points=0.5)
def test_layer_takes_a_step_of_gradient_descent(student):
    layer = student.Layer(prev=3, n=2, seed=1, opt_dic={"eta": 0.5})
    w, b = layer.w, layer.b
    layer.set_gradients(GRAD_W, GRAD_B)
    layer.update()
    assert_close(layer.w, w - 0.5 * GRAD_W, of="w")
    assert_close(layer.b, b - 0.5 * GRAD_B, of="b")
    assert_close(layer.grads[0], GRAD_W, of="grads[0]")


@pytest.mark.exercise("Layer", points=0.5)
def test_settings_of_one_layer_stay_with_it(student):
    layer = student.Layer(eta=0.5)
    assert_object(layer.opt, "an optimiser", of="opt")
    assert_close(layer.opt.eta, 0.5, of="opt.eta")
    assert_close(student.Layer(opt_dic={"eta": 0.1}, eta=0.5).opt.eta, 0.5, of="opt.eta")
    assert_close(student.Layer().opt.eta, 0.01, of="opt.eta")
    first, second = student.Layer(opt="Counter"), student.Layer(opt="Counter")
    calls = second.opt.calls
    first.update()
    assert_equal(second.opt.calls - calls, 0, of="updates of one layer that the other's optimiser has counted")
