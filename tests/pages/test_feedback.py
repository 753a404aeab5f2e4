"""Feedback: a student learns why points were lost, sees the own code safely, and never what the hidden checks hold."""

import re
from dataclasses import replace

import pytest
import samples

from autograder.checking.hints import section_name
from autograder.checking.local import LocalStudent
from autograder.course.results import CheckResult, ExerciseResult, SubmissionResult
from autograder.course.verdicts import REASONS, VERDICTS, StudentError
from autograder.desk.kernel import Points, check_namespace
from autograder.desk.markup import stylesheet
from autograder.desk.tables import CheckTable
from autograder.pages.feedback import PAGE_BYTES, WHY, WORDS, code_lines, feedback_page, link

UNIT = "u01_perceptron"
BOOK = "../../book"


def page(result, book=BOOK):
    return feedback_page(result, samples.COURSE.unit(result.unit), book)


@pytest.fixture(scope="module")
def mean():
    wrong = next(wrong for wrong in samples.mistakes_of(UNIT, "sse") if wrong.name == "mean")
    return samples.with_mistakes("björn", UNIT, [wrong], notes=("An answer was split in two cells.",))


def test_the_page_shows_points_titles_message_hint_section_notes_and_code(mean):
    text = page(mean)
    for part in ("2.5", "of 4 points", "right in part", "sse of the worked example", "113.29", "56.645",
                 "should this loss double or stay?", f'href="{BOOK}/u01_perceptron.html#how-wrong-is-it"',
                 "How wrong is it?", "An answer was split in two cells.", "np.mean", "björn", "read by your teacher"):
        assert part in text, part


def test_every_reason_and_verdict_has_words_for_students():
    assert set(WHY) == set(REASONS)
    assert set(WORDS) == set(VERDICTS)


def test_nothing_of_a_hidden_check_but_its_category_reaches_the_page_or_the_notebook():
    secret = "SECRET"
    hidden = CheckResult("test_" + secret, "sse", 1, 0, True, "large inputs", "wrong-answer", secret, call=secret,
                         expected=secret, got=secret, error=secret, title=secret)
    exercise = ExerciseResult("sse", 1, (hidden, replace(hidden, reason=None, earned=1.0)))
    text = page(SubmissionResult("ada", UNIT, (exercise,)))
    table = CheckTable(samples.COURSE.exercise("sse"), list(exercise.checks))
    for shown in (text, repr(table), table._repr_html_()):
        assert secret not in shown
        assert "large inputs" in shown


def test_a_hidden_failure_comes_with_a_public_example_or_with_where_to_begin(mean):
    checks = tuple(check if check.hidden or check.passed else replace(check, reason=None) for check in
                   mean.exercises[1].checks)
    hidden_alone = replace(mean, exercises=(replace(mean.exercises[1], checks=checks),))
    assert "This public example of the same function is right" in page(hidden_alone)
    unreadable = tuple(replace(check, got="float64 array (251,)") for check in checks)
    unreadable = replace(mean, exercises=(replace(mean.exercises[1], checks=unreadable),))
    assert "public example" not in page(unreadable) and "Make one by hand" in page(unreadable)
    assert "Begin with the public check that fails" in page(mean)
    wrong = next(wrong for wrong in samples.mistakes_of(UNIT, "forward") if wrong.name == "flat result")
    assert "Begin with the public check that fails" in page(samples.with_mistakes("ada", UNIT, [wrong]))


def test_a_message_that_checks_share_is_said_once():
    missing = CheckResult("test_a", "sse", 1, 0, False, "", "no-function", "`sse` is not defined.")
    exercise = ExerciseResult("sse", 2, (missing, replace(missing, name="test_b")))
    text = page(SubmissionResult("ada", UNIT, (exercise,)))
    assert text.count("is not defined.") == text.count("The same as above.") == 1


def test_where_to_begin_is_said_once_for_each_exercise():
    wrong = next(wrong for wrong in samples.mistakes_of("u05_two_layer_net", "Sigmoid") if wrong.name == "mirrored")
    text = page(samples.with_mistakes("ada", "u05_two_layer_net", [wrong]))
    assert text.count("hidden check:</span> large numbers") and text.count("Begin with the public check") == 1


def test_an_exercise_that_is_not_begun_says_what_to_do_and_lists_no_failures():
    stub = "def sse(u, d):\n    raise NotImplementedError('sse')"
    text = page(samples.from_source("ada", UNIT, "sse", stub))
    assert "Nothing is written here yet; 3 checks wait for it." in text and "✗" not in text


def test_a_class_in_the_place_of_an_object_is_said_in_words():
    layer = LocalStudent({"Layer": type("Layer", (), {"opt": SubmissionResult})}).Layer()
    with pytest.raises(StudentError, match="is a call missing"):
        _ = layer.opt.eta


def test_full_marks_leave_no_failure_on_the_page():
    text = page(samples.right("ada", UNIT))
    assert "✗" not in text and "Hint" not in text
    assert text.count("complete") == 2 * len(samples.COURSE.unit(UNIT).graded)


