"""Hidden checks of unit u08_debugging_clinic."""

import numpy as np
import pytest

from autograder.checking.numeric import assert_close, assert_equal, assert_unchanged, central_difference
from autograder.units.u08_debugging_clinic import given as clinic

ROUNDING = 1e-6  # of central differences with h = 1e-5


def name_of(rng):
    """Return a name that nobody has heard of: it seeds a patient."""
    return f"ward {rng.integers(10**9)}"


@pytest.mark.exercise("grad_check", points=2, category="other patients and batches")
def test_the_errors_of_other_patients(student, rng):
    for disease, rows in [("transpose", 5), ("activation derivative", 3), ("overwritten branch", 1)]:
        params, loss, gradient = clinic.anatomy(disease, clinic.random_of(name_of(rng)))
        x, t = rng.normal(size=(rows, 2)), rng.integers(0, 2, size=rows)
        report = student.grad_check(student.Patient(params, loss, gradient), x, t)
        claimed, right = (clinic.net_gradient(params, x, t, kind, {}) for kind in (disease, clinic.HEALTHY))
        for name, a in claimed.items():
            n = right[name]
            size = max(np.sqrt(np.sum(a**2)) + np.sqrt(np.sum(n**2)), 1e-4)
            assert_close(report[name], np.sqrt(np.sum((a - n) ** 2)) / size, atol=ROUNDING)


@pytest.mark.exercise("diagnose", points=0.75, category="another patient")
@pytest.mark.parametrize("disease", clinic.DISEASES)
def test_another_patient_with(student, rng, disease):
    params, loss, gradient = clinic.anatomy(disease, clinic.random_of(name_of(rng)))
    assert_equal(student.diagnose(student.Patient(params, loss, gradient)), disease)


@pytest.mark.exercise("MendedAffine", points=1.5, category="other sizes")
def test_the_mended_layer_of_other_sizes(student, rng):
    for n, d, m in [(4, 3, 2), (3, 3, 3), (1, 2, 5)]:
        W, b = rng.normal(size=(d, m)), rng.normal(size=m)
        layer = student.MendedAffine(W, b)
        for _ in range(2):
            x, dout = rng.normal(size=(n, d)), rng.normal(size=(n, m))
            outcome = layer.observe("forward", x)
            assert_close(outcome.value, x @ W + b)
            assert_unchanged(outcome, x)
            parts = [layer.backward(dout), layer.ref("grads", 0).value(), layer.ref("grads", 1).value()]
            functions = [(x, lambda v, W=W, b=b: v @ W + b), (W, lambda v, x=x, b=b: x @ v + b),
                         (b, lambda v, x=x, W=W: x @ W + v)]
            for part, (at, function) in zip(parts, functions, strict=True):
                expected = central_difference(lambda v, f=function, dout=dout: np.sum(f(v) * dout), at)
                assert_close(part, expected, rtol=ROUNDING, atol=ROUNDING)


@pytest.mark.exercise("MendedSigmoid", points=1, category="other shapes")
def test_the_mended_sigmoid_of_other_shapes(student, rng):
    for shape in [(4, 3), (1,), (2, 2, 2)]:
        a, dout = rng.normal(size=shape), rng.normal(size=shape)
        layer = student.MendedSigmoid()
        outcome = layer.observe("forward", a)
        assert_unchanged(outcome, a)
        assert_close(layer.backward(dout), dout / (2 + np.exp(a) + np.exp(-a)))


@pytest.mark.exercise("MendedBranch", points=1, category="other shapes")
def test_the_mended_branch_of_other_shapes(student, rng):
    for shape in [(4, 3), (1,), ()]:
        dleft, dright = rng.normal(size=shape), rng.normal(size=shape)
        layer = student.MendedBranch()
        layer.forward(rng.normal(size=shape))
        outcome = layer.observe("backward", dleft, dright)
        assert_close(outcome.value, dleft + dright)
        assert_unchanged(outcome, dleft, dright)


@pytest.mark.exercise("MendedLoss", points=1.5, category="other sizes and very large scores")
def test_the_mended_loss_of_other_sizes(student, rng):
    for n, c in [(5, 3), (4, 4), (1, 2)]:
        scores, t, dout = rng.normal(size=(n, c)), rng.integers(0, c, size=n), rng.normal()

        def loss(scores, n=n, t=t):
            return np.mean(np.log(np.exp(scores).sum(axis=1)) - scores[np.arange(n), t])

        layer = student.MendedLoss()
        assert_close(layer.forward(scores, t), loss(scores))
        assert_close(layer.backward(dout), dout * central_difference(loss, scores), atol=ROUNDING)
        far = rng.choice([-1000.0, 1000.0], size=(n, 1))
        assert_close(layer.forward(scores + far, t), loss(scores))
