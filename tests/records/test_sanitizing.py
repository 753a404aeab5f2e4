"""Student text in nbgrader's pages: what acts is shown as text, what explains stays."""

from html import unescape
from html.parser import HTMLParser

import pytest
from active_text import ACTIVE
from nbconvert.filters import markdown2html

from autograder.records.sanitizing import harmless

PLAIN = {"p", "b", "a", "div", "span", "h1", "img"}  # tags that these answers may leave behind
COMMANDS = (r"\href", r"\style", r"\cssId")


class Page(HTMLParser):
    """What a browser makes of the text: tags with their attributes."""

    def __init__(self, html):
        super().__init__()
        self.tags = []
        self.feed(html)

    def handle_starttag(self, tag, attributes):
        self.tags.append((tag, dict(attributes)))


def shown(markdown):
    return harmless(markdown2html(markdown))


@pytest.mark.parametrize("name", ACTIVE)
def test_nothing_active_survives(name):
    html = shown(ACTIVE[name])
    assert not any(command in unescape(html) for command in COMMANDS)
    for tag, attributes in Page(html).tags:
        assert tag in PLAIN, html
        assert attributes.keys() <= {"href", "alt", "title"}, html
        assert attributes.get("href", "https:").startswith("https:"), html


@pytest.mark.parametrize("tag", ["div", "blockquote", "span", "ul><li"])
def test_an_answer_that_nests_without_end_is_shown_as_text(tag):
    html = shown(f"<{tag}>" * 200 + "deep")
    assert sum(name == "pre" for name, _ in Page(html).tags) == 1
    assert len(Page(html).tags) < 5 and html.count("&lt;") >= 200


@pytest.mark.parametrize("text", ["[", "\\", "](", "\\href "])
def test_no_text_takes_the_square_of_its_length(text):
    """Where it does, this runs for minutes."""
    assert len(harmless(text * 200_000)) >= 200_000


def test_what_is_left_out_can_still_be_read():
    assert "window.hacked = 1" in shown(ACTIVE["script"]) and "&lt;script" in shown(ACTIVE["script"])
    assert "over all" in shown(ACTIVE["style attribute"])


def test_an_ordinary_answer_looks_as_it_did():
    markdown = ("# Why\n\nBecause **errors** of $-3$ and $3$ cancel:\n\n$$\\sum_k (u_k - d_k) < 1 & 2$$\n\n"
                "- one\n- two\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n```python\nreturn x\n```\n\n"
                "[a source](https://example.org) and <sup>2</sup>, 1 < 2 & 3 > 2")
    html = shown(markdown)
    for part in ("<h1>Why", "<strong>errors</strong>", "$-3$", "<li>one</li>", "<td>1</td>", "<sup>2</sup>", "1 &lt; 2",
                 '<span class="k">return</span>', 'href="https://example.org"',
                 "\\sum_k (u_k - d_k) &lt; 1 &amp; 2"):
        assert part in html, (part, html)


def test_a_picture_pasted_into_an_answer_stays():
    tags = Page(shown("![plot](data:image/png;base64,iVBORw0=)")).tags
    assert ("img", {"src": "data:image/png;base64,iVBORw0=", "alt": "plot"}) in tags
