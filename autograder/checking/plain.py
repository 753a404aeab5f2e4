"""What counts as a plain value, the same in a notebook and in the jail. It travels there, so it imports nothing."""

from __future__ import annotations

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


def kinds(error: BaseException) -> list[str]:
    """Return the names of Python's own exceptions that an error is one of."""
    return [kind.__name__ for kind in type(error).__mro__ if kind.__module__ == "builtins"]
