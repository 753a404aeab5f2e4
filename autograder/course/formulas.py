"""Formulas for readers without TeX: MathML, which every browser shows by itself."""

from __future__ import annotations

import re
from html import escape

AROUND = re.compile(r"^\s*\\[(\[]|\\[)\]]\s*$|\\displaystyle(?![a-z])|\\(?:begin|end)\{equation\*?\}")
LINE_BREAK = re.compile(r"\\\\\[[^\]]*\]")  # with a space of its own, which MathML has no room for


def mathml(tex: str, block: bool = False) -> str:
    """Return a formula as MathML; where it cannot be made, the formula as it was written."""
    plain = LINE_BREAK.sub(r"\\\\", AROUND.sub("", tex)).strip()
    try:
        from latex2mathml.converter import convert

        return convert(plain, display="block" if block else "inline")
    except Exception:  # not installed, or a command that it does not know: readable all the same
        return f"<code>{escape(plain)}</code>"
