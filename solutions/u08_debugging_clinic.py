# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # Unit 8: The debugging clinic
#
# Eight nets are ill. Each computes its loss correctly and its gradient wrongly, and each has another bug. You write the
# instrument that finds out, examine your patients, and then mend the parts that made them ill. The chapter
# [The debugging clinic](../../book/u08_debugging_clinic.md) shows the instrument at work.
#
# Write your name below. It decides in which order the patients lie in **your** ward; your neighbour has another order.
#
# Use NumPy and Python's standard library, and Matplotlib for pictures: other packages are not there when your work is
# graded. Numbers are of NumPy's usual kind, float64, in double precision.

# %%
import numpy as np

from autograder import check, hint, progress
from autograder.units.u08_debugging_clinic.given import ward

MY_NAME = "Ada"

# %% [markdown]
# ## The patients
#
# A patient is a net with three things: `params`, a dict of arrays that you may change; `loss(x, t)`, a float, which is
# right; and `gradient(x, t)`, a dict with the same names and shapes, which may be wrong. This is its anatomy:
#
# ```
# h = sigmoid(x W1 + b1)            W1 (2, 3), b1 (3,)
# s = h + (h W2 + b2)               W2 (3, 3), b2 (3,): h branches and is used twice
# loss = cross-entropy of softmax(s W3 + b3), averaged over the batch    W3 (3, 2), b3 (2,)
# ```
#
# Below are two batches to examine them with, and a function that differentiates the loss numerically, as in
# unit 7: slow, approximate, and trustworthy.

# %%
X1 = np.array([[0.5, -1.0], [1.5, 0.3], [-0.7, 0.8], [0.2, 0.4]])   # (4, 2): first batch
T1 = np.array([0, 1, 1, 0])                                         # (4,): its labels
X2 = np.array([[-1.2, 0.6], [0.9, 1.1], [0.4, -0.5], [-0.3, -0.9]]) # (4, 2): second batch
T2 = np.array([1, 0, 0, 1])                                         # (4,): its labels


class Patient:
    """A net to be examined: params, a dict of arrays; loss and gradient, functions of (params, x, t)."""

    def __init__(self, params, loss, gradient):
        self.params, self._loss, self._gradient = params, loss, gradient

    def loss(self, x, t):
        """Return the mean loss of a batch, a float. x: (N, 2) floats; t: (N,) labels 0 or 1."""
        return self._loss(self.params, x, t)

    def gradient(self, x, t):
        """Return what this patient believes to be the gradient of its loss: a dict of arrays."""
        return self._gradient(self.params, x, t)


def numerical_gradients(net, x, t, h=1e-5):
    """Return a dict with the central differences of net.loss for every parameter of the net."""
    gradients = {}
    for name, array in net.params.items():
        gradients[name] = np.zeros(array.shape)
        for place in np.ndindex(array.shape):
            kept = array[place]
            array[place] = kept + h
            above = net.loss(x, t)
            array[place] = kept - h
            below = net.loss(x, t)
            array[place] = kept
            gradients[name][place] = (above - below) / (2 * h)
    return gradients

# %% [markdown]
# ## Exercise: `grad_check`
#
# Compare the two gradients, parameter by parameter, with one number that needs no unit: the **relative error**
#
# $$ e = \frac{\lVert a - n \rVert}{\max(\lVert a \rVert + \lVert n \rVert,\ 10^{-4})}, $$
#
# where $a$ is the patient's gradient of that parameter, $n$ the numerical one, and $\lVert \cdot \rVert$ the square
# root of the sum of all squared entries. It lies between 0 and 1. (The $10^{-4}$ is there for gradients that are
# nearly 0: their rounding errors are no illness.) A healthy parameter has about $10^{-9}$; a turned sign gives
# exactly 1. Examine **every** parameter, the biases too, and leave the patient as you found it.

# %% grade_id="grad_check" solution=true points=4
def grad_check(net, x, t):
    """Return a dict: for each name in net.params the relative error of net.gradient(x, t), a float from 0 to 1.

    net: a patient; x: (N, 2) floats; t: (N,) labels.
    """
    ### BEGIN SOLUTION
    claimed, numerical = net.gradient(x, t), numerical_gradients(net, x, t)
    errors = {}
    for name in net.params:
        a, n = claimed[name], numerical[name]
        errors[name] = float(np.linalg.norm(a - n) / max(np.linalg.norm(a) + np.linalg.norm(n), 1e-4))
    return errors
    ### END SOLUTION

# %% active="ipynb"
# {name: f"{error:.1e}" for name, error in grad_check(ward(MY_NAME, Patient)[0], X1, T1).items()}

# %% grade_id="grad_check" grade=true active="ipynb"
# check("grad_check")

# %% [markdown]
# ## Your ward
#
# One column for each of your patients, one row for each parameter; dark is ill. Expected: six columns with dark fields,
# where some patterns look alike; there the size of the error, or an experiment, will decide. Two patients look healthy
# (white or pale grey). They are not: they are ill in a way that one batch at ordinary weights does not show.

