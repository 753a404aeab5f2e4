# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # Unit 5: The two-layer net
#
# You build a whole net here, from the inside out: three activations, the loss that classifiers use, and then the net
# itself, which turns a batch of pictures into probabilities and knows the gradient of every weight. The chapter
# [The two-layer net](../../book/u05_two_layer_net.md) shows each part in a picture.
#
# One thing is new: everything has to stay finite. A net that is sure of itself can have scores of a thousand and
# more, and $e^{1000}$ is too large for any computer. The checks look for warnings as well as for wrong numbers.
#
# As before, nothing may change an array that it is given.
#
# Use NumPy and Python's standard library, and Matplotlib for pictures: other packages are not there when your work is
# graded. Numbers are of NumPy's usual kind, float64, in double precision.

# %%
import numpy as np

from autograder import check, hint, progress

# %% [markdown]
# ## Data to play with
#
# The array `a` is what goes into an activation, and a batch of four examples with three classes is what goes into
# the loss. Targets come in two styles, and all your functions accept both: labels, the number of the right class; and
# one-hot rows, a 1 in the place of the right class. `as_labels` makes labels of either.

# %%
a = np.linspace(-5.0, 5.0, 251)                    # (251,): inputs of an activation

scores = np.array([[2.0, 1.0, 0.0],
                   [0.0, 0.0, 0.0],
                   [-1.0, 3.0, 1.0],
                   [1000.0, 0.0, -1000.0]])        # (4, 3): what a net says before softmax
t = np.array([0, 2, 1, 0])                         # (4,): the right classes
one_hot = np.array([[1, 0, 0],
                    [0, 0, 1],
                    [0, 1, 0],
                    [1, 0, 0]])                    # (4, 3): the same targets


def as_labels(t):
    """Return targets as labels (N,), whether t holds labels (N,) or one-hot rows (N, C)."""
    return t.argmax(axis=1) if t.ndim == 2 else t

# %% [markdown]
# ## Exercise: `Sigmoid`
#
# The activation $\sigma(a) = \dfrac{1}{1 + e^{-a}}$ squeezes any number into the range from 0 to 1. Write $z$ for its
# output. Its slope can be written with $z$ alone, which is why the layer remembers its output.
#
# Mind the far ends. For $a = -1000$ the formula asks for $e^{1000}$, and NumPy warns of an overflow. Multiply numerator
# and denominator by $e^{a}$ and you have a second form of the same function. For which inputs is each of them
# harmless? (`np.where` chooses entry by entry, but it is given both results, so both get computed. What can you do
# to the exponent so that it is never positive?)

# %% grade_id="Sigmoid" solution=true points=2
class Sigmoid:
    """The activation z = 1 / (1 + exp(-a)), entry by entry."""

    def __init__(self):
        self.params, self.grads = [], []

    def forward(self, a):
        """Return sigmoid(a) as a new array. a: floats of any shape and size, without any overflow."""
        ### BEGIN SOLUTION
        self.z = 0.5 + 0.5 * np.tanh(0.5 * a)
        return self.z.copy()
        ### END SOLUTION

    def backward(self, dout):
        """Return da, the gradient of the loss with respect to the a of the latest forward.

        dout: gradient with respect to z, of the shape of z; returns a new array of that shape.
        """
        ### BEGIN SOLUTION
        return dout * self.z * (1.0 - self.z)
        ### END SOLUTION

# %% grade_id="Sigmoid" grade=true active="ipynb"
# check("Sigmoid")

# %% [markdown]
# ## Exercise: `ReLU`
#
# $\mathrm{relu}(a) = \max(a, 0)$: positive numbers pass, negative ones become 0. The gradient passes where the input
# was positive, and nowhere else. At exactly 0 the function has a kink and no derivative; here, as in nearly all
# libraries, nothing passes there.

# %% grade_id="ReLU" solution=true points=2
class ReLU:
    """The activation z = max(a, 0), entry by entry."""

    def __init__(self):
        self.params, self.grads = [], []

    def forward(self, a):
        """Return max(a, 0) as a new array. a: floats of any shape."""
        ### BEGIN SOLUTION
        self.positive = a > 0
        return np.where(self.positive, a, 0.0)
        ### END SOLUTION

    def backward(self, dout):
        """Return da, the gradient of the loss with respect to the a of the latest forward; 0 where a was 0.

        dout: gradient with respect to z, of the shape of z; returns a new array of that shape.
        """
        ### BEGIN SOLUTION
        return np.where(self.positive, dout, 0.0)
        ### END SOLUTION

# %% grade_id="ReLU" grade=true active="ipynb"
# check("ReLU")