def test_student_text_is_escaped_and_made_visible(mean):
    evil = "<script>alert(1)</script>\u202e\x1b[31m'\"&"
    exercise = replace(mean.exercises[1], checks=tuple(
        replace(check, call=evil, got=evil, message=evil) for check in mean.exercises[1].checks))
    text = page(replace(mean, student=evil, notes=(evil,), answers={"sse": evil}, exercises=(exercise,)))
    assert "<script" not in text and "\u202e" not in text and "\x1b" not in text
    assert "&lt;script&gt;" in text and "\\u202e" in text


def test_the_page_needs_no_script_and_no_other_file(mean):
    text = page(mean)
    assert not re.search(r"<(script|link|img|iframe|object|form)|\bon\w+=|javascript:|url\(|@import", text)
    assert set(re.findall(r'href="([^"#]+)', text)) == {f"{BOOK}/u01_perceptron.html"}
    assert "prefers-color-scheme: dark" in text and "@media print" in text


def test_a_refused_submission_says_why(mean):
    text = page(replace(mean, rejected="This is not a notebook: <b>"))
    assert "could not be graded" in text and "not a notebook: &lt;b&gt;" in text
    assert "np.mean" not in text and "Every answer ran" not in text


def test_without_a_book_there_are_no_links_to_it(mean):
    assert "u01_perceptron.html" not in page(mean, book="")


@pytest.mark.parametrize("text", ["x = 1\n" * 100_000, "\u202e" * 300_000, "<&>'" * 100_000])
def test_a_page_stays_small_whatever_a_student_hands_in(mean, text):
    exercises = tuple(
        replace(exercise, checks=tuple(replace(check, reason="exception", message=text, call=text, hidden=False)
                                       for check in exercise.checks * 5)) for exercise in mean.exercises)
    huge = replace(mean, exercises=exercises, answers={"sse": text, "forward": text}, notes=(text,) * 20)
    assert len(page(huge).encode()) < PAGE_BYTES


def test_sections_become_links_and_names():
    assert link("b", "u01_perceptron.md#the-loss") == "b/u01_perceptron.html#the-loss"
    assert link("b", "u01_perceptron.md") == "b/u01_perceptron.html"
    assert section_name("u01_perceptron.md#how-wrong-is-it") == "How wrong is it?"
    assert section_name("u01_perceptron.md") == "1. One layer, one loss"
    assert section_name("u99_none.md#some-place") == "Some place"


def test_long_answers_are_cut():
    assert len(code_lines({"f": "a\n" * 5000}, 100_000, "f")) == 401
    assert code_lines({}, 100, "f") == [] == code_lines({"f": "\n"}, 100, "f")


def notebook_table(source, exercise="sse"):
    namespace = {}
    exec(f"import numpy as np\n{source}", namespace)
    return check_namespace(exercise, namespace)


def test_the_notebook_shows_call_expected_got_error_message_and_hint():
    table = notebook_table("def sse(u, d):\n    return float(np.mean((u - d) ** 2))")
    for shown in (repr(table), table._repr_html_()):
        for part in ("sse of the worked example", "sse([[-3.8], [9.5]]", "113.29", "56.645", "56.6", "Hint",
                     "should this loss double or stay?", "0.5 of 2 points", "hidden: three and more"):
            assert part in shown, part
    assert max(map(len, repr(table).split("\n"))) <= 100


def test_the_notebook_escapes_what_the_code_returns():
    table = notebook_table("def sse(u, d):\n    return '<script>\\x1b[31m'")
    assert "<script>" not in table._repr_html_() and "\x1b" not in table._repr_html_()
    assert "\x1b" not in repr(table)


@pytest.mark.usefixtures("interruptible")
def test_an_endless_loop_can_be_interrupted_and_the_next_check_is_as_ever():
    table = notebook_table("import signal\ndef sse(u, d):\n    signal.raise_signal(signal.SIGINT)\n"
                           "    while True:\n        pass")
    assert {result.reason for result in table.results} == {"timeout"}
    assert "was interrupted before it ended in line" in repr(table)
    assert notebook_table("def sse(u, d):\n    return float(np.sum((u - d) ** 2))").points == 2


@pytest.mark.parametrize(("body", "words"), [
    ("return [1, 2][7]", "IndexError: list index out of range in line 3"),
    ("return np.stack([u, d[:1]])", "same shape in line 3"),  # raised in a line of numpy, caused by the student's
    ("return np.ones((2, 1)) @ np.ones((3, 1))", "columns in A as rows in B, but here they are 1 and 3, in line 3"),
])
def test_an_exception_names_the_students_own_line_in_plain_words(body, words):
    assert words in " ".join(repr(notebook_table(f"def sse(u, d):\n    {body}")).split())


def test_points_are_a_number_for_nbgrader_and_nothing_on_a_page():
    from IPython.core.formatters import DisplayFormatter

    shown, _ = DisplayFormatter().format(Points(0.5))
    assert shown["text/plain"] == "0.5"
    assert re.sub("<.*?>", "", shown["text/html"]) == ""
    assert ".output_area:has(.check-points)" in stylesheet()
