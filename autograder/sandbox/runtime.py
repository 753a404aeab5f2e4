"""The only files that a worker sees: Python, its standard library, shared libraries, numpy, worker code, and the
packages that the course allows besides.

They are copied once into a cache folder. So a jail needs one read-only bind or one Landlock rule, nothing
else of the machine is in reach (no site-packages, no course), a spare uid can read it wherever Python was
installed, and all byte code is there: a worker that has to compile starts ten times slower.
"""

from __future__ import annotations

import hashlib
import json
import os
import py_compile
import shutil
import subprocess
import sys
import sysconfig
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import numpy

from autograder.course.settings import FILE, PACKAGE, course_settings
from autograder.course.verdicts import CourseError
from autograder.sandbox import packages

WORKER_FILES = tuple(PACKAGE / "sandbox" / name for name in (
    "worker.py", "nursery.py", "wire.py", "walls.py", "failures.py", "numpy_quickly.py")) + tuple(
    PACKAGE / "checking" / name for name in ("cells.py", "plain.py", "standins.py"))
UNUSED = ("site-packages", "dist-packages", "test", "tests", "idlelib", "lib2to3", "ensurepip", "tkinter",
          "turtledemo", "config-*", "pydoc_data", "*.pyi", "*.a", "include", "distutils", "*.opt-?.pyc")
ROOT = "/runtime"  # where a worker finds them that sees nothing else
KEPT_SECONDS = 24 * 3600  # a copy has 120 MB
AHEAD_SECONDS = 10 * 365 * 24 * 3600
# Importing writes the byte code and maps the shared libraries, whose list is then printed.
PREPARE = """
import json, worker, nursery
import bz2, copy, csv, ctypes, dataclasses, decimal, fractions, hashlib, lzma, random, statistics, string
import threading, time, timeit, traceback, unittest, zlib
import numpy.fft, numpy.ma, numpy.polynomial, numpy.random, numpy.testing, numpy.typing
from numpy import *
import importlib, pkgutil, sys, warnings
warnings.simplefilter("ignore")
for name in sys.argv[1:]:
    package = importlib.import_module(name)
    for part in pkgutil.iter_modules(getattr(package, "__path__", ()), f"{name}."):
        if "._" not in part.name:
            try:
                importlib.import_module(part.name)
            except Exception:
                pass  # it needs something else that is not here; the package itself does not
with open("/proc/self/maps") as maps:
    print(json.dumps(sorted({line.split()[-1] for line in maps if ".so" in line})))
"""


@dataclass(frozen=True)
class Runtime:
    """Where the copied files are; loader, python and search are relative to the folder.

    packages: what the course allows besides NumPy.
    """

    folder: str
    loader: str
    python: str
    search: tuple[str, ...]
    packages: tuple[str, ...] = ()

    def command(self, root: str, module: str, configuration: str) -> list[str]:
        """Return the command that runs a module of the worker's code and sees the folder as root."""
        # The loader is started by name, so neither it nor the libraries depend on fixed places. Not -I: it would not
        # read PYTHONHASHSEED. There is no other variable to ignore.
        code = f"{_path_line(root, self.search)}; import {module}; {module}.main(sys.argv[1])"
        return [f"{root}/{self.loader}", "--library-path", f"{root}/libraries", f"{root}/{self.python}",
                "-P", "-s", "-S", "-X", "utf8", "-c", code, configuration]


def prepare() -> Runtime:
    """Return the runtime of this Python and its packages, built at first use and kept in the user's cache.

    Raises CourseError where a package that the course allows is not installed, or does not start without others.
    """
    library, python = _places()
    cache = _cache_folder()
    names = packages.besides(course_settings().packages)
    brought = packages.installed(names)
    folder = cache / f"runtime-{_fingerprint(library, brought)}"
    if not (folder / "runtime.json").exists():
        _build(folder, library, python, names, brought)
    read_ahead(folder, time.time())
    for other in cache.glob("runtime-*"):
        if time.time() - other.stat().st_mtime > KEPT_SECONDS:
            shutil.rmtree(other, ignore_errors=True)
    facts = json.loads((folder / "runtime.json").read_text())
    return Runtime(str(folder), facts["loader"], facts["python"], tuple(facts["search"]), names)


def _places() -> tuple[Path, Path]:
    """Return the standard library and the interpreter behind a virtual environment."""
    base = {"installed_base": sys.base_prefix, "base": sys.base_prefix}
    return Path(sysconfig.get_path("stdlib", vars=base)), Path(os.path.realpath(sys.executable))


