"""The roles of the visual language: a colour of Okabe and Ito's set, a dash and a marker for each.

A picture names roles, never colours. The page's style sheet defines `--data`, `--gradient` and so on for
light and dark mode; the colours here are the fallback outside of the book.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Role:
    """How one kind of quantity is drawn: colour, matplotlib dash, matplotlib marker."""

    color: str
    dash: str = "-"
    marker: str = ""


ROLES = {
    "data": Role("#0072b2", "-", "o"),          # inputs, targets, measured points, values that flow forward
    "parameter": Role("#009e73", "-.", "s"),    # weights and biases
    "gradient": Role("#d55e00", "--", "v"),     # gradients, and all that flows backward
    "loss": Role("#cc79a7", "-", "D"),          # the loss and its curve
    "prediction": Role("#e69f00", (0, (6, 2)), "^"),  # what a net answers
    "ink": Role("#5c6773"),                     # text, axes, operations
    "faint": Role("#b8c0c8"),                   # grids, guides, weights of zero
}


def variable(role):
    """Return the CSS value of a role's colour, with the fallback for use outside of the book."""
    return f"var(--{role}, {ROLES[role].color})"
