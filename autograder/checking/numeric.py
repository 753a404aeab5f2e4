"""Comparisons of numbers for checks; `diagnosis` writes the messages that a student can act on.

Every comparison checks kind, exact shape, finiteness and then `all(error <= tolerance)`, in this order and written
so that NaN fails. (`np.allclose` alone broadcasts: an answer of shape (0,) or (1, 1) passes it.)
"""

from __future__ import annotations

import numpy as np

from autograder.checking.diagnosis import (
    at,
    changed_message,
    difference_message,
    not_finite_message,
    shape_message,
)
from autograder.checking.guesses import ordinal
from autograder.checking.outcome import WITHIN
from autograder.checking.recording import NUMBERS, brief, latest_arguments, note_comparison
from autograder.course.verdicts import StudentError

RTOL = 1e-9  # float64 results that differ by the order of summation only
ATOL = 1e-12
KINDS = {str: "text (a str)", dict: "a dictionary", set: "a set", bytes: "a bytes object", list: "a list",
         tuple: "a tuple"}
NO_WARNING = "no warning"  # what a check on warnings expects
ENTRIES = 1_000_000  # of one result; to describe a larger wrong one would cost the grader seconds and gigabytes


def fail(message: str, expected, got, error: str = "", reason: str = "wrong-answer", of: str = "", atol: float = 0.0):
    """Record the comparison as failed and raise StudentError.

    of: what is wrong, where it is not the call's result. atol: the absolute tolerance of the comparison.
    """
    note_comparison(expected, got, error, passed=False, of=of, atol=atol)
    raise StudentError(reason, f"{of}: {message}" if of else message)


def as_numbers(got, expected, of: str = "") -> np.ndarray:
    """Return `got` as an array of numbers, or fail with a sentence about its kind."""
    if got is None:
        fail("this is None, where numbers are expected." if of else
             "Your function returned None: is the return statement missing?", expected, got, of=of)
    if not isinstance(got, (*NUMBERS, np.ndarray, list, tuple)):
        if isinstance(got, str | dict | set | bytes):
            fail(f"A number or an array is expected, but this is {kind_of(got)}.", expected, got, of=of)
        fail("A number or an array is expected, but this is an object of a class, or a function.", expected, got,
             reason="bad-type", of=of)
    if isinstance(got, np.ndarray) and got.size > ENTRIES:
        fail(f"The array has {got.size} entries; no result of an exercise has more than {ENTRIES}.", expected,
             brief(got), reason="too-large", of=of)
    if isinstance(got, np.ndarray) and type(got) is not np.ndarray:
        fail(f"An ordinary array is expected, but this is of type {type(got).__name__}; np.asarray(...) makes one.",
             expected, np.asarray(got), reason="bad-type", of=of)
    try:
        numbers = np.asarray(got)
    except ValueError:
        numbers = np.empty(0, object)
    if numbers.dtype.kind not in "biufc":
        objects = isinstance(got, np.ndarray) and got.dtype == object  # which the sandbox refuses to send
        fail(no_numbers_sentence(got), expected, got, reason="bad-type" if objects else "wrong-answer", of=of)
    return numbers


def no_numbers_sentence(got) -> str:
    """Return what keeps a list, a tuple or an array of objects from being an array of numbers."""
    if isinstance(got, tuple) and any(np.ndim(item) for item in got if isinstance(item, np.ndarray)):
        return tuple_sentence(got)
    for place, item in enumerate(got if isinstance(got, list | tuple) else []):
        if not isinstance(item, (*NUMBERS, list, tuple, np.ndarray)):
            return f"An array of numbers is expected, but entry {place} is {kind_of(item)}."
    if isinstance(got, np.ndarray) and got.dtype == object:
        return objects_sentence(got)
    return "An array of numbers is expected, but its rows differ in length, or hold something else."


def objects_sentence(array: np.ndarray) -> str:
    """Return what keeps an array of Python objects from being an array of numbers, and how to make one of it."""
    start = "An array of numbers is expected, but this is an array of Python objects (dtype object)"
    for place, item in np.ndenumerate(array):
        if not isinstance(item, (*NUMBERS, list, tuple, np.ndarray)):
            return f"{start}: its entry{at(place)[3:]} is {kind_of(item)}."
    try:
        np.array(array.tolist(), float)
    except (ValueError, TypeError):
        return f"{start}, and what stands in it differs in length."
    return f"{start}. np.array(result.tolist(), dtype=float) makes numbers of it."


