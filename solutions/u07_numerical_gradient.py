# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # Unit 7: The 75-minute gradient
#
# A numerical gradient asks for every weight: what if you were a little larger? It needs no calculus and cannot be
# derived wrongly, but somebody once waited 75 minutes for a hundred steps of it. Here you write it, work out its price,
# and then find a way to pay far less for the very same numbers.
# The chapter [The 75-minute gradient](../../book/u07_numerical_gradient.md) tells the story.
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
# ## A model that holds its own weights
#
# You will differentiate functions such as $x_0^2 + x_0 x_1$, and also this model. Calling it gives its loss. It pays no
# attention to the argument of that call: it looks at the weights `W` that it holds itself. `half` is a view, a window
# on a part of the same numbers.

# %%
class Model:
    """A linear model that holds its own weights and calls itself for its loss, the sum of squared errors.

    W: (D, M) weights, copied; x: (N, D) inputs; d: (N, M) wanted outputs. `half` is a view of every second column of W.
    """

    def __init__(self, W, x, d):
        self.W, self.x, self.d = np.array(W, dtype=float), x, d
        self.half = self.W[:, ::2]

    def __call__(self, ignored):
        """Return the loss with the present weights, whatever the argument is."""
        return float(np.sum((self.x @ self.W - self.d) ** 2))

# %% [markdown]
# ## Exercise: `numerical_gradient`
#
# The central difference for one entry of `x` is
#
# $$\frac{f(\ldots, x_i + h, \ldots) - f(\ldots, x_i - h, \ldots)}{2h}.$$
#
# Write it for an array of any shape, with no axis, one, two or more: change one entry, call `f(x)`, change it the other
# way, call `f(x)` again, put the old value back, and go on to the next. Three things are asked for:
#
# - Change the entries **in `x` itself**, not in a copy: `f` may be a net that looks at its own weights and pays no
#   attention to its argument. `x` may also be a view, such as every second column of a table.
# - When your function returns, every entry of `x` must be exactly what it was, to the last bit.
# - An array of whole numbers cannot hold `x + h`. Raise a `TypeError` unless `x` holds floats
#   (`np.issubdtype(x.dtype, np.floating)` tells you).
#
# Example: for $f(x) = x_0^2 + x_0 x_1$ at $(3, 5)$ the result is close to $(11, 3)$.
# With `np.ndindex(x.shape)` you can visit all places of an array.

# %% grade_id="numerical_gradient" solution=true points=4
def numerical_gradient(f, x, h=1e-4):
    """Return the gradient of f at x by central differences.

    f: called as f(x), returns a number; it is called twice for each entry of x.
    x: float array of any shape, changed in place meanwhile and restored exactly; h: the step, above 0.
    Returns a new float array of the shape of x. Raises TypeError if x does not hold floats.
    """
    ### BEGIN SOLUTION
    if not np.issubdtype(x.dtype, np.floating):
        raise TypeError(f"x must hold floats, not {x.dtype}: a step of {h} would be cut off")
    gradient = np.zeros(x.shape)
    for place in np.ndindex(x.shape):
        old = x[place]
        x[place] = old + h
        above = f(x)
        x[place] = old - h
        below = f(x)
        x[place] = old
        gradient[place] = (above - below) / (2 * h)
    return gradient
    ### END SOLUTION

# %% active="ipynb"
# numerical_gradient(lambda x: x[0] ** 2 + x[0] * x[1], np.array([3.0, 5.0]))

# %% [markdown]
# And of the model, with respect to all of its weights and to a part of them:

# %% active="ipynb"
# model = Model([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]], np.array([[1.0, -1.0]]), np.array([[0.0, 0.0, 0.0]]))
# print(numerical_gradient(model, model.W), "should be [[-6, -6, -6], [6, 6, 6]]")
# print(numerical_gradient(model, model.half), "should be [[-6, -6], [6, 6]]")

# %% grade_id="numerical_gradient" grade=true active="ipynb"
# check("numerical_gradient")

# %% [markdown]
# ## Exercise: `cost`
#
# A net has `I` inputs, `H` hidden units and `O` outputs: weights `W1` of shape (I, H), biases `b1` (H,), weights `W2`
# (H, O) and biases `b2` (O,). How many numbers are that? And how many times does a numerical gradient send the batch
# through the net for a single update?
#
# Example: with 2 inputs, 3 hidden units and 1 output there are 13 parameters.

