"""What solving in the page costs a reader's machine: `python benchmarks/solve.py [FOLDER]` prints a table.

FOLDER is a book with Python in it (make browser). Processor time of Chromium's renderers, which the load of the machine
hardly changes: from opening the chapter to the first verdict with an empty cache and with a warm one, for a further
check, and for the dearest exercise of unit 6. Bytes as they come over the line.
"""

from __future__ import annotations

import os
import shutil
import statistics
import sys
import threading
from functools import partial
from http.server import ThreadingHTTPServer
from pathlib import Path

from playwright.sync_api import sync_playwright
from rich.console import Console
from rich.table import Table

from autograder.course.units import Course
from autograder.grading import sample_class
from book import QUIET, SITE, Compressed

FURTHER = 5
PATIENCE = 180_000  # milliseconds


def renderers_seconds() -> float:
    """Return the processor time that all renderers on this machine have used."""
    ticks = 0
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            if b"--type=renderer" in (folder / "cmdline").read_bytes():
                ticks += sum(map(int, (folder / "stat").read_text().rpartition(")")[2].split()[11:13]))
        except OSError:
            continue  # it has ended
    return ticks / os.sysconf("SC_CLK_TCK")


def check(page, name: str, answer: str) -> float:
    """Write an answer, check it, and return the processor time until the verdict stands there."""
    group = page.get_by_role("group", name=f"Exercise: {name}", exact=True)
    box = group.get_by_role("textbox", name=f"Answer: {name}")
    if not box.is_visible():
        group.get_by_role("button", name=f"Solve here: {name}").click()
    box.fill(answer)
    before = renderers_seconds()
    group.get_by_role("button", name="Check", exact=True).click()
    group.locator('.solve-result[aria-busy="false"] .solve-status', has_text="pass here").wait_for()
    return renderers_seconds() - before


def visit(browser, address: str, course: Course) -> dict[str, float]:
    """Return the numbers of one reader who comes twice."""
    context, numbers = browser.new_context(), {}
    answers = {name: sample_class.right_answers(course, course.unit(name))
               for name in ("u01_perceptron", "u06_training")}
    for which in ("first", "warm"):
        page = context.new_page()
        page.set_default_timeout(PATIENCE)
        before = renderers_seconds()
        page.goto(f"{address}/u01_perceptron.html")
        check(page, "sse", answers["u01_perceptron"]["sse"])
        numbers[which] = renderers_seconds() - before
    further = [check(page, "sse", f"{answers['u01_perceptron']['sse']}\n# {number}") for number in range(FURTHER)]
    numbers["further"] = statistics.median(further)
    numbers["heap"] = page.evaluate("window.solve.heap") / 2**20
    numbers["draw"] = draw(page)
    numbers["sets"] = page.evaluate("solve.fileSets")
    page.goto(f"{address}/u06_training.html")
    graded = [exercise.name for exercise in course.unit("u06_training").graded]
    check(page, graded[0], answers["u06_training"][graded[0]])
    numbers["unit 6"] = max(check(page, name, answers["u06_training"][name]) for name in graded)
    context.close()
    return numbers


def sent(site: Path, files: list[dict[str, str]]) -> float:
    """Return the MB that files of Python are, as a server sends them."""
    return sum((site / file["under"] / "engine" / f"{file['name']}.gz").stat().st_size for file in files) / 1e6


def draw(page) -> float:
    """Let the page draw for the first time, and return the processor time until the picture stands there."""
    cell = page.get_by_role("group", name="Code: 1", exact=True)
    cell.get_by_role("button", name="Change and run").click()
    cell.get_by_role("textbox").fill("import matplotlib.pyplot as plt\nplt.plot([1, 2, 3])\n")
    before = renderers_seconds()
    cell.get_by_role("button", name="Run", exact=True).click()
    cell.locator(".solve-picture").wait_for()
    return renderers_seconds() - before


ROWS = (("first", "first check, empty cache", "s of processor time", 10), ("warm", "first check, warm", "s", 7.5),
        ("further", "a further check", "s", 0.1), ("unit 6", "dearest check of unit 6", "s", 2),
        ("heap", "heap after unit 1", "MiB", 64), ("sent", "Python, with the first press of Check", "MB", 10.5),
        ("draw", "the first picture", "s", 10), ("pictures", "matplotlib, with the first picture", "MB", 9))


def main():
    """Let one reader solve, and print what it cost."""
    site = Path(sys.argv[1]) if len(sys.argv) > 1 else SITE
    program = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if not (site / "engine").exists() or not program:
        sys.exit(f"This needs a book with Python in {site} (make browser) and a Chromium.")
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Compressed, directory=site)) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=program, args=QUIET)
            numbers = visit(browser, f"http://127.0.0.1:{server.server_port}", Course.find())
            for row, name in (("sent", "python"), ("pictures", "pictures")):
                numbers[row] = sent(site, numbers["sets"][name])
            browser.close()
        server.shutdown()
    table = Table("what", "measured", "target", title=f"solving in the page (load {os.getloadavg()[0]:.1f})")
    for key, what, unit, target in ROWS:
        met = "met" if numbers[key] <= target else "missed"
        table.add_row(what, f"{numbers[key]:.3g} {unit}", f"{target:g}, {met}")
    Console(width=None if sys.stdout.isatty() else 100).print(table)


if __name__ == "__main__":
    main()
