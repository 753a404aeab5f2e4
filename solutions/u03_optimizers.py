# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # Unit 3: Layers and optimisers as objects
#
# Who decides how far a weight moves, and who moves it? Here you write the two classes that share this work: an
# optimiser that answers with a change, and a layer that owns its weights and applies it. The chapter
# [Layers and optimisers as objects](../../book/u03_optimizers.md) shows how they talk to each other.
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
# ## Data
#
# From here on examples are rows. A layer with `prev` inputs and `n` outputs has weights `w` of shape (prev, n) and
# biases `b` of shape (n,). Their gradients `grad_w` and `grad_b` have the same shapes.

# %%
grad_w = np.array([[2.0, -4.0],
                   [0.0, 1.0],
                   [-3.0, 0.5]])   # (3, 2): gradient of the weights of a layer with 3 inputs and 2 outputs
grad_b = np.array([1.0, -2.0])     # (2,): gradient of its biases

# %% [markdown]
# ## Exercise: `SGD`
#
# The optimiser of unit 2 as a class. It knows its learning rate `eta` and nothing else. Its `update` receives the
# gradients of a layer's weights and biases and answers with the two *changes*: minus `eta` times each gradient.
# It applies nothing: that is the layer's business. It also leaves the gradients as they are, because somebody may
# still want to look at them.
#
# With `eta = 0.1` the gradient `[1.0, -2.0]` gives the change `[-0.1, 0.2]`.
#
# Other optimisers need more than the gradients, so whatever else `update` is given (`*args`, `**kwds`) is ignored
# here. That way one call fits them all.

# %% grade_id="SGD" solution=true points=2
class SGD:
    """Gradient descent with a fixed learning rate.

    eta: learning rate, a positive float; kept as the attribute `eta`.
    """

    def __init__(self, eta=1e-2):
        ### BEGIN SOLUTION
        self.eta = eta
        ### END SOLUTION

    def update(self, grad_w, grad_b, *args, **kwds):
        """Return the changes (dw, db) for the gradients of a layer.

        grad_w, grad_b: arrays of any shapes, left as they are. Returns two new arrays of the same shapes.
        """
        ### BEGIN SOLUTION
        return -self.eta * grad_w, -self.eta * grad_b
        ### END SOLUTION

# %% active="ipynb"
# SGD(eta=0.1).update(grad_w, grad_b)

# %% grade_id="SGD" grade=true active="ipynb"
# check("SGD")

# %% [markdown]
# ## Exercise: `get_opt`
#
# A layer is told its optimiser by name, with a dictionary of settings. `OPTIMISERS` says which class belongs to a
# name. `Counter` is no useful optimiser but a useful instrument: it ignores the gradients, counts its calls, and
# answers with a change of 1 on its first call, 2 on its second, and so on (times `scale`, if it is given one).
# Its only setting, `calls`, says from which count it goes on. If two layers should ever share one, the counts will
# tell.
#
# Write `get_opt`: look the class up, and return a *new object* of it, made with the settings as keyword arguments.
# For example, `get_opt("SGD", {"eta": 0.5})` is what `SGD(eta=0.5)` is. Python turns a dictionary into
# keyword arguments with two stars: `f(**{"a": 1})` is `f(a=1)`.

# %%
class Counter:
    """An instrument for testing: its k-th update answers with changes of k * scale everywhere.

    calls: how many updates it counts as done already.
    """

    def __init__(self, calls=0):
        self.calls = calls

    def update(self, grad_w, grad_b, *args, scale=1.0, **kwds):
        self.calls += 1
        return np.full(grad_w.shape, self.calls * scale), np.full(grad_b.shape, self.calls * scale)


OPTIMISERS = {"SGD": SGD, "Counter": Counter}

# %% grade_id="get_opt" solution=true points=2
def get_opt(opt, opt_dic):
    """Return a new optimiser.

    opt: its name, a key of OPTIMISERS; opt_dic: dict of settings, passed to the class as keyword arguments.
    Every call returns an object of its own.
    """
    ### BEGIN SOLUTION
    return OPTIMISERS[opt](**opt_dic)
    ### END SOLUTION

# %% grade_id="get_opt" grade=true active="ipynb"
# check("get_opt")

# %% [markdown]
# ## Exercise: `Layer`
#
# A layer owns its weights, its biases, room for their gradients, an activation and an optimiser of its own.
# Given is `get_act`, which returns an activation function for a name: `"ReLU"` keeps positive numbers and turns
# negative ones into 0, or multiplies them by `slope` where this is set; `"Identity"` changes nothing.
# (A later unit makes activations a subject of its own.)

# %%
ACTIVATIONS = {
    "ReLU": np.vectorize(lambda number, slope=0.0: number if number > 0 else slope * number, otypes=[float]),
    "Identity": lambda numbers: numbers,
}


def get_act(act, act_dic):
    """Return the activation of a name, a key of ACTIVATIONS, with the settings in the dict act_dic built in."""
    settings = dict(act_dic)
    return lambda numbers: ACTIVATIONS[act](numbers, **settings)

