"""Solving in the page, in a real Chromium: as a reader does it, from a server and from a disk."""

import contextlib
import gzip
import json
import re
import shutil
from functools import cache
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from running import COURSE, read_marks, run_grade
from solving import Solver, cells_for, hints_of, signs_of

from autograder.authoring.editor import programs
from autograder.authoring.misconceptions import load_misconceptions
from autograder.checking.cells import Cells
from autograder.checking.hints import with_hint
from autograder.checking.local import LocalStudent
from autograder.checking.numeric import NO_WARNING
from autograder.checking.runner import Checks
from autograder.checking.standins import Absent
from autograder.course.settings import course_settings
from autograder.course.text import html
from autograder.desk import child
from autograder.desk.tables import CheckTable
from autograder.grading import sample_class

pytestmark = pytest.mark.browser

UNIT = "u01_perceptron"
RIGHT = "def sse(u, d):\n    return float(np.sum((u - d) ** 2))\n"
HALF = "def sse(u, d):\n    return float(np.sum((u - d) ** 2)) / 2\n"
PLACES = ("server", "disk")
LATER = "counts when graded"

# A cursor that blinks is drawn anew for as long as its tab is open.
STEADY = ".cm-cursorLayer { animation: none !important }"

# (exercise, mistake) whose hint a page does not give, because a warning that it cannot see tells the mistake.
SILENT = {("Sigmoid", "overflow"), ("sigmoid", "overflow")}


def files_of(page, name):
    """Return the names of the files that a page loads together: "python", or "pictures"."""
    return {file["name"] for file in page.evaluate("name => solve.fileSets[name]", name)}


def loaded(asked):
    """Return the names of the files of Python among the paths that a page asked for."""
    return {Path(path).stem for path in asked if Path(path).parent.name in ("engine", "pack")}


class Reader:
    """One reader's tab of chapter 1, in which Python starts once; what happened on the way to that is kept.

    told and text: what the first press of Check said while a file was missing, and the answer after it. stub: the
    answer before it. asked: the paths that the page had asked for until then. first: what the second press said.
    """

    def __init__(self, tab, site, place):
        self.tab, self.page = tab, tab.page
        self.sse = Solver(self.page, "sse").open()
        self.stub = self.sse.text
        self.asked = list(tab.asked)
        with missing(site / ("engine" if place == "server" else "pack"), "python_stdlib.zip"):
            self.told, self.text = self.sse.write(HALF).press("Check"), self.sse.text
        tab.failed.clear()
        tab.errors.clear()
        self.first = self.sse.press("Check")
        self.heap = self.page.evaluate("solve.heap")


@contextlib.contextmanager
def missing(folder, name):
    """Take a file of Python away inside the `with` block."""
    gone = next(folder.glob(f"{name}.*"))
    hidden = gone.rename(gone.with_name("hidden"))
    yield
    hidden.rename(gone)


@pytest.fixture(scope="module")
def open_in(solving_site, solving_served):
    """A function that opens a page of the book with Python in it, in a tab."""
    def go(tab, place, page=f"{UNIT}.html"):
        tab.open(f"{solving_served if place == 'server' else solving_site.as_uri()}/{page}")
        tab.page.add_style_tag(content=STEADY)
        return tab
    return go


@pytest.fixture
def visit(open_in, new_tab):
    """A function that opens a page in a new tab, for what a page keeps: of that no other tab knows anything."""
    tab = new_tab()
    yield lambda *where: open_in(tab, *where)
    tab.close()


def keeps(page, load, shown):
    """Load a page until it shows what the one before it kept, which Chromium hands on when it finds the time."""
    for _ in range(20):
        load()
        if shown():
            return True
        page.wait_for_timeout(500)
    return False


@pytest.fixture(scope="module")
def reader(open_in, new_tab, solving_site):
    """A function that gives the reader of a place, "server" or "disk": each starts Python once for this module."""
    known = {}

    def at(place):
        if place not in known:
            known[place] = Reader(open_in(new_tab(), place), solving_site, place)
        return known[place]
    yield at
    for one in known.values():
        one.tab.close()


@pytest.fixture
def warm(reader):
    """A tab whose Python has started."""
    return reader("server").tab


@pytest.fixture
def sse(warm):
    """The exercise sse of that tab, with an answer that is not yet right."""
    warm.page.set_viewport_size({"width": 1280, "height": 900})
    return Solver(warm.page, "sse").write("def sse(u, d):\n    return 0.0\n")