def tuple_sentence(results: tuple) -> str:
    """Return the sentence for a tuple of results where one is expected."""
    words = ("a tuple with one: is there a comma at the end of a line?" if len(results) == 1 else
             f"a tuple of {len(results)}: what stands behind `return`, with a comma in between.")
    return f"One result is expected, but this is {words}"


def alone_sentence(result, expected: tuple) -> str:
    """Return the sentence for one result where a tuple of several is expected."""
    return f"{len(expected)} results are expected, with a comma in between, but yours is {kind_of(result)} alone."


def assert_shape(got, shape: tuple[int, ...], of: str = "") -> None:
    """Fail unless `got` is numeric and has exactly this shape. of: its name, where it is not the call's result."""
    numbers = as_numbers(got, f"shape {shape}", of)
    if numbers.shape != tuple(shape):
        fail(shape_message(numbers, tuple(shape)), f"shape {tuple(shape)}", got, f"shape {numbers.shape}", of=of)
    note_comparison(f"shape {tuple(shape)}", got, "", passed=True, of=of)


def assert_close(got, expected, rtol: float = RTOL, atol: float = ATOL, of: str = "") -> None:
    """Fail unless `got` has the kind and shape of `expected` and each entry is within atol + rtol * |expected|.

    of: what `got` is, where it is not the result of the latest call: "grads[1]".
    """
    wanted = np.asarray(expected)
    numbers = as_numbers(got, expected, of)
    require_kind(numbers, wanted, got, expected, of)
    if numbers.shape != wanted.shape:
        message = (tuple_sentence(got) if isinstance(got, tuple) and numbers.shape[1:] == wanted.shape else
                   alone_sentence(got, expected) if isinstance(expected, tuple) and numbers.ndim == 0 else
                   shape_message(numbers, wanted.shape, wanted, latest_arguments()))
        fail(message, expected, got, f"shape {numbers.shape}", of=of, atol=atol)
    bad = ~np.isfinite(numbers) & np.isfinite(wanted)
    if bad.any():
        place = first_place(bad)
        fail(not_finite_message(numbers, bad), expected, got, f"{numbers[place]}{at(place)}", of=of, atol=atol)
    error = absolute_error(numbers, wanted)
    with np.errstate(invalid="ignore"):
        tolerance = atol + rtol * np.abs(wanted)
    right = (numbers == wanted) | (np.isfinite(error) & (error <= tolerance) & (tolerance > 0))
    if not right.all():
        place = first_place(~right & (error == error.max(where=~right, initial=0)))
        fail(difference_message(numbers, wanted, error, ~right, place, latest_arguments()), expected, got,
             f"{error[place]:.3g}{at(place)}", of=of, atol=atol)
    note_comparison(expected, got, f"{error.max(initial=0):.1g}", passed=True, of=of)


def require_kind(numbers: np.ndarray, wanted: np.ndarray, got, expected, of: str = "") -> None:
    """Fail where True and False stand for numbers or the other way round, or complex numbers for real ones."""
    if (numbers.dtype.kind == "b") != (wanted.dtype.kind == "b") and numbers.size:
        words = ("True and False", "numbers") if wanted.dtype.kind == "b" else ("Numbers", "True or False")
        fail(f"{words[0]} are expected here, but the values are {words[1]}.", expected, got, of=of)
    if numbers.dtype.kind == "c" and wanted.dtype.kind != "c":
        fail("Real numbers are expected here, but the values are complex.", expected, got, of=of)


def absolute_error(numbers: np.ndarray, wanted: np.ndarray) -> np.ndarray:
    """Return |numbers - wanted| as floats, 0 where they are equal (infinities too), infinite for NaN.

    Unsigned integers do not wrap.
    """
    kind = complex if "c" in (numbers.dtype.kind, wanted.dtype.kind) else float
    with np.errstate(invalid="ignore", over="ignore"):
        error = np.asarray(np.abs(numbers.astype(kind) - wanted.astype(kind)))
    error[np.isnan(error)] = np.inf
    return np.where(numbers == wanted, 0.0, error)


def first_place(where: np.ndarray) -> tuple[int, ...]:
    """Return the index of the first True."""
    return tuple(int(i) for i in np.unravel_index(np.argmax(where), where.shape))


