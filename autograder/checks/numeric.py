"""Comparisons of numbers for checks, with failure messages that a student can act on.

Every comparison checks kind, exact shape, finiteness and then `all(error <= tolerance)`, in this order and written
so that NaN fails. (`np.allclose` alone broadcasts: an answer of shape (0,) or (1, 1) passes it.)
"""

from __future__ import annotations

import numpy as np

from autograder.checks.recording import brief, note_comparison
from autograder.verdicts import StudentError

RTOL = 1e-9  # float64 results that differ by the order of summation only
ATOL = 1e-12


def fail(message: str, expected, got, error: str = "", reason: str = "wrong-answer"):
    """Record the comparison as failed and raise StudentError."""
    note_comparison(expected, got, error, passed=False)
    raise StudentError(reason, message)


def as_numbers(got, expected) -> np.ndarray:
    """Return `got` as an array of numbers, or fail with a sentence about its kind."""
    if got is None:
        fail("Your function returned None: is the return statement missing?", expected, got)
    if not isinstance(got, bool | int | float | complex | np.number | np.bool_ | np.ndarray | list | tuple):
        fail(f"A number or an array is expected, but this is of type {type(got).__name__}.", expected, got)
    try:
        numbers = np.asarray(got)
    except ValueError:
        numbers = np.empty(0, object)
    if numbers.dtype.kind not in "biufc":
        fail("An array of numbers is expected, but the rows differ in length or hold something else.",
             expected, got)
    return numbers


def assert_shape(got, shape: tuple[int, ...]) -> None:
    """Fail unless `got` is numeric and has exactly this shape."""
    numbers = as_numbers(got, f"shape {shape}")
    if numbers.shape != tuple(shape):
        fail(shape_message(numbers.shape, tuple(shape)), f"shape {tuple(shape)}", got,
             f"shape {numbers.shape}")
    note_comparison(f"shape {tuple(shape)}", got, "", passed=True)


def assert_close(got, expected, rtol: float = RTOL, atol: float = ATOL) -> None:
    """Fail unless `got` has the shape of `expected` and every entry is within atol + rtol * |expected|."""
    wanted = np.asarray(expected)
    numbers = as_numbers(got, expected)
    if numbers.shape != wanted.shape:
        fail(shape_message(numbers.shape, wanted.shape), expected, got,
             f"shape {numbers.shape}, expected {wanted.shape}")
    bad = ~np.isfinite(numbers) & np.isfinite(wanted)
    if bad.any():
        place = tuple(int(i) for i in np.argwhere(bad)[0])
        kind = "NaN (not a number)" if np.isnan(numbers[place]) else "infinite"
        fail(f"The result is {kind}{at(place)}.", expected, got, f"{numbers[place]}{at(place)}")
    with np.errstate(invalid="ignore"):
        error = np.abs(numbers - wanted)
    error = np.where(numbers == wanted, 0.0, error)
    if not np.all(error <= atol + rtol * np.abs(wanted)):
        place = tuple(int(i) for i in np.unravel_index(np.argmax(error), error.shape))
        fail(difference_message(numbers, wanted, error, place), expected, got,
             f"{error[place]:.3g}{at(place)}")
    note_comparison(expected, got, f"{error.max(initial=0):.1g}", passed=True)


def assert_equal(got, expected) -> None:
    """Fail unless `got` equals `expected`: the same plain value, or an array of the same shape and entries."""
    if isinstance(expected, np.ndarray | list | tuple):
        assert_close(got, expected, rtol=0, atol=0)
        return
    plain = got.item() if isinstance(got, np.generic) else got
    if type(plain) is not type(expected) or plain != expected:
        fail(f"Expected {brief(expected)}, got {brief(got)}.", expected, got)
    note_comparison(expected, got, "", passed=True)


def assert_unchanged(outcome, *arguments) -> None:
    """Fail if a call changed one of its arguments: `outcome` of student.observe, `arguments` as they were."""
    for position, (after, before) in enumerate(zip(outcome.arguments, arguments, strict=False)):
        if isinstance(before, np.ndarray) and not (
            isinstance(after, np.ndarray) and after.shape == before.shape
            and np.array_equal(after, before, equal_nan=True)
        ):
            fail(f"Your function changed its argument number {position + 1} in place. "
                 "Work on a copy, or write to a new array.", before, after, f"argument {position + 1} changed")
    note_comparison("arguments unchanged", "unchanged", "", passed=True)


def assert_no_warnings(outcome) -> None:
    """Fail if a call warned: where stability is the point, an overflow is a mistake."""
    if outcome.warnings:
        fail(f"Your function warned: {outcome.warnings[0]}.", "no warning", outcome.warnings[0])
    note_comparison("no warning", "no warning", "", passed=True)


def assert_own_memory(outcome) -> None:
    """Fail if a result shares its memory with an argument: writing into one would change the other."""
    if outcome.aliases:
        path, position = outcome.aliases[0]
        fail(f"Result{path} and argument number {position + 1} are one array in memory. Return a new array.",
             "new arrays", "a shared array", f"result{path} is argument {position + 1}")
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


def at(place: tuple[int, ...]) -> str:
    """Return ' at [0, 1]' for an index, nothing for a scalar."""
    return f" at [{', '.join(map(str, place))}]" if place else ""


def shape_message(got: tuple[int, ...], wanted: tuple[int, ...]) -> str:
    """Return a sentence on two shapes, with the likely mix-up where one is known."""
    text = f"The shape is {got}, expected {wanted}."
    if len(wanted) == 0:
        return text + " A single number is expected: is a sum over all entries missing?"
    if got == wanted[::-1]:
        return text + " Are rows and columns swapped (transposed)?"
    if np.prod(got, dtype=int) == np.prod(wanted, dtype=int):
        return text + " The number of entries is right: is an axis missing or one too many?"
    return text


def difference_message(got, wanted, error, place) -> str:
    """Return a sentence on two arrays of the same shape that differ, and what their relation suggests."""
    text = f"The largest error is {error[place]:.4g}{at(place)}: got {got[place]:.6g}, expected {wanted[place]:.6g}."
    for factor, words in FACTORS.items():
        if np.allclose(got, factor * wanted, rtol=1e-6, atol=1e-12) and np.any(wanted):
            return f"{text} Your result is exactly {words} of ours."
    return text


FACTORS = {-1.0: "-1 times (the sign is turned)", 0.5: "half", 2.0: "twice"}
