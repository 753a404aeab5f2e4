"""Seconds of the sine fit's 10,000 updates with six engines, side by side in one run.

    python benchmarks/autograd.py

Same data, same starting weights, same updates: 1-10-1, full batch of 100, squared error, learning rate 0.2 (unit 6).
Every engine must reach the same loss to 1e-6 after 5,000 updates, or the run fails. (Later the descent turns a corner
where steps of 0.2 are nearly too long, and there even a last digit that two sigmoids round differently grows: after
10,000 updates the losses agree to a few millionths, which is printed.) The engines take turns, and the best of several
rounds counts, so that a busy machine disturbs all of them alike. Engines that are not installed are left out
(`pip install -e .[bench]`). micrograd works on single numbers; it runs a few updates, which are compared with the same
few updates of the bare loop, and its time is extrapolated.
"""

from __future__ import annotations

import os

os.environ.update(OMP_NUM_THREADS="1", OPENBLAS_NUM_THREADS="1", MKL_NUM_THREADS="1")  # before numpy loads

import sys
import time
from importlib.util import find_spec

import numpy as np

from autograder.course.units import load_reference

UPDATES = 10_000
COMPARED_UPDATES = 5_000
MICROGRAD_UPDATES = 10
ROUNDS = 5
LEARNING_RATE = 0.2
TOLERANCE = 1e-6
TARGETS = [("our layers", "dezero", 3.0), ("our layers", "torch", 3.5), ("our autograd", "dezero", 1.3)]


def start():
    """Return x, y (100, 1) and the parameters W1 (1, 10), b1 (10,), W2 (10, 1), b2 (1,) of seed 0."""
    random = np.random.RandomState(0)
    x = random.rand(100, 1)
    y = np.sin(2 * np.pi * x) + random.rand(100, 1)
    return x, y, [random.randn(1, 10), np.zeros(10), np.sqrt(0.1) * random.randn(10, 1), np.zeros(1)]


def bare_loop(updates):
    """Return the loss before the last update, with all derivatives written by hand and nothing around them."""
    x, y, (W1, b1, W2, b2) = start()
    for _ in range(updates):
        z = 1 / (1 + np.exp(-(x @ W1 + b1)))
        difference = z @ W2 + b2 - y
        dout = difference * (2 / len(x))
        da = dout @ W2.T * z * (1 - z)
        W2 -= LEARNING_RATE * (z.T @ dout)
        b2 -= LEARNING_RATE * dout.sum(axis=0)
        W1 -= LEARNING_RATE * (x.T @ da)
        b1 -= LEARNING_RATE * da.sum(axis=0)
    return float(np.mean(difference**2))


def our_layers(updates):
    """Return the loss before the last update, with the layer classes of units 4 and 5."""
    affine, sigmoid = load_reference("u04_graph_nodes").Affine, load_reference("u05_two_layer_net").Sigmoid
    x, y, (W1, b1, W2, b2) = start()
    layers = [affine(W1, b1), sigmoid(), affine(W2, b2)]
    params = [param for layer in layers for param in layer.params]
    grads = [grad for layer in layers for grad in layer.grads]
    for _ in range(updates):
        out = x
        for layer in layers:
            out = layer.forward(out)
        difference = out - y
        dout = difference * (2 / len(x))
        for layer in reversed(layers):
            dout = layer.backward(dout)
        for param, grad in zip(params, grads, strict=True):
            param -= LEARNING_RATE * grad
    return float(np.mean(difference**2))


def with_variables(variable, functions, updates):
    """Return the loss before the last update: the program of the source notes, for DeZero's names."""
    x, y, arrays = start()
    W1, b1, W2, b2 = params = [variable(array) for array in arrays]
    for _ in range(updates):
        hidden = functions.sigmoid(functions.linear(x, W1, b1))
        loss = functions.mean_squared_error(y, functions.linear(hidden, W2, b2))
        for param in params:
            param.cleargrad()
        loss.backward()
        for param in params:
            param.data -= LEARNING_RATE * param.grad.data
    return float(loss.data)


def our_autograd(updates):
    engine = load_reference("u10_autograd")
    return with_variables(engine.Variable, engine.F, updates)


def with_dezero(updates):
    np.int, np.float = int, float  # DeZero 0.0.13 uses these names, which NumPy 2 no longer has
    import dezero
    import dezero.functions

    return with_variables(dezero.Variable, dezero.functions, updates)


