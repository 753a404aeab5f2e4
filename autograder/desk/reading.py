"""The book beside a notebook: a section folded into an output, and links that open the real page in a browser tab.

A link from an output to a file opens it in Jupyter's own viewer, without scripts. So the kernel serves the built book
to this machine alone; where the browser is on another machine there is no such link, only the section itself.
"""

from __future__ import annotations

import os
import sys
import threading
from functools import lru_cache, partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from autograder.checking.hints import section_name
from autograder.course.text import html
from autograder.desk.book import book_page, section_html

ELSEWHERE = ("JUPYTERHUB_USER", "JUPYTERHUB_SERVICE_PREFIX", "COLAB_RELEASE_TAG", "CODESPACES", "SSH_CONNECTION")


class Quiet(SimpleHTTPRequestHandler):
    """Serves files to this machine and says nothing."""

    def log_message(self, *_):
        pass


@lru_cache
def serve(folder: Path) -> str:
    """Serve a folder to this machine, as long as this process lives; return the address, "" where that cannot be."""
    try:
        server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(folder)))
    except OSError:
        return ""
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return f"http://127.0.0.1:{server.server_port}"


def page_link(root: Path, section: str) -> str:
    """Return the address of a section's page in the browser, "" where the book is not built or the browser far away."""
    page = book_page(root, section)
    if page.suffix != ".html" or "ipykernel" not in sys.modules or any(name in os.environ for name in ELSEWHERE):
        return ""
    address = serve(page.parent)
    return address and f"{address}/{page.name}" + section[section.find("#"):] * ("#" in section)


def tab_link(root: Path, section: str, text: str) -> str:
    """Return a link that opens a page in a tab of its own; where there can be none, where the page is."""
    address = page_link(root, section)
    if address:
        return f'<a href="{html(address)}" target="_blank" rel="noopener">{html(text)}</a>'
    page = book_page(root, section)
    return f"{html(text)} (<code>{html(page.relative_to(root).as_posix())}</code>)"


def reading_html(root: Path, section: str) -> str:
    """Return a section of the book to be opened in an output, with a link to its page."""
    name, shown = section_name(section), section_html(root, section)
    link = tab_link(root, section, "open the page" if shown else name)
    if not shown:
        return f'<p class="check-read">Read: {link}</p>'
    return (f'<details class="check-read"><summary>Read: {html(name)}</summary>'
            f'<div class="check-section">{shown}</div></details><p class="check-read">or {link}</p>')
