"""The page that a student reads: marks, what passed, what failed and why, the hint, and the student's own code.

Of a hidden check the page knows its category, its points and the word for its failure, nothing else: the inputs, the
expected values and the message stay with the grader.
"""

from __future__ import annotations

import re
from functools import partial
from typing import TYPE_CHECKING

from autograder.checking.hints import section_name
from autograder.course.results import CheckResult, ExerciseResult, SubmissionResult
from autograder.course.text import visible
from autograder.course.units import Unit
from autograder.pages.rendering import render

if TYPE_CHECKING:
    from autograder.records.marks import UnitMarks

PAGE_BYTES = 100_000
TEXT_LIMITS = (2000, 400, 60)  # characters of one text; the first that gives a page of PAGE_BYTES is taken
CODE_FACTOR = 10               # an answer may be this much longer
LINES = 400

WORDS = {
    "correct": "complete", "partial": "right in part", "incorrect": "not right yet", "error": "ended in an error",
    "timeout": "took too long", "out-of-memory": "needed too much memory", "crashed": "ended the grading process",
    "not-attempted": "not attempted", "missing": "missing",
}

WHY = {
    "wrong-answer": "The result is not the expected one.",
    "bad-type": "The result is not a number, an array or another plain value.",
    "too-large": "The result is too large.",
    "exception": "Your code raised an exception.",
    "exited": "Your code ended the Python that ran it.",
    "timeout": "Your code took longer than allowed.",
    "memory": "Your code needed more memory than allowed.",
    "no-function": "A name that the check calls is not there.",
    "protocol": "Your code disturbed the connection to the grader.",
    "rejected": "The answer could not be found in your notebook.",
    "not-attempted": "The exercise is not written yet.",
}


def feedback_page(result: SubmissionResult, unit: Unit, book: str, marks: UnitMarks | None = None,
                  discussions: str = "") -> str:
    """Return the HTML page of one submission, at most PAGE_BYTES long.

    book: where the built book is, as seen from the page (a relative path or an address); "" for no links.
    marks: what the gradebook holds beside the checks' points: a person's scores and comments, a late penalty.
    discussions: the folder with the worked discussions of the unit, as seen from the page; "" until they are out.
    """
    page = ""
    for limit in TEXT_LIMITS:
        page = render(
            "feedback.html", result=result, unit=unit, book=book, marks=marks,
            discussions=discussions, limit=limit, words=WORDS, why=WHY,
            share=share, hints=hints, public_example=public_example,
            begin_with_public=begin_with_public, said_before=said_before, first_hidden=first_hidden,
            section_name=section_name, remarks=marks.remarks if marks else {},
            open_questions=[exercise for exercise in unit.exercises if exercise.manual],
            purpose=partial(purpose, unit), link=partial(link, book.rstrip("/")),
            code_lines=partial(code_lines, result.answers, limit * CODE_FACTOR),
        )
        if len(page.encode()) <= PAGE_BYTES:
            break
    return page


def share(points: float, of: float) -> int:
    """Return the points in percent, 0 to 100."""
    return round(100 * min(max(points / of, 0), 1)) if of else 0


def hints(exercise: ExerciseResult) -> list[tuple[str, str]]:
    """Return the hints of an exercise with their sections, each once."""
    return list(dict.fromkeys((check.hint, check.section) for check in exercise.checks if check.hint))


def public_example(exercise: ExerciseResult) -> CheckResult | None:
    """Return a public check that is right and can show what a hidden one asks: call and values are there to read."""
    return next((check for check in exercise.checks if not check.hidden and check.passed and check.call
                 and check.expected and is_readable(check)), None)


def is_readable(check: CheckResult) -> bool:
    """Return whether a check shows all its numbers: not only their shapes, some of them, or that there is an object."""
    texts = (check.call, check.expected, check.got)
    return not any(re.search(r"array \(|\.\.\.|an object|^\{|^shape", text) for text in texts)


def begin_with_public(exercise: ExerciseResult) -> bool:
    """Return whether a public check fails."""
    return any(not check.hidden and not check.passed for check in exercise.checks)


def said_before(exercise: ExerciseResult, check: CheckResult) -> bool:
    """Return whether an earlier public check of the exercise failed with the same words, and no value to compare."""
    earlier = exercise.checks[: exercise.checks.index(check)]
    return not check.expected and any(other.message == check.message for other in earlier if not other.hidden)


def first_hidden(exercise: ExerciseResult) -> CheckResult | None:
    """Return the first hidden check that earns nothing: what holds for all of them is said there, once."""
    return next((check for check in exercise.checks if check.hidden and not check.passed and not check.earned), None)


def purpose(unit: Unit, exercise: str) -> str:
    """Return the first sentence of the docstring that the release gives for an exercise."""
    source = next((cell.source for cell in unit.cells if cell.kind == "answer" and cell.exercise == exercise), "")
    found = re.search(r'"""(.+?)(?:"""|\n)', source)
    return found[1].strip() if found else ""


def link(book: str, section: str) -> str:
    """Return the address of a section of the built book: "page.md#place" is page.html#place."""
    page, mark, anchor = section.partition("#")
    return f"{book}/{page.removesuffix('.md')}.html{mark}{anchor}"


def code_lines(answers: dict[str, str], limit: int, exercise: str) -> list[str]:
    """Return the lines of an answer, made visible and cut."""
    lines = visible(answers.get(exercise, "").strip("\n"), limit).split("\n")
    return lines[:LINES] + ["…"] * (len(lines) > LINES) if any(lines) else []
