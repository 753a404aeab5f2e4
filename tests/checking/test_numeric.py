"""Comparisons of numbers: right answers pass in silence, wrong ones get a short message whose guess is true."""

import warnings

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from autograder.checking.diagnosis import NOTICE, without_notice
from autograder.checking.local import LocalStudent
from autograder.checking.numeric import assert_close, assert_equal, assert_own_memory, assert_shape, assert_unchanged
from autograder.checking.outcome import Outcome
from autograder.checking.recording import note_call, note_comparison, recording
from autograder.course.verdicts import StudentError

RNG = np.random.default_rng(20)
WIDE = RNG.normal(size=(4, 3))
SQUARE = RNG.normal(size=(3, 3))
CUBE = RNG.normal(size=(2, 3, 4))
ROW = RNG.normal(size=7)
SQ2 = np.array([[1.0, 2.0], [3.0, 4.0]])


def message(got, expected, **tolerances):
    with pytest.raises(StudentError) as caught:
        assert_close(got, expected, **tolerances)
    return caught.value.message


def guess(got, expected):
    text = message(got, expected)
    return text.split(NOTICE)[1] if NOTICE in text else ""


GUESSES = [
    ("half", WIDE / 2, WIDE), ("twice", WIDE * 2, WIDE), ("sign is turned", -WIDE, WIDE),
    ("half", 56.645, 113.29), ("twice", 2.0, 1.0), ("sign is turned", -3.5, 3.5),
    ("1/4", WIDE / 4, WIDE), ("1/12", WIDE / 12, WIDE), ("4 times", WIDE * 4, WIDE), ("0.7 times", WIDE * 0.7, WIDE),
    ("same amount, 1", WIDE + 1, WIDE), ("same amount, -0.25", ROW - 0.25, ROW),
    ("transposed", SQUARE.T, SQUARE), ("transposed", WIDE.T, WIDE),
    ("axes in the order (0, 2, 1)", CUBE.transpose(0, 2, 1), CUBE),
    ("axes in the order (2, 0, 1)", CUBE.transpose(1, 2, 0), CUBE),
    ("opposite order", ROW[::-1], ROW), ("along axis 1", WIDE[:, ::-1], WIDE),
    ("other places", ROW[[1, 0, 2, 3, 4, 5, 6]], ROW),
    ("summed over axis 0 (the batch?)", WIDE, WIDE.sum(0)), ("summed over axis 0", WIDE, WIDE.sum(0, keepdims=True)),
    ("averaged over axis 1", WIDE, WIDE.mean(1)), ("summed over all", WIDE, WIDE.sum()),
    ("averaged over all", ROW, ROW.mean()),
    ("one step too many", WIDE.sum(0), WIDE), ("one step too many", WIDE.mean(), WIDE),
    ("off by one: the last entry is missing", ROW[:-1], ROW), ("the first entry is missing", ROW[1:], ROW),
    ("the last entry is too many", np.append(ROW, 0.1), ROW), ("the first entry is too many", WIDE, WIDE[1:]),
    ("axis missing", WIDE.ravel(), WIDE), ("one axis too many", ROW[:, None], ROW), ("float(...)", [[1.0]], 1.0),
    ("(7,) against (7, 1)", RNG.normal(size=(7, 7)), ROW), ("(7,) against (7, 1)", np.zeros((7, 7)), ROW[:, None]),
    ("not summed over the batch", RNG.normal(size=(4, 3)), np.zeros(3)),
    ("every entry is 0", np.zeros((4, 3)), WIDE), ("decimals cut off", np.trunc(10 * WIDE).astype(int), 10 * WIDE),
    ("float32", WIDE.astype(np.float32), WIDE), ("7 digits agree", WIDE * (1 + 5e-8), WIDE),
    ("squares", WIDE**2, WIDE), ("square roots", np.sqrt(np.abs(WIDE)), np.abs(WIDE)),
    ("some signs", np.abs(WIDE), WIDE),
    ("only row 2", np.where(np.arange(4)[:, None] == 2, 7.0, WIDE), WIDE),
    ("only column 0", np.where(np.arange(3) == 0, 7.0, WIDE), WIDE),
    ("only entry 6", np.append(ROW[:-1], 7.0), ROW),
    ("should be zero", np.where(SQUARE > 0, SQUARE, 0.01 * SQUARE), np.maximum(SQUARE, 0)),
    ("from row 1 on", np.where(np.arange(4)[:, None] >= 1, WIDE**3, WIDE), WIDE),
    ("from entry 3 on", np.where(np.arange(7) >= 3, ROW**3, ROW), ROW), ("if rows are steps", [[1, 2], [3, 5]], SQ2),
    ("NaN comes from", np.where(WIDE > 1, np.nan, WIDE), WIDE), ("Infinity comes from", np.inf, 1.0),
]


@pytest.mark.parametrize(("words", "got", "expected"), GUESSES)
def test_a_guess_names_the_relation_that_holds(words, got, expected):
    assert words in guess(got, expected)


