"""Hidden checks of unit u03_optimizers."""

import numpy as np
import pytest

from autograder.checking.numeric import assert_close, assert_equal, assert_shape, assert_unchanged, fail
from autograder.checking.several import results_of

# Mean and standard deviation of 40,000 normal numbers err by about 0.5 %: ten times that never happens by chance.
SPREAD = 0.05


@pytest.mark.exercise("SGD", points=1, category="other shapes, further arguments")
def test_changes_for_other_shapes(student, rng):
    for prev, n in [(4, 2), (3, 3), (1, 5), (5, 1)]:
        eta, grad_w, grad_b = rng.uniform(0.001, 2), rng.normal(size=(prev, n)), rng.normal(size=n)
        outcome = student.SGD(eta).observe("update", grad_w, grad_b, 3, epoch=7)
        for change, gradient in zip(results_of(outcome.value, "dw", "db"), (grad_w, grad_b), strict=True):
            assert_close(change, [-eta * slope for slope in gradient])
        assert_unchanged(outcome, grad_w, grad_b)


@pytest.mark.exercise("get_opt", points=1, category="every call makes an object of its own")
def test_optimisers_share_no_state(student, rng):
    gradients = rng.normal(size=(2, 3)), rng.normal(size=3)
    first = student.get_opt("Counter", {})
    first.update(*gradients)
    second = student.get_opt("Counter", {})
    assert_close(second.update(*gradients)[0], np.full((2, 3), 1.0))
    assert_close(first.update(*gradients)[0], np.full((2, 3), 2.0))
    assert_close(student.get_opt("SGD", {}).eta, 0.01)


@pytest.mark.exercise("Layer", points=0.75, category="size and spread of the first weights", entries=200_000)
def test_first_weights_have_the_asked_shape_and_spread(student, rng):
    width, seed = rng.uniform(0.1, 2), int(rng.integers(1, 1000))
    layer = student.Layer(prev=200, n=400, wb_width=width, seed=seed)
    assert_spread(layer.w, (200, 400), width)
    assert_spread(student.Layer(prev=1, n=40_000, wb_width=width, seed=seed).b, (40_000,), width)
    assert_spread(student.Layer(prev=200, n=400).w, (200, 400), 0.05)
    assert_close(student.Layer(prev=200, n=400, wb_width=width, seed=seed).w, layer.w)
    for other in (seed + 1, None):
        if np.array_equal(student.Layer(prev=200, n=400, wb_width=width, seed=other).w, layer.w):
            fail("Two layers start with the same weights although they were given different seeds.",
                 "different weights", "the same weights")


def assert_spread(values, shape, width):
    """Fail unless the values look like normal numbers of mean 0 and standard deviation `width`."""
    assert_shape(values, shape)
    assert_close(np.mean(values) / width, 0.0, rtol=0, atol=SPREAD)
    assert_close(np.std(values) / width, 1.0, rtol=SPREAD)
    # Two thirds of normal numbers lie within one standard deviation; of uniform ones 58 %.
    assert_close(np.mean(np.abs(values) < width), 0.6827, rtol=0, atol=0.02)


@pytest.mark.exercise("Layer", points=0.5, category="two layers share no state")
def test_two_layers_share_no_state(student, rng):
    eta = rng.uniform(0.1, 1)
    assert_close(student.Layer(eta=eta).opt.eta, eta)
    assert_close(student.Layer().opt.eta, 0.01)
    first, second = (student.Layer(prev=2, n=3, opt="Counter") for _ in range(2))
    first.update()
    w = second.w
    assert_shape(w, (2, 3))
    second.update(scale=3.0)
    assert_close(second.w, w + 3.0)
    first.set_gradients(np.ones((2, 3)), np.ones(3))
    assert_close(second.grad_w, np.zeros((2, 3)))


@pytest.mark.exercise("Layer", points=0.75, category="the parameters are changed in place")
def test_parameters_are_changed_in_place(student, rng):
    layer = student.Layer(prev=4, n=2, eta=0.25)
    w, b, grad_b = layer.ref("params", 0), layer.ref("params", 1), layer.ref("grads", 1)
    before = w.value(), b.value()
    gradients = rng.normal(size=(4, 2)), rng.normal(size=2)
    layer.set_gradients(*gradients)
    layer.update()
    assert_close(w.value(), before[0] - 0.25 * gradients[0])
    assert_close(b.value(), before[1] - 0.25 * gradients[1])
    assert_close(grad_b.value(), gradients[1])


@pytest.mark.exercise("Layer", points=0.5, category="settings of activation and optimiser")
def test_settings_reach_activation_and_optimiser(student, rng):
    slope, eta = rng.uniform(0.1, 0.9), rng.uniform(0.1, 1)
    layer = student.Layer(act_dic={"slope": slope}, opt_dic={"eta": eta})
    assert_close(layer.act(np.array([-2.0, 3.0])), [-2.0 * slope, 3.0])
    assert_close(layer.opt.eta, eta)
    plain = student.Layer(act="Identity", opt="Counter", name="last")
    assert_close(plain.act(np.array([-2.0, 3.0])), [-2.0, 3.0])
    assert_equal(plain.opt.calls, 0)
    assert_close(student.Layer().act(np.array([-1.0])), [0.0])
