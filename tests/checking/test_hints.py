"""Hints: every known wrong answer is recognised by what it returns, is told from the others, and ships without code."""

import copy
import json

import numpy as np
import pytest
from click.testing import CliRunner

from autograder.authoring.fingerprints import equal, fingerprints, named
from autograder.authoring.misconceptions import load_misconceptions
from autograder.checking import hints
from autograder.checking.hints import hint_for, projections, same_value, with_hint
from autograder.checking.local import LocalStudent
from autograder.checking.runner import Checks
from autograder.course.units import Course, load_reference

COURSE = Course.find()
UNITS = [name for name, unit in COURSE.units.items() if unit.graded]
FIRST = "u01_perceptron"


@pytest.fixture(scope="module")
def checks():
    return Checks(COURSE.check_files(FIRST, hidden=True))


@pytest.fixture(scope="module")
def reference():
    return vars(load_reference(FIRST))


def recorded(checks, reference, exercise, source=""):
    namespace = dict(reference)
    exec(source, namespace)
    return checks.run_recorded(LocalStudent(namespace), exercise, LocalStudent(reference), seed=b"another batch")


@pytest.mark.parametrize("unit", UNITS)
def test_the_shipped_files_hold_words_and_numbers_but_no_code(unit):
    text = hints.hints_file(unit).read_text(encoding="utf-8")
    assert "def " not in text and "return " not in "".join(
        str(trace) for item in json.loads(text).values() for trace in item["traces"])
    assert len(text) < 60_000


def test_every_mistake_of_a_unit_gets_its_own_hint_also_in_its_hidden_failures(checks, reference):
    for wrong in load_misconceptions(FIRST):
        results = with_hint(FIRST, checks.run_recorded(
            LocalStudent(wrong.namespace(reference)), wrong.exercise, LocalStudent(reference), seed=b"batch"))
        failed = [result for result in results if not result.passed]
        assert {result.misconception for result in failed} == {wrong.name}
        assert {result.hint for result in failed} == {wrong.hint}
        assert all(not result.hint for result in results if result.passed)


def test_another_implementation_of_a_known_mistake_gets_the_same_hint(checks, reference):
    source = "def sse(u, d):\n    return sum((a - b) ** 2 for a, b in zip(u.ravel(), d.ravel())) / len(u)"
    assert hint_for(FIRST, "sse", recorded(checks, reference, "sse", source)).name == "mean"


def test_where_two_mistakes_meet_each_failed_check_gets_its_own_hint():
    unit = "u05_two_layer_net"
    names = vars(load_reference(unit))
    known = {wrong.name: wrong.implementation for wrong in load_misconceptions(unit) if wrong.exercise == "Sigmoid"}

    class Both(known["overflow"]):
        backward = known["ignores dout"].backward

    checks = Checks(COURSE.check_files(unit, hidden=False))
    results = with_hint(unit, checks.run_recorded(LocalStudent(names | {"Sigmoid": Both}), "Sigmoid"))
    assert [result.misconception for result in results] == ["", "ignores dout", "overflow"]


def test_a_mistake_that_remembers_is_recognised_whatever_ran_before():
    unit = "u03_optimizers"
    wrong = next(item for item in load_misconceptions(unit) if item.name == "one object for all")
    student = LocalStudent(wrong.namespace(vars(load_reference(unit))))
    student.get_opt("SGD", {"eta": 0.02})  # the plot cell below the exercise does so
    checks = Checks(COURSE.check_files(unit, hidden=False))
    for _ in range(2):
        failed = [result for result in with_hint(unit, checks.run_recorded(student, "get_opt")) if not result.passed]
        assert {result.misconception for result in failed} == {wrong.name}


