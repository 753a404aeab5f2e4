"""The pictures of the class report: SVG with title and description, text as text, colours of the page around it.

They are bars and letters, written as they are: drawing them with matplotlib took longer than grading forty students.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np

from autograder.course.text import html, one_line
from autograder.course.verdicts import VERDICTS
from autograder.pages.class_numbers import ExerciseNumbers, MistakeNumbers

FILL, LINE = "var(--fill, #0072b2)", "var(--soft, #59636e)"  # the page's own colours, or these outside of a page
VERDICT_LOOKS = dict(zip(VERDICTS, (
    ("#009e73", ""), ("#56b4e9", ""), ("#e69f00", ""), ("#d55e00", ""), ("#cc79a7", "M0,6L6,0"),
    ("#cc79a7", "M0,0L6,6"), ("#cc79a7", "M0,6L6,0M0,0L6,6"), ("#9aa0a6", ""), ("#9aa0a6", "M0,6L6,0")), strict=True))
# In the SVG's own units, pixels where it is as wide as a phone.
WIDTH, RIGHT = 374.0, 20.0
LETTERS, LETTER = 12, 7.2      # their size, and the width of one in a typewriter's font, which names are set in
ROW, BAR, LABEL = 26.0, 16.0, 15.0
NAME_CHARACTERS, LINE_CHARACTERS = 40, 22


@dataclass
class Drawing:
    """An SVG that grows: coordinates in pixels from the top left."""

    height: float
    parts: list[str] = field(default_factory=list)

    def bar(self, x: float, y: float, width: float, height: float, fill: str = FILL, more: str = "") -> None:
        """Add a filled rectangle with its top left corner at (x, y)."""
        self.parts.append(f'<rect x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height:.1f}" '
                          f'fill="{fill}"{more}/>')

    def line(self, x1: float, y1: float, x2: float, y2: float) -> None:
        """Add a thin line."""
        self.parts.append(f'<path d="M{x1:.1f},{y1:.1f}L{x2:.1f},{y2:.1f}" stroke="{LINE}" fill="none"/>')

    def text(self, x: float, y: float, words: object, anchor: str = "middle", name: bool = False) -> None:
        """Add letters on the line y. anchor: which point of them is x: start, middle or end. name: of code."""
        font = ' font-family="ui-monospace, monospace"' if name else ""
        self.parts.append(f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}"{font}>{html(str(words))}</text>')

    def ticks_below(self, y: float, places: Iterable[tuple[float, str]], words: str, middle: float) -> None:
        """Add an axis' numbers below the line y, and below them what they count."""
        for x, label in places:
            self.line(x, y, x, y + 4)
            self.text(x, y + 4 + LETTERS, label)
        self.text(middle, y + 10 + 2 * LETTERS, words)

    def svg(self, title: str, words: str) -> str:
        """Return the SVG, ready to stand in a page. title: its name; words: what it shows."""
        return (f'<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-label="{html(title)}" '
                f'viewBox="0 0 {WIDTH:g} {self.height:g}" width="{WIDTH:g}" height="{self.height:g}" '
                f'font-family="sans-serif" font-size="{LETTERS}" fill="currentColor">'
                f'<title>{html(title)}</title><desc>{html(words)}</desc>{"".join(self.parts)}</svg>')


def marks_plot(bins: list[tuple[int, int, int]], title: str, words: str) -> str:
    """Return the distribution of marks. bins: (from %, to %, count)."""
    percents = [*(start for start, _, _ in bins[::2]), bins[-1][1]]
    return columns([(start / 100, end / 100, count) for start, end, count in bins],
                   [(percent / 100, str(percent)) for percent in percents], "points earned, in % of all points",
                   170.0, labelled=True).svg(title, words)


