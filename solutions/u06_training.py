# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # Unit 6: Training
#
# You have a net, a loss and a gradient. Now you turn them into a loop, twice: a curve through a hundred noisy points,
# with all of them in every step, and spirals that no line can separate, in small batches.
# The chapter [Training](../../book/u06_training.md) shows what to look for while the loss falls.
#
# Fill in each function where it says so, run the cell, then run the `check` cell below it.
# You may check as often as you like.
#
# Use NumPy and Python's standard library, and Matplotlib for pictures: other packages are not there when your work is
# graded. Numbers are of NumPy's usual kind, float64, in double precision.

# %%
import numpy as np

from autograder import check, hint, progress

# %% [markdown]
# ## What you are given
#
# The net has two layers: linear, sigmoid, linear. Its four arrays travel together in one list,
# `params = [W1, b1, W2, b2]`, and three small functions work on it. You need not know their insides here:
#
# - `start(rng, inputs, hidden, outputs)` draws the first parameters of a net with so many units in its three rows;
# - `predict(params, x)` gives the outputs for a batch `x`;
# - `gradients(params, x, dout)` takes the gradient `dout` of a loss with respect to those outputs and returns the four
#   gradients `[dW1, db1, dW2, db2]`, each shaped like its parameter.

# %%
def start(rng, inputs, hidden, outputs):
    """Return fresh params [W1, b1, W2, b2]: W1 (inputs, hidden), b1 (hidden,), W2 (hidden, outputs), b2 (outputs,).

    rng: a numpy RandomState, from which first W1 and then W2 is drawn. The weights are normal, with a variance of
    one over the number of units they come from; the biases are zero.
    """
    W1 = np.sqrt(1 / inputs) * rng.randn(inputs, hidden)
    W2 = np.sqrt(1 / hidden) * rng.randn(hidden, outputs)
    return [W1, np.zeros(hidden), W2, np.zeros(outputs)]


def hidden_units(params, x):
    """Return the activations (N, H) of the hidden layer for inputs x (N, I)."""
    return 1 / (1 + np.exp(-(x @ params[0] + params[1])))


def predict(params, x):
    """Return the outputs (N, O) of the net for inputs x (N, I)."""
    return hidden_units(params, x) @ params[2] + params[3]


def gradients(params, x, dout):
    """Return [dW1, db1, dW2, db2] of a loss whose gradient with respect to predict(params, x) is dout (N, O)."""
    z = hidden_units(params, x)
    da = dout @ params[2].T * z * (1 - z)
    return [x.T @ da, da.sum(axis=0), z.T @ dout, dout.sum(axis=0)]

# %% [markdown]
# ## A noisy sine
#
# A hundred points: `x` is uniform between 0 and 1, and `y` is $\sin(2\pi x)$ plus noise that is uniform between 0 and 1
# as well. Both are columns of shape (100, 1).

# %%
def sine_data(rng):
    """Return x (100, 1), uniform in [0, 1), and y = sin(2 pi x) + noise (100, 1), the noise uniform in [0, 1).

    rng: a numpy RandomState, from which first x and then the noise is drawn.
    """
    x = rng.rand(100, 1)
    return x, np.sin(2 * np.pi * x) + rng.rand(100, 1)

# %% [markdown]
# ## Exercise: `mse`
#
# The loss is the mean of the squared errors over all entries. Targets are often stored as a plain list of numbers,
# shape (N,), while a net answers with a column, (N, 1). Subtract one from the other and NumPy makes a table of
# N times N differences without a word. Your function must give the right number for both shapes.
#
# Example: targets `[1, 2]`, predictions `[[1], [4]]`: the errors are 0 and 2, so the mean squared error is 2.

# %% grade_id="mse" solution=true points=2
def mse(y, p):
    """Return the mean squared error of the predictions p for the targets y.

    p: (N, O) predictions; y: as many targets in the same order, shaped (N, O), or (N,) where O = 1.
    Returns a float: the mean of (p - y)^2 over all N * O entries. The arguments stay as they are.
    """
    ### BEGIN SOLUTION
    return float(np.mean((p - np.reshape(y, np.shape(p))) ** 2))
    ### END SOLUTION

# %% grade_id="mse" grade=true active="ipynb"
# check("mse")

# %% [markdown]
# ## Exercise: `fit_sin`
#
# Now the loop. Use one source of random numbers, `rng = np.random.RandomState(seed)`, and draw from it in this order:
# first the data with `sine_data`, then the parameters with `start`: 1 input, 10 hidden units, 1 output.
#
# Then repeat: predict **all** 100 points, note the loss, find the gradient of the loss with respect to the predictions
# (each prediction `p` enters the loss as $(p - y)^2 / N$: what is the derivative?), hand it to `gradients`, and move
# every parameter by `-lr` times its gradient.
#
# Return two lists:
#
# - `losses`: the loss before the first update, after the first, after the second, and so on:
#   `iterations + 1` numbers, so that the last one belongs to the final parameters;
# - `snapshots`: the parameters after 0, `every`, `2 * every`, ... updates, as far as `iterations` reaches.
#   A snapshot must not change when training goes on, so mind whether an update writes into an array
#   that you have already put away.

