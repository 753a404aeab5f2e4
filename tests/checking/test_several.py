"""Results that come several at a time."""

import numpy as np
import pytest

from autograder.checking.several import entries_of, is_flat, of_shape, results_of
from autograder.course.verdicts import StudentError

WEIGHTS, LOSSES = np.ones((3, 2)), [3.0, 2.0]
LOOKS = (of_shape(3, 2), is_flat)


def said(value, *names, **options):
    """Return the message for results that are not as many as there are names."""
    with pytest.raises(StudentError) as caught:
        results_of(value, *names, **options)
    return caught.value.message


@pytest.mark.parametrize("value", [None, 1.0, WEIGHTS, (WEIGHTS,), [WEIGHTS, WEIGHTS, WEIGHTS], {"dx": WEIGHTS}])
def test_a_wrong_number_of_results_is_said_in_words(value):
    message = said(value, "dx", "dy")
    assert "(dx, dy)" in message and "\n" not in message
    assert results_of((1, 2), "dx", "dy") == [1, 2]


@pytest.mark.parametrize(("value", "name"), [(WEIGHTS, "weights"), (LOSSES, "losses"), (tuple(LOSSES), "losses")])
def test_one_result_alone_is_called_by_its_name_however_long_it_is(value, name):
    message = said(value, "weights", "losses", looks=LOOKS)
    assert message == f"2 results are expected, (weights, losses), but yours returned {name} alone."


def test_results_in_the_other_order_are_told_so():
    message = said((LOSSES, WEIGHTS), "weights", "losses", looks=LOOKS)
    assert message.endswith("in this order, (weights, losses), but yours come the other way round.")


@pytest.mark.parametrize("pair", [(WEIGHTS, LOSSES), [WEIGHTS, np.array(LOSSES)], (WEIGHTS, 3.0), (1.0, WEIGHTS)])
def test_what_is_not_plainly_the_other_way_round_is_left_to_the_check(pair):
    first, second = results_of(pair, "weights", "losses", looks=LOOKS)
    assert first is pair[0] and second is pair[1]


def test_a_dictionary_that_lacks_a_name_says_which_it_has():
    assert entries_of({"W": 1, "b": 2}, "b", "W") == [2, 1]
    with pytest.raises(StudentError, match="no entry 'b'; it has 'W'"):
        entries_of({"W": 1}, "W", "b")
