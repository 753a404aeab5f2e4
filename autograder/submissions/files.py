"""Files that somebody else wrote: opened without following links, parsed without trust.

Whatever such a file holds, these functions return its content or raise Rejected.
"""

from __future__ import annotations

import json
import math
import os
import re
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from autograder.course.verdicts import StudentError

FILE_BYTES = 10 << 20  # of a notebook, without the outputs of its cells
READ_BYTES = 64 << 20  # of a file, with them
DEPTH = 64           # of lists and dicts; a notebook needs about 8, interactive outputs up to 30
CONTAINERS = 300_000  # lists and dicts together; each costs up to 200 bytes of memory
BYTE_ORDER_MARK = b"\xef\xbb\xbf"

# Possessive, and with an optional last quote, so that no text makes it slow.
STRING = re.compile(r'"[^"\\]*+(?:\\.[^"\\]*+)*+"?', re.DOTALL)
NO_BRACKET = re.compile(r"[^][{}]+")
OUTPUTS = re.compile(rb'(?<!\\)"outputs"[ \t\r\n]*:[ \t\r\n]*\[')  # in JSON only a key: quotes in texts are escaped
TO_BRACKET = re.compile(rb'(?:[^][{}"]++|"[^"\\]*+(?:\\.[^"\\]*+)*+"?)*+([][{}])', re.DOTALL)

CONFLICT = b"\n<<<<<<< "
# How a file that is no notebook begins -> what probably happened, and what to do.
CAUSES = tuple((re.compile(pattern, re.DOTALL | re.IGNORECASE), cause) for pattern, cause in (
    (rb"\s{0,99}\Z", "it is empty. Save the notebook in Jupyter and submit it again."),
    (rb"\s*<(?:!doctype|html|\?xml)", "it is a web page. Download the notebook itself; GitHub's button for that "
                                      "is called Download raw file."),
    (rb"PK\x03\x04", "it is a zip with another ending. Unpack it, or call it .zip, and submit that."),
    (rb"%PDF", "it is a PDF. Submit the notebook that it was made from."),
    (rb"\xff\xfe|\xfe\xff", "it is text in UTF-16, as a redirection in PowerShell writes it. Save the notebook in "
                             "Jupyter and submit it again."),
    (rb"version https://git-lfs", "it is what Git LFS keeps in the place of a large file. Fetch the file with `git lfs "
                                  "pull` and submit that."),
    (rb"\s*(?:#|import |from |def |%|\"\"\")", "it is a script. Submit the .ipynb file that Jupyter saves."),
    (rb'\s*\{[^{}]*"(?:doc_id|url)"', "it is a link to a file in Google Drive. Download the file itself, as .ipynb."),
))

PROBLEMS = (
    "no-notebook",     # there is no such file, or nothing that could be it
    "which-notebook",  # there are several that could be it
    "link",            # a symbolic link, or a file with a second name
    "not-a-file",      # a folder, pipe, socket or device
    "unreadable",      # the operating system refused
    "too-large",       # the file, or something in it, is beyond its limit
    "too-deep",        # lists or dicts nested beyond the limit
    "not-text",        # the bytes are not UTF-8
    "not-json",        # the text is not JSON
    "not-a-notebook",  # the JSON is not a notebook
    "old-format",      # a notebook of another nbformat than 4
)


class Rejected(StudentError):
    """A submission that is not graded: one of PROBLEMS and a sentence that says what to do."""

    def __init__(self, problem: str, message: str):
        super().__init__("rejected", message)
        self.problem = problem

    def __reduce__(self):
        return Rejected, (self.problem, self.message)


