"""The end of a unit: what was learned, the page that has it in short, and what comes next."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from autograder.checking.hints import section_name
from autograder.course.units import Unit
from autograder.desk.book import book_page, learned, summary_page


@dataclass(frozen=True)
class Ending:
    """What is said when the last exercise of a unit is done. page: of the book, as PAGE.md, "" without one."""

    title: str
    can: tuple[str, ...]
    page: str
    place: str  # the page's file, from the course folder

    @classmethod
    def of(cls, unit: Unit, root: Path) -> Ending:
        """Return the ending of a unit, from the book in a course folder."""
        page = summary_page(root, unit.name)
        place = book_page(root, page).relative_to(root).as_posix() if page else ""
        return cls(unit.title.partition(": ")[2] or unit.title, tuple(learned(root, unit.name)), page, place)

    @property
    def headline(self) -> str:
        return f"The unit is done: {self.title}. Well done!"

    @property
    def summary(self) -> str:
        """What the page in short is called, "" without one."""
        return section_name(self.page) if self.page else ""

    def lines(self) -> list[str]:
        """Return the ending as text."""
        lines = [self.headline]
        lines += ["You can now", *(f"  - {point}" for point in self.can)] if self.can else []
        return [*lines, *([f"Read: {self.summary} ({self.place})"] if self.page else [])]
