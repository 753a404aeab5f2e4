"""Public checks of unit u09_optimizer_race."""

import numpy as np
import pytest

from autograder.checking.numeric import as_numbers, assert_close, assert_refused, assert_shape, assert_unchanged, fail
from autograder.checking.recording import note_comparison
from autograder.checking.several import of_shape, results_of

FOUR_DIGITS = 5e-4  # relative: the race's numbers are printed with four digits

GRAD_W = np.array([[2.0, -4.0], [0.0, 1.0], [-3.0, 0.5]])
GRAD_B = np.array([1.0, -2.0])


def changes(optimizer, *gradients):
    """Return the list of changes [dw, db] after each of several updates, given as pairs of gradients."""
    answers = []
    for grad_w, grad_b in gradients:
        outcome = optimizer.observe("update", np.array(grad_w), np.array(grad_b))
        assert_unchanged(outcome, grad_w=np.array(grad_w), grad_b=np.array(grad_b))
        looks = [of_shape(*np.shape(gradient)) for gradient in (grad_w, grad_b)]
        pair = results_of(outcome.value, "dw", "db", looks=looks if np.shape(grad_w) != np.shape(grad_b) else ())
        answers.append([as_numbers(change, "numbers", of=name).astype(float)
                        for name, change in zip(("dw", "db"), pair, strict=True)])
    return answers


def assert_nothing_shared(make):
    """Fail unless two new optimisers answer alike to the same gradients, whatever others were given before."""
    (first,), (second,) = (changes(make(), (5.0, -5.0)) for _ in range(2))
    # What is shared may have the shape of a layer by now.
    if not all(a.shape == b.shape and np.allclose(a, b, rtol=1e-9, equal_nan=True)
               for a, b in zip(first, second, strict=True)):
        fail("Two new objects answer differently to the same gradients: the second one knows of the first.",
             "the same first step", "another first step")


def assert_earlier_changes_stay(optimizer):
    """Fail where a later update writes into the changes that an earlier one has returned."""
    first = optimizer.hold("update", GRAD_W, GRAD_B)
    before = results_of(first.value(), "dw", "db")
    optimizer.update(2 * GRAD_W, 3 * GRAD_B)
    for name, kept, now in zip(("dw", "db"), before, results_of(first.value(), "dw", "db"), strict=True):
        if not np.array_equal(kept, now):
            fail("The second update has written into the changes that the first one returned. Return new arrays.",
                 kept, now, of=f"{name} of the first update")
    note_comparison("the first changes", "the first changes", "", passed=True)


def final_loss(optimizer):
    """Return w^2/20 + b^2 after 30 steps from (-7, 2)."""
    w, b = np.array(-7.0), np.array(2.0)
    for _ in range(30):
        dw, db = results_of(optimizer.update(w / 10, 2 * b), "dw", "db")
        assert_shape(dw, (), of="dw")
        assert_shape(db, (), of="db")
        w, b = w + dw, b + db
    return float(w**2 / 20 + b**2)


@pytest.mark.exercise("Momentum", points=0.25)
def test_momentum_gathers_speed(student):
    answers = changes(student.Momentum(eta=0.1, beta=0.9), (1.0, 2.0), (1.0, -2.0), (0.0, 0.0))
    assert_close(answers, [[-0.1, -0.2], [-0.19, 0.02], [-0.171, 0.018]], of="the changes [dw, db] of each step")


@pytest.mark.exercise("Momentum", points=0.5)
def test_momentum_on_a_layer(student):
    first, second = changes(student.Momentum(eta=0.5, beta=0.8), (GRAD_W, GRAD_B), (GRAD_W, GRAD_B))
    assert_close(first[0], -0.5 * GRAD_W)
    assert_close(first[1], -0.5 * GRAD_B)
    assert_close(second[0], -0.9 * GRAD_W)
    assert_close(second[1], -0.9 * GRAD_B)
    assert_earlier_changes_stay(student.Momentum(eta=0.5, beta=0.8))


@pytest.mark.exercise("Momentum", points=0.5)
def test_momentum_in_the_race_and_plain_descent_without_it(student):
    assert_close(final_loss(student.Momentum(0.1)), 0.04794, rtol=FOUR_DIGITS, of="the loss after 30 steps")
    assert_close(final_loss(student.Momentum(0.95, 0.0)), 0.01333, rtol=FOUR_DIGITS, of="the loss after 30 steps")


@pytest.mark.exercise("Momentum", points=0.25)
def test_two_momentums_do_not_share_their_velocity(student):
    assert_nothing_shared(lambda: student.Momentum(0.1))
    busy, fresh = student.Momentum(0.1), student.Momentum(0.1)
    changes(busy, (5.0, 5.0))
    assert_close(changes(fresh, (1.0, 2.0)), [[-0.1, -0.2]])


