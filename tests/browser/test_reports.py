"""What a graded student and an instructor read, in a real browser."""

from itertools import product

import pytest
from axe_playwright_python.sync_playwright import Axe
from running import run_grade

pytestmark = pytest.mark.browser


def test_feedback_and_report_can_be_read_by_everyone_on_a_phone(hand_in, right, wrong, tmp_path, new_tab):
    hand_in("ann", right)
    hand_in("ben", right | {"sse": wrong("sse", "half")})
    run_grade(tmp_path / "submitted", tmp_path / "graded")
    graded = tmp_path / "graded"
    pages = [*graded.glob("feedback/*/*.html"), *graded.glob("report/*.html"), graded / "students" / "ann.html"]
    assert len(pages) == 5
    for path, mode in product(pages, ("light", "dark")):
        tab = new_tab(360, mode)
        page = tab.open(path.as_uri())
        found = Axe().run(page, options={"preload": False}).response["violations"]
        assert [item["id"] for item in found if item["impact"] in ("serious", "critical")] == []
        assert page.evaluate("document.documentElement.scrollWidth") <= 360
        ends = page.evaluate("[...document.querySelectorAll('figure svg')].map(e => e.getBoundingClientRect().right)")
        assert all(end <= 360 for end in ends) and bool(ends) == (path.parent.name == "report" and path.stem == "index")
        assert page.evaluate("[...document.querySelectorAll('figure *')].every(e => e.scrollWidth <= 360)")
        assert (tab.errors, tab.failed, tab.outside) == ([], [], [])


def test_a_click_on_a_column_of_the_term_sorts_by_it(hand_in, right, wrong, tmp_path, new_tab):
    hand_in("ann", right | {"sse": wrong("sse", "half")})
    hand_in("ben", right)
    hand_in("cleo", {})
    run_grade(tmp_path / "submitted", tmp_path / "graded")
    page = new_tab(1000, "light").open((tmp_path / "graded" / "report" / "term.html").as_uri())

    def names():
        return page.locator("#term tbody td:first-child").all_inner_texts()

    assert names() == ["ann", "ben", "cleo"]
    page.get_by_role("button", name="Total").click()
    assert names() == ["cleo", "ann", "ben"]
    page.get_by_role("button", name="Total").click()
    assert names() == ["ben", "ann", "cleo"]
