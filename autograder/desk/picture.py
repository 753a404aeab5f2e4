"""progress() in a notebook: a square for each exercise, a row for each unit, as text where there is no notebook.

The picture is a table: whoever hears it, or touches it, gets the name and the state of each exercise.
"""

from __future__ import annotations

from autograder.course.text import html
from autograder.course.units import Unit
from autograder.desk import show
from autograder.desk.kernel import show as display
from autograder.desk.markup import stylesheet
from autograder.desk.memory import Memory
from autograder.desk.overview import all_standings
from autograder.desk.place import Desk
from autograder.desk.standing import DONE, FAILING, MISSING, UNTOUCHED, Standing

# The sign in each square is for those who do not tell its colour (check.css) from the others.
KINDS = {DONE: "good", FAILING: "bad", MISSING: "gone", UNTOUCHED: "open"}


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
        rows = "".join(self._row(name) for name in self.units)
        return (f'<style>{stylesheet()}</style><div class="check-table">'
                f'<p class="check-sum"><b>{html(self.summary)}</b></p>'
                '<div class="check-scroll" tabindex="0" role="group" aria-label="units"><table class="check-units">'
                '<thead><tr><th scope="col">unit</th><th scope="col">done</th><th scope="col">exercises</th></tr>'
                f"</thead><tbody>{rows}</tbody></table></div></div>")

    def _row(self, name: str) -> str:
        """Return the row of one unit: its squares, which open to a list of the exercises."""
        rows = self.standings.get(name, [])
        done = sum(row.state == DONE for row in rows)
        squares = "".join(square(row) for row in rows)
        states = "".join(f"<li><code>{html(row.exercise.name)}</code> {show.word(row)}</li>" for row in rows)
        shown = f"<details><summary>{squares}</summary><ul>{states}</ul></details>" if rows else "unreadable"
        return (f'<tr><th scope="row">{html(show.title(self.units[name]))}</th>'
                f"<td>{done} of {len(self.units[name].exercises)}</td><td>{shown}</td></tr>")


def square(row: Standing) -> str:
    """Return the square of one exercise, with its sign, and its name and state for who hovers over it or hears it."""
    words = f"{row.exercise.name}: {show.word(row)}"
    return (f'<span class="check-square check-{KINDS[row.state]}" role="img" aria-label="{html(words)}" '
            f'title="{html(words)}">{show.SIGNS[row.state]}</span>')


def show_progress() -> None:
    """Check the saved notebooks that changed and show the picture."""
    desk = Desk.here()
    standings, _ = all_standings(desk, Memory(desk), show.console())
    display(Picture(desk.units, standings))
