"""The program of the source notes runs on our engine with nothing but the import changed."""

import contextlib
import io
import re

import pytest

from autograder.course.units import load_reference

PROGRAM = """
import numpy as np
from dezero import Variable
import dezero.functions as F

np.random.seed(0)
x = np.random.rand(100, 1)
y = np.sin(2 * np.pi * x) + np.random.rand(100, 1)

I, H, O = 1, 10, 1
W1 = Variable(np.random.randn(I, H))
b1 = Variable(np.zeros(H))
W2 = Variable(np.sqrt(0.1) * np.random.randn(H, O))
b2 = Variable(np.zeros(O))

def predict(x):
    y = F.linear(x, W1, b1)
    y = F.sigmoid(y)
    y = F.linear(y, W2, b2)
    return y

lr = 0.2
iters = 5001

for i in range(iters):
    y_pred = predict(x)
    loss = F.mean_squared_error(y, y_pred)

    W1.cleargrad()
    b1.cleargrad()
    W2.cleargrad()
    b2.cleargrad()
    loss.backward()

    W1.data -= lr * W1.grad.data
    b1.data -= lr * b1.grad.data
    W2.data -= lr * W2.grad.data
    b2.data -= lr * b2.grad.data
    if i % 1000 == 0:
        print(loss)
"""
EXPECTED = [0.816518, 0.249903, 0.246099, 0.237216, 0.207932, 0.123119]


def losses(program, names):
    """Return the losses that a program prints, run with these names already there."""
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(compile(program, "the notes' program", "exec"), names)
    return [float(text) for text in re.findall(r"variable\((.+?)\)", printed.getvalue())]


def test_the_notes_program_runs_with_only_its_import_changed():
    engine = load_reference("u10_autograd")
    program = PROGRAM.replace("from dezero import Variable\nimport dezero.functions as F\n", "")
    assert "dezero" not in program
    assert losses(program, {"Variable": engine.Variable, "F": engine.F}) == pytest.approx(EXPECTED, rel=1e-3)


def test_the_operators_give_the_numbers_of_the_micrograd_readme():
    engine = load_reference("u10_autograd")
    a, b = engine.Variable(-4.0), engine.Variable(2.0)
    g = engine.readme_expression(a, b)
    g.backward()
    assert [float(v.data) for v in (g, a.grad, b.grad)] == pytest.approx([24.7041, 138.8338, 645.5773], abs=5e-5)