@pytest.mark.parametrize("place", PLACES)
def test_a_reader_checks_a_mistake_follows_the_hint_and_gets_it_right(reader, place):
    tab, sse = reader(place).tab, reader(place).sse
    assert "raise NotImplementedError" in reader(place).stub
    shown = sse.write(HALF).press("Check")
    assert "sse: 0 of 2 checks pass here" in shown
    assert sse.signs() == ["failed", "failed"]
    assert "With one output that is off by 3" in shown
    assert "56.645" in shown
    assert sse.region.get_by_role("link", name="How wrong is it?").first.get_attribute("href") \
        == "u01_perceptron.html#how-wrong-is-it"
    sse.write(RIGHT).press("Check")
    assert sse.signs() == ["passed", "passed"]
    assert sse.button("Solve here: sse").locator("..").inner_text().endswith("passes the checks of this page")
    assert (tab.outside, tab.failed, tab.errors) == ([], [], [])


def test_nothing_of_the_engine_is_loaded_before_the_first_check(reader):
    one = reader("server")
    assert loaded(one.asked) == set()
    assert loaded(one.tab.asked) == files_of(one.page, "python")
    assert len(files_of(one.page, "python")) == 7
    assert one.heap <= 64 * 2**20


@pytest.mark.parametrize("place", PLACES)
def test_a_missing_file_is_told_and_the_answer_kept(reader, place):
    assert "could not be loaded: python_stdlib.zip" in reader(place).told
    assert reader(place).text == HALF
    assert reader(place).first.startswith("sse: 0 of 2 checks pass here")


def test_one_engine_serves_a_page(warm, sse):
    sse.press("Check")
    before = len(warm.workers)
    Solver(warm.page, "forward").open().press("Check")
    sse.press("Check")
    assert len(warm.workers) == before


@pytest.fixture(scope="module")
def plain(reader, solving_served):
    """A page of chapter 2 that gets no editor: Python has not started there.

    The reader's page opens it, so that the two share a process, and with it what this has compiled to run Python.
    """
    opener = reader("server").page
    with opener.expect_popup() as opened:
        opener.evaluate("void window.open('about:blank')")
    page = opened.value
    page.route("**/solve/editor.js*", lambda route: route.abort())
    page.goto(f"{solving_served}/u02_gradient_descent.html")
    yield page
    page.close()


def test_a_plain_field_takes_the_place_of_an_editor_that_is_missing(plain):
    grad_W = Solver(plain, "grad_W").open()
    assert grad_W.box.evaluate("box => box.tagName") == "TEXTAREA"
    grad_W.write(sample_class.right_answers(COURSE, COURSE.unit("u02_gradient_descent"))["grad_W"]).press("Check")
    assert set(grad_W.signs()) == {"passed"}


def test_earlier_answers_of_the_unit_are_in_scope(plain):
    right = sample_class.right_answers(COURSE, COURSE.unit("u02_gradient_descent"))
    earlier = [Solver(plain, name).open() for name in ("grad_W", "descend")]
    for one in earlier:
        one.button("Reset").click()
    train = Solver(plain, "train").open()
    train.write(right["train"])
    assert "train needs grad_W, which is not written yet." in train.press("Check")
    for one in earlier:
        one.write(right[one.name])
    train.press("Check")
    assert set(train.signs()) == {"passed"}


@contextlib.contextmanager
def limit(page, seconds):
    """Give a run this time inside the `with` block."""
    usual = page.evaluate("solve.seconds")
    page.evaluate("seconds => { solve.seconds = seconds; }", seconds)
    yield
    page.evaluate("seconds => { solve.seconds = seconds; }", usual)


def test_a_run_has_ten_seconds(warm):
    assert warm.page.evaluate("solve.seconds") == 10


# Each step of the second answer ends within the time; all together do not.
@pytest.mark.parametrize(("answer", "told"), [
    ("def sse(u, d):\n    while True:\n        pass\n", "within 1 s: time ran out in a check of sse"),
    (f"import time\ntime.sleep(0.6)\n{RIGHT.replace('return', 'time.sleep(0.6); return')}",
     "within 1 s: time ran out in a check of sse"),
    ("while True:\n    pass\n", "within 1 s: time ran out in the cell of sse"),
    ("def sse(u, d):\n    import os\n    os._exit(0)\n", "ended Python itself"),
    ("def sse(u, d):\n    more = [0]\n    while True:\n        more = more + more\n", "MemoryError"),
    ("def sse(u, d:\n    return 0\n", "SyntaxError: '(' was never closed in line 1"),
])
def test_what_hangs_or_ends_python_is_told_and_the_next_check_is_right(sse, answer, told):
    with limit(sse.page, 1 if "time ran out" in told else 60):
        assert told in sse.write(answer).press("Check")
    sse.write(RIGHT).press("Check")
    assert sse.signs() == ["passed", "passed"]