# %% [markdown]
# ## Exercise: `Tanh`
#
# $\tanh(a) = \dfrac{e^{a} - e^{-a}}{e^{a} + e^{-a}}$ runs from -1 to 1. With $z$ for the output, its slope is
# $1 - z^2$. NumPy has a `tanh` that is safe everywhere. Why is the formula above not?

# %% grade_id="Tanh" solution=true points=2
class Tanh:
    """The activation z = tanh(a), entry by entry."""

    def __init__(self):
        self.params, self.grads = [], []

    def forward(self, a):
        """Return tanh(a) as a new array. a: floats of any shape and size, without any overflow."""
        ### BEGIN SOLUTION
        self.z = np.tanh(a)
        return self.z.copy()
        ### END SOLUTION

    def backward(self, dout):
        """Return da, the gradient of the loss with respect to the a of the latest forward.

        dout: gradient with respect to z, of the shape of z; returns a new array of that shape.
        """
        ### BEGIN SOLUTION
        return dout * (1.0 - self.z**2)
        ### END SOLUTION

# %% grade_id="Tanh" grade=true active="ipynb"
# check("Tanh")

# %% [markdown]
# ## Look at your activations
#
# Your three curves should run through the black marks. The dashed lines are your backward passes with a gradient of
# ones: the slopes of the curves. Where is each slope largest, and where does nothing come back at all?

# %% active="ipynb"
# import matplotlib.pyplot as plt
#
# marks = np.array([-4.0, -1.0, 0.0, 1.0, 4.0])
# expected = {Sigmoid: [0.018, 0.269, 0.5, 0.731, 0.982], ReLU: [0, 0, 0, 1, 4],
#             Tanh: [-0.999, -0.762, 0, 0.762, 0.999]}
# figure, places = plt.subplots(1, 3, figsize=(11, 3.5), constrained_layout=True)
# for place, (activation, values) in zip(places, expected.items()):
#     layer = activation()
#     place.plot(a, layer.forward(a), color="#0072B2", label="your forward")
#     place.plot(a, layer.backward(np.ones_like(a)), color="#D55E00", linestyle="--", label="your backward")
#     place.plot(marks, values, "kx", label="expected forward")
#     place.set(title=activation.__name__, xlabel="a", ylim=(-1.1, 1.6))
# places[0].legend(loc="lower right")
# plt.show()

# %% [markdown]
# ## Exercise: `softmax`
#
# A net for $C$ classes ends in $C$ scores for each example. Softmax turns each row of scores into probabilities,
# positive and with the sum 1: $y_k = \dfrac{e^{x_k}}{\sum_j e^{x_j}}$.
#
# Try it by hand: the scores $0, \ln 2, \ln 3$ give $\frac16, \frac26, \frac36$. Now add 5 to all three scores. What
# happens to the probabilities? This is the way to keep the exponents small, whatever the scores are. Each row needs its
# own: what is small for one example may be far too small for another.

# %% grade_id="softmax" solution=true points=2
def softmax(x):
    """Return the softmax of each row of x.

    x: (N, C) floats, of any size; returns a new array (N, C), positive or rounded to 0, rows with the sum 1.
    """
    ### BEGIN SOLUTION
    powers = np.exp(x - x.max(axis=1, keepdims=True))
    return powers / powers.sum(axis=1, keepdims=True)
    ### END SOLUTION

# %% grade_id="softmax" grade=true active="ipynb"
# check("softmax")

# %% [markdown]
# ## Exercise: `cross_entropy`
#
# How bad is a prediction? Look at the probability that it gave to the right class, and take minus its logarithm:
# $-\ln 1 = 0$ for a perfect one, and the less it believed in the truth, the more it pays. The loss of a batch is the
# mean over its $N$ examples.
#
# To pick one entry from each row, give NumPy two lists of the same length: `y[[0, 1, 2], [2, 0, 1]]` is
# `y[0, 2], y[1, 0], y[2, 1]`. What would the two lists be here? The probabilities of the other classes play no part,
# so it must not matter if some of them are 0.

# %% grade_id="cross_entropy" solution=true points=2
def cross_entropy(y, t):
    """Return the mean over the batch of -ln(probability of the right class), as a float.

    y: (N, C) probabilities, those of the right classes greater than 0. t: (N,) labels or (N, C) one-hot rows.
    """
    ### BEGIN SOLUTION
    N = len(y)
    return float(-np.log(y[np.arange(N), as_labels(t)]).sum() / N)
    ### END SOLUTION

# %% grade_id="cross_entropy" grade=true active="ipynb"
# check("cross_entropy")

