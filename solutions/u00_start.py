# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # Unit 0: Warm-up
#
# Nothing here is graded. You write down what you expect, run a cell, and see where you were right. The chapter
# [Start here](../../book/u00_start.md) has the rules behind the puzzles.
#
# A notebook is a list of cells. Click into one and press Shift and Enter: it runs, and the next one is selected.
# Run the cells from top to bottom. A cell that uses a name from further up fails until that cell has run.

# %%
import numpy as np

# %% [markdown]
# ## Puzzle 1: shapes
#
# Here are four small arrays. Read the shape of each from its brackets.

# %%
row = np.array([[1.0, 2.0, 3.0]])                  # one row of three
column = np.array([[10.0], [20.0]])                # two rows of one
table = np.array([[1.0, 2.0, 3.0],
                  [4.0, 5.0, 6.0]])                # two rows of three
flat = np.array([1.0, 2.0, 3.0])                   # three numbers, neither row nor column

PUZZLES = {
    "row": lambda: row,
    "column": lambda: column,
    "flat": lambda: flat,
    "table.T": lambda: table.T,
    "row + column": lambda: row + column,
    "table + row": lambda: table + row,
    "table + column": lambda: table + column,
    "table + flat": lambda: table + flat,
    "flat - row.T": lambda: flat - row.T,
    "table @ row.T": lambda: table @ row.T,
    "row @ row.T": lambda: row @ row.T,
    "table * table": lambda: table * table,
    "table @ table": lambda: table @ table,
    "table.sum(axis=0)": lambda: table.sum(axis=0),
    "table.sum(axis=0, keepdims=True)": lambda: table.sum(axis=0, keepdims=True),
}


def shape_of(puzzle):
    """Return the shape of what a puzzle computes, or the word "error" where NumPy refuses."""
    try:
        return np.shape(puzzle())
    except ValueError:
        return "error"

# %% [markdown]
# Replace each `None` by a shape such as `(2, 3)`, or by `"error"` where you think that NumPy refuses. Careful: the
# shape of a flat array has a comma, `(3,)`.

# %% active="ipynb"
# predictions = {
#     "row": (1, 3),
#     "column": None,
#     "flat": None,
#     "table.T": None,
#     "row + column": None,
#     "table + row": None,
#     "table + column": None,
#     "table + flat": None,
#     "flat - row.T": None,
#     "table @ row.T": None,
#     "row @ row.T": None,
#     "table * table": None,
#     "table @ table": None,
#     "table.sum(axis=0)": None,
#     "table.sum(axis=0, keepdims=True)": None,
# }

# %% active="ipynb"
# for name, prediction in predictions.items():
#     answer = shape_of(PUZZLES[name])
#     word = "no prediction yet" if prediction is None else "right" if prediction == answer else f"no, it is {answer}"
#     print(f"{name:34} {word}")

# %% [markdown]
# ## Puzzle 2: which one is the loss?
#
# Two outputs `u`, two wanted outputs `d`. One of these sums is the sum of squared errors. The other is a plausible
# number that means nothing. Which is which, and what is the shape of the wrong difference?

# %% active="ipynb"
# u = np.array([[3.0], [5.0]])       # (2, 1): a column
# d = np.array([[1.0], [1.0]])       # (2, 1): a column
# d_flat = np.array([1.0, 1.0])      # (2,): flat
# print(np.sum((u - d) ** 2), np.sum((u - d_flat) ** 2))

# %% [markdown]
# ## Puzzle 3: a formula in code
#
# The mathematics says $s = \sum_{k} a_k\, c_k$: multiply entry by entry, then add up. Here are three ways to
# write it. Predict the number by hand first, then run the cell. All three lines should print the same.

# %% active="ipynb"
# a = np.array([1.0, 2.0, 3.0])
# c = np.array([4.0, 0.0, -1.0])
# print(sum(a[k] * c[k] for k in range(3)))
# print(np.sum(a * c))
# print(a @ c)

# %% [markdown]
# ## Puzzle 4: same array or a copy?
#
# A function that writes into its argument changes the caller's array. Two functions below do nearly the same. Which
# of the two printed lines still shows ones?

# %% active="ipynb"
# def add_in_place(values):
#     values += 1
#     return values
#
# def add_and_copy(values):
#     values = values + 1
#     return values
#
# first, second = np.ones(3), np.ones(3)
# add_in_place(first)
# add_and_copy(second)
# print(first)
# print(second)

# %% [markdown]
# ## The same in a picture
#
# Left is the expected picture of `row + column`: the row runs to the right, the column downward, and each square is
# the sum of the two. Right is what your kernel computes. Change `row` or `column` above, run both cells again, and see
# what follows.

# %% active="ipynb"
# import matplotlib.pyplot as plt
#
# figure, planes = plt.subplots(1, 2, figsize=(8, 2.6))
# sums = {"expected": np.array([[11, 12, 13], [21, 22, 23]]), "yours": row + column}
# for plane, (title, values) in zip(planes, sums.items()):
#     plane.imshow(values, cmap="cividis", vmin=0, vmax=30)
#     for i, line in enumerate(values):
#         for k, value in enumerate(line):
#             plane.text(k, i, f"{value:g}", ha="center", va="center", color="white" if value < 18 else "black")
#     plane.set(title=title, xticks=[], yticks=[])
# plt.show()

# %% [markdown]
# ## How the graded notebooks differ
#
# From unit 1 on, a cell to fill in looks like this, and its last line says so when you run it too early:
#
# ```python
# def forward(W, x, b):
#     """Return the output u = W x + b of a linear layer."""
#     # Your code here.
#     raise NotImplementedError("forward")
# ```
#
# Replace the two lines at the end by your own, run the cell, then run the cell below it, `check("forward")`. It
# shows a table: what was computed, what was expected, and what you got. Checking costs nothing. When your work is
# graded, further checks run that use other sizes and other numbers, so write what the text asks for in general.
# Before you hand in, choose *Restart Kernel and Run All Cells* from the menu: what works only in the order in which
# you happened to click is not finished.
