"""Which answers need what is there at home and not where work is graded: a module, or a cell that uses a file."""

from __future__ import annotations

import ast
from collections.abc import Iterable

from autograder.checking.cells import Meaning, bound_by, give_meaning, needed_modules, tree_of
from autograder.checking.left_out import NO_FILES, file_calls, refusal
from autograder.course.verdicts import StudentError

DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Import, ast.ImportFrom)


def module_refusals(sources: Iterable[str], names: Iterable[str], packages: Iterable[str]) -> dict[str, StudentError]:
    """Return exercise -> why its answer is not called, where it needs a module that the course does not allow.

    sources: the cells in the order in which they ran. packages: what the course allows.
    """
    return {name: StudentError("exception", refusal(name, module, packages))
            for name, module in needed_modules(sources, names, packages).items()}


def file_refusals(sources: list[str], names: Iterable[str]) -> dict[str, StudentError]:
    """Return exercise -> why its answer is not called, where a cell that it needs stops at a file when it is graded.

    sources: the cells in the order in which they ran. What a cell defines after a call on a file, or by it, is not
    there then.
    """
    stopped = {source for source in sources if file_calls([source])}
    if not stopped:
        return {}
    meanings: dict[str, Meaning] = {}
    lost: dict[str, str] = {}
    for source in sources:
        tree, call = tree_of(source), ""
        for statement in tree.body if tree else ():
            if source in stopped and not isinstance(statement, DEFINITIONS):
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
