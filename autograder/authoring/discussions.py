"""Worked discussions of a unit's exercises, as pages of their own: for the day after the work is handed in.

units/<unit>/discussion.md has a section for each exercise, headed by its name. Its code is fenced as `python right`
or `python wrong`, and the tests run it. It is in no bundle and in no book.
"""

from __future__ import annotations

import re
from pathlib import Path

from jinja2 import Environment, StrictUndefined

from autograder.course.formulas import mathml
from autograder.course.text import html
from autograder.course.units import Unit, unit_folder
from autograder.course.verdicts import CourseError

FILE = "discussion.md"
FOLDER = "discussions"
HEAD = re.compile(r"^# (.+)$", re.MULTILINE)  # so the code in it has no comment at its margin
FENCE = re.compile(r"^```python (right|wrong)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
CODE_OR_FORMULA = re.compile(r"(^```.*?^```$|`[^`\n]+`)|\$([^$]+)\$", re.MULTILINE | re.DOTALL)
MARK = "\N{LATIN SMALL LETTER DOTLESS J}{}\N{LATIN SMALL LETTER DOTLESS J}"  # stands for a formula, as no text does
PAGE = """\
<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex"><title>{{ title }}</title>
<style>
:root { color-scheme: light dark; }
body { max-width: 46rem; margin: 0 auto; padding: 2rem 1.2rem 4rem; font: 17px/1.6 system-ui, sans-serif;
  color: light-dark(#1f2328, #e6e9ec); background: light-dark(#fff, #14171a); }
a { color: light-dark(#0063a0, #6fbdf0); }
code, pre { font-family: ui-monospace, Consolas, monospace; font-size: .9em; }
pre { padding: .7rem 1rem; overflow-x: auto; border-left: 4px solid #1b6e2c; background: light-dark(#f3f4f5, #262b31); }
pre.wrong { border-left-color: #b3261e; }
.kind { margin: 1rem 0 -.6rem; font-size: .85rem; font-weight: 600; }
</style></head><body>
<p>{{ unit }}</p><main><h1>{{ title }}</h1>
{{ body }}</main>
{% if others %}<nav aria-label="Exercises of this unit"><p>{% for name in others %}
<a href="{{ name }}.html">{{ name }}</a>{% endfor %}</p></nav>
{% endif %}</body></html>
"""
KINDS = {"right": "A good solution", "wrong": "A common mistake"}


def source(unit: str) -> Path:
    """Return the file with a unit's discussions."""
    return unit_folder(unit) / FILE


def sections(unit: Unit) -> dict[str, str]:
    """Return exercise -> discussion as Markdown, in the unit's order.

    Raises CourseError where there is no file, an exercise has no section, or a section no exercise.
    """
    path = source(unit.name)
    if not path.exists():
        raise CourseError("this unit has no discussions yet.", str(path), "Write a section for each exercise.")
    _, *parts = HEAD.split(path.read_text(encoding="utf-8"))
    found = {name.strip(): text.strip() for name, text in zip(parts[::2], parts[1::2], strict=True)}
    names = [exercise.name for exercise in unit.exercises]
    for name in [*(name for name in names if name not in found), *(name for name in found if name not in names)]:
        what = "has no section" if name in names else "is no exercise of the unit"
        raise CourseError(f"`{name}` {what}.", str(path), f"The sections are {', '.join(names)}.")
    return {name: found[name] for name in names}


def solutions(text: str) -> list[tuple[str, str]]:
    """Return (right or wrong, code) for each solution in a discussion."""
    return [(kind, code) for kind, code in FENCE.findall(text)]


def pages(unit: Unit) -> dict[str, bytes]:
    """Return file name -> page: one for each exercise, and index.html with all of them."""
    texts = sections(unit)
    template = Environment(autoescape=False, undefined=StrictUndefined).from_string(PAGE)
    made = {f"{name}.html": template.render(title=html(name), unit=html(unit.title), body=rendered(text),
                                            others=[other for other in texts if other != name])
            for name, text in texts.items()}
    listed = "".join(f'<li><a href="{name}.html">{name}</a></li>' for name in texts)
    made["index.html"] = template.render(title="Discussions", unit=html(unit.title), others=(),
                                         body=f"<ul>{listed}</ul>")
    return {name: text.encode() for name, text in made.items()}


def rendered(text: str) -> str:
    """Return a discussion as HTML, formulas as MathML."""
    formulas: list[str] = []

    def kept(found):
        if found[1]:
            return found[1]
        formulas.append(mathml(found[2]))
        return MARK.format(len(formulas) - 1)

    from markdown_it import MarkdownIt  # here: who grades wants to know only where discussions lie

    markdown = MarkdownIt("commonmark", {"html": False})
    markdown.renderer.rules["fence"] = lambda tokens, place, *_: fence(tokens[place].info, tokens[place].content)
    body = markdown.render(CODE_OR_FORMULA.sub(kept, text))
    for number, formula in enumerate(formulas):
        body = body.replace(MARK.format(number), formula)
    return body


def fence(info: str, code: str) -> str:
    """Return a block of code, a solution with what it is."""
    kind = info.partition(" ")[2]
    head = f'<p class="kind">{KINDS[kind]}</p>' if kind in KINDS else ""
    return f'{head}<pre class="{html(kind)}" tabindex="0"><code>{html(code.rstrip())}</code></pre>\n'
