"""Turns the text of a chapter into Markdown that a notebook shows: boxes become headings, links lead to the book."""

import re

# How a box is announced; those that are left out leave their content as it is.
HEADINGS = {"predict": "Predict first", "trap": "Trap", "recap": "In short", "deeper": "Go deeper",
            "exercise": "Exercise", "opening": "You will be able to", "admonition": ""}
OPENING = re.compile(r"^(:{3,}|`{3,})\{([a-z-]+)\}\s*(.*)$")
CLOSING = re.compile(r"^(:{3,}|`{3,})\s*$")
OPTION = re.compile(r"^:([a-z]+):\s*(.*)$")
ANSWER = "<details><summary>Show the answer</summary>\n"


class Boxes:
    """The boxes that are open while the lines of a chapter go by; an open box may reach over several cells."""

    def __init__(self, page):
        self.page, self.open = page, []

    def line(self, line):
        """Return a line of the chapter as Markdown, or None if it is not for a notebook."""
        opening, closing = OPENING.match(line), CLOSING.match(line)
        if opening:
            return self.begin(opening[2], opening[3])
        if closing and self.open:
            _, answered = self.open.pop()
            return "\n</details>\n" if answered else ""
        if line == "+++" and self.open:
            self.open[-1] = (self.open[-1][0], True)
            return f"\n{ANSWER}"
        option = OPTION.match(line) if self.open else None
        if option:
            return f"*About {option[2]} minutes with the exercises.*\n" if option[1] == "minutes" else None
        return line

    def begin(self, name, title):
        self.open.append((name, False))
        if name == "explorable":
            return f"*The [page]({self.page}#explorable-{title}) has a picture here that you can move.*"
        if name == "question":
            return "*The notebook of the exercises asks you a question here, to be answered in your own words.*"
        if name in HEADINGS:
            words = [part for part in (HEADINGS[name], title) if part]
            return f"**{': '.join(words)}**\n"
        return ""


def markdown(text, boxes, quoted, works):
    """Return text of a chapter as Markdown. quoted: name -> computed value; works: key -> (author, year)."""
    lines = [boxes.line(line) for line in text.split("\n")]
    return inline("\n".join(line for line in lines if line is not None), quoted, works).strip("\n")


def inline(text, quoted, works):
    """Return text with its roles replaced by plain Markdown."""
    def glue(found):
        name, _, form = found[1].partition(":")
        return format(quoted[name], form).replace("-", "\N{MINUS SIGN}", 1)

    def cite(found):
        parts = [works[key] for key in found[2].split(",")]
        if found[1] == "t":
            return " and ".join(f"{author} ({year})" for author, year in parts)
        return f"({'; '.join(f'{author}, {year}' for author, year in parts)})"

    def notebook(found):
        return f"Write `{'`, `'.join(found[1].split())}` in the notebook of the exercises."

    text = re.sub(r"\{glue:text\}`([^`]+)`", glue, text)
    text = re.sub(r"\{cite:([pt])\}`([^`]+)`", cite, text)
    text = re.sub(r"\{term\}`([^`<]+?)(?:\s*<[^`>]+>)?`", r"\1", text)
    text = re.sub(r"\{notebook\}`([^`]+)`", notebook, text)
    text = re.sub(r"\{[a-z]+\}`([^`]+)`", r"\1", text)
    return re.sub(r"\]\(([a-z]\w+)\.md(#[^)]*)?\)", r"](../\1.html\2)", text)
