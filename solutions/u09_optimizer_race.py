# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # Unit 9: The optimiser race
#
# Gradient descent forgets each step as soon as it is made. Here you write three optimisers that remember
# something, let them race down a long valley, and then ask how large the first random weights should be. The chapter
# [The optimiser race](../../book/u09_optimizer_race.md) shows what each of them remembers, and why.
#
# Use NumPy and Python's standard library, and Matplotlib for pictures: other packages are not there when your work is
# graded. Numbers are of NumPy's usual kind, float64, in double precision.

# %%
import numpy as np

from autograder import check, hint, progress

# %% [markdown]
# ## The valley
#
# The loss is $L(w, b) = w^2/20 + b^2$: twenty times as steep across (`b`) as along (`w`). All start at $(-7, 2)$ and
# take 30 steps. The lowest point is $(0, 0)$, where the loss is 0.
#
# As in unit 3, an optimiser has a method `update(grad_w, grad_b)` that returns the pair of **changes** `(dw, db)`.
# It changes neither the gradients nor the parameters. What an optimiser remembers is kept for `w` and for `b`
# separately, in arrays of their shapes, and starts at 0 (a plain `0.0` is enough: NumPy stretches it).

# %%
START = (-7.0, 2.0)
STEPS = 30


def valley(w, b):
    """Return the loss at (w, b). w, b: numbers or arrays of one shape."""
    return w**2 / 20 + b**2


def slopes(w, b):
    """Return the two partial derivatives of the loss at (w, b)."""
    return w / 10, 2 * b


def descend_with(optimizer, start=START, steps=STEPS):
    """Return the (steps + 1, 2) points that an optimiser visits in the valley, `start` first."""
    w, b = (np.array(value) for value in start)
    points = [(w, b)]
    for _ in range(steps):
        dw, db = optimizer.update(*slopes(w, b))
        w, b = w + dw, b + db
        points.append((w, b))
    return np.array(points)

# %% [markdown]
# ## Exercise: `Momentum`
#
# A ball that rolls downhill keeps most of its velocity. With $g_t$ the gradient at step $t$,
#
# $$v_t = \beta v_{t-1} - \eta g_t,$$
#
# and the change is $v_t$ itself. If $\eta = 0.1$, $\beta = 0.9$ and the gradient is 1 twice, the changes are $-0.1$ and
# $-0.19$. With $\beta = 0$ this is plain gradient descent.

# %% grade_id="Momentum" solution=true points=3
class Momentum:
    """Gradient descent with a velocity.

    eta: learning rate, positive; beta: the part of the velocity that is kept, 0 <= beta < 1.
    """

    def __init__(self, eta=1e-2, beta=0.9):
        ### BEGIN SOLUTION
        self.eta, self.beta = eta, beta
        self.velocities = [0.0, 0.0]
        ### END SOLUTION

    def update(self, grad_w, grad_b, *args, **kwds):
        """Return the changes (dw, db) of this step.

        grad_w, grad_b: arrays of any two shapes, the same two in every call; they stay as they are.
        Returns two new arrays of these shapes.
        """
        ### BEGIN SOLUTION
        gradients = (grad_w, grad_b)
        self.velocities = [self.beta * v - self.eta * g for v, g in zip(self.velocities, gradients, strict=True)]
        return tuple(self.velocities)
        ### END SOLUTION

# %% grade_id="Momentum" grade=true active="ipynb"
# check("Momentum")

# %% [markdown]
# ## Exercise: `AdaGrad`
#
# Every coordinate gets a learning rate of its own, which shrinks as that coordinate's squared gradients add up:
#
# $$h_t = h_{t-1} + g_t^2, \qquad \text{change} = -\frac{\eta\, g_t}{\sqrt{h_t} + \varepsilon}.$$
#
# All operations go entry by entry. The small $\varepsilon = 10^{-7}$ stands outside the root and keeps a gradient of 0
# from dividing 0 by 0. The very first change is therefore nearly $\pm\eta$, however steep the place is.

