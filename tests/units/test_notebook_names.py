"""An answer that uses what stands in the notebook in place of its arguments loses points that the student sees."""

import functools
import inspect

import pytest

from autograder.checking.local import LocalStudent
from autograder.checking.runner import Checks
from autograder.course.units import Course, load_reference

COURSE = Course.find()
UNITS = [name for name, unit in COURSE.units.items() if unit.graded]


def with_name_of_the_notebook(function, parameter, value):
    """Return the function with the notebook's value in place of one argument."""
    signature = inspect.signature(function)

    @functools.wraps(function)
    def wrong(*arguments, **keywords):
        bound = signature.bind(*arguments, **keywords)
        bound.arguments[parameter] = value
        return function(*bound.args, **bound.kwargs)
    return wrong


@pytest.mark.parametrize("unit", UNITS)
def test_public_checks_tell_a_name_of_the_notebook_from_an_argument(unit):
    names = vars(load_reference(unit))
    checks = Checks(COURSE.check_files(unit, hidden=False))
    accepted = []
    for exercise in COURSE.unit(unit).graded:
        right = names[exercise.name]
        if not inspect.isfunction(right):
            continue
        for parameter in inspect.signature(right).parameters:
            if parameter in names and not callable(names[parameter]):
                wrong = with_name_of_the_notebook(right, parameter, names[parameter])
                results = checks.run(LocalStudent(names | {exercise.name: wrong}), exercise.name)
                accepted += [f"{exercise.name}: {parameter}"] if all(check.passed for check in results) else []
    assert accepted == []