def test_stop_ends_a_loop_at_once(sse):
    sse.press("Check")
    sse.write("while True:\n    pass\n")
    sse.button("Check").click()
    assert sse.region.get_attribute("aria-busy") == "true"
    sse.button("Stop").click()
    assert sse.done().startswith("Stopped.")
    assert sse.text == "while True:\n    pass\n"
    sse.write(RIGHT).press("Check")
    assert sse.signs() == ["passed", "passed"]


def test_run_shows_what_an_answer_prints_and_its_last_value(sse):
    shown = sse.write(RIGHT + "\nprint('here')\nsse(np.array([[3.0]]), d)\n").press("Run")
    assert "here\n13.0" in shown
    assert "ZeroDivisionError" in sse.write("1 / 0\n").press("Run")


def test_an_error_inside_the_standard_library_names_the_readers_own_line(sse):
    shown = sse.write("def sse(u, d):\n    import json\n    return json.loads('{')\n").press("Check")
    assert "(char 1) in line 3: return json.loads('{')" in shown


# What this Python has compiled itself: "os" and the like are built in, and pytest compiles checks for their asserts.
COMPILED = """import os, sys
specs = [(name, getattr(module, "__spec__", None)) for name, module in sys.modules.items()]
print([name for name, spec in specs if spec and str(spec.origin).endswith(".py") and not name.endswith(".checks")
       and "frozen" not in str(spec.loader) and not os.path.exists(str(spec.cached))])
"""


def test_a_start_of_python_compiles_no_file_of_a_library(patient):
    if not shutil.which("node", path=programs()):
        pytest.skip("there is no Node on this machine: nothing is compiled before a start")
    job = {"kind": "run", "unit": UNIT, "exercise": "", "cells": [["cell", COMPILED]], "shown": []}
    assert json.loads(patient.evaluate("job => solve.run('test', job)", job))["printed"].strip() == "[]"


def test_hints_come_one_at_a_time(sse):
    sse.write(HALF)
    sse.press("Hint")
    hints = sse.group.get_by_role("list", name="Hints").get_by_role("listitem")
    assert hints.count() == 1
    for number in (2, 3):
        sse.press("Hint")
        assert hints.count() == number
    assert "Expected: 113.29" in hints.last.inner_text()


@pytest.mark.parametrize("place", PLACES)
def test_an_answer_is_kept_across_reloads_and_pages(visit, place):
    page = visit(place).page
    Solver(page, "sse").open().write(HALF)
    assert "saved in this browser" in Solver(page, "sse").group.inner_text()
    page.goto(page.url.replace(UNIT, "index"))
    back = page.url.replace("index", UNIT)
    assert keeps(page, lambda: page.goto(back), lambda: Solver(page, "sse").open().text == HALF)


def test_reset_puts_the_stub_back_and_can_be_undone(sse):
    sse.write(HALF).button("Reset").click()
    assert sse.text.endswith('raise NotImplementedError("sse")')
    sse.button("Undo").click()
    assert sse.text == HALF


def test_a_notebook_goes_out_with_full_marks_and_comes_back(visit, tmp_path):
    page = visit("server").page
    right = sample_class.right_answers(COURSE, COURSE.unit(UNIT))
    for name in ("forward", "sse"):
        Solver(page, name).open().write(right[name])
    sse = Solver(page, "sse")
    with page.expect_download() as download:
        sse.button("Download notebook").click()
    assert download.value.suggested_filename == f"{UNIT}.ipynb"
    path = tmp_path / "submitted" / "ada" / UNIT / f"{UNIT}.ipynb"
    download.value.save_as(path)
    run_grade(tmp_path / "submitted", tmp_path / "graded")
    marks = read_marks(tmp_path / "graded")
    for name in ("forward", "sse"):
        row = marks["ada", UNIT, name]
        assert row["points"] == row["max_points"]
    sse.button("Reset").click()
    with page.expect_file_chooser() as chooser:
        sse.button("Open notebook").click()
    chooser.value.set_files(path)
    sse.group.locator(".solve-status", has_text="answers of").wait_for()
    assert sse.text == right["sse"]


