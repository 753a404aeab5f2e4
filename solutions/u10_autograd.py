# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # Unit 10: Your own autograd
#
# So far you wrote every backward pass by hand. Now you write the program that writes them for you: about a
# hundred lines that record what is computed and then walk back along the record. The chapter
# [Your own autograd](../../book/u10_autograd.md) explains the idea.
#
# Work from top to bottom: sort a graph, go backward through it, record it, and then teach it its rules one by one.
# At the end the sine fit of unit 6 runs on your engine.
#
# Use NumPy and Python's standard library, and Matplotlib for pictures: other packages are not there when your work is
# graded. Numbers are of NumPy's usual kind, float64, in double precision.

# %%
import sys
from types import SimpleNamespace

import numpy as np

from autograder import check, hint, progress

# %% [markdown]
# ## A graph to practise on
#
# A `Node` knows its name and the nodes that it was computed from, its `inputs`. Nothing else matters for the first
# exercise. `diamonds(n)` puts n diamonds in a row: each node is used twice, by a left and a right node, which meet
# in the next one. `chain(n)` is a straight line.

# %%
class Node:
    """A point of a graph: a name, and the nodes that it was computed from."""

    def __init__(self, name, *inputs):
        self.name, self.inputs = name, inputs


class Link(Node):
    """A node of a chain. It keeps to Python's usual limit of open calls, also where somebody has raised that limit."""

    def __init__(self, name, *inputs):
        self.name, self.sources = name, inputs

    @property
    def inputs(self):
        """The nodes that this one was computed from. Raises RecursionError when 2000 calls are open."""
        try:
            sys._getframe(2000)
        except ValueError:  # there are not so many
            return self.sources
        raise RecursionError("2000 calls are open: a higher limit only puts off the failure")


def chain(length):
    """Return the last node of a straight line of length + 1 nodes, named 0, 1, ..., length."""
    node = Link(0)
    for name in range(1, length + 1):
        node = Link(name, node)
    return node


def diamonds(count):
    """Return the last node of `count` diamonds in a row: 3 * count + 1 nodes, named in the order they are made."""
    node = Node(0)
    for i in range(count):
        left, right = Node(3 * i + 1, node), Node(3 * i + 2, node)
        node = Node(3 * i + 3, left, right)
    return node


def shortcut():
    """Return the last node of a graph with a long and a short way: 3 uses 2 and 0, 2 uses 1, 1 uses 0."""
    first = Node(0)
    second = Node(2, Node(1, first))
    return Node(3, second, first)

# %% [markdown]
# ## Exercise: `topological_order`
#
# List every node from which `end` was computed, and `end` itself, so that **each node comes after all of its
# inputs**. Each node stands in the list once, even if many paths lead to it.
#
# Two things go wrong easily. A walk along every path visits the last of twenty diamonds' beginnings a million times:
# remember which nodes you have already met (by `id(node)`, in a set: two different nodes may have one name, and a list
# is searched from its beginning each time). And a function that calls itself for each input fails on a chain of 5000,
# whatever limit is set: keep a list as your own stack of work to do.
#
# One way that works: push pairs `(node, finished)`. When an unfinished node comes off the stack for the first time,
# push it back as finished and then push its inputs; when a finished one comes off, its inputs are all done.

# %% grade_id="topological_order" solution=true points=3
def topological_order(end):
    """Return the nodes that lead to `end`, each once, every node after its inputs; `end` is the last.

    end: an object with a tuple `inputs` of such objects (empty for a leaf).
    Returns a list. Without recursion, and in a time that grows with the number of edges.
    """
    ### BEGIN SOLUTION
    order, met, stack = [], set(), [(end, False)]
    while stack:
        node, finished = stack.pop()
        if finished:
            order.append(node)
        elif id(node) not in met:
            met.add(id(node))
            stack.append((node, True))
            stack.extend((source, False) for source in node.inputs)
    return order
    ### END SOLUTION

# %% active="ipynb"
# [node.name for node in topological_order(diamonds(2))]