def _cache_folder() -> Path:
    """Return a folder that this user alone can write and everybody can read."""
    home = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    # A root grader's workers run as another user, who cannot look into root's home.
    own = Path("/var/cache") if os.geteuid() == 0 else home
    for folder in (own / "autograder", Path(tempfile.gettempdir()) / f"autograder-{os.geteuid()}"):
        try:
            folder.mkdir(parents=True, exist_ok=True, mode=0o755)
            state = folder.lstat()
        except OSError:
            continue
        if state.st_uid == os.geteuid() and not state.st_mode & 0o022 and os.access(folder, os.W_OK):
            return folder
    raise CourseError("no folder for the sandbox's copy of Python", str(own), "Set XDG_CACHE_HOME or TMPDIR.")


def _fingerprint(library: Path, brought: list) -> str:
    """Return a short text that changes with Python, numpy, the other packages and the worker's code."""
    facts = [sys.version, str(library), numpy.__version__, numpy.__file__]
    facts += [f"{item.name} {item.version}" for item in brought]
    facts += [path.read_text() for path in (*WORKER_FILES, Path(__file__), Path(packages.__file__))]
    return hashlib.sha256("\0".join(facts).encode()).hexdigest()[:16]


def _build(folder: Path, library: Path, python: Path, names: tuple[str, ...], brought: list) -> None:
    """Fill a temporary folder and move it into place: a half-built runtime is never seen."""
    new = Path(tempfile.mkdtemp(dir=folder.parent, prefix="new-"))
    try:
        new.chmod(0o755)
        facts = _fill(new, library, python, names, brought)
        (new / "runtime.json").write_text(json.dumps(facts))
        for path in new.rglob("*"):
            read_ahead(path, path.lstat().st_mtime)
        new.rename(folder)
    except OSError:
        if not (folder / "runtime.json").exists():  # otherwise another process was first
            raise
    finally:
        shutil.rmtree(new, ignore_errors=True)


def read_ahead(path: Path, changed: float) -> None:
    """Let a file have been read long from now, so that reading it leaves no mark: one worker could leave it for others.

    Linux writes the time of a reading down (relatime) only where it is older than a day, or than the last change.
    """
    os.utime(path, (time.time() + AHEAD_SECONDS, changed), follow_symlinks=False)


def _fill(new: Path, library: Path, python: Path, names: tuple[str, ...], brought: list) -> dict:
    """Copy everything; return the facts of a Runtime."""
    inside = library.relative_to(sys.base_prefix)
    home = Path(numpy.__file__).parent.parent
    _copy(library, new / inside)
    for name in ("numpy", "numpy.libs"):
        if (home / name).is_dir():
            _copy(home / name, new / "packages" / name)
    packages.copy(brought, new / "packages", shutil.ignore_patterns(*UNUSED))
    for name in ("bin", "worker", "libraries"):
        (new / name).mkdir()
    shutil.copy(python, new / "bin")
    (new / ROOT[1:]).symlink_to(".")  # Python does not look for its library in the folder "/" itself
    for path in WORKER_FILES:
        py_compile.compile(str(path), str(new / "worker" / f"{path.name}c"), path.name, True)
    search = ["worker", str(inside), str(inside / "lib-dynload"), "packages"]
    interpreter = f"bin/{python.name}"
    return {"loader": _copy_libraries(new, interpreter, search, names), "python": interpreter, "search": search}


def _copy_libraries(new: Path, interpreter: str, search: list[str], names: tuple[str, ...]) -> str:
    """Copy each shared library that a worker maps; return the path of the loader among them."""
    command = [new / interpreter, "-I", "-S", "-c", f"{_path_line(new, search)}\n{PREPARE}", *names]
    environment = {"LD_LIBRARY_PATH": sysconfig.get_config_var("LIBDIR") or ""}
    done = subprocess.run(command, env=environment, capture_output=True, text=True)
    if done.returncode and names:
        raise CourseError(f"of the packages that {FILE} allows, one cannot be imported in the sandbox's copy of "
                          f"Python: {', '.join(names)}.", FILE, f"Take it out of `packages`. {done.stderr[-500:]}")
    if done.returncode:
        raise CourseError("the sandbox's copy of Python does not start", str(new), done.stderr[-500:])
    mapped = [Path(path) for path in json.loads(done.stdout) if not path.startswith(str(new))]
    for path in mapped:
        shutil.copy(path, new / "libraries")
        stem = path.name.partition(".so")[0]
        for alias in path.parent.glob(f"{stem}.so*"):  # programs ask for libz.so.1, a link to libz.so.1.2
            if alias.name != path.name and alias.resolve() == path.resolve():
                (new / "libraries" / alias.name).symlink_to(path.name)
    return next(f"libraries/{path.name}" for path in mapped if path.name.startswith("ld"))


def _path_line(root, search) -> str:
    return f"import sys; sys.path[:] = {[f'{root}/{name}' for name in search]!r}"


def _copy(source: Path, target: Path) -> None:
    shutil.copytree(source, target, ignore=shutil.ignore_patterns(*UNUSED))
