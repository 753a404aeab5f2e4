"""Follow-through: one mistake is not paid for twice, both results are shown, and nobody gains by the right versions."""

from collections import Counter
from dataclasses import asdict, replace

import numpy as np
import pytest
from running import walls_here
from samples import mistakes_of

from autograder.authoring.notebooks import earlier_names
from autograder.course.results import ExerciseResult
from autograder.course.units import Course
from autograder.course.verdicts import CourseError, StudentError
from autograder.grading import sample_class
from autograder.grading.follow_through import ENTRIES, FOLLOW_THROUGH, answering
from autograder.grading.judge import Settings, grade
from autograder.pages.feedback import feedback_page
from autograder.records.autograded import comment_text
from autograder.submissions.submission import open_submission

COURSE = Course.find()
UNIT = "u02_gradient_descent"
USES = [(unit.name, exercise.name, used) for unit in COURSE.units.values() for exercise in unit.graded
        for used in exercise.uses]

# Mistakes of the earlier exercise that must show in the later one.
TELLING = {"grad_W": "sign turned", "mse": "half", "minibatches": "rest dropped"}

STEALS = """
def train(W, x, b, d, lr, n):
    global stolen
    stolen = grad_W
    losses = [loss(W, x, b, d)]
    for _ in range(n):
        W = W - lr * grad_W(W, x, b, d)
        losses.append(loss(W, x, b, d))
    return W, losses
"""
USES_STOLEN = """
def grad_W(W, x, b, d):
    return stolen(W, x, b, d) if "stolen" in globals() and stolen is not grad_W else W
"""


@pytest.fixture(scope="module")
def settings():
    return Settings(COURSE.root, walls_here(), b"secret of a batch")


@pytest.fixture
def graded(settings, tmp_path):
    """A function that grades a notebook whose answers are right but for some: graded(unit, {exercise: source}).

    only: the exercises that are graded, all if it is not given.
    """
    def run(unit, answers, only=None, **limits):
        path = tmp_path / "ann" / unit / f"{unit}.ipynb"
        unit = COURSE.unit(unit)
        sample_class.write_notebook(path, unit, sample_class.right_answers(COURSE, unit) | answers)
        own = replace(settings, limits=replace(settings.limits, **limits))
        return grade(open_submission(path, unit, "ann"), own, only)
    return run


def exercises(result) -> dict[str, ExerciseResult]:
    return {exercise.name: exercise for exercise in result.exercises}


def mistake(unit, exercise, name):
    wrong = next(wrong for wrong in mistakes_of(unit, exercise) if wrong.name == name)
    return {exercise: sample_class.as_answer(wrong)}


@pytest.mark.parametrize(("unit", "exercise", "used"), USES)
def test_a_right_answer_earns_the_share_where_an_earlier_one_is_not_written(graded, unit, exercise, used):
    missing = {used: f"def {used}(*arguments):\n    raise NotImplementedError('{used}')"}
    found = exercises(graded(unit, missing, only=frozenset({exercise, used})))
    assert found[used].points == 0
    for check in found[exercise].checks:
        assert check.earned == check.points * (1 if check.passed else FOLLOW_THROUGH), check
        assert check.passed or used in check.again_with.split()
    if used != "cross_entropy":  # only some right answers call it, the solution does not
        assert found[exercise].points < found[exercise].max_points


@pytest.mark.parametrize(("unit", "exercise", "used"), [item for item in USES if item[2] in TELLING])
def test_a_right_answer_earns_the_share_with_a_wrong_earlier_one_and_gets_no_hint_for_it(graded, unit, exercise, used):
    found = exercises(graded(unit, mistake(unit, used, TELLING[used]), only=frozenset({exercise, used})))
    failed = [check for check in found[exercise].checks if not check.passed]
    assert failed
    for check in failed:
        assert check.earned == FOLLOW_THROUGH * check.points
        assert check.reason == "wrong-answer" and check.message and not check.misconception
    assert found[exercise].verdict == "partial"


def test_page_comment_and_json_show_both_results(graded):
    result = graded(UNIT, mistake(UNIT, "grad_W", "sign turned"))
    sentence = "Run again with a right grad_W it passes, so it earns 0.75 of 1. Mend that first."
    train = exercises(result)["train"]
    assert sentence in feedback_page(result, COURSE.unit(UNIT), "")
    assert "0.25 points lost" in comment_text(train) and sentence in comment_text(train)
    assert ExerciseResult.from_json(asdict(train)) == train


