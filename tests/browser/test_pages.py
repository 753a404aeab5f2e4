"""Every page of the built book in a real browser: it loads, typesets, fits a phone, and can be read by everyone.

Pictures of all pages, to be looked at, are made by `pytest tests/browser/screenshots.py`.
"""

from functools import cache
from pathlib import Path

import pytest
from accessible import faults

pytestmark = pytest.mark.browser

ROOT = Path(__file__).parents[2]
PAGES = [*sorted(path.stem for path in (ROOT / "book").glob("*.md")), "search", "genindex"]
MODES = ("light", "dark")
# What axe-core looks at: not the glyphs of formulas, which are hidden from screen readers and coloured as the text is.
WITHOUT_GLYPHS = {"exclude": [["mjx-math"]]}

# Some parts of a page as empty boxes of their size: the glyphs, and then, where only contrast is judged, formulas with
# all they say to a screen reader. They are not judged, but axe-core looks for each of their pieces where it stands.
EMPTY = """(parts) => {
  const boxes = [...document.querySelectorAll(parts)].map((box) => [box, box.getBoundingClientRect()]);
  for (const [box, {width, height}] of boxes) {
    box.replaceChildren();
    Object.assign(box.style, {display: "inline-block", width: `${width}px`, height: `${height}px`});
  }
}"""

# Text that a reader sees and that still looks like TeX, and formulas that MathJax refused or never saw.
UNRENDERED = r"""() => {
  const bad = [...document.querySelectorAll("mjx-merror, merror")].map((node) => node.textContent);
  for (const node of document.querySelectorAll(".math, script[type^='math/']"))
    if (!node.querySelector("mjx-container") && !node.closest("mjx-container")) bad.push(node.textContent);
  const walk = document.createTreeWalker(document.querySelector("main"), NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) {
    const node = walk.currentNode;
    if (node.parentElement.closest("pre, code, script, style, mjx-container")) continue;
    if (/\\[a-zA-Z]{2,}|\\[([]|\$\$|\$[^\s$][^$]*\$/.test(node.data)) bad.push(node.data.trim());
  }
  return bad;
}"""

# The widest things that stick out of the page, for the message; what scrolls in a frame of its own is fine.
TOO_WIDE = """() => {
  const page = document.documentElement;
  if (page.scrollWidth <= page.clientWidth) return [];
  const inFrame = (node) => {
    for (let up = node.parentElement; up && up !== document.body; up = up.parentElement)
      if (["auto", "scroll", "hidden"].includes(getComputedStyle(up).overflowX)) return true;
    return false;
  };
  return [...document.body.querySelectorAll("*")]
    .filter((node) => node.getBoundingClientRect().right > page.clientWidth + 1 && !inFrame(node))
    .map((node) => `${node.tagName} ${node.className} ${Math.round(node.getBoundingClientRect().right)} px`)
    .slice(0, 5).concat(`page is ${page.scrollWidth} px wide`);
}"""

# Letters of pictures that are smaller than 11 px on the screen.
TOO_SMALL = """() => [...document.querySelectorAll(".course-figure svg text, .explorable-live svg text")]
  .filter((text) => text.textContent.trim() && text.getBoundingClientRect().width)
  .map((text) => {
    const turned = text.getScreenCTM();
    const scale = Math.sqrt(Math.abs(turned.a * turned.d - turned.b * turned.c));
    return [scale * parseFloat(getComputedStyle(text).fontSize), text.textContent.trim()];
  })
  .filter(([size]) => size < 10.99)
  .map(([size, words]) => `${words}: ${size.toFixed(1)} px`)
  .slice(0, 5)"""

# A live picture that waits until a reader comes near, as this reader does.
WAITING = ".explorable-stage[data-ready=no]"

