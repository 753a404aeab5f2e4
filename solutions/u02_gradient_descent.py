# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # Unit 2: Downhill
#
# The layer of unit 1 is wrong by 113.29. In which direction should each of its six weights move, and how far?
# The chapter [Downhill](../../book/u02_gradient_descent.md) works out the answer for a single weight. Here you
# write it for all of them at once, repeat it a hundred times, and then watch the same walk on a parabola.
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
# ## The layer, its data and its loss
#
# All as in unit 1: everything is a column, row $k$ of `W` leads to output $k$, and the loss is the sum of squared
# errors $L = \sum_k (u_k - d_k)^2$ of the outputs $u = W x + b$. The function `loss` is given,
# written out weight by weight so that this notebook does not depend on the last one.

# %%
W = np.array([[0.0, 0.3, -0.8],
              [1.0, -1.2, 0.5]])      # (2, 3): outputs by inputs
x = np.array([[5.0], [2.0], [7.0]])   # (3, 1): one input column
b = np.array([[1.2], [3.4]])          # (2, 1): one bias for each output
d = np.array([[1.0], [0.0]])          # (2, 1): what the outputs should be


def loss(W, x, b, d):
    """Return the sum of squared errors of the layer, a float. W: (m, n); x: (n, 1); b, d: (m, 1)."""
    total = 0.0
    for k in range(W.shape[0]):
        output = b[k, 0]
        for i in range(W.shape[1]):
            output = output + W[k, i] * x[i, 0]
        total = total + (output - d[k, 0]) ** 2
    return float(total)

# %% active="ipynb"
# loss(W, x, b, d)

# %% [markdown]
# ## Exercise: `grad_W`
#
# The chapter finds, with the chain rule, how the loss changes with one single weight:
#
# $$\frac{\partial L}{\partial W_{ki}} = 2\,(u_k - d_k)\,x_i .$$
#
# In the worked example the residuals are $u - d = (-4.8,\ 9.5)$, so the weight in the first row and first column
# has slope $2 \cdot (-4.8) \cdot 5 = -48$: raise this weight a little, and the loss falls 48 times as much.
#
# Return the slopes of all weights as one array, each at the place of its weight. It can be done without a loop:
# which product of a column and a row is a table of all products $a_k c_i$?

# %% grade_id="grad_W" solution=true points=3
def grad_W(W, x, b, d):
    """Return the gradient of the sum of squared errors with respect to the weights.

    W: (m, n) weights; x: (n, 1) input column; b: (m, 1) biases; d: (m, 1) wanted outputs.
    Returns (m, n), the shape of W: entry [k, i] is the slope of the loss in W[k, i].
    The arguments stay as they are.
    """
    ### BEGIN SOLUTION
    return 2.0 * (W @ x + b - d) @ x.T
    ### END SOLUTION

# %% [markdown]
# Before you check it, compare one entry with a difference: move one weight by a very small step and divide the
# change of the loss by that step. Do the two numbers agree to about three decimals?

# %% active="ipynb"
# step = 1e-4
# moved = W.copy()
# moved[0, 0] += step
# (loss(moved, x, b, d) - loss(W, x, b, d)) / step, grad_W(W, x, b, d)[0, 0]

# %% grade_id="grad_W" grade=true active="ipynb"
# check("grad_W")

# %% [markdown]
# ## Exercise: `train`
#
# Take `n` steps downhill. Each step computes the gradient at the weights of that moment and moves the weights by
# minus `lr` times the gradient. The biases stay fixed.
#
# Record the loss before each step, and once more after the last one. So `n` steps give `n + 1` losses,
# `losses[0]` is the loss you started with and `losses[n]` that of the weights you return.
# One step with `lr = 0.01` should lead from 113.29 to about 35.53. A hundred steps give 101 losses; where every tenth
# of them is compared, the first and the last included, you will read of 11.
#
# The caller's `W` must not change. What does `W -= ...` do to the array that was passed in?

# %% grade_id="train" solution=true points=3 uses=["grad_W"]
def train(W, x, b, d, lr, n):
    """Return the weights after n steps of gradient descent, and the losses on the way.

    W: (m, n_inputs) first weights, left as they are; x: (n_inputs, 1); b, d: (m, 1), fixed;
    lr: learning rate, a positive float; n: number of steps, 0 or more.
    Returns (weights, losses): an array of the shape of W, and a list of n + 1 floats.
    """
    ### BEGIN SOLUTION
    losses = [loss(W, x, b, d)]
    for _ in range(n):
        W = W - lr * grad_W(W, x, b, d)
        losses.append(loss(W, x, b, d))
    return W, losses
    ### END SOLUTION

