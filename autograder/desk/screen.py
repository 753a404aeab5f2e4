"""A screen that fits its window: what has no room is cut with a line that says so, and keys stay with their words."""

from __future__ import annotations

from collections.abc import Callable

from rich.console import Console
from rich.text import Text

LEAST = 4  # lines for the middle of the screen, however small the window is
CUT = "..."


def lines_of(out: Console, picture: Callable[[], None]) -> list[Text]:
    """Return the lines that `picture` prints on the console, as the window shows them: a long word goes on below."""
    with out.capture() as capture:
        picture()
    lines = map(Text.from_ansi, capture.get().splitlines())
    return [part for line in lines for part in line.divide(range(out.width, len(line), out.width))]


def cropped(lines: list[Text], room: int, focus: int = 0) -> list[Text]:
    """Return at most `room` of the lines, the one number `focus` among them; where some are left out stands a mark."""
    room = max(room, 1)
    if len(lines) <= room:
        return lines
    first = min(max(focus - room // 2, 0), len(lines) - room)
    kept = lines[first:first + room]
    if first and room > 2:
        kept[0] = Text(CUT, "dim")
    if first + room < len(lines) and room > 1:
        kept[-1] = Text(f"{CUT} {len(lines) - first - room + 1} more lines in a taller window", "dim")
    return kept


def key_lines(out: Console, keys: tuple[tuple[str, str], ...]) -> list[Text]:
    """Return the keys with their words, as many on a line as fit."""
    lines = [Text()]
    for key, word in keys:
        entry = Text.assemble((key, "bold cyan"), f" {word}" if word else "")
        if lines[-1] and len(lines[-1]) + len(entry) + 3 > out.width:
            lines.append(Text())
        lines[-1] = Text("   ").join([lines[-1], entry]) if lines[-1] else entry
    return lines


def fitted(head: list[Text], body: list[Text], foot: list[Text], keys: list[Text], height: int,
           focus: int) -> list[Text]:
    """Return the lines of a screen of a height: the head and the keys always, the rest as far as there is room."""
    room = height - 1 - len(head) - len(keys)
    foot = cropped(foot, max(room - LEAST, 1), len(foot) - 1) if len(foot) > max(room - LEAST, 0) else foot
    return [*head, *cropped(body, room - len(foot), focus), *foot, *keys]
