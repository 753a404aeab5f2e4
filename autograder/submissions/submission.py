"""The door: one submitted notebook -> Submission, aligned with the release, or Rejected with a sentence.

Nothing of the notebook is believed but the text of its cells: outputs, points, kernel and other metadata are not
looked at, and the released checks are what grades. Student text is matched, never parsed or run here.
"""

from __future__ import annotations

import errno
import hashlib
import json
import os
import re
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from autograder.course.text import one_line
from autograder.course.units import Cell, Unit
from autograder.submissions.alignment import Piece, align
from autograder.submissions.files import (
    BYTE_ORDER_MARK,
    Rejected,
    is_finite,
    likely_cause,
    opened_folder,
    parse_json,
    read_bytes,
    require_unique,
)

__all__ = ["Rejected", "Submission", "choose_notebook", "open_submission", "parse_timestamp"]

CELLS = 1000                 # of one notebook
SOURCE_CHARACTERS = 1 << 18  # of one cell
CODE_CHARACTERS = 1 << 19    # of all code cells together
CODE_LINES = 20_000
TIMESTAMP = "timestamp.txt"
TIMESTAMP_BYTES = 1024
ZONE_NAME = re.compile(r"[A-Z][A-Za-z0-9_+-]*(?:/[A-Za-z0-9_+-]+){0,2}|utc|gmt")
ZONE_NUMBER = re.compile(r"[+-]\d\d:?\d\d")
LINE_END = re.compile("[\n\r\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")  # where Jupyter, too, cuts a text into its lines
NOT_TEXT = re.compile("[\0\ud800-\udfff]")
AGAIN = "Export the notebook and submit again."


@dataclass(frozen=True)
class Submission:
    """What of one notebook is graded.

    cells: (id, plain Python) of what runs, in order. shown: ids of those that only show something and are as they were
    released. answers, manual: what the student wrote, by exercise.
    untouched: exercises with the released stub. missing: exercises that no cell seems to answer. notes: repairs, for
    student and instructor. digest: of everything that marks depend on. timestamp: nbgrader's, in UTC, or None.
    """

    student: str
    unit: str
    cells: tuple[tuple[str, str], ...]
    answers: dict[str, str]
    manual: dict[str, str]
    untouched: frozenset[str]
    missing: frozenset[str]
    shown: frozenset[str]
    notes: tuple[str, ...]
    digest: str
    timestamp: datetime | None = None


def open_submission(path: Path, unit: Unit, student: str) -> Submission:
    """Return the submission in the notebook `path`; raise Rejected if it cannot be graded.

    In a folder called like the unit another notebook is taken if it is the only one; and if that folder is in one
    called like the student, neither of them may be a link.
    """
    path = Path(os.path.abspath(path))
    content, timestamp, notes = read_submitted(path, unit, student)
    if content.startswith(BYTE_ORDER_MARK):
        notes.append("The file began with a byte order mark; it is ignored.")
    pieces = read_pieces(parse_json(content), unit, notes)
    if any(NOT_TEXT.search(piece.source) for piece in pieces):
        notes.append("Characters that are no text were replaced by \N{REPLACEMENT CHARACTER}.")
    for piece in pieces:
        piece.source = NOT_TEXT.sub("\N{REPLACEMENT CHARACTER}", piece.source)
    aligned = align(pieces, unit)
    return Submission(
        student, unit.name, tuple(aligned.cells), aligned.answers, aligned.manual, frozenset(aligned.untouched),
        frozenset(aligned.missing), frozenset(aligned.shown), tuple(notes + aligned.notes),
        content_digest(unit, aligned), timestamp)


def read_submitted(path: Path, unit: Unit, student: str) -> tuple[bytes, datetime | None, list[str]]:
    """Return the bytes of the notebook, its timestamp, and notes. Raises Rejected."""
    folder, name = path.parent, path.name
    own = folder.name == unit.name
    below = (folder.parent.name, folder.name) if own and folder.parent.name == student else ()
    notes = []
    try:
        with opened_folder(folder.parents[1] if below else folder, *below) as descriptor:
            if own:
                name = choose_notebook(os.listdir(descriptor), path.name)
            if name != path.name:
                notes.append(f"The notebook was called {one_line(name, 80)}; it is read as {path.name}.")
            content = read_bytes(name, descriptor)
            timestamp = read_timestamp(descriptor, notes) if own else None
    except OSError as error:
        raise refusal(error, name) from None
    return content, timestamp, notes


