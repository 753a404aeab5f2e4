"""The rules of the course: what holds for every unit, exercise, check and wrong answer."""

import pytest

from autograder.authoring import rules
from autograder.authoring.luck import points_by_secret
from autograder.authoring.under_test import UnitUnderTest
from autograder.course.units import Course

COURSE = Course.find()
SECRETS = 5  # benchmarks/luck.py takes more
UNITS = [name for name, unit in COURSE.units.items() if unit.graded]


@pytest.fixture(scope="module", params=UNITS)
def unit(request):
    return UnitUnderTest(COURSE, COURSE.units[request.param])


@pytest.mark.parametrize("rule", rules.RULES, ids=lambda rule: rule.__name__)
def test_rule(unit, rule):
    assert list(rule(unit)) == [], rules.sentence(rule)


def test_nothing_is_left_to_write():
    assert [place for unit in UNITS for place in rules.unwritten(COURSE, unit)] == []


def test_rooms_and_names_agree_across_units():
    assert list(rules.course_problems(COURSE)) == []


def test_a_mistake_costs_the_same_under_every_batch_secret(unit):
    assert [f"{wrong.exercise} {wrong.name!r}: {points}"
            for wrong, points in points_by_secret(unit, SECRETS) if len(set(points)) > 1] == []
