"""No fingerprint hangs on the last digits: noise of 2 ulp in and out of a student's calls changes none.

What no noise reaches is run under the first noise alone, it is the same under each: a misconception whose checks meet
no float, and a function that is called with whole numbers and computes for half a second.
"""

import copy
import json
from dataclasses import replace
from functools import cache, wraps

import numpy as np
import pytest

from autograder.authoring import fingerprints
from autograder.authoring.misconceptions import load_misconceptions
from autograder.checking import hints, local, numeric
from autograder.checking.runner import Checks
from autograder.course.units import Course, load_reference

COURSE = Course.find()
UNITS = [name for name, unit in COURSE.units.items() if unit.graded]
MIXER = np.uint64(0x9E3779B97F4A7C15)  # an odd number with mixed bits: what it multiplies looks random
EXACT_RTOL = 1e-12  # what equals an argument to the last bit differs from it by the noise of both


class Noise:
    """Stands in for what `local` does with arguments and results, and moves each float by up to 2 ulp.

    Equal numbers are moved alike: a check may ask whether two results are the same.
    """

    def __init__(self, seed: int):
        self.seed = np.uint64(seed)
        self.plain_wrap, self.plain_unwrap = local.wrap, local.unwrap
        self.given = {}  # id of an array handed in -> (the array, as it was handed in, without noise)
        self.moved = 0  # how many values

    def noisy(self, value):
        """Return a float or an array of floats times 1 + k eps for k from -2 to 2; anything else as it is."""
        if not isinstance(value, float | np.ndarray) or np.asarray(value).dtype.kind != "f":
            return value
        self.moved += 1
        numbers = np.asarray(value, dtype=float)
        bits = np.frombuffer(numbers.tobytes(), np.uint64)
        steps = ((bits ^ self.seed) * MIXER >> np.uint64(33)).astype(int) % 5 - 2
        moved = numbers * (1 + np.finfo(float).eps * steps.reshape(numbers.shape))
        return np.asarray(moved, value.dtype) if isinstance(value, np.ndarray) else type(value)(moved)

    def unwrap(self, argument):
        if isinstance(argument, list | tuple):
            return type(argument)(self.unwrap(item) for item in argument)
        given = self.plain_unwrap(argument)
        if isinstance(argument, local.Handle | local.Name):
            return given
        if callable(given):
            return lambda *arguments: self.deeply_noisy(given(*arguments))
        noisy = self.noisy(given)
        if isinstance(noisy, np.ndarray):
            self.given[id(noisy)] = noisy, noisy.copy(), given
        return noisy

    def wrap(self, value, name):
        array, before, given = self.given.get(id(value), (None, None, None))
        if array is not None and np.array_equal(array, before, equal_nan=True):
            return copy.deepcopy(given)  # an argument that is left alone is unchanged for the check too
        return self.deeply_noisy(self.plain_wrap(value, name)) if isinstance(value, local.PLAIN) else \
            self.plain_wrap(value, name)

    def deeply_noisy(self, value):
        """Return a value of a callback, with noise in each of its arrays."""
        if isinstance(value, dict):
            return {key: self.deeply_noisy(item) for key, item in value.items()}
        return self.noisy(value)


def nearly(assert_close):
    """Return assert_close that forgives the noise where no tolerance at all is allowed."""
    def compare(got, expected, rtol=numeric.RTOL, atol=numeric.ATOL, of=""):
        assert_close(got, expected, rtol if rtol or atol else EXACT_RTOL, atol, of)

    return compare


@pytest.fixture(params=[1, 2, 3])
def noise(request, monkeypatch):
    noise = Noise(request.param)
    monkeypatch.setattr(local, "wrap", noise.wrap)
    monkeypatch.setattr(local, "unwrap", noise.unwrap)
    monkeypatch.setattr(numeric, "assert_close", nearly(numeric.assert_close))
    return noise


class Unit:
    """The public checks, the reference and the misconceptions of a unit, and what none of the noises reaches."""

    def __init__(self, name: str):
        self.checks = Checks(COURSE.check_files(name, hidden=False))
        self.reference = vars(load_reference(name, COURSE.root))
        self.misconceptions = [replace(wrong, implementation=once_for_whole_numbers(wrong.implementation))
                               for wrong in load_misconceptions(name)]
        self.out_of_reach = {}  # place of a misconception -> what its checks see

    def observed(self, place: int, noise: Noise) -> fingerprints.Observed:
        """Return what the checks see of a misconception under a noise."""
        if place in self.out_of_reach:
            return self.out_of_reach[place]
        before = noise.moved
        seen = fingerprints.observe(self.checks, self.misconceptions[place], self.reference)
        if noise.moved == before:
            self.out_of_reach[place] = seen
        return seen


unit_of = cache(Unit)


def once_for_whole_numbers(function):
    """Return a function that computes once what it is asked with whole numbers alone; a class as it is."""
    if isinstance(function, type):
        return function
    known = {}

    @wraps(function)
    def call(*arguments, **keywords):
        if keywords or not all(type(argument) is int for argument in arguments):
            return function(*arguments, **keywords)
        if arguments not in known:
            known[arguments] = function(*arguments)
        return copy.deepcopy(known[arguments])

    return call


@pytest.mark.parametrize("name", UNITS)
def test_noise_in_the_last_digits_changes_no_trace(name, noise):
    unit = unit_of(name)
    committed = json.loads(hints.hints_file(name).read_text(encoding="utf-8"))
    seen = [unit.observed(place, noise) for place in range(len(unit.misconceptions))]
    made = json.loads(fingerprints.text_of(COURSE.unit(name), seen))
    lost = [f"{exercise}: {known['name']}: {hints.trace_of(item, known)} became {hints.trace_of(made[exercise], seen)}"
            for exercise, item in committed.items()
            for known, seen in zip(item["misconceptions"], made[exercise]["misconceptions"], strict=True)
            if not hints.same_trace(hints.trace_of(made[exercise], seen), hints.trace_of(item, known))]
    assert lost == []
