"""Imports numpy for a worker without what nobody reads there, which is a fifth of the time that it takes.

A worker imports this before whatever else imports numpy.
"""

from __future__ import annotations

import gc
import os
import random
import sys
import types

os.environ.update(OPENBLAS_NUM_THREADS="1", OMP_NUM_THREADS="1", MKL_NUM_THREADS="1")


class Spared(types.ModuleType):
    """Stands in for a module whose names serve as annotations only."""

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        return list


gc.disable()  # imports make no garbage, and are a tenth faster so; the worker enables it when all is there
# The docstrings of compiled functions, and the types that annotate four result tuples.
for name in ("numpy._core._add_newdocs", "numpy._core._add_newdocs_scalars", "numpy._typing"):
    sys.modules[name] = Spared(name)
# numpy.random takes one function of this module, which would load a library for encryption.
sys.modules["secrets"] = types.ModuleType("secrets")
sys.modules["secrets"].randbits = random.SystemRandom().getrandbits  # as it is defined there

import numpy.random  # noqa: E402, F401  (a nursery has it for all its workers)

# The real ones serve a student who imports numpy.typing or secrets.
del sys.modules["numpy._typing"], sys.modules["secrets"]