# %% active="ipynb"
# import matplotlib.pyplot as plt
#
# reports = [grad_check(patient, X1, T1) for patient in ward(MY_NAME, Patient)]
# table = np.array([list(report.values()) for report in reports]).T
# plt.imshow(np.log10(table + 1e-12), cmap="Greys", vmin=-10, vmax=0)
# plt.xticks(range(8), [f"patient {i}" for i in range(8)], rotation=45)
# plt.yticks(range(6), reports[0])
# plt.colorbar(label="power of ten of the relative error")
# plt.show()

# %% [markdown]
# ## Exercise: `diagnose`
#
# Now write the program that tells **which** illness a patient has, from measurements alone. The eight are:
#
# | illness | what is wrong inside | what follows |
# |---|---|---|
# | `"sign"` | target minus output instead of output minus target | every gradient is turned |
# | `"batch factor"` | not divided by the batch length $N$ | every gradient is $N$ times too large |
# | `"averaged bias"` | bias gradients averaged over the rows, not summed | the biases alone are too small |
# | `"transpose"` | the gradient of W2 is transposed | W2 alone is wrong |
# | `"activation derivative"` | $z(1 - z)$ with what went into the sigmoid | W1 and b1 are wrong |
# | `"overwritten branch"` | what came back directly from s to h is lost | W1 and b1 are wrong |
# | `"stale cache"` | the first x is kept for ever (for each shape of x) | the first batch is right, the next wrong |
# | `"epsilon in the log"` | loss uses log(y + 1e-7), gradient does not | wrong where y is tiny |
#
# Two of them look alike in W1 and b1. Find an experiment: what comes back to W1 in each of them if W2 is 0? And for
# the last one: how do you make a net very sure, and wrong? (Multiply W3 by 200; if it happens to be right then, turn
# the labels: `1 - t`.) You may change `params` for an experiment. An error below $10^{-4}$ counts as healthy. You get
# each patient **fresh**: it has seen no batch yet.

# %% grade_id="diagnose" solution=true points=8
def diagnose(net):
    """Return the illness of a fresh patient: one of the eight names in the table, or "healthy".

    net: a patient with at most one illness. It may be used up by the examination.
    """
    ### BEGIN SOLUTION
    ill = {name for name, error in grad_check(net, X1, T1).items() if error > 1e-4}
    if not ill:
        if max(grad_check(net, X2, T2).values()) > 1e-4:
            return "stale cache"
        net.params["W3"] *= 200
        errors = [error for t in (T2, 1 - T2) for error in grad_check(net, X2, t).values()]
        return "epsilon in the log" if max(errors) > 1e-4 else "healthy"
    if len(ill) == len(net.params):
        agree = np.sum(net.gradient(X1, T1)["b3"] * numerical_gradients(net, X1, T1)["b3"]) > 0
        return "batch factor" if agree else "sign"
    if ill == {"W2"}:
        return "transpose"
    if ill == {"b1", "b2", "b3"}:
        return "averaged bias"
    net.params["W2"][...] = 0
    return "activation derivative" if np.any(net.gradient(X1, T1)["W1"]) else "overwritten branch"
    ### END SOLUTION

# %% active="ipynb"
# [diagnose(patient) for patient in ward(MY_NAME, Patient)]    # eight different answers

# %% grade_id="diagnose" grade=true active="ipynb"
# check("diagnose")

# %% [markdown]
# ## Repairs
#
# The patients' records are old code. You will mend it, part by part. Every part has `params` and `grads` (lists, empty
# where there is nothing to learn), and gradients of parameters are written into the arrays in `grads`.
#
# ## Exercise: `MendedAffine`
#
# This record holds **three** illnesses. Find all of them, and write the class without.
#
# ```python
# class SickAffine:
#     def __init__(self, W, b):
#         self.params, self.grads = [W, b], [np.zeros_like(W), np.zeros_like(b)]
#
#     def forward(self, x):
#         if not hasattr(self, "x"):
#             self.x = x
#         return x @ self.params[0] + self.params[1]
#
#     def backward(self, dout):
#         self.grads[0][...] = dout.T @ self.x
#         self.grads[1][...] = dout.mean(axis=0)
#         return dout @ self.params[0].T
# ```

# %% grade_id="MendedAffine" solution=true points=3
class MendedAffine:
    """The layer x W + b. x: (N, D); W: (D, M); b: (M,)."""

    def __init__(self, W, b):
        self.params, self.grads = [W, b], [np.zeros_like(W), np.zeros_like(b)]

    def forward(self, x):
        """Return x W + b, (N, M). x stays as it is."""
        ### BEGIN SOLUTION
        self.x = x
        return x @ self.params[0] + self.params[1]
        ### END SOLUTION

    def backward(self, dout):
        """Write the gradients of W and b into grads and return that of x, (N, D). dout: (N, M), stays as it is."""
        ### BEGIN SOLUTION
        self.grads[0][...] = self.x.T @ dout
        self.grads[1][...] = dout.sum(axis=0)
        return dout @ self.params[0].T
        ### END SOLUTION

