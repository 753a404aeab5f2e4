"""Inert stand-ins for the modules that a notebook imports and a grader does not need.

Plots are not judged and cost half a second to import; `check` belongs to the student's own machine.
"""

from __future__ import annotations

import builtins
import importlib
import importlib.machinery
import opcode
import sys
import types

ROOTS = {"matplotlib", "mpl_toolkits", "pylab", "IPython", "ipywidgets", "autograder"}
# What `from matplotlib.pyplot import *` is used for.
PICTURES = ("plt", "figure", "subplot", "subplots", "plot", "scatter", "bar", "barh", "hist", "imshow", "contour",
            "contourf", "errorbar", "fill_between", "step", "pie", "boxplot", "semilogx", "semilogy", "loglog", "axis",
            "axes", "axhline", "axvline", "hlines", "vlines", "title", "suptitle", "xlabel", "ylabel", "xlim", "ylim",
            "xticks", "yticks", "legend", "colorbar", "grid", "text", "annotate", "arrow", "quiver", "tight_layout",
            "savefig", "show", "draw", "pause", "close", "cla", "clf", "gca", "gcf", "ion", "ioff", "style", "rc",
            "rcParams")
# pylab gives numpy's names as well, and those of four of its parts; of these Python's own stay Python's.
PARTS = ("numpy", "numpy.fft", "numpy.random", "numpy.linalg")
PYTHONS = ("abs", "bool", "bytes", "max", "min", "pow", "round")
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


class Absent(Inert):
    """A module that the course does not allow: inert while cells are loaded, missing when an answer uses it."""

    loaded = False

    def __getattr__(self, name):
        if not name.startswith("__"):
            self._require()
        return super().__getattr__(name)

    def __call__(self, *arguments, **keywords):
        self._require()
        return super().__call__(*arguments, **keywords)

    def _require(self):
        if Absent.loaded:
            raise ModuleNotFoundError(f"No module named '{self.__name__}'")


def fill(module) -> None:
    """Give a stand-in of pyplot or pylab the names that a star takes from it."""
    names = dict.fromkeys(PICTURES, Inert())
    names["np"] = importlib.import_module("numpy")
    if module.__name__ in ("pylab", "matplotlib.pylab"):
        for part in map(importlib.import_module, PARTS):
            names |= {name: getattr(part, name) for name in part.__all__}
        names |= {name: getattr(builtins, name) for name in PYTHONS}
    vars(module).update(names, __all__=tuple(names))


class Finder:
    """Serves a stand-in for each module under ROOTS."""

    def find_spec(self, name, path=None, target=None):
        root = name.partition(".")[0]
        return importlib.machinery.ModuleSpec(name, self, is_package=True) if root in ROOTS else None

    def create_module(self, spec):
        return Checks(spec.name) if spec.name.partition(".")[0] == "autograder" else Inert(spec.name)

    def exec_module(self, module):
        if module.__name__ in ("pylab", "matplotlib.pylab", "matplotlib.pyplot"):
            fill(module)


def install() -> None:
    """Serve the stand-ins, and the two names that a notebook has without an import."""
    sys.meta_path.insert(0, Finder())
    builtins.display = Inert("display")
    builtins.get_ipython = Inert("get_ipython")
