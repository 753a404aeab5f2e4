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

from autograder.course import Cell, Unit
from autograder.magics import plain_python
from autograder.text import one_line

BEGINS_INDENTED = re.compile(r"(?:[ \t]*+\n)*+[ \t]++[^\s#]")
WORTH_RESTORING = re.compile(r"^(?:import|from|def|class|@|[^\W\d]\w*[ \t]*(?::[^=\n]*)?=(?!=))", re.MULTILINE)
NOTES = 20


@dataclass
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
    notes: list[str] = field(default_factory=list)

    def note(self, text: str) -> None:
        if text not in self.notes and len(self.notes) < NOTES:
            self.notes.append(text)


def align(pieces: list[Piece], unit: Unit) -> Aligned:
    """Return what of a submitted notebook is graded."""
    result = Aligned()
    label_by_text(pieces, unit, result)
    take_manual(pieces, unit, result)
    code = join_split(code_pieces(pieces, unit, result), result)
    code = choose_answers(code, unit, result)
    code = restore_given(code, unit, result)
    result.cells = runnable(code, unit, result)
    return result


@lru_cache
def definitions(unit: Unit) -> re.Pattern:
    """Return the pattern of a line at the margin that defines an exercise of the unit."""
    names = "|".join(re.escape(exercise.name) for exercise in unit.graded) or "(?!)"
    return re.compile(rf"^(?:async[ \t]+)?(?:def|class)[ \t]+({names})\b"
                      rf"|^({names})[ \t]*(?::[^=\n]*)?=(?!=)(?![^\n]*\b\2\b)", re.MULTILINE)


def defined(source: str, unit: Unit) -> list[str]:
    """Return the exercises that the text defines at its margin, in order."""
    return [first or second for first, second in definitions(unit).findall(source)]


def may_define(source: str, name: str) -> bool:
    """Return whether the text could give `name` a meaning in any ordinary way, also inside a block."""
    return bool(name in source and re.search(
        rf"\b(?:def|class|as)[ \t]+{name}\b|\bimport\b[^\n]*\b{name}\b|\b{name}[ \t]*(?::[^=\n]*)?=(?!=)"
        rf"|\b{name}[ \t]*,[^\n]*=(?!=)|\[[ \t]*[\"']{name}[\"'][ \t]*\][ \t]*=", source))


def normal(source: str) -> str:
    """Return the text without the white space that editors change."""
    return "\n".join(line.rstrip() for line in source.strip().split("\n"))


@lru_cache
def released_texts(unit: Unit) -> dict[str, Cell]:
    """Return the released code and check cells by their text."""
    return {normal(cell.source): cell for cell in unit.cells if cell.kind in ("code", "check")}


@lru_cache
def stubs(unit: Unit) -> dict[str, str]:
    """Return the released text of every answer, by exercise."""
    return {cell.exercise: normal(cell.source) for cell in unit.cells if cell.kind in ("answer", "manual")}


def label_by_text(pieces: list[Piece], unit: Unit, result: Aligned) -> None:
    """Label the cells that lost their metadata or carry that of another answer."""
    headings = {cell.source.strip().split("\n")[0]: cell for cell in unit.cells if cell.kind == "manual"}
    answers = {cell.exercise: cell for cell in unit.cells if cell.kind == "answer"}
    labelled = {piece.label.id for piece in pieces if piece.label}
    for piece in pieces:
        if piece.is_code:
            names = defined(piece.source, unit) if piece.label is None or piece.exercise else []
            if piece.label is None:
                known = released_texts(unit).get(normal(piece.source))
                piece.label = known if known and (known.kind == "check" or known.id not in labelled) else None
                names = [name for name in names if answers[name].id not in labelled]
            elif piece.exercise in names:
                continue
            if names:
                piece.label = answers[names[0]]
                result.note(f"The answer to {names[0]} was found by its name: its cell had lost its mark.")
        elif piece.label is None:
            known = headings.get(piece.source.strip().split("\n")[0])
            if known and known.id not in labelled:
                piece.label = known
                result.note(f"The answer to {known.exercise} was found by its heading: its cell had lost its mark.")


