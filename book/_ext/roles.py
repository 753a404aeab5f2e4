"""Makes the roles of a page's parts true for screen readers where docutils gets them wrong."""

BIBLIOGRAPHY = ('role="list" class="citation-list"', 'class="citation-list"')  # its entries are no list items


def correct_roles(app, pagename, templatename, context, doctree):
    context["body"] = context.get("body", "").replace(*BIBLIOGRAPHY)


def setup(app):
    app.connect("html-page-context", correct_roles)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
