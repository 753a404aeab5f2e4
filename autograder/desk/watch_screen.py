"""What `autograder watch` shows: the exercise at hand, its hints, or the list, between a bar and what happens."""

from __future__ import annotations

import time

from rich.text import Text

from autograder.desk import show
from autograder.desk.ending import Ending
from autograder.desk.overview import print_hints
from autograder.desk.praise import NOTHING_LEFT, next_open, next_sentence
from autograder.desk.screen import fitted, key_lines, lines_of
from autograder.desk.standing import DONE, UNTOUCHED, Standing

EXERCISE, HINTS, LIST = "exercise", "hints", "list"  # what is in view
KEYS = (("n", "next"), ("b", "back"), ("h", "hint"), ("l", "list"), ("c", "check all"), ("r", "reset"),
        ("o", "open book"), ("q", "quit"))
LIST_KEYS = (("Return", "choose"), ("/", "search"), ("l", "back"), ("c", "check all"), ("q", "quit"))
SMALL = 6  # the keys may take this part of the window; in a smaller one they stand without their words


class WatchScreen:
    """Draws what a Watch knows; changes nothing of it."""

    def __init__(self, watch):
        self.watch, self.out, self.size, self.drawn = watch, show.console(), None, 0.0
        self.views = {EXERCISE: self.show_exercise, HINTS: self.show_hints, LIST: self.show_list}

    @property
    def resized(self) -> bool:
        """Whether the window has another size than when it was drawn."""
        return self.out.size != self.size

    @property
    def late(self) -> bool:
        """Whether a second of a running check has passed since the screen was drawn."""
        return bool(self.watch.running) and time.monotonic() - self.drawn >= 1

    def draw(self) -> None:
        """Show the current view: in a terminal on a cleared screen that it fits, else as more lines."""
        self.size, self.drawn = self.out.size, time.monotonic()
        if not self.watch.interactive:
            for picture in (self.show_bar, self.views[self.watch.view], self.show_news):
                picture()
            return
        with self.out:  # in one piece, so that nothing flickers
            self.out.clear()
            self.out.print(Text("\n").join(self.lines()), soft_wrap=True)

    def lines(self) -> list[Text]:
        """Return the lines of the screen: no more than the window has."""
        hints = self.watch.view == HINTS
        middle, below = (self.show_exercise, [self.show_hints]) if hints else (self.views[self.watch.view], [])
        foot = [line for picture in (*below, self.show_news) for line in lines_of(self.out, picture)]
        keys = [] if self.watch.asking else key_lines(self.out, self.keys)
        if len(keys) > self.size.height // SMALL:
            keys = key_lines(self.out, tuple((key, "") for key, _ in self.keys))
        head, body = lines_of(self.out, self.show_bar), lines_of(self.out, middle)
        focus = next((number for number, line in enumerate(body) if line.plain.startswith(">")), 0)
        return fitted(head, body, foot, keys, self.size.height, focus)

    @property
    def keys(self) -> tuple[tuple[str, str], ...]:
        """The keys of the present view, and what each does; in words where there are no arrows to show."""
        if self.watch.view != LIST:
            return KEYS
        arrows = "\N{UPWARDS ARROW} \N{DOWNWARDS ARROW}" if self.out.encoding.startswith("utf") else "up down"
        return ((arrows, "walk"), *LIST_KEYS)

    def show_bar(self) -> None:
        done = sum(row.state == DONE for row in self.watch.standings.values())
        self.out.print(show.bar(self.out, done, len(self.watch.paths)), "exercises done")
        self.out.print()

    def show_news(self) -> None:
        """Show what was said last, what is being checked, and how saves are noticed."""
        self.out.print()
        for text in filter(None, (self.watch.said, self.watch.news)):
            show.say(self.out, *text.split("\n"), "", style="bold")
        for unit in self.watch.running:
            show.say(self.out, f"Checking {unit} ... {self.seconds(unit)}", style="dim")
        if self.watch.note:
            show.say(self.out, self.watch.note, style="dim")

    def show_exercise(self) -> None:
        unit = self.watch.current.partition("/")[0]
        path = self.watch.desk.shown(self.watch.desk.path(unit))
        self.out.print(Text(f"in {path}" if len(path) + 3 <= self.out.width else path, "dim"), soft_wrap=True)
        row = self.watch.standings.get(self.watch.current)
        if unit in self.watch.problems:
            show.say(self.out, self.watch.problems[unit], style="yellow")
        elif self.is_running(unit):
            show.say(self.out, f"{self.watch.current}  running  {self.seconds(unit)}")
        elif row is None:
            show.say(self.out, f"{self.watch.current}: checked in a moment")
        else:
            show.exercise_report(self.out, row)
            self.advise(row)

    def is_running(self, unit: str) -> bool:
        """Return whether the exercise at hand is being checked now, or waits for its turn."""
        run = self.watch.running.get(unit)
        return run is not None and self.watch.current not in run.told

    def seconds(self, unit: str) -> str:
        """Return for how long a unit has been checked; of a moment nothing, and nothing where lines are added."""
        passed = int(time.monotonic() - self.watch.running[unit].began)
        return f"{passed} s" if passed and self.watch.interactive else ""

    def advise(self, row: Standing) -> None:
        """Say what to do next with an exercise."""
        if row.state == DONE:
            self.praise(row)
        elif row.exercise.manual:
            show.say(self.out, "", "Write your answer in the notebook and save it; a person will read it.")
        elif row.state == UNTOUCHED:
            show.say(self.out, "", "Write your answer in the notebook and save it; it is checked at once.")

    def praise(self, row: Standing) -> None:
        """Say what comes after a done exercise; at the end of a unit what was learned."""
        unit = self.watch.desk.units[row.exercise.unit]
        done = {path for path, other in self.watch.standings.items() if other.state == DONE}
        if all(f"{unit.name}/{exercise.name}" in done for exercise in unit.exercises):
            show.say(self.out, "", *Ending.of(unit, self.watch.desk.root).lines(), style="green")
        following = next_open(self.watch.desk.exercises, done, row.path)
        press = " Press n for the next exercise." * self.watch.interactive
        sentence = f"{next_sentence(following, unit.name)}{press}" if following else NOTHING_LEFT
        show.say(self.out, "", sentence, style="green")

    def show_hints(self) -> None:
        row = self.watch.standings.get(self.watch.current)
        self.out.print()
        if row is None:
            show.say(self.out, "A hint needs a check first.")
        elif row.state == DONE:
            show.say(self.out, f"{row.path} is {show.word(row)}: it needs no hint.")
        else:
            print_hints(self.out, *self.watch.given, "h")

    def show_list(self) -> None:
        """Show the exercises of the unit that is walked through, a line for each other one; or what was searched."""
        walk = self.watch.walk
        if walk.words is not None:
            show.say(self.out, f"/{walk.words}")
        here = walk.chosen.partition("/")[0]
        for unit in self.watch.desk.units:
            rows = [self.watch.standings[path] for path in self.watch.paths
                    if path.startswith(f"{unit}/") and path in self.watch.standings]
            shown = [row for row in rows if row.path in walk.found] if walk.words else rows if unit == here else []
            if walk.words and not shown:
                continue
            done = sum(row.state == DONE for row in rows)
            count = len(self.watch.desk.units[unit].exercises)
            self.out.print(Text.assemble((unit, "bold" if unit == here else ""), f"  {done} of {count} done",
                                         "  unreadable" if unit in self.watch.problems else ""))
            if shown:
                self.out.print(show.unit_list(self.out, shown, walk.chosen))
        if walk.words and not walk.found:
            show.say(self.out, "Nothing is called like that. Escape ends the search.")
