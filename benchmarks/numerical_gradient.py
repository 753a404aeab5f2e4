"""The price of three gradients: 100 updates of the 784-50-10 net, batches of 100, on one thread.

    python benchmarks/numerical_gradient.py

The slow loop is timed on a sample of its forward passes, some after each update of the fast one so that a busy machine
disturbs both alike, and extrapolated; the other two make all updates. Medians of processor time count: a long call is
interrupted more often than a short one. All three see the same data (MNIST_DIR, else the small digits), and their
gradients are compared.
"""

import argparse
import os
import statistics
import time

import numpy as np
from rich.console import Console
from rich.table import Table
from threadpoolctl import threadpool_limits

from autograder.course.units import load_reference
from autograder.units.u07_numerical_gradient.given import load

SIZES, BATCH, LEARNING_RATE = (784, 50, 10), 100, 1.0
TARGET = 400  # times faster than the slow loop


def train(gradient, digits, first_params, updates, between=lambda params: None):
    """Return (params, seconds of each gradient) after some updates with batches drawn as in the notes.

    between: called with the parameters after each update, outside the clock.
    """
    params, rng, seconds = first_params(*SIZES), np.random.RandomState(0), []
    for _ in range(updates):
        chosen = rng.choice(len(digits.x_train), BATCH)
        began = time.process_time()
        steps = gradient(params, digits.x_train[chosen], digits.t_train[chosen])
        seconds.append(time.process_time() - began)
        params = {name: params[name] - LEARNING_RATE * steps[name] for name in params}
        between(params)
    return params, seconds


def slow_pass_seconds(net_loss, digits, params, sample):
    """Return the seconds of each of `sample` forward passes: one entry of W1 is nudged before each."""
    x, t, seconds = digits.x_train[:BATCH], digits.t_train[:BATCH], []
    for place in range(sample):
        began = time.process_time()
        old = params["W1"].flat[place]
        params["W1"].flat[place] = old + 1e-4
        net_loss(params, x, t)
        params["W1"].flat[place] = old
        seconds.append(time.process_time() - began)
    return seconds


def largest_difference(unit, digits):
    """Return how far the fast and the slow gradient of a small net lie apart, on 28 by 28 pictures."""
    params = {name: 10 * values for name, values in unit.first_params(784, 3, 10).items()}
    x, t = digits.x_train[:20], digits.t_train[:20]
    fast = unit.fast_numerical_gradient(params, x, t)
    return max(np.abs(unit.numerical_gradient(lambda _: unit.net_loss(params, x, t), values) - fast[name]).max()
               for name, values in params.items())


def main(updates, sample):
    """Print a table of the three gradients."""
    unit, digits = load_reference("u07_numerical_gradient"), load()
    net = load_reference("u05_two_layer_net").TwoLayerNet(*SIZES)

    def backward(params, x, t):
        net.load(params)
        return net.gradient(x, t)

    _, passes = unit.cost(*SIZES)
    slow = []
    fast_params, fast = train(unit.fast_numerical_gradient, digits, unit.first_params, updates,
                              lambda params: slow.extend(slow_pass_seconds(unit.net_loss, digits, params, sample)))
    back_params, back = train(backward, digits, unit.first_params, updates)
    rows = [(name, statistics.median(seconds) * count * updates) for name, seconds, count in
            ((f"slow loop, extrapolated from {len(slow)} passes", slow, passes),
             ("one hidden unit at a time (X15)", fast, 1), ("backpropagation", back, 1))]
    table = Table("gradient", "seconds", "times faster", title=f"{updates} updates of 784-50-10, {digits.name}",
                  caption=f"load of the machine: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
    for name, seconds in rows:
        table.add_row(name, f"{seconds:,.3f}", f"{rows[0][1] / seconds:,.0f}")
    console = Console()
    console.print(table)
    ratio = rows[0][1] / rows[1][1]
    console.print(f"X15 against the slow loop: {ratio:.0f} times as fast, target {TARGET}: "
                  f"{'met' if ratio >= TARGET else 'missed'}")
    apart = max(np.abs(fast_params[name] - back_params[name]).max() for name in fast_params)
    console.print(f"fast and slow gradient of a small net differ by {largest_difference(unit, digits):.1e}; "
                  f"parameters after {updates} updates, fast and backpropagation, by {apart:.1e}")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--updates", type=int, default=100)
    parser.add_argument("--sample", type=int, default=20, help="forward passes of the slow loop to time per update")
    options = parser.parse_args()
    with threadpool_limits(1):
        main(options.updates, options.sample)