# %% grade_id="AdaGrad" solution=true points=3
class AdaGrad:
    """Gradient descent with a learning rate for each coordinate, which only shrinks.

    eta: learning rate, positive; eps: a small positive number beside the root.
    """

    def __init__(self, eta=1e-2, eps=1e-7):
        ### BEGIN SOLUTION
        self.eta, self.eps = eta, eps
        self.squares = [0.0, 0.0]
        ### END SOLUTION

    def update(self, grad_w, grad_b, *args, **kwds):
        """Return the changes (dw, db) of this step.

        grad_w, grad_b: arrays of any two shapes, the same two in every call; they stay as they are.
        Returns two new arrays of these shapes, finite also where a gradient is 0.
        """
        ### BEGIN SOLUTION
        gradients = (grad_w, grad_b)
        self.squares = [h + g**2 for h, g in zip(self.squares, gradients, strict=True)]
        return tuple(-self.eta * g / (np.sqrt(h) + self.eps) for h, g in zip(self.squares, gradients, strict=True))
        ### END SOLUTION

# %% grade_id="AdaGrad" grade=true active="ipynb"
# check("AdaGrad")

# %% [markdown]
# ## Exercise: `Adam`
#
# Adam keeps two running averages, of the gradient and of its square, in which the past fades away:
#
# $$m_t = \beta_1 m_{t-1} + (1 - \beta_1)\, g_t, \qquad v_t = \beta_2 v_{t-1} + (1 - \beta_2)\, g_t^2 .$$
#
# Both start at 0, so at first they are much too small: after one step $m_1$ is only a tenth of $g_1$. Dividing by the
# sum of the weights so far corrects this, with $t = 1$ in the first step:
#
# $$\hat m_t = \frac{m_t}{1 - \beta_1^t}, \qquad \hat v_t = \frac{v_t}{1 - \beta_2^t}, \qquad
# \text{change} = -\frac{\eta\, \hat m_t}{\sqrt{\hat v_t} + \varepsilon}.$$
#
# One call of `update` is one step for both arrays.

# %% grade_id="Adam" solution=true points=4
class Adam:
    """Gradient descent with averages of the gradient and of its square.

    eta: learning rate, positive; beta1, beta2: how much of each average is kept, in [0, 1);
    eps: a small positive number beside the root.
    """

    def __init__(self, eta=1e-3, beta1=0.9, beta2=0.999, eps=1e-8):
        ### BEGIN SOLUTION
        self.eta, self.beta1, self.beta2, self.eps = eta, beta1, beta2, eps
        self.means, self.squares, self.t = [0.0, 0.0], [0.0, 0.0], 0
        ### END SOLUTION

    def update(self, grad_w, grad_b, *args, **kwds):
        """Return the changes (dw, db) of this step.

        grad_w, grad_b: arrays of any two shapes, the same two in every call; they stay as they are.
        Returns two new arrays of these shapes, finite also where a gradient is 0.
        """
        ### BEGIN SOLUTION
        self.t += 1
        return self.change(0, grad_w), self.change(1, grad_b)

    def change(self, i, g):
        """Return the change of parameter i, whose gradient is g."""
        self.means[i] = self.beta1 * self.means[i] + (1 - self.beta1) * g
        self.squares[i] = self.beta2 * self.squares[i] + (1 - self.beta2) * g**2
        mean = self.means[i] / (1 - self.beta1**self.t)
        square = self.squares[i] / (1 - self.beta2**self.t)
        return -self.eta * mean / (np.sqrt(square) + self.eps)
        ### END SOLUTION

# %% grade_id="Adam" grade=true active="ipynb"
# check("Adam")

# %% [markdown]
# ## The race
#
# On the left the four paths; the star is the goal. On the right the loss after each step. Expected after 30 steps:
# gradient descent .01333, Momentum .04794, AdaGrad .000722, Adam .1022. The order is part of the open question below.

