"""The first view of the built book on a phone: `python benchmarks/book.py [FOLDER]` prints a table.

A Chromium with an empty cache, a screen of 390 x 844, a processor slowed down four times, and a line of 1.6 Mbit/s that
takes 150 ms to answer (the profile that Lighthouse calls slow 4G). Text is sent compressed, as GitHub Pages does.
first paint: the first letters stand on the screen. typeset: all formulas are drawn. sent: bytes over the line. Medians.
"""

from __future__ import annotations

import gzip
import io
import shutil
import statistics
import sys
import threading
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from playwright.sync_api import sync_playwright
from rich.console import Console
from rich.table import Table

SITE = Path("build/book/_build/html")
PAGES = ("index", "u01_perceptron", "u06_training", "guide_students")
REPEATS = 3
LINE = {"offline": False, "latency": 150, "downloadThroughput": 1.6e6 / 8, "uploadThroughput": 0.75e6 / 8}
SLOWER = 4
PAINT_TARGET = 3.0  # seconds
QUIET = ("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
         "--disable-component-update", "--disable-sync")
FIRST_PAINT = "performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? null"
TYPESET = "(window.MathJax?.startup?.promise ?? Promise.resolve()).then(() => performance.now())"


class Compressed(SimpleHTTPRequestHandler):
    """Serves files as GitHub Pages does: text is compressed."""

    def log_message(self, *_):
        pass

    def send_head(self):
        path = Path(self.translate_path(self.path))
        if path.suffix not in (".html", ".css", ".js", ".svg"):
            return super().send_head()
        content = gzip.compress(path.read_bytes())
        self.send_response(200)
        self.send_header("Content-Type", self.guess_type(str(path)))
        self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        return io.BytesIO(content)


def first_view(browser, address):
    """Return (seconds to the first paint, seconds until all is typeset, bytes sent) of one visit."""
    context = browser.new_context(viewport={"width": 390, "height": 844}, device_scale_factor=3, is_mobile=True)
    page, sent = context.new_page(), []
    line = context.new_cdp_session(page)
    line.send("Network.enable")
    line.send("Network.emulateNetworkConditions", LINE)
    line.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    line.on("Network.loadingFinished", lambda event: sent.append(event["encodedDataLength"]))
    page.goto(address, wait_until="load", timeout=120_000)
    typeset = page.evaluate(TYPESET)
    paint = page.evaluate(FIRST_PAINT)
    context.close()
    return paint / 1000, typeset / 1000, sum(sent)


def main():
    """Visit each page a few times and print medians."""
    site = Path(sys.argv[1]) if len(sys.argv) > 1 else SITE
    program = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if not (site / "index.html").exists() or not program:
        sys.exit(f"This needs the built book in {site} (make book) and a Chromium.")
    table = Table("page", "first paint, s", "target", "typeset, s", "sent, KB", title="first view on a phone, median")
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Compressed, directory=site)) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=program, args=QUIET)
            for name in PAGES:
                address = f"http://127.0.0.1:{server.server_port}/{name}.html"
                visits = [first_view(browser, address) for _ in range(REPEATS)]
                paint, typeset, sent = (statistics.median(part) for part in zip(*visits, strict=True))
                met = "met" if paint <= PAINT_TARGET else "missed"
                table.add_row(name, f"{paint:.2f}", f"{PAINT_TARGET:g}, {met}", f"{typeset:.2f}", f"{sent / 1000:.0f}")
            browser.close()
        server.shutdown()
    Console().print(table)


if __name__ == "__main__":
    main()