# %% grade_id="topological_order" grade=true active="ipynb"
# check("topological_order")

# %% [markdown]
# ## Exercise: `unbroadcast`
#
# When NumPy adds a bias of shape (3,) to an array of shape (5, 3), it uses each bias five times. Going backward, five
# gradients arrive at each bias and have to be added up: the gradient of an array has the shape of that array.
# Sum `dout` over the axes that broadcasting put in front, and over those that it stretched from length 1.

# %% grade_id="unbroadcast" solution=true points=2
def unbroadcast(dout, shape):
    """Return dout summed down to `shape`, the shape that was broadcast to that of dout.

    dout: array of any shape to which `shape` broadcasts; shape: tuple. Returns an array of exactly `shape`;
    dout stays as it is.
    """
    ### BEGIN SOLUTION
    if dout.shape == shape:
        return dout
    dout = dout.sum(axis=tuple(range(dout.ndim - len(shape))))
    stretched = tuple(axis for axis, length in enumerate(shape) if length == 1 and dout.shape[axis] != 1)
    return dout.sum(axis=stretched, keepdims=True)
    ### END SOLUTION

# %% grade_id="unbroadcast" grade=true active="ipynb"
# check("unbroadcast")

# %% [markdown]
# ## Exercise: `Variable`
#
# A `Variable` holds an array in `data`, its gradient in `grad` (`None` at first, later a Variable itself, so that
# `W.grad.data` is an array), and in `creator` the recorded operation that made it, or `None` for a leaf. The creator
# has `inputs`, and `creator.gradients(dout)` gives one gradient array for each input. The operation itself is the
# exercise after this one.
#
# `backward()` starts with ones in the shape of `data` and goes through the reversed topological order. When the turn
# of a variable comes, everything that will ever flow into it has arrived; only then pass it on. If a variable is used
# twice, its two gradients are **added**. A second `backward()` adds to what is in `grad` already, and
# passes on its own ones alone, not what an earlier one has left there; `cleargrad()` forgets it.
#
# Hint: collect what arrives in a dictionary with `id(variable)` as key, and write `total = total + part`: with `+=`
# you would change an array that another variable may hold too.

# %% grade_id="Variable" solution=true points=4
class Variable:
    """An array that remembers how it was computed.

    data: number or array of any shape, kept as floats (an array of floats is kept as it is, not copied).
    grad: None or a Variable of the same shape. creator: None or the Function that made it.
    """

    __array_ufunc__ = None  # so that array * variable is left to Variable

    def __init__(self, data, name=""):
        self.data = np.asarray(data, dtype=float)
        self.grad, self.creator, self.name = None, None, name

    def __repr__(self):
        return f"variable({self.data})"

    @property
    def inputs(self):
        """The variables that this one was computed from; an empty tuple for a leaf."""
        return self.creator.inputs if self.creator is not None else ()

    def cleargrad(self):
        """Forget the gradient: grad is None again."""
        ### BEGIN SOLUTION
        self.grad = None
        ### END SOLUTION

    def backward(self):
        """Add the gradient of this variable's sum to the grad of every variable that led to it, and to its own."""
        ### BEGIN SOLUTION
        arrived = {id(self): np.ones_like(self.data)}
        for variable in reversed(topological_order(self)):
            dout = arrived.pop(id(variable))
            variable.grad = Variable(dout if variable.grad is None else variable.grad.data + dout)
            if variable.creator is None:
                continue
            for source, part in zip(variable.inputs, variable.creator.gradients(dout), strict=True):
                key = id(source)
                arrived[key] = arrived[key] + part if key in arrived else part
        ### END SOLUTION

# %% [markdown]
# Until your `Function` records graphs by itself, these hand-made operations serve for the check. `Scaling` computes
# factor * x, `Adding` computes a + b, and both count how often they are asked for their gradients. `tower` and `line`
# use them many times over.

# %%
class Scaling:
    """The recorded operation y = factor * x, made by hand."""

    def __init__(self, source, factor):
        self.inputs, self.factor, self.asked = (source,), factor, 0

    def gradients(self, dout):
        self.asked += 1
        return (self.factor * dout,)


