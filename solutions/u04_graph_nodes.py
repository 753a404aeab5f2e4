# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # Unit 4: Nodes of a graph
#
# Seven small classes, and each answers two questions. Forward: what comes out? Backward: the loss told me how much
# it cares about what came out; how much does it care, then, about what came in? The chapter
# [Nodes of a graph](../../book/u04_graph_nodes.md) shows a picture of every node that you build here.
#
# Every node works in the same way:
#
# * `forward(...)` computes the output and remembers what `backward` will need.
# * `backward(dout)` receives the gradient of the loss with respect to the output (same shape as the output) and
#   returns the gradient with respect to each input (same shape as that input).
#
# Two house rules hold for all of them. A node never changes an array that it is given, and what it returns is a new
# array, so that nobody who writes into one gradient changes another.
#
# Use NumPy and Python's standard library, and Matplotlib for pictures: other packages are not there when your work is
# graded. Numbers are of NumPy's usual kind, float64, in double precision.

# %%
import numpy as np

from autograder import check, hint, progress

# %% [markdown]
# ## Data to play with

# %%
x = np.array([[2.0, -1.0, 0.5],
              [3.0, 4.0, -2.0]])          # (2, 3)
y = np.array([[5.0, 6.0, -4.0],
              [0.5, 1.0, 3.0]])           # (2, 3): same shape as x
dout = np.array([[10.0, -3.0, 2.0],
                 [1.0, 0.5, -7.0]])       # (2, 3): what arrives from the loss

# %% [markdown]
# ## Exercise: `Add`
#
# The output is $x + y$. If `x` grows by a little, the output grows by the same little, whatever `y` is. The same holds
# for `y`. So how does the loss, which reacts with `dout` to the output, react to `x` and to `y`?
#
# `params` and `grads` are the lists of a layer's parameters and of their gradients. This node has none, so its lists
# are empty; they are already there.

# %% grade_id="Add" solution=true points=2
class Add:
    """The node out = x + y."""

    def __init__(self):
        self.params, self.grads = [], []

    def forward(self, x, y):
        """Return x + y as a new array. x, y: arrays of one shape, for example (N, D)."""
        ### BEGIN SOLUTION
        return x + y
        ### END SOLUTION

    def backward(self, dout):
        """Return the pair (dx, dy): the gradients of the loss with respect to x and to y.

        dout: gradient with respect to the output, of the output's shape. dx, dy: two new arrays of that shape,
        which share no memory with dout or with each other.
        """
        ### BEGIN SOLUTION
        return np.array(dout), np.array(dout)
        ### END SOLUTION

# %% grade_id="Add" grade=true active="ipynb"
# check("Add")

# %% [markdown]
# ## Exercise: `Mul`
#
# The output is the product, entry by entry. With $x = 2$ and $y = 5$ the output is 10. Move `x` up by 0.1: by how much
# does the output move? Move `y` up by 0.1 instead: by how much now?

# %% grade_id="Mul" solution=true points=2
class Mul:
    """The node out = x * y, entry by entry."""

    def __init__(self):
        self.params, self.grads = [], []

    def forward(self, x, y):
        """Return x * y as a new array. x, y: arrays of one shape, for example (N, D)."""
        ### BEGIN SOLUTION
        self.x, self.y = x, y
        return x * y
        ### END SOLUTION

    def backward(self, dout):
        """Return the pair (dx, dy): the gradients of the loss with respect to x and to y.

        x and y are those of the latest forward. dout: gradient with respect to the output, of the output's shape.
        dx, dy: new arrays of that shape.
        """
        ### BEGIN SOLUTION
        return dout * self.y, dout * self.x
        ### END SOLUTION

# %% grade_id="Mul" grade=true active="ipynb"
# check("Mul")

# %% [markdown]
# ## Exercise: `Branch`
#
# A value that is used in several places branches: each place gets a copy. Each place will send a gradient back. If the
# loss rises by 3 for each unit of the first copy and by 4 for each unit of the second, by how much does it rise for
# each unit of the value itself?
#
# `def backward(self, *dout)` takes as many arguments as there are branches; inside, `dout` is a tuple of arrays.

# %% grade_id="Branch" solution=true points=2
class Branch:
    """The node that hands its input to k places."""

    def __init__(self, k=2):
        self.params, self.grads = [], []
        self.k = k

    def forward(self, x):
        """Return a list of k copies of x: new arrays, which share no memory with x or with each other."""
        ### BEGIN SOLUTION
        return [x.copy() for _ in range(self.k)]
        ### END SOLUTION

    def backward(self, *dout):
        """Return dx, the gradient of the loss with respect to x, as a new array.

        dout: k arrays of the shape of x, the gradients that come back from the k places.
        """
        ### BEGIN SOLUTION
        return np.sum(dout, axis=0)
        ### END SOLUTION

# %% grade_id="Branch" grade=true active="ipynb"
# check("Branch")