FOCUSED = """() => {
  const node = document.activeElement, style = getComputedStyle(node);
  const areas = "#pst-skip-link, header, .bd-sidebar-primary, .bd-sidebar-secondary, .prev-next-footer, article";
  const area = node.closest(areas) ?? node;
  return {
    outside: node === document.body,
    area: area.id || area.className || area.tagName,
    name: (node.getAttribute("aria-label") || node.textContent || node.tagName).trim().slice(0, 40),
    shown: (style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0) || style.boxShadow !== "none",
  };
}"""


@pytest.fixture(scope="module")
def visit(served, tab_for):
    """A function from a page's name to all that one visit of it shows; each page is visited once."""

    def come_near(page):
        """Bring each live picture that waits for it into the window, and return when all its labels are drawn."""
        for stage in page.locator(WAITING).element_handles():
            stage.scroll_into_view_if_needed()
            page.wait_for_function("stage => stage.dataset.ready === 'yes'", arg=stage)
        page.evaluate("scrollTo(0, 0)")

    @cache
    def look(name):
        tab = tab_for()
        page = tab.open(f"{served}/{name}.html")
        come_near(page)
        seen = {"unrendered": page.evaluate(UNRENDERED)}
        page.evaluate(EMPTY, "mjx-math")
        seen["light"] = faults(page, WITHOUT_GLYPHS)
        page.evaluate("document.documentElement.dataset.theme = 'dark'")
        page.evaluate("document.getAnimations().forEach((change) => change.finish())")
        page.evaluate(EMPTY, "mjx-container")
        seen["dark"] = faults(page, runOnly=["color-contrast"])  # all that the mode changes
        page.goto("about:blank")  # else the whole page is laid out for its new width, only to be loaded again
        page.set_viewport_size({"width": 390, "height": 844})
        page.goto(f"{served}/{name}.html")  # live pictures are drawn for the width that they find
        page.wait_for_function("[...document.querySelectorAll('.explorable-live')].every((box) => !box.hidden)")
        come_near(page)
        seen["too small"] = page.evaluate(TOO_SMALL)
        page.set_viewport_size({"width": 360, "height": 760})
        page.evaluate("window.MathJax?.startup?.promise")
        seen["too wide"] = page.evaluate(TOO_WIDE)
        return seen | {"errors": list(tab.errors), "failed": list(tab.failed), "outside": list(tab.outside)}

    return look


def test_every_built_page_is_visited(site):
    assert {page.stem for page in site.glob("*.html")} == set(PAGES)


@pytest.mark.parametrize("name", PAGES)
def test_page_loads_without_errors_and_asks_no_other_host(visit, name):
    seen = visit(name)
    assert (seen["errors"], seen["failed"], seen["outside"]) == ([], [], [])


@pytest.mark.parametrize("name", PAGES)
def test_every_formula_is_typeset(visit, name):
    assert visit(name)["unrendered"] == []


@pytest.mark.parametrize("name", PAGES)
def test_page_fits_a_phone(visit, name):
    assert visit(name)["too wide"] == []


@pytest.mark.parametrize("name", PAGES)
def test_letters_in_pictures_can_be_read_on_a_phone(visit, name):
    assert visit(name)["too small"] == []


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("name", PAGES)
def test_page_can_be_read_by_everyone(visit, name, mode):
    found = visit(name)[mode]
    assert not found, "\n".join(found)


def test_axe_notices_a_picture_without_words(served, tab_for):
    page = tab_for().open(f"{served}/index.html")
    page.evaluate("document.querySelector('article').append(document.createElement('img'))")
    assert any(line.startswith("image-alt") for line in faults(page, WITHOUT_GLYPHS))


def test_axe_notices_the_one_pale_word_among_its_neighbours(served, tab_for):
    page = tab_for().open(f"{served}/u01_perceptron.html")
    names = page.locator(".highlight pre", has_text="nudge").first.locator("span.n", has_text="nudge")
    assert names.count() > 2
    for name in (names.first, names.last):
        name.evaluate("name => { name.style.color = '#ccc'; }")
        (fault,) = faults(page, runOnly=["color-contrast"])
        assert fault.startswith("color-contrast")
        name.evaluate("name => { name.style.color = ''; }")
    assert faults(page, runOnly=["color-contrast"]) == []