class Adding:
    """The recorded operation y = a + b of two variables of the same shape, made by hand."""

    def __init__(self, a, b):
        self.inputs, self.asked = (a, b), 0

    def gradients(self, dout):
        self.asked += 1
        return dout, dout


def made_by(creator, data):
    """Return a variable that holds data and was made by creator; it is of the class of the creator's first input."""
    y = type(creator.inputs[0])(data)
    y.creator = creator
    return y


def scaled(x, factor):
    """Return the variable factor * x; factor: a number, or an array of the shape of x."""
    return made_by(Scaling(x, factor), factor * x.data)


def added(a, b):
    """Return the variable a + b; both have the same shape."""
    return made_by(Adding(a, b), a.data + b.data)


def tower(x, levels):
    """Return x added to itself, the result added to itself, and so on: `levels` diamonds in a row."""
    for _ in range(levels):
        x = added(x, x)
    return x


def line(x, length):
    """Return x with its sign turned `length` times."""
    for _ in range(length):
        x = scaled(x, -1.0)
    return x

# %% active="ipynb"
# x = Variable([3.0, 4.0])
# y = added(scaled(x, 2.0), x)
# y.backward()
# print(y, x.grad)    # y = 2x + x: how large is the gradient of x?

# %% grade_id="Variable" grade=true active="ipynb"
# check("Variable")

# %% [markdown]
# ## Exercise: `Function`
#
# A `Function` is one operation. It is made of two rules on plain arrays: `forward(*arrays)` returns the result, and
# `backward(dout, y, *arrays)` returns a tuple with one gradient for each input (`y` is the result, which some
# gradients can be written with). For example the square:
#
# ```python
# def square(a):
#     return Function(lambda a: a ** 2, lambda dout, y, a: (2 * a * dout,)).apply(a)
# ```
#
# `apply` turns what is no Variable into one with `as_variable`, remembers `inputs` (a tuple of Variables), computes
# `output` (an array) and returns it as a new Variable whose `creator` is this Function.
# `gradients` asks the backward rule, and gives each gradient the shape of its input with `unbroadcast`.

# %%
def as_variable(value):
    """Return value itself if it is a Variable, else a new Variable that holds it."""
    return value if hasattr(value, "creator") else Variable(value)

# %% grade_id="Function" solution=true points=4
class Function:
    """One operation on Variables, recorded when it is applied.

    forward: arrays -> array. backward: dout, y, *arrays -> tuple with one gradient for each input.
    """

    def __init__(self, forward, backward):
        self.forward, self.backward = forward, backward
        self.inputs, self.output = (), None

    def apply(self, *inputs):
        """Return the result for these inputs (Variables, arrays or numbers) as a Variable with this as its creator."""
        ### BEGIN SOLUTION
        self.inputs = tuple([as_variable(value) for value in inputs])
        self.output = self.forward(*[variable.data for variable in self.inputs])
        y = type(self.inputs[0])(self.output)  # a class derived from Variable stays what it is
        y.creator = self
        return y
        ### END SOLUTION

    def gradients(self, dout):
        """Return a list with the gradient of each input, in the shape of that input; dout: array like the output."""
        ### BEGIN SOLUTION
        arrays = [variable.data for variable in self.inputs]
        parts = self.backward(dout, self.output, *arrays)
        return [unbroadcast(part, array.shape) for part, array in zip(parts, arrays, strict=True)]
        ### END SOLUTION

# %% grade_id="Function" grade=true active="ipynb"
# check("Function")

# %% [markdown]
# ## The rules: `add`, `mul`, `power`
#
# Each exercise from here on is one operation: return `Function(forward, backward).apply(...)` with the two rules.
# Leave broadcasting to the Function. You know these rules from unit 4: what does each input's gradient have to do
# with the other input?

# %% grade_id="add" solution=true points=1
def add(a, b):
    """Return the Variable a + b. a, b: Variables, arrays or numbers whose shapes broadcast."""
    ### BEGIN SOLUTION
    return Function(lambda a, b: a + b, lambda dout, y, a, b: (dout, dout)).apply(a, b)
    ### END SOLUTION

