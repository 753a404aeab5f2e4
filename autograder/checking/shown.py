"""Which cells can be left out of a run, because they only show something.

Reads source text with Python's own compiler, so it works where that text may do no harm: in the worker, and on the
student's own machine.
"""

from __future__ import annotations

import symtable

ROUNDABOUT = {"eval", "exec", "globals", "locals", "vars", "dir", "__main__"}  # ways to a name that no table shows


def is_used(shown: list[str], others: list[str]) -> bool:
    """Tell whether one of the other cells uses, or may use, a name that a shown cell defines at its top level."""
    defined = set(ROUNDABOUT)
    for source in shown:
        names = symtable.symtable(source, "<cell>", "exec").get_symbols()
        defined.update(name.get_name() for name in names if name.is_assigned() or name.is_imported())
    return any(not defined.isdisjoint(global_names(source)) for source in others)


def global_names(source: str) -> set[str]:
    """Return the names that a cell may look up, or set, outside its functions; none if it is no Python."""
    try:
        tables = [symtable.symtable(source, "<cell>", "exec")]
    except SyntaxError:
        return set()
    except (ValueError, RecursionError, MemoryError):
        return ROUNDABOUT
    found = set()
    while tables:
        table = tables.pop()
        local = table.get_type() == "function"  # a class looks up outside what it does not hold yet
        found.update(name.get_name() for name in table.get_symbols() if name.is_global() or not local)
        tables += table.get_children()
    return found
