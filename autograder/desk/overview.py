"""status, check and hint: read the saved notebooks, run what changed, print."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

from rich.console import Console

from autograder.checking.left_out import forewarnings
from autograder.course.settings import course_settings
from autograder.course.units import Exercise, Unit
from autograder.course.verdicts import CourseError
from autograder.desk import show
from autograder.desk.checking import SECONDS, Run
from autograder.desk.ending import Ending
from autograder.desk.hinting import next_hint
from autograder.desk.leading import Lead, more_words
from autograder.desk.memory import Memory
from autograder.desk.place import Desk
from autograder.desk.praise import NOTHING_LEFT, next_open, next_sentence
from autograder.desk.standing import DONE, MISSING, UNTOUCHED, Standing, unrun


def unit_standings(desk: Desk, memory: Memory, unit: Unit, out: Console, seconds: float = SECONDS) -> list[Standing]:
    """Return how the exercises of a unit stand; a notebook that changed is run, with a line that says so."""
    work = desk.read_python(unit)
    known = memory.recall(work)
    if known is not None:
        return known
    run = Run(desk, work, seconds)
    with working(out, f"Checking {unit.name} ..."):
        standings = list(run.standings())
    if run.complete:
        memory.remember(work, standings)
    return standings


@contextlib.contextmanager
def working(out: Console, text: str) -> Iterator[None]:
    """Show a line while something runs, in a terminal only."""
    if out.is_terminal:
        with out.status(text, spinner="dots" if out.encoding.startswith("utf") else "line"):
            yield
    else:
        yield


def all_standings(desk: Desk, memory: Memory, out: Console) -> tuple[dict[str, list[Standing]], dict[str, str]]:
    """Return unit -> standings, and unit -> what is wrong with a notebook that cannot be read."""
    standings, problems = {}, {}
    for name, unit in desk.units.items():
        try:
            standings[name] = unit_standings(desk, memory, unit, out)
        except CourseError as error:
            problems[name] = str(error)
    return standings, problems


def show_status() -> None:
    """Print the table of the units, the bar, and what comes next."""
    out, desk = show.console(), Desk.here()
    standings, problems = all_standings(desk, Memory(desk), out)
    rows = [row for unit in standings.values() for row in unit]
    done = sum(row.state == DONE for row in rows)
    out.print(show.bar(out, done, len(desk.exercises)), "exercises done")
    out.print()
    out.print(show.course_table(out, desk.units, standings, problems))
    out.print()
    for problem in problems.values():
        show.say(out, problem, style="yellow")
    following = next((row for row in rows if row.state != DONE), None)
    show_ending(out, desk, standings, rows.index(following) if following else len(rows))
    if following is None:
        if not problems:
            show.say(out, NOTHING_LEFT)
        return
    unit = following.exercise.unit
    show.say(out, f"Next: {following.path} ({show.word(following)}) in {desk.shown(desk.path(unit))}")
    command = f"autograder check {following.path}" if following.state != UNTOUCHED else "autograder watch"
    show.say(out, f"Then: {command}     all commands: autograder --help", style="dim")


def show_ending(out: Console, desk: Desk, standings: dict[str, list[Standing]], before: int) -> None:
    """Print the end of the unit that was done last: the one before the next open exercise, where it is whole."""
    rows = [row for unit in standings.values() for row in unit]
    unit = rows[before - 1].exercise.unit if before else ""
    if unit and all(row.state == DONE for row in standings[unit]):
        show.say(out, *Ending.of(desk.units[unit], desk.root).lines(), "", style="green")


def show_checks(words: str | None, seconds: float) -> int:
    """Print the checks of what was asked for and return the exit status."""
    out, desk = show.console(), Desk.here()
    memory = Memory(desk)
    unit, exercise = desk.find(words) if words else (None, None)
    if exercise:
        rows = [standing_of(desk, memory, unit, exercise, out, seconds)]
    elif unit:
        rows = unit_standings(desk, memory, unit, out, seconds)
    else:
        rows = []
        for each in desk.units.values():
            found = unit_standings(desk, memory, each, out, seconds)
            rows += found if any(row.state != UNTOUCHED for row in found) else []
    if not rows:
        first = next(iter(desk.units))
        show.say(out, f"Nothing is written yet. Begin with {desk.shown(desk.path(first))}, save it, and check again.")
        return 1
    for row in rows:
        show.exercise_report(out, row)
    for sentence in (*forewarned(desk, rows), *as_saved(desk, rows)):
        show.say(out, sentence, style="yellow")
    done, failing = sum(row.state == DONE for row in rows), [row for row in rows if row.state not in (DONE, UNTOUCHED)]
    out.print()
    out.print(show.bar(out, done, len(rows)), "done")
    if failing and not failing[0].exercise.manual:
        show.say(out, f"A hint: autograder hint {failing[0].path}", style="dim")
    elif done == len(rows):
        show_sequel(out, desk, memory, rows[-1])
    return 0 if done == len(rows) else 1


def as_saved(desk: Desk, rows: list[Standing]) -> list[str]:
    """Return what may be the reason where nothing of what was asked for is written in the notebook's file."""
    if any(row.state != UNTOUCHED for row in rows):
        return []
    unit = rows[0].exercise.unit
    return [f"Nothing of it is written in {desk.shown(desk.path(unit))} as it was last saved. If you have written "
            "something, save the notebook and check again.",
            *(f"Not looked at: {sentence}" for sentence in desk.left_behind(unit))]