# %% [markdown]
# Write the constructor and `update`.
#
# **The constructor** sets these attributes:
#
# - `name`: the name, as given;
# - `w`, `b`: weights (prev, n) and biases (n,), normally distributed with mean 0 and standard deviation `wb_width`;
#   `np.random.default_rng(seed)` makes a generator, and its method `standard_normal` draws numbers with standard
#   deviation 1 in any shape. Draw both from one generator, `w` first: two generators with one seed repeat each other;
# - `grad_w`, `grad_b`: zeros, in the shapes of `w` and `b`;
# - `params`, `grads`: the lists `[w, b]` and `[grad_w, grad_b]` of these very arrays;
# - `act`: what `get_act` returns for `act` and `act_dic`;
# - `opt`: what `get_opt` returns for `opt` and the settings.
#
# The settings of the optimiser are `opt_dic` together with all further keyword arguments `**kwds`; where both name
# a setting, the keyword wins. So `Layer(eta=0.5)` and `Layer(opt_dic={"eta": 0.5})` are the same.
#
# Beware of the default `opt_dic={}`. Python makes that dictionary once, when it reads the definition, and every
# layer that gets no other receives the same one. Whatever you write into it, all later layers will find.
#
# **`update`** asks the optimiser for the changes of the two gradients, passes `**kwds` on to it, and adds the
# changes to `w` and `b`. It writes into the arrays that are there: afterwards `params[0]` is still `w`.
# What is the difference between `self.w += dw` and `self.w = self.w + dw`?

# %% grade_id="Layer" solution=true points=5
class Layer:
    """A layer with its own parameters, gradients, activation and optimiser.

    prev, n: numbers of inputs and outputs; name: any text; wb_width: standard deviation of the first weights and
    biases; act, act_dic: activation and its settings; opt, opt_dic: optimiser and its settings, to which further
    keyword arguments are added; seed: whole number for a repeatable start, None for a different one each time.
    """

    def __init__(self, *, prev=1, n=1, name="", wb_width=5e-2, act="ReLU", opt="SGD",
                 act_dic={}, opt_dic={}, seed=None, **kwds):  # noqa: B006 (the shared default is part of the exercise)
        ### BEGIN SOLUTION
        generator = np.random.default_rng(seed)
        self.name = name
        self.w = wb_width * generator.standard_normal((prev, n))
        self.b = wb_width * generator.standard_normal(n)
        self.grad_w, self.grad_b = np.zeros_like(self.w), np.zeros_like(self.b)
        self.params, self.grads = [self.w, self.b], [self.grad_w, self.grad_b]
        self.act = get_act(act, act_dic)
        self.opt = get_opt(opt, {**opt_dic, **kwds})
        ### END SOLUTION

    def set_gradients(self, grad_w, grad_b):
        """Write gradients into the arrays of the layer (given: from the next unit on, layers compute them)."""
        self.grad_w[...] = grad_w
        self.grad_b[...] = grad_b

    def update(self, **kwds):
        """Change w and b in place by what the optimiser answers for the gradients; kwds are passed on to it."""
        ### BEGIN SOLUTION
        dw, db = self.opt.update(self.grad_w, self.grad_b, **kwds)
        self.w += dw
        self.b += db
        ### END SOLUTION

# %% grade_id="Layer" grade=true active="ipynb"
# check("Layer")

# %% [markdown]
# ## Look at your result
#
# A layer with one input and one output is a straight line $w x + b$. The cell below lets your `Layer` and your `SGD`
# fit one to six points. The gradients are sums over the six points, written out one point at a time. Left is what
# is expected: the line of least squares, found in one step by `np.polyfit`. Right is the line of your layer after 0,
# 10 and 300 updates. The last one should lie on the expected line.

# %% active="ipynb"
# import matplotlib.pyplot as plt
#
# points = [(-1.0, -1.2), (-0.5, -0.9), (0.0, 0.3), (0.5, 0.4), (1.0, 1.6), (1.5, 1.9)]
# line = Layer(seed=3, act="Identity", opt_dic={"eta": 0.02})
# figure, (left, right) = plt.subplots(1, 2, figsize=(9, 3.4), sharey=True)
# ends = np.array([-1.2, 1.7])
# for step in range(301):
#     if step in (0, 10, 300):
#         right.plot(ends, line.w[0, 0] * ends + line.b[0], "--" if step < 300 else "-", label=f"{step} updates")
#     residuals = [line.w[0, 0] * x + line.b[0] - t for x, t in points]
#     line.set_gradients(sum(2 * r * x for r, (x, t) in zip(residuals, points)), sum(2 * r for r in residuals))
#     line.update()
# for plane, title in [(left, "expected"), (right, "yours")]:
#     plane.plot(*zip(*points), "o", color="#0072B2")
#     plane.set(title=title, xlabel="x")
# left.plot(ends, np.polyval(np.polyfit(*zip(*points), 1), ends), color="black")
# right.legend()
# plt.show()

# %% [markdown] grade_id="why-own-optimiser" manual=true points=2
# ## In your own words
#
# `SGD` remembers nothing from one step to the next, so all layers could share a single `SGD` object. Why does every
# layer get an optimiser of its own nevertheless? Describe an optimiser with which sharing one object between two layers
# goes wrong, and say what goes wrong.
#
# ### BEGIN SOLUTION
# Other optimisers have a memory: the number of steps so far, or a running average of past gradients. If two layers
# share such an object, each layer finds what the other one left. A step counter runs twice as fast as the steps of each
# layer. A running average mixes gradients of different layers, and where their shapes differ it fails or broadcasts.
# With one object for each layer the code of the layer is the same for all optimisers, with or without a memory.
# ### END SOLUTION
