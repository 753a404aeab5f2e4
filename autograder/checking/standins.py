"""Inert stand-ins for the modules that a notebook imports and a grader does not need.

Plots are not judged and cost half a second to import; `check` belongs to the student's own machine.
"""

from __future__ import annotations

import builtins
import importlib.machinery
import opcode
import sys
import types

ROOTS = {"matplotlib", "mpl_toolkits", "IPython", "ipywidgets", "autograder"}
UNPACK = opcode.opmap["UNPACK_SEQUENCE"], opcode.opmap["UNPACK_EX"]


class Inert(types.ModuleType):
    """Has every attribute and item, can be called, entered, unpacked and computed with; does nothing."""

    __path__ = ()
    __all__ = ()

    def __init__(self, name="inert", *rest, **keywords):
        super().__init__(name if type(name) is str else "inert")

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        return Inert(name)

    def __call__(self, *arguments, **keywords):
        return Inert()

    def __iter__(self):
        # `fig, axes = plt.subplots(2)` needs as many items as there are names: the caller's own
        # bytecode says how many. A for loop gets none.
        caller = sys._getframe(1)
        operation, count = caller.f_code.co_code[caller.f_lasti:caller.f_lasti + 2]
        return iter([Inert() for _ in range(count if operation in UNPACK else 0)])

    def __getitem__(self, key):
        return Inert()

    def __setitem__(self, key, value):
        pass

    def __enter__(self):
        return self

    def __exit__(self, *error):
        return False

    def __len__(self):
        return 0

    def __bool__(self):
        return True

    def __float__(self):
        return 0.0

    def _itself(self, *other):
        return self

    __add__ = __radd__ = __sub__ = __rsub__ = __mul__ = __rmul__ = __truediv__ = __rtruediv__ = _itself
    __neg__ = __pow__ = __and__ = __or__ = _itself


class Checks(Inert):
    """The `autograder` module of a notebook: each of its functions returns 0.0."""

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        return lambda *arguments, **keywords: 0.0


class Finder:
    """Serves a stand-in for each module under ROOTS."""

    def find_spec(self, name, path=None, target=None):
        root = name.partition(".")[0]
        return importlib.machinery.ModuleSpec(name, self, is_package=True) if root in ROOTS else None

    def create_module(self, spec):
        return Checks(spec.name) if spec.name.partition(".")[0] == "autograder" else Inert(spec.name)

    def exec_module(self, module):
        pass


def install() -> None:
    """Serve the stand-ins, and the two names that a notebook has without an import."""
    sys.meta_path.insert(0, Finder())
    builtins.display = Inert("display")
    builtins.get_ipython = Inert("get_ipython")
