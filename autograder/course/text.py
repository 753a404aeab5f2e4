"""Text that somebody else wrote, made safe for its reader: a terminal, a page, a spreadsheet, an XML file.

One function for each reader. Templates need none of them: Jinja's autoescape is on.
"""

from __future__ import annotations

import html as html_library
import re
import unicodedata

# Control, format (bidirectional marks, zero width), private, unassigned and half characters, line ends.
HIDDEN_CATEGORIES = frozenset(["Cc", "Cf", "Co", "Cn", "Cs", "Zl", "Zp"])
# Letters, marks and signs without a picture: fillers of Korean and Khmer, the empty pattern of Braille.
EMPTY = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0")
NOT_PLAIN = re.compile(r"[^\n\t -~]")
FORMULA = re.compile(r"\s*[=+\-@\t\r＝＋－＠]")
# A sheet that is told another separator than the comma begins a cell there.
LATER_FORMULA = re.compile(r"([;\t\n|])(?=[\s\"']*[=+\-@＝＋－＠])")


def visible(text: str, limit: int = 2000) -> str:
    """Return at most `limit` of the text, each control or bidirectional character spelled out; newlines and tabs stay.

    Text that was cut ends in " …".
    """
    shown = NOT_PLAIN.sub(spelled_out, text[:limit])
    return shown if max(len(shown), len(text)) <= limit else shown[:limit] + " …"


def spelled_out(character: re.Match) -> str:
    """Return a character that has a picture, and the escape code of any other."""
    if unicodedata.category(character[0]) not in HIDDEN_CATEGORIES and character[0] not in EMPTY:
        return character[0]
    return character[0].encode("unicode_escape").decode("ascii")


def cause(error: Exception) -> str:
    """Return what an exception says, of a system call its words alone: "Permission denied", no number and no path."""
    return getattr(error, "strerror", None) or str(error)


def one_line(text: str, limit: int = 120) -> str:
    """Return visible text without line ends or tabs: for names, notes and table rows."""
    return visible(" ".join(text[:4 * limit].split()), limit)


def html(text: str, limit: int = 100_000) -> str:
    """Return visible text escaped for HTML, also inside a quoted attribute, and for XML."""
    return html_library.escape(visible(text, limit))


xml = html  # the five escapes of HTML are XML's, and no character is left that XML 1.0 forbids


def csv_field(text: str, limit: int = 2000) -> str:
    """Return visible text that no spreadsheet takes for a formula; commas and quotes are the csv module's part."""
    shown = visible(text, limit)
    return LATER_FORMULA.sub(r"\1'", f"'{shown}" if FORMULA.match(shown) else shown)
