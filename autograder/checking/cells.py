"""What the cells of a notebook do: which imports are left out, which answers need one, and how a cell is run.

One rule over the text of the cells, by Python's own compiler. The kernel, the desk and the jail share this file; it
travels into the jail, so it imports nothing but the standard library. Text from a stranger is parsed in the worker.
"""

from __future__ import annotations
import __future__

import ast
import builtins
import re
import symtable
import sys
import types
from collections.abc import Callable, Iterable, Iterator, Set
from dataclasses import dataclass, field
from functools import lru_cache

SHOWING = frozenset({"matplotlib", "mpl_toolkits", "pylab", "IPython", "ipywidgets", "autograder"})  # stand-ins
# Of the standard library: what needs a screen, or a folder of its own, and is not in the jail.
LEFT_BEHIND = frozenset({"tkinter", "turtle", "turtledemo", "idlelib", "lib2to3", "ensurepip", "test", "distutils"})
ROUNDABOUT = {"eval", "exec", "globals", "locals", "vars", "dir", "__main__"}  # ways to a name that no table shows
FUTURE = sum({getattr(__future__, name).compiler_flag for name in __future__.all_feature_names})
REMEMBERED = 128  # cells: more than a unit has. From one check to the next, most of them stay as they are
FORGIVING = {"ImportError", "ModuleNotFoundError", "Exception", "BaseException"}


def is_allowed(module: str, packages: Iterable[str]) -> bool:
    """Return whether a cell may import this module. packages: what the course allows besides the standard library."""
    root = module.partition(".")[0]
    known = root in sys.stdlib_module_names or root in sys.builtin_module_names
    return (known and root not in LEFT_BEHIND) or root in SHOWING or root in packages


class Cells:
    """Runs cells one after the other as IPython does: a `from __future__` holds for the later ones too.

    An import at the top level of a cell that the course does not allow is left out; the rest of the cell runs.
    stand_in: called with a module's name, returns what its names are bound to. left_out: modules, by file.
    """

    def __init__(self, namespace: dict, packages: Iterable[str], stand_in: Callable[[str], object]):
        self.namespace, self.packages, self.stand_in = namespace, frozenset(packages), stand_in
        self.flags = 0
        self.left_out: dict[str, list[str]] = {}

    def run(self, source: str, file: str, shown: bool = False) -> None:
        """Run one cell; raise whatever it raises. shown: print the value of its last expression, as a notebook does."""
        self.left_out.pop(file, None)
        if shown or re.search(r"\bimport\b", source):
            tree, last = compile(source, file, "exec", self.flags | ast.PyCF_ONLY_AST, dont_inherit=True), []
            tree.body = [kept for statement in tree.body for kept in self.permitted(statement, file)]
            if shown and tree.body and isinstance(tree.body[-1], ast.Expr):
                last = [compile(ast.Interactive([tree.body.pop()]), file, "single", self.flags, dont_inherit=True)]
            code = compile(tree, file, "exec", self.flags, dont_inherit=True)
        else:
            code, last = compiled(source, file, self.flags), []
        self.flags |= code.co_flags & FUTURE
        for part in (code, *last):
            exec(part, self.namespace)

    def permitted(self, statement: ast.stmt, file: str) -> list[ast.stmt]:
        """Return the statement without imports that are left out, and bind their names to stand-ins."""
        for module, name in imported(statement):
            if not is_allowed(module, self.packages):
                self.left_out.setdefault(file, []).append(module)
                if name:
                    self.namespace[name] = self.stand_in(module)
        if isinstance(statement, ast.Import):
            statement.names = [alias for alias in statement.names if is_allowed(alias.name, self.packages)]
            return [statement] if statement.names else []
        if isinstance(statement, ast.ImportFrom) and not statement.level:
            return [statement] if is_allowed(statement.module, self.packages) else []
        return [statement]


@lru_cache(REMEMBERED)
def compiled(source: str, file: str, flags: int) -> types.CodeType:
    """Return the code of a cell. Raises what compile raises."""
    return compile(source, file, "exec", flags, dont_inherit=True)


