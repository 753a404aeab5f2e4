"""A real Chromium and the built book served from this machine."""

import contextlib
import os
import shutil
import sys
import threading
from functools import cache, partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import sync_playwright
from running import BOOK, COURSE, one_at_a_time, run_program
from solving import fetch_pyodide, with_engine

# The shell is Chromium without windows: a page costs it less than half of the processor time.
PROGRAMS = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
PROGRAM = next(filter(None, map(shutil.which, PROGRAMS)), None)
QUIET = ("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
         "--disable-component-update", "--disable-sync")
LOCAL = ("127.0.0.1", "localhost", None)  # None: file:, data: and blob: name no host


class Handler(SimpleHTTPRequestHandler):
    """Serves files and says nothing."""

    def log_message(self, *_):
        pass


class HandlerWithoutMathJax(Handler):
    """Sends an empty script in MathJax's place, so that formulas stay as they are written."""

    def do_GET(self):
        if not urlsplit(self.path).path.endswith("/mathjax/tex-chtml.js"):
            return super().do_GET()
        self.send_response(200)
        self.send_header("Content-Type", "text/javascript")
        self.send_header("Content-Length", "0")
        self.end_headers()


@contextlib.contextmanager
def serving(folder, handler=Handler):
    """Serve a folder from this machine inside the `with` block; gives the address, without a slash at its end."""
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(handler, directory=folder)) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


@pytest.fixture(scope="session")
def served(site):
    """The address of the book on a web server of this machine."""
    with serving(site) as address:
        yield address


@pytest.fixture(scope="session")
def served_untypeset(site):
    """The address of the book on a server without MathJax, so that a page is opened without being typeset."""
    with serving(site, HandlerWithoutMathJax) as address:
        yield address


@pytest.fixture(scope="session")
def solving_site(site):
    """The folder of a book that has Python in its pages."""
    with one_at_a_time(BOOK.with_name("solving.lock")):
        pyodide = fetch_pyodide(COURSE.root / "build" / "pyodide")
        packed = COURSE.root / "build" / "browser-tested"
        done = run_program(sys.executable, "-m", "autograder", "browser", pyodide, "--output", packed)
        assert done.returncode == 0, done.stderr
        folder = with_engine(site, packed, COURSE.root / "build" / f"solving-{os.getpid()}")
    yield folder
    shutil.rmtree(folder)


@pytest.fixture(scope="session")
def solving_served(solving_site):
    """The address of that book on a web server of this machine."""
    with serving(solving_site) as address:
        yield address


@pytest.fixture(scope="session")
def chromium():
    """The browser. Without one the tests are skipped, except where CI promises that there is one."""
    if not PROGRAM:
        reason = "no Chromium on this machine: the pages are not tested in a browser"
        (pytest.fail if os.environ.get("CI") else pytest.skip)(reason)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=PROGRAM, args=QUIET)
        yield browser
        browser.close()


class Tab:
    """One page of the browser, what it asked for and which workers it started, and what went wrong on it."""

    def __init__(self, browser, width, mode, options):
        self.size, self.mode = {"width": width, "height": 900}, mode
        self.context = browser.new_context(viewport=self.size, color_scheme=mode, **options)
        self.asked, self.workers = [], []
        self.errors, self.failed, self.outside = [], [], []  # outside: requests to other hosts
        self.page = self.context.new_page()
        self.page.on("worker", lambda worker: self.workers.append(worker))
        self.page.on("console", self.note_console)
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.page.on("request", self.note_request)
        self.page.on("requestfailed", lambda request: self.failed.append(request.url))
        self.page.on("response", self.note_response)

    def note_console(self, message):
        if message.type in ("error", "warning"):
            self.errors.append(message.text)

    def note_request(self, request):
        self.asked.append(urlsplit(request.url).path)
        if urlsplit(request.url).hostname not in LOCAL:
            self.outside.append(request.url)

    def note_response(self, response):
        if response.status >= 400:
            self.failed.append(f"{response.status} {response.url}")

    def close(self):
        """Close the page, so that nothing on it uses the processor any more."""
        self.context.close()

    def renew(self):
        """Empty the tab: nothing is open, remembered or noted any more."""
        if self.page.url != "about:blank":
            self.page.evaluate("localStorage.clear(); sessionStorage.clear()")
        self.page.goto("about:blank")
        self.page.emulate_media(media="null", color_scheme=self.mode)
        self.page.set_viewport_size(self.size)
        self.page.mouse.move(0, 0)
        for notes in (self.asked, self.workers, self.errors, self.failed, self.outside):
            notes.clear()
        return self

    def open(self, address):
        """Open a page, wait until its formulas are typeset, and return it."""
        self.page.goto(address)
        self.page.evaluate("window.MathJax?.startup?.promise")
        return self.page


@pytest.fixture(scope="module")
def new_tab(chromium):
    """A function that opens an empty tab of its own: new_tab(width, mode), mode "light" or "dark".

    Further options are those of a browser context, for example reduced_motion="reduce".
    """
    tabs = []

    def make(width=1280, mode="light", **options):
        tabs.append(Tab(chromium, width, mode, options))
        return tabs[-1]

    yield make
    for tab in tabs:
        tab.close()


@pytest.fixture(scope="session")
def tab_for(chromium):
    """A function like new_tab that empties the tab it gave for these options before, if there is one.

    A new tab starts a process, in which a page costs three times as much as the next one does.
    """
    @cache
    def make(width, mode, **options):
        return Tab(chromium, width, mode, options)

    return lambda width=1280, mode="light", **options: make(width, mode, **options).renew()
