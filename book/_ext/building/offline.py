"""Keeps the book self-contained: removes what would make a page ask another host.

Jupyter Book always loads sphinx-thebe, which adds a script address on unpkg to every page although this
book has no live kernel. The search page is told not to fetch summaries when it is opened from a disk.
"""

SEARCH_FROM_DISK = 'if (location.protocol === "file:") DOCUMENTATION_OPTIONS.SHOW_SEARCH_SUMMARY = false;'


def is_thebe(script):
    """Return whether a script tag of the page belongs to sphinx-thebe."""
    text = " ".join(str(part) for part in (script, *script.attributes.values()))
    return "thebe" in text.lower()


def drop_thebe(app, pagename, templatename, context, doctree):
    context["script_files"] = [script for script in context["script_files"] if not is_thebe(script)]


def setup(app):
    app.add_js_file(None, body=SEARCH_FROM_DISK, priority=900)
    app.connect("html-page-context", drop_thebe, priority=1000)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