@pytest.mark.parametrize("place", PLACES)
def test_an_open_question_is_answered_beside_its_words_and_goes_out_with_the_notebook(visit, place, tmp_path):
    page = visit(place).page
    group = page.get_by_role("group", name="Question: why-squares", exact=True)
    field = group.get_by_role("textbox", name="Answer: why-squares")
    box = page.locator(".part.question")
    assert "what would go wrong with the plain sum" in box.inner_text() and box.locator("mjx-container").count()
    opener = group.get_by_role("button", name="Answer here: why-squares")
    opener.click()
    assert field.input_value() == ""
    field.fill("Errors of +1 and $-1$ add up to 0.")
    assert "saved in this browser" in group.inner_text()
    assert keeps(page, page.reload,
                 lambda: opener.click() or field.input_value() == "Errors of +1 and $-1$ add up to 0.")
    with page.expect_download() as download:
        group.get_by_role("button", name="Download notebook").click()
    path = tmp_path / f"{UNIT}.ipynb"
    download.value.save_as(path)
    (asked,) = (cell for cell in COURSE.unit(UNIT).cells if cell.kind == "manual")
    (written,) = ("".join(cell["source"]) for cell in json.loads(path.read_text())["cells"] if cell["id"] == asked.id)
    assert written == asked.source.replace("*Your answer here.*", "Errors of +1 and $-1$ add up to 0.")
    field.fill(" ")
    Solver(page, "sse").open().group.locator("input[type=file]").set_input_files(path)
    Solver(page, "sse").group.locator(".solve-status", has_text="answers of").wait_for()
    assert field.input_value() == "Errors of +1 and $-1$ add up to 0."
    assert not [item["id"] for item in Axe().run(page, context={"include": [[".part.question"]]},
                                                 options={"preload": False}).response["violations"]]


@pytest.mark.parametrize(("text", "told"), [
    ("nothing", "This file is no notebook"),
    ('{"cells": [{"cell_type": "code", "source": "1", "metadata": {"nbgrader": {"grade_id": "other-answer"}}}]}',
     "This is not the notebook of u01_perceptron"),
])
def test_a_file_that_is_not_the_notebook_is_refused_in_words(sse, tmp_path, text, told):
    path = tmp_path / "other.ipynb"
    path.write_text(text)
    sse.group.locator("input[type=file]").set_input_files(path)
    sse.group.locator(".solve-status", has_text=told).wait_for()


@pytest.mark.parametrize("place", PLACES)
def test_my_progress_shows_all_units(reader, place):
    sse = reader(place).sse
    sse.write(RIGHT).press("Check")
    page = reader(place).tab.context.new_page()
    page.goto(sse.page.url.partition("#")[0].replace(UNIT, "my_progress"))
    unit = page.get_by_role("group", name=f"Unit: {UNIT}")
    assert "1 of 2" in unit.inner_text()
    assert "passes the checks of the page" in unit.get_by_role("listitem").filter(has_text="sse").inner_text()
    assert page.get_by_role("group", name="Unit: ").count() == sum(bool(unit.graded) for unit in COURSE.units.values())
    page.close()


def test_what_the_worker_says_is_shown_as_text(warm):
    page = warm.page
    made = page.evaluate("""() => {
      const box = document.createElement("div");
      box.append(solve.table(`<div class="check-table evil" onclick="x()"><img src=x onerror="window.broken = 1">
        <script>window.broken = 1</script><a href="https://elsewhere.invalid/">out</a><a href="javascript:x()">js</a>
        <a href="../../book/u02.html#here">in</a><iframe src=x></iframe><style>* { display: none }</style>
        <b id="one" style="color: red">text</b></div>`));
      return box.innerHTML.replace(/\\s+/g, " ");
    }""")
    assert made == ('<div class="check-table"> <a>out</a><a>js</a> <a href="u02.html#here">in</a> <b>text</b></div>')
    assert page.evaluate("window.broken") is None


def test_a_forged_message_is_no_answer(sse):
    shown = sse.write("import js\njs.postMessage('done')\njs.postMessage(None)\n" + HALF).press("Check")
    assert "sse: 0 of 2 checks pass here" in shown


def test_an_answer_can_ask_no_other_place(warm, sse):
    sse.write("import js\njs.eval('fetch(\"https://elsewhere.invalid/\").catch(() => {})')\n" + RIGHT).press("Check")
    assert sse.signs() == ["passed", "passed"]
    assert warm.outside == []


