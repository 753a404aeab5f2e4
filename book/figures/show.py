"""Puts a picture on the page, and refuses one that a blind reader could not use."""

import re
from html import escape

from IPython.display import HTML, display

from figures.circuit import Circuit
from figures.drawing import Drawing
from figures.plots import figure_svg

SHORTEST_ALT = 20


def show(picture, alt, caption=""):
    """Display a Drawing or a matplotlib figure as inline SVG.

    alt: what the picture shows, in words, for readers who cannot see it (at least 20 characters).
    caption: what the reader is to notice, printed below it.
    """
    if len(alt.strip()) < SHORTEST_ALT:
        raise ValueError(f"alt {alt!r} is too short: say in {SHORTEST_ALT} characters what the picture shows")
    svg = picture.svg(alt) if isinstance(picture, (Circuit, Drawing)) else figure_svg(picture, alt)
    width = re.search(r'\bwidth="[\d.]+(pt|)"', svg)[0].split('"')[1]
    natural = width if width.endswith("pt") else f"{width}px"
    words = f"<figcaption>{escape(caption)}</figcaption>" if caption else ""
    # A wide picture scrolls inside its frame on a phone; the frame can be reached by keyboard for that.
    reach = f'tabindex="0" role="group" aria-label="Figure" style="--natural:{natural}"'
    frame = f'<div class="figure-frame" {reach}>{svg}</div>'
    display(HTML(f'<figure class="course-figure">{frame}{words}</figure>'))