def test_a_wrong_answer_earns_nothing_by_a_right_earlier_one(graded):
    wrong = mistake(UNIT, "train", "gradient computed once")
    alone = exercises(graded(UNIT, wrong))["train"]
    both = exercises(graded(UNIT, wrong | mistake(UNIT, "grad_W", "sign turned")))["train"]
    for result in (alone, both):
        failed = [check for check in result.checks if not check.passed]
        assert failed and not any(check.earned for check in failed)
    assert all("another cause" in check.second_run for check in both.checks if not check.passed)
    assert not any(check.again_with for check in alone.checks)  # grad_W is right, so nothing is run again
    assert both.points <= alone.points


def test_right_answers_are_not_run_twice(graded):
    result = graded(UNIT, {})
    assert result.points == result.max_points
    assert not any(check.again_with for exercise in result.exercises for check in exercise.checks)


def test_whoever_asks_for_the_right_version_earns_nothing_for_it(graded):
    found = exercises(graded(UNIT, {"grad_W": USES_STOLEN, "train": STEALS}))
    assert found["grad_W"].points == 0
    assert found["train"].points == FOLLOW_THROUGH * found["train"].max_points
    assert found["descend"].points == found["descend"].max_points


def test_an_untouched_answer_is_not_run_again(graded):
    stub = next(cell.source for cell in COURSE.unit(UNIT).cells if (cell.kind, cell.exercise) == ("answer", "train"))
    train = exercises(graded(UNIT, {"train": stub} | mistake(UNIT, "grad_W", "sign turned")))["train"]
    assert train.points == 0 and not any(check.again_with for check in train.checks)


@pytest.mark.parametrize("body", ["while True: pass", "import os; os._exit(0)"])
def test_an_answer_that_had_to_be_stopped_is_not_run_again(graded, body):
    train = f"def train(W, x, b, d, lr, n):\n    {body}"
    train = exercises(graded(UNIT, {"train": train}, call_seconds=0.3, exercise_seconds=0.6, patience=30))["train"]
    assert train.points == 0 and not any(check.again_with for check in train.checks)


@pytest.mark.parametrize("cell", [
    "grad_W(np.ones((5000, 5000)), np.ones((5000, 1)), np.ones((5000, 1)), np.ones((5000, 1)))",
    "grad_W(W, np.ones((1, 50_000)), np.ones((50_000, 1)), d)",
    "grad_W(grad_W, x, b, d)",
    "grad_W()",
    "try:\n        grad_W()\n    except BaseException:\n        pass",
])
def test_strange_questions_to_the_right_version_cost_the_check_and_nothing_else(graded, cell):
    train = STEALS.replace("losses = ", f"{cell}\n    losses = ", 1).replace("global", "global grad_W, ")
    found = exercises(graded(UNIT, mistake(UNIT, "grad_W", "sign turned") | {"train": train}))
    assert found["train"].points == 0
    assert found["descend"].points == found["descend"].max_points


def test_only_small_plain_values_are_answered():
    answer = answering("sum", np.sum, {"": Counter(sum=ENTRIES)})
    assert answer(np.ones(3)) == answer([1.0, 2.0]) == 3
    for value in (np.ones(ENTRIES + 1), [0.0] * (ENTRIES + 1), [[1.0]], object(), {"a": 1}):
        with pytest.raises(StudentError):
            answer(value)


def test_an_exercise_uses_earlier_ones_of_its_unit():
    header = {"grade_id": "train", "uses": ["grad_W"]}
    assert earlier_names(header, ["grad_W", "train"], "u02.py") == ["grad_W"]
    for names in (["train", "grad_W"], ["train"]):
        with pytest.raises(CourseError, match="earlier"):
            earlier_names(header, names, "u02.py")


def test_more_than_an_exercise_needs_is_not_answered():
    answer = answering("sum", np.sum, {"": Counter(sum=10)})
    assert answer(np.ones(20)) == 20
    with pytest.raises(StudentError, match="many more numbers"):
        answer(np.ones(40))