def test_keyboard_alone_is_enough(warm):
    page, forward = warm.page, Solver(warm.page, "forward")
    forward.close()
    forward.button("Solve here: forward").focus()
    page.keyboard.press("Enter")
    forward.box.wait_for()
    page.wait_for_function("document.activeElement?.getAttribute('aria-label') === 'Answer: forward'")
    if forward.box.evaluate("box => box.tagName") == "TEXTAREA":
        pytest.skip("there is no npm on this machine: the pages' editor is not tested")
    page.keyboard.press("Control+a")
    page.keyboard.press("Tab")
    assert all(line.startswith("    ") for line in forward.text.splitlines() if line)
    page.keyboard.press("Escape")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Check"
    page.keyboard.press("Enter")
    assert "unexpected indent" in forward.done()
    forward.write("")


def test_keyboard_alone_is_enough_for_a_cell_and_a_question(warm):
    page, focused = warm.page, "document.activeElement.getAttribute('aria-label') ?? document.activeElement.textContent"
    cell = page.get_by_role("group", name="Code: 3", exact=True)
    cell.get_by_role("button", name="Change and run").focus()
    page.keyboard.press("Enter")
    page.wait_for_function(f"({focused}) === 'Change: 3'")
    for key in ("Control+a", "Delete", "7", "Escape", "Tab"):
        page.keyboard.press(key)
    assert page.evaluate(focused) == "Run"
    page.keyboard.press("Enter")
    cell.locator(".solve-printed", has_text="7").wait_for()
    page.get_by_role("button", name="Answer here: why-squares").focus()
    page.keyboard.press("Enter")
    page.wait_for_function(f"({focused}) === 'Answer: why-squares'")
    page.keyboard.type("So.")
    page.keyboard.press("Tab")
    assert page.evaluate(focused) == "Download notebook"


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_an_open_exercise_can_be_read_by_everyone(sse, mode):
    page = sse.page
    page.evaluate("mode => { document.documentElement.dataset.theme = mode; }", mode)
    page.evaluate("""Promise.all(document.getAnimations().filter((one) => one instanceof CSSTransition)
                                 .map((one) => one.finished))""")  # a cursor never stops blinking
    sse.write(HALF).press("Check")
    sse.press("Hint")
    found = Axe().run(page, context={"include": [[".solve"]]}, options={"preload": False}).response["violations"]
    assert not [(item["id"], node["target"], node.get("failureSummary")) for item in found
                if item["impact"] in ("serious", "critical", "moderate") for node in item["nodes"]]


def test_an_open_exercise_fits_a_phone(sse):
    sse.page.set_viewport_size({"width": 390, "height": 760})
    sse.write(HALF).press("Check")
    assert sse.page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")


# Every unit: what the page says and what a notebook says.

def in_notebook(cells, checks, unit, exercise):
    """Return states of the checks, hints, and which checks are on warnings, of a notebook that ran these cells."""
    namespace = {"__name__": "notebook"}
    notebook = Cells(namespace, course_settings().packages, Absent)
    for name, source in cells:
        child.run_cell(name, source, notebook)
    recorded = checks.run_recorded(LocalStudent(namespace), exercise)
    table = CheckTable(COURSE.exercise(exercise), with_hint(unit, recorded))
    states = [LATER if result.passed and any(item.expected == NO_WARNING for item in record.comparisons)
              else "passed" if result.passed else "failed"
              for result, (_, record) in zip(table.results, recorded, strict=True)]
    return states, list(table.hints), [any(item.expected == NO_WARNING for item in record.comparisons)
                                       for _, record in recorded]


def wrong_source(wrong, right):
    """Return a misconception as an answer that also finds the right one, where it leans on it."""
    answer = sample_class.as_answer(wrong)
    if sample_class.stands_alone(answer, wrong.exercise):
        return answer
    leaning = re.sub(rf"^    return {wrong.exercise}\(", f"    return reference.{wrong.exercise}(", answer, flags=re.M)
    return (f"{right}\n\nimport types\nreference = engine = given = types.SimpleNamespace(**globals())\n\n{leaning}")