def take_manual(pieces: list[Piece], unit: Unit, result: Aligned) -> None:
    """Take the answers to the open questions: the last cell that is more than the released text."""
    for exercise in unit.exercises:
        if not exercise.manual:
            continue
        texts = [piece.source for piece in pieces if piece.label and piece.label.kind == "manual"
                 and piece.label.exercise == exercise.name]
        written = [text for text in texts if text.strip() and normal(text) != stubs(unit)[exercise.name]]
        if not texts:
            result.missing.add(exercise.name)
            continue
        result.manual[exercise.name] = (written or texts)[-1]
        if not written:
            result.untouched.add(exercise.name)
        if len(set(written)) > 1:
            result.note(f"{exercise.name} is answered in {len(written)} cells; the last one counts.")


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
            kept.append(piece if kind == "code" else Piece(piece.position, True, piece.source))
    for exercise in unit.graded:
        if exercise.name not in checks:
            result.note(f"The check cell of {exercise.name} was deleted; grading uses the released one.")
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
        if belongs and BEGINS_INDENTED.match(piece.source):
            joined[-1] = Piece(before.position, True, f"{before.source}\n{piece.source}", before.label)
            result.note(f"The answer to {before.exercise} was split into several cells; they are read as one.")
        else:
            joined.append(piece)
    return joined


def choose_answers(code: list[Piece], unit: Unit, result: Aligned) -> list[Piece]:
    """Note which text answers which exercise; return the cells without stubs and copies that would undo an answer."""
    names = {id(piece): set(defined(piece.source, unit)) for piece in code}
    texts = {id(piece): normal(piece.source) for piece in code}
    given = {text for text, cell in released_texts(unit).items() if cell.kind == "code"}
    changed = [piece for piece in code if texts[id(piece)] not in given]
    dropped: set[int] = set()
    for exercise in unit.graded:
        name, stub = exercise.name, stubs(unit)[exercise.name]
        own = [piece for piece in code if piece.exercise == name]
        blank = [piece for piece in own if texts[id(piece)] in (stub, "")]
        written = [piece for piece in code if name in names[id(piece)] and piece not in blank]
        copies = [piece for piece in own if piece not in blank
                  and any(texts[id(piece)] == texts[id(later)] for later in own[own.index(piece) + 1:])]
        if written:
            dropped.update(map(id, blank + copies))
            winner = written[-1]
            parts = [piece for piece in own if piece is winner or (name not in names[id(piece)])]
            parts = [piece for piece in parts if id(piece) not in dropped]
            result.answers[name] = "\n\n".join(piece.source for piece in ([] if winner in parts else [winner]) + parts)
            note_choice(name, own, written, winner, result)
        elif own:
            result.answers[name] = "\n\n".join(piece.source for piece in own if piece not in blank) or own[0].source
            others = [piece for piece in changed if piece not in own]
            if len(blank) == len(own) and not any(may_define(piece.source, name) for piece in others):
                result.untouched.add(name)
        elif not any(may_define(piece.source, name) for piece in changed):
            result.missing.add(name)
    return [piece for piece in code if id(piece) not in dropped]


def note_choice(name: str, own: list[Piece], written: list[Piece], winner: Piece, result: Aligned) -> None:
    """Note which of several cells answers an exercise."""
    if winner.exercise != name:
        result.note(f"The answer to {name} stands in another cell than its own.")
    if len(written) > 1:
        result.note(f"{name} is written in {len(written)} cells; the last one counts.")
    elif len(own) > 1:
        result.note(f"The answer cell of {name} was duplicated; the written one counts.")


def restore_given(code: list[Piece], unit: Unit, result: Aligned) -> list[Piece]:
    """Return the cells with every given cell that something may depend on, in its place."""
    code, place = list(code), 0
    for cell in unit.cells:
        there = [index for index, piece in enumerate(code) if piece.label == cell and piece.source.strip()]
        if there:
            place = there[0] + 1
        elif cell.kind == "code" and WORTH_RESTORING.search(cell.source):
            text = normal(cell.source)
            if not any(text in normal(piece.source) for piece in code):
                code.insert(place, Piece(0, True, cell.source, cell))
                place += 1
                result.note(f"The given cell `{one_line(text, 40)}` was missing; it is restored.")
    return code


def runnable(code: list[Piece], unit: Unit, result: Aligned) -> list[tuple[str, str]]:
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
        else:
            own += 1
            cells.append((f"own-{own}", source))
    if left_out:
        more = f" and {len(left_out) - 1} more" if len(left_out) > 1 else ""
        result.note(f"Not run, because grading runs plain Python: {one_line(left_out[0], 60)}{more}.")
    return cells
