"""What a wrong array may be: relations to the expected one that hold exactly, or no guess is made.

Half of it, its transpose, not yet summed over the batch: each is tried in a fixed order, the most telling first.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import permutations

import numpy as np

LONGEST_FACTOR = 1000  # lengths that are tried as a factor 1/N
FEWEST_SIGNS = 5       # entries of which the signs are no coincidence
SAME = 1e-6            # relative: a relation holds, up to the rounding of a differently ordered sum

FACTORS = {-1.0: "-1 times the expected one: the sign is turned.", 0.5: "half of the expected one.",
           2.0: "twice the expected one.", -0.5: "-1/2 times the expected one.", -2.0: "-2 times the expected one."}


def ordinal(position: int) -> str:
    """Return which argument this is, in words; position: counted from 0."""
    words = ("first", "second", "third", "fourth", "fifth", "sixth")
    return words[position] if position < len(words) else f"{position + 1}th"


def first(guesses: Iterator[str]) -> str:
    """Return the first guess that is one; a guess that overflows is none."""
    with np.errstate(all="ignore"):
        return next(filter(None, guesses), "")


def same(a, b) -> bool:
    """Return whether two arrays have one shape and finite entries that agree to rounding, zeros included."""
    a, b = np.asarray(a), np.asarray(b)
    if a.shape != b.shape or a.size == 0 or not (np.all(np.isfinite(a)) and np.all(np.isfinite(b))):
        return False
    return bool(np.all(np.abs(a - b) <= SAME * np.abs(b) + 1e-9 * np.max(np.abs(b))))


# Guesses for two arrays of the same shape.

def relations(got, wanted, wrong, inputs) -> Iterator[str]:
    """Yield what relates `got` to `wanted`, the most telling relation first."""
    exact = got
    got, wanted = floats(got), floats(wanted)
    if not np.all(np.isfinite(got)) or not np.all(np.isfinite(wanted)):
        return
    yield unchanged_input(got, inputs)
    if exact.dtype.kind in "iu" and same(got, np.trunc(wanted)):
        yield "your numbers are the expected ones with the decimals cut off: is an array of integers written to?"
    if got.size > 1 and not np.any(got):
        yield "every entry is 0: is the result ever filled?"
    yield precision_guess(exact, got, wanted)
    yield factor_guess(got, wanted, inputs)
    if got.size > 1 and same(got - wanted, np.full_like(got, (got - wanted).flat[0])):
        yield f"every entry is off by the same amount, {(got - wanted).flat[0]:.6g}."
    yield from order_guesses(got, wanted)
    if got.size > 1 and same(np.abs(got), np.abs(wanted)):
        yield "the sizes are right, but some signs are turned."
    if got.size > 1 and same(got, wanted**2):
        yield "your numbers are the squares of the expected ones."
    if got.size > 1 and same(got**2, wanted):
        yield "your numbers are square roots of the expected ones."
    yield step_guess(wrong, inputs)
    yield place_guess(wrong)
    yield sign_guess(wanted, wrong, inputs)


def unchanged_input(got, inputs) -> str:
    """Return a guess if the result is one of the arguments."""
    for position, value in enumerate(inputs):
        if isinstance(value, np.ndarray) and got.ndim and value.dtype.kind in "biuf" and same(got, floats(value)):
            return f"your result equals the {ordinal(position)} argument: was it returned as it came?"
    return ""


def floats(array) -> np.ndarray:
    """Return an array as float64 or complex128."""
    array = np.asarray(array)
    return array.astype(complex if array.dtype.kind == "c" else float)


def precision_guess(exact, got, wanted) -> str:
    """Return a guess if all digits but the last ones agree."""
    scale = np.max(np.abs(wanted))
    relative = np.max(np.abs(got - wanted)) / scale if scale > 0 else np.inf
    if not 0 < relative < 1e-3:
        return ""
    cause = (f"the result is {exact.dtype}: is float64 lost on the way?" if exact.dtype in ("float32", "float16")
             else "is a number rounded, approximated, or a small constant added?")
    return f"about {int(-np.log10(relative))} digits agree; {cause}"


def factor_guess(got, wanted, inputs) -> str:
    """Return a guess if `got` is a constant times `wanted`; 1/N only for an N among the lengths in sight."""
    if not np.any(wanted) or not np.any(got) or np.iscomplexobj(got) or np.iscomplexobj(wanted):
        return ""
    for factor, words in FACTORS.items():
        if same(got, factor * wanted):
            return f"your result is exactly {words}"
    for n in lengths(got, *inputs):
        if same(got * n, wanted):
            return f"your result is 1/{n} of the expected one, and {n} is a length in the data: a mean for a sum?"
        if same(got, wanted * n):
            return f"your result is {n} times the expected one, and {n} is a length in the data: a sum for a mean?"
    factor = np.vdot(wanted, got) / np.vdot(wanted, wanted)
    if got.size > 1 and np.count_nonzero(wanted) > 1 and same(got, factor * wanted):
        return f"your result is {factor:.6g} times the expected one, in every entry."
    return ""


def lengths(*arrays) -> list[int]:
    """Return the lengths that a mean may have divided by: of axes, and of whole arrays."""
    found = {int(n) for array in arrays if isinstance(array, np.ndarray) for n in (*array.shape, array.size)}
    return sorted(n for n in found if 2 < n <= LONGEST_FACTOR)


def order_guesses(got, wanted) -> Iterator[str]:
    """Yield guesses about entries that are right but stand elsewhere."""
    if got.size < 2:
        return
    for axes in axis_orders(got.ndim):
        if same(np.transpose(got, axes), wanted):
            yield transposed_words(axes)
    for axis in range(got.ndim):
        if same(np.flip(got, axis), wanted):
            yield "the entries are right, in the opposite order" + (f" along axis {axis}." if got.ndim > 1 else ".")
    if np.isrealobj(got) and np.isrealobj(wanted) and same(np.sort(got, axis=None), np.sort(wanted, axis=None)):
        yield "the entries are right, but stand in other places."


def axis_orders(ndim: int) -> list[tuple[int, ...]]:
    """Return the orders of the axes, without the present one; for arrays of up to four axes."""
    return list(permutations(range(ndim)))[1:] if 2 <= ndim <= 4 else []


def transposed_words(axes) -> str:
    """Return the guess for an array that is right with its axes in this order."""
    return ("transposed, your result would be right." if len(axes) == 2
            else f"with its axes in the order {axes} your result would be right.")


def step_guess(wrong, inputs) -> str:
    """Return a guess if all is right up to one row, or entry, and wrong from there to the end: a sequence of steps?

    Rows are steps for sure where an argument is their number; they are none where a row is a row of the data.
    """
    if wrong.ndim not in (1, 2) or len(wrong) < 2 or wrong.size < 3:
        return ""
    rows = wrong.reshape(len(wrong), -1).any(axis=1)
    start = int(np.argmax(rows))
    if start == 0 or not rows[start:].all():
        return ""
    numbers = [value for value in inputs if isinstance(value, int | np.integer) and not isinstance(value, bool)]
    if any(len(rows) in (number, number + 1) for number in numbers):
        return f"all is right before step {start} and wrong from step {start} on (counted from 0)."
    if len(rows) in {length for value in inputs if isinstance(value, np.ndarray) for length in value.shape}:
        return ""
    name, names = ("row", "rows") if wrong.ndim == 2 else ("entry", "entries")
    if start == len(rows) - 1:
        return (f"only {name} {start}, the last one, is wrong (counted from 0); if {names} are steps, look at "
                f"step {start}.")
    return f"from {name} {start} on (counted from 0) all {names} are wrong; if they are steps, look at step {start}."


def place_guess(wrong) -> str:
    """Return a guess if only one row, column or entry is wrong."""
    if wrong.all() or wrong.ndim not in (1, 2) or wrong.size < 3:
        return ""
    names = ("row", "column") if wrong.ndim == 2 else ("entry",)
    for axis, name in enumerate(names):
        others = tuple(other for other in range(wrong.ndim) if other != axis)
        indices = np.flatnonzero(wrong.any(axis=others))
        if len(indices) == 1 and wrong.shape[axis] > 1:
            return f"only {name} {indices[0]} is wrong (counted from 0)."
    return ""


def sign_guess(wanted, wrong, inputs) -> str:
    """Return a guess if the wrong entries are those where an argument has one sign, or those that should be 0.

    The sign of the expected numbers alone says nothing: among a few entries it is often a coincidence.
    """
    if wrong.all() or wrong.size < FEWEST_SIGNS or np.count_nonzero(wrong) < 2:
        return ""
    for position, value in enumerate(inputs):
        if isinstance(value, np.ndarray) and value.dtype.kind in "iuf" and value.shape == wrong.shape:
            for words, where in (("negative", value < 0), ("positive", value > 0), ("zero", value == 0)):
                if np.array_equal(wrong, where):
                    return f"exactly the entries where the {ordinal(position)} argument is {words} are wrong."
    if np.array_equal(wrong, wanted == 0):  # a zero is no coincidence
        return "exactly the entries that should be zero are wrong."
    return ""


# Guesses for two arrays of different shapes.

def relations_of_shapes(got, wanted, inputs) -> Iterator[str]:
    """Yield what relates `got` to `wanted` of another shape, judged by the values."""
    got, wanted = floats(got), floats(wanted)
    if not np.any(wanted) or (got.size == 1 and wanted.shape == ()):
        return  # zeros are everything's sum and transpose; for one entry the shapes say more
    yield from (transposed_words(axes) for axes in axis_orders(got.ndim) if same(np.transpose(got, axes), wanted))
    if got.size == wanted.size and same(got.ravel(), wanted.ravel()):
        yield f"the numbers are right; their shape should be {wanted.shape}{axis_words(got.shape, wanted.shape)}"
    yield from (f"{words}, your result would be right: is that step missing?"
                for words, reduced in reductions(got) if same(np.ravel(reduced), np.ravel(wanted)))
    yield unchanged_input(got, inputs)
    yield from (f"your result is the expected one {words}: one step too many?"
                for words, reduced in reductions(wanted) if same(np.ravel(reduced), np.ravel(got)))
    yield length_guess(got, wanted)


def axis_words(got: tuple[int, ...], wanted: tuple[int, ...]) -> str:
    """Return the end of a sentence on two shapes of equal size."""
    return ": is an axis missing?" if len(got) < len(wanted) else ": is there one axis too many?" \
        if len(got) > len(wanted) else "."


def reductions(array) -> Iterator[tuple[str, np.ndarray]]:
    """Yield (words, array) for sums and means over one axis and over all."""
    for axis in range(array.ndim):
        if array.shape[axis] > 1 and array.ndim > 1:
            batch = " (the batch?)" if axis == 0 else ""
            yield f"summed over axis {axis}{batch}", array.sum(axis=axis)
            mean = array.mean(axis=axis)
            if not same(array, np.broadcast_to(np.expand_dims(mean, axis), array.shape)):  # else each part is the mean
                yield f"averaged over axis {axis}{batch}", mean
    if array.size > 1:
        yield "summed over all entries", array.sum()
        yield "averaged over all entries", array.mean()


def length_guess(got, wanted) -> str:
    """Return a guess for arrays whose lengths differ by one along one axis."""
    if got.ndim != wanted.ndim or np.abs(np.subtract(got.shape, wanted.shape)).sum() != 1:
        return ""
    axis = int(np.argmax(np.abs(np.subtract(got.shape, wanted.shape))))
    longer, shorter, words = ((got, wanted, "too many") if got.size > wanted.size
                              else (wanted, got, "missing"))
    for end, indices in (("last", slice(None, -1)), ("first", slice(1, None))):
        if same(longer[(slice(None),) * axis + (indices,)], shorter):
            return f"off by one: the {end} entry is {words}, the others are right."
    return ""


def shape_guess(got: tuple[int, ...], wanted: tuple[int, ...]) -> str:
    """Return a guess from two shapes alone."""
    if len(got) > 1 and got == wanted[::-1]:
        return "are rows and columns swapped (transposed)?"
    if got in {(1,), (1, 1)} and wanted == ():
        return "an array of one entry is not a number: float(...) or an index makes it one."
    if wanted == ():
        return "is a sum over all entries missing?"
    if got == ():
        return "was everything summed into one number?"
    lengths_wanted = [n for n in wanted if n != 1]
    if len(got) == 2 and got[0] == got[1] > 1 and lengths_wanted == [got[0]]:
        return f"({got[0]},) against ({got[0]}, 1)? Such a pair broadcasts to ({got[0]}, {got[0]})."
    if np.prod(got, dtype=object) == np.prod(wanted, dtype=object):
        return f"the number of entries is right{axis_words(got, wanted)}"
    if len(got) == len(wanted) and np.abs(np.subtract(got, wanted)).sum() == 1:
        return "off by one in length: is the first or the last step missing, or one too many?"
    if len(got) > 1 and got[1:] in (wanted, wanted[1:]) and got[0] > 1:
        return "not summed over the batch (axis 0)?"
    return ""