def imported(statement: ast.stmt) -> Iterator[tuple[str, str]]:
    """Yield (module, the name that it binds, "" for a star) of an import statement; nothing for any other."""
    if isinstance(statement, ast.Import):
        for alias in statement.names:
            yield alias.name, alias.asname or alias.name.partition(".")[0]
    elif isinstance(statement, ast.ImportFrom) and not statement.level:
        for alias in statement.names:
            yield statement.module, "" if alias.name == "*" else alias.asname or alias.name


# Which answers need a module.

@dataclass
class Meaning:
    """What a top-level name stands for: the names that its statements use, and the modules that they import."""

    uses: set[str] = field(default_factory=set)
    modules: set[str] = field(default_factory=set)


def needed_modules(sources: Iterable[str], names: Iterable[str], packages: Iterable[str]) -> dict[str, str]:
    """Return name -> a module that it needs and the course does not allow, directly or through other names.

    sources: the cells in the order in which they ran; the latest definition of a name counts.
    """
    sources = list(sources)
    if all(is_allowed(module, packages) for source in sources for module in modules_of(source)):
        return {}
    meanings: dict[str, Meaning] = {}
    for tree in filter(None, map(tree_of, sources)):
        for statement in tree.body:
            give_meaning(statement, meanings)
    return {name: module for name in names if (module := first_needed(name, meanings, frozenset(packages)))}


class Scoped(ast.NodeTransformer):
    """Turns each comprehension into a call of a lambda, whose names are its own.

    From Python 3.12 on, the symbol table of a cell counts the names of its comprehensions among the cell's own.
    """

    def comprehension(self, node):
        self.generic_visit(node)
        first, *further = node.generators
        names = {part.id for generator in node.generators for part in ast.walk(generator.target)
                 if isinstance(part, ast.Name)}
        parts = [node.key, node.value] if isinstance(node, ast.DictComp) else [node.elt]
        parts += [condition for generator in node.generators for condition in generator.ifs]
        parts += [generator.iter for generator in further]
        call = ast.Call(ast.Lambda(ast.arguments(posonlyargs=[], args=[ast.arg(name) for name in sorted(names)],
                                                 kwonlyargs=[], kw_defaults=[], defaults=[]),
                                   ast.Tuple(parts, ast.Load())), [first.iter], [])
        outside = [ast.NamedExpr(ast.Name(inner.target.id, ast.Store()), ast.Constant(None))
                   for part in parts for inner in ast.walk(part) if isinstance(inner, ast.NamedExpr)]
        return ast.Tuple([call, *outside], ast.Load())  # what := binds belongs to the cell

    visit_ListComp = visit_SetComp = visit_DictComp = visit_GeneratorExp = comprehension


def table_of(code: ast.AST) -> symtable.SymbolTable:
    """Return the symbol table of a piece of code, the same for every version of Python. Raises what symtable raises."""
    scoped = Scoped().visit(ast.parse(ast.unparse(code)))
    return symtable.symtable(ast.unparse(ast.fix_missing_locations(scoped)), "<cell>", "exec")


def bound_in(table: symtable.SymbolTable) -> set[str]:
    """Return the names that a piece of code gives a meaning, outside of its functions."""
    return {symbol.get_name() for symbol in table.get_symbols() if symbol.is_assigned() or symbol.is_imported()}


def bound_by(statement: ast.stmt) -> set[str]:
    """Return the names that a top-level statement gives a meaning; none if it cannot be read."""
    try:
        return bound_in(table_of(statement))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return set()


def modules_of(source: str) -> frozenset[str]:
    """Return the modules that are imported anywhere in a cell, as modules_in; none if it is no Python."""
    try:
        return imported_in(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return frozenset()


@lru_cache(REMEMBERED)
def imported_in(source: str) -> frozenset[str]:
    return frozenset(modules_in(ast.parse(source)))


def tree_of(source: str) -> ast.Module | None:
    """Return the syntax tree of a cell, None if it is no Python."""
    try:
        return ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def modules_in(node: ast.AST) -> Iterator[str]:
    """Yield the modules that are imported anywhere in a piece of code, but not where a failure is taken care of."""
    waiting = [node]
    while waiting:
        node = waiting.pop()
        yield from (module for module, _ in imported(node)) if isinstance(node, ast.stmt) else ()
        if isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Constant):
            function = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            if function in ("__import__", "import_module") and isinstance(node.args[0].value, str):
                yield node.args[0].value
        guarded = isinstance(node, ast.Try) and any(map(is_forgiving, node.handlers))
        waiting += [child for child in ast.iter_child_nodes(node) if not (guarded and child in node.body)]


