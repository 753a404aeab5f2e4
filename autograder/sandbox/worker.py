"""The untrusted side: runs the student's cells and answers the judge's requests, with plain values.

Runs in a process of its own, inside the jail, with numpy and nothing of the course. Student code shares
this process and may take it over entirely, so nothing that it answers is believed: the judge checks
types and sizes again, keeps the time, and decides. What is caught here serves the messages only.
"""

from __future__ import annotations

import numpy_quickly  # noqa: F401  (before whatever else imports numpy)

# isort: split
import _thread
import builtins
import gc
import io
import itertools
import json
import linecache
import operator
import os
import random
import signal
import sys
import types
import warnings

import cells
import numpy as np
import plain
import standins
import walls
import wire
from failures import MESSAGE, NAME, JudgeError, Refusal, clip, failure

VALUES = (bool, int, float, complex, str, list, tuple, dict, np.ndarray, np.generic, type(None))
WARNINGS, NAMES = 100, 10
AHEAD = 1 << 16  # bytes that are read at once
INTACT: list[tuple] = []  # module -> what its names stand for before any cell has run
SEED = 20_201  # of Python's and numpy's global generators: whoever leaves them unseeded gets the same numbers each time


class Dropped(io.RawIOBase):
    """Takes what is printed and keeps nothing of it."""

    def writable(self):
        return True

    def write(self, data):
        return len(data)


class Worker:
    """One student's namespace, objects and connection."""

    def __init__(self, descriptor: int, cell_seconds: float):
        self.descriptor, self.cell_seconds = descriptor, cell_seconds
        self.came = bytearray()
        self.module = types.ModuleType("__main__")
        self.namespace = self.module.__dict__
        self.cells = cells.Cells(self.namespace, (), standins.Absent)
        self.sources: dict[str, list[str]] = {}
        self.objects: dict[int, object] = {}
        self.numbers = itertools.count(1)
        self.callbacks: dict[int, object] = {}
        self.requests = {name: getattr(self, name) for name in (
            "needs", "modules", "load", "define", "put", "disturbed", "call", "get", "ref")}

    def serve(self):
        """Answer one request after the other until the judge closes the connection."""
        while True:
            self.answer(wire.receive(self.read))

    def read(self, size):
        """Return the next bytes from the judge; what came with them is kept for the next time."""
        while len(self.came) < size:
            part = os.read(self.descriptor, AHEAD)
            if not part:
                os._exit(0)
            self.came += part
        data = bytes(self.came[:size])
        del self.came[:size]
        return data

    def write(self, frame):
        view = memoryview(frame)
        while view:
            view = view[os.write(self.descriptor, view):]

    def answer(self, request):
        """Serve one request and send its one reply."""
        number = request.pop("number")
        for key in request.pop("released"):
            self.objects.pop(key, None)
        try:
            reply = self.requests[request.pop("request")](**request)
            frame = wire.encode(reply | {"number": number}, self.substitute)
        except BaseException as error:
            frame = wire.encode(failure(error, self.sources) | {"number": number})
        self.write(frame)

    def leave(self, *ignored):
        raise TimeoutError(f"the cell used more than {self.cell_seconds:g} s of processor time")

    # Requests

    def needs(self, **parts):
        sources = {part: [source.tobytes().decode() for source in parts[part]] for part in ("shown", "others")}
        return {"reply": "value", "value": cells.is_used(**sources)}

    def modules(self, names, packages):
        """Return name -> a module that this answer needs and the course does not allow."""
        sources = ["\n".join(lines) for lines in self.sources.values()]
        return {"reply": "value", "value": cells.needed_modules(sources, names, packages)}

    def disturbed(self):
        """Return what the cells or calls have changed that every answer relies on: names, a trace function, threads."""
        found = [f"{module.__name__}.{name}" for module, names in INTACT if not is_same(module, names)
                 for name, value in names.items() if module.__dict__.get(name) is not value]
        found += ["sys.settrace"] * (sys.gettrace() is not None or sys.getprofile() is not None)
        found += ["sys.modules"] * (sys.modules.get("numpy") is not np)
        return {"reply": "value", "value": found[:NAMES] + ["threading"] * (_thread._count() > 0)}

    def load(self, cell, source, packages):
        """Run a cell; the modules that were left out come back, also where it failed."""
        name = f"<cell {cell}>"
        text = source.tobytes().decode()
        lines = self.sources[name] = text.splitlines()
        linecache.cache[name] = (len(text), None, [line + "\n" for line in lines], name)
        # A slow but honest cell is left here; a judge's kill would cost a new worker.
        self.cells.packages = frozenset(packages)
        standins.Absent.loaded = False
        signal.signal(signal.SIGPROF, self.leave)
        signal.setitimer(signal.ITIMER_PROF, self.cell_seconds)
        try:
            self.cells.run(text, name)
            reply = {"reply": "loaded"}
        except BaseException as error:
            reply = failure(error, self.sources)
        finally:
            signal.setitimer(signal.ITIMER_PROF, 0)
            standins.Absent.loaded = True
        return reply | {"left_out": [clip(module, NAME) for module in self.cells.left_out.get(name, ())]}

    def define(self, names):
        """Bind names to values or to functions of the judge, whatever the cells made of them."""
        self.namespace.update(self.revive(names))
        return {"reply": "loaded"}

    def put(self, values):
        """Return the handles of values of the judge, and at last one for all of them together."""
        objects = self.revive(values)
        return {"reply": "value", "value": (*map(self.register, objects), self.register(objects))}

    def call(self, target, arguments, keywords, observe):
        function = self.find(target)
        if not callable(function):
            raise Refusal("no-function", f"is not a function but of type {type(function).__name__}")
        revived, keywords = self.revive(arguments), self.revive(keywords)
        if observe == "hold":
            return {"reply": "value", "value": self.register(function(*revived, **keywords))}
        if not observe:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # as in a notebook's check, whatever the cells have set
                return {"reply": "value", "value": function(*revived, **keywords)}
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            warnings.simplefilter("ignore", ResourceWarning)  # of something that an earlier cell left open
            value = function(*revived, **keywords)
        return {"reply": "observed", "value": value, "kept": self.register(value),
                "warnings": [clip(f"{w.category.__name__}: {w.message}", MESSAGE) for w in caught[:WARNINGS]]}

    def get(self, target):
        value = self.find(target)
        if callable(value) and not is_own(value):
            return {"reply": "callable"}
        return {"reply": "value", "value": value}

    def ref(self, target):
        return {"reply": "value", "value": self.register(self.find(target))}

    # Objects

    def find(self, path):
        """Return the object at a path: a handle, then attributes, keys (text) and positions (int)."""
        found = self.resolve(path[0])
        for step in path[1:]:
            if type(step) is int or (isinstance(found, dict) and step in found):
                found = entry(found, step)
            elif hasattr(found, step):
                found = getattr(found, step)
            else:
                raise Refusal("no-function", "does not exist")
        return found

    def resolve(self, handle):
        if type(handle.key) is int:
            if handle.key not in self.objects:
                raise Refusal("no-function", "no longer exists")
            return self.objects[handle.key]
        if handle.key not in self.namespace:
            raise Refusal("no-function", "is not defined")
        return self.namespace[handle.key]

    def register(self, value):
        """Return the handle of an object, which stays here."""
        number = next(self.numbers)
        self.objects[number] = value
        return wire.Handle(number)

    def substitute(self, value):
        """Return what stands on the wire for a thing of no plain type: its plain value, or the handle of an object."""
        if isinstance(value, VALUES):
            simple = plain.plain(value)
            return None if simple is value else simple
        if not plain.is_object(value):
            raise wire.WireError("bad-type", plain.no_value(type(value)))
        return self.register(value)

    def revive(self, value):
        """Return an argument with its handles and callbacks replaced by what they stand for."""
        kind = type(value)
        if kind is wire.Handle:
            return self.resolve(value)
        if kind is wire.Callback:
            return self.callbacks.setdefault(value.number, self.ask(value.number))
        if kind in (list, tuple):
            return kind(self.revive(item) for item in value)
        if kind is dict:
            return {key: self.revive(item) for key, item in value.items()}
        return value

    def ask(self, callback):
        """Return a function that has the judge compute its value."""
        def function(*arguments, **keywords):
            self.write(wire.encode({"reply": "ask", "callback": callback, "arguments": arguments,
                                    "keywords": keywords, "number": 0}, self.substitute))
            while True:
                message = wire.receive(self.read)
                if message["request"] == "failed":
                    raise JudgeError("the function that was passed as an argument failed")
                if message["request"] == "result":
                    return self.revive(message["value"])
                self.answer(message)
        return function