@pytest.mark.parametrize("body", ["return None", "return 1.0", "raise ValueError('no')", "raise NotImplementedError"])
def test_an_unknown_mistake_gets_no_hint(checks, reference, body):
    results = recorded(checks, reference, "sse", f"def sse(u, d):\n    {body}")
    assert hint_for(FIRST, "sse", results) is None
    assert with_hint(FIRST, results) == [result for result, _ in results]


def test_a_right_answer_gets_no_hint(checks, reference):
    assert hint_for(FIRST, "sse", recorded(checks, reference, "sse")) is None


def test_a_hint_takes_the_place_of_the_guess(checks, reference):
    half = "def sse(u, d):\n    return float(np.sum((u - d) ** 2) / 2)"
    results = recorded(checks, reference, "sse", half)
    assert "half" in results[0][0].message
    assert "half" not in with_hint(FIRST, results)[0].message


def test_a_unit_or_exercise_without_hints_is_no_error(checks, reference):
    results = recorded(checks, reference, "sse", "def sse(u, d):\n    return 0")
    assert hint_for("u99_unknown", "sse", results) is None
    assert with_hint("u99_unknown", []) == []


def test_projections_agree_up_to_rounding_and_tell_shapes_orders_and_infinities_apart():
    x = np.random.default_rng(3).normal(size=(4, 3))
    assert same_value(projections(x), projections(x * (1 + 1e-9)))
    others = [x + 1e-4, x.T, x.ravel(), x[::-1], -x, np.where(x > 1, np.inf, x), x.sum(), None, "text", [[1], [1, 2]]]
    for other in others:
        assert not same_value(projections(x), projections(other))
    for value in (1e308 * np.ones(9), np.array([]), 1 + 2j, True, np.float32(2), object(), {"a": 1}):
        json.dumps(projections(value), allow_nan=False)
        assert same_value(projections(value), projections(value))


class Refusing:
    """Like an object of a student in the sandbox: used as a value it fails."""

    def __len__(self):
        raise AssertionError("asked")

    __array__ = __iter__ = __float__ = __len__


@pytest.mark.parametrize("value", [Refusing(), [Refusing()], [1.0, (Refusing(),)], {"a": Refusing()}])
def test_an_object_of_a_student_is_never_asked_for_its_value(value):
    assert projections(value) == "something else"


def test_hints_that_another_check_is_to_tell_are_not_current():
    committed = hints.unit_hints("u02_gradient_descent")
    changed = copy.deepcopy(committed)
    item = next(item for item in changed["descend"]["misconceptions"] if item["name"] == "direction only")
    assert None in item["trace"]
    item["trace"] = [number or 0 for number in item["trace"]]
    assert not equal(committed, changed)


@pytest.mark.parametrize("what, units", [
    ([], 10), (["u02_gradient_descent"], 1), (["solutions/u02_gradient_descent.py"], 1),
    (["autograder/units/u02_gradient_descent/checks.py", "solutions/u01_perceptron.py"], 2),
    (["autograder/units/u02_gradient_descent/checks.py", "autograder/checking/numeric.py"], 10),
])
def test_a_file_stands_for_its_unit_and_one_of_the_engine_for_all(what, units):
    course = Course.find()
    assert len([unit for unit in named(course, what) if unit.graded]) == units


def test_the_command_finds_a_stale_file_and_makes_it_again(tmp_path, monkeypatch):
    monkeypatch.setattr(hints, "UNITS", tmp_path)
    (tmp_path / FIRST).mkdir()
    assert CliRunner().invoke(fingerprints, ["--check", FIRST]).exit_code == 1
    assert "1 changed" in CliRunner().invoke(fingerprints, [FIRST]).output
    assert "0 changed" in CliRunner().invoke(fingerprints, ["--check", FIRST]).output
    path = tmp_path / FIRST / "hints.json"
    path.write_text(path.read_text(encoding="utf-8").replace("[0,[[],56.645,", "[0,[[],56.7,"), encoding="utf-8")
    assert CliRunner().invoke(fingerprints, ["--check", FIRST]).exit_code == 1
