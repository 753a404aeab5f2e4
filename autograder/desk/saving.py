"""Tells when a notebook is saved: by the system's word where watchfiles is, else by looking once a second."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Event, Thread

SECOND = 1.0
QUIET = 200  # milliseconds without a change after which a save is complete

Told = Callable[[set[Path]], None]
Times = dict[Path, tuple[int, int]]


@contextlib.contextmanager
def saves(folder: Path, told: Told, poll: bool) -> Iterator[str]:
    """Call `told` from a thread with the notebooks that were saved below `folder`; give a note on how, or ""."""
    stop, note, listen = Event(), "", look
    if poll:
        note = "Looking at the files once a second, as asked."
    else:
        try:
            import watchfiles  # noqa: F401 (is it here, and does it load on this system?)
        except ImportError:
            note = "watchfiles is not installed: looking at the files once a second instead."
        else:
            listen = hear
    listener = Thread(target=listen, args=(folder, told, stop, times(folder)), daemon=True)
    listener.start()
    try:
        yield note
    finally:
        stop.set()
        listener.join()


def hear(folder: Path, told: Told, stop: Event, before: Times) -> None:
    """Wait for the system's word on changes; where it gives none (network drives), look instead.

    The first pause tells that the system listens; what was saved until then is found by comparing times.
    """
    from watchfiles import watch

    listening = False
    try:
        for changes in watch(folder, stop_event=stop, step=50, debounce=QUIET, rust_timeout=500,
                             yield_on_timeout=True, raise_interrupt=False):
            saved = {Path(path) for _, path in changes}
            if not listening:
                saved |= changed(before, times(folder))
                listening = True
            if notebooks := {path for path in saved if is_notebook(path)}:
                told(notebooks)
    except (OSError, RuntimeError):
        look(folder, told, stop, before)


def look(folder: Path, told: Told, stop: Event, before: Times) -> None:
    """Compare the times of the notebooks once a second."""
    while not stop.wait(SECOND):
        now = times(folder)
        saved, before = changed(before, now), now
        if saved:
            told(saved)


def changed(before: Times, now: Times) -> set[Path]:
    """Return the notebooks that are new, gone, or have another time or size."""
    return {path for path in now.keys() | before.keys() if now.get(path) != before.get(path)}


def times(folder: Path) -> Times:
    """Return notebook -> time and size."""
    found = {}
    for path in folder.glob("*/*.ipynb"):
        with contextlib.suppress(OSError):
            status = path.stat()
            found[path] = status.st_mtime_ns, status.st_size
    return found


def is_notebook(path: Path) -> bool:
    """Return whether this is a notebook of the student, not a draft or a checkpoint of one."""
    return path.suffix == ".ipynb" and not path.name.startswith(".") and path.parent.name == path.stem
