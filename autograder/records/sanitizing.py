"""What a student wrote, as nbgrader's pages may show it: formgrader opens it in the instructor's own Jupyter origin.

nbgrader's templates turn Markdown into HTML and put it into the page as it is. Their last filter of that HTML, which
drops a prefix of links that Jupyter gave up long ago and takes the square of a text's length for it, is replaced by
`harmless`: tags and attributes on a list stay, everything else is shown as text.
"""

from __future__ import annotations

import re
from html import escape, unescape

import bleach

TAGS = frozenset(["a", "abbr", "b", "blockquote", "br", "code", "dd", "del", "div", "dl", "dt", "em", "h1", "h2", "h3",
                  "h4", "h5", "h6", "hr", "i", "img", "li", "ol", "p", "pre", "s", "span", "strong", "sub", "sup",
                  "table", "tbody", "td", "tfoot", "th", "thead", "tr", "ul"])
# Classes of nbconvert's highlighted code alone: one of Bootstrap's could lay an answer over the grading form.
CODE_CLASS = re.compile(r"highlight|hl-\w+|language-\w+|[a-z][a-z0-9]{0,2}")
PICTURE = re.compile(r"data:image/(?:png|jpeg|gif);base64,")
# MathJax's commands for links and styles; without backslashes they are words. "\let" and "\def" cannot build them. A
# command ends where its letters end. Two backslashes begin none, but the second alone must not be what is taken.
COMMANDS = re.compile(r"(?<!\\)\\++(?=(?:href|url|style|class|cssId|require|unicode|html[a-zA-Z]*|data"
                      r"|includegraphics|mmlToken|csname)(?![a-zA-Z]))")
# What a browser reads as a letter or a backslash when MathJax looks at the page, and this filter would not.
TAG = re.compile(r"<(/?)(?!(?:br|hr|img|p|li|td|th|tr)\b)[a-zA-Z]")  # of those that hold others until they end
DEPTH = 100  # a page that nests deeper keeps the instructor's Jupyter busy for minutes; it is shown as text
ENTITY = re.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|bsol);?")


def harmless(html: str) -> str:
    """Return HTML with nothing in it that acts: no script, handler, style, form, frame, id, foreign picture or link.

    Links lead to http, https and mailto. What is not allowed stays readable as text.
    """
    if depth(html) > DEPTH:
        html = f"<pre>{escape(html)}</pre>"
    cleaned = bleach.clean(html, tags=TAGS, attributes=is_harmless,
                           protocols={"http", "https", "mailto", "data"})
    return COMMANDS.sub("", ENTITY.sub(letter, cleaned))


def depth(html: str) -> int:
    """Return at least how deep the elements of a page are nested."""
    deepest = open_now = 0
    for tag in TAG.finditer(html):
        open_now = max(0, open_now + (-1 if tag[1] else 1))
        deepest = max(deepest, open_now)
    return deepest


def letter(entity: re.Match) -> str:
    """Return the letter, digit or backslash that an entity stands for; any other as it is."""
    character = unescape(entity[0].rstrip(";") + ";")
    return character if character == "\\" or (character.isascii() and character.isalnum()) else entity[0]


def is_harmless(tag: str, name: str, value: str) -> bool:
    """Return whether an attribute may stay."""
    if name == "class":
        return tag in ("div", "span", "pre", "code") and all(map(CODE_CLASS.fullmatch, value.split()))
    if tag == "img":
        return name in ("alt", "title") or (name == "src" and PICTURE.match(value) is not None)
    if tag == "a":
        return name == "title" or (name == "href" and not value.lower().lstrip().startswith("data:"))
    return tag in ("td", "th") and name in ("colspan", "rowspan", "align")
