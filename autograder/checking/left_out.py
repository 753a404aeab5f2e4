"""What is told about what is not there when work is graded: modules that the course does not allow, and files."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable

from autograder.checking.cells import SHOWING, imported, is_allowed, is_forgiving, tree_of

FILES = re.compile(r"open|io\.open|(np|numpy)\.(save|savez|savez_compressed|savetxt|load|loadtxt|genfromtxt|fromfile)"
                   r"|savez|savez_compressed|savetxt|loadtxt|genfromtxt|fromfile|os\.(mkdir|makedirs)"
                   r"|.*\.(write_text|write_bytes|read_text|read_bytes|tofile)|.*\bPath\b.*\.(open|mkdir|touch)")
NO_FILES = "When your work is graded, no file can be written, and none of your own is there."
SHOWN = 60  # characters of a call
FILE_ERRORS = {"OSError", "IOError", "EnvironmentError", "PermissionError", "FileNotFoundError", "Exception",
               "BaseException"}


def rule(packages: Iterable[str]) -> str:
    """Return what the course allows, as the end of a sentence."""
    names = [name for name in packages if name not in SHOWING] or ["Python"]
    return f"this course is solved with {' and '.join(filter(None, [', '.join(names[:-1]), names[-1]]))} alone"


def refusal(exercise: str, module: str, packages: Iterable[str]) -> str:
    """Return the sentence for an answer that needs a module which the course does not allow."""
    return f"`{exercise}` uses {module}, but {rule(packages)}: it is not there when your work is graded."


def left_out_sentence(module: str, packages: Iterable[str]) -> str:
    """Return the sentence for an import that is left out where work is graded."""
    return f"The import of {module} is left out when your work is graded: {rule(packages)}."


def forewarnings(sources: list[str], packages: Iterable[str]) -> list[str]:
    """Return the sentences on what some cells do that is otherwise when work is graded: imports, and files."""
    return [*(left_out_sentence(module, packages) for module in left_out_modules(sources, packages)),
            *(f"{NO_FILES[:-1]}: `{call}` stops with an error then." for call in file_calls(sources))]


def left_out_modules(sources: Iterable[str], packages: Iterable[str]) -> list[str]:
    """Return the modules whose imports at the top level of some cells are left out, each once."""
    found = (module for tree in filter(None, map(tree_of, sources)) for statement in tree.body
             for module, _ in imported(statement))
    return [module for module in dict.fromkeys(found) if not is_allowed(module, packages)]


def file_calls(sources: Iterable[str]) -> list[str]:
    """Return the calls in some cells that open, read or write a file, each once; not where an error is taken care of.

    In a cell with a BytesIO or a StringIO nothing need be a file.
    """
    sources = [source for source in sources if "BytesIO" not in source and "StringIO" not in source]
    found, waiting = {}, [tree for tree in map(tree_of, sources) if tree]
    while waiting:
        node = waiting.pop(0)
        if isinstance(node, ast.Call) and FILES.fullmatch(text_of(node.func)):
            text = text_of(node)
            found[text if len(text) <= SHOWN else text[:SHOWN - 3] + "..."] = None
        guarded = isinstance(node, ast.Try) and any(is_forgiving(handler, FILE_ERRORS) for handler in node.handlers)
        waiting[:0] = [child for child in ast.iter_child_nodes(node) if not (guarded and child in node.body)]
    return list(found)


def text_of(node: ast.AST) -> str:
    """Return the text of a piece of code on one line, "" if it is nested too deeply."""
    try:
        return " ".join(ast.unparse(node).split())
    except RecursionError:
        return ""
