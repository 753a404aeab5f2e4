"""The net of unit 7, here with 20 hidden units, learns from either set of digits, with the fast numerical gradient."""

import os
import struct

import numpy as np
import pytest

from autograder.course.units import load_reference
from autograder.units.u07_numerical_gradient.given import load, small_digits

UPDATES, BATCH, LEARNING_RATE = 80, 50, 1.0
LEARNED = 0.6  # of pictures that the net has not seen; guessing gets 0.1

unit = load_reference("u07_numerical_gradient")


def accuracy(params, x, t):
    """Return which part of the pictures gets its own label."""
    z = unit.sigmoid(x @ params["W1"] + params["b1"])
    return np.mean((z @ params["W2"] + params["b2"]).argmax(axis=1) == t)


def trained(digits):
    """Return the parameters after some updates with the fast numerical gradient."""
    params, rng = unit.first_params(784, 20, 10), np.random.RandomState(0)
    for _ in range(UPDATES):
        chosen = rng.choice(len(digits.x_train), BATCH)
        steps = unit.fast_numerical_gradient(params, digits.x_train[chosen], digits.t_train[chosen])
        params = {name: params[name] - LEARNING_RATE * steps[name] for name in params}
    return params


def write_idx(path, array):
    """Write an array of bytes as an IDX file."""
    path.write_bytes(bytes([0, 0, 8, array.ndim]) + struct.pack(f">{array.ndim}I", *array.shape) + array.tobytes())


@pytest.fixture
def files_of_mnist(tmp_path):
    """A folder with the four files of MNIST, filled with some pictures of the small set."""
    digits = small_digits()
    for part, x, t in (("train", digits.x_train, digits.t_train), ("t10k", digits.x_test, digits.t_test)):
        write_idx(tmp_path / f"{part}-images-idx3-ubyte", np.round(255 * x).astype(np.uint8).reshape(-1, 28, 28))
        write_idx(tmp_path / f"{part}-labels-idx1-ubyte", t.astype(np.uint8))
    return tmp_path


def test_the_net_learns_the_small_digits(monkeypatch):
    monkeypatch.delenv("MNIST_DIR", raising=False)
    digits = load()
    assert digits.name == "scikit-learn's digits"
    assert accuracy(trained(digits), digits.x_test, digits.t_test) > LEARNED


def test_the_net_learns_from_the_files_of_mnist(monkeypatch, files_of_mnist):
    monkeypatch.setenv("MNIST_DIR", os.environ.get("MNIST_DIR", str(files_of_mnist)))
    digits = load()
    assert digits.name.startswith("MNIST")
    assert accuracy(trained(digits), digits.x_test, digits.t_test) > LEARNED
