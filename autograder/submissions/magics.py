"""A notebook cell's text as plain Python, line for line: magics, shell escapes and help become comments.

The text is scanned for strings, comments and brackets, never parsed: it may be anything. So a % at the start of a
line inside a multi-line string or a bracket stays what it is. Known limits: an f-string that nests quotes of its own
kind in a replacement field over several lines, and a cell that relies on IPython's automagic (`ls` without the %).
"""

from __future__ import annotations

import re
import textwrap

# Timing and capturing a cell does not change what it defines.
TRANSPARENT_CELL_MAGICS = frozenset(["capture", "prun", "time", "timeit"])
# These change nothing that a check could see, so nobody needs to hear that they were left out.
QUIET_LINE_MAGICS = frozenset(["config", "matplotlib", "precision"])

SUSPECT = re.compile(r"^[ \t]*[%!?]|=[ \t]*[%!]|\?[ \t]*$|^[ \t]*[,;/]", re.MULTILINE)
INDENTED = re.compile(r"(?:[ \t]*+\n)*+[ \t]++\S")
CELL_MAGIC = re.compile(r"%%(\w+)")
TIMED_STATEMENT = re.compile(r"(?P<indent>[ \t]*)%time[ \t]+(?P<statement>\S.*)")
ESCAPED = re.compile(r"[ \t]*(?:%%?(?P<magic>\w*)|!|\?|[,;/](?=\w))")
ASSIGNED = re.compile(r"[\w.,\[\] \t]++=[ \t]*(?:%\w|!)")
HELP = re.compile(r"[ \t]*%{0,2}[^\W\d][\w.*\[\]]*+\?{1,2}[ \t]*$")
TOKEN = re.compile(r"""#.*|(?P<triple>\"""|''')|"(?:\\.|[^"\\])*+"?|'(?:\\.|[^'\\])*+'?|(?P<bracket>[][(){}])|\\.""")
# What ends a string of three quotes on a line: the quotes, unless a backslash stands before them. No possessive repeat
# here: before Python 3.11.5 one that looks ahead stops at the first match (CPython's issue 100061).
ENDS = {quotes: re.compile(rf"(?:\\.|(?!{quotes})[^\\])*{quotes}") for quotes in ('"""', "'''")}


def plain_python(source: str) -> tuple[str, list[str]]:
    """Return the cell as plain Python with the same line numbers, and the lines that are not run.

    A whole cell in another language (%%bash) becomes one comment. An indented cell is moved to the margin, as in
    Jupyter. Lines that no check could miss (%matplotlib, a question mark for help) are not listed.
    """
    if INDENTED.match(source):
        source = textwrap.dedent(source)
    if not SUSPECT.search(source):
        return source, []
    lines = source.split("\n")
    for number, line in enumerate(lines):
        magic = CELL_MAGIC.match(line)
        if magic and magic[1] not in TRANSPARENT_CELL_MAGICS:
            return "\n" * number + comment(line), [line]
        if magic:
            lines[number] = comment(line)
        elif line.strip():
            break
    return plain_lines(lines)


def plain_lines(lines: list[str]) -> tuple[str, list[str]]:
    """Return the lines as plain Python, and those that are not run."""
    left_out, state, continued = [], State(), ""
    for number, line in enumerate(lines):
        if continued == "command" or (not continued and state.at_statement and is_escaped(line)):
            timed = TIMED_STATEMENT.fullmatch(line)
            if timed and not continued:
                lines[number] = timed["indent"] + timed["statement"]
                state.read(lines[number])
                continue
            if not is_quiet(line) and not continued:
                left_out.append(line.strip())
            lines[number] = comment(line)
            continued = "command" if line.endswith("\\") else ""
        else:
            state.read(line)
            continued = "statement" if state.at_statement and line.endswith("\\") else ""
    return "\n".join(lines), left_out


def is_escaped(line: str) -> bool:
    """Return whether a line that begins a statement is IPython's, not Python's."""
    return bool(ESCAPED.match(line) or ASSIGNED.match(line) or HELP.match(line))


def is_quiet(line: str) -> bool:
    """Return whether leaving the line out changes nothing: help, or a magic about display."""
    magic = ESCAPED.match(line)
    return bool(HELP.match(line) or line.lstrip().startswith("?") or (magic and magic["magic"] in QUIET_LINE_MAGICS))


def comment(line: str) -> str:
    """Return a line that does nothing, also as the only line of a block, and shows what stood there."""
    text = line.lstrip(" \t")
    indent = line[:len(line) - len(text)]
    return f"{indent}pass  # {text}" if indent else f"# {text}"


class State:
    """Where a scan stands between two lines: in which string of three quotes, and inside how many brackets."""

    def __init__(self):
        self.quotes, self.depth = "", 0

    @property
    def at_statement(self) -> bool:
        return not self.quotes and not self.depth

    def read(self, line: str) -> None:
        """Go over one line."""
        position = 0
        while position < len(line):
            if self.quotes:
                end = ENDS[self.quotes].match(line, position)
                if not end:
                    return
                self.quotes, position = "", end.end()
                continue
            token = TOKEN.search(line, position)
            if not token:
                return
            position = token.end()
            self.quotes = token["triple"] or ""
            if token["bracket"]:
                self.depth = max(0, self.depth + (1 if token["bracket"] in "([{" else -1))