# %% grade_id="add" grade=true active="ipynb"
# check("add")

# %% grade_id="mul" solution=true points=1
def mul(a, b):
    """Return the Variable a * b, entry by entry. a, b: Variables, arrays or numbers whose shapes broadcast."""
    ### BEGIN SOLUTION
    return Function(lambda a, b: a * b, lambda dout, y, a, b: (dout * b, dout * a)).apply(a, b)
    ### END SOLUTION

# %% grade_id="mul" grade=true active="ipynb"
# check("mul")

# %% [markdown]
# The exponent `n` is a plain number, no Variable: your two rules can simply use it.

# %% grade_id="power" solution=true points=1
def power(a, n):
    """Return the Variable a ** n, entry by entry. a: Variable of any shape; n: a number, which gets no gradient.

    Where a is 0 and n is 1 or more, the gradient is a number too: 1 for n = 1, else 0.
    """
    ### BEGIN SOLUTION
    return Function(lambda a: a**n, lambda dout, y, a: (dout * n * a ** (n - 1),)).apply(a)
    ### END SOLUTION

# %% grade_id="power" grade=true active="ipynb"
# check("power")

# %% [markdown]
# With these three, Variables learn the usual signs. Subtraction and division need no rules of their own. This cell
# tells Python what to do when it meets `a + b` with a Variable on either side.

# %%
Variable.__add__ = Variable.__radd__ = lambda self, other: add(self, other)
Variable.__mul__ = Variable.__rmul__ = lambda self, other: mul(self, other)
Variable.__pow__ = lambda self, n: power(self, n)
Variable.__neg__ = lambda self: mul(self, -1.0)
Variable.__sub__ = lambda self, other: add(self, mul(other, -1.0))
Variable.__rsub__ = lambda self, other: add(mul(self, -1.0), other)
Variable.__truediv__ = lambda self, other: mul(self, power(as_variable(other), -1.0))
Variable.__rtruediv__ = lambda self, other: mul(power(self, -1.0), other)

# %% [markdown]
# ## Exercises: `matmul` and `total`
#
# `total` adds up all entries to a single number. If its result changes by a bit, how does that depend on each entry?
# The gradient must have the shape of the input.

# %% grade_id="matmul" solution=true points=2
def matmul(x, W):
    """Return the Variable x @ W of shape (N, M). x: (N, D); W: (D, M); both Variables or arrays with two axes."""
    ### BEGIN SOLUTION
    return Function(lambda x, W: x @ W, lambda dout, y, x, W: (dout @ W.T, x.T @ dout)).apply(x, W)
    ### END SOLUTION

# %% grade_id="matmul" grade=true active="ipynb"
# check("matmul")

# %% grade_id="total" solution=true points=1
def total(a):
    """Return the sum of all entries of a as a Variable of shape (). a: Variable or array of any shape."""
    ### BEGIN SOLUTION
    return Function(lambda a: a.sum(), lambda dout, y, a: (np.full(a.shape, dout),)).apply(a)
    ### END SOLUTION

# %% grade_id="total" grade=true active="ipynb"
# check("total")

# %% [markdown]
# ## Exercises: `exp`, `log`, `tanh`, `sigmoid`, `relu`
#
# For some of these the gradient is shortest in terms of the result `y`. The sigmoid must stay silent and finite for
# inputs such as 1000 and -1000; you may use that $\sigma(a) = \frac12 (1 + \tanh \frac a2)$. At 0 the gradient of
# ReLU is 0, as in unit 5.

# %% grade_id="exp" solution=true points=1
def exp(a):
    """Return the Variable e ** a, entry by entry. a: Variable or array of any shape."""
    ### BEGIN SOLUTION
    return Function(np.exp, lambda dout, y, a: (dout * y,)).apply(a)
    ### END SOLUTION

# %% grade_id="exp" grade=true active="ipynb"
# check("exp")