# %% grade_id="fit_sin" solution=true points=4 uses=["mse"]
def fit_sin(seed, iterations=10000, lr=0.2, every=100):
    """Fit the 1-10-1 net to the noisy sine by gradient descent on all points at once.

    seed: of the RandomState for data and start; iterations: number of updates, a multiple of every; lr: learning rate.
    Returns (losses, snapshots): iterations + 1 floats, and iterations / every + 1 lists [W1, b1, W2, b2].
    """
    ### BEGIN SOLUTION
    rng = np.random.RandomState(seed)
    x, y = sine_data(rng)
    params = start(rng, 1, 10, 1)
    losses, snapshots = [], []
    for iteration in range(iterations + 1):
        p = predict(params, x)
        losses.append(mse(y, p))
        if iteration % every == 0:
            snapshots.append(params)
        if iteration < iterations:
            steps = gradients(params, x, 2 * (p - y) / len(x))
            params = [value - lr * step for value, step in zip(params, steps, strict=True)]
    return losses, snapshots
    ### END SOLUTION

# %% grade_id="fit_sin" grade=true active="ipynb"
# check("fit_sin")

# %% [markdown]
# ## Look at your result
#
# Left: your losses, with the expected ones as black crosses. Right: your curve after 10,000 updates. It should run
# through the middle of the points, half a unit above the dashed sine. Where does the extra half come from?
# Two sudden jumps of the loss near the end are no mistake of yours; the chapter explains them.

# %% active="ipynb"
# import matplotlib.pyplot as plt
#
# losses, snapshots = fit_sin(0)
# x, y = sine_data(np.random.RandomState(0))
# line = np.linspace(0, 1, 101).reshape(-1, 1)
# expected = [0.816518, 0.249903, 0.246099, 0.237216, 0.207932, 0.123119]
#
# figure, (left, right) = plt.subplots(1, 2, figsize=(10, 3.6))
# left.plot(losses, color="#CC79A7", label="your losses")
# left.plot(range(0, 6000, 1000), expected, "kx", label="expected")
# left.set(xlabel="iteration", ylabel="mean squared error", ylim=(0, 0.9))
# left.legend()
# right.plot(x, y, "o", color="#0072B2", label="data")
# right.plot(line, np.sin(2 * np.pi * line), "--", color="gray", label="sine")
# right.plot(line, predict(snapshots[-1], line), color="#E69F00", label="your net")
# right.set(xlabel="x", ylabel="y", title=f"iteration 10000, loss {losses[-1]:.4f}")
# right.legend()
# plt.show()

# %% [markdown]
# The same as a film: one frame for each of the first 100 snapshots, a tenth of a second each. The cell writes
# `sine_fit.gif` beside this notebook; it takes about ten seconds.

# %% active="ipynb"
# from matplotlib.animation import FuncAnimation, PillowWriter
#
# figure, axes = plt.subplots(figsize=(6, 4.5), dpi=60)
# axes.plot(x, y, "o", color="#0072B2")
# (curve,) = axes.plot(line, 0 * line, color="#E69F00", linewidth=2)
#
# def draw(frame):
#     curve.set_ydata(predict(snapshots[frame], line))
#     axes.set_title(f"iteration {100 * frame}, loss {losses[100 * frame]:.3f}")
#
# FuncAnimation(figure, draw, frames=100, interval=100).save("sine_fit.gif", writer=PillowWriter(fps=10))
# plt.close(figure)

# %% [markdown]
# ## Spirals
#
# Each class is one arm of a spiral: 100 points whose distance from the centre grows from 0 to 1 while they turn by four
# radians, with a little noise in the angle. The labels are whole numbers, one per point.
#
# `softmax_loss(scores, t)` gives the mean cross-entropy of a batch and, with it, the gradient with respect to the
# scores, ready for `gradients`.

# %%
def spiral(classes, seed):
    """Return x (100 * classes, 2), the points of all arms one after the other, and t (100 * classes,), their labels."""
    rng = np.random.RandomState(seed)
    radius = np.arange(100) / 100
    angles = [4.0 * arm + 4.0 * radius + 0.2 * rng.randn(100) for arm in range(classes)]
    x = np.concatenate([np.stack([radius * np.sin(angle), radius * np.cos(angle)], axis=1) for angle in angles])
    return x, np.repeat(np.arange(classes), 100)


def softmax_loss(scores, t):
    """Return (loss, dscores): the mean cross-entropy of scores (N, C) for labels t (N,), and its gradient (N, C)."""
    rows = np.arange(len(t))
    shifted = scores - scores.max(axis=1, keepdims=True)
    logs = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    dscores = np.exp(logs)
    dscores[rows, t] -= 1
    return float(-logs[rows, t].mean()), dscores / len(t)