def entry(found, step):
    """Return an entry of a list, an array or a dict."""
    try:
        return found[step]
    except (TypeError, LookupError):
        raise Refusal("no-function", f"has no entry {step}") from None


def is_same(module, names: dict) -> bool:
    """Return whether names of a module stand for the very objects that they stood for."""
    return all(map(operator.is_, map(module.__dict__.get, names), names.values()))


def is_own(value) -> bool:
    """Tell whether an object is of a class of the cells, and not a value in disguise."""
    return type(value).__module__ == "__main__" and not isinstance(value, VALUES)


def prepare() -> None:
    """Make ready what every worker has: stand-ins, no warnings, and random numbers that are the same for all."""
    os.environ.pop("PYTHONHASHSEED", None)  # the judge's choice, not the student's concern
    warnings.simplefilter("ignore")
    standins.install()
    INTACT[:] = [(module, dict(vars(module))) for module in (builtins, np, np.linalg, np.random)]


def serve(settings: dict) -> None:
    """Raise the walls, report ready, serve."""
    worker = Worker(settings["descriptor"], settings["cell_seconds"])
    sys.modules["__main__"] = worker.module
    sys.stdout, sys.stderr = (io.TextIOWrapper(Dropped(), "utf-8", "replace", write_through=True) for _ in range(2))
    random.seed(SEED)
    np.random.seed(SEED)
    walls.limit_resources(settings["resources"])
    if settings["readable"]:
        walls.restrict_files(settings["readable"])
    if settings["program"]:
        walls.filter_calls(bytes.fromhex(settings["program"]))
    gc.enable()
    gc.freeze()
    worker.write(wire.encode({"reply": "ready", "number": 0}))
    worker.serve()


def main(configuration: str) -> None:
    """Be the one worker of a process of its own."""
    settings = json.loads(configuration)
    prepare()
    if settings["parent"]:
        walls.die_with_parent(settings["parent"])
    serve(settings)