# %% grade_id="cost" solution=true points=2
def cost(I, H, O):
    """Return (parameters, passes) of a net with I inputs, H hidden units and O outputs, all at least 1.

    parameters: how many weights and biases it has; passes: how many forward passes one numerical gradient takes.
    Both are whole numbers.
    """
    ### BEGIN SOLUTION
    parameters = I * H + H + H * O + O
    return parameters, 2 * parameters
    ### END SOLUTION

# %% grade_id="cost" grade=true active="ipynb"
# check("cost")

# %% [markdown]
# ## The net
#
# Its parameters are a dictionary with the keys `W1`, `b1`, `W2`, `b2`. A batch `x` of shape (N, I) becomes hidden units
# $z = \sigma(x W_1 + b_1)$ and scores $s = z W_2 + b_2$; the loss is the mean over the batch of the cross-entropy
# $\log \sum_k e^{s_k} - s_t$, where $t$ is the label of the example.

# %%
def sigmoid(a):
    """Return 1 / (1 + exp(-a)) entry by entry."""
    return 0.5 * (1 + np.tanh(0.5 * a))


def point_losses(scores, t):
    """Return the cross-entropy (N,) of each row of scores (N, O) for labels t (N,)."""
    shifted = scores - scores.max(axis=1, keepdims=True)
    return np.log(np.exp(shifted).sum(axis=1)) - shifted[np.arange(len(t)), t]


def net_loss(params, x, t):
    """Return the mean cross-entropy of the net for inputs x (N, I) and labels t (N,)."""
    z = sigmoid(x @ params["W1"] + params["b1"])
    return float(point_losses(z @ params["W2"] + params["b2"], t).mean())


def first_params(I, H, O, seed=0):
    """Return the dictionary of first parameters: weights 0.01 times normal numbers, biases 0."""
    rng = np.random.RandomState(seed)
    return {"W1": 0.01 * rng.randn(I, H), "b1": np.zeros(H), "W2": 0.01 * rng.randn(H, O), "b2": np.zeros(O)}

# %% [markdown]
# ## Exercise: `fast_numerical_gradient`
#
# The slow way sends the whole batch through the whole net twice for each number. But look at what a single weight
# reaches. `W1[i, j]` leads from input `i` to hidden unit `j` and nowhere else. If it grows by `h`, then in example `n`
# the sum before unit `j` grows by `h * x[n, i]`, and **no other hidden unit changes at all**. The scores then change by
# (new value of unit `j` minus the old one) times row `j` of `W2`. A product with the whole of `W1` is not needed again.
#
# So compute the hidden layer and the scores once. Then take one hidden unit `j` at a time, and find the losses for
# **all** weights that lead into it together, as one array calculation: all `i` and all `n` at once, once for `+h` and
# once for `-h`. The bias `b1[j]` is like a weight from an input that is always 1. In the second layer, `W2[j, k]`
# changes score `k` alone, by `h * z[n, j]`.
#
# The result must be the central difference itself, not an approximation to it, also for a large `h`: take the losses
# with the moved weight, whatever they are. A Python loop over the hidden units and outputs is fast enough; a loop over
# the single weights is not: the last check has 400,000 of them. If you like to be faster still: what happens to weights
# from an input that is 0?

# %% grade_id="fast_numerical_gradient" solution=true points=6
def fast_numerical_gradient(params, x, t, h=1e-4):
    """Return the central differences of net_loss for every parameter, without a full forward pass for each.

    params: dictionary of W1 (I, H), b1 (H,), W2 (H, O), b2 (O,); x: (N, I) inputs; t: (N,) labels; all of them stay
    as they are. h: the step, above 0. Returns a dictionary with the same keys and shapes.
    """
    ### BEGIN SOLUTION
    W1, b1, W2, b2 = (params[name] for name in ("W1", "b1", "W2", "b2"))
    before = x @ W1 + b1
    z = sigmoid(before)
    scores = z @ W2 + b2
    y = np.exp(scores - scores.max(axis=1, keepdims=True))
    y /= y.sum(axis=1, keepdims=True)

    # Changing the scores by s adds log(sum(y * exp(s))) - s[t] to the loss; expm1 and log1p keep all digits of a small
    # change. A bias is the weight of one more input that is always 1. Inputs of 0 change nothing, and equal inputs of
    # the same example change a hidden unit equally: each pair of an example and a value is computed once.
    inputs = np.column_stack([x, np.ones(len(x))])
    rows, columns = np.nonzero(inputs)
    values, value = np.unique(inputs[rows, columns], return_inverse=True)
    pairs, pair = np.unique(rows * len(values) + value, return_inverse=True)
    example, step = pairs // len(values), h * values[pairs % len(values)]
    weights = np.ascontiguousarray(y[example].T)
    moved = np.empty_like(weights)  # one buffer for all: fresh memory costs more than the sums
    first = np.zeros((inputs.shape[1], len(b1)))
    for j in range(len(b1)):
        rise, a, unit, right = 0, before[example, j], z[example, j], W2[j, t[example]]
        for sign in (1, -1):
            dz = sigmoid(a + sign * step) - unit
            np.expm1(np.multiply.outer(W2[j], dz, out=moved), out=moved)
            growth = np.einsum("op,op->p", weights, moved)
            rise = rise + sign * (np.log1p(growth) - dz * right)
        first[:, j] = np.bincount(columns, weights=rise[pair], minlength=len(first))

    hidden = np.column_stack([z, np.ones(len(x))])
    second = np.zeros((hidden.shape[1], len(b2)))
    for k in range(len(b2)):
        for sign in (1, -1):
            ds = sign * h * hidden
            rise = np.log1p(y[:, [k]] * np.expm1(ds)) - ds * (t == k)[:, None]
            second[:, k] += sign * rise.sum(axis=0)
    first, second = first / (2 * h * len(x)), second / (2 * h * len(x))
    return {"W1": first[:-1], "b1": first[-1], "W2": second[:-1], "b2": second[-1]}
    ### END SOLUTION

