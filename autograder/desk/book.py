"""The course's book as it is in this copy: its pages, one section to be read elsewhere, what a unit has taught.

A section leaves its page as HTML that needs nothing around it: no script, no style sheet, no relative link; formulas
are MathML, figures are the page's own SVG.
"""

from __future__ import annotations

import re
from functools import lru_cache
from html import escape, unescape
from html.parser import HTMLParser
from pathlib import Path

from autograder.course.formulas import mathml

KEPT = frozenset(["p", "ul", "ol", "li", "strong", "em", "b", "i", "code", "pre", "table", "thead", "tbody", "tr", "th",
                  "td", "details", "summary", "figure", "figcaption", "br", "dl", "dt", "dd", "sub", "sup"])
HEADINGS = frozenset(["h1", "h2", "h3", "h4", "h5", "h6"])
EMPTY = frozenset(["area", "base", "br", "col", "hr", "img", "input", "link", "meta", "source", "wbr"])
DROPPED = frozenset(["script", "style", "template", "button", "form", "iframe", "noscript"])
DROPPED_CLASSES = frozenset(["headerlink", "exercise", "solve", "to-notebook", "explorable-live", "opening-facts"])
TITLES = frozenset(["part-title", "admonition-title"])
OPENING = re.compile(r'<div class="part opening.*?<ul[^>]*>(.*?)</ul>|^:::\{opening\}$(.*?)^:::$',
                     re.DOTALL | re.MULTILINE)
POINT = re.compile(r"<li>(.*?)</li>|^- (.*?)(?=^- |^\s*$|\Z)", re.DOTALL | re.MULTILINE)
SUMMARY = "summary*"
PIECE = 1 << 14  # characters of a page that are read at once; most sections are shorter


class Section(HTMLParser):
    """Copies the element with an id from a page into `html`: what is to be read of it."""

    def __init__(self, anchor: str):
        super().__init__(convert_charrefs=True)
        self.anchor, self.parts = anchor, []
        self._open: list[tuple[str, str]] = []  # (tag, what is done with its content), outermost first
        self._formula: list[str] = []

    @property
    def html(self) -> str:
        return "".join(self.parts).strip()

    @property
    def is_complete(self) -> bool:
        """Return whether the element has ended, with something to read in it."""
        return bool(self.parts) and not self._open

    def handle_starttag(self, tag, attributes):
        found = dict(attributes)
        if not self._open and found.get("id") != self.anchor:
            return
        classes = set((found.get("class") or "").split())
        if "part-name" in classes and self.parts[-1:] == [" "]:
            self.parts[-1] = ": "  # "Trap: a row minus a column"; in the book the two words look different
        way = self._way(tag, classes)
        if way == "svg" and tag != "style":
            self.parts.append(self.get_starttag_text())
        if way == "keep":
            spans = "".join(f' {name}="{int(found[name])}"' for name in ("colspan", "rowspan")
                            if (found.get(name) or "").isdecimal())
            self.parts.append(f"<{tag}{spans}>")
        if way == "title":
            self.parts.append("<p><b>")
        if tag not in EMPTY:
            self._open.append((tag, way))

    def handle_startendtag(self, tag, attributes):
        if self._open and self._open[-1][1] == "svg":
            self.parts.append(self.get_starttag_text())
        else:
            self.handle_starttag(tag, attributes)
            if self._open and tag not in EMPTY:
                self.handle_endtag(tag)

    def handle_endtag(self, tag):
        if tag not in [name for name, _ in self._open]:
            return
        while self._open:
            name, way = self._open.pop()
            if way == "formula":
                self.parts.append(mathml("".join(self._formula), block=name == "div"))
                self._formula.clear()
            if (way == "svg" and name != "style") or way == "keep":
                self.parts.append(f"</{name}>")
            if way == "title":
                self.parts.append("</b></p>")
            if name == tag:
                break

    def handle_data(self, data):
        if not self._open:
            return
        way = self._open[-1][1]
        if way in ("formula", "in-formula"):
            self._formula.append(data)
        elif way != "drop":
            self.parts.append(escape(data, quote=False))

    def _way(self, tag: str, classes: set[str]) -> str:
        """Return what is done with an element: drop, svg (as it is), formula, title, keep, or only its content."""
        outer = self._open[-1][1] if self._open else "content"
        if outer == "drop" or tag in DROPPED or (classes & DROPPED_CLASSES and self._open):
            return "drop"
        if tag == "svg" or outer == "svg":
            return "svg"
        if outer in ("formula", "in-formula"):
            return "in-formula"
        if "math" in classes:
            return "formula"
        if tag in HEADINGS or classes & TITLES:
            return "title"
        return "keep" if tag in KEPT else "content"


def book_page(root: Path, section: str) -> Path:
    """Return the page of the book that a section is on: built where there is one, else its text.

    section: "UNIT.md#anchor"; the part after the # is left out.
    """
    page = section.partition("#")[0].removesuffix(".md")
    return next((path for folder in built_books(root) if (path := folder / f"{page}.html").exists()),
                root / "book" / f"{page}.md")


def built_books(root: Path) -> list[Path]:
    """Return where a built book may be: in a student's copy, in the instructor's."""
    return [root / "book", root / "build" / "book" / "_build" / "html"]


def section_html(root: Path, section: str) -> str:
    """Return a section of a built page to be shown elsewhere, "" where there is none."""
    page, anchor = book_page(root, section), section.partition("#")[2]
    return _section_html(page, page.stat().st_mtime, anchor) if anchor and page.suffix == ".html" else ""


@lru_cache
def _section_html(page: Path, changed: float, anchor: str) -> str:
    reader, text = Section(anchor), page.read_text(encoding="utf-8")
    found = re.search(rf'<[^<>]*\sid="{re.escape(anchor)}"', text)
    for place in range(found.start() if found else 0, len(text), PIECE):
        reader.feed(text[place:place + PIECE])
        if reader.is_complete:
            break
    return reader.html


def learned(root: Path, unit: str) -> list[str]:
    """Return what a unit's chapter promised that one can do after it, as plain text; nothing where it says nothing."""
    page = book_page(root, f"{unit}.md")
    found = OPENING.search(page.read_text(encoding="utf-8")) if page.is_file() else None
    points = [first or second for first, second in POINT.findall(found[1] or found[2])] if found else []
    texts = (" ".join(re.sub(r"<[^>]*>|\[(.*?)\]\(.*?\)", r"\1", point).split()) for point in points)
    return [unescape(text).rstrip(",.") for text in texts]


def summary_page(root: Path, unit: str) -> str:
    """Return the first summary page of the book that leads to a unit, as PAGE.md, "" where there is none."""
    folder = book_page(root, f"{unit}.md").parent
    for page in sorted(folder.glob(f"{SUMMARY}{book_page(root, f'{unit}.md').suffix}")):
        if re.search(rf"\b{re.escape(unit)}\.(?:md|html)", main_part(page.read_text(encoding="utf-8"))):
            return f"{page.stem}.md"
    return ""


def main_part(text: str) -> str:
    """Return what a page itself says, without the lists of links around it."""
    found = re.search(r"<article.*?</article>", text, re.DOTALL)
    return found[0] if found else text
