"""The rules of the course: what holds for every unit, exercise, check and wrong answer."""

from collections import Counter

import pytest

from autograder.authoring.misconceptions import load_misconceptions
from autograder.checking.local import LocalStudent
from autograder.checking.runner import Checks, marker
from autograder.course.units import Course, load_reference

COURSE = Course.find()
UNITS = [name for name, unit in COURSE.units.items() if unit.graded]


@pytest.fixture(scope="module", params=UNITS)
def unit(request):
    return COURSE.units[request.param]


@pytest.fixture(scope="module")
def checks(unit):
    return Checks(COURSE.check_files(unit.name, hidden=True))


@pytest.fixture(scope="module")
def reference(unit):
    return vars(load_reference(unit.name))


@pytest.fixture(scope="module")
def graded_misconceptions(unit, checks, reference):
    """Every misconception of the unit with the results of its exercise's checks: run once, they can be slow."""
    return [(wrong, checks.run(LocalStudent(wrong.namespace(reference)), wrong.exercise, LocalStudent(reference)))
            for wrong in load_misconceptions(unit.name)]


def earned(checks, namespace, reference, exercise):
    results = checks.run(LocalStudent(namespace), exercise, LocalStudent(reference), seed=b"course rules")
    return sum(result.earned for result in results), results


def test_exercise_names_are_unique_in_the_course():
    names = Counter(exercise.name for unit in COURSE.units.values() for exercise in unit.exercises)
    assert [name for name, count in names.items() if count > 1] == []


def test_every_unit_has_its_five_parts(unit):
    for room, pattern in [("book", "{}.md"), ("solutions", "{}.py"), ("autograder/units", "{}/checks.py"),
                          ("autograder/units", "{}/hidden.py"), ("autograder/units", "{}/misconceptions.py")]:
        assert (COURSE.root / room / pattern.format(unit.name)).exists()


def test_checks_name_the_exercises_of_their_unit(unit, checks):
    assert {marker(item).args[0] for item in checks.items} == {exercise.name for exercise in unit.graded}


def test_points_of_the_checks_add_up_to_those_of_the_exercise(unit, checks):
    for exercise in unit.graded:
        points = [marker(item).kwargs["points"] for item in checks.items if marker(item).args[0] == exercise.name]
        assert sum(points) == pytest.approx(exercise.points), exercise.name


def test_an_exercise_defines_the_name_it_is_called_by(unit, reference):
    for exercise in unit.graded:
        assert callable(reference[exercise.name])


def test_the_reference_earns_full_marks(unit, checks, reference):
    for exercise in unit.graded:
        points, results = earned(checks, reference, reference, exercise.name)
        assert points == exercise.points, [result for result in results if not result.passed]


def test_the_untouched_notebook_earns_nothing(unit, checks, reference):
    namespace = dict(reference)
    for cell in unit.cells:
        if cell.kind == "answer":
            exec(cell.source, namespace)
    for exercise in unit.graded:
        points, results = earned(checks, namespace, reference, exercise.name)
        assert points == 0, [result.name for result in results if result.passed]


def test_every_misconception_loses_points(graded_misconceptions):
    assert [wrong.name for wrong, results in graded_misconceptions if all(result.passed for result in results)] == []


def test_every_check_is_failed_by_some_misconception(checks, graded_misconceptions):
    failed = {result.name for _, results in graded_misconceptions for result in results if not result.passed}
    assert {item.name for item in checks.items} - failed == set()


def test_every_misconception_belongs_to_an_exercise_and_has_a_hint(unit):
    exercises = {exercise.name for exercise in unit.graded}
    for wrong in load_misconceptions(unit.name):
        assert wrong.exercise in exercises
        assert wrong.hint.rstrip().endswith(("?", ".")) and "?" in wrong.hint
        assert (COURSE.root / "book" / wrong.section.partition("#")[0]).exists()


def test_a_name_stands_for_one_mistake_however_it_is_written(unit):
    meanings = {(wrong.exercise, wrong.name, wrong.hint, wrong.section) for wrong in load_misconceptions(unit.name)}
    names = Counter((exercise, name) for exercise, name, _, _ in meanings)
    assert max(names.values()) == 1


def test_every_exercise_has_at_least_one_misconception(unit):
    known = {wrong.exercise for wrong in load_misconceptions(unit.name)}
    assert known == {exercise.name for exercise in unit.graded}
