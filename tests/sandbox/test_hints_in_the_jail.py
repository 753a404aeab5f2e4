"""Every known mistake, handed in as a notebook and judged through the jail, shows its own hint."""

import re
from itertools import zip_longest

import pytest
from running import walls_here

from autograder.authoring.misconceptions import load_misconceptions
from autograder.checking.hints import with_hint
from autograder.checking.runner import Checks
from autograder.course.units import Course
from autograder.grading import sample_class
from autograder.sandbox.client import SandboxedStudent
from autograder.sandbox.limits import Limits
from autograder.submissions.submission import open_submission

COURSE = Course.find()
UNITS = [name for name, unit in COURSE.units.items() if unit.graded]


@pytest.fixture(scope="module")
def tier():
    return walls_here()


def as_answer(wrong, right):
    """Return a mistake as source for a notebook: what it takes from the reference are the student's own names."""
    name = wrong.exercise
    answer = re.sub(r"\b(engine|given|reference)\.", "", sample_class.as_answer(wrong))
    own = re.sub(rf"(?<!class )(?<!def )(?<![.\w]){name}(?=[()])", f"right_{name}", answer)
    return answer if own == answer else f"{right[name]}\n\nright_{name} = {name}\n\n{own}"


def missed(unit, right, checks, mistakes, tier, folder):
    """Return those of some mistakes in different exercises, made in one notebook, whose hint does not show."""
    path = folder / "ann" / unit.name / f"{unit.name}.ipynb"
    answers = {wrong.exercise: as_answer(wrong, right) for wrong in mistakes}
    sample_class.write_notebook(path, unit, right | answers)
    submission = open_submission(path, unit, "ann")
    with SandboxedStudent(submission.cells, Limits(), tier, submission.shown) as student:
        return [wrong for wrong in mistakes
                if {result.misconception for result in with_hint(
                    unit.name, checks.run_recorded(student, wrong.exercise)) if not result.passed} != {wrong.name}]


@pytest.mark.parametrize("unit", UNITS)
def test_each_mistake_that_is_handed_in_gets_its_hint(unit, tier, tmp_path):
    unit = COURSE.unit(unit)
    right = sample_class.right_answers(COURSE, unit)
    checks = Checks(COURSE.check_files(unit.name, hidden=False))
    mistakes = [wrong for wrong in load_misconceptions(unit.name) if not wrong.silent]
    by_exercise = [[wrong for wrong in mistakes if wrong.exercise == exercise.name] for exercise in unit.graded]
    together = [[wrong for wrong in row if wrong] for row in zip_longest(*by_exercise)]
    # What another mistake of the same notebook has disturbed gets a notebook of its own.
    again = [wrong for row in together for wrong in missed(unit, right, checks, row, tier, tmp_path)]
    silent = [wrong for wrong in again if missed(unit, right, checks, [wrong], tier, tmp_path)]
    assert [f"{wrong.exercise}: {wrong.name} ({wrong.implementation.__name__})" for wrong in silent] == []