# %% grade_id="fast_numerical_gradient" grade=true active="ipynb"
# check("fast_numerical_gradient")

# %% [markdown]
# ## Look at your result
#
# The 784-50-10 net, a hundred updates, batches of a hundred, a learning rate of 1: the run that took 75 minutes, here
# with the small set of digits. The clock is yours: a plain version takes one to three minutes, one that skips the
# inputs of 0 some seconds. Solid: the training pictures. Dashed: the test pictures; this line should pass through the
# black crosses.

# %% active="ipynb"
# import time
#
# import matplotlib.pyplot as plt
#
# from autograder.units.u07_numerical_gradient.given import small_digits
#
# digits = small_digits()
# params, rng = first_params(784, 50, 10), np.random.RandomState(0)
#
# def accuracy(x, t):
#     scores = sigmoid(x @ params["W1"] + params["b1"]) @ params["W2"] + params["b2"]
#     return np.mean(scores.argmax(axis=1) == t)
#
# curve, began = [], time.perf_counter()
# for update in range(100):
#     batch = rng.choice(len(digits.x_train), 100)
#     steps = fast_numerical_gradient(params, digits.x_train[batch], digits.t_train[batch])
#     params = {name: params[name] - 1.0 * steps[name] for name in params}
#     curve.append((accuracy(digits.x_train[:500], digits.t_train[:500]), accuracy(digits.x_test, digits.t_test)))
# seconds = time.perf_counter() - began
#
# train, test = np.array(curve).T
# plt.plot(range(1, 101), train, color="#0072B2", label="training pictures")
# plt.plot(range(1, 101), test, "--", color="#E69F00", label="test pictures")
# plt.plot([20, 40, 60, 80, 100], [0.086, 0.490, 0.816, 0.855, 0.903], "kx", label="expected (test)")
# plt.ylim(0, 1)
# plt.xlabel("update")
# plt.ylabel("share of right answers")
# plt.title(f"100 updates of 39,760 parameters in {seconds:.1f} s")
# plt.legend()
# plt.show()

# %% [markdown] grade_id="why-backpropagation" manual=true points=2
# ## In your own words
#
# Your fast version is hundreds of times faster than the loop, and backpropagation is faster still. Yet the slow loop is
# not useless. When would you still run it, on what, and why would you trust it more than the others?
# And why does going backward win by so much for this net? Say what would change if the net had one input and a
# million outputs whose derivatives you all want.
#
# ### BEGIN SOLUTION
# To check the other two: on a small net or on a few randomly chosen parameters, once, in float64. It uses nothing but
# the forward pass, so it shares no formula, and no mistake, with a derivation by hand; it is too simple to hide much.
# It is not exact, though: it carries an error of order h squared plus rounding of about 1e-16 / h, so it agrees with
# backpropagation to some 8 to 10 digits and not more.
# Backpropagation gives the derivatives of ONE output, the loss, with respect to all inputs and parameters for the price
# of about two or three forward passes; differences need two passes for each parameter. With one input and a million
# outputs it is the other way round: two forward passes with the input moved give all million derivatives at once,
# while going backward would need one backward pass for each output.
# ### END SOLUTION
