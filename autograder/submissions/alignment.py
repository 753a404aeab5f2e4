"""The cells of a submitted notebook, aligned with those of the release: what runs, and which answer is whose.

A cell is known by nbgrader's grade_id, else by its id, else by its text: by the name that a line at the margin
defines. The text is matched, never parsed, so such a line inside a multi-line string counts too; that can cost the
student's own stub, and nothing else. Repairs, each with a note:

    check cells         never taken: an unchanged one is left out, an edited one is the student's own cell
    given code          restored where it is missing or empty, after the given cell before it
    a split answer      joined: a cell that begins indented continues the answer before it
    a duplicated answer both run in their order, so the last definition counts; copies and stubs are left out
    moved code          runs where it is; a stub left behind is dropped, so that it cannot undo the answer
    a retyped cell      has the type of the release
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache

from autograder.course.text import one_line
from autograder.course.units import Cell, Unit
from autograder.submissions.magics import INDENTED, plain_python
from autograder.submissions.prose import normal, own_words

WORTH_RESTORING = re.compile(r"^(?:import|from|def|class|@|[^\W\d]\w*[ \t]*(?::[^=\n]*)?=(?!=))", re.MULTILINE)
NOTES = 20
WORDS = 1 << 18  # characters of an answer to an open question, the student's own cells included


@dataclass(eq=False)
class Piece:
    """One cell of a submitted notebook; `label` is the released cell that it says it is."""

    position: int
    is_code: bool
    source: str
    label: Cell | None = None

    @property
    def exercise(self) -> str:
        return self.label.exercise if self.label and self.label.kind == "answer" else ""


@dataclass
class Aligned:
    """What of a notebook is graded; the fields are those of Submission."""

    cells: list[tuple[str, str]] = field(default_factory=list)
    answers: dict[str, str] = field(default_factory=dict)
    manual: dict[str, str] = field(default_factory=dict)
    untouched: set[str] = field(default_factory=set)
    missing: set[str] = field(default_factory=set)
    shown: set[str] = field(default_factory=set)
    notes: list[str] = field(default_factory=list)

    def note(self, text: str) -> None:
        if text not in self.notes and len(self.notes) < NOTES:
            self.notes.append(text)


def align(pieces: list[Piece], unit: Unit) -> Aligned:
    """Return what of a submitted notebook is graded."""
    result, release = Aligned(), release_of(unit)
    label_by_text(pieces, release, result)
    take_manual(pieces, release, result)
    code = join_split(code_pieces(pieces, unit, result), result)
    code = choose_answers(code, release, result)
    code = restore_given(code, unit, result)
    result.cells = runnable(code, result)
    return result


class Release:
    """What is looked up in a unit again and again."""

    def __init__(self, unit: Unit):
        self.unit = unit
        self.answers = {cell.exercise: cell for cell in unit.cells if cell.kind == "answer"}
        self.stubs = {cell.exercise: normal(cell.source) for cell in unit.cells if cell.kind in ("answer", "manual")}
        self.headings = {heading(cell.source): cell for cell in unit.cells if cell.kind == "manual"}
        self.words = {normal(cell.source) for cell in unit.cells if cell.kind == "markdown"}
        self.texts = {normal(cell.source): cell for cell in unit.cells if cell.kind in ("code", "show", "check")}
        names = "|".join(re.escape(exercise.name) for exercise in unit.graded) or "(?!)"
        # A line at the margin that defines an exercise; `sse = sse(u, d)` does not.
        self._definition = re.compile(rf"^(?:async[ \t]+)?(?:def|class)[ \t]+({names})\b"
                                      rf"|^({names})[ \t]*(?::[^=\n]*)?=(?!=)(?![^\n]*\b\2\b)", re.MULTILINE)
        # All ordinary ways to give the name a meaning, also inside a block.
        self._mention = re.compile(rf"\b(?:def|class|as|import)[ \t]+({names})\b"
                                   rf"|\b({names})(?=[ \t]*(?:[:,][^=\n]{{0,60}})?=(?!=))"
                                   rf"|\[[ \t]*[\"']({names})[\"'][ \t]*\][ \t]*=")

    def defined(self, source: str) -> list[str]:
        """Return the exercises that the text defines at its margin, in order."""
        return [first or second for first, second in self._definition.findall(source)]

    def mentioned(self, source: str) -> set[str]:
        """Return the exercises that the text could define in any ordinary way."""
        return {name for found in self._mention.findall(source) for name in found if name}


release_of = lru_cache(Release)


def heading(source: str) -> str:
    """Return the first line of a cell."""
    return source.strip().split("\n", 1)[0]


def label_by_text(pieces: list[Piece], release: Release, result: Aligned) -> None:
    """Label the cells that lost their metadata or carry that of another answer."""
    labelled = {piece.label.id for piece in pieces if piece.label}
    found = []
    for piece in pieces:
        label = None
        if piece.is_code and piece.label is None:
            label = release.texts.get(normal(piece.source))
            names = [name for name in release.defined(piece.source) if release.answers[name].id not in labelled]
            if names:
                label = release.answers[names[0]]
        elif piece.is_code and piece.exercise:
            names = release.defined(piece.source)
            if names and piece.exercise not in names:
                label = release.answers[names[0]]
        elif piece.label is None:
            label = release.headings.get(heading(piece.source))
        if label and (label.kind == "check" or label.id not in labelled or piece.exercise):
            piece.label = label
            found += [label.exercise] if label.kind in ("answer", "manual") else []
    if found:
        result.note(f"Found by their text, because their cells had lost their marks: {', '.join(found)}.")


def take_manual(pieces: list[Piece], release: Release, result: Aligned) -> None:
    """Take the answers to the open questions: the last cell that is more than the released text, and own cells below.

    A student may answer in cells of their own; the teacher reads them with the question. Where a question has no answer
    in its place, all text cells of the student's own that belong to no other question may hold it.
    """
    below, loose = own_words(pieces, release.words)
    for cell in release.unit.cells:
        if cell.kind != "manual":
            continue
        name = cell.exercise
        texts = [piece.source for piece in pieces if piece.label == cell]
        written = [text for text in texts if text.strip() and normal(text) != release.stubs[name]]
        own = below[name]
        if own:
            result.note(f"Below {name} stand cells of your own; they are read with your answer.")
        elif loose and not written:
            own = loose
            result.note(f"{name} is not answered in its cell; the text cells of your own are read with it.")
        if not texts and not own:
            result.missing.add(name)
            continue
        words = "\n\n".join([(written or texts or [cell.source])[-1], *own])
        result.manual[name] = words[:WORDS]
        if len(words) > WORDS:
            result.note(f"{name} is answered with {len(words)} characters; the first {WORDS} are read.")
        if not written and not own:
            result.untouched.add(name)
        if len(set(written)) > 1:
            result.note(f"{name} is answered in {len(written)} cells; the last one counts.")


def code_pieces(pieces: list[Piece], unit: Unit, result: Aligned) -> list[Piece]:
    """Return the cells that may run, in their order, with the labels of what they are."""
    kept, checks = [], set()
    for piece in pieces:
        kind = piece.label.kind if piece.label else "own"
        if kind == "check":
            checks.add(piece.label.exercise)
            if not piece.is_code or normal(piece.source) == normal(piece.label.source):
                continue
            result.note(f"The check cell of {piece.label.exercise} was edited; grading uses the released one.")
            kept.append(Piece(piece.position, True, piece.source))
        elif kind == "answer":
            if not piece.is_code:
                result.note(f"The answer cell of {piece.exercise} was no code cell any more; it is read as code.")
            kept.append(piece)
        elif piece.is_code and kind != "manual":
            kept.append(piece if kind in ("code", "show") else Piece(piece.position, True, piece.source))
    deleted = [exercise.name for exercise in unit.graded if exercise.name not in checks]
    if deleted:
        result.note(f"Check cells were deleted; grading uses the released ones: {', '.join(deleted)}.")
    return kept


def join_split(code: list[Piece], result: Aligned) -> list[Piece]:
    """Join each cell that begins indented with the answer before it, if it belongs to it or follows it directly."""
    joined: list[Piece] = []
    end = 0
    for piece in code:
        before = joined[-1] if joined else None
        belongs = before and before.exercise and (
            piece.exercise == before.exercise or (piece.label is None and piece.position == end + 1))
        end = piece.position
        if belongs and INDENTED.match(piece.source):
            joined[-1] = Piece(before.position, True, f"{before.source}\n{piece.source}", before.label)
            result.note(f"The answer to {before.exercise} was split into several cells; they are read as one.")
        else:
            joined.append(piece)
    return joined


def choose_answers(code: list[Piece], release: Release, result: Aligned) -> list[Piece]:
    """Note which text answers which exercise; return the cells without stubs and copies that would undo an answer."""
    defines = {piece: release.defined(piece.source) for piece in code}
    given = {text for text, cell in release.texts.items() if cell.kind in ("code", "show")}
    mention = {piece: release.mentioned(piece.source) for piece in code if normal(piece.source) not in given}
    dropped: set[Piece] = set()
    for exercise in release.unit.graded:
        name = exercise.name
        own = [piece for piece in code if piece.exercise == name]
        blank = [piece for piece in own if normal(piece.source) in (release.stubs[name], "")]
        repeated = copies([piece for piece in own if piece not in blank])
        written = [piece for piece in code if name in defines[piece] and piece not in blank + repeated]
        elsewhere = any(name in names for piece, names in mention.items() if piece.exercise != name)
        if written:
            dropped.update(blank, repeated)
            helpers = [piece for piece in own if name not in defines[piece] and piece not in dropped]
            parts = sorted({*helpers, written[-1]}, key=lambda piece: piece.position)
            note_choice(name, own, written, result)
        else:
            parts = [piece for piece in own if piece not in blank] or blank[:1]
        if parts:
            result.answers[name] = "\n\n".join(piece.source for piece in parts)
        if own and len(blank) == len(own) and not elsewhere:
            result.untouched.add(name)
        if not own and not elsewhere:
            result.missing.add(name)
    return [piece for piece in code if piece not in dropped]


def copies(pieces: list[Piece]) -> list[Piece]:
    """Return the cells whose text comes again later."""
    last = {normal(piece.source): piece for piece in pieces}
    return [piece for piece in pieces if last[normal(piece.source)] is not piece]


def note_choice(name: str, own: list[Piece], written: list[Piece], result: Aligned) -> None:
    """Note which of several cells answers an exercise."""
    if written[-1].exercise != name:
        result.note(f"The answer to {name} stands in another cell than its own.")
    if len(written) > 1:
        result.note(f"{name} is written in {len(written)} cells; the last one counts.")
    elif len(own) > 1:
        result.note(f"The answer cell of {name} comes {len(own)} times; the written one counts.")


def restore_given(code: list[Piece], unit: Unit, result: Aligned) -> list[Piece]:
    """Return the cells with every given cell that something may depend on, in its place."""
    code, place = list(code), 0
    for cell in unit.cells:
        there = [index for index, piece in enumerate(code)
                 if piece.label and piece.label.id == cell.id and piece.source.strip()]
        if there:
            place = there[0] + 1
        elif cell.kind == "code" and WORTH_RESTORING.search(cell.source):
            text = normal(cell.source)
            if not any(text in normal(piece.source) for piece in code):
                code.insert(place, Piece(0, True, cell.source, cell))
                place += 1
                result.note(f"The given cell `{one_line(text, 40)}` was missing; it is restored.")
    return code


def runnable(code: list[Piece], result: Aligned) -> list[tuple[str, str]]:
    """Return (id, plain Python) of every cell that has text; a released cell keeps its id, the last of its kind."""
    last = {piece.label.id: piece for piece in code if piece.label}
    cells, left_out, own = [], [], 0
    for piece in code:
        if not piece.source.strip():
            continue
        source, lines = plain_python(piece.source)
        left_out += lines
        if piece.label and last[piece.label.id] is piece:
            cells.append((piece.label.id, source))
            if piece.label.kind == "show" and normal(piece.source) == normal(piece.label.source):
                result.shown.add(piece.label.id)
        else:
            own += 1
            cells.append((f"own-{own}", source))
    if left_out:
        more = f" and {len(left_out) - 1} more" if len(left_out) > 1 else ""
        result.note(f"Not run, because grading runs plain Python: {one_line(left_out[0], 60)}{more}.")
    return cells
