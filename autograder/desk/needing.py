"""Which answers need a cell that uses a file: at home it is there, and where work is graded the cell stops."""

from __future__ import annotations

import ast
from collections.abc import Iterable

from autograder.checking.cells import NO_FILES, Meaning, bound_by, file_calls, give_meaning, tree_of
from autograder.course.verdicts import StudentError

DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Import, ast.ImportFrom)


def file_refusals(sources: Iterable[str], names: Iterable[str]) -> dict[str, StudentError]:
    """Return exercise -> why its answer is not called, where a cell that it needs stops at a file when it is graded.

    sources: the cells in the order in which they ran. What a cell defines after a call on a file, or by it, is not
    there then.
    """
    meanings: dict[str, Meaning] = {}
    lost: dict[str, str] = {}
    for tree in filter(None, map(tree_of, sources)):
        call = ""
        for statement in tree.body:
            if not isinstance(statement, DEFINITIONS):
                call = call or next(iter(file_calls([ast.unparse(statement)])), "")
            give_meaning(statement, meanings)
            for name in bound_by(statement):
                lost.pop(name, None)
                lost |= {name: call} if call else {}
    found = {}
    for name in names:
        needed = next((used for used in [name, *sorted(reached(name, meanings))] if used in lost), None)
        if needed is not None:
            reason = "no-function" if needed == name else "exception"
            found[name] = StudentError(reason, f"`{name}` needs a cell that stops at `{lost[needed]}`. {NO_FILES}")
    return found


def reached(name: str, meanings: dict[str, Meaning]) -> set[str]:
    """Return the name and all those that it uses, directly or through others."""
    met, waiting = {name}, [name] if name in meanings else []
    while waiting:
        new = (meanings[waiting.pop()].uses & meanings.keys()) - met
        waiting += new
        met |= new
    return met
