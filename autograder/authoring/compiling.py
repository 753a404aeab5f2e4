"""What the Python of a page imports on the way to a first check, compiled: `bytecode.cjs` runs this in that Python."""

from __future__ import annotations

import importlib.util
import io
import json
import marshal
import sys
import zipfile
from importlib.machinery import SourceFileLoader
from types import CodeType, ModuleType
from zipimport import zipimporter

known: dict[str, CodeType] = {}  # path -> code, of what is imported from here on
compile_file = SourceFileLoader.source_to_code


def compile_and_keep(self, data, path, **options) -> CodeType:
    """Return the code of a file that is imported, which need not be compiled once more."""
    known[path] = compile_file(self, data, path, **options)
    return known[path]


SourceFileLoader.source_to_code = compile_and_keep


def bytecode(page: ModuleType) -> bytes:
    """Return a zip of the compiled files, each under the path of its source. page: what answers a page's jobs."""
    check_everything(page)
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w") as archive:
        for path, source in sorted(sources(sys.modules).items()):
            archive.writestr(zipfile.ZipInfo(path), compiled(path, source))
    return kept.getvalue()


def check_everything(page: ModuleType) -> None:
    """Check every exercise as a reader who has written nothing."""
    for unit in page.course().units.values():
        for exercise in unit.graded:
            job = {"kind": "check", "unit": unit.name, "exercise": exercise.name, "cells": [], "shown": []}
            page.answer(json.dumps(job), lambda place: None)


def sources(modules: dict[str, ModuleType]) -> dict[str, bytes]:
    """Return path -> content of the files that these modules come from. pytest compiles checks itself: not of those."""
    specs = [getattr(module, "__spec__", None) for module in modules.values()]
    return {spec.origin: spec.loader.get_data(spec.origin) for spec in specs
            if spec and isinstance(spec.loader, SourceFileLoader | zipimporter)}


def compiled(path: str, source: bytes) -> bytes:
    """Return the bytecode of a file, which Python takes without looking at the source again (PEP 552)."""
    code = known.get(path) or compile(source, path, "exec", dont_inherit=True)
    unchecked = (1).to_bytes(4, "little")
    return importlib.util.MAGIC_NUMBER + unchecked + importlib.util.source_hash(source) + marshal.dumps(code)
