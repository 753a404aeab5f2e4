"""The pictures of the class report: SVG with title and description, text as text, colours of the page around it."""

from __future__ import annotations

import io
import re
import textwrap
from collections.abc import Sequence

import matplotlib
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator, PercentFormatter

from autograder.course.text import html, one_line
from autograder.course.verdicts import VERDICTS
from autograder.pages.class_numbers import ExerciseNumbers, MistakeNumbers

INK, FILL, LINE = "#010203", "#0072b2", "#040506"  # stand for the page's own colours, see `colours`
STYLE = {"svg.fonttype": "none", "svg.hashsalt": "report", "text.parse_math": False, "font.size": 12,
         "text.color": INK, "axes.edgecolor": LINE, "axes.labelcolor": INK,
         "xtick.color": INK, "ytick.color": INK, "axes.spines.top": False, "axes.spines.right": False,
         "axes.linewidth": 0.8, "hatch.linewidth": 0.8, "font.family": "sans-serif"}
VERDICT_LOOKS = dict(zip(VERDICTS, (
    ("#009e73", ""), ("#56b4e9", ""), ("#e69f00", ""), ("#d55e00", ""), ("#cc79a7", "//"), ("#cc79a7", "\\\\"),
    ("#cc79a7", "xx"), ("#9aa0a6", ""), ("#9aa0a6", "//")), strict=True))
WIDTH, ROW = 5.2, 0.36  # inches; so wide that its letters can be read where it is as wide as a phone
TWO_LINES = 0.5
NAME_CHARACTERS, LINE_CHARACTERS = 40, 22


@matplotlib.rc_context(STYLE)
def marks_plot(bins: list[tuple[int, int, int]], title: str, words: str) -> str:
    """Return the distribution of marks. bins: (from %, to %, count)."""
    figure, axes = canvas(WIDTH, 2.9)
    starts, counts = [start for start, _, _ in bins], [count for _, _, count in bins]
    bars = axes.bar(starts, counts, width=[end - start - 0.8 for start, end, _ in bins], align="edge", color=FILL)
    axes.bar_label(bars, [count or "" for count in counts], padding=2)
    axes.set(xlabel="points earned, in % of all points", ylabel="submissions", xlim=(-1, 101),
             xticks=[*starts[::2], 100], ylim=(0, max(counts, default=0) * 1.15 or 1))
    axes.yaxis.set_major_locator(MaxNLocator(integer=True, nbins=5))
    return svg(figure, title, words)


@matplotlib.rc_context(STYLE)
def exercises_plot(exercises: Sequence[ExerciseNumbers], title: str, words: str) -> str:
    """Return difficulty and discrimination side by side, one row for each exercise."""
    figure = Figure(figsize=(WIDTH, 1.2 + ROW * len(exercises)), layout="constrained")
    left, right = figure.subplots(1, 2, sharey=True, width_ratios=(3, 2))
    rows = range(len(exercises))
    bars = left.barh(rows, [item.difficulty for item in exercises], height=0.62, color=FILL)
    left.bar_label(bars, [f"{item.difficulty:.0%}" for item in exercises], padding=3)
    left.set(yticks=rows, yticklabels=[item.name for item in exercises], xlim=(0, 1.12), xlabel="mean share of points")
    left.xaxis.set_major_formatter(PercentFormatter(1))
    left.set_xticks([0, 0.5, 1])
    left.invert_yaxis()
    known = [(row, item.discrimination) for row, item in zip(rows, exercises, strict=True)
             if item.discrimination is not None]
    right.axvline(0, color=LINE, linewidth=0.8)
    right.hlines([row for row, _ in known], 0, [value for _, value in known], color=LINE, linewidth=1)
    right.plot([value for _, value in known], [row for row, _ in known], "D", color="#d55e00", markersize=6)
    right.set(xlim=(-1.05, 1.05), xticks=[-1, 0, 1], xlabel="correlation\nwith the rest")
    for axes in (left, right):
        axes.tick_params(axis="y", length=0)
    return svg(figure, title, words)