# %% [markdown]
# With these three you can already differentiate $x^2$ without knowing its derivative: branch, then multiply. Which
# numbers do you expect?

# %% active="ipynb"
# branch, mul = Branch(2), Mul()
# square = mul.forward(*branch.forward(x))
# branch.backward(*mul.backward(np.ones_like(x)))

# %% [markdown]
# ## Exercise: `Repeat`
#
# `Repeat` is a branch whose copies are the rows of one array: a row of shape (1, D) becomes N equal rows, (N, D).
# This is what broadcasting does to a bias. Backward, N rows of gradients come in. What goes out, and in which shape?

# %%
N, D = 7, 8
row = np.linspace(-1.0, 1.0, D).reshape(1, D)                     # (1, 8)
batch = np.sin(np.arange(1.0, N * D + 1)).reshape(N, D)           # (7, 8)

# %% grade_id="Repeat" solution=true points=2
class Repeat:
    """The node that writes one row N times, one below the other."""

    def __init__(self, N):
        self.params, self.grads = [], []
        self.N = N

    def forward(self, x):
        """Return N copies of the row x as a new array. x: (1, D); returns (N, D)."""
        ### BEGIN SOLUTION
        return np.repeat(x, self.N, axis=0)
        ### END SOLUTION

    def backward(self, dout):
        """Return dx, the gradient of the loss with respect to x. dout: (N, D); returns a new array (1, D)."""
        ### BEGIN SOLUTION
        return np.sum(dout, axis=0, keepdims=True)
        ### END SOLUTION

# %% grade_id="Repeat" grade=true active="ipynb"
# check("Repeat")

# %% [markdown]
# ## Exercise: `Sum`
#
# Now the other way round: N rows come in, their sum goes out as one row of shape (1, D). Every row has the same say in
# that sum. What does that mean for the gradients?

# %% grade_id="Sum" solution=true points=2
class Sum:
    """The node that adds up the rows of a batch."""

    def __init__(self):
        self.params, self.grads = [], []

    def forward(self, x):
        """Return the sum of the rows of x. x: (N, D); returns (1, D)."""
        ### BEGIN SOLUTION
        self.N = len(x)
        return np.sum(x, axis=0, keepdims=True)
        ### END SOLUTION

    def backward(self, dout):
        """Return dx, the gradient of the loss with respect to x.

        dout: (1, D); returns a new array (N, D), N being the number of rows of the latest forward.
        """
        ### BEGIN SOLUTION
        return np.repeat(dout, self.N, axis=0)
        ### END SOLUTION

# %% grade_id="Sum" grade=true active="ipynb"
# check("Sum")

# %% [markdown]
# ## Look at the pair
#
# Above, your `Repeat` makes one row into seven: seven equal rows of colours, each like the row on the right.
# Below, its backward pass turns seven rows into one, and your `Sum` forward must show the very same row. Each of the
# two nodes is the other one's backward pass.

# %% active="ipynb"
# import matplotlib.pyplot as plt
#
# repeat, total = Repeat(N), Sum()
# pictures = [("row", row), ("your Repeat, forward", repeat.forward(row)), ("expected in every row", row),
#             ("batch", batch), ("your Repeat, backward", repeat.backward(batch)),
#             ("your Sum, forward", total.forward(batch))]
# figure, places = plt.subplots(2, 3, figsize=(10, 5), constrained_layout=True)
# for place, (title, values) in zip(places.flat, pictures):
#     place.pcolormesh(values, cmap="PuOr", vmin=-1, vmax=1, edgecolor="white")
#     place.set(title=f"{title} {values.shape}", xticks=[], yticks=[])
#     place.invert_yaxis()
# plt.show()

# %% [markdown]
# ## Exercise: `MatMul`
#
# Now the node that carries the weights: `out = x @ W`, with one example in each row of `x`
# (in unit 1 one example was a column; rows are how batches are written from here on). `W` is a parameter, so it
# stands in `params`, and its gradient has a fixed place in `grads`. Both lists are already there.
#
# To find the gradients, take one entry. Output $(n, m)$ is $\sum_d x_{nd} W_{dm}$, so $x_{nd}$ reaches the outputs
# $(n, 1), \dots, (n, M)$, through the weights $W_{d1}, \dots, W_{dM}$. Add up what comes back along these ways. Then
# ask which matrix product does this for all entries at once: only one order, with one transpose, has the shape of `x`.
# Do the same for $W_{dm}$.
#
# Write the gradient of `W` **into** the array that is there, `self.grads[0][...] = ...`. An optimiser may have kept a
# reference to that array, and would go on looking at the old one if you put a new array in its place.

