"""A small SVG drawing: shapes by role, sizes in pixels, y downwards. The diagrams are made with it."""

import math
from contextlib import contextmanager
from html import escape

from figures.palette import variable

FONT = 15


def number_text(value):
    """Return a number as it is printed in a picture: at most six digits, with a real minus sign."""
    return f"{value:.6g}".replace("-", "\N{MINUS SIGN}")


class Drawing:
    """An SVG picture that is built up shape by shape; later shapes lie on top."""

    def __init__(self, width, height):
        self.width, self.height = width, height
        self.parts = []

    def _add(self, tag, style, **attributes):
        listed = " ".join(f'{name.replace("_", "-")}="{value}"' for name, value in attributes.items())
        self.parts.append(f'<{tag} {listed} style="{style}"/>')

    def line(self, start, end, role="ink", width=1.8, dash="", arrow=False):
        """Draw a straight line from start to end, each (x, y); with arrow, a head at its end."""
        style = f"stroke:{variable(role)};stroke-width:{width:g};stroke-linecap:round"
        if dash:
            style += f";stroke-dasharray:{dash}"
        (x1, y1), (x2, y2) = start, end
        self._add("line", style, x1=f"{x1:g}", y1=f"{y1:g}", x2=f"{x2:g}", y2=f"{y2:g}")
        if arrow:
            self._head(start, end, role, 5 + width)

    def _head(self, start, end, role, size):
        angle = math.atan2(end[1] - start[1], end[0] - start[0])
        corners = [end]
        for turn in (2.65, -2.65):
            corners.append((end[0] + size * math.cos(angle + turn), end[1] + size * math.sin(angle + turn)))
        points = " ".join(f"{x:.1f},{y:.1f}" for x, y in corners)
        style = f"fill:{variable(role)};stroke:{variable(role)};stroke-linejoin:round"
        self._add("polygon", style, points=points)

    def circle(self, center, radius, role="ink"):
        """Draw a node: a circle in the page's colour with an edge in the role's colour."""
        self._add("circle", self._surface(role), cx=f"{center[0]:g}", cy=f"{center[1]:g}", r=f"{radius:g}")

    def box(self, corner, size, role="ink", radius=8, dash=""):
        """Draw a box; corner is its upper left (x, y), size (width, height)."""
        style = self._surface(role) + (f";stroke-dasharray:{dash}" if dash else "")
        (x, y), (width, height) = corner, size
        self._add("rect", style, x=f"{x:g}", y=f"{y:g}", width=f"{width:g}", height=f"{height:g}", rx=radius)

    def _surface(self, role):
        fill = f"color-mix(in srgb, {variable(role)} 13%, var(--paper, white))"
        return f"fill:{fill};stroke:{variable(role)};stroke-width:2"

    def text(self, at, words, role="ink", size=FONT, anchor="middle", italic=False, bold=False, halo=True):
        """Write lines of text, centred on `at` upwards and downwards; a halo keeps what lies behind clear."""
        style = f"fill:var(--{role}-text, {variable(role)});font-size:{size}px;text-anchor:{anchor}"
        style += ";font-style:italic" if italic else ""
        style += ";font-weight:600" if bold else ""
        style += ";paint-order:stroke;stroke:var(--paper, white);stroke-width:7px;stroke-linejoin:round" if halo else ""
        lines = str(words).split("\n")
        top = at[1] - 0.6 * size * (len(lines) - 1) + 0.35 * size
        spans = "".join(
            f'<tspan x="{at[0]:g}" y="{top + 1.2 * size * row:.1f}">{escape(line)}</tspan>'
            for row, line in enumerate(lines)
        )
        self.parts.append(f'<text style="{style}">{spans}</text>')

    @contextmanager
    def group(self, name, **data):
        """Group what is drawn inside, with a class and data- attributes for scripts that step through it."""
        listed = "".join(f' data-{key}="{escape(str(value))}"' for key, value in data.items())
        self.parts.append(f'<g class="{name}"{listed}>')
        yield
        self.parts.append("</g>")

    def svg(self, alt):
        """Return the picture as an SVG element whose text for screen readers is `alt`."""
        head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {self.width:g} {self.height:g}"'
        head += f' width="{self.width:g}" height="{self.height:g}" role="img" aria-label="{escape(alt)}">'
        return "\n".join([head, *self.parts, "</svg>"])
