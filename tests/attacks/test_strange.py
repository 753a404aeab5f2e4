"""A right answer gets full marks, however strange it looks; through the real door and the real sandbox."""

import json

import pytest
from running import walls_here
from strange import STRANGE

from autograder.course.verdicts import CourseError
from autograder.grading import sample_class
from autograder.grading.judge import Settings, grade
from autograder.sandbox import jail
from autograder.submissions.submission import open_submission


@pytest.fixture(scope="module")
def tier():
    return walls_here()


@pytest.fixture(scope="module")
def landlock():
    try:
        return jail.probe(names=("landlock",))
    except CourseError as error:
        pytest.skip(f"this machine cannot raise these walls: {error}")


def graded(name, course, folder, tier):
    """Return the result of a strange notebook."""
    strange = STRANGE[name]
    unit = course.unit(strange.unit)
    path = folder / "ann" / unit.name / f"{unit.name}.ipynb"
    sample_class.write_notebook(path, unit, sample_class.right_answers(course, unit))
    notebook = strange.notebook(json.loads(path.read_text(encoding="utf-8")))
    path.write_text(json.dumps(notebook), encoding="utf-8")
    return grade(open_submission(path, unit, "ann"), Settings(course.root, tier, b"secret of a batch"))


def lost(result):
    """Return what was lost, and why."""
    return [(exercise.name, check.reason, check.message) for exercise in result.exercises for check in exercise.checks
            if not check.passed]


def test_there_are_enough_of_them():
    assert len(STRANGE) >= 25


@pytest.mark.parametrize("name", STRANGE)
def test_a_strange_but_right_notebook_gets_full_marks(name, course, tmp_path, tier):
    result = graded(name, course, tmp_path, tier)
    assert lost(result) == [], result.notes
    assert result.points == result.max_points > 0


@pytest.mark.parametrize("name", list(STRANGE)[::4])
def test_without_namespaces_it_gets_full_marks_too(name, course, tmp_path, landlock):
    assert lost(graded(name, course, tmp_path, landlock)) == []
