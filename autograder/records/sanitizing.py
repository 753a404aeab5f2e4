"""What a student wrote, as nbgrader's pages may show it: formgrader opens it in the instructor's own Jupyter origin.

nbgrader's templates turn Markdown into HTML and put it into the page as it is. Their last filter of that HTML is
replaced by `harmless`: tags and attributes on a list stay, everything else is shown as text.
"""

from __future__ import annotations

import re

import bleach
from nbconvert.filters import strip_files_prefix

TAGS = frozenset(["a", "abbr", "b", "blockquote", "br", "code", "dd", "del", "div", "dl", "dt", "em", "h1", "h2", "h3",
                  "h4", "h5", "h6", "hr", "i", "img", "li", "ol", "p", "pre", "s", "span", "strong", "sub", "sup",
                  "table", "tbody", "td", "tfoot", "th", "thead", "tr", "ul"])
# Classes of nbconvert's highlighted code alone: one of Bootstrap's could lay an answer over the grading form.
CODE_CLASS = re.compile(r"highlight|hl-\w+|language-\w+|[a-z][a-z0-9]{0,2}")
PICTURE = re.compile(r"data:image/(?:png|jpeg|gif);base64,")
# MathJax's commands for links and styles; without the backslash they are words. "\let" and "\def" cannot build them.
COMMANDS = re.compile(r"\\(?=(?:href|url|style|class|cssId|require|unicode|html\w*|data|includegraphics|mmlToken)\b)")


def harmless(html: str) -> str:
    """Return HTML with nothing in it that acts: no script, handler, style, form, frame, id, foreign picture or link.

    Links lead to http, https and mailto. What is not allowed stays readable as text.
    """
    cleaned = bleach.clean(strip_files_prefix(html), tags=TAGS, attributes=is_harmless,
                           protocols={"http", "https", "mailto", "data"})
    return COMMANDS.sub("", cleaned)


def is_harmless(tag: str, name: str, value: str) -> bool:
    """Return whether an attribute may stay."""
    if name == "class":
        return tag in ("div", "span", "pre", "code") and all(map(CODE_CLASS.fullmatch, value.split()))
    if tag == "img":
        return name in ("alt", "title") or (name == "src" and PICTURE.match(value) is not None)
    if tag == "a":
        return name == "title" or (name == "href" and not value.lower().lstrip().startswith("data:"))
    return tag in ("td", "th") and name in ("colspan", "rowspan", "align")