def test_axe_notices_pale_links_in_a_sidebar_that_has_scrolled(served, tab_for):
    page = tab_for().open(f"{served}/guide_authors.html")
    page.evaluate("document.querySelector('.bd-sidebar-primary').scrollTop = 330")
    links = ".bd-sidebar-primary li:not(.current) > a.reference"
    assert page.locator(links).first.bounding_box()["y"] < -20  # what cannot be seen axe-core leaves undecided
    page.add_style_tag(content=f"{links} {{ color: #999 !important }}")
    assert any(fault.startswith("color-contrast") for fault in faults(page, runOnly=["color-contrast"]))


def test_axe_reads_what_a_formula_says_to_a_screen_reader(served, tab_for):
    page = tab_for().open(f"{served}/history_2_backward.html")
    page.evaluate(EMPTY, "mjx-math")
    page.evaluate("document.querySelector('mjx-assistive-mml mi').setAttribute('role', 'buton')")
    (fault,) = faults(page, WITHOUT_GLYPHS, runOnly=["aria-roles"])
    assert fault.startswith("aria-roles")


@pytest.mark.parametrize("place", ["server", "disk"])
def test_search_finds_the_chain_rule(site, served, tab_for, place):
    tab = tab_for()
    start = served if place == "server" else site.as_uri()
    page = tab.open(f"{start}/search.html?q=chain+rule")
    page.wait_for_selector("#search-results ul.search li")
    page.wait_for_function("/found/.test(document.querySelector('#search-results').textContent)")
    titles = page.locator("#search-results li a").all_text_contents()
    assert any("graph" in title.lower() or "chain" in title.lower() for title in titles), titles
    assert (tab.errors, tab.failed, tab.outside) == ([], [], [])


@pytest.mark.parametrize("number", ["113.29", "39,760", "784"])
def test_search_finds_numbers(served, tab_for, number):
    page = tab_for().open(f"{served}/search.html?q={number}")
    page.wait_for_function("/found/.test(document.querySelector('#search-results').textContent)")
    assert page.locator("#search-results li a").count() > 2


def test_a_term_explains_itself_to_mouse_and_keyboard(served, tab_for):
    page = tab_for().open(f"{served}/u05_two_layer_net.html")
    term, tip = page.locator("a[data-definition]").first, page.locator("#term-definition")
    term.hover()
    assert tip.is_visible() and tip.text_content() == term.get_attribute("data-definition")
    page.mouse.move(0, 0)
    assert not tip.is_visible()
    term.focus()
    assert tip.is_visible()
    page.keyboard.press("Escape")
    assert not tip.is_visible()


def test_answers_stay_closed_on_paper(served, tab_for):
    page = tab_for().open(f"{served}/u01_perceptron.html")
    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    page.emulate_media(media="print")
    answers = page.locator("details.answer")
    assert answers.count() > 2
    assert not any(answer.locator("p").first.is_visible() for answer in answers.all())
    assert page.evaluate("document.documentElement.dataset.theme") == "light"


def test_a_reader_without_a_mouse_reaches_every_part_and_sees_where_they_are(served, tab_for):
    page = tab_for(width=1440).open(f"{served}/u01_perceptron.html")
    steps = []
    while len(steps) < 400:
        page.keyboard.press("Tab")
        step = page.evaluate(FOCUSED)
        if step["outside"]:
            break
        steps.append(step)
    areas = " ".join(dict.fromkeys(step["area"] for step in steps))
    for part in ("skip", "primary-sidebar", "bd-article", "prev-next", "secondary-sidebar"):
        assert part in areas, f"no way by keyboard to {part}: {areas}"
    unseen = [step for step in steps if not step["shown"]]
    assert not unseen, unseen
