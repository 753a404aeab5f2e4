"""Pictures in a page: what a cell draws with matplotlib, as SVG, and in words for who cannot see it.

Most cells draw nothing, and matplotlib is large: a page loads it when a cell that names it is run. While answers are
checked its stand-in takes its place again, as on every desk.
"""

from __future__ import annotations

import contextlib
import io
import logging
import sys
from collections.abc import Iterator
from types import ModuleType

from autograder.course.text import visible
from autograder.desk import child

ROOTS = ("matplotlib", "mpl_toolkits", "pylab")
MOST = 10  # pictures of a run
LARGEST = 3_000_000  # characters of a picture
WORDS = 1000  # characters
real: dict[str, ModuleType] = {}  # matplotlib's modules, while their stand-ins are in use


@contextlib.contextmanager
def with_matplotlib() -> Iterator[None]:
    """Give cells matplotlib itself inside the `with` block, and its stand-in again after it."""
    inert = taken_out()
    sys.modules.update(real)
    child.Pictures.drawn = frozenset(ROOTS)
    try:
        yield
    finally:
        child.Pictures.drawn = frozenset()
        real.update(taken_out())
        sys.modules.update(inert)


def taken_out() -> dict[str, ModuleType]:
    """Take the modules that draw out of those that are imported, and return them by name."""
    names = [name for name in sys.modules if name.partition(".")[0] in ROOTS]
    return {name: sys.modules.pop(name) for name in names}


def start() -> None:
    """Import what draws, so that the time for it is not the time of the cell."""
    logging.getLogger("matplotlib.font_manager").setLevel(logging.ERROR)  # it says that it looks for fonts
    with with_matplotlib():
        from matplotlib import pyplot

        pyplot.switch_backend("svg")


class Drawn:
    """The pictures of one cell, in their order: each as SVG with its words, or a sentence on why it is not there."""

    def __init__(self):
        self.pictures: list[dict[str, str]] = []
        self.problems: list[str] = []

    @contextlib.contextmanager
    def listening(self) -> Iterator[None]:
        """Take what is drawn inside the `with` block: at each `plt.show()`, and at its end."""
        from matplotlib import pyplot

        pyplot.rcdefaults()
        pyplot.close("all")
        pyplot.show = lambda *arguments, **keywords: self.take()
        usual, sys.displayhook = sys.displayhook, lambda value: is_drawn(value) or usual(value)
        try:
            yield
        finally:
            sys.displayhook = usual
            self.take()

    def take(self) -> None:
        """Take all figures that are open, and close them, as a notebook does."""
        from matplotlib import pyplot

        for number in pyplot.get_fignums():
            if len(self.pictures) == MOST:
                self.problems = [f"Only the first {MOST} pictures are shown."]
                break
            try:
                self.add(pyplot.figure(number))
            except Exception as error:
                self.problems.append(f"This picture cannot be drawn. {type(error).__name__}: {visible(str(error))}")
        pyplot.close("all")

    def add(self, figure) -> None:
        """Add a figure, unless it is too large."""
        file = io.StringIO()
        figure.savefig(file, format="svg", bbox_inches="tight", metadata={"Date": None})
        if len(file.getvalue()) > LARGEST:
            self.problems.append("This picture is too large for a page. Draw fewer points.")
            return
        self.pictures.append({"svg": file.getvalue(), "words": visible(words_of(figure), WORDS)})


def is_drawn(value) -> bool:
    """Return whether the value of a cell is only what it has drawn, which says nothing as text."""
    parts = value if isinstance(value, list | tuple) and value else [value]
    return all(type(part).__module__.partition(".")[0] in ROOTS for part in parts)


def words_of(figure) -> str:
    """Return what a figure shows: its titles, and of each part the axes with their ranges and what is drawn there."""
    parts = [axes for axes in figure.axes if axes.get_visible()]
    heads = [f"Part {number} of {len(parts)}: " if len(parts) > 1 else "" for number in range(1, len(parts) + 1)]
    title = figure.get_suptitle()
    return " ".join(["Picture." if not title else f"Picture: {title}.",
                     *(head + words_of_part(axes) for head, axes in zip(heads, parts, strict=True))])


def words_of_part(axes) -> str:
    """Return what one part of a figure shows."""
    shown = [counted(axes.lines, "line"), counted(axes.containers, "group of bars", "groups of bars"),
             counted(axes.collections, "group of points", "groups of points"), counted(axes.images, "image")]
    drawn = ", ".join(filter(None, shown)) or "nothing is drawn"
    sides = [f"{side} from {low:.3g} to {high:.3g}" for side, (low, high) in
             ((axes.get_xlabel() or "x", axes.get_xlim()), (axes.get_ylabel() or "y", axes.get_ylim()))]
    title = axes.get_title() or axes.get_title("left")
    return f"{title + ': ' if title else ''}{drawn}; {', '.join(sides)}."


def counted(items, one: str, many: str = "") -> str:
    """Return how many there are and the labels of those that have one, "" for none."""
    labels = [str(item.get_label()) for item in items if not str(item.get_label()).startswith("_")]
    names = f" ({', '.join(labels)})" if labels else ""
    return f"{len(items)} {one if len(items) == 1 else many or one + 's'}{names}" if items else ""