# %% [markdown]
# ## Exercise: `minibatches`
#
# An epoch shows every example to the net once, a few at a time, in a fresh order. Somebody else has drawn that order;
# you cut it into batches. Every point must keep its own label, and nobody may be left out: the last batch is smaller
# when the numbers do not divide.
#
# Example: with `order = [4, 0, 3, 1, 2]` and `size = 2` the batches hold the examples 4 and 0, then 3 and 1, then 2.

# %% grade_id="minibatches" solution=true points=2
def minibatches(x, t, size, order):
    """Return the batches of one epoch as a list of pairs (inputs, labels).

    x: (N, D) inputs; t: (N,) labels; size: examples in a batch, at least 1; order: (N,) a permutation of 0 .. N - 1.
    Batch k holds the examples order[k * size], order[k * size + 1], ...; the last one may be smaller.
    """
    ### BEGIN SOLUTION
    return [(x[order[k:k + size]], t[order[k:k + size]]) for k in range(0, len(x), size)]
    ### END SOLUTION

# %% grade_id="minibatches" grade=true active="ipynb"
# check("minibatches")

# %% [markdown]
# ## Exercise: `train_spiral`
#
# The data comes from `spiral(classes, seed)`. For everything else use one `rng = np.random.RandomState(seed)`:
# first the parameters with `start` (2 inputs, 10 hidden units, one output per class), then, at the beginning of each
# epoch, a new order with `rng.permutation(len(x))`.
#
# An epoch goes through `minibatches` of 30. For each batch: predict, `softmax_loss`, `gradients`, and one update with
# learning rate 1. Note the mean of the batch losses of each epoch.

# %% grade_id="train_spiral" solution=true points=4 uses=["minibatches"]
def train_spiral(classes, epochs, seed=1984):
    """Train a 2-10-classes net on the spiral data with minibatches of 30 and learning rate 1.

    classes: number of arms; epochs: passes through the data; seed: of the data, the start and the orders.
    Returns (losses, params): one float for each epoch, the mean of its batch losses, and the final [W1, b1, W2, b2].
    """
    ### BEGIN SOLUTION
    x, t = spiral(classes, seed)
    rng = np.random.RandomState(seed)
    params = start(rng, 2, 10, classes)
    losses = []
    for _ in range(epochs):
        batch_losses = []
        for batch, labels in minibatches(x, t, 30, rng.permutation(len(x))):
            loss, dscores = softmax_loss(predict(params, batch), labels)
            batch_losses.append(loss)
            steps = gradients(params, batch, dscores)
            params = [value - step for value, step in zip(params, steps, strict=True)]
        losses.append(float(np.mean(batch_losses)))
    return losses, params
    ### END SOLUTION

# %% grade_id="train_spiral" grade=true active="ipynb"
# check("train_spiral")

# %% [markdown]
# ## Look at your result
#
# Left: your learning curve for three classes. It should end near 0.1, below the black line at 0.2.
# Right: the class that your net gives to each place of the plane. The three arms should lie in regions of their own.

# %% active="ipynb"
# losses, params = train_spiral(3, 300)
# x, t = spiral(3, 1984)
# grid = np.stack(np.meshgrid(np.linspace(-1.1, 1.1, 150), np.linspace(-1.1, 1.1, 150)), axis=-1)
# regions = predict(params, grid.reshape(-1, 2)).argmax(axis=1).reshape(150, 150)
#
# figure, (left, right) = plt.subplots(1, 2, figsize=(10, 4))
# left.plot(losses, color="#CC79A7", label="your losses")
# left.axhline(0.2, color="black", linewidth=0.8)
# left.set(xlabel="epoch", ylabel="mean cross-entropy", ylim=(0, 1.2))
# right.contourf(grid[..., 0], grid[..., 1], regions, levels=[-0.5, 0.5, 1.5, 2.5],
#                colors=["#0072B2", "#E69F00", "#009E73"], alpha=0.25)
# for label, marker, colour in zip(range(3), "os^", ["#0072B2", "#E69F00", "#009E73"]):
#     right.plot(*x[t == label].T, marker, color=colour, markersize=4)
# right.set(aspect="equal", title=f"accuracy {np.mean(predict(params, x).argmax(axis=1) == t):.3f}")
# plt.show()

# %% [markdown] grade_id="why-plateau" manual=true points=2
# ## In your own words
#
# Between iterations 1,000 and 3,000 the loss of the sine fit moves from 0.250 to 0.237 only. A friend says: "It has
# stopped learning, stop the program." What is the net doing in that time, and how could you test your answer?
# And why will this loss never reach 0, however long you train?
#
# ### BEGIN SOLUTION
# In that time the net answers with nearly a straight line, and its loss lies close to that of the best straight line
# through the data (0.2543 for this seed); bending it is slow, because near a line the gradients of the bending parts
# are small and nearly cancel. Tests: plot the predictions against x, compare the loss with that of a least-squares
# line, look at the parameters or the gradient, which still move, or simply train on.
# The loss cannot reach 0 because the data contain noise that does not depend on x: the best possible curve,
# sin(2 pi x) + 1/2, still has an expected loss of 1/12, the variance of the noise. With a hundred points a flexible
# net can dip a little below that by fitting the noise.
# ### END SOLUTION