# %% grade_id="MendedAffine" grade=true active="ipynb"
# check("MendedAffine")

# %% [markdown]
# ## Exercise: `MendedSigmoid`
#
# One illness in the backward pass. (Inputs stay moderate here: overflow is no concern in this clinic.)
#
# ```python
# class SickSigmoid:
#     params, grads = [], []
#
#     def forward(self, a):
#         self.z = a
#         return 1 / (1 + np.exp(-a))
#
#     def backward(self, dout):
#         return dout * self.z * (1 - self.z)
# ```

# %% grade_id="MendedSigmoid" solution=true points=2
class MendedSigmoid:
    """The sigmoid, entry by entry, for arrays of any shape."""

    params, grads = [], []

    def forward(self, a):
        """Return 1 / (1 + e ** -a), of the shape of a, which stays as it is."""
        ### BEGIN SOLUTION
        self.z = 1 / (1 + np.exp(-a))
        return self.z
        ### END SOLUTION

    def backward(self, dout):
        """Return the gradient of a. dout: of the shape of a."""
        ### BEGIN SOLUTION
        return dout * self.z * (1 - self.z)
        ### END SOLUTION

# %% grade_id="MendedSigmoid" grade=true active="ipynb"
# check("MendedSigmoid")

# %% [markdown]
# ## Exercise: `MendedBranch`
#
# Forward hands the same array on twice; backward receives a gradient from each use. What is lost here?
#
# ```python
# class SickBranch:
#     params, grads = [], []
#
#     def forward(self, x):
#         return x, x
#
#     def backward(self, dleft, dright):
#         dx = dleft
#         dx = dright
#         return dx
# ```

# %% grade_id="MendedBranch" solution=true points=2
class MendedBranch:
    """The node that hands its input on to two places."""

    params, grads = [], []

    def forward(self, x):
        """Return x twice, as a pair. x: array of any shape."""
        ### BEGIN SOLUTION
        return x, x
        ### END SOLUTION

    def backward(self, dleft, dright):
        """Return the gradient of x as a new array. dleft, dright: of the shape of x; they stay as they are."""
        ### BEGIN SOLUTION
        return dleft + dright
        ### END SOLUTION

# %% grade_id="MendedBranch" grade=true active="ipynb"
# check("MendedBranch")

# %% [markdown]
# ## Exercise: `MendedLoss`
#
# Again **three** illnesses, and a weakness besides: scores of 1000 must neither warn nor give NaN. The loss is the
# cross-entropy of softmax, averaged over the batch, without any epsilon. (Subtract each row's largest score, and
# compute the logarithm of softmax in one piece.)
#
# ```python
# class SickLoss:
#     params, grads = [], []
#
#     def forward(self, scores, t):
#         y = np.exp(scores) / np.exp(scores).sum(axis=1, keepdims=True)
#         self.y, self.t = y, t
#         return float(-np.mean(np.log(y[np.arange(len(t)), t] + 1e-7)))
#
#     def backward(self, dout=1.0):
#         onehot = np.zeros_like(self.y)
#         onehot[np.arange(len(self.t)), self.t] = 1
#         return dout * (onehot - self.y)
# ```

# %% grade_id="MendedLoss" solution=true points=3
class MendedLoss:
    """Softmax with cross-entropy, averaged over the batch."""

    params, grads = [], []

    def forward(self, scores, t):
        """Return the loss as a float. scores: (N, C) floats of any size; t: (N,) labels from 0 to C - 1; both stay."""
        ### BEGIN SOLUTION
        shifted = scores - scores.max(axis=1, keepdims=True)
        log_y = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
        self.y, self.t = np.exp(log_y), t
        return float(-np.mean(log_y[np.arange(len(t)), t]))
        ### END SOLUTION

    def backward(self, dout=1.0):
        """Return the gradient of the scores, (N, C). dout: a number, what arrives at the loss."""
        ### BEGIN SOLUTION
        dscores = self.y.copy()
        dscores[np.arange(len(self.t)), self.t] -= 1
        return dscores * (dout / len(self.t))
        ### END SOLUTION

# %% grade_id="MendedLoss" grade=true active="ipynb"
# check("MendedLoss")

# %% [markdown] grade_id="why-it-learned" manual=true points=2
# ## In your own words
#
# A friend says: "My net has an averaged bias gradient? It cannot be, its loss falls nicely." Explain why the loss falls
# all the same. Name one other illness of this unit with which a net would also learn, and one with which it would not.
#
# ### BEGIN SOLUTION
# The weights have their right gradient, and the biases move in the right direction, only N times too slowly: as if they
# had a smaller learning rate of their own. Each step still goes downhill. With a batch factor a net also learns (it is
# a larger learning rate, harmless as long as it stays stable), and mostly with an epsilon in the log. With a turned
# sign it climbs. A transposed gradient points in a partly wrong direction; whether the net learns is a matter of luck.
# ### END SOLUTION