def show_sequel(out: Console, desk: Desk, memory: Memory, row: Standing) -> None:
    """Print what comes after an exercise that is done, as far as it is known without running anything."""
    done = {row.path}
    for unit in desk.units.values():
        with contextlib.suppress(CourseError):
            work = desk.read(unit)
            known = memory.recall(work) or unrun(unit, work.aligned).values()
            done |= {other.path for other in known if other.state == DONE}
    unit = desk.units[row.exercise.unit]
    if all(f"{unit.name}/{exercise.name}" in done for exercise in unit.exercises):
        show.say(out, *Ending.of(unit, desk.root).lines(), style="green")
    show.say(out, next_sentence(next_open(desk.exercises, done, row.path), unit.name) or NOTHING_LEFT)


def forewarned(desk: Desk, rows: list[Standing]) -> list[str]:
    """Return the sentences on what the checked notebooks do that is otherwise where work is graded."""
    begun = dict.fromkeys(row.exercise.unit for row in rows if row.state not in (UNTOUCHED, MISSING))
    works = [desk.read(desk.units[unit]) for unit in begun]
    sources = [source for work in works for _, source in work.aligned.cells]
    return [*forewarnings(sources, course_settings().packages), *(work.heavy for work in works if work.heavy)]


def standing_of(desk: Desk, memory: Memory, unit: Unit, exercise: Exercise, out: Console, seconds: float) -> Standing:
    """Return how one exercise stands; only its own checks run, and only if the notebook has changed."""
    work = desk.read_python(unit)
    known = memory.recall(work, exercise)
    if known is not None:
        return known[0]
    run = Run(desk, work, seconds, only=exercise)
    with working(out, f"Checking {unit.name}/{exercise.name} ..."):
        (standing,) = run.standings()
    if run.complete:
        memory.remember(work, [standing])
    return standing


def show_hint(words: str, seconds: float) -> int:
    """Print the hints for an exercise given so far and one more; return the exit status."""
    out, desk = show.console(), Desk.here()
    memory = Memory(desk)
    unit, exercise = desk.find(words)
    if exercise is None:
        names = ", ".join(f"{unit.name}/{each.name}" for each in unit.exercises)
        raise CourseError("a hint is for one exercise.", fix=f"Choose one of {names}.")
    row = standing_of(desk, memory, unit, exercise, out, seconds)
    if row.state == DONE:
        show.say(out, f"{row.path} is {show.word(row)}: it needs no hint.")
        return 0
    given, left = next_hint(desk, memory, row)
    print_hints(out, given, left, f"autograder hint {row.path}")
    return 0


def print_hints(out: Console, given: list[Lead], left: int, again: str) -> None:
    """Print the hints, and how to get the next one."""
    for number, lead in enumerate(given, 1):
        first, *rest = lead.text.split("\n")
        show.say(out, f"{number}. {first}", *(f"   {line}" for line in rest))
    show.say(out, more_words(left, again), style="dim")
