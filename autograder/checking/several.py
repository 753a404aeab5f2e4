"""Results that come several at a time: a tuple, a list or a dictionary of them, taken apart for a check.

Who returns one of two results, or both the other way round, is told so; without that the next comparison would speak
of a shape or of a kind.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from autograder.checking.numeric import fail, kind_of, reason_for
from autograder.checking.recording import plain_array

Look = Callable[[object], bool]


def results_of(value, *names: str, of: str = "", looks: Sequence[Look] = ()) -> list:
    """Return the results of a call one by one; fail unless it gave as many as there are names.

    looks: for each name what tells its result from the others, so that one of them alone, and all of them the other way
    round, are called what they are. What looks like none of them is returned for the check to judge.
    """
    wanted = f"({', '.join(names)}{',' * (len(names) == 1)})"
    several = f"{len(names)} {'values' if of else 'results'} are" if len(names) > 1 else "A tuple with one result is"
    fits = isinstance(value, tuple | list) and len(value) == len(names)
    if fits and all(look(part) for look, part in zip(looks, value, strict=False)):
        return list(value)
    if fits and all(look(part) for look, part in zip(looks, reversed(value), strict=True)):
        fail(f"{several} expected in this order, {wanted}, but yours come the other way round.", f"{names[0]} first",
             f"{names[-1]} first", of=of)
    alone = next((name for name, look in zip(names, looks, strict=False) if look(value)), "")
    if fits and not alone:
        return list(value)
    if value is None and not of:
        fail(f"Your function returned None, not {wanted}: is the return statement missing?", wanted, value)
    many = isinstance(value, tuple | list)
    got = (f"returned {alone} alone" if alone else f"is {kind_of(value)} of {len(value)}" if many else
           f"is {kind_of(value)}" + " alone" * (value is not None))
    fail(f"{several} expected, {wanted}, but yours {got}.", wanted, value, reason=reason_for(value), of=of)


def of_shape(*shape: int) -> Look:
    """Return what tells an array of this shape, () for a number."""
    return lambda value: isinstance(value, np.ndarray | float | int | np.generic) and np.shape(value) == shape


def is_flat(value) -> bool:
    """Return whether a value is a list, a tuple or an array of numbers, such as the losses of a training."""
    array = plain_array(value) if isinstance(value, list | tuple | np.ndarray) else None
    return array is not None and array.ndim == 1


def entries_of(value, *names: str, of: str = "") -> list:
    """Return the values of a dictionary with these names; fail where it is none, or lacks one."""
    if not isinstance(value, dict):
        fail(f"A dictionary with the names {', '.join(names)} is expected, but yours is {kind_of(value)}.",
             "a dictionary", kind_of(value), reason=reason_for(value), of=of)
    for name in names:
        if name not in value:
            fail(f"The dictionary has no entry {name!r}; it has {', '.join(map(repr, value)) or 'none'}.",
                 f"an entry {name!r}", "none of that name", of=of)
    return [value[name] for name in names]
