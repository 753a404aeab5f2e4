"""The HTML of the desk's tables: it needs no theme, no script and no other file, and takes a theme's colours if any."""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path

from autograder.course.text import html

CODE = re.compile(r"`([^`\n]+)`")
SIGN_HEAD = "result"  # of the column of ticks and crosses, for those who hear the table


def marked(text: str, limit: int = 100_000) -> str:
    """Return text as HTML, in which `names` between backticks are code."""
    return CODE.sub(r"<code>\1</code>", html(text, limit))


def html_table(kind: str, summary: str, note: str, heads: tuple[str, ...], rows: str, below: str = "") -> str:
    """Return a table with what is earned above it; `rows` and `below` are HTML already. The first head is unseen."""
    head = f'<th scope="col"><span class="check-unseen">{SIGN_HEAD}</span></th>'
    head += "".join(f'<th scope="col">{text}</th>' for text in heads[1:])
    note = f"<span>{marked(note)}</span>" if note else ""
    return (f'<style>{stylesheet()}</style><div class="check-table">'
            f'<p class="check-sum"><b>{marked(summary)}</b>{note}</p>'
            f'<div class="check-scroll" tabindex="0" role="group" aria-label="checks"><table class="{kind}">'
            f"<thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>{below}</div>")


def sign_cell(sign: str, kind: str, words: str) -> str:
    """Return the cell with a tick or a cross. kind: the class that colours it; words: for those who hear the table."""
    return f'<td><span class="{kind}" role="img" aria-label="{words}">{sign}</span></td>'


def named_row(sign: str, name: str, cells: str) -> str:
    """Return a row of a table: the sign, the name as the head of the row, the cells as HTML."""
    return f'<tr>{sign}<th scope="row">{name}</th>{cells}</tr>'


def number_cells(texts) -> str:
    """Return cells with code or numbers."""
    return "".join(f'<td class="check-number">{html(text)}</td>' for text in texts)


@lru_cache
def stylesheet() -> str:
    """Return the style of the tables."""
    return Path(__file__).with_name("check.css").read_text(encoding="utf-8")
