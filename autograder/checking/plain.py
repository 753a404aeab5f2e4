"""What counts as a plain value, the same in a notebook and in the jail. It travels there, so it imports nothing of the
course."""

from __future__ import annotations

import sys
import types

WANTED = "a number, text, an ordinary array of numbers, a list, a tuple or a dictionary"
READ = {str: str.__str__, int: int.__int__, float: float.__float__, complex: complex.__complex__,
        tuple: lambda item: tuple(tuple.__iter__(item)), list: lambda item: list(list.__iter__(item)),
        dict: lambda item: dict(dict.items(item))}


def plain(value):
    """Return the value itself, or that of a type derived from Python's: a namedtuple is a tuple, an np.str_ is text.

    NumPy's numbers and arrays stay what they are.
    """
    own = type(value)  # what __class__ says may be a lie
    if own is bool or (hasattr(own, "dtype") and not issubclass(own, str)):
        return value
    kind = next((kind for kind in READ if issubclass(own, kind)), own)
    return value if own is kind else READ[kind](value)


def is_object(value) -> bool:
    """Return whether something that is no plain value is an object of use to a check, not a class or a module.

    It can be called, keeps attributes, or is of a class that neither Python nor NumPy brings.
    """
    own = type(value)
    if issubclass(own, (type, types.ModuleType)):
        return False
    origin = str(own.__module__).partition(".")[0]
    return callable(value) or own.__dictoffset__ != 0 or not (origin in sys.stdlib_module_names or origin == "numpy")


def no_value(kind: type) -> str:
    """Return what to call a thing of this type, which is neither a plain value nor an object of use."""
    if kind is type:
        return "a class itself, not an object made with it"
    return f"an object of type {kind.__name__}, where {WANTED} is expected"


def kinds(error: BaseException) -> list[str]:
    """Return the names of Python's own exceptions that an error is one of."""
    return [kind.__name__ for kind in type(error).__mro__ if kind.__module__ == "builtins"]