# %% [markdown]
# ## Exercise: `SoftmaxWithLoss`
#
# The last node of a classifier: scores go in, the loss comes out. Two things become simpler when softmax and
# cross-entropy are one node.
#
# *Forward*: for the scores 1000, 0, -1000 softmax gives exactly 1, 0, 0 after rounding, and if the last class is the
# right one, $\ln 0$ is minus infinity. Yet the loss is a harmless number, 2000. Write $\ln y_k$ out, with the maximum
# of the row subtracted, and simplify **before** you compute: no logarithm of anything small is left.
#
# *Backward*: with $L = -\ln y_r$ for the right class $r$, work out $\partial L / \partial x_k$, first for $k = r$ and
# then for another $k$. The result is surprisingly short. Do not forget that the loss is a mean over $N$ examples.

# %% grade_id="SoftmaxWithLoss" solution=true points=3 uses=["softmax", "cross_entropy"]
class SoftmaxWithLoss:
    """The node loss = cross_entropy(softmax(x), t), finite for all finite scores."""

    def __init__(self):
        self.params, self.grads = [], []

    def forward(self, x, t):
        """Return the loss as a float. x: (N, C) scores; t: (N,) labels or (N, C) one-hot rows."""
        ### BEGIN SOLUTION
        N = len(x)
        self.y, self.t = softmax(x), as_labels(t)
        shifted = x - x.max(axis=1, keepdims=True)
        log_y = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
        return float(-log_y[np.arange(N), self.t].sum() / N)
        ### END SOLUTION

    def backward(self, dout=1.0):
        """Return dx, the gradient of the loss with respect to the scores of the latest forward.

        dout: a number, the gradient that arrives at the loss. Returns a new array (N, C). Calling backward twice
        gives the same result twice.
        """
        ### BEGIN SOLUTION
        N = len(self.y)
        dx = self.y.copy()
        dx[np.arange(N), self.t] -= 1.0
        return dout * dx / N
        ### END SOLUTION

# %% grade_id="SoftmaxWithLoss" grade=true active="ipynb"
# check("SoftmaxWithLoss")

# %% [markdown]
# A node that says nothing about the classes has equal scores. What does it pay, and does it depend on the answer?

# %% active="ipynb"
# SoftmaxWithLoss().forward(np.zeros((4, 3)), t), np.log(3)

# %% [markdown]
# ## Exercise: `TwoLayerNet`
#
# Now put it together: affine, sigmoid, affine, softmax. The parameters live in a dictionary, `params`, under the names
# `W1`, `b1`, `W2`, `b2`, and `gradient` returns a dictionary with the same names and the same shapes.
#
# Use your `Sigmoid`, `softmax` and `SoftmaxWithLoss`; write the two affine steps out with `@` and `+`. For the gradient
# go forward with the batch that you are given, keep what you need, and come back step by step: the rules are those of
# unit 4. Do not rely on anything that an earlier call left behind, since it may belong to another batch.
#
# `__init__` draws the weights from a normal distribution with mean 0 and standard deviation `weight_init_std`, from
# one generator `np.random.default_rng(seed)`, `W1` before `W2`; the biases start at 0. `load` is given: it puts known
# numbers into the net, which is how the checks talk to it.

