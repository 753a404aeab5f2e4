"""Lets the search find numbers: 113.29 and 39,760 are words of this book, and so is 784."""

import re
from pathlib import Path

from sphinx.errors import ExtensionError
from sphinx.search.en import SearchEnglish

SKIPS_NUMBERS = re.compile(r" \|\|\s*queryTerm\.match\(/\^\\d\+\$/\)")


class EnglishWithNumbers(SearchEnglish):
    """English in which a number with a point or with commas is one word, written without the commas."""

    _word_re = re.compile(r"\d+(?:[.,]\d+)+|\w+")
    js_splitter_code = r"""
var splitQuery = (query) =>
  (query.match(/\p{Number}+(?:[.,]\p{Number}+)+|[\p{Letter}\p{Number}_\p{Emoji_Presentation}]+/gu) || [])
    .map((word) => (/^[\d.,]+$/.test(word) ? word.replaceAll(",", "") : word));
"""

    def split(self, text):
        return [word.replace(",", "") for word in self._word_re.findall(text)]


def keep_numbers(app, exception):
    """Let the search page ask for whole numbers, too: as it comes, it passes over them."""
    script = Path(app.outdir) / "_static" / "searchtools.js"
    if exception or not script.exists():
        return
    text = script.read_text(encoding="utf-8")
    if "queryTerm.match" in text:
        better, count = SKIPS_NUMBERS.subn("", text)
        if count != 1:
            raise ExtensionError(f"{script} passes over numbers in an unexpected way: mend {__file__}.")
        script.write_text(better, encoding="utf-8")


def setup(app):
    app.add_search_language(EnglishWithNumbers)
    app.connect("build-finished", keep_numbers)
    return {"version": "1", "env_version": 1, "parallel_read_safe": True, "parallel_write_safe": True}
