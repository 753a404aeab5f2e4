"""Which cells of a chapter can be changed in the page: exactly those whose set-up is to be had there."""

import contextlib
import importlib
import io
import sys

import pytest
from running import COURSE

sys.path.append(str(COURSE.root / "book" / "_ext" / "solve"))

changing = importlib.import_module("changing")

CHAPTERS = [unit for unit in COURSE.units.values() if (COURSE.root / "book" / f"{unit.name}.md").exists()]


def ready(unit):
    text = (COURSE.root / "book" / f"{unit.name}.md").read_text(encoding="utf-8")
    return changing.set_ups(changing.cells_of(text), unit)


def test_names_that_a_cell_needs_and_defines():
    loop = "total = 0\nfor v in values:\n    total += v\nprint(total)"
    assert changing.names_of(loop) == ({"values"}, {"total", "v"})
    assert changing.names_of("def f(x):\n    return g(x) + len(x)\nx = f(3)") == ({"g"}, {"f", "x"})
    assert changing.names_of("x = x + 1")[0] == {"x"}


def test_a_hidden_cell_takes_names_over_from_the_reference():
    cell = "W, b = reference.W, reference.b\nu = reference.forward(W, b)\nc = reference.d"
    assert changing.taken_over(cell) == {"W", "b"}


def test_a_cell_that_needs_a_hidden_result_is_none_of_them():
    chapter = [(False, "u = reference.forward(W)"), (True, "print(u)"), (True, "w = 3"), (True, "print(w)")]
    assert list(changing.set_ups(chapter, COURSE.unit("u01_perceptron"))) == ["w = 3", "print(w)"]


@pytest.mark.parametrize("unit", CHAPTERS, ids=lambda unit: unit.name)
def test_each_cell_that_can_be_changed_runs_with_its_set_up(unit):
    found = ready(unit)
    assert found
    for source, cells in found.items():
        names = {}
        with contextlib.redirect_stdout(io.StringIO()):
            for text in [*cells, source]:
                exec(compile(text, unit.name, "exec"), names)
