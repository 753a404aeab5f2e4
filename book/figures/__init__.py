"""The pictures of the course: one visual language for every chapter.

A chapter imports it plainly, `from figures import network, show`: its kernel starts in the book's folder,
where this package lies, so nothing has to edit a path.

Colours have a fixed meaning (see `palette`): data, parameters, gradients, loss, prediction; each has a
second cue besides. Drawings are SVG made at build time with selectable text, and follow the page's light or
dark mode.
"""

from autograder.course.units import load_reference
from figures.circuit import Circuit
from figures.diagrams import learning_loop, network, shape_flow
from figures.drawing import Drawing, number_text
from figures.numbers import formula, number, numbers
from figures.plots import axes, axes_3d, look, look_class
from figures.show import show

__all__ = [
    "Circuit",
    "Drawing",
    "axes",
    "axes_3d",
    "formula",
    "learning_loop",
    "load_reference",
    "look",
    "look_class",
    "network",
    "number",
    "number_text",
    "numbers",
    "shape_flow",
    "show",
]