def refusal(error: OSError, name: str) -> Rejected:
    """Return the rejection that an error of the operating system stands for."""
    if error.errno == errno.ENOENT:
        return Rejected("no-notebook", f"No {one_line(name, 80)} found. {AGAIN}")
    if error.errno in (errno.ELOOP, errno.ENOTDIR):
        return Rejected("link", "The folder of the notebook is a link, or no folder. Submit the notebook itself.")
    return Rejected("unreadable", f"The file cannot be read: {error.strerror}.")


def choose_notebook(names: list[str], wanted: str) -> str:
    """Return which of a folder's files is the notebook: `wanted`, or the only other one. Raises Rejected."""
    if wanted in names:
        return wanted
    notebooks = [name for name in names if name.endswith(".ipynb") and not name.startswith(".")]
    if len(notebooks) == 1:
        return notebooks[0]
    seen = ", ".join(one_line(name, 40) for name in sorted(names)[:5] if not name.startswith(".")) or "nothing"
    if notebooks:
        raise Rejected("which-notebook", f"No {wanted} found, and several others (saw {seen}). Submit one.")
    raise Rejected("no-notebook", f"No {wanted} found (saw {seen}). {AGAIN}")


def read_timestamp(folder: int, notes: list[str]) -> datetime | None:
    """Return the time in the folder's timestamp.txt, or None with a note if it is there and no time."""
    try:
        return parse_timestamp(read_bytes(TIMESTAMP, folder, TIMESTAMP_BYTES).decode("utf-8-sig"))
    except FileNotFoundError:
        return None
    except (Rejected, OSError, ValueError):
        notes.append(f"{TIMESTAMP} holds no time such as 2030-01-31 23:59:00 UTC; it is ignored.")
        return None


def parse_timestamp(text: str) -> datetime:
    """Return the time of nbgrader's timestamp.txt as nbgrader's database keeps it: UTC, without a zone.

    A zone may be a number (+0100) or a name that the system's list of zones has, as nbgrader itself reads it: EST, CET,
    Europe/Berlin. Raises ValueError.
    """
    words, _, zone = text.strip().rpartition(" ")
    if ZONE_NAME.fullmatch(zone):
        time = datetime.fromisoformat(words.strip()).replace(tzinfo=zone_of(zone))
    else:
        time = datetime.fromisoformat(f"{words.strip()}{zone}" if ZONE_NUMBER.fullmatch(zone) else text.strip())
    try:
        return time.astimezone(UTC).replace(tzinfo=None) if time.tzinfo else time
    except OverflowError:
        raise ValueError("a time beyond the calendar") from None


def zone_of(name: str) -> tzinfo:
    """Return the time zone with this name. Raises ValueError."""
    if name.upper() in ("UTC", "GMT", "Z"):
        return UTC
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, OSError):
        raise ValueError(f"no time zone is called {name}") from None


