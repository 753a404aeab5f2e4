"""The book beside a notebook: a section folded into an output, and links that open the real page in a browser tab.

A link from an output to a file opens it in Jupyter's own viewer, without scripts, and Jupyter's server gives a page
neither its styles nor its scripts, or refuses it. So the kernel serves the built book to this machine alone. Where the
browser is on another machine, on a JupyterHub, in Colab or over SSH, the link goes to the published book; where that is
nowhere, there is the section itself, and what the page is called.
"""

from __future__ import annotations

import os
import sys
import threading
from functools import lru_cache, partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from autograder.checking.hints import section_name
from autograder.course.settings import course_settings
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
    """Return the address of a section's page in the browser, "" where there is none that the browser can reach."""
    page = book_page(root, section)
    if "ipykernel" not in sys.modules:
        return ""
    here = page.suffix == ".html" and not any(name in os.environ for name in ELSEWHERE)
    address = (here and serve(page.parent)) or course_settings().book
    return address and f"{address}/{page.with_suffix('.html').name}" + section[section.find("#"):] * ("#" in section)


def tab_link(root: Path, section: str, text: str, unlinked: str = "") -> str:
    """Return a link that opens a page in a tab of its own; where there can be none, where the page is.

    unlinked: the text where there is no link, where it is another one.
    """
    address = page_link(root, section)
    if address:
        return f'<a href="{html(address)}" target="_blank" rel="noopener">{html(text)}</a>'
    page = book_page(root, section)
    return f"{html(unlinked or text)}: <code>{html(page.relative_to(root).as_posix())}</code> in the course folder"


def reading_html(root: Path, section: str) -> str:
    """Return a section of the book to be opened in an output, with a link to its page."""
    name, shown = section_name(section), section_html(root, section)
    if not shown:
        return f'<p class="check-read">Read: {tab_link(root, section, name)}</p>'
    link = tab_link(root, section, "open the page", unlinked="the page")
    return (f'<details class="check-read"><summary>Read: {html(name)}</summary>'
            f'<div class="check-section">{shown}</div></details><p class="check-read">or {link}</p>')