# %% grade_id="MatMul" solution=true points=3
class MatMul:
    """The node out = x W."""

    def __init__(self, W):
        """W: (D, M) floats."""
        self.params = [W]
        self.grads = [np.zeros_like(W)]

    def forward(self, x):
        """Return x W. x: (N, D); returns (N, M)."""
        ### BEGIN SOLUTION
        self.x = x
        return x @ self.params[0]
        ### END SOLUTION

    def backward(self, dout):
        """Return dx, the gradient of the loss with respect to the x of the latest forward.

        dout: (N, M); returns (N, D). Also writes the gradient with respect to W, (D, M), into the array
        self.grads[0], over whatever stood there.
        """
        ### BEGIN SOLUTION
        self.grads[0][...] = self.x.T @ dout
        return dout @ self.params[0].T
        ### END SOLUTION

# %% grade_id="MatMul" grade=true active="ipynb"
# check("MatMul")

# %% [markdown]
# ## Exercise: `Affine`
#
# The layer that every net is made of: a `MatMul`, and one bias for each output, repeated for each row and added. You
# have built all three parts, so you know what each sends back. Here you also write `__init__`: put `W` and `b`
# themselves, in this order, into the list `params`, and a zero array of the same shape for each into the list `grads`.
#
# Mind one shape. `b` is flat, (M,), and so is its gradient.

# %% grade_id="Affine" solution=true points=3
class Affine:
    """The layer out = x W + b."""

    def __init__(self, W, b):
        """W: (D, M) floats; b: (M,) floats. params is [W, b]; grads has zeros of the same shapes."""
        ### BEGIN SOLUTION
        self.params = [W, b]
        self.grads = [np.zeros_like(W), np.zeros_like(b)]
        ### END SOLUTION

    def forward(self, x):
        """Return x W + b. x: (N, D); returns (N, M)."""
        ### BEGIN SOLUTION
        W, b = self.params
        self.x = x
        return x @ W + b
        ### END SOLUTION

    def backward(self, dout):
        """Return dx, the gradient of the loss with respect to the x of the latest forward.

        dout: (N, M); returns (N, D). Also writes the gradients with respect to W, (D, M), and to b, (M,), into
        the arrays self.grads[0] and self.grads[1], over whatever stood there.
        """
        ### BEGIN SOLUTION
        self.grads[0][...] = self.x.T @ dout
        self.grads[1][...] = dout.sum(axis=0)
        return dout @ self.params[0].T
        ### END SOLUTION

# %% grade_id="Affine" grade=true active="ipynb"
# check("Affine")

# %% [markdown]
# ## Look at your layer
#
# On the left a layer with one input and one output, $W = -6$ and $b = 10$: your line should run through the marks, from
# 40 down to -20. On the right your gradients of a larger layer against central differences, which know nothing of
# matrix calculus: every mark should lie on the line.

# %% active="ipynb"
# line = np.linspace(-5, 5, 251).reshape(-1, 1)
# small = Affine(np.array([[-6.0]]), np.array([10.0]))
# rng = np.random.default_rng(4)
# W, b, inputs, upstream = (rng.normal(size=size) for size in [(3, 4), 4, (5, 3), (5, 4)])
# layer = Affine(W, b)
# layer.forward(inputs)
# layer.backward(upstream)
#
# def loss_at(W, b):
#     return np.sum(Affine(W, b).forward(inputs) * upstream)
#
# steps_W, steps_b = 1e-4 * np.eye(W.size).reshape(-1, *W.shape), 1e-4 * np.eye(b.size)
# slopes_W = [(loss_at(W + step, b) - loss_at(W - step, b)) / 2e-4 for step in steps_W]
# slopes_b = [(loss_at(W, b + step) - loss_at(W, b - step)) / 2e-4 for step in steps_b]
# figure, (left, right) = plt.subplots(1, 2, figsize=(10, 4), constrained_layout=True)
# left.plot(line, small.forward(line), color="#0072B2", label="your layer")
# left.plot([-5, -2.5, 0, 2.5, 5], [40, 25, 10, -5, -20], "kx", label="expected")
# left.legend()
# right.plot(slopes_W, layer.grads[0].ravel(), "o", color="#009E73", label="your gradient of W")
# right.plot(slopes_b, layer.grads[1].ravel(), "v", color="#D55E00", label="your gradient of b")
# right.axline((0, 0), slope=1, color="black", linewidth=0.8, label="expected: equal")
# right.set(xlabel="central difference", ylabel="backward")
# right.legend()
# plt.show()

# %% [markdown] grade_id="why-backward" manual=true points=2
# ## In your own words
#
# A net has 39 760 parameters and one loss. You could also send derivatives forward: start at one parameter, and
# compute at every node how much its output changes with that parameter. Why does everybody go backward instead? Count
# the passes for both ways, and say for which kind of function the forward way would win.
#
# ### BEGIN SOLUTION
# A forward pass of derivatives starts at one parameter and gives the derivative of everything with respect to that one
# parameter: 39 760 passes for the whole gradient. A backward pass starts at one output and gives its derivative with
# respect to everything: the loss is one number, so one pass is enough, at about the price of two forward passes. A
# function with one input and many outputs turns this round: one forward pass gives all derivatives, while backward
# would need a pass for each output.
# ### END SOLUTION
