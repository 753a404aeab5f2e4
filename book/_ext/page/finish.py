"""Finishes the HTML of a page where what Sphinx writes is not quite right to hear or to read."""

import re

CORRECTIONS = (
    # The entries of a bibliography are no list items, so its list is none either.
    (re.compile(r'role="list" class="citation-list"'), 'class="citation-list"'),
    # Their role is deprecated: readers' programs know no better one.
    (re.compile(r' role="doc-biblioentry"'), ""),
    # A computed number below zero gets a minus sign, as the formulas around it have.
    (re.compile(r'(<span class="pasted-text">)-(?=\d)'), "\\1\N{MINUS SIGN}"),
    # No line begins with the comma that follows a formula.
    (
        re.compile(r'(<span class="math notranslate nohighlight">[^<]*</span>[,.;:?!)]+)'),
        r'<span class="together">\1</span>',
    ),
)


def finish(app, pagename, templatename, context, doctree):
    for pattern, better in CORRECTIONS if "body" in context else ():
        context["body"] = pattern.sub(better, context["body"])


def setup(app):
    app.connect("html-page-context", finish)
    return {"version": "1", "env_version": 2, "parallel_read_safe": True, "parallel_write_safe": True}
