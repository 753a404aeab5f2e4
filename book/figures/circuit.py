"""A computation graph with values above each edge (forward) and gradients below it (backward)."""

import numpy as np

from figures.drawing import FONT, Drawing, number_text

COLUMN, ROW, MARGIN, RADIUS = 150, 96, 42, 25


def value_text(value):
    """Return a value as it stands on an edge: a number, an array row by row, a shape, or any text."""
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, tuple):
        return "(" + ", ".join(str(size) for size in value) + ("," if len(value) == 1 else "") + ")"
    value = np.asarray(value)
    if value.ndim == 0:
        return number_text(value.item())
    return "\n".join("[" + "  ".join(map(number_text, row)) + "]" for row in np.atleast_2d(value).tolist())


def operation_width(label):
    """Return the width of an operation's box."""
    return max(2 * RADIUS, 9.5 * len(label) + 16)


class Circuit:
    """A computation graph: add nodes on a grid, then edges with their values, then show it.

    column, row: distance of the grid's lines in pixels; wider columns give long values more room.
    """

    def __init__(self, column=COLUMN, row=ROW):
        self.column, self.row = column, row
        self.nodes, self.edges = {}, []

    def node(self, name, at, kind="operation", label=None):
        """Add a node at (column, row) of the grid, fractions allowed.

        kind: "data", "parameter", "loss" or "prediction" for a quantity, "operation" for what acts on
        quantities, "none" for a bare end of an edge with its label.
        """
        self.nodes[name] = (at, kind, name if label is None else label)
        return self

    def edge(self, source, target, forward=None, backward=None, bend=0):
        """Add an edge from source to target; forward and backward are a number, an array, a shape or text.

        bend: moves the two labels along the edge, from -0.4 (near the source) to 0.4 (near the target).
        """
        self.edges.append((source, target, value_text(forward), value_text(backward), bend))
        return self

    def _place(self, at):
        left = min(place[0] for place, _, _ in self.nodes.values())
        top = min(place[1] for place, _, _ in self.nodes.values())
        return MARGIN + (at[0] - left) * self.column, MARGIN + (at[1] - top) * self.row

    def svg(self, alt):
        """Return the circuit as SVG with the given text for screen readers."""
        return self.drawing().svg(alt)

    def drawing(self):
        """Return the circuit as a Drawing."""
        places = [self._place(at) for at, _, _ in self.nodes.values()]
        picture = Drawing(max(x for x, _ in places) + MARGIN, max(y for _, y in places) + MARGIN)
        for edge in self.edges:
            self._draw_edge(picture, *edge)
        for name, node in self.nodes.items():
            self._draw_node(picture, name, *node)
        return picture

    def _draw_node(self, picture, name, at, kind, label):
        place = self._place(at)
        with picture.group("node", node=name):
            if kind == "operation":
                width = operation_width(label)
                picture.box((place[0] - width / 2, place[1] - RADIUS), (width, 2 * RADIUS), "ink", radius=10)
                size = FONT + 3 if len(label) < 3 else FONT
                picture.text(place, label, "ink", size=size, bold=True, halo=False)
            elif kind == "none":
                picture.text(place, label, "ink")
            else:
                picture.circle(place, RADIUS, kind)
                picture.text(place, label, kind, italic=True, size=FONT + 2, halo=False)

    def _draw_edge(self, picture, source, target, forward, backward, bend):
        start, end = (np.array(self._place(self.nodes[name][0]), dtype=float) for name in (source, target))
        along = (end - start) / np.linalg.norm(end - start)
        start, end = start + along * self._reach(source, along), end - along * self._reach(target, along)
        middle = start + (0.5 + bend) * (end - start)
        with picture.group("edge", source=source, target=target):
            picture.line(start, end, "ink", arrow=True)
            for words, role, side in ((forward, "data", -1), (backward, "gradient", 1)):
                if words:
                    self._draw_value(picture, middle, abs(along[1] / (along[0] or 1e-9)), words, role, side)

    def _reach(self, name, along):
        """Return how far a node's border lies from its centre in a direction, and a little air."""
        _, kind, label = self.nodes[name]
        if kind not in ("operation", "none"):
            return RADIUS + 3
        half, tall = (4.4 * len(label) + 4, 12) if kind == "none" else (operation_width(label) / 2, RADIUS)
        sideways, upright = (abs(part) or 1e-9 for part in along)
        return min(half / sideways, tall / upright) + 3

    def _draw_value(self, picture, middle, slope, words, role, side):
        """Write a value above (side -1) or below (side 1) an edge; a gradient has an arrow backward too."""
        words = words if side < 0 else "\N{LEFTWARDS ARROW} " + words
        lines = words.split("\n")
        clear = min(slope * 4 * max(map(len, lines)), 30)  # a sloping edge must not run through the words
        at = (middle[0], middle[1] + side * (0.6 * FONT * len(lines) + 5 + clear))
        with picture.group("forward" if side < 0 else "backward"):
            picture.text(at, words, role, bold=side < 0, italic=side > 0)
