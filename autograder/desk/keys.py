"""Single keys from a terminal, without Return: on Windows from its console, elsewhere through termios."""

from __future__ import annotations

import contextlib
import re
import sys
from collections.abc import Callable, Iterator
from threading import Event, Thread

REDRAW = "\x0c"  # Ctrl-L
UP, DOWN, RETURN, ESCAPE, DELETE = "up", "down", "\n", "\x1b", "\x7f"
ARROWS = {b"\x1b[A": UP, b"\x1b[B": DOWN, b"\x1bOA": UP, b"\x1bOB": DOWN}  # as terminals send them
SEQUENCE = re.compile(rb"\x1b[\[O][0-9;]*[A-Za-z~]|\x1b|[^\x1b]+")
ARROWS_ON_WINDOWS = {"H": UP, "P": DOWN}
SAME = {"\r": RETURN, "\x08": DELETE}
PAUSE = 0.1  # seconds between two looks for a key, so that the reader ends soon after it is told to


@contextlib.contextmanager
def keys(press: Callable[[str], None]) -> Iterator[None]:
    """Call `press` from a thread for each key while the `with` block runs; the terminal is as before afterwards."""
    stop = Event()
    with contextlib.ExitStack() as stack:
        if sys.platform == "win32":
            look = look_on_windows
        else:
            stack.enter_context(one_key_mode(press))
            look = look_on_posix
        reader = Thread(target=read, args=(look, press, stop), daemon=True)
        reader.start()
        try:
            yield
        finally:
            stop.set()
            reader.join()


def read(look: Callable[[], list[str] | str | None], press: Callable[[str], None], stop: Event) -> None:
    """Pass every key on until told to stop; a closed terminal is `q`."""
    while not stop.is_set():
        typed = look()
        if typed == "":
            press("q")
            return
        for key in typed if isinstance(typed, list) else [typed] if typed else []:
            press(SAME.get(key, key))


def look_on_windows() -> str | None:
    """Return the next key within the pause, None without one; of arrows and function keys UP and DOWN alone."""
    import msvcrt
    import time

    if not msvcrt.kbhit():
        time.sleep(PAUSE)
        return None
    key = msvcrt.getwch()
    if key in "\0\xe0" and msvcrt.kbhit():  # the second half is there at once; à, also \xe0, has none
        return ARROWS_ON_WINDOWS.get(msvcrt.getwch())
    return key


def look_on_posix() -> list[str] | str | None:
    """Return the keys typed within the pause, None without any, "" at the end of the input."""
    import os
    import select

    ready, _, _ = select.select([sys.stdin], [], [], PAUSE)
    if not ready:
        return None
    data = os.read(sys.stdin.fileno(), 64)
    return keys_in(data) if data else ""


def keys_in(data: bytes) -> list[str]:
    """Return the keys in what a terminal sends; of arrows and function keys UP and DOWN alone."""
    found = []
    for part in SEQUENCE.findall(data):
        if part[:1] == b"\x1b" and len(part) > 1:
            found += [ARROWS[part]] if part in ARROWS else []
        else:
            found += part.decode("utf-8", "replace")
    return found


@contextlib.contextmanager
def one_key_mode(press: Callable[[str], None]) -> Iterator[None]:
    """Let the terminal give keys at once and without showing them, also after Ctrl-Z and fg; Ctrl-C works as ever."""
    import signal
    import termios
    import tty

    def go_on(*_):
        tty.setcbreak(sys.stdin)
        press(REDRAW)

    before, handler = termios.tcgetattr(sys.stdin), signal.signal(signal.SIGCONT, go_on)
    tty.setcbreak(sys.stdin)
    try:
        yield
    finally:
        signal.signal(signal.SIGCONT, handler)
        termios.tcsetattr(sys.stdin, termios.TCSADRAIN, before)
