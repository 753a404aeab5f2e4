"""`autograder watch`: one exercise at a time, checked at every save; keys and saves arrive in one queue.

Nothing moves on by itself: a right answer says so and waits for n. An answer that fails again is not done any more.
"""

from __future__ import annotations

import contextlib
import sys
import webbrowser
from concurrent.futures import ThreadPoolExecutor
from queue import Empty, SimpleQueue

from autograder.checking.hints import usual_section
from autograder.course.verdicts import CourseError
from autograder.desk import show
from autograder.desk.book import book_page
from autograder.desk.checking import Cancelled, Run
from autograder.desk.hinting import next_hint, where
from autograder.desk.keys import REDRAW, RETURN, keys
from autograder.desk.leading import Lead
from autograder.desk.memory import Memory
from autograder.desk.place import Desk
from autograder.desk.praise import next_open
from autograder.desk.resetting import reset_exercise
from autograder.desk.saving import saves
from autograder.desk.standing import DONE, FAILING, UNTOUCHED, Standing
from autograder.desk.walking import Walk
from autograder.desk.watch_screen import EXERCISE, HINTS, LIST, WatchScreen

TEXT_BROWSERS = {"www-browser", "links", "elinks", "lynx", "w3m"}  # what Python opens where there are no windows
LOOK = 0.3  # seconds between two looks at the size of the window


def watch_course(words: str | None, seconds: float, poll: bool) -> None:
    """Watch the notebooks until q or Ctrl-C."""
    desk = Desk.here()
    watch = Watch(desk, words, seconds)
    in_terminal = watch.screen.out.is_terminal and sys.stdin.isatty()
    with contextlib.suppress(KeyboardInterrupt), saves(desk.root / "exercises", watch.saved, poll) as note:
        watch.note = note
        with keys(watch.pressed) if in_terminal else contextlib.nullcontext():
            watch.run(in_terminal)
    watch.stop()
    show.say(watch.screen.out, "Until next time: `autograder watch` goes on where you are.")