def with_torch(updates):
    """Return the loss before the last update, in PyTorch's eager mode on one thread of the processor."""
    import torch

    torch.set_num_threads(1)
    x, y, arrays = start()
    x, y = torch.from_numpy(x), torch.from_numpy(y)
    W1, b1, W2, b2 = params = [torch.from_numpy(array).requires_grad_() for array in arrays]
    for _ in range(updates):
        prediction = torch.sigmoid(x @ W1 + b1) @ W2 + b2
        loss = torch.nn.functional.mse_loss(prediction, y)
        for param in params:
            param.grad = None
        loss.backward()
        with torch.no_grad():
            for param in params:
                param -= LEARNING_RATE * param.grad
    return loss.item()


def with_micrograd(updates):
    """Return the loss before the last update, with one Value for each single number."""
    from micrograd.engine import Value

    x, y, arrays = start()
    W1, b1, W2, b2 = [[Value(float(entry)) for entry in array.ravel()] for array in arrays]
    for _ in range(updates):
        loss = Value(0.0)
        for inputs, target in zip(x.ravel(), y.ravel(), strict=True):
            out = b2[0]
            for w, b, v in zip(W1, b1, W2, strict=True):
                out = out + v / (1 + exponential(-(w * float(inputs) + b)))
            loss = loss + (out - float(target)) ** 2 / len(x)
        for param in [*W1, *b1, *W2, *b2]:
            param.grad = 0.0
        loss.backward()
        for param in [*W1, *b1, *W2, *b2]:
            param.data -= LEARNING_RATE * param.grad
    return loss.data


def exponential(value):
    """Return e ** value as a micrograd Value: the one rule that its engine lacks and a sigmoid needs."""
    out = type(value)(float(np.exp(value.data)), (value,), "exp")

    def backward():
        value.grad += out.data * out.grad

    out._backward = backward
    return out


def seconds(run, updates):
    """Return (seconds, loss) of one run."""
    begin = time.perf_counter()
    loss = run(updates)
    return time.perf_counter() - begin, loss


def assert_agreement(engines, updates):
    """Raise SystemExit unless all engines reach the loss of the bare loop after this many updates."""
    expected = bare_loop(updates)
    for name, run in engines.items():
        loss = run(updates)
        if not abs(loss - expected) <= TOLERANCE:
            sys.exit(f"{name} has loss {loss!r} after {updates} updates, the bare loop {expected!r}")


def measure(engines):
    """Return ({name: best seconds}, {name: final loss}) after ROUNDS rounds of UPDATES updates."""
    best, losses = {}, {}
    for _ in range(ROUNDS):
        for name, run in engines.items():
            elapsed, losses[name] = seconds(run, UPDATES)
            best[name] = min(elapsed, best.get(name, np.inf))
    return best, losses


def micrograd_seconds():
    """Return the seconds of UPDATES updates with micrograd, extrapolated from a few that give the right loss."""
    assert_agreement({"micrograd": with_micrograd}, MICROGRAD_UPDATES)
    elapsed, _ = seconds(with_micrograd, MICROGRAD_UPDATES)
    return elapsed / MICROGRAD_UPDATES * UPDATES


def main():
    engines = {"bare loop": bare_loop, "our layers": our_layers, "our autograd": our_autograd}
    if find_spec("dezero"):
        engines["dezero"] = with_dezero
    if find_spec("torch"):
        engines["torch"] = with_torch
    assert_agreement(engines, COMPARED_UPDATES)
    best, losses = measure(engines)
    if find_spec("micrograd"):
        best["micrograd"] = micrograd_seconds()
    print(f"{UPDATES} updates, best of {ROUNDS}, NumPy {np.__version__}, one thread")
    spread = max(losses.values()) - min(losses.values())
    print(f"same loss to {TOLERANCE:g} after {COMPARED_UPDATES} updates; at the end {losses['bare loop']:.6f}, "
          f"spread {spread:.1e}")
    print(f"{'engine':14}{'seconds':>10}{'us a step':>12}{'times our autograd':>20}")
    for name, elapsed in best.items():
        note = "  (extrapolated)" if name == "micrograd" else ""
        print(f"{name:14}{elapsed:10.3f}{elapsed / UPDATES * 1e6:12.1f}{elapsed / best['our autograd']:20.2f}{note}")
    for ours, theirs, target in TARGETS:
        if theirs in best:
            ratio = best[theirs] / best[ours]
            print(f"{ours} against {theirs}: {ratio:.2f} times as fast, target {target}: "
                  f"{'met' if ratio >= target else 'missed'}")


if __name__ == "__main__":
    main()