def times_plot(seconds: Sequence[float], title: str, words: str) -> str:
    """Return the distribution of the grading time of a submission."""
    marks = steps(max(seconds, default=0.0), 6)
    counts, edges = np.histogram(seconds, min(30, max(5, len(seconds) // 3)), (0, marks[-1]))
    shares = edges / marks[-1]
    return columns(list(zip(shares[:-1], shares[1:], map(int, counts), strict=True)),
                   [(mark / marks[-1], f"{mark:g}") for mark in marks], "seconds to grade one submission", 130.0,
                   labelled=False).svg(title, words)


def columns(bars: Sequence[tuple[float, float, int]], places: Iterable[tuple[float, str]], words: str, height: float,
            labelled: bool) -> Drawing:
    """Return a histogram of submissions. bars: (left, right, count); left, right and places as shares of the width."""
    marks = steps(max((count for _, _, count in bars), default=0), 4, whole=True)
    left, top, bottom = 20 + LETTER * len(f"{marks[-1]:g}"), 20.0, 20.0 + height
    width = WIDTH - left - RIGHT
    drawing = Drawing(bottom + 40)
    drawing.text(0, 10, "submissions", "start")
    for mark in marks:
        y = bottom - height * mark / (1.1 * marks[-1])
        drawing.line(left - 4, y, left, y)
        drawing.text(left - 8, y + 4, f"{mark:g}", "end")
    for start, end, count in bars:
        tall = height * count / (1.1 * marks[-1])
        if count:
            drawing.bar(left + width * start + 1, bottom - tall, width * (end - start) - 2, tall)
        if count and labelled:
            drawing.text(left + width * (start + end) / 2, bottom - tall - 4, count)
    drawing.line(left, top, left, bottom)
    drawing.line(left, bottom, left + width, bottom)
    drawing.ticks_below(bottom, [(left + width * place, label) for place, label in places], words, left + width / 2)
    return drawing


def exercises_plot(exercises: Sequence[ExerciseNumbers], title: str, words: str) -> str:
    """Return difficulty and discrimination side by side, one row for each exercise."""
    left = names_width(exercises)
    zero, width, reach = WIDTH - RIGHT - 48, WIDTH - RIGHT - 48 * 2 - 24 - 36 - left, 46.0
    bottom = ROW * len(exercises) + 4
    drawing = Drawing(bottom + 56)
    for row, item in enumerate(exercises):
        y = ROW * row + ROW / 2
        drawing.text(left - 8, y + 4, item.name, "end", name=True)
        drawing.bar(left, y - BAR / 2, width * item.difficulty, BAR)
        drawing.text(left + width * item.difficulty + 4, y + 4, percent(item.difficulty), "start")
        if item.discrimination is not None:
            x = zero + reach * item.discrimination
            drawing.line(zero, y, x, y)
            drawing.parts.append(f'<path d="M{x - 5:.1f},{y:.1f}l5,-5 5,5 -5,5z" fill="#d55e00"/>')
    drawing.line(left, bottom, left + width, bottom)
    drawing.ticks_below(bottom, [(left + width * share, percent(share)) for share in (0, 0.5, 1)],
                        "mean share of points", left + width / 2)
    drawing.line(zero, 0, zero, bottom)
    drawing.line(zero - reach, bottom, zero + reach, bottom)
    drawing.ticks_below(bottom, [(zero + reach * value, f"{value}".replace("-", "\N{MINUS SIGN}"))
                                 for value in (-1, 0, 1)], "correlation", zero)
    drawing.text(zero, bottom + 10 + 3 * LETTERS + 2, "with the rest")
    return drawing.svg(title, words)


def mistakes_plot(mistakes: Sequence[MistakeNumbers], title: str, words: str) -> str:
    """Return the misconceptions, ranked by the number of students."""
    names = [textwrap.wrap(f"{item.exercise}: {one_line(item.name, NAME_CHARACTERS)}", LINE_CHARACTERS)
             for item in mistakes]
    most = max(len(item.students) for item in mistakes)
    marks = steps(most, 5, whole=True)
    left = 8 + LETTER * min(LINE_CHARACTERS, max(len(line) for lines in names for line in lines))
    width, y = WIDTH - RIGHT - left - LETTER * len(str(most)) - 4, 0.0
    drawing = Drawing(sum(8 + LABEL * len(lines) for lines in names) + 44)
    for item, lines in zip(mistakes, names, strict=True):
        height = 8 + LABEL * len(lines)
        for number, line in enumerate(lines, 1):
            drawing.text(left - 8, y + LABEL * number, line, "end", name=True)
        share = len(item.students) / marks[-1]
        drawing.bar(left, y + (height - BAR) / 2, width * share, BAR)
        drawing.text(left + width * share + 4, y + height / 2 + 4, len(item.students), "start")
        y += height
    drawing.line(left, 0, left, y + 4)
    drawing.line(left, y + 4, left + width, y + 4)
    drawing.ticks_below(y + 4, [(left + width * mark / marks[-1], f"{mark:g}") for mark in marks], "students",
                        left + width / 2)
    return drawing.svg(title, words)


def verdicts_plot(exercises: Sequence[ExerciseNumbers], title: str, words: str) -> str:
    """Return the verdicts of each exercise as shares of a bar."""
    left, used = names_width(exercises), [verdict for verdict in VERDICTS if any(
        verdict in item.verdicts for item in exercises)]
    width, top = WIDTH - RIGHT - left, 22.0 * (1 + (len(used) - 1) // 3) + 6
    bottom = top + ROW * len(exercises) + 4
    drawing = Drawing(bottom + 40, [pattern(verdict) for verdict in used if VERDICT_LOOKS[verdict][1]])
    for number, verdict in enumerate(used):
        x, y = WIDTH / 3 * (number % 3), 22.0 * (number // 3)
        drawing.bar(x, y, BAR, BAR, paint(verdict))
        drawing.text(x + BAR + 6, y + LETTERS, verdict, "start")
    for row, item in enumerate(exercises):
        y, x, total = top + ROW * row + ROW / 2, left, sum(item.verdicts.values())
        drawing.text(left - 8, y + 4, item.name, "end", name=True)
        for verdict in used:
            part = width * item.verdicts.get(verdict, 0) / total
            if part:
                drawing.bar(x, y - BAR / 2, part, BAR, paint(verdict), ' stroke="#ffffff" stroke-width=".6"')
            x += part
    drawing.line(left, bottom, left + width, bottom)
    drawing.ticks_below(bottom, [(left + width * share, percent(share)) for share in (0, 0.25, 0.5, 0.75, 1)],
                        "share of the submissions", left + width / 2)
    return drawing.svg(title, words)


def paint(verdict: str) -> str:
    """Return the colour of a verdict's bars, or their pattern."""
    colour, lines = VERDICT_LOOKS[verdict]
    return f"url(#{verdict})" if lines else colour


def pattern(verdict: str) -> str:
    """Return the definition of a verdict's pattern: lines on its colour, for eyes that see no colours."""
    colour, lines = VERDICT_LOOKS[verdict]
    return (f'<pattern id="{verdict}" width="6" height="6" patternUnits="userSpaceOnUse">'
            f'<path d="M0,0h6v6h-6z" fill="{colour}"/><path d="{lines}" stroke="#000000" stroke-width=".8"/></pattern>')


def percent(share: float) -> str:
    """Return a share as text."""
    return f"{100 * share:.0f} %"


def names_width(exercises: Sequence[ExerciseNumbers]) -> float:
    """Return where the bars begin, right of the longest name."""
    return 8 + LETTER * max(len(item.name) for item in exercises)


def steps(most: float, parts: int, whole: bool = False) -> list[float]:
    """Return round numbers from 0 to `most` or a little more, in at most parts + 1 equal steps."""
    if not most:
        return [0, 1]
    rough = most / parts
    size = 10.0 ** np.floor(np.log10(rough))
    step = float(next(size * factor for factor in (1, 2, 5, 10) if size * factor >= rough * (1 - 1e-9)))
    step = max(step, 1.0) if whole else step
    return [round(step * number, 12) for number in range(int(np.ceil(most / step - 1e-9)) + 1)]