def assert_equal(got, expected, of: str = "") -> None:
    """Fail unless `got` equals `expected`: the same plain value, or an array of the same shape and entries."""
    if isinstance(expected, np.ndarray | list | tuple):
        assert_close(got, expected, rtol=0, atol=0, of=of)
        return
    plain, wanted = (value.item() if isinstance(value, np.generic) else value for value in (got, expected))
    if plain is None and not of:
        fail("Your function returned None: is the return statement missing?", expected, got)
    if type(plain) is not type(wanted):
        fail(f"Expected {brief(expected)} (a value of type {type(wanted).__name__}), got {brief(got)} "
             f"(of type {type(plain).__name__}).", expected, got, of=of)
    if plain != wanted:
        fail(f"Expected {brief(expected)}, got {brief(got)}.", expected, got, of=of)
    note_comparison(expected, got, "", passed=True, of=of)


def assert_unchanged(outcome, *arguments, **named) -> None:
    """Fail if a call changed one of its arguments: `outcome` of student.observe, the arguments as they were.

    named: arguments by the names that the student knows, in their order.
    """
    given = [(f"{ordinal(position)} argument", value) for position, value in enumerate(arguments)]
    given += [(f"argument `{name}`", value) for name, value in named.items()]
    for after, (words, before) in zip(outcome.arguments, given, strict=False):
        if isinstance(before, np.ndarray) and not (
            isinstance(after, np.ndarray) and after.shape == before.shape
            and np.array_equal(after, before, equal_nan=True)
        ):
            plain = words.replace("`", "")
            fail(changed_message(words, before, after), f"{plain} unchanged", after, f"{plain} changed")
    note_comparison("arguments unchanged", "unchanged", "", passed=True)


def assert_no_warnings(outcome) -> None:
    """Fail if a call warned: where stability is the point, an overflow is a mistake."""
    if outcome.warnings:
        fail(f"Your function warned: {outcome.warnings[0]}.", NO_WARNING, outcome.warnings[0])
    note_comparison(NO_WARNING, NO_WARNING, "", passed=True)


def assert_own_memory(outcome) -> None:
    """Fail if a result shares its memory with an argument or another result: writing into one changes the other."""
    if outcome.aliases:
        path, position = outcome.aliases[0]
        other = "an earlier result" if position == WITHIN else f"the {ordinal(position)} argument"
        fail(f"Your result{path} and {other} are one array in memory: who writes into one changes both.",
             "new arrays", "shared memory")
    note_comparison("new arrays", "new arrays", "", passed=True)


def central_difference(f, x, h: float = 1e-5) -> np.ndarray:
    """Return the gradient of f at x, entry by entry (f(x + h) - f(x - h)) / 2h.

    f: takes a float array of the shape of x and returns a number; x is left alone. Error: of order h^2, and 1e-11 / h.
    """
    gradient = np.zeros(np.shape(x))
    for place in np.ndindex(gradient.shape):
        step = np.zeros_like(gradient)
        step[place] = h
        gradient[place] = (f(x + step) - f(x - step)) / (2 * h)
    return gradient


def assert_object(value, what: str, of: str = "") -> None:
    """Fail where a plain value stands for an object. what: "an optimiser"."""
    if value is None or isinstance(value, (*NUMBERS, str, list, tuple, dict, np.ndarray)):
        sentence = f"this should be {what}, but is" if of else f"Your function should return {what}, but it returned"
        fail(f"{sentence} {kind_of(value)}.", what, kind_of(value), of=of)


def reason_for(value) -> str:
    """Return why a value of another kind fails: what is no plain value at all is a bad type."""
    return "bad-type" if kind_of(value) == "an object" else "wrong-answer"


def assert_refused(call, error: str, what: str) -> None:
    """Fail unless call() raises this exception in the student's code. what: "an unknown activation"."""
    try:
        value = call()
    except StudentError as failure:
        if failure.reason != "exception":
            raise
        if error not in failure.kinds:
            fail(f"A {error} is expected for {what}, but {failure.message}", f"a {error}", "another exception")
        note_comparison(f"a {error}", f"a {error}", "", passed=True)
    else:
        fail(f"A {error} is expected for {what}, but your function returned {kind_of(value)}.", f"a {error}", value)


def kind_of(value) -> str:
    """Return what a value is, in words."""
    if value is None or isinstance(value, bool | np.bool_):
        return str(value)
    if isinstance(value, np.ndarray):
        return f"an array of shape {value.shape}"
    words = next((words for kind, words in KINDS.items() if isinstance(value, kind)), "")
    return words or ("a number" if isinstance(value, int | float | complex | np.generic) else "an object")
