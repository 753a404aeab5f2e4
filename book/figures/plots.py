"""Matplotlib in the book's language: transparent, quiet axes, text that follows the page's colours."""

import io
import re
import zlib
from html import escape

import matplotlib
from cycler import cycler
from matplotlib.figure import Figure

from figures.palette import ROLES, variable

INK, FAINT = ROLES["ink"].color, ROLES["faint"].color
STYLE = {
    "axes.edgecolor": INK,
    "axes.facecolor": "none",
    "axes.grid": True,
    "axes.labelcolor": INK,
    "axes.prop_cycle": cycler(color=[ROLES[role].color for role in ("data", "prediction", "loss")]),
    "axes.spines.right": False,
    "axes.spines.top": False,
    "axes.titlecolor": INK,
    "axes.titlelocation": "left",
    "axes.titlesize": 13,
    "figure.facecolor": "none",
    "figure.constrained_layout.use": True,
    "font.size": 13,
    "grid.color": FAINT,
    "grid.linewidth": 0.5,
    "legend.frameon": False,
    "legend.labelcolor": INK,
    "lines.linewidth": 2,
    "lines.markersize": 6,
    "savefig.facecolor": "none",
    "svg.fonttype": "none",     # text stays text
    "svg.hashsalt": "course",   # the same names in every build
    "text.color": INK,
    "xtick.color": INK,
    "ytick.color": INK,
}


def look(role, **changes):
    """Return the keyword arguments that draw a line of a role: `ax.plot(x, y, **look("data"))`.

    Changes replace or add arguments, for example `marker=""` for a plain line.
    """
    chosen = ROLES[role]
    return {"color": chosen.color, "linestyle": chosen.dash, "marker": chosen.marker} | changes


CLASSES = (("#56b4e9", "o"), ("#e69f00", "^"), ("#009e73", "s"), ("#cc79a7", "D"), ("#d55e00", "v"))


def look_class(index):
    """Return the keyword arguments that draw the points of class 0 to 4: a colour and a marker."""
    color, marker = CLASSES[index]
    return {"color": color, "marker": marker, "linestyle": ""}


def axes(width=5.2, height=3.3, rows=1, columns=1, **options):
    """Return (figure, axes) in the book's style; sizes in inches, options as for Figure.subplots."""
    matplotlib.rcParams.update(STYLE)
    figure = Figure(figsize=(width, height))
    return figure, figure.subplots(rows, columns, **options)


def axes_3d(width=5.2, height=4.8):
    """Return (figure, axes) for a surface, with panes that let the page show through."""
    figure, plane = axes(width, height, subplot_kw={"projection": "3d"})
    for axis in (plane.xaxis, plane.yaxis, plane.zaxis):
        axis.set_pane_color((0, 0, 0, 0))
    return figure, plane


def figure_svg(figure, alt):
    """Return a matplotlib figure as inline SVG: the page's colours and fonts, and names of its own."""
    page = io.StringIO()
    figure.savefig(page, format="svg", metadata={"Date": None, "Creator": None})
    svg = page.getvalue()
    svg = svg[svg.index("<svg"):]
    svg = re.sub(r"<metadata>.*?</metadata>", "", svg, flags=re.DOTALL)
    svg = re.sub(r'(?<= )(?:d|x|y)="[^"]*"', lambda place: re.sub(r"(\.\d\d)\d+", r"\1", place[0]), svg)  # page size
    svg = re.sub(r"font: ([\d.]+px) [^;\"]*", r"font-size: \1; font-family: inherit", svg)
    prefix = f"f{zlib.crc32(alt.encode()):08x}-"  # two figures on one page must not share names
    svg = re.sub(r'(\bid="|href="#|url\(#)', rf"\g<1>{prefix}", svg)
    for role, chosen in ROLES.items():
        svg = svg.replace(chosen.color, variable(role))
    return svg.replace("<svg", f'<svg role="img" aria-label="{escape(alt)}"', 1)
