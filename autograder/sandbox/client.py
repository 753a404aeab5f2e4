"""The judge's view of a submission in the jail: the `student` of the checks.

Plain values come back from calls; objects stay in the worker behind handles. Every failure is raised as
a StudentError with one of the named reasons and a sentence for the student. Nothing that the worker says
is believed beyond its value.
"""

from __future__ import annotations

from autograder.checking.failures import no_object
from autograder.checking.outcome import Outcome
from autograder.course.verdicts import StudentError
from autograder.sandbox import wire
from autograder.sandbox.session import Session

MANY_STOPS = 3  # of one notebook: more than one or two endless loops


class SandboxedStudent:
    """One submission's cells in a worker, which is started again after a crash, time-out or memory stop.

    cells: (id, source) in order, plain Python. shown: ids of cells that are left out unless another one uses what they
    define. given: name -> function of the judge, which takes the place of what the cells define under that name.
    packages: what the cells may import besides the standard library.
    Use it as a context manager, or call close().
    """

    def __init__(self, cells, limits, tier, shown=(), given=None, packages=("numpy",)):
        self._session = Session(list(cells), limits, tier, RemoteObject, frozenset(shown), given or {}, packages)

    def __enter__(self):
        return self

    def __exit__(self, *error):
        self.close()

    def __getattr__(self, name):
        if name.startswith("_"):
            raise AttributeError(name)
        return RemoteFunction(self._session, name)

    @property
    def cell_errors(self) -> dict[str, str]:
        """The message of each cell that failed when it was loaded."""
        return self._session.cell_errors()

    @property
    def starved(self) -> bool:
        """Whether something was stopped because the machine was busy, not because of the student's code."""
        return self._session.starved

    @property
    def disturbed(self) -> list[str]:
        """What the notebook has changed that all its answers rely on, such as "numpy.all"; told by itself."""
        session = self._session
        if session.stops >= MANY_STOPS or session.broke:
            return ["the Python that runs them"]
        return session.notebook.disturbed() if session.worker is not None and session.loaded else []

    @property
    def notes(self) -> list[str]:
        """What was left out, and which cells did not run to their end: a sentence for each."""
        return self._session.notebook.notes()

    def begin(self, exercise: str) -> None:
        """Turn to an exercise; the time budget of one that was begun before is what it left."""
        self._session.begin(exercise)

    def value(self, name: str):
        """Return the plain value of a top-level name."""
        return self._session.get(None, (wire.Handle(name),), f"`{name}`")

    def observe(self, name: str, *arguments, **keywords) -> Outcome:
        """Call a function or class and report its side effects too."""
        return self._session.observe(None, (wire.Handle(name),), arguments, keywords, f"`{name}`")

    def hold(self, name: str, *arguments, **keywords) -> RemoteObject:
        """Call a function and return what came back as an object in the worker, to look at its value later."""
        return self._session.call(None, (wire.Handle(name),), arguments, keywords, f"`{name}`", "hold")

    def close(self) -> None:
        """Kill the worker. Nothing of it is left."""
        self._session.close()


class RemoteFunction:
    """A top-level name of the student, to be called or to be passed as an argument."""

    def __init__(self, session, name):
        self._session, self._name = session, name
        self.__name__ = name

    def _on_wire(self, worker):
        return wire.Handle(self._name)

    def __call__(self, *arguments, **keywords):
        path = (wire.Handle(self._name),)
        return self._session.call(None, path, arguments, keywords, f"`{self._name}`")


class RemoteMethod:
    """A method of an object in the worker, to be called."""

    def __init__(self, owner, name):
        self._owner, self._name = owner, name

    def __getattr__(self, name):
        if name.startswith("_"):
            raise AttributeError(name)
        raise StudentError("no-function", no_object(f"{self._owner._words}.{self._name}", name))

    def __call__(self, *arguments, **keywords):
        return self._owner._call(self._name, arguments, keywords)


class RemoteObject:
    """The handle of an object that stays in the worker.

    A method is called, an attribute is fetched (a copy, or a handle again). Used as a number it fails: a
    student's object may claim to equal or to measure anything, so the judge never asks it.
    """

    def __init__(self, session, worker, handle, words):
        self._session, self._worker, self._handle, self._words = session, worker, handle, words.strip("`")

    def __getattr__(self, name):
        if name.startswith("_"):
            raise AttributeError(name)
        words = f"`{self._words}.{name}`"
        kind, value = self._session.look(self._worker, (self._handle, name), words)
        return RemoteMethod(self, name) if kind == "callable" else value

    def __del__(self):
        self._session.release(self._worker, self._handle)

    def _on_wire(self, worker):
        self._session.require_alive(self._worker, f"`{self._words}`")
        return self._handle

    def ref(self, *path) -> RemoteObject:
        """Return the handle of an attribute, or of an item in it: ref("grads", 0)."""
        words = f"`{self._words}.{path[0]}`" if isinstance(path[0], str) else f"`{self._words}`"
        return self._session.ref(self._worker, (self._handle, *path), words)

    def value(self):
        """Return the present plain value of this object."""
        return self._session.get(self._worker, (self._handle,), f"`{self._words}`")

    def _read(self, steps, words, sent=None):
        """Return the present value of a part of this object; sent: the judge's own value that may come back."""
        return self._session.get(self._worker, (self._handle, *steps), words, sent)

    def _write(self, steps, array, words):
        """Put other numbers into an array that is a part of this object."""
        self._session.request(self._worker, words, request="call", target=[self._handle, *steps, "__setitem__"],
                              arguments=((), array), keywords={}, observe=False)

    def observe(self, method: str, *arguments, **keywords) -> Outcome:
        """Call a method and report its side effects too."""
        words = f"`{self._words}.{method}`"
        return self._session.observe(self._worker, (self._handle, method), arguments, keywords, words)

    def hold(self, method: str, *arguments, **keywords) -> RemoteObject:
        """Call a method and return what came back as an object in the worker, to look at its value later."""
        words = f"`{self._words}.{method}`"
        return self._session.call(self._worker, (self._handle, method), arguments, keywords, words, "hold")

    def __call__(self, *arguments, **keywords):
        return self._session.call(self._worker, (self._handle,), arguments, keywords, f"`{self._words}`")

    def _call(self, method, arguments, keywords):
        words = f"`{self._words}.{method}`"
        return self._session.call(self._worker, (self._handle, method), arguments, keywords, words)

    def _refuse(self, *ignored, **also_ignored):
        words = f"{self._words[:1].upper()}{self._words[1:]}" if " " in self._words else f"`{self._words}`"
        raise StudentError("bad-type", f"{words} is an object of a class, where {wire.WANTED} is expected.")

    __array__ = __float__ = __int__ = __index__ = __complex__ = __bool__ = __len__ = __iter__ = _refuse
    __getitem__ = __contains__ = __abs__ = __neg__ = __lt__ = __le__ = __gt__ = __ge__ = _refuse
    __add__ = __radd__ = __sub__ = __rsub__ = __mul__ = __rmul__ = __truediv__ = __rtruediv__ = _refuse
