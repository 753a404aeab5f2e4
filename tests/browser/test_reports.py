"""What a graded student and an instructor read, in a real browser."""

import contextlib

import pytest
from accessible import violations
from click.testing import CliRunner
from running import COURSE, run_grade

from autograder.cli import main

pytestmark = pytest.mark.browser

DARK = "matchMedia('(prefers-color-scheme: dark)').matches"


def test_feedback_and_report_can_be_read_by_everyone_on_a_phone(hand_in, right, wrong, tmp_path, tab_for):
    hand_in("ann", right)
    for student in ("ben", "cy"):
        hand_in(student, right | {"sse": wrong("sse", "half"), "why-squares": " ".join(map(str, range(50)))})
    graded = tmp_path / "graded"
    run_grade(tmp_path / "submitted", graded)
    with contextlib.chdir(COURSE.root):
        assert CliRunner().invoke(main, ["similar", str(graded)]).exit_code == 0
    pages = [*graded.glob("feedback/*/*.html"), *graded.glob("report/*.html"), graded / "students" / "ann.html"]
    pages += graded.glob("report/similar/*.html")
    assert len(pages) == 8
    for path in pages:
        tab = tab_for(360)
        page = tab.open(path.as_uri())
        for mode in ("light", "dark"):  # a style sheet sees to it, no script
            page.emulate_media(color_scheme=mode)
            assert page.evaluate(DARK) == (mode == "dark")
            assert [item["id"] for item in violations(page) if item["impact"] in ("serious", "critical")] == []
            assert page.evaluate("document.documentElement.scrollWidth") <= 360
            ends = page.evaluate("[...document.querySelectorAll('figure svg, figure svg text')]"
                                 ".map(e => e.getBoundingClientRect()).flatMap(e => [e.left, e.right])")
            assert all(0 <= end <= 360 for end in ends) and bool(ends) == (path.name == "index.html")
        assert (tab.errors, tab.failed, tab.outside) == ([], [], [])


def test_a_click_on_a_column_of_the_term_sorts_by_it(hand_in, right, wrong, tmp_path, tab_for):
    hand_in("ann", right | {"sse": wrong("sse", "half")})
    hand_in("ben", right)
    hand_in("cleo", {})
    run_grade(tmp_path / "submitted", tmp_path / "graded")
    page = tab_for(1000, "light").open((tmp_path / "graded" / "report" / "term.html").as_uri())

    def names():
        return page.locator("#term tbody td:first-child").all_inner_texts()

    assert names() == ["ann", "ben", "cleo"]
    page.get_by_role("button", name="Total").click()
    assert names() == ["cleo", "ann", "ben"]
    page.get_by_role("button", name="Total").click()
    assert names() == ["ben", "ann", "cleo"]
