"""Public checks of unit u08_debugging_clinic. The patients' functions stay here; the student's code measures them."""

import numpy as np
import pytest

from autograder.checking.numeric import assert_close, assert_equal, assert_shape, assert_unchanged, central_difference
from autograder.checking.several import entries_of
from autograder.units.u08_debugging_clinic import given as clinic

X = np.array([[0.5, -1.0], [1.5, 0.3], [-0.7, 0.8], [0.2, 0.4]])
T = np.array([0, 1, 1, 0])
NAMES = list(clinic.SIZES)
ERRORS = f"errors of {', '.join(NAMES)}"
ROUNDING = 1e-6  # of central differences with h = 1e-5


def patient(student, disease, name):
    """Return a fresh patient with this disease and weights that depend on the name."""
    return student.Patient(*clinic.anatomy(disease, clinic.random_of(name)))


def errors(report):
    """Return the errors of a report in the order of the parameters."""
    values = entries_of(report, *NAMES)
    for name, value in zip(NAMES, values, strict=True):
        assert_shape(value, (), of=f"the error of {name}")
    return values


@pytest.mark.exercise("grad_check", points=0.25, shortcut="zeros")
def test_a_healthy_net_has_no_errors(student):
    assert_close(errors(student.grad_check(patient(student, clinic.HEALTHY, "public"), X, T)), [0] * 6, atol=ROUNDING,
                 of=ERRORS)
    params, loss, gradient = clinic.anatomy(clinic.HEALTHY, clinic.random_of("public"))
    params["W3"][...] = 0  # then what lies before it has gradients of 0
    assert_close(errors(student.grad_check(student.Patient(params, loss, gradient), X, T)), [0] * 6, atol=ROUNDING,
                 of=f"{ERRORS}, where W3 is 0")


@pytest.mark.exercise("grad_check", points=0.5, shortcut="ones")
def test_a_turned_sign_is_an_error_of_one(student):
    assert_close(errors(student.grad_check(patient(student, "sign", "public"), X, T)), [1] * 6, atol=ROUNDING,
                 of=ERRORS)


@pytest.mark.exercise("grad_check", points=0.5)
def test_biases_are_examined_too(student):
    report = student.grad_check(patient(student, "averaged bias", "public"), X, T)
    assert_close(errors(report), [0, 0.6, 0, 0.6, 0, 0.6], atol=ROUNDING, of=ERRORS)


@pytest.mark.exercise("grad_check", points=0.25)
def test_the_patient_is_left_as_it_was(student):
    net = patient(student, "batch factor", "public")
    before = net.params
    assert_close(errors(student.grad_check(net, X, T)), [0.6] * 6, atol=ROUNDING, of=ERRORS)
    after = net.params
    for name in NAMES:
        assert_equal(after[name], before[name], of=f"{name} after the examination")


# W2 and its transpose differ by a matrix: its size is the root of the sum of all its squares.
@pytest.mark.exercise("grad_check", points=0.5)
def test_a_transposed_gradient(student):
    rng = clinic.random_of("public")
    params, loss, gradient = clinic.anatomy("transpose", rng)
    right = clinic.net_gradient(params, X[1:], T[1:], clinic.HEALTHY, {})["W2"]
    wrong = np.sqrt(np.sum((right.T - right) ** 2)) / (2 * np.sqrt(np.sum(right**2)))
    report = student.grad_check(student.Patient(params, loss, gradient), X[1:], T[1:])
    assert_close(errors(report), [0, 0, wrong, 0, 0, 0], atol=ROUNDING, of=ERRORS)


@pytest.mark.exercise("diagnose", points=0.5)
def test_a_patient_with_a_turned_sign(student):
    assert_equal(student.diagnose(patient(student, "sign", "first")), "sign")


@pytest.mark.exercise("diagnose", points=0.5)
def test_a_healthy_visitor(student):
    assert_equal(student.diagnose(patient(student, clinic.HEALTHY, "visitor")), "healthy")


@pytest.mark.exercise("diagnose", points=1)
def test_all_eight_in_the_order_of_your_own_ward(student):
    name = student.value("MY_NAME")
    answers = [student.diagnose(net) for net in clinic.ward(name, student.Patient)]
    for answer, disease in zip(answers, clinic.order(name), strict=True):
        assert_equal(answer, disease)