# %% active="ipynb"
# import matplotlib.pyplot as plt
#
# racers = {"SGD, 0.95": (Momentum(0.95, beta=0.0), "-o", "#999999", 0.01333),
#           "Momentum, 0.1": (Momentum(0.1), "--s", "#0072B2", 0.04794),
#           "AdaGrad, 1.5": (AdaGrad(1.5), "-.^", "#009E73", 0.000722),
#           "Adam, 0.3": (Adam(0.3), ":D", "#D55E00", 0.1022)}
# figure, (left, right) = plt.subplots(1, 2, figsize=(11, 4))
# w, b = np.meshgrid(np.linspace(-8, 3, 100), np.linspace(-2.5, 2.5, 100))
# left.contour(w, b, valley(w, b), levels=np.arange(1, 25) ** 2 / 40, colors="lightgray")
# left.plot(0, 0, "k*", markersize=14)
# for name, (optimizer, style, color, expected) in racers.items():
#     points = descend_with(optimizer)
#     losses = valley(*points.T)
#     left.plot(*points.T, style, color=color, label=name, markersize=3)
#     right.semilogy(losses, style, color=color, markersize=3, label=f"{name}: {losses[-1]:.4g}, expected {expected}")
# left.set(xlabel="w", ylabel="b")
# right.set(xlabel="step", ylabel="loss", ylim=(1e-6, 20))
# left.legend()
# right.legend(loc="lower left")
# plt.show()

# %% [markdown]
# ## Exercise: `init_std`
#
# An output of a layer is a sum of `prev` products of an input and a weight. If the inputs have size about 1 and the
# weights are random with standard deviation $s$ around 0, that sum has standard deviation about
# $s \sqrt{\mathit{prev}}$. Choose $s$ so that it stays 1: then a signal neither dies nor explodes on its way through
# many layers. For `"Sigmoid"` and `"Tanh"`, which are nearly straight around 0, this is all. `"ReLU"` sets half of the
# sums to 0, which halves their mean square: to make up for it, the weights need twice the **variance**.

# %% grade_id="init_std" solution=true points=2
def init_std(prev, act):
    """Return the standard deviation of a layer's first random weights.

    prev: number of inputs, at least 1; act: the activation after the layer, "Sigmoid", "Tanh" or "ReLU".
    Returns a float. Raises ValueError for any other act.
    """
    ### BEGIN SOLUTION
    variances = {"Sigmoid": 1.0, "Tanh": 1.0, "ReLU": 2.0}
    if act not in variances:
        raise ValueError(f"act is {act!r}; one of {', '.join(variances)}")
    return float(np.sqrt(variances[act] / prev))
    ### END SOLUTION

# %% grade_id="init_std" grade=true active="ipynb"
# check("init_std")

# %% [markdown]
# A thousand examples go through ten layers of 100 units each. With your choice the ReLU signal should keep its size
# (dashed line); with 0.01 it dies at once, and with 1 it explodes.

# %% active="ipynb"
# rng = np.random.default_rng(0)
# for name, std, style in [("0.01", 0.01, "-v"), ("1", 1.0, "-^"), ("yours", init_std(100, "ReLU"), "-o")]:
#     x = rng.normal(size=(1000, 100))
#     sizes = []
#     for _ in range(10):
#         x = np.maximum(x @ (std * rng.normal(size=(100, 100))), 0)
#         sizes.append(np.sqrt(np.mean(x**2)))
#     plt.semilogy(range(1, 11), sizes, style, label=f"standard deviation {name}")
# plt.axhline(1, color="gray", linestyle="--", label="expected")
# plt.xlabel("layer")
# plt.ylabel("root mean square of its outputs")
# plt.legend()
# plt.show()

# %% [markdown] grade_id="who-wins" manual=true points=2
# ## In your own words
#
# Adam came last in this race, and AdaGrad first. Does this show that AdaGrad is the better optimiser? Say what the race
# does show, and describe one change to it after which you would expect another order.
#
# ### BEGIN SOLUTION
# No. It shows the order for one surface, one start, one number of steps, and one learning rate each. The valley's axes
# lie along the coordinates, which suits methods that scale each coordinate by itself; with 30 steps AdaGrad's
# shrinking steps are not yet too short, and Adam, whose steps are all of about its learning rate, is still
# swinging around the goal. Other learning rates, more steps, a noisy gradient, a start elsewhere, or a valley
# turned by 45 degrees can change the order; a fair comparison tunes every learning rate first.
# ### END SOLUTION