# %% grade_id="log" solution=true points=1
def log(a):
    """Return the natural logarithm of a as a Variable. a: Variable or array of positive numbers, any shape."""
    ### BEGIN SOLUTION
    return Function(np.log, lambda dout, y, a: (dout / a,)).apply(a)
    ### END SOLUTION

# %% grade_id="log" grade=true active="ipynb"
# check("log")

# %% grade_id="tanh" solution=true points=1
def tanh(a):
    """Return the hyperbolic tangent of a as a Variable. a: Variable or array of any shape."""
    ### BEGIN SOLUTION
    return Function(np.tanh, lambda dout, y, a: (dout * (1.0 - y**2),)).apply(a)
    ### END SOLUTION

# %% grade_id="tanh" grade=true active="ipynb"
# check("tanh")

# %% grade_id="sigmoid" solution=true points=1
def sigmoid(a):
    """Return 1 / (1 + e ** -a) as a Variable, finite for every a. a: Variable or array of any shape."""
    ### BEGIN SOLUTION
    return Function(lambda a: 0.5 + 0.5 * np.tanh(0.5 * a), lambda dout, y, a: (dout * y * (1.0 - y),)).apply(a)
    ### END SOLUTION

# %% grade_id="sigmoid" grade=true active="ipynb"
# check("sigmoid")

# %% grade_id="relu" solution=true points=2
def relu(a):
    """Return a where it is positive and 0 elsewhere, as a Variable; the gradient at 0 is 0. a: any shape."""
    ### BEGIN SOLUTION
    return Function(lambda a: np.maximum(a, 0.0), lambda dout, y, a: (dout * (a > 0),)).apply(a)
    ### END SOLUTION

# %% grade_id="relu" grade=true active="ipynb"
# check("relu")

# %% [markdown]
# ## Does it all fit together?
#
# This expression stands in the README of micrograd, Andrej Karpathy's engine for single numbers. It should give
# 24.7041 with gradients 138.8338 for `a` and 645.5773 for `b`.

# %%
def readme_expression(a, b):
    """Return the example of micrograd's README for two Variables a and b: many uses of the same values."""
    c = a + b
    d = a * b + b**3
    c = c + (c + 1)
    c = c + (1 + c + (-a))
    d = d + (d * 2 + relu(b + a))
    d = d + (3 * d + relu(b - a))
    e = c - d
    f = e**2
    g = f / 2.0
    return g + 10.0 / f

# %% active="ipynb"
# a, b = Variable(-4.0), Variable(2.0)
# g = readme_expression(a, b)
# g.backward()
# print(g, a.grad, b.grad)

# %% [markdown]
# ## Exercises: `linear` and `mean_squared_error`
#
# Two more and you can train a net. A linear layer is `x W + b` for a batch of rows; the loss is the sum of the squared
# differences divided by `len(a)`, the number of rows. You may put them together from what you have
# (Variables know `+`, `-`, `*`, `/`, `**` now) or write one Function each, which is faster: then the graph
# has fewer nodes.

# %% grade_id="linear" solution=true points=2
def linear(x, W, b):
    """Return the Variable x @ W + b of shape (N, M). x: (N, D); W: (D, M); b: (M,)."""
    ### BEGIN SOLUTION
    return Function(
        lambda x, W, b: x @ W + b,
        lambda dout, y, x, W, b: (dout @ W.T, x.T @ dout, dout),
    ).apply(x, W, b)
    ### END SOLUTION

# %% grade_id="linear" grade=true active="ipynb"
# check("linear")

# %% grade_id="mean_squared_error" solution=true points=2
def mean_squared_error(a, b):
    """Return the sum of (a - b) ** 2 divided by the number of rows, as a Variable of shape ().

    a, b: (N, M), Variables or arrays of the same shape. Raises ValueError if the shapes differ.
    """
    ### BEGIN SOLUTION
    a, b = as_variable(a), as_variable(b)
    if a.data.shape != b.data.shape:
        raise ValueError(f"shapes {a.data.shape} and {b.data.shape} differ; make them equal first")

    def forward(a, b):
        difference = (a - b).ravel()
        return difference @ difference / len(a)

    def backward(dout, y, a, b):
        part = (a - b) * (dout * 2.0 / len(a))
        return part, -part

    return Function(forward, backward).apply(a, b)
    ### END SOLUTION

