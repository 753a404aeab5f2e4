"""Late work by the rules of a class, against sums made by hand."""

from datetime import datetime, timedelta

import pytest

from autograder.records.late import HandIn, LatePolicy, term_lateness

DUE = datetime(2030, 1, 31, 23, 59)
PERCENT = LatePolicy("percent", per_day=10, cap=50)


def late(unit="u01", extended=None, due=DUE, **more):
    return HandIn(unit, due + timedelta(**more), due, extended)


def share(policy, hand_in):
    found = term_lateness(policy, [hand_in])
    return found[hand_in.unit].share if found else 0.0


@pytest.mark.parametrize(("more", "lost"), [
    ({"seconds": 0}, 0), ({"seconds": 1}, 0.1), ({"hours": 24}, 0.1), ({"hours": 24, "seconds": 1}, 0.2),
    ({"days": 5}, 0.5), ({"days": 40}, 0.5),
])
def test_each_day_that_has_begun_costs_its_percent_up_to_the_cap(more, lost):
    assert share(PERCENT, late(**more)) == lost


@pytest.mark.parametrize(("minutes", "lost"), [(14, 0), (15, 0), (16, 0.1), (24 * 60 + 10, 0.1), (24 * 60 + 16, 0.2)])
def test_grace_moves_every_border(minutes, lost):
    assert share(LatePolicy("percent", 10, 50, grace_minutes=15), late(minutes=minutes)) == lost


def test_zero_takes_all_and_none_takes_nothing():
    assert share(LatePolicy("zero"), late(seconds=1)) == 1
    assert share(LatePolicy("none"), late(days=9)) == 0


def test_an_extension_moves_the_date_and_never_back():
    assert share(PERCENT, late(extended=DUE + timedelta(days=3), days=2)) == 0
    assert share(PERCENT, late(extended=DUE + timedelta(days=3), days=4)) == 0.1
    assert share(PERCENT, late(extended=DUE - timedelta(days=3), days=2)) == 0.2


def test_free_days_are_spent_over_the_term_in_the_order_of_the_due_dates():
    policy = LatePolicy("percent", 10, 50, free_days=3)
    second = late("u02", due=DUE + timedelta(days=7), days=2)
    found = term_lateness(policy, [second, late("u01", days=2)])
    assert [(found[unit].days, found[unit].free, found[unit].share) for unit in ("u01", "u02")] == [
        (2, 2, 0.0), (2, 1, 0.1)]


def test_free_days_are_kept_where_they_would_save_nothing():
    """Twenty days late loses the cap with three free days or without; with `zero`, one day too few saves nothing."""
    for policy in (LatePolicy("percent", 10, 50, free_days=3), LatePolicy("zero", free_days=3)):
        found = term_lateness(policy, [late("u01", days=20), late("u02", due=DUE + timedelta(days=7), days=3)])
        assert (found["u01"].free, found["u02"].free, found["u02"].share) == (0, 3, 0.0)


def test_work_without_a_time_or_a_due_date_is_not_late():
    assert not term_lateness(PERCENT, [HandIn("u01", None, DUE), HandIn("u02", DUE, None)])


def test_the_student_reads_the_rule_that_was_applied():
    policy = LatePolicy("percent", 10, 50, free_days=1)
    said = " ".join(term_lateness(policy, [late(days=3)])["u01"].sentences)
    assert said == ("It was due on 2030-01-31 at 23:59 UTC and was handed in on 2030-02-03 at 23:59 UTC. "
                    "That counts as 3 days late. 1 day of it is from your 1 free days of this term. "
                    "Each day costs 10 % of the points, at most 50 %: here 20 %.")