@pytest.mark.parametrize(("words", "got", "expected"), GUESSES)
def test_a_message_has_at_most_eight_lines_of_readable_length(words, got, expected):
    lines = message(got, expected).split("\n")
    assert len(lines) <= 8
    assert max(map(len, lines)) <= 115


def test_expected_and_got_are_aligned_at_the_decimal_point():
    lines = message(np.array([1.0, 56.645]), np.array([1.0, 113.29])).split("\n")
    assert lines[1].index(".") == lines[2].index(".")


def test_a_result_that_is_an_argument_is_recognised():
    with recording():
        note_call("relu", (ROW, WIDE))
        assert "equals the second argument" in guess(WIDE, WIDE + ROW[:3])


@pytest.mark.parametrize(("arguments", "words"), [
    ((np.zeros(2), 0.1, 1), "wrong from step 1 on"), ((np.zeros(2), 0.1, 2), "wrong from step 1 on"),
    ((np.zeros((2, 3)),), "only row 1 is wrong"), ((0.1,), "if rows are steps, look at step 1"),
])
def test_where_rows_are_steps_the_first_wrong_step_is_named(arguments, words):
    with recording():
        note_call("descend", arguments)
        assert words in guess(SQ2 + [[0], [1.5]] * np.array([1, 0.3]), SQ2)


def test_a_sign_is_named_where_an_argument_makes_it_telling_and_not_by_coincidence():
    wrong = np.where(WIDE > 0, WIDE**3 + 7, WIDE)
    with recording():
        assert guess(wrong, WIDE) == ""
        note_call("relu", (0.3 * WIDE,))
        assert "where the first argument is positive" in guess(wrong, WIDE)


@pytest.mark.parametrize(("got", "words"), [
    (ROW.astype(object), "np.array(result.tolist(), dtype=float)"),
    (np.array([[1, 2], [3, None]], object), "its entry [1, 1] is None"),
    (np.array([[1.0, 2.0], [3.0]], object), "differs in length"),
    ([[1.0, 2.0], [3.0]], "rows differ in length"),
])
def test_an_array_of_python_objects_is_told_from_rows_of_different_lengths(got, words):
    assert words in message(got, ROW)


def test_a_mean_over_the_batch_is_recognised_by_the_length_of_an_argument():
    with recording():
        note_call("loss", (np.ones((5, 2)),))
        assert "1/5" in guess(0.3, 1.5)


def test_without_notice_drops_the_guess_alone():
    assert without_notice(message(WIDE / 2, WIDE)) == message(WIDE / 2, WIDE).rsplit("\n", 1)[0]
    assert without_notice("one line") == "one line"


@pytest.mark.parametrize("got", [WIDE * 1.7 + RNG.normal(size=WIDE.shape), RNG.normal(size=WIDE.shape)])
def test_no_relation_means_no_guess(got):
    assert guess(got, WIDE) == ""


@pytest.mark.parametrize(("got", "expected"), [
    (np.nan, 1.0), (1.0, np.nan), (np.nan, np.nan), (1.0, np.inf), (-np.inf, np.inf), (np.array([]), 1.0),
    (np.array([]), np.zeros((0, 1))), ([[1.0]], 1.0), (1.0, [1.0]), (True, 1.0), (1.0, True), (1 + 0j, 1.0),
    (None, 1.0), ("1", 1.0), ([[1, 2], [3]], WIDE), (np.array([1, None], object), ROW), ([object()], ROW),
    (np.uint8(3), np.uint8(5)), ({}, 1.0), (np.array("1"), 1.0), (1e308, -1e308), (5e-324, 1.0),
])
def test_wrong_kinds_shapes_and_extremes_fail_with_a_message(got, expected):
    assert 1 <= len(message(got, expected).split("\n")) <= 8


@pytest.mark.parametrize(("got", "expected"), [
    (1, 1.0), (np.float32(0.5), 0.5), ([], np.zeros(0)), (np.zeros((0, 3)), np.zeros((0, 3))), (np.inf, np.inf),
    ([[1, 2], [3, 4]], np.array([[1.0, 2.0], [3.0, 4.0]])), (True, True), (1 + 1j, 1 + 1j), (0.1 + 0.2, 0.3),
])
def test_equal_values_pass(got, expected):
    assert_close(got, expected)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**32), st.lists(st.integers(1, 5), max_size=4), st.floats(1e-6, 1e6))
def test_a_right_answer_never_gets_a_message(seed, shape, scale):
    expected = scale * np.random.default_rng(seed).normal(size=shape)
    assert_close(expected * (1 + 1e-12), expected)
    assert_shape(expected, tuple(shape))
    assert_equal(expected.copy(), expected)
    assert_unchanged(Outcome(None, (expected.copy(),)), expected)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**32), st.lists(st.integers(1, 5), max_size=4), st.floats(-50, 50))