# %% grade_id="mean_squared_error" grade=true active="ipynb"
# check("mean_squared_error")

# %% [markdown]
# ## The sine fit of unit 6, on your engine
#
# `F` gathers your functions under the names that DeZero uses. With it, the program of the source notes runs as it
# stands there: only its first two lines, `from dezero import Variable` and `import dezero.functions as F`, are gone.

# %%
F = SimpleNamespace(add=add, mul=mul, pow=power, matmul=matmul, sum=total, exp=exp, log=log, sigmoid=sigmoid,
                    tanh=tanh, relu=relu, linear=linear, mean_squared_error=mean_squared_error)

# %% active="ipynb"
# np.random.seed(0)
# x = np.random.rand(100, 1)
# y = np.sin(2 * np.pi * x) + np.random.rand(100, 1)
#
# I, H, O = 1, 10, 1
# W1 = Variable(np.random.randn(I, H))
# b1 = Variable(np.zeros(H))
# W2 = Variable(np.sqrt(0.1) * np.random.randn(H, O))
# b2 = Variable(np.zeros(O))
#
# def predict(x):
#     y = F.linear(x, W1, b1)
#     y = F.sigmoid(y)
#     y = F.linear(y, W2, b2)
#     return y
#
# lr = 0.2
# iters = 10000
# losses = []
#
# for i in range(iters):
#     y_pred = predict(x)
#     loss = F.mean_squared_error(y, y_pred)
#
#     W1.cleargrad()
#     b1.cleargrad()
#     W2.cleargrad()
#     b2.cleargrad()
#     loss.backward()
#
#     W1.data -= lr * W1.grad.data
#     b1.data -= lr * b1.grad.data
#     W2.data -= lr * W2.grad.data
#     b2.data -= lr * b2.grad.data
#     losses.append(float(loss.data))
#     if i % 1000 == 0:
#         print(i, loss)

# %% [markdown]
# The first losses should be 0.816518, 0.249903, 0.246099, 0.237216, 0.207932 and 0.123119. On the left, your loss with
# those six as black crosses; on the right, your curve should follow the dashed line, the sine plus the noise's mean.
# (The two narrow spikes after iteration 6000 belong there: the steps are a little too long for the narrow valley.)

# %% active="ipynb"
# import matplotlib.pyplot as plt
#
# expected = [0.816518, 0.249903, 0.246099, 0.237216, 0.207932, 0.123119]
# figure, (left, right) = plt.subplots(1, 2, figsize=(9, 3.5))
# left.semilogy(losses, color="#0072B2", label="your loss")
# left.plot(range(0, 6000, 1000), expected, "kx", label="expected")
# left.set_xlabel("iteration")
# left.legend()
# grid = np.linspace(0, 1, 101)[:, np.newaxis]
# right.plot(x, y, ".", color="gray")
# right.plot(grid, np.sin(2 * np.pi * grid) + 0.5, "k--", label="sine + 0.5")
# right.plot(grid, predict(grid).data, color="#0072B2", label="your fit")
# right.legend()
# plt.show()

# %% [markdown] grade_id="why-order" manual=true points=2
# ## In your own words
#
# Suppose `backward` handed a variable's gradient on as soon as the first part of it arrived, instead of waiting for its
# turn in the topological order. Name a small graph for which the result would be wrong, or for which the work would
# explode, and say why.
#
# ### BEGIN SOLUTION
# In y = a + a * b with a = x * x, the node a receives two gradients. If a passes the first one on to x at once and
# later nothing, or the whole sum, x misses a part or counts it twice. If each part is handed on as it arrives,
# the sum is right, but after each diamond the number of parts doubles: after twenty diamonds the first node is visited
# a million times. Waiting until everything has arrived makes each node work once.
# ### END SOLUTION