@cache
def jobs_of(unit):
    """Return (exercise, "" or the name of a mistake, cells) for the reference and each misconception of a unit."""
    right = sample_class.right_answers(COURSE, COURSE.unit(unit))
    jobs = [(exercise.name, "", cells_for(COURSE.unit(unit), right))
            for exercise in COURSE.unit(unit).graded]
    for wrong in load_misconceptions(unit):
        answers = right | {wrong.exercise: wrong_source(wrong, right[wrong.exercise])}
        jobs.append((wrong.exercise, wrong.name, cells_for(COURSE.unit(unit), answers)))
    return jobs


@pytest.fixture
def patient(warm):
    """The page of that tab, in which a run has time on a busy machine, too."""
    with limit(warm.page, 120):
        yield warm.page


@pytest.mark.parametrize("unit", [name for name, unit in COURSE.units.items() if unit.graded])
def test_every_verdict_and_hint_is_that_of_the_notebook(patient, unit):
    checks = Checks(COURSE.check_files(unit, hidden=False))
    problems = []
    for exercise, mistake, cells in jobs_of(unit):
        job = {"kind": "check", "unit": unit, "exercise": exercise, "cells": cells, "shown": []}
        said = json.loads(patient.evaluate("job => solve.run('test', job)", job))
        states, hints, on_warnings = in_notebook(cells, checks, unit, exercise)
        here = signs_of(said["html"])
        same = all(a == b or (a == LATER and warned) for a, b, warned in zip(here, states, on_warnings, strict=True))
        if not mistake:
            same = same and set(here) <= {"passed", LATER}
        given, wanted = set(hints_of(said["html"])), set(map(html, hints))
        if not same or not given <= wanted or (given != wanted and (exercise, mistake) not in SILENT):
            problems.append((exercise, mistake, here, states, given, wanted))
    assert not problems, "\n".join(map(str, problems))


# Cells of the text

def test_a_cell_of_the_text_can_be_changed_and_run(warm):
    page = warm.page
    cell = page.get_by_role("group", name="Code: 1", exact=True)
    cell.get_by_role("button", name="Change and run").click()
    box = cell.get_by_role("textbox", name="Change: 1")
    box.wait_for()
    box.fill("x1, x2, x3 = 5, 2, 7\nprint('sum', x1 + x2 + x3)\nx1 * 2\n")
    cell.get_by_role("button", name="Run", exact=True).click()
    cell.locator(".solve-printed").wait_for()
    assert cell.locator(".solve-printed").inner_text().strip() == "sum 14\n10"


PICTURE = """import matplotlib.pyplot as plt
plt.plot([1, 2, 3], [2, 3, 5], label="loss")
plt.title("Every <b> step")
plt.show()
plt.bar(["one", "two"], [3, 4])
plt.legend(["count"])
"""


def test_a_cell_that_draws_gets_what_draws_and_pictures_with_words(reader):
    one = reader("disk")
    page, cell = one.page, one.page.get_by_role("group", name="Code: 2", exact=True)
    assert not loaded(one.tab.asked) & files_of(page, "pictures")
    cell.get_by_role("button", name="Change and run").click()
    cell.get_by_role("textbox", name="Change: 2").fill(PICTURE)
    with limit(page, 60):
        cell.get_by_role("button", name="Run", exact=True).click()
        cell.locator('.solve-result[aria-busy="false"] img').last.wait_for()
    assert loaded(one.tab.asked) == files_of(page, "pictures") | files_of(page, "python")
    first, second = cell.get_by_role("img").all()
    assert first.get_attribute("alt") == ("Picture. Every <b> step: 1 line (loss); x from 0.9 to 3.1, "
                                          "y from 1.85 to 5.15.")
    assert "1 group of bars" in second.get_attribute("alt")
    assert cell.locator(".solve-printed").count() == 0
    assert first.evaluate("image => image.decode().then(() => image.naturalWidth)") > 300
    answer = f"import matplotlib.pyplot as plt\nfigure, axes = plt.subplots()\n{RIGHT}"
    one.sse.write(answer).press("Check")
    assert one.sse.signs() == ["passed", "passed"]
    assert (one.tab.outside, one.tab.failed, one.tab.errors) == ([], [], [])


def test_what_a_page_loads_is_small(solving_site):
    def size(folder):
        return sum(path.stat().st_size for path in (solving_site / folder).iterdir())

    assert size("engine") <= 10.5e6
    assert size("pack") <= 14e6
    assert size("pictures/engine") <= 9e6  # with the first picture
    editor = solving_site / "_static" / "solve" / "editor.js"
    if editor.exists():
        assert len(gzip.compress(editor.read_bytes())) <= 130e3
