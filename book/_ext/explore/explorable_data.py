"""The numbers that explorables take from the course's own NumPy code, by the name of the explorable."""

import numpy as np

from autograder.course.units import load_reference


def learning_rate():
    """Return the residuals of the layer of unit 2 before training, and the squared length of its input."""
    unit = load_reference("u02_gradient_descent")
    residuals = (unit.W @ unit.x + unit.b - unit.d).ravel()
    return {"residuals": np.round(residuals, 12).tolist(), "square": float(np.sum(unit.x**2))}


def landscape():
    """Return the five starts of the chapter's figure."""
    return {"starts": np.random.default_rng(2).uniform(-1.9, 1.9, (5, 2)).round(6).tolist()}


DATA = {"learning-rate": learning_rate, "landscape": landscape}
