"""Explains terms of the glossary where a chapter uses them first.

The first mention of each term in a chapter becomes a link to the glossary, as if it were written {term}`batch`, and
every such link carries the term's definition. _static/reading.js shows it on hover and focus.
"""

import html
import re
from pathlib import Path

from docutils import nodes

GLOSSARY = "appendix_notation"
TERM_LINK = re.compile(rf'<a class="reference internal" href="{GLOSSARY}\.html#(term-[^"]+)">')
# Words that chapters also use in another sense; a chapter links them itself where it means the term.
AMBIGUOUS = frozenset({"class", "example", "label", "score", "target"})
NOT_IN = (
    nodes.title, nodes.reference, nodes.literal, nodes.literal_block, nodes.math, nodes.math_block, nodes.raw,
    nodes.table, nodes.comment, nodes.Invisible,
)
NOT_IN_CLASSES = frozenset({"opening", "part-title", "to-notebook", "admonition-title"})


def is_chapter(docname):
    return bool(re.match(r"u\d\d_", docname))


def watch_glossary(app, docname, source):
    """Read a page again when the glossary that it quotes has changed."""
    if is_chapter(docname) or "{term}" in source[0]:
        app.env.note_dependency(str(Path(app.srcdir) / f"{GLOSSARY}.md"))


def known_terms(app):
    """Return lower-case term -> its identifier in the glossary."""
    objects = app.env.get_domain("std").get_objects()
    found = ((name, place) for name, _, kind, page, place, _ in objects if (kind, page) == ("term", GLOSSARY))
    return {name.lower(): place for name, place in found}


def pattern_of(terms):
    """Return a pattern that finds a term or its plural, the longest one first; group 1 is the term."""
    words = sorted(terms - AMBIGUOUS, key=len, reverse=True)
    return re.compile(rf"(?<![\w-])({'|'.join(map(re.escape, words))})(?:s|es)?(?![\w-])", re.IGNORECASE)


def is_running_text(text):
    """Return whether a text node stands in a sentence that a reader reads."""
    above = text.parent
    while above is not None:
        if isinstance(above, NOT_IN) or NOT_IN_CLASSES & set(above.get("classes", ())):
            return False
        above = above.parent
    return True


def link_first_mentions(app, doctree, docname):
    if not is_chapter(docname) or GLOSSARY not in app.env.found_docs:
        return
    places = known_terms(app)
    pattern = pattern_of(set(places))
    address = app.builder.get_relative_uri(docname, GLOSSARY)
    seen = set()
    for node in list(doctree.findall(lambda node: isinstance(node, (nodes.Text, nodes.reference)))):
        if isinstance(node, nodes.reference):
            seen.add(node.get("refuri", "").rpartition("#")[2])
        elif is_running_text(node):
            node.parent.replace(node, linked(node, pattern, places, address, seen))


def linked(text, pattern, places, address, seen):
    """Return the nodes of a text in which terms that were not yet seen are links; they are seen from now on."""
    parts, done = [], 0
    for match in pattern.finditer(text):
        place = places[match[1].lower()]
        if place in seen:
            continue
        seen.add(place)
        link = nodes.reference("", "", nodes.Text(match[0]), internal=True, refuri=f"{address}#{place}")
        parts += [nodes.Text(text[done : match.start()]), link]
        done = match.end()
    return [part for part in (*parts, nodes.Text(text[done:])) if part.astext()]


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
    app.connect("doctree-resolved", link_first_mentions)
    app.connect("html-page-context", explain_terms)
    return {"version": "1", "env_version": 1, "parallel_read_safe": True, "parallel_write_safe": True}