def is_forgiving(handler: ast.ExceptHandler, errors: set[str] = FORGIVING) -> bool:
    """Return whether an except clause takes care of one of these errors; of a module that is not there."""
    return handler.type is None or bool(errors & set(re.findall(r"\w+", ast.unparse(handler.type))))


def give_meaning(statement: ast.stmt, meanings: dict[str, Meaning]) -> None:
    """Enter what a top-level statement makes of the names that it binds or changes."""
    names = list(imported(statement))
    for module, name in names:
        earlier = meanings[name].modules if not name and name in meanings else set()  # "": all that stars may bind
        meanings[name] = Meaning(set(), {module} | earlier)
    if names:
        return
    try:
        table = table_of(statement)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return
    new, bound = Meaning(global_names_of(table), set(modules_in(statement))), bound_in(table)
    plain = isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.Assign)
    for name in bound:
        if plain or name not in meanings:
            meanings[name] = Meaning(set(new.uses), set(new.modules))
        else:
            meanings[name].uses |= new.uses
            meanings[name].modules |= new.modules
    for target in getattr(statement, "targets", []):  # `Variable.__add__ = ...` changes Variable
        while isinstance(target, ast.Attribute | ast.Subscript):
            target = target.value
        if isinstance(target, ast.Name) and target.id not in bound and target.id in meanings:
            meanings[target.id].uses |= new.uses
            meanings[target.id].modules |= new.modules


def first_needed(name: str, meanings: dict[str, Meaning], packages: frozenset[str]) -> str:
    """Return a module that the name needs and that is not allowed, "" if there is none."""
    stars = sorted(meanings[""].modules) if "" in meanings else []
    unknown = next((module for module in stars if not is_allowed(module, packages)), "")
    elsewhere = [builtins] + [sys.modules.get("numpy")] * (len(stars) > 1)
    met, waiting = {name}, [name]
    while waiting:
        name = waiting.pop()
        if name not in meanings:
            if unknown and not any(hasattr(module, name) for module in elsewhere):
                return unknown.partition(".")[0]
            continue
        for module in sorted(meanings[name].modules):
            if not is_allowed(module, packages):
                return module.partition(".")[0]
        waiting += meanings[name].uses - met
        met |= meanings[name].uses
    return ""


# Which cells can be left out of a run, because they only show something.

def is_used(shown: list[str], others: list[str]) -> bool:
    """Tell whether one of the other cells uses, or may use, a name that a shown cell defines at its top level."""
    defined = set(ROUNDABOUT)
    for source in shown:
        names = symtable.symtable(source, "<cell>", "exec").get_symbols()
        defined.update(name.get_name() for name in names if name.is_assigned() or name.is_imported())
    return any(not defined.isdisjoint(global_names(source)) for source in others)


def global_names(source: str) -> Set[str]:
    """Return the names that a cell may look up, or set, outside its functions; none if it is no Python."""
    try:
        return looked_up_in(source)
    except (SyntaxError, ValueError):  # a ValueError: a null character, or half of a surrogate pair
        return set()
    except (RecursionError, MemoryError):
        return ROUNDABOUT


@lru_cache(REMEMBERED)
def looked_up_in(source: str) -> frozenset[str]:
    return frozenset(global_names_of(symtable.symtable(source, "<cell>", "exec")))


def global_names_of(table: symtable.SymbolTable) -> set[str]:
    """Return the names that a symbol table and those within it look up, or set, outside functions."""
    found, tables = set(), [table]
    while tables:
        table = tables.pop()
        # A class looks up outside what it does not hold yet; functions, and what annotations are kept in, do not.
        local = table.get_type() not in ("module", "class")
        found.update(name.get_name() for name in table.get_symbols() if name.is_global() or not local)
        tables += table.get_children()
    return found