@matplotlib.rc_context(STYLE)
def mistakes_plot(mistakes: Sequence[MistakeNumbers], title: str, words: str) -> str:
    """Return the misconceptions, ranked by the number of students."""
    figure, axes = canvas(WIDTH, 0.9 + TWO_LINES * len(mistakes))
    counts = [len(item.students) for item in mistakes]
    names = [textwrap.fill(f"{item.exercise}: {one_line(item.name, NAME_CHARACTERS)}", LINE_CHARACTERS)
             for item in mistakes]
    bars = axes.barh(range(len(mistakes)), counts, height=0.62, color=FILL)
    axes.bar_label(bars, counts, padding=3)
    axes.set(yticks=range(len(mistakes)), yticklabels=names, xlabel="students", xlim=(0, max(counts) * 1.1))
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    axes.tick_params(axis="y", length=0)
    axes.invert_yaxis()
    return svg(figure, title, words)


@matplotlib.rc_context(STYLE)
def verdicts_plot(exercises: Sequence[ExerciseNumbers], title: str, words: str) -> str:
    """Return the verdicts of each exercise as shares of a bar."""
    figure, axes = canvas(WIDTH, 1.7 + ROW * len(exercises))
    starts = [0.0] * len(exercises)
    for verdict, (colour, hatch) in VERDICT_LOOKS.items():
        parts = [item.verdicts.get(verdict, 0) / sum(item.verdicts.values()) for item in exercises]
        if any(parts):
            axes.barh(range(len(exercises)), parts, left=starts, height=0.66, color=colour, hatch=hatch,
                      edgecolor="white", linewidth=0.6, label=verdict)
            starts = [start + part for start, part in zip(starts, parts, strict=True)]
    axes.set(yticks=range(len(exercises)), yticklabels=[item.name for item in exercises], xlim=(0, 1),
             xlabel="share of the submissions")
    axes.xaxis.set_major_formatter(PercentFormatter(1))
    axes.tick_params(axis="y", length=0)
    axes.invert_yaxis()
    figure.legend(loc="outside upper left", ncols=3, frameon=False, fontsize=11)
    return svg(figure, title, words)


@matplotlib.rc_context(STYLE)
def times_plot(seconds: Sequence[float], title: str, words: str) -> str:
    """Return the distribution of the grading time of a submission."""
    figure, axes = canvas(WIDTH, 2.4)
    axes.hist(seconds, bins=min(30, max(5, len(seconds) // 3)), color=FILL, rwidth=0.92)
    axes.set(xlabel="seconds to grade one submission", ylabel="submissions")
    axes.set_xlim(left=0)
    axes.yaxis.set_major_locator(MaxNLocator(integer=True, nbins=4))
    return svg(figure, title, words)


def canvas(width: float, height: float):
    """Return a figure of this size in inches and its axes."""
    figure = Figure(figsize=(width, height), layout="constrained")
    return figure, figure.subplots()


def svg(figure: Figure, title: str, words: str) -> str:
    """Return the SVG of a figure, ready to stand in a page."""
    text = io.StringIO()
    figure.savefig(text, format="svg", transparent=True, metadata={"Date": None, "Creator": None})
    body = text.getvalue()
    body = re.sub(r"<metadata>.*?</metadata>", "", body[body.index("<svg"):], flags=re.DOTALL)
    used = set(re.findall(r"#([\w.-]+)[\")]", body))
    body = re.sub(r' id="([^"]+)"', lambda found: found[0] if found[1] in used else "", body)
    size = re.search(r'viewBox="0 0 ([\d.]+) ([\d.]+)"', body)
    label = f'<title>{html(title)}</title><desc>{html(words)}</desc>'
    head = (f'<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" role="img" '
            f'aria-label="{html(title)}" viewBox="0 0 {size[1]} {size[2]}" width="{size[1]}" height="{size[2]}">')
    return colours(head + label + body[body.index(">") + 1:])


def colours(text: str) -> str:
    """Return an SVG that takes ink, lines and fill from the page, so that it reads on light and dark."""
    return (text.replace(INK, "currentColor").replace(LINE, "var(--soft, #59636e)")
            .replace(FILL, f"var(--fill, {FILL})"))
