"""What a wrong number looks like: messages of at most eight lines.

The last line is a guess, if one holds (guesses.py). It begins with NOTICE, so that a hint that knows more can take its
place.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from autograder.checking.guesses import first, relations, relations_of_shapes, shape_guess

NOTICE = "Notice: "
GUESSED_ENTRIES = 100_000  # beyond this size a guess costs more time than a check


def without_notice(message: str) -> str:
    """Return a message without its guess."""
    return message.partition("\n" + NOTICE)[0]


def notice(message: str) -> str:
    """Return the guess of a message alone, "" if it has none."""
    return message.partition("\n" + NOTICE)[2]


def at(place: tuple[int, ...]) -> str:
    """Return ' at [0, 1]' for an index, nothing for a scalar."""
    return f" at [{', '.join(map(str, place))}]" if place else ""


def sentences(headline: str, rows: Iterable[tuple[str, str]], guess: str) -> str:
    """Return a message: the headline, aligned rows of name and value, and the guess if there is one."""
    rows = list(rows)
    width = max((len(name) for name, _ in rows), default=0)
    lines = [headline, *(f"    {name:<{width}}  {value}" for name, value in rows)]
    return "\n".join([*lines, NOTICE + guess] if guess else lines)


def shape_message(got: np.ndarray, wanted: tuple[int, ...], expected=None, inputs: tuple = ()) -> str:
    """Return the message for an array of the wrong shape; `expected` is the array itself where it is known."""
    guess = ""
    if expected is not None and got.size <= GUESSED_ENTRIES and expected.size <= GUESSED_ENTRIES:
        guess = first(relations_of_shapes(got, expected, inputs))
    headline = "A single number is expected." if wanted == () else "The shape differs."
    return sentences(headline, [("expected", shape_text(wanted)), ("got", shape_text(got.shape))],
                     guess or shape_guess(got.shape, wanted))


def shape_text(shape: tuple[int, ...]) -> str:
    """Return a shape as text."""
    return f"shape {shape}" if shape else "a number, shape ()"


def not_finite_message(got: np.ndarray, bad: np.ndarray) -> str:
    """Return the message for NaN or infinity where a finite number is expected. bad: boolean, the shape of got."""
    place = tuple(int(i) for i in np.unravel_index(np.argmax(bad), bad.shape))
    value = "NaN (not a number)" if np.isnan(got[place]) else "infinite"
    if got.ndim == 0:
        headline = f"The result is {value}."
    else:
        headline = f"{np.count_nonzero(bad)} of {got.size} entries are not finite; the first, {value}, is{at(place)}."
    origin = ("NaN comes from 0/0, from infinity minus infinity, or from the root or logarithm of a negative number."
              if np.isnan(got[place]) else "Infinity comes from a division by 0, log(0), or an exp of a large number.")
    return sentences(headline, [], origin)


def difference_message(got: np.ndarray, wanted: np.ndarray, error: np.ndarray, wrong: np.ndarray,
                       place: tuple[int, ...], inputs: tuple = ()) -> str:
    """Return the message for two arrays of one shape.

    error: absolute; wrong: where it exceeds the tolerance; place: index of the largest error.
    """
    largest, size = float(error[place]), float(abs(wanted[place]))
    # A share of 140 says no more than the two numbers do.
    relative = f" (relative {largest / size:.2g})" if largest < 10 * size < np.inf and size > 1e-200 else ""
    headline = "The number differs."
    if got.ndim:
        headline = f"{np.count_nonzero(wrong)} of {got.size} entries differ; the largest error is{at(place)}."
    rows = [*aligned(wanted[place], got[place]), ("error", f"{largest:.3g}{relative}")]
    guess = first(relations(got, wanted, wrong, inputs)) if got.size <= GUESSED_ENTRIES else ""
    return sentences(headline, rows, guess)


def changed_message(words: str, before: np.ndarray, after) -> str:
    """Return the message for an argument that a call has changed. words: which one, "argument `x`"."""
    headline = f"Your function changed its {words} in place."
    advice = "Work on a copy, or write to a new array."
    if not isinstance(after, np.ndarray) or after.shape != before.shape:
        return f"{headline} {advice}"
    changed = (after != before) & ~(np.isnan(after) & np.isnan(before))
    place = tuple(int(i) for i in np.unravel_index(np.argmax(changed), changed.shape))
    rows = [(f"before{at(place)}", f"{number_value(before[place]):.6g}"),
            (f"after{at(place)}", f"{number_value(after[place]):.6g}")]
    return f"{sentences(headline, rows, '')}\n{advice}"


def aligned(wanted, got) -> list[tuple[str, str]]:
    """Return the rows of the expected and the given number, with enough digits to tell them apart."""
    for digits in (6, 9, 13, 17):
        texts = [f"{number_value(value):.{digits}g}" for value in (wanted, got)]
        if texts[0] != texts[1]:
            break
    before = [text.find(".") if "." in text and "e" not in text else len(text) for text in texts]
    pad = [" " * (max(before) - position) if "e" not in "".join(texts) else "" for position in before]
    return [(name, space + text) for name, space, text in zip(("expected", "got"), pad, texts, strict=True)]


def number_value(value):
    """Return a plain number of an array's entry."""
    value = value.item() if hasattr(value, "item") else value
    return int(value) if isinstance(value, bool) else value