def test_every_constant_factor_is_noticed_and_never_passes(seed, shape, factor):
    assume(abs(factor) > 1e-3 and abs(factor - 1) > 1e-2)
    expected = np.random.default_rng(seed).normal(size=shape)
    text = guess(factor * expected, expected)
    assert expected.size == 1 or "times" in text or "half" in text or "twice" in text or "1/" in text


@settings(max_examples=100, deadline=None)
@given(st.lists(st.integers(0, 4), max_size=3), st.lists(st.integers(0, 4), max_size=3))
def test_arrays_of_two_shapes_never_pass(got, expected):
    assume(got != expected)
    message(np.ones(got), np.ones(expected))


def test_one_wrong_entry_is_found_at_its_place():
    got = WIDE.copy()
    got[3, 1] += 1e-6
    assert "1 of 12 entries differ; the largest error is at [3, 1]." in message(got, WIDE)


def test_numbers_that_look_alike_are_shown_with_enough_digits():
    lines = message(1.00000001, 1.0, rtol=1e-12).split("\n")
    assert lines[1].split()[1] != lines[2].split()[1]


def test_large_integers_are_compared_exactly():
    with pytest.raises(StudentError):
        assert_equal(np.array([2**60 + 1]), np.array([2**60]))


def test_a_changed_argument_is_named_with_its_place():
    after = WIDE.copy()
    after[0, 2] = 0
    with pytest.raises(StudentError, match=r"(?s)second argument in place.*before at \[0, 2\]"):
        assert_unchanged(Outcome(None, (ROW, after)), ROW, WIDE)
    with pytest.raises(StudentError, match="argument `x` in place"):
        assert_unchanged(Outcome(None, (ROW[:2],)), x=ROW)


def test_one_number_where_two_are_expected_is_told_apart_from_a_shape():
    assert message(13, (13, 26)) == "2 results are expected, with a comma in between, but yours is a number alone."


def test_a_message_names_what_was_compared():
    with pytest.raises(StudentError, match=r"^grads\[1\]: 7 of 7 entries differ"):
        assert_close(2 * ROW, ROW, of="grads[1]")


@pytest.mark.parametrize(("got", "words"), [
    ((WIDE, WIDE), "a tuple of 2"), ((WIDE, ROW), "a tuple of 2"), ((WIDE,), "a comma at the end"),
    ([1.0, None], "entry 1 is None"),
    (["1", 2.0], "entry 0 is text"), (WIDE > 0, "the values are True or False"),
    (np.ma.array(WIDE), "of type MaskedArray"),
])
def test_what_is_no_array_is_called_by_its_name(got, words):
    assert words in message(got, WIDE)


def test_equal_parts_are_not_taken_for_a_mean():
    assert "averaged" not in guess(WIDE, np.stack([WIDE] * 3)) + guess(np.stack([WIDE] * 3), WIDE)


@pytest.mark.parametrize(("body", "words"), [
    ("return x, x.copy()", r"result\[0\] and the first argument"), ("y = x.copy(); return y, y", "an earlier result"),
    ("y = x.copy(); return [y, y[:1]]", "an earlier result"),
])
def test_results_that_share_memory_are_found(body, words):
    names = {}
    exec(f"def f(x): {body}", names)
    with pytest.raises(StudentError, match=words):
        assert_own_memory(LocalStudent(names).observe("f", ROW))


def test_lists_and_arrays_stand_side_by_side_in_the_table():
    with recording() as record:
        note_comparison([0.5] * 20, np.full(20, 0.25), "", passed=True)
    shown = record.comparisons[0]
    assert (shown.expected, shown.got) == ("[0.5, 0.5, 0.5, 0.5, ...], shape (20,)",
                                           "[0.25, 0.25, 0.25, 0.25, ...], shape (20,)")


def test_a_method_is_shown_with_its_object_and_the_call_before_it():
    with recording() as record:
        note_call("Affine", (np.eye(2), np.ones(2)))
        note_call("Affine.forward", (np.zeros((1, 2)),))
        note_call("Affine.backward", (np.ones((1, 2)),))
    assert record.calls[-1] == "Affine([[1, 0], [0, 1]], [1, 1]).backward([[1, 1]]) after forward([[0, 0]])"


@pytest.mark.timeout(60)
def test_huge_arrays_are_compared_in_reasonable_time():
    expected = np.random.default_rng(0).normal(size=(1000, 1000))
    assert "1000000 of 1000000 entries differ" in message(2 * expected, expected)
    assert "(1000, 999)" in message(expected[:, :-1], expected)
    assert guess(2 * expected[:100], expected[:100]) == "your result is exactly twice the expected one."


def test_what_an_earlier_cell_left_open_is_no_warning_of_a_function():
    def left_open():
        warnings.warn("unclosed file", ResourceWarning, stacklevel=2)
        warnings.warn("overflow", RuntimeWarning, stacklevel=2)

    assert LocalStudent({"left_open": left_open}).observe("left_open").warnings == ["RuntimeWarning: overflow"]