@contextmanager
def opened_folder(folder: Path, *below: str) -> Iterator[int]:
    """Give the descriptor of a folder; the parts `below` it must be real folders, not links."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        for part in below:
            flags = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
            inner = os.open(part, flags, dir_fd=descriptor)
            os.close(descriptor)
            descriptor = inner
        yield descriptor
    finally:
        os.close(descriptor)


def read_bytes(name: str, folder: int, limit: int = READ_BYTES) -> bytes:
    """Return the content of a regular file in an opened folder. Raises Rejected or OSError."""
    require_ordinary(name, os.stat(name, dir_fd=folder, follow_symlinks=False), limit)  # opening a device can act
    flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC
    with open(os.open(name, flags, dir_fd=folder), "rb") as file:
        require_ordinary(name, os.fstat(file.fileno()), limit)
        content = file.read(limit + 1)
    if len(content) > limit:
        raise Rejected("too-large", f"The file grew beyond {limit >> 20} MiB while it was read.")
    return content


def require_ordinary(name: str, status: os.stat_result, limit: int) -> None:
    """Raise Rejected unless this is a regular file with one name, within the limit."""
    if stat.S_ISLNK(status.st_mode) or (stat.S_ISREG(status.st_mode) and status.st_nlink != 1):
        raise Rejected("link", "The notebook is a link to another file. Submit the file itself.")
    if not stat.S_ISREG(status.st_mode):
        raise Rejected("not-a-file", "What is named like the notebook is no ordinary file. Submit the notebook file.")
    if status.st_size > limit:
        raise Rejected("too-large", f"The file has {status.st_size / 2**20:.1f} MiB; at most {limit >> 20} are read. "
                                    "Clear all outputs, save and submit again.")


def parse_json(content: bytes):
    """Return the value of JSON in UTF-8, of bounded nesting. Raises Rejected.

    An object with a key twice is a Doubled, and NaN is a float: tools write both into outputs, which nobody reads. Who
    reads a value refuses them. Of what is larger than FILE_BYTES the outputs of cells are skipped, unread.
    """
    if len(content) > FILE_BYTES:
        content = without_outputs(content)
    try:
        text = content.removeprefix(BYTE_ORDER_MARK).decode("utf-8")
    except UnicodeDecodeError as error:
        raise Rejected("not-text", likely_cause(content) or f"The file is not UTF-8 text (byte {error.start}). Export "
                                   "the notebook again from Jupyter and submit that file.") from None
    require_shallow(text)
    try:
        return json.loads(text, object_pairs_hook=marked_keys)
    except json.JSONDecodeError as error:
        raise Rejected("not-json", likely_cause(content) or "The file is not a notebook: its JSON breaks off or is "
                                   f"damaged at line {error.lineno}. Save the notebook in Jupyter and submit it "
                                   "again.") from None
    except (ValueError, RecursionError) as error:
        raise Rejected("not-json", f"The file is not a notebook: {str(error)[:100]}. "
                                   "Clear all outputs, save and submit again.") from None


def likely_cause(content: bytes) -> str:
    """Return the sentences that say why a file is probably no notebook, "" where nothing is known."""
    if CONFLICT in content or content.startswith(CONFLICT.lstrip()):
        return "Git has left the marks of a conflict in the file. Take one side, open it in Jupyter and save it."
    begin = content[:1000]
    return next((f"The file is not a notebook: {cause}" for sign, cause in CAUSES if sign.match(begin)), "")


def without_outputs(content: bytes) -> bytes:
    """Return JSON with every list "outputs" empty. Raises Rejected if more than FILE_BYTES are left.

    It is done before the JSON is read, because the values of a large file can take twenty times its size in memory.
    """
    kept, place, brackets = [], 0, 0
    while found := OUTPUTS.search(content, place):
        kept.append(content[place:found.end()])
        place, depth = found.end(), 1
        while depth and (bracket := TO_BRACKET.match(content, place)):
            place, brackets = bracket.end(), brackets + 1
            depth += 1 if bracket[1] in b"[{" else -1
            if brackets > 2 * CONTAINERS:
                raise Rejected("too-large", f"The outputs hold more than {CONTAINERS} lists and objects. "
                                            "Clear all outputs, save and submit again.")
        kept.append(b"]")
        if depth:
            break
    kept.append(content[place:])
    size = sum(map(len, kept))
    if size > FILE_BYTES:
        raise Rejected("too-large", f"The notebook has {size / 2**20:.1f} MiB without its outputs; at most "
                                    f"{FILE_BYTES >> 20} are read. Remove what is large in its text, such as "
                                    "pictures, save and submit again.")
    return b"".join(kept)


def require_shallow(text: str) -> None:
    """Raise Rejected if lists and dicts are too many or nested too deep for a notebook.

    Each round removes the innermost brackets, so what is left after DEPTH rounds was deeper, or never closed.
    """
    brackets = NO_BRACKET.sub("", STRING.sub("", text))
    if len(brackets) > 2 * CONTAINERS:
        raise Rejected("too-large", f"The notebook holds more than {CONTAINERS} lists and objects. "
                                    "Clear all outputs, save and submit again.")
    for _ in range(DEPTH):
        if not brackets:
            return
        brackets = brackets.replace("[]", "").replace("{}", "")
    if len(brackets) > DEPTH:
        raise Rejected("too-deep", f"Its JSON is nested deeper than {DEPTH} levels. "
                                   "Clear all outputs, save and submit again.")


class Doubled(dict):
    """A JSON object in which a key comes twice; the last value counts, as in Jupyter."""


def marked_keys(pairs: list[tuple]) -> dict:
    """Return the dict of a JSON object, a Doubled if a key comes twice."""
    unique = dict(pairs)
    return unique if len(unique) == len(pairs) else Doubled(unique)


def is_finite(value) -> bool:
    """Return whether there is no NaN and no Infinity in a value that came from JSON: neither is JSON."""
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return all(map(is_finite, inner)) and not (isinstance(value, float) and not math.isfinite(value))


def require_unique(*values) -> None:
    """Raise Rejected if one of these values is an object with a key twice: which one a reader sees is not certain."""
    if any(isinstance(value, Doubled) for value in values):
        raise Rejected("not-json", "The file is not a notebook: a key comes twice in a cell or at the top. Open it in "
                                   "Jupyter, save it and submit it again.")