x = np.array([[1.0, -2.0], [0.5, 3.0], [2.0, 0.0]])
W = np.array([[0.5, -1.0, 2.0], [1.5, 0.25, -0.5]])
b = np.array([1.0, -1.0, 0.5])
dout = np.array([[1.0, -2.0, 0.5], [0.0, 3.0, -1.0], [2.0, 1.0, 1.0]])


@pytest.mark.exercise("MendedAffine", points=1)
def test_the_mended_layer_of_three_rows(student):
    layer = student.MendedAffine(W, b)
    kept = layer.ref("grads", 0)
    outcome = layer.observe("forward", x)
    assert_close(outcome.value, [[-1.5, -2.5, 3.5], [5.75, -0.75, 0.0], [2.0, -3.0, 4.5]])
    assert_unchanged(outcome, x=x)
    outcome = layer.observe("backward", dout)
    assert_unchanged(outcome, dout=dout)
    assert_close(outcome.value, [[3.5, 0.75], [-5.0, 1.25], [2.0, 2.75]])
    assert_close(layer.ref("grads", 0).value(), [[5.0, 1.5, 2.0], [-2.0, 13.0, -4.0]], of="grads[0]")
    assert_close(layer.ref("grads", 1).value(), [3.0, 2.0, 0.5], of="grads[1]")
    assert_close(kept.value(), [[5.0, 1.5, 2.0], [-2.0, 13.0, -4.0]],
                 of="the array that was grads[0] from the beginning")


@pytest.mark.exercise("MendedAffine", points=0.5)
def test_the_mended_layer_forgets_the_batch_before(student):
    layer = student.MendedAffine(W, b)
    layer.forward(7 * x)
    layer.forward(x)
    layer.backward(dout)
    assert_close(layer.ref("grads", 0).value(), [[5.0, 1.5, 2.0], [-2.0, 13.0, -4.0]], of="grads[0]")


@pytest.mark.exercise("MendedSigmoid", points=1)
def test_the_mended_sigmoid(student):
    a = np.array([0.0, np.log(3.0), -np.log(4.0)])
    layer = student.MendedSigmoid()
    outcome = layer.observe("forward", a)
    assert_close(outcome.value, [0.5, 0.75, 0.2])
    assert_unchanged(outcome, a=a)
    assert_close(layer.backward(np.array([4.0, -16.0, 100.0])), [1.0, -3.0, 16.0])


@pytest.mark.exercise("MendedBranch", points=1)
def test_the_mended_branch(student):
    layer = student.MendedBranch()
    assert_close(layer.forward(x), [x, x])
    outcome = layer.observe("backward", x, 10 * x + 1)
    assert_close(outcome.value, 11 * x + 1)
    assert_unchanged(outcome, dleft=x, dright=10 * x + 1)


@pytest.mark.exercise("MendedLoss", points=0.5)
def test_the_mended_loss_of_two_rows(student):
    scores, t = np.log(np.array([[1.0, 2.0, 1.0], [6.0, 2.0, 2.0]])), np.array([1, 2])
    layer = student.MendedLoss()
    assert_close(layer.forward(scores, t), (np.log(2.0) + np.log(5.0)) / 2)
    assert_close(layer.backward(10.0), [[1.25, -2.5, 1.25], [3.0, 1.0, -4.0]])


@pytest.mark.exercise("MendedLoss", points=0.5)
def test_the_mended_loss_of_scores_of_a_thousand(student):
    scores, t = np.array([[1000.0, 0.0], [0.0, 1000.0]]), np.array([0, 0])
    layer = student.MendedLoss()
    outcome = layer.observe("forward", scores, t)
    assert_close(outcome.value, 500.0)
    assert_unchanged(outcome, scores=scores, t=t)


@pytest.mark.exercise("MendedLoss", points=0.5)
def test_the_mended_gradient_against_differences(student):
    scores, t = np.array([[0.3, -0.2, 0.9], [1.5, 0.1, -0.4], [0.0, 0.5, 0.2]]), np.array([2, 0, 0])
    layer = student.MendedLoss()
    layer.forward(scores, t)

    def loss(scores):
        return np.mean(np.log(np.exp(scores).sum(axis=1)) - scores[np.arange(3), t])

    assert_close(layer.backward(), central_difference(loss, scores), atol=ROUNDING)
