"""progress() in a notebook: a square for each exercise, a row for each unit, as text where there is no notebook."""

from __future__ import annotations

from autograder.course.text import html
from autograder.course.units import Unit
from autograder.desk import show
from autograder.desk.kernel import show as display
from autograder.desk.memory import Memory
from autograder.desk.overview import all_standings
from autograder.desk.place import Desk
from autograder.desk.standing import DONE, FAILING, MISSING, UNTOUCHED, Standing

SIDE, GAP, ROW, NAMES = 16, 4, 26, 210  # pixels: a square, the space after it, a row, the column of names
# Okabe and Ito's colours, and a sign in each square for those who do not see them.
FILLS = {DONE: "#009e73", FAILING: "#d55e00", MISSING: "#e69f00", UNTOUCHED: "none"}


class Picture:
    """How the whole course stands."""

    def __init__(self, units: dict[str, Unit], standings: dict[str, list[Standing]]):
        self.units, self.standings = units, standings

    @property
    def rows(self) -> list[Standing]:
        return [row for unit in self.standings.values() for row in unit]

    @property
    def summary(self) -> str:
        done, total = sum(row.state == DONE for row in self.rows), sum(len(u.exercises) for u in self.units.values())
        return f"{done} of {total} exercises done, in the notebooks as they are saved"

    def __repr__(self):
        lines = [f"{name:<{max(map(len, self.units))}}  "
                 + "".join(show.SIGNS[row.state] for row in self.standings.get(name, [])) for name in self.units]
        return "\n".join([*lines, self.summary])

    def _repr_html_(self):
        longest = max(len(unit.exercises) for unit in self.units.values())
        width, height = NAMES + longest * (SIDE + GAP), len(self.units) * ROW
        rows = "".join(self._row(place, name) for place, name in enumerate(self.units))
        return (f'<div><p><b>{html(self.summary)}</b></p><svg role="img" aria-label="{html(self.summary)}" '
                f'viewBox="0 0 {width} {height}" width="{width}" height="{height}" font-family="sans-serif" '
                f'font-size="13" fill="currentColor" style="max-width: 100%">{rows}</svg></div>')

    def _row(self, place: int, name: str) -> str:
        """Return one unit as SVG."""
        top = place * ROW
        squares = "".join(square(NAMES + number * (SIDE + GAP), top + 4, row)
                          for number, row in enumerate(self.standings.get(name, [])))
        return f'<text x="0" y="{top + 17}">{html(show.title(self.units[name]))}</text>{squares}'


def square(left: int, top: int, row: Standing) -> str:
    """Return the square of one exercise, with its sign and its name to hover over."""
    sign = "" if row.state == UNTOUCHED else show.SIGNS[row.state]
    return (f'<g><title>{html(row.exercise.name)}: {show.word(row)}</title><rect x="{left}" y="{top}" width="{SIDE}" '
            f'height="{SIDE}" rx="3" fill="{FILLS[row.state]}" stroke="currentColor" stroke-opacity=".5"/>'
            f'<text x="{left + SIDE / 2}" y="{top + 13}" text-anchor="middle" fill="white">{sign}</text></g>')


def show_progress() -> None:
    """Check the saved notebooks that changed and show the picture."""
    desk = Desk.here()
    standings, _ = all_standings(desk, Memory(desk), show.console())
    display(Picture(desk.units, standings))