# %% grade_id="TwoLayerNet" solution=true points=5 uses=["softmax", "cross_entropy"]
class TwoLayerNet:
    """A net for classification: affine, sigmoid, affine, softmax."""

    def __init__(self, input_size, hidden_size, output_size, weight_init_std=0.01, seed=None):
        """Make the dictionary self.params, with I, H and O for the three sizes.

        W1: (I, H) and W2: (H, O), normal numbers of the given standard deviation; b1: (H,) and b2: (O,), zeros.
        """
        ### BEGIN SOLUTION
        rng = np.random.default_rng(seed)
        self.params = {
            "W1": weight_init_std * rng.normal(size=(input_size, hidden_size)),
            "b1": np.zeros(hidden_size),
            "W2": weight_init_std * rng.normal(size=(hidden_size, output_size)),
            "b2": np.zeros(output_size),
        }
        ### END SOLUTION

    def load(self, params):
        """Write the arrays of a dictionary like self.params into the net's own."""
        for name, array in params.items():
            self.params[name][...] = array

    def scores(self, x):
        """Return what goes into softmax. x: (N, I); returns (N, O)."""
        ### BEGIN SOLUTION
        hidden = Sigmoid().forward(x @ self.params["W1"] + self.params["b1"])
        return hidden @ self.params["W2"] + self.params["b2"]
        ### END SOLUTION

    def predict(self, x):
        """Return the probabilities of the classes. x: (N, I); returns (N, O), rows with the sum 1."""
        ### BEGIN SOLUTION
        return softmax(self.scores(x))
        ### END SOLUTION

    def loss(self, x, t):
        """Return the mean cross-entropy of the batch as a float, finite for all finite scores.

        x: (N, I); t: (N,) labels or (N, O) one-hot rows.
        """
        ### BEGIN SOLUTION
        return SoftmaxWithLoss().forward(self.scores(x), t)
        ### END SOLUTION

    def accuracy(self, x, t):
        """Return which part of the batch has its largest probability at the right class, from 0.0 to 1.0.

        x: (N, I); t: (N,) labels or (N, O) one-hot rows.
        """
        ### BEGIN SOLUTION
        return float(np.mean(self.predict(x).argmax(axis=1) == as_labels(t)))
        ### END SOLUTION

    def gradient(self, x, t):
        """Return the gradients of the loss of this batch: a dictionary with the names and shapes of params.

        x: (N, I); t: (N,) labels or (N, O) one-hot rows. The parameters stay as they are.
        """
        ### BEGIN SOLUTION
        activation, last = Sigmoid(), SoftmaxWithLoss()
        hidden = activation.forward(x @ self.params["W1"] + self.params["b1"])
        last.forward(hidden @ self.params["W2"] + self.params["b2"], t)
        d_scores = last.backward()
        d_sums = activation.backward(d_scores @ self.params["W2"].T)
        return {
            "W1": x.T @ d_sums, "b1": d_sums.sum(axis=0),
            "W2": hidden.T @ d_scores, "b2": d_scores.sum(axis=0),
        }
        ### END SOLUTION

# %% grade_id="TwoLayerNet" grade=true active="ipynb"
# check("TwoLayerNet")

# %% [markdown]
# ## Look at your net
#
# On the left each mark is one parameter of a small net: its entry of your gradient against a central difference of your
# loss. They should lie on the line. On the right the net learns for 300 steps to tell three clouds of points apart. The
# curve starts near $\ln 3$ and should end well below 0.1.

# %% active="ipynb"
# rng = np.random.default_rng(1)
# targets = np.arange(60) % 3
# points = rng.normal(size=(60, 2)) + 4 * np.array([[0, 1], [-1, -1], [1, -1]])[targets]
# net = TwoLayerNet(2, 5, 3, weight_init_std=0.5, seed=3)
# gradient = net.gradient(points, targets)
# figure, (left, right) = plt.subplots(1, 2, figsize=(10, 4), constrained_layout=True)
# for name, marker in zip(net.params, "os^v"):
#     array, slopes = net.params[name], []
#     for place in np.ndindex(array.shape):
#         kept = array[place]
#         array[place] = kept + 1e-4
#         above = net.loss(points, targets)
#         array[place] = kept - 1e-4
#         slopes.append((above - net.loss(points, targets)) / 2e-4)
#         array[place] = kept
#     left.plot(slopes, gradient[name].ravel(), marker, alpha=0.7, label=f"your gradient of {name}")
# left.axline((0, 0), slope=1, color="black", linewidth=0.8, label="expected: equal")
# left.set(xlabel="central difference", ylabel="backward")
# left.legend()
# losses = []
# for _ in range(300):
#     losses.append(net.loss(points, targets))
#     for name, slope in net.gradient(points, targets).items():
#         net.params[name] -= 0.5 * slope
# right.plot(losses, color="#CC79A7", label="your loss")
# right.axhline(np.log(3), color="black", linewidth=0.8, linestyle=":", label="ln 3, no idea")
# right.set(xlabel="step", ylim=(0, 1.3), title=f"accuracy {net.accuracy(points, targets):.2f}")
# right.legend()
# plt.show()

# %% [markdown] grade_id="small-loss" manual=true points=2
# ## In your own words
#
# "A small loss means that the predictions are right." How much of this is true for cross-entropy? For one example with
# three classes: how small must the loss be so that the largest probability is certainly at the right class? And how
# large can the loss still be although it is there? Say what the loss tells you that the accuracy does not.
#
# ### BEGIN SOLUTION
# The loss is -ln p with p the probability of the right class. If p is greater than 1/2 no other class can be larger, so
# a loss below ln 2 (about 0.69) makes the prediction right for certain. With three classes p can be the largest with
# only a little more than 1/3, so the loss can be nearly ln 3 (about 1.10) and the prediction still right; between the
# two it may be either. Over a batch it is looser still: one confident mistake can outweigh many right answers, so the
# mean loss may rise while the accuracy stays or improves. The loss says how sure the net is, changes smoothly with
# every weight and therefore has a gradient; the accuracy counts, jumps, and has slope 0 nearly everywhere.
# ### END SOLUTION
