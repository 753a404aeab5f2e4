"""hint("sse") in a notebook: one hint more each time, of the running kernel's own answer."""

from __future__ import annotations

import contextlib

from autograder.course.text import html
from autograder.course.units import Exercise
from autograder.desk.helping import help_with
from autograder.desk.hinting import next_hint
from autograder.desk.leading import Lead, more_words
from autograder.desk.markup import marked, stylesheet
from autograder.desk.memory import Memory
from autograder.desk.place import Desk
from autograder.desk.praise import praise
from autograder.desk.reading import reading_html
from autograder.desk.standing import DONE, FAILING, UNTOUCHED, Standing


def standing_here(exercise: Exercise, recorded, namespace: dict) -> Standing:
    """Return how an exercise stands in a kernel. recorded: what its checks found there."""
    checks = tuple(result for result, _ in recorded if not result.hidden)
    if checks and all(check.passed for check in checks):
        return Standing(exercise, DONE, checks)
    if not checks or all(check.reason == "not-attempted" for check in checks):
        return Standing(exercise, UNTOUCHED, checks)
    problem = checks[0].message if all(check.reason == "no-function" for check in checks) else ""
    return Standing(exercise, FAILING, checks, problem,
                    **help_with(exercise.unit, exercise.name, recorded, namespace))


class HintList:
    """The hints given so far for one exercise, the newest last, and how many remain."""

    def __init__(self, desk: Desk, row: Standing):
        self.root, self.row = desk.root, row
        self.given, self.left = next_hint(desk, Memory(desk), row)

    @property
    def newest(self) -> Lead | None:
        return self.given[-1] if self.given else None

    @property
    def last_words(self) -> str:
        """How many hints remain, or that none is needed."""
        if not self.given:
            return f"{self.row.exercise.name}: {praise(self.row)} It needs no hint."
        return more_words(self.left, f'hint("{self.row.exercise.name}")')

    def __repr__(self):
        lines = [f"{number}. " + lead.text.replace("\n", "\n   ") for number, lead in enumerate(self.given, 1)]
        return "\n".join([*lines, self.last_words])

    def _repr_html_(self):
        items = "".join(f"<li>{self._html(lead)}</li>" for lead in self.given)
        return (f'<style>{stylesheet()}</style><div class="check-table"><ol class="check-leads">{items}</ol>'
                f"<p>{marked(self.last_words)}</p></div>")

    def _html(self, lead: Lead) -> str:
        if lead.section:
            return reading_html(self.root, lead.section)
        first, _, rest = lead.text.partition("\n")
        return f"<p>{marked(first)}</p>" + (f"<pre>{html(rest)}</pre>" if rest else "")


def offer(code: str) -> None:
    """Put code into the next cell of the notebook, where there is one."""
    with contextlib.suppress(ImportError):
        from IPython import get_ipython

        shell = get_ipython()
        if shell is not None:
            shell.set_next_input(code)
