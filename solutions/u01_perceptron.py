# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # Unit 1: One layer, one loss
#
# Three numbers go in, two come out, and one number says how wrong they are.
# Here you compute all of it yourself. The chapter
# [One layer, one loss](../../book/u01_perceptron.md) explains the picture behind it.
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
# ## The layer and its data
#
# A linear unit computes $u = W x + b$. Everything is a column: `x` has shape (3, 1), `b` and `d` have shape (2, 1).
# Row $k$ of `W` holds the three weights that lead to output $k$, so `W` has shape (2, 3).

# %%
W = np.array([[0.0, 0.3, -0.8],
              [1.0, -1.2, 0.5]])      # (2, 3): outputs by inputs
x = np.array([[5.0], [2.0], [7.0]])   # (3, 1): one input column
b = np.array([[1.2], [3.4]])          # (2, 1): one bias for each output
d = np.array([[1.0], [0.0]])          # (2, 1): what the outputs should be

# %% [markdown]
# ## Exercise: `forward`
#
# Compute the output of the layer. By hand, the first output is
# $0 \cdot 5 + 0.3 \cdot 2 - 0.8 \cdot 7 + 1.2 = -3.8$.

# %% grade_id="forward" solution=true points=2
def forward(W, x, b):
    """Return the output u = W x + b of a linear layer.

    W: (m, n) weights; x: (n, 1) input column; b: (m, 1) biases.
    Returns a float array of shape (m, 1). The arguments stay as they are.
    """
    ### BEGIN SOLUTION
    return W @ x + b
    ### END SOLUTION

# %% [markdown]
# Try it before you check it: what do you expect for the second output?

# %% active="ipynb"
# forward(W, x, b)

# %% grade_id="forward" grade=true active="ipynb"
# check("forward")

# %% [markdown]
# ## Exercise: `sse`
#
# The loss is the sum of squared errors, $\sum_k (u_k - d_k)^2$: no factor 1/2, no mean.

# %% grade_id="sse" solution=true points=2
def sse(u, d):
    """Return the sum of squared errors between the output u and the wanted output d.

    u, d: (m, 1) columns. Returns a float, the sum of (u - d)^2 over all m outputs. The arguments stay as they are.
    """
    ### BEGIN SOLUTION
    return float(np.sum((u - d) ** 2))
    ### END SOLUTION

# %% grade_id="sse" grade=true active="ipynb"
# check("sse")

# %% [markdown]
# ## Look at your result
#
# Each bar is one output of your layer, each black mark what it should be, and the gap between them is the error
# that the loss squares. The first bar should end at -3.8 and the second at 9.5.

# %% active="ipynb"
# import matplotlib.pyplot as plt
#
# u = forward(W, x, b)
# plt.bar(["output 1", "output 2"], u.ravel(), width=0.5, color="#0072B2", label="your output u")
# plt.plot(["output 1", "output 2"], d.ravel(), "k_", markersize=40, label="wanted output d")
# plt.axhline(0, color="gray", linewidth=0.8)
# plt.title(f"sum of squared errors: {sse(u, d):.2f}")
# plt.legend()
# plt.show()

# %% [markdown] grade_id="why-squares" manual=true points=2
# ## In your own words
#
# Why does the loss square the errors before it adds them up? Say what would go wrong with the plain sum
# $\sum_k (u_k - d_k)$, and give an example with two outputs.
#
# ### BEGIN SOLUTION
# In a plain sum, errors of opposite sign cancel: with residuals -3 and 3 the sum is 0 although both outputs are wrong,
# and it can even be driven to minus infinity. Squares are never negative, are 0 only where every output is right,
# weigh large errors more than small ones, and have a simple derivative everywhere.
# ### END SOLUTION
