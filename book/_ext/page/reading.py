"""Helps for readers that are made from the text itself: reading time, and glossary terms that explain themselves.

A link to the glossary gets the term's definition as an attribute; _static/reading.js shows it on hover and focus.
"""

import html
import re
from pathlib import Path

from docutils import nodes

# Brysbaert (2019) finds 238 words a minute for prose in English; formulas and pictures want to be looked at too.
WORDS_A_MINUTE = 180
GLOSSARY = "appendix_notation"
TERM_LINK = re.compile(rf'<a class="reference internal" href="{GLOSSARY}\.html#(term-[^"]+)">')
SKIPPED = (nodes.literal_block, nodes.math_block, nodes.raw, nodes.table, nodes.comment)


def words_of(node):
    """Return how many words of running text a node holds: no code, formulas, pictures or tables."""
    if isinstance(node, SKIPPED):
        return 0
    if isinstance(node, nodes.Text):
        return len(node.split())
    return sum(words_of(child) for child in node.children)


def note_reading_time(app, doctree):
    """Write the reading time into the opening card of a chapter, or below the title of a guide or summary."""
    count = max(1, round(words_of(doctree) / WORDS_A_MINUTE))
    minutes = f"{count} minute{'s' * (count > 1)} to read"
    facts = [node for node in doctree.findall(nodes.paragraph) if "opening-facts" in node["classes"]]
    if facts:
        facts[0].insert(0, nodes.inline(minutes, minutes, classes=["fact"]))
    elif app.env.docname.startswith(("guide_", "summary_")):
        title = next(doctree.findall(nodes.title))
        line = nodes.paragraph(minutes, minutes, classes=["reading-time"])
        title.parent.insert(title.parent.index(title) + 1, line)


def watch_glossary(app, docname, source):
    """Read a page again when the glossary that it quotes has changed."""
    if "{term}" in source[0]:
        app.env.note_dependency(str(Path(app.srcdir) / f"{GLOSSARY}.md"))


def definitions(app):
    """Return identifier -> definition of every term in the glossary."""
    found = {}
    if GLOSSARY in app.env.found_docs:
        for item in app.env.get_doctree(GLOSSARY).findall(nodes.definition_list_item):
            text = " ".join(item.next_node(nodes.definition).astext().split())
            found |= {name: text for term in item.findall(nodes.term) for name in term["ids"]}
    return found


def explain_terms(app, pagename, templatename, context, doctree):
    """Put the definition of each glossary term beside the links to it."""
    if pagename == GLOSSARY or "body" not in context or "#term-" not in context["body"]:
        return
    known = definitions(app)

    def explained(match):
        text = known.get(match[1])
        return match[0].replace("<a ", f'<a data-definition="{html.escape(text)}" ', 1) if text else match[0]

    context["body"] = TERM_LINK.sub(explained, context["body"])


def setup(app):
    app.connect("source-read", watch_glossary)
    app.connect("doctree-read", note_reading_time)
    app.connect("html-page-context", explain_terms)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
