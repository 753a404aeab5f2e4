"""Keeps the pages light, and mends what the theme leaves open: icons, unused scripts, names for screen readers.

The theme brings 1.5 MB of script to draw ten icons, and three of its icon fonts. Here each icon is a few strokes of SVG
inside the page, drawn by ICONS on a grid of 24. What then has no user is left out of the built book.
"""

import re
import shutil
from pathlib import Path

from sphinx.errors import ExtensionError

RAYS = "M12 2v2M12 20v2M2 12h2M20 12h2M4.9 4.9l1.5 1.5M17.6 17.6l1.5 1.5M4.9 19.1l1.5-1.5M17.6 6.4l1.5-1.5"
ICONS = {
    "angle-left": '<path d="M15 5l-7 7 7 7"/>',
    "angle-right": '<path d="M9 5l7 7-7 7"/>',
    "arrow-up": '<path d="M12 20V4M5 11l7-7 7 7"/>',
    "bars": '<path d="M3 6h18M3 12h18M3 18h18"/>',
    "circle-half-stroke": '<circle cx="12" cy="12" r="9"/><path d="M12 3a9 9 0 0 1 0 18z" fill="currentColor"/>',
    "list": '<path d="M9 6h12M9 12h12M9 18h12M3.5 6h1M3.5 12h1M3.5 18h1"/>',
    "magnifying-glass": '<circle cx="10.5" cy="10.5" r="6.5"/><path d="M15.5 15.5L21 21"/>',
    "moon": '<path d="M20 14.5A8.5 8.5 0 1 1 9.5 4a7 7 0 0 0 10.5 10.5z"/>',
    "sun": f'<circle cx="12" cy="12" r="4"/><path d="{RAYS}"/>',
}
ICON = re.compile(r'<(?:i|span) class="([^"]*?)\bfa-solid fa-([a-z-]+)([^"]*)"([^>]*)></(?:i|span)>')
PEN = 'viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="2" stroke-linecap="round"'

# Of a page: scripts of parts that this book does not have, and what the theme forgot to name.
CORRECTIONS = (
    (re.compile(r'\s*<!-- So that users can add custom icons -->\s*<script[^>]*fontawesome\.js[^>]*></script>'), ""),
    (re.compile(r'\s*<link[^>]*sphinx-thebe\.css[^>]*>'), ""),
    (re.compile(r'(?s)\s*<script type="text/x-thebe-config">.*?</script>\s*<script>kernelName = .*?</script>'), ""),
    (re.compile('<dialog id="pst-search-dialog"(?! aria)'), '\\g<0> aria-label="Search"'),
    (re.compile('<dialog id="pst-primary-sidebar-modal"(?! aria)'), '\\g<0> aria-label="Contents"'),
    (re.compile('<dialog id="pst-secondary-sidebar-modal"(?! aria)'), '\\g<0> aria-label="On this page"'),
    (re.compile('<div id="pst-primary-sidebar"(?! role)'), '\\g<0> role="region" aria-label="Book"'),
)
FONT = re.compile(r"@font-face\{[^}]*fontawesome[^}]*\}")
LEFT_OUT = (
    "scripts/fontawesome.js*", "vendor/fontawesome", "sphinx-thebe.*", "locales", "*macros.html", "readme.png",
    "scripts/*.map", "styles/*.map",
)


def drawn(match):
    """Return an icon of the theme as SVG, with its other classes and attributes."""
    before, name, after, attributes = match.groups()
    if name not in ICONS:
        raise ExtensionError(f"The theme wants an icon {name!r}. Draw it in ICONS of {__file__}.")
    classes = " ".join(f"{before} icon {after}".split())
    attributes = re.sub(r'\s*title="[^"]*"', "", attributes)
    return f'<svg class="{classes}"{attributes} aria-hidden="true" {PEN}>{ICONS[name]}</svg>'


def lightened(page):
    """Return the HTML of a page with icons drawn in place, and without what it does not use."""
    for pattern, better in CORRECTIONS:
        page = pattern.sub(better, page)
    return ICON.sub(drawn, page)


def drop_mathjax(app, pagename, templatename, context, doctree):
    """Load MathJax on pages with a formula alone."""
    if 'class="math' not in context.get("body", ""):
        context["script_files"] = [script for script in context["script_files"] if not is_mathjax(script)]


def is_mathjax(script):
    return "mathjax" in " ".join(str(part) for part in (script, *script.attributes.values())).lower()


def lighten(app, exception):
    if exception or app.builder.format != "html":
        return
    for page in Path(app.outdir).glob("*.html"):
        before = page.read_text(encoding="utf-8")
        after = lightened(before)
        if after != before:
            page.write_text(after, encoding="utf-8")
    static = Path(app.outdir) / "_static"
    for sheet in static.glob("styles/*.css"):
        sheet.write_text(FONT.sub("", sheet.read_text(encoding="utf-8")), encoding="utf-8")
    for path in {path for pattern in LEFT_OUT for path in static.glob(pattern)}:
        shutil.rmtree(path) if path.is_dir() else path.unlink()


def setup(app):
    app.connect("html-page-context", drop_mathjax, priority=1000)
    app.connect("build-finished", lighten, priority=900)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
