"""A function where a class is asked for, or the other way round, is told in one sentence, everywhere."""

import pytest
from running import walls_here

from autograder.checking.asked_kind import CLASS, FUNCTION, kind_in_text, kind_of_value, kind_sentence, told_the_kind
from autograder.course.results import CheckResult
from autograder.course.units import Course
from autograder.grading import sample_class
from autograder.grading.judge import Settings, grade
from autograder.pages.feedback import feedback_page
from autograder.submissions.submission import open_submission

MUL = "def Mul(x, y):\n    return x * y\n"


@pytest.mark.parametrize(("sources", "kind"), [
    (["class Mul:\n    pass", "total = 1"], CLASS), (["class Mul:\n    pass", MUL], FUNCTION),
    (["async def Mul(x):\n    pass"], FUNCTION), (["    class Mul:\n", "Mul = 3", "class Multiple:\n    pass"], ""),
    (["def Mul():\n    pass\n\nclass Mul:\n    pass"], CLASS)])
def test_the_last_definition_at_the_margin_says_what_a_name_is(sources, kind):
    assert kind_in_text("Mul", sources) == kind


def test_only_what_failed_and_was_not_stopped_is_told_the_kind():
    reasons = [None, "exception", "timeout"]
    results = [CheckResult("test", "Mul", 1, 0, reason=reason, message="as before") for reason in reasons]
    told = [result.message for result in told_the_kind(results, "Mul", FUNCTION, wants_class=True)]
    assert [message.startswith("`Mul` should be a class") for message in told] == [False, True, False]
    assert kind_sentence("sse", kind_of_value(dict), wants_class=False).startswith("`sse` should be a function")
    assert not kind_sentence("sse", kind_of_value(len), wants_class=True)


def test_the_feedback_says_what_the_desk_says(tmp_path):
    course = Course.find()
    unit = course.unit("u04_graph_nodes")
    path = tmp_path / "ann" / unit.name / f"{unit.name}.ipynb"
    answers = sample_class.right_answers(course, unit) | {"Mul": MUL}
    sample_class.write_notebook(path, unit, answers)
    result = grade(open_submission(path, unit, "ann"), Settings(course.root, walls_here(), b"a secret"),
                   frozenset({"Mul"}))
    sentence = kind_sentence("Mul", FUNCTION, wants_class=True)
    assert {check.message for check in result.exercises[0].checks} == {sentence}
    assert "should be a class, but it is a function now" in feedback_page(result, unit, "")