class Watch:
    """The exercise at hand, what is known of all, and the queue of what happens."""

    def __init__(self, desk: Desk, words: str | None, seconds: float):
        self.desk, self.memory, self.seconds = desk, Memory(desk), seconds
        self.note = ""
        self.said, self.news = "", ""  # in answer to a key; what the latest save changed elsewhere, or took back
        self.happened: SimpleQueue = SimpleQueue()
        self.running: dict[str, Run] = {}
        self.before: dict[str, Standing] = {}  # how all stood when a notebook was read last
        self.worker = ThreadPoolExecutor(max_workers=1)  # one unit after the other
        self.paths = [f"{exercise.unit}/{exercise.name}" for exercise in desk.exercises]
        self.standings: dict[str, Standing] = {}
        self.problems: dict[str, str] = {}
        self.interactive, self.view, self.asking = False, EXERCISE, False
        self.given: tuple[list[Lead], int] = ([], 0)
        self.screen = WatchScreen(self)
        self.current = self.first(words)
        self.walk = Walk(self.paths, self.current)

    # What happens, told from other threads

    def saved(self, paths) -> None:
        for unit in sorted({path.stem for path in paths} & self.desk.units.keys()):
            self.happened.put(("saved", unit))

    def pressed(self, key: str) -> None:
        self.happened.put(("key", key))

    # The loop

    def run(self, interactive: bool) -> None:
        """Check what is there, then answer keys and saves until q."""
        self.interactive = interactive
        for unit in self.desk.units:
            self.look_at(unit)
        self.screen.draw()
        while True:
            kind, what = self.wait()
            if kind == "key" and not self.answer(what):
                return
            if kind == "saved":
                self.look_at(what)
            if kind == "checked":
                self.take(*what)
            if kind != "checked" or not self.running or (interactive and what[0] == self.current.partition("/")[0]):
                self.screen.draw()

    def wait(self) -> tuple[str, object]:
        """Return what happens next; meanwhile a window of another size gets a picture of that size."""
        while True:
            with contextlib.suppress(Empty):
                return self.happened.get(timeout=LOOK)  # without an end, Ctrl-C would have to wait on Windows
            if self.interactive and (self.screen.resized or self.screen.late):
                self.screen.draw()

    def stop(self) -> None:
        for run in self.running.values():
            run.cancel()
        self.worker.shutdown()

    def look_at(self, unit: str, again: bool = False) -> None:
        """Read a unit's notebook; check it in the background unless the results are known."""
        self.news, self.before = "", dict(self.standings)
        if unit in self.running:
            self.running.pop(unit).cancel()
        try:
            work = self.desk.read_python(self.desk.units[unit])
        except CourseError as error:
            self.problems[unit] = str(error)
            return
        self.problems.pop(unit, None)
        known = None if again else self.memory.recall(work)
        if known is not None:
            self.note_standings(known)
            return
        run = self.running[unit] = Run(self.desk, work, self.seconds)
        self.worker.submit(self.check, unit, run)

    def check(self, unit: str, run: Run) -> None:
        """Run the checks of a unit, in a thread, and put each result into the queue, at the end all."""
        with contextlib.suppress(Cancelled):
            standings = []
            for row in run.standings():
                standings.append(row)
                if len(standings) < len(run.wanted):
                    self.happened.put(("checked", (unit, run, standings[:])))
            self.happened.put(("checked", (unit, run, standings)))

    def take(self, unit: str, run: Run, standings: list[Standing]) -> None:
        """Take the results of a run so far, unless a newer one is under way."""
        if self.running.get(unit) is not run:
            return
        self.note_standings(standings)
        if len(standings) == len(run.wanted):
            del self.running[unit]
            if run.complete:
                self.memory.remember(run.work, standings)

    def note_standings(self, standings: list[Standing]) -> None:
        """Replace what was known, and note what is new about exercises that are not in sight."""
        for row in standings:
            if row.path == self.current and row != self.standings.get(row.path) and self.view == HINTS:
                self.view = EXERCISE
            self.standings[row.path] = row
        new = [row for row in standings if row != self.before.get(row.path, row)]
        self.follow(new)
        lost = [row.path for row in new if self.before[row.path].state == DONE and row.state != DONE]
        other = [f"{row.path} is {show.word(row)}" for row in new if row.path not in (*lost, self.current)]
        lines = [f"Done before and not any more: {', '.join(lost)}."] * bool(lost)
        lines += [f"Changed: {', '.join(other)}."] * bool(other)
        self.news = "\n".join(lines)

    def follow(self, new: list[Standing]) -> None:
        """Go to the exercise of the same unit that was just begun, where the one in sight is not begun yet."""
        here = self.standings.get(self.current)
        begun = [row.path for row in new if row.state == FAILING and self.before[row.path].state == UNTOUCHED
                 and here is not None and row.exercise.unit == here.exercise.unit]
        if begun and here.state == UNTOUCHED and self.view != LIST:
            self.current = self.memory.current = begun[0]
            self.view = EXERCISE

    # Keys

    def answer(self, key: str) -> bool:
        """Do what a key asks for; return whether to go on."""
        if key == REDRAW:
            return True
        self.said = self.news = ""
        if self.asking:
            self.asking = False
            self.said = self.reset() if key in "yY" else "Nothing was reset."
            return True
        actions = {"n": self.next, "b": self.back, "h": self.hint, "l": self.list, "c": self.check_all,
                   "r": self.ask_reset, "o": self.open_book}
        if self.view == LIST and self.walk.takes(key):
            return True
        if self.view == LIST and key == RETURN:
            self.choose()
            return True
        if key in "qQ\x03\x04":
            return False
        action = actions.get(key.lower())
        if action:
            action()
        else:
            self.view = EXERCISE
        return True

    def first(self, words: str | None) -> str:
        """Return where to begin: at the exercise asked for, where the unit or the course was left, or at its first."""
        unit, exercise = self.desk.find(words) if words else (None, None)
        if exercise:
            return f"{unit.name}/{exercise.name}"
        paths = [path for path in self.paths if unit is None or path.startswith(f"{unit.name}/")]
        return self.memory.current if self.memory.current in paths else paths[0]

    def next(self) -> None:
        """Go to the next exercise that is not done, from the end back to the first."""
        self.view = EXERCISE
        done = {path for path, row in self.standings.items() if row.state == DONE}
        following = next_open(self.desk.exercises, done, self.current)
        if following is None:
            self.said = "There is no other exercise left to do."
            return
        self.current = self.memory.current = f"{following.unit}/{following.name}"

    def back(self) -> None:
        """Go back to the exercise before, done or not."""
        self.view = EXERCISE
        self.current = self.memory.current = self.paths[self.paths.index(self.current) - 1]

    def hint(self) -> None:
        self.view = HINTS
        if self.current in self.standings:
            self.given = next_hint(self.desk, self.memory, self.standings[self.current])

    def list(self) -> None:
        self.view = EXERCISE if self.view == LIST else LIST
        self.walk = Walk(self.paths, self.current)

    def choose(self) -> None:
        """Go to the exercise that is chosen in the list."""
        self.view = EXERCISE
        if self.walk.chosen in self.walk.found:
            self.current = self.memory.current = self.walk.chosen

    def check_all(self) -> None:
        """Check every notebook that has been begun again."""
        self.view, self.walk = LIST, Walk(self.paths, self.current)
        for unit in self.desk.units:
            rows = [self.standings.get(path) for path in self.paths if path.startswith(f"{unit}/")]
            if any(row is None or row.state != UNTOUCHED for row in rows):
                self.look_at(unit, again=True)

    def ask_reset(self) -> None:
        self.view = EXERCISE
        if self.current.partition("/")[0] in self.problems:
            self.said = "Nothing was reset: the notebook could not be read."
            return
        self.asking = True
        self.said = f"Put {self.current} back to how it was handed out? Your notebook is copied first.  y yes, n no"

    def reset(self) -> str:
        """Put the released cell back and return what to say."""
        unit, exercise = self.desk.find(self.current)
        try:
            kept = reset_exercise(self.desk, unit, exercise)
        except CourseError as error:
            return str(error)
        self.standings.pop(self.current, None)  # not done any more, as was asked for: no news
        self.look_at(unit.name)
        return f"{self.current} is as it was handed out; reload the notebook in Jupyter. Copy: {self.desk.shown(kept)}"

    def open_book(self) -> None:
        """Open the section of the book that belongs to the exercise."""
        row = self.standings.get(self.current)
        section = row.section if row and row.section else usual_section(*self.current.split("/"))
        page = book_page(self.desk.root, section)
        if not page.exists():
            self.said = f"{self.desk.shown(page)} is not in this copy."
            return
        anchor = section.partition("#")[2]
        opened = has_window() and webbrowser.open(page.resolve().as_uri() + (f"#{anchor}" if anchor else ""))
        self.said = f"{'Opened' if opened else 'No browser here; the page is'} {where(self.desk, section)}"


def has_window() -> bool:
    """Return whether there is a browser with a window of its own; one in this terminal would take its keys."""
    with contextlib.suppress(webbrowser.Error):
        return getattr(webbrowser.get(), "basename", "") not in TEXT_BROWSERS
    return False
