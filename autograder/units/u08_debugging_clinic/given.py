"""The patients of unit 8: small nets, each with one planted bug in its gradients, in an order of the student's own.

The net is x -> W1, b1 -> sigmoid -> h; the branch s = h + (h W2 + b2); s W3 + b3 -> softmax -> cross-entropy.
A notebook walks through its ward with `ward(name, Patient)`. The checks make patients of the same kind and keep their
functions on the grader's side, so the student's code can measure a patient and cannot look inside.
"""

from __future__ import annotations

import hashlib

import numpy as np

DISEASES = ("sign", "transpose", "batch factor", "averaged bias", "activation derivative", "overwritten branch",
            "stale cache", "epsilon in the log")
HEALTHY = "healthy"
SIZES = {"W1": (2, 3), "b1": (3,), "W2": (3, 3), "b2": (3,), "W3": (3, 2), "b3": (2,)}
EPSILON = 1e-7


def order(name: str) -> list[str]:
    """Return the diseases in the order in which the ward of this name has them."""
    return [DISEASES[i] for i in random_of(name).permutation(len(DISEASES))]


def ward(name: str, patient) -> list:
    """Return eight patients in an order that depends on the name, each with weights of its own.

    patient: the class of the patients, called with (params, loss, gradient).
    """
    rng = random_of(f"weights of {name}")
    return [patient(*anatomy(disease, rng)) for disease in order(name)]


def random_of(name: str) -> np.random.Generator:
    """Return a generator that is seeded by a text, the same on every machine."""
    return np.random.default_rng(int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], "big"))


def anatomy(disease: str, rng) -> tuple:
    """Return (params, loss, gradient) of a fresh net with this disease, or of a healthy one.

    loss and gradient are functions of (params, x, t) with x: (N, 2) floats, t: (N,) labels 0 or 1.
    """
    params = {name: 0.5 * rng.normal(size=shape) for name, shape in SIZES.items()}
    memory = {}  # what a stale cache keeps

    def loss(params, x, t):
        return net_loss(params, x, t, disease)

    def gradient(params, x, t):
        return net_gradient(params, x, t, disease, memory)

    return params, loss, gradient


def activations(params, x):
    """Return a, h, s and the scores of a batch x: (N, 2)."""
    a = x @ params["W1"] + params["b1"]
    h = 1 / (1 + np.exp(-a))
    s = h + (h @ params["W2"] + params["b2"])
    return a, h, s, s @ params["W3"] + params["b3"]


def net_loss(params, x, t, disease) -> float:
    """Return the mean cross-entropy of a batch."""
    scores = activations(params, x)[3]
    shifted = scores - scores.max(axis=1, keepdims=True)
    log_y = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    if disease == "epsilon in the log":
        log_y = np.log(np.exp(log_y) + EPSILON)
    return float(-np.mean(log_y[np.arange(len(t)), t]))


def net_gradient(params, x, t, disease, memory) -> dict:
    """Return the gradients as this net computes them: wrong in the way of its disease."""
    a, h, s, scores = activations(params, x)
    y = np.exp(scores - scores.max(axis=1, keepdims=True))
    dout = y / y.sum(axis=1, keepdims=True) - np.eye(2)[t]
    dout *= {"sign": -1.0, "batch factor": len(t)}.get(disease, 1.0) / len(t)
    ds = dout @ params["W3"].T
    dh = ds @ params["W2"].T + (0 if disease == "overwritten branch" else ds)
    z = a if disease == "activation derivative" else h
    da = dh * z * (1 - z)
    if disease == "stale cache":
        x = memory.setdefault(x.shape, x.copy())
    grads = {"W1": x.T @ da, "b1": da.sum(axis=0), "W2": h.T @ ds, "b2": ds.sum(axis=0),
             "W3": s.T @ dout, "b3": dout.sum(axis=0)}
    if disease == "transpose":
        grads["W2"] = grads["W2"].T
    if disease == "averaged bias":
        grads |= {name: grads[name] / len(t) for name in ("b1", "b2", "b3")}
    return grads
