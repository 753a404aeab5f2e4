"""nbgrader's formgrader in a real browser, on a folder that `autograder grade` wrote."""

import os
import re
import secrets
import signal
import socket
import time
from urllib.request import urlopen

import pytest
from active_text import ACTIVE
from nbgrader.api import Gradebook
from playwright.sync_api import expect
from running import COURSE, run_grade, run_program, started

from autograder.grading import sample_class

pytestmark = pytest.mark.browser

UNIT = "u01_perceptron"
MARKS = {"ada": "4 / 6", "björn": "2.5 / 6", "chiara": "0 / 6", "eve": "0 / 6"}
HOSTILE = "Because squares are **never** negative.\n\n" + "\n\n".join(ACTIVE.values())
START_SECONDS = 120
WAIT = 60_000  # milliseconds, for a server and a browser on a busy machine


@pytest.fixture(scope="module")
def graded(tmp_path_factory):
    """The output folder of a class of three."""
    folder = tmp_path_factory.mktemp("formgrader")
    unit = COURSE.unit(UNIT)
    right, wrong = sample_class.right_answers(COURSE, unit), sample_class.wrong_answers(unit)
    for student, answers in {"ada": right, "björn": right | {"sse": wrong["sse"][0]}, "chiara": {},
                             "eve": {"why-squares": HOSTILE}}.items():
        sample_class.write_notebook(folder / "submitted" / student / UNIT / f"{UNIT}.ipynb", unit, answers)
    done = run_grade(folder / "submitted", folder / "graded")
    assert done.returncode == 0, done.stderr
    return folder / "graded"


@pytest.fixture(scope="module")
def formgrader(graded, tmp_path_factory):
    """The address of a Jupyter server in the graded folder, and its token."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    token, home = secrets.token_hex(16), tmp_path_factory.mktemp("jupyter")
    private = {name: str(home) for name in ("JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR")}
    with started("jupyter-lab", "--no-browser", "--allow-root", "--ip=127.0.0.1", f"--port={port}",
                 f"--IdentityProvider.token={token}", cwd=graded, environment=private) as server:
        wait_for(f"http://127.0.0.1:{port}/api", server)
        yield f"http://127.0.0.1:{port}", token


def wait_for(address, server):
    """Return when the server answers."""
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and server.poll() is None:
        try:
            return urlopen(address).close()
        except OSError:
            time.sleep(0.2)
    if server.poll() is None:
        os.kill(server.pid, signal.SIGKILL)
    pytest.fail(f"the server did not start:\n{server.said()[-2000:]}")


@pytest.fixture(scope="module")
def page(formgrader, new_tab):
    """A tab that is logged in."""
    address, token = formgrader
    page = new_tab().page
    page.set_default_timeout(WAIT)
    page.goto(f"{address}/login?token={token}")
    return page


def test_every_submission_is_listed_with_its_marks(page, formgrader):
    page.goto(f"{formgrader[0]}/formgrader/manage_submissions/{UNIT}")
    for student, marks in MARKS.items():
        row = page.locator("tbody tr").filter(has=page.get_by_text(student, exact=True))
        expect(row).to_contain_text(marks, timeout=WAIT)
        expect(row).to_contain_text("graded" if student == "chiara" else "needs manual grading")


def open_submission(page, address, graded, student):
    """Open a student's notebook as formgrader shows it, and wait until its marks and comments have arrived."""
    with Gradebook(f"sqlite:///{graded / 'gradebook.db'}") as gradebook:
        number = gradebook.find_submission_notebook(UNIT, UNIT, student).id
    page.goto(f"{address}/formgrader/submissions/{number}")
    page.wait_for_function("formgrader?.grades?.loaded && formgrader.comments.loaded", timeout=WAIT)


def test_a_submission_shows_marks_comments_and_why_points_were_lost(page, formgrader, graded):
    open_submission(page, formgrader[0], graded, "björn")
    expect(page.locator("input.score").nth(1)).to_have_attribute("placeholder", "0.5", timeout=WAIT)
    text = page.locator("body").inner_text()
    assert "sse: 0.5 of 2 points" in text
    comments = [box.get_attribute("placeholder") or box.input_value() for box in page.locator("textarea.comment").all()]
    assert any("lost" in comment for comment in comments), comments


def test_a_mark_and_a_comment_given_here_reach_the_gradebook(page, formgrader, graded):
    open_submission(page, formgrader[0], graded, "ada")
    with page.expect_response(re.compile(r"/formgrader/api/grade/")):
        page.locator("input.score").last.fill("1.5")
        page.locator("input.score").last.press("Tab")
    deadline = time.monotonic() + WAIT / 1000
    score = None
    while score != 1.5 and time.monotonic() < deadline:
        with Gradebook(f"sqlite:///{graded / 'gradebook.db'}") as gradebook:
            score = gradebook.find_grade("why-squares", UNIT, UNIT, "ada").manual_score
        time.sleep(0.2)
    assert score == 1.5
    page.goto(f"{formgrader[0]}/formgrader/manage_submissions/{UNIT}")
    row = page.locator("tbody tr").filter(has=page.get_by_text("ada", exact=True))
    expect(row).to_contain_text("5.5 / 6", timeout=WAIT)


def test_what_a_student_wrote_acts_nowhere_in_the_instructors_origin(page, formgrader, graded):
    """formgrader has the rights of the instructor's Jupyter: an answer that runs there could grade itself."""
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    open_submission(page, formgrader[0], graded, "eve")
    answer = page.locator(".rendered_html").filter(has_text="never negative")
    expect(answer).to_contain_text("window.hacked = 1", timeout=WAIT)
    expect(answer.locator("strong")).to_have_text("never")
    for link in answer.locator("a").all():
        assert not (link.get_attribute("href") or "https:").startswith(("javascript", "data"))
        if link.get_attribute("href") is None:
            link.click()
    answer.hover()
    assert page.evaluate("window.hacked") is None
    assert page.locator("#why-squares-comment").count() == page.locator("textarea[id=why-squares-comment]").count()
    assert not [address for address in asked if "example.org" in address]


def test_nbgraders_own_feedback_shows_a_hostile_answer_as_text(graded, new_tab):
    done = run_program("nbgrader", "generate_feedback", UNIT, "--student", "eve", cwd=graded)
    assert done.returncode == 0, done.stderr
    page = new_tab().page
    page.goto((graded / "nbgrader-feedback" / "eve" / UNIT / f"{UNIT}.html").as_uri())
    assert "window.hacked = 1" in page.locator("body").inner_text()
    assert page.evaluate("window.hacked") is None
