"""Numbers that the prose quotes: computed in a cell, checked there, and never typed."""

import math

import numpy as np
from IPython.display import Math, display
from myst_nb import glue

from autograder.course.unneeded import leave_out

leave_out()  # `glue` brings jsonschema: a second for each page


def plain(value):
    """Return a NumPy scalar or an array of one element as a Python number; other values as they are."""
    return np.asarray(value).item() if np.size(value) == 1 and not isinstance(value, str) else value


def number(name, value, expected=None, tolerance=1e-9):
    """Make a value quotable as {glue:text}`name:.2f`, after checking it against what the text relies on.

    expected: the number that the text was written for; a differing value stops the build.
    tolerance: largest relative or absolute difference allowed, for values that are printed rounded.
    """
    value = plain(value)
    if expected is not None and not math.isclose(value, expected, rel_tol=tolerance, abs_tol=tolerance):
        raise ValueError(f"{name} is {value!r}, but the text relies on {expected!r}")
    glue(name, value, display=False)


def numbers(**values):
    """Make several values quotable: `numbers(steps=100, loss=113.29)`."""
    for name, value in values.items():
        number(name, value)


def formula(latex):
    """Display a formula that was put together from computed numbers."""
    display(Math(rf"\displaystyle {latex}"))