def read_pieces(notebook, unit: Unit, notes: list[str] | None = None) -> list[Piece]:
    """Return the cells of a notebook that can matter, labelled where they name a released cell. Raises Rejected.

    notes: takes a sentence for each repair.
    """
    require_unique(notebook)
    if type(notebook) is not dict:
        raise Rejected("not-a-notebook", f"The file is JSON but not a notebook. {AGAIN}")
    notes = [] if notes is None else notes
    if not is_finite(notebook.get("metadata")):
        notes.append("The notebook's metadata hold NaN or Infinity, which are no JSON; grading does not read them.")
    version = notebook.get("nbformat")
    if "nbformat" not in notebook and "cells" not in notebook:
        raise Rejected("not-a-notebook", likely_cause(json.dumps(notebook).encode()) or
                       f"The file is JSON but not a notebook. {AGAIN}")
    if type(version) not in (int, float) or version != 4:
        raise Rejected("old-format", f"This is a notebook of format {one_line(str(version), 20)}; format 4 is read. "
                                     "Open it in JupyterLab, save it and submit it again, or convert it with "
                                     "`jupyter nbconvert --to notebook`.")
    cells = notebook.get("cells")
    if type(cells) is not list:
        raise Rejected("not-a-notebook", f"The notebook has no list of cells. {AGAIN}")
    if len(cells) > CELLS:
        raise Rejected("too-large", f"The notebook has {len(cells)} cells; at most {CELLS} are read.")
    released = {cell.id: cell for cell in unit.cells}
    mended = [mended_cell(cell, position, notes) for position, cell in enumerate(cells, 1)]
    if shared := shared_ids(mended, released):
        notes.append(f"Several cells have one id ({one_line(shared[0], 40)}); they are told apart by their text.")
        released = {name: cell for name, cell in released.items() if name not in shared}
    pieces = [read_piece(cell, position, released) for position, cell in enumerate(mended, start=1)]
    code = [piece.source for piece in pieces if piece.is_code]
    size, lines = sum(map(len, code)), sum(source.count("\n") for source in code)
    if size > CODE_CHARACTERS or lines > CODE_LINES:
        raise Rejected("too-large", f"The code cells have {size} characters in {lines} lines; "
                                    f"at most {CODE_CHARACTERS} in {CODE_LINES} are read.")
    return pieces


def shared_ids(cells: list, released: dict[str, Cell]) -> list[str]:
    """Return the released ids that several cells have; where an answer came to be copied, its id still says whose."""
    count = Counter(cell["id"] for cell in cells if isinstance(cell, dict) and type(cell.get("id")) is str)
    return [name for name, cell in released.items() if count[name] > 1 and cell.kind not in ("answer", "manual")]


def mended_cell(cell, position: int, notes: list[str]):
    """Return a cell as Jupyter and VS Code show it, where another tool wrote it in its own way."""
    if not isinstance(cell, dict):
        return cell
    metadata = cell.get("metadata")
    require_unique(cell, metadata, metadata.get("nbgrader") if isinstance(metadata, dict) else None)
    source = cell.get("source")
    if source is None and type(cell.get("cell_type")) is str:
        notes.append(f"Cell {position} has no text; it is read as empty.")
        return {**cell, "source": ""}
    if (type(source) is list and len(source) > 1 and all(type(line) is str for line in source)
            and not any(LINE_END.search(line) for line in source)):
        note = "The lines of some cells had no line ends, as an assistant writes them; each is read as a line."
        notes += [note] if note not in notes else []
        return {**cell, "source": "\n".join(source)}
    return cell


def read_piece(cell, position: int, released: dict[str, Cell]) -> Piece:
    """Return one cell. Raises Rejected if it has no type or no text."""
    kind, source = (cell.get("cell_type"), cell.get("source")) if type(cell) is dict else (None, None)
    if type(source) is list and all(type(line) is str for line in source):
        source = "".join(source)
    if type(kind) is not str or type(source) is not str:
        raise Rejected("not-a-notebook", f"Cell {position} has no type or no text. {AGAIN}")
    label = find_label(cell, released)
    if (kind == "code" or (label and label.kind in ("answer", "manual"))) and len(source) > SOURCE_CHARACTERS:
        raise Rejected("too-large", f"Cell {position} has {len(source)} characters; "
                                    f"at most {SOURCE_CHARACTERS} are read.")
    return Piece(position, kind == "code", source.replace("\r\n", "\n").replace("\r", "\n"), label)


def find_label(cell: dict, released: dict[str, Cell]) -> Cell | None:
    """Return the released cell that a cell says it is: by nbgrader's metadata, else by its id."""
    metadata = cell.get("metadata")
    header = metadata.get("nbgrader") if type(metadata) is dict else None
    names = [header.get("grade_id") if type(header) is dict else None, cell.get("id")]
    return next((released[name] for name in names if type(name) is str and name in released), None)


def content_digest(unit: Unit, aligned) -> str:
    """Return the digest of everything that marks depend on."""
    content = [unit.name, aligned.cells, sorted(aligned.shown), sorted(aligned.untouched), sorted(aligned.missing)]
    return hashlib.blake2b(json.dumps(content).encode(), digest_size=20).hexdigest()