# %% grade_id="train" grade=true active="ipynb"
# check("train")

# %% [markdown]
# ## Look at your result
#
# A hundred steps with `lr = 0.0001`. Left is what is expected: the loss before every tenth step and after the
# last, from a formula that the chapter derives (each step shrinks both residuals by the same factor, here 0.9844).
# Right is yours.

# %% active="ipynb"
# import matplotlib.pyplot as plt
#
# weights, losses = train(W, x, b, d, lr=0.0001, n=100)
# expected = [113.29 * 0.9844 ** (2 * i) for i in range(0, 101, 10)]
# figure, (left, right) = plt.subplots(1, 2, figsize=(9, 3.2), sharey=True)
# left.plot(range(0, 101, 10), expected, "o", color="#5c6773")
# left.set(title="expected", xlabel="step", ylabel="loss")
# right.plot(losses, color="#cc79a7")
# right.plot(range(0, 101, 10), losses[::10], "D", color="#cc79a7")
# right.set(title="yours", xlabel="step")
# plt.show()
# print("every tenth loss:", [round(value, 6) for value in losses[::10]])

# %% [markdown]
# ## Exercise: `descend`
#
# The same walk in one dimension. You get the derivative `df` of some function as a Python function, a starting
# point `x0`, the learning rate `eta`, and walk `n` steps against the slope. Return all the points, the first and
# the last included.
#
# Try it by hand for $f(x) = x^2$ from $x = 1$, where the slope is 2: with `eta = 1` the step is $-2$ and lands
# on $-1$, as high as before. With `eta = 0.1` the first step lands on 0.8.
#
# The start may be a whole number such as `1`. The points in between are not. Take all `n` steps, however small they
# get: how far is far enough is not for `descend` to say.

# %% grade_id="descend" solution=true points=3
def descend(df, x0, eta, n):
    """Return the points of n steps of gradient descent in one dimension, the start first.

    df: function of one number, the derivative; x0: start, an int or a float; eta: learning rate, a float;
    n: number of steps, 0 or more. Returns n + 1 numbers, as a list or as an array of shape (n + 1,).
    """
    ### BEGIN SOLUTION
    points = [float(x0)]
    for _ in range(n):
        points.append(points[-1] - eta * df(points[-1]))
    return points
    ### END SOLUTION

# %% grade_id="descend" grade=true active="ipynb"
# check("descend")

# %% [markdown]
# Gray circles are where the walk on $x^2$ should stop by, the triangles are your points. Change `eta` to 0.9, to 1
# and to 1.05, and predict each picture before you run the cell.

# %% active="ipynb"
# eta = 0.1
# points = np.array(descend(lambda x: 2 * x, 1.0, eta, 10))
# stops = (1 - 2 * eta) ** np.arange(11)
# curve = np.linspace(-1.7, 1.7, 200)
# figure, (left, right) = plt.subplots(1, 2, figsize=(9, 3.2), sharey=True)
# for plane, name in [(left, "expected"), (right, "yours")]:
#     plane.plot(curve, curve ** 2, color="#b8c0c8")
#     plane.set(title=f"{name}, eta = {eta}", xlabel="x")
# left.plot(stops, stops ** 2, "o", color="#5c6773", fillstyle="none")
# right.plot(points, points ** 2, "v--", color="#d55e00")
# plt.show()

# %% [markdown] grade_id="why-minus" manual=true points=2
# ## In your own words
#
# Why is there a minus in $x_{t+1} = x_t - \eta\, f'(x_t)$, and why is there an $\eta$ at all? Argue with $f(x) = x^2$
# at $x = 1$ and at $x = -1$, and name a learning rate with which the loss grows from step to step.
#
# ### BEGIN SOLUTION
# The derivative points to where the function rises: at x = 1 it is 2 (rise to the right), at x = -1 it is -2 (rise to
# the left). We want to go down, so we step against it: the minus makes both steps lead towards 0.
# The derivative is a slope, not a distance: it says nothing about how far away the minimum is. A whole step of -2 from
# x = 1 lands on -1, at the same height. The learning rate turns the slope into a step that is short enough for the
# slope to stay a fair description on the way. On x^2 each step multiplies x by 1 - 2 eta, so the value grows as soon as
# that factor exceeds 1 in size: eta > 1, for example 1.05.
# ### END SOLUTION