@pytest.mark.exercise("AdaGrad", points=0.25)
def test_adagrad_shortens_its_steps(student):
    answers = changes(student.AdaGrad(eta=0.5), (3.0, -1.0), (4.0, 0.0), (0.0, -1.0))
    assert_close(answers, [[-0.5, 0.5], [-0.4, 0.0], [0.0, 0.5 / np.sqrt(2)]], rtol=1e-6,
                 of="the changes [dw, db] of each step")
    assert_close(changes(student.AdaGrad(eta=0.5, eps=1.0), (3.0, -1.0)), [[-0.375, 0.25]],
                 of="the first change with an eps of 1")


@pytest.mark.exercise("AdaGrad", points=0.5)
def test_adagrad_on_a_layer_scales_each_entry_by_itself(student):
    first, second = changes(student.AdaGrad(eta=0.1), (GRAD_W, GRAD_B), (GRAD_W, GRAD_B))
    assert_close(first[0], -0.1 * np.sign(GRAD_W), rtol=1e-6)
    assert_close(first[1], -0.1 * np.sign(GRAD_B), rtol=1e-6)
    assert_close(second[0], -0.1 * np.sign(GRAD_W) / np.sqrt(2), rtol=1e-6)
    assert_close(second[1], -0.1 * np.sign(GRAD_B) / np.sqrt(2), rtol=1e-6)
    assert_earlier_changes_stay(student.AdaGrad(eta=0.1))


@pytest.mark.exercise("AdaGrad", points=0.5)
def test_adagrad_in_the_race(student):
    assert_close(final_loss(student.AdaGrad(1.5)), 0.000722, rtol=FOUR_DIGITS, of="the loss after 30 steps")


@pytest.mark.exercise("AdaGrad", points=0.25)
def test_two_adagrads_do_not_share_their_memory(student):
    assert_nothing_shared(lambda: student.AdaGrad(0.1))
    busy, fresh = student.AdaGrad(0.1), student.AdaGrad(0.1)
    changes(busy, (5.0, 5.0))
    assert_close(changes(fresh, (1.0, -2.0)), [[-0.1, 0.1]], rtol=1e-6)


@pytest.mark.exercise("Adam", points=0.5)
def test_adam_starts_with_full_steps(student):
    answers = changes(student.Adam(eta=0.1), (3.0, -0.01), (3.0, -0.01))
    assert_close(answers, [[-0.1, 0.1], [-0.1, 0.1]], rtol=1e-5, of="the changes [dw, db] of each step")
    assert_close(changes(student.Adam(eta=0.1, eps=1.0), (3.0, -1.0)), [[-0.075, 0.05]],
                 of="the first change with an eps of 1")
    assert_earlier_changes_stay(student.Adam(eta=0.1))


@pytest.mark.exercise("Adam", points=0.5)
def test_adam_with_a_gradient_that_turns(student):
    answers = changes(student.Adam(eta=1.0, beta1=0.5, beta2=0.75, eps=1e-8), (1.0, 2.0), (-1.0, 0.0))
    assert_close(answers, [[-1.0, -1.0], [1 / 3, -np.sqrt(7 / 27)]], rtol=1e-6, of="the changes [dw, db] of each step")


@pytest.mark.exercise("Adam", points=0.5)
def test_adam_in_the_race(student):
    assert_close(final_loss(student.Adam(0.3)), 0.1022, rtol=FOUR_DIGITS, of="the loss after 30 steps")


@pytest.mark.exercise("Adam", points=0.5)
def test_two_adams_do_not_share_their_memory(student):
    assert_nothing_shared(lambda: student.Adam(0.1))
    busy, fresh = student.Adam(0.1), student.Adam(0.1)
    changes(busy, (5.0, 5.0), (5.0, 5.0))
    assert_close(changes(fresh, (1.0, -2.0)), [[-0.1, 0.1]], rtol=1e-6)


@pytest.mark.exercise("init_std", points=0.5)
def test_std_after_a_hundred_inputs(student):
    assert_close(student.init_std(100, "Sigmoid"), 0.1)
    assert_close(student.init_std(100, "Tanh"), 0.1)
    assert_close(student.init_std(8, "ReLU"), 0.5)


@pytest.mark.exercise("init_std", points=0.5, shortcut="always ValueError")
def test_an_unknown_activation_is_refused(student):
    assert_refused(lambda: student.init_std(100, "Sinus"), "ValueError", "an unknown activation")
