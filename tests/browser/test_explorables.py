"""Every explorable is operated by keyboard and by pointer, and shows what NumPy computes."""

import csv
import re
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from autograder.course.units import load_reference

pytestmark = pytest.mark.browser

ROOT = Path(__file__).parents[2]
SCRIPTS = ROOT / "book" / "_ext" / "explore"
LARGEST = 12 * 1024
RAISED = str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789")


def read_rows():
    with (ROOT / "book" / "data" / "explorables.tsv").open(encoding="utf-8", newline="") as lines:
        return {row["name"]: row for row in csv.DictReader(lines, delimiter="\t")}


ROWS = read_rows()
PLACES = {
    name: path.stem
    for path in sorted((ROOT / "book").glob("u[0-9]*.md"))
    for name in re.findall(r"^:::\{explorable\} (.+)$", path.read_text(encoding="utf-8"), re.MULTILINE)
}
CHAPTERS = sorted(set(PLACES.values()))


def of_chapter(chapter):
    """Return the names of a chapter's explorables."""
    return [name for name, place in PLACES.items() if place == chapter]


def numbers_of(text):
    """Return the numbers in a text as the explorables print them, with a real minus and raised powers of ten."""
    plain = text.replace("\N{MINUS SIGN}", "-").replace(",000", "000")
    plain = re.sub(r"·10([⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+)", lambda power: "e" + power[1].translate(RAISED), plain)
    return [float(word) for word in re.findall(r"-?\d+\.?\d*(?:e-?\d+)?", plain)]


class Box:
    """One explorable on an open page."""

    def __init__(self, page, name):
        self.page, self.name = page, name
        self.root = page.locator(f"#explorable-{name}")
        self.root.locator(".explorable-stage").wait_for()
        self.root.scroll_into_view_if_needed()

    def slider(self, label):
        return self.root.locator(".explorable-slider").filter(has_text=label).locator("input").first

    def press(self, label, key, times=1):
        """Press a key on a slider."""
        self.slider(label).focus()
        for _ in range(times):
            self.page.keyboard.press(key)

    def point(self, label, share):
        """Click on a slider, at a share of its length."""
        box = self.slider(label).bounding_box()
        self.slider(label).click(position={"x": share * box["width"], "y": box["height"] / 2})
        return float(self.slider(label).input_value())

    def button(self, words):
        return self.root.get_by_role("button", name=words, exact=True)

    def click(self, words):
        """Click where a button is that has been clicked before: it is in the window, and nothing lies over it."""
        frame = self.button(words).bounding_box()
        self.page.mouse.click(frame["x"] + frame["width"] / 2, frame["y"] + frame["height"] / 2)

    def facts(self):
        """Return all facts by their names."""
        return dict(self.root.locator("[data-fact]").evaluate_all("all => all.map(e => [e.dataset.fact, e.innerText])"))

    def fact(self, name):
        return self.root.locator(f'[data-fact="{name}"]').inner_text()

    def numbers(self, name):
        return numbers_of(self.fact(name))

    def drag(self, x, y, plot=0):
        """Drag the grip to a place of its plane, given as shares of the picture's width and height."""
        grip = self.root.locator(".explorable-grip .grip-core").first.bounding_box()
        frame = self.root.locator(".explorable-plot").nth(plot).bounding_box()
        mouse = self.page.mouse
        mouse.move(grip["x"] + grip["width"] / 2, grip["y"] + grip["height"] / 2)
        mouse.down()
        mouse.move(frame["x"] + x * frame["width"], frame["y"] + y * frame["height"], steps=4)
        mouse.up()


@pytest.fixture
def visit(tab_for, served, site):
    """A function that opens a page of the book: visit("u02_gradient_descent", width=360, disk=True).

    Further options are where it is served, and those of a browser context, for example reduced_motion="reduce". When
    the test is over, no page may have reported an error.
    """
    tabs = []

    def open_page(name, width=1200, disk=False, place=served, **options):
        tabs.append(tab_for(width, **options))
        tabs[-1].page.goto(f"{site.as_uri() if disk else place}/{name}.html")
        return tabs[-1].page

    yield open_page
    assert not [error for tab in tabs for error in tab.errors]


# An explorable and those that share its script, as the server sends them, started once more.
START_AGAIN = """async (name) => {
  window.written ??= new DOMParser().parseFromString(await (await fetch(location)).text(), "text/html");
  const {script} = document.getElementById(`explorable-${name}`).dataset;
  for (const box of document.querySelectorAll(`.explorable[data-script=${script}]`))
    box.replaceWith(document.importNode(written.getElementById(box.id), true));
  const again = document.createElement("script");
  const loaded = new Promise((done, failed) => Object.assign(again, {onload: done, onerror: failed}));
  again.src = `_static/explore/${script}.js`;
  document.body.append(again);
  await loaded;
  again.remove();
  scrollTo(0, 0);
}"""


@pytest.fixture(scope="module")
def own_tab(new_tab):
    """A tab in which a chapter stays open from one test to the next."""
    return new_tab(1200)


@pytest.fixture
def open_box(own_tab, served_untypeset):
    """A function that gives the Box of an explorable that was started just now, on its page without formulas.

    When the test is over, the page may not have reported an error.
    """
    page = own_tab.page
    own_tab.errors.clear()

    def start(name, motion="no-preference"):
        address = f"{served_untypeset}/{PLACES[name]}.html"
        if page.url != address:
            page.goto(address)
        page.mouse.move(0, 0)
        page.emulate_media(reduced_motion=motion)
        page.evaluate(START_AGAIN, name)
        return Box(page, name)

    yield start
    assert own_tab.errors == []


# Files


@pytest.mark.parametrize("path", sorted(SCRIPTS.glob("*.js")), ids=lambda path: path.name)
def test_script_is_small_and_needs_nothing_else(path):
    text = path.read_text(encoding="utf-8")
    assert len(text.encode()) < LARGEST
    assert "import " not in text
    assert set(re.findall(r"https?://\S+", text)) <= {'http://www.w3.org/2000/svg";'}


def test_each_explorable_has_a_place_a_script_and_instructions():
    assert set(PLACES) == set(ROWS)
    scripts = {script for row in ROWS.values() for script in (row["script"], *row["needs"].split())}
    assert {path.stem for path in SCRIPTS.glob("*.js")} == scripts | {"kit", "plot"}
    assert all(row["title"] and row["instructions"] and row["figure"] in ("keep", "replace") for row in ROWS.values())


# All of them

NAMELESS = """controls => controls.filter(control => {
  const labels = [...(control.labels ?? [])].map(label => label.textContent).join("");
  return !(control.getAttribute("aria-label") || labels || control.textContent).trim();
}).map(control => control.outerHTML)"""

# What waits to be trained until a reader comes near, and the iteration that it shows.
WAITING = """() => [...document.querySelectorAll(".explorable-stage[data-ready=no]")]
  .map((stage) => [stage.closest(".explorable").id, stage.querySelector("output").textContent])"""

COLOURS = """themes => {
  const style = getComputedStyle(document.querySelector(".explorable-stage :is(.plot-tick, p)"));
  return themes.map(theme => {
    document.documentElement.dataset.theme = theme;
    return style.fill + style.color;
  });
}"""


def alive(page, chapter):
    """Return the names of a chapter's explorables that can be seen to be alive."""
    return [name for name in of_chapter(chapter)
            if page.locator(f"#explorable-{name} .explorable-live .explorable-stage").is_visible()]


def still(page):
    """Return for each explorable of a page whether its figure is seen, and whether what is alive is not."""
    return [(box.locator(".explorable-static svg").first.is_visible(), not box.locator(".explorable-live").is_visible())
            for box in page.locator(".explorable").all()]


@pytest.fixture(scope="module")
def seen(tab_for, served_untypeset):
    """A function from a chapter to all that one visit of it shows; each chapter is visited once."""

    @cache
    def look(chapter):
        tab = tab_for(1200)
        page = tab.open(f"{served_untypeset}/{chapter}.html")
        found = {"alive": alive(page, chapter), "waiting": page.evaluate(WAITING)}
        controls = page.locator(".explorable-live :is(input, button, [tabindex])")
        found["controls"], found["nameless"] = controls.count(), controls.evaluate_all(NAMELESS)
        page.locator(".explorable-live input[type=range]").first.focus()
        page.keyboard.press("ArrowRight")
        found["focus"] = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
        found["colours"] = page.evaluate(COLOURS, ["light", "dark"])
        page.emulate_media(media="print")
        return found | {"printed": still(page), "errors": list(tab.errors)}

    return look


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_every_explorable_of_a_chapter_comes_alive(seen, chapter):
    assert seen(chapter)["alive"] == of_chapter(chapter)
    assert seen(chapter)["errors"] == []


def test_the_sine_fit_is_not_trained_for_a_reader_who_has_not_come_near(seen):
    assert seen("u06_training")["waiting"] == [["explorable-sine-fit", "0"]]


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_every_explorable_comes_alive_from_the_disk(visit, chapter):
    assert alive(visit(chapter, disk=True), chapter) == of_chapter(chapter)


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_without_scripts_and_in_print_the_figure_is_there(visit, seen, chapter):
    figures = [(True, True)] * len(of_chapter(chapter))
    assert still(visit(chapter, java_script_enabled=False)) == figures
    assert seen(chapter)["printed"] == figures


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_every_control_has_a_name_and_shows_its_focus(seen, chapter):
    assert seen(chapter)["controls"] > 0
    assert seen(chapter)["nameless"] == []
    assert seen(chapter)["focus"] == "solid"


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_colours_follow_a_change_to_dark_mode(seen, chapter):
    light, dark = seen(chapter)["colours"]
    assert light != dark


# With a finger: every slider, grip, button and choice of an explorable


class Finger:
    """A finger on a page with a touch screen."""

    def __init__(self, page):
        self.session = page.context.new_cdp_session(page)

    def drag(self, *places):
        """Put the finger down at the first (x, y) of the window, move it to the others in turn, and lift it."""
        for kind, place in zip(("touchStart", *("touchMove" for _ in places[1:])), places, strict=True):
            points = [dict(zip("xy", place, strict=True))]
            self.session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})
        self.session.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})

    def tap(self, control):
        control.scroll_into_view_if_needed()
        box = control.bounding_box()
        self.drag((box["x"] + box["width"] / 2, box["y"] + box["height"] / 2))


def look_of(box):
    """Return a sum of all that can be seen of an explorable: its pictures, numbers and settings."""
    return box.root.locator(".explorable-live").evaluate("""live => {
      const look = live.innerHTML + [...live.querySelectorAll("input")].map((input) => input.value + input.checked);
      let sum = 0;
      for (let place = 0; place < look.length; place++) sum = (31 * sum + look.charCodeAt(place)) | 0;
      return sum;
    }""")


def drag_sliders(box, finger):
    for slider in box.root.locator(".explorable-live input[type=range]:visible:enabled").element_handles():
        slider.scroll_into_view_if_needed()
        before, frame = look_of(box), slider.bounding_box()
        share = slider.evaluate("s => (s.value - s.min) / (s.max - s.min)")
        y, x = frame["y"] + frame["height"] / 2, frame["x"] + 8 + share * (frame["width"] - 16)
        away = frame["width"] * (-0.8 * share if share > 0.1 else 0.25)  # an untrained epoch cannot be shown
        finger.drag((x, y), (x + away, y))
        assert look_of(box) != before, slider.evaluate("s => s.labels[0].textContent")


def drag_pictures(box, finger):
    for shape in box.root.locator(".explorable-grip:visible .grip-core, .explorable-surface").element_handles():
        shape.scroll_into_view_if_needed()
        before, frame = look_of(box), shape.bounding_box()
        x, y = frame["x"] + frame["width"] / 2, frame["y"] + frame["height"] / 2
        finger.drag((x, y), (x - 30, y + 10))
        assert look_of(box) != before, shape.evaluate("s => s.parentElement.getAttribute('aria-label')")


def tap_choices(box, finger):
    choices = ".explorable-live :is(input[type=radio], input[type=checkbox]):visible"
    for choice in box.root.locator(choices).element_handles():
        if choice.get_attribute("type") == "radio" and choice.is_checked():
            continue
        before = choice.is_checked()
        finger.tap(choice)
        assert choice.is_checked() != before, choice.evaluate("c => c.parentElement.textContent")


def tap_buttons(box, finger):
    # Backwards, so that "Start again" comes before "Train".
    buttons = box.root.locator(".explorable-button:visible").element_handles()
    for button, words in reversed([(button, button.inner_text()) for button in buttons]):
        if button.inner_text() != words or not button.is_enabled():  # "Play" is "Pause", or there is nothing to undo
            continue
        button.evaluate("b => b.addEventListener('click', () => { b.dataset.tapped = 'yes'; })")
        finger.tap(button)
        assert button.get_attribute("data-tapped") == "yes", words


def check_widths(page, width):
    """Nothing on the page is wider than the window, and nothing in an explorable wider than that."""
    page.locator(".explorable-stage").last.wait_for()
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    wide = "boxes => boxes.filter(box => box.scrollWidth > box.clientWidth + 1).map(box => box.parentElement.id)"
    assert page.locator(".explorable-live").evaluate_all(wide) == []


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_all_fits_a_phone_and_a_finger_moves_all_that_can_be_moved(visit, served_untypeset, chapter):
    page = visit(chapter, width=360, place=served_untypeset, has_touch=True, reduced_motion="reduce")
    check_widths(page, 360)
    finger = Finger(page)
    for name in of_chapter(chapter):
        box = Box(page, name)
        for operate in (tap_choices, tap_buttons, drag_sliders, drag_pictures):
            operate(box, finger)


# One by one


def loss_after(steps, eta):
    return 113.29 * (1 - 156 * eta) ** (2 * steps)


def test_learning_rate_shows_the_threshold(open_box):
    box = open_box("learning-rate")
    assert box.numbers("loss after 1 step") == pytest.approx([loss_after(1, 0.01)], rel=1e-4)
    box.button("η = 1/156").click()
    assert box.numbers("loss after 4 steps") == [0]
    assert box.fact("this walk") == "arrives in one step"
    box.button("η = 1/78").press("Enter")
    assert box.numbers("loss after 4 steps") == pytest.approx([113.29])
    assert box.fact("this walk") == "to and fro for ever"
    box.press("learning rate", "ArrowRight")
    assert box.fact("this walk") == "climbs out"
    assert box.numbers("loss after 4 steps") == pytest.approx([loss_after(4, 101 / 7800)], rel=1e-4)
    box.press("steps", "End")
    assert box.numbers("loss after 30 steps") == pytest.approx([loss_after(30, 101 / 7800)], rel=1e-4)


def test_learning_rate_follows_the_pointer(open_box):
    box = open_box("learning-rate")
    for share in (0.1, 0.5, 0.95):
        eta = box.point("learning rate", share) / 7800
        assert box.numbers("loss after 4 steps") == pytest.approx([loss_after(4, eta)], rel=1e-2)


def walk_in_the_landscape(w, b, eta=4.0, steps=15):
    for _ in range(steps):
        z = 1 / (1 + np.exp(-(w + b)))
        slope = (z - 0.5) * z * (1 - z)
        w, b = w - eta * slope, b - eta * slope
    return w, b, 0.5 * (1 / (1 + np.exp(-(w + b))) - 0.5) ** 2


def check_walk(box, **options):
    start = box.numbers("start")
    *end, loss = walk_in_the_landscape(*start, **options)
    assert box.numbers("end") == pytest.approx(end, rel=1e-2, abs=3e-3)
    assert box.numbers("loss at the end") == pytest.approx([loss], rel=5e-2, abs=1e-6)
    return start


def test_landscape_walks_from_where_the_keys_lead(open_box):
    box = open_box("landscape")
    assert check_walk(box) == [1.5, 1]
    box.root.locator(".explorable-grip").focus()
    for key in ("ArrowLeft", "ArrowLeft", "ArrowDown", "Shift+ArrowDown"):
        box.page.keyboard.press(key)
    assert check_walk(box) == pytest.approx([1.3, 0.4])
    box.press("steps", "ArrowLeft", 10)
    check_walk(box, steps=5)


def test_landscape_walks_from_where_the_pointer_leads(open_box):
    box = open_box("landscape")
    box.drag(0.3, 0.7, plot=1)
    start = check_walk(box)
    assert start[0] < 0 and start[1] < 0
    box.point("start w", 0.9)
    assert check_walk(box)[0] > 1


def picture_of(box, selector):
    return box.root.locator(selector).first.evaluate("e => e.innerHTML")


def test_landscape_is_turned_by_hand_and_by_keys(open_box):
    box = open_box("landscape")
    views = [picture_of(box, ".explorable-surface")]
    frame = box.root.locator(".explorable-surface").bounding_box()
    middle = frame["x"] + frame["width"] / 2, frame["y"] + frame["height"] / 2
    box.page.mouse.move(*middle)
    box.page.mouse.down()
    box.page.mouse.move(middle[0] + 60, middle[1] + 20, steps=3)
    box.page.mouse.up()
    assert box.slider("turn").input_value() == "5"
    assert box.slider("tilt").input_value() == "50"
    views.append(picture_of(box, ".explorable-surface"))
    box.press("turn", "ArrowLeft")
    views.append(picture_of(box, ".explorable-surface"))
    box.press("tilt", "End")
    views.append(picture_of(box, ".explorable-surface"))
    box.press("start w", "ArrowLeft")  # the walk on the map is the walk on the landscape
    views.append(picture_of(box, ".explorable-surface"))
    assert len(set(views)) == len(views)


@pytest.mark.parametrize("name", [name for name, row in ROWS.items() if row["script"] == "graph"])
def test_graph_shows_one_node_at_a_time(open_box, name):
    box = open_box(name)
    labels = box.root.locator(".explorable-static g.edge g.forward, .explorable-static g.edge g.backward")
    hidden = box.root.locator(".explorable-static .circuit-later")
    last = int(box.slider("step").get_attribute("max"))
    assert hidden.count() == labels.count() > 0, "the answers are there before the reader asks for them"
    box.button("Show all").click()
    assert hidden.count() == 0
    box.button("Start").click()
    assert hidden.count() == labels.count()
    seen = labels.count()
    for step in range(last):
        if step % 2:
            box.press("step", "ArrowRight")
        elif step:
            box.click("Next")
        else:
            box.button("Next").click()
        left = hidden.count()
        assert left < seen, f"step {step + 1} shows nothing new"
        seen = left
    assert seen == 0
    box.press("step", "ArrowLeft")
    assert hidden.count() > 0


def test_graph_says_what_each_node_does(open_box):
    box = open_box("graph-trio")
    box.press("step", "Home")
    said = []
    for _ in range(11):
        box.press("step", "ArrowRight")
        said.append(box.root.locator(".explorable-say").inner_text())
    assert said[1] == "Forward. + adds what comes in: 2 and 5 in, 7 out."
    assert said[7].endswith("x receives 50 and y receives 20.")
    assert said[3].endswith("x receives 10 and y receives 10.")
    assert said[10].startswith("Backward. From the end comes the gradient 3 and 4")


def test_every_kind_of_node_can_be_stepped_through(visit, served_untypeset):
    page = visit("u04_graph_nodes", place=served_untypeset)
    words = {text.strip() for text in page.locator(".explorable-static g.node").all_text_contents()}
    assert {"+", "×", "branch", "Repeat", "Sum", "MatMul"} <= words


@pytest.mark.parametrize(("choice", "kind"), [("sigmoid", "Sigmoid"), ("tanh", "Tanh"), ("ReLU", "ReLU")])
def test_activation_shows_value_and_slope(open_box, choice, kind):
    box = open_box("activation")
    box.root.get_by_role("radio", name=choice).check(force=True)
    places = [box.point("input a", 0.8)]
    box.press("input a", "ArrowLeft", 7)
    places.append(float(box.slider("input a").input_value()))
    layer = getattr(load_reference("u05_two_layer_net"), kind)()
    value, slope = layer.forward(np.array(places[-1:])), layer.backward(np.ones(1))
    assert places[1] == pytest.approx(places[0] - 0.7)
    assert box.numbers("z") == pytest.approx(value.tolist(), rel=1e-3)
    assert box.numbers("slope") == pytest.approx(slope.tolist(), rel=1e-3)
    assert box.numbers("after 8 nodes") == pytest.approx((slope**8).tolist(), rel=1e-2)


def test_softmax_shows_probability_loss_and_gradient(open_box):
    unit = load_reference("u05_two_layer_net")
    box = open_box("softmax")
    box.press("score of class 1", "ArrowRight", 5)
    box.root.get_by_role("radio", name="class 2").check(force=True)
    scores = [2.0, 1.5, box.point("score of class 2", 0.3)]
    for change in (lambda row: row, lambda row: row * 2):
        scores = change(np.array(scores))
        y = unit.softmax(scores[None])[0]
        assert box.numbers("p of the right class") == pytest.approx([y[2]], rel=1e-2)
        assert box.numbers("loss −ln p") == pytest.approx([-np.log(y[2])], rel=1e-3)
        assert box.numbers("gradient") == pytest.approx((y - [0, 0, 1]).tolist(), rel=1e-2, abs=1e-3)
        box.button("times 2").click()


def test_adding_to_all_scores_changes_no_probability_however_often(open_box):
    box = open_box("softmax")
    before = box.fact("p of the right class"), box.fact("gradient")
    assert numbers_of(before[0]) == pytest.approx([0.6652], rel=1e-3)
    box.button("add 1 to all").click()
    for press in range(30):
        if press:
            box.page.keyboard.press("Enter")  # the button that was clicked has the focus
        facts = box.facts()
        assert (facts["p of the right class"], facts["gradient"]) == before
    assert float(box.slider("score of class 0").input_value()) == 32
    box.press("score of class 0", "ArrowLeft")
    assert float(box.slider("score of class 0").input_value()) == pytest.approx(31.9)
    box.button("all 0").click()
    assert float(box.slider("score of class 0").get_attribute("max")) == 10


def test_a_sure_and_wrong_answer_still_has_a_finite_loss(open_box):
    box = open_box("softmax")
    box.press("score of class 1", "End")
    for _ in range(3):
        box.button("times 2").click()
    assert not box.button("times 2").is_enabled()
    assert box.numbers("loss −ln p") == pytest.approx([80 - 16])


@pytest.fixture(scope="module")
def sine():
    return load_reference("u06_training").fit_sin(0)


def test_sine_fit_is_the_run_of_numpy(open_box, sine):
    losses, snapshots = sine
    box = open_box("sine-fit")
    box.root.locator('.explorable-stage[data-ready="yes"]').wait_for(timeout=60_000)
    for iteration in (0, 100, 1000, 2000, 3000, 4000, 5000, 6000, 8000, 10000):
        box.slider("iteration").fill(str(iteration))
        largest = max(np.abs(array).max() for array in snapshots[iteration // 100])
        assert box.numbers("loss") == pytest.approx([losses[iteration]], rel=1e-4)
        assert box.numbers("largest parameter") == pytest.approx([largest], rel=1e-3)
    box.press("iteration", "ArrowLeft", 2)
    assert box.numbers("loss") == pytest.approx([losses[9800]], rel=1e-4)
    at = int(box.point("iteration", 0.3))
    assert box.numbers("loss") == pytest.approx([losses[at]], rel=1e-4)


def test_sine_fit_plays_only_when_asked_and_leaps_where_motion_is_unwelcome(open_box):
    box = open_box("sine-fit", motion="reduce")
    box.root.locator('.explorable-stage[data-ready="yes"]').wait_for(timeout=60_000)
    assert box.slider("iteration").input_value() == "0"
    box.button("Play").press("Enter")
    assert box.slider("iteration").input_value() == "1000"
    assert box.button("Play").count() == 1


def test_both_spirals_are_the_runs_of_numpy(open_box):
    unit = load_reference("u06_training")
    expected = {arms: unit.train_spiral(arms, 200)[0] for arms in (3, 5)}
    box = open_box("spiral", motion="reduce")

    def check_losses(epoch):
        assert box.fact("epoch") == str(epoch)
        for arms, losses in expected.items():
            # Rounding grows with every update, and faster where two arms nearly overlap.
            close = 1e-3 if arms == 3 else 1e-2
            assert box.numbers(f"loss, N = {arms}") == pytest.approx([losses[epoch - 1]], rel=close)
            assert box.fact(f"right, N = {arms}").endswith(f"of {100 * arms}")

    box.button("One epoch").press("Enter")
    check_losses(1)
    for epochs in (100, 200):
        box.button("Train 100 epochs").click()
        check_losses(epochs)
    box.press("epoch shown", "ArrowLeft", 50)
    check_losses(150)
    box.press("epoch shown", "End")
    check_losses(200)
    box.press("epoch shown", "Home")
    assert box.fact("epoch") == "0"
    box.button("Start again").click()
    box.press("epoch shown", "End")
    assert box.fact("epoch") == "0", "nothing is trained, so there is nothing to show"


def test_a_spiral_looked_back_at_goes_on_from_its_end(open_box):
    box = open_box("spiral", motion="reduce")
    box.button("Train 100 epochs").click()
    box.press("epoch shown", "Home")
    box.button("One epoch").click()
    losses, _ = load_reference("u06_training").train_spiral(3, 101)
    assert box.fact("epoch") == "101"
    assert box.numbers("loss, N = 3") == pytest.approx([losses[100]], rel=1e-3)


def hump_error(humps, width=0.3, steep=40):
    """Return the mean squared error of a net of humps, pairs (place, height), against the wave of the chapter."""
    x, answer = np.linspace(0, 1, 201), np.zeros(201)
    for place, height in humps:
        for side in (1, -1):
            answer += side * height / (1 + np.exp(-steep * (x - place + side * width / 2)))
    return np.mean((answer - np.sin(2 * np.pi * x) - 0.5) ** 2)


def test_humps_are_moved_by_keys_and_by_the_pointer(open_box):
    box = open_box("bumps")
    assert box.numbers("mean squared error") == pytest.approx([hump_error([(0.5, 1)])], rel=1e-2)
    box.root.locator(".explorable-grip").first.focus()
    for key in ("ArrowLeft", "ArrowLeft", "Shift+ArrowLeft", "ArrowUp"):
        box.page.keyboard.press(key)
    assert box.numbers("mean squared error") == pytest.approx([hump_error([(0.15, 1.05)])], rel=1e-2)
    box.drag(0.3, 0.3)
    place, height = numbers_of(box.root.locator(".explorable-grip").first.get_attribute("aria-valuetext"))
    assert box.numbers("mean squared error") == pytest.approx([hump_error([(place, height)])], rel=1e-2)


def test_more_humps_come_nearer(open_box):
    box = open_box("bumps")
    errors = []
    for count in range(2, 9):
        box.button("One more hump").click()
        box.button("Put them on the curve").press("Enter")
        assert box.fact("hidden units") == str(2 * count)
        errors += box.numbers("mean squared error")
    assert not box.button("One more hump").is_enabled()
    assert errors[-1] < 0.3 * errors[0]


def test_difference_errs_as_in_numpy(open_box):
    box = open_box("difference")
    for key, times in (("ArrowRight", 12), ("ArrowRight", 30), ("Home", 1), ("End", 1)):
        box.press("step h", key, times)
        h = 10.0 ** -(float(box.slider("step h").input_value()) / 4)
        slope = (np.exp(1 + h) - np.exp(1 - h)) / (2 * h)
        wobble = 2 * np.spacing(np.e) / h  # two exponentials, each off by one digit in the last place at most
        assert box.numbers("difference") == pytest.approx([slope], rel=1e-13, abs=wobble)
        assert box.fact("the larger one") == ("truncation" if h * h / 6 > 2**-52 / (4 * h) else "rounding")
    box.root.get_by_role("radio", name="one-sided").check(force=True)
    h = 10.0 ** -(box.point("step h", 0.25) / 4)
    assert box.numbers("relative error") == pytest.approx([(np.exp(1 + h) - np.e) / h / np.e - 1], rel=1e-2)


def ball_after(pull, beta, steps=60):
    ball, place = load_reference("u09_optimizer_race").Momentum(pull, beta), 1.0
    for _ in range(steps):
        place += float(ball.update(np.array(place), np.array(0.0))[0])
    return place


def test_ball_swings_as_momentum_does(open_box):
    box = open_box("ball")
    assert box.numbers("place after 60 steps") == pytest.approx([ball_after(0.1, 0.9)], rel=1e-3)
    assert box.numbers("each step, in the long run, times") == pytest.approx([np.sqrt(0.9)], rel=1e-3)
    box.press("step", "ArrowLeft", 40)
    assert box.numbers("place after 20 steps") == pytest.approx([ball_after(0.1, 0.9, 20)], rel=1e-3)
    box.press("velocity kept", "ArrowLeft", 2)
    assert box.numbers("place after 20 steps") == pytest.approx([ball_after(0.1, 0.88, 20)], rel=1e-3)
    for words, verdict in (("no momentum", "slides down"), ("just no swing", "slides down"), ("flies off", "flies off"),
                           ("too far for plain steps", "swings, and comes to rest")):
        box.button(words).click()
        assert box.fact("the ball") == verdict


def race_of(start, steps=30, angle=0.0):
    """Return the losses of the four racers, by name, in the valley of the unit."""
    unit = load_reference("u09_optimizer_race")
    racers = {"SGD": unit.Momentum(0.95, beta=0.0), "Momentum": unit.Momentum(0.1), "AdaGrad": unit.AdaGrad(1.5),
              "Adam": unit.Adam(0.3)}
    c, s = np.cos(angle), np.sin(angle)
    losses = {}
    for name, racer in racers.items():
        w, b = start
        p, q = c * w - s * b, s * w + c * b
        for _ in range(steps):
            gw, gb = unit.slopes(c * p + s * q, c * q - s * p)
            dp, dq = racer.update(np.array(c * gw - s * gb), np.array(s * gw + c * gb))
            p, q = p + dp, q + dq
        losses[name] = unit.valley(c * p + s * q, c * q - s * p)
    return losses


def check_race(box, *arguments, **options):
    expected = race_of(*arguments, **options)
    for place, name in enumerate(sorted(expected, key=expected.get), start=1):
        assert box.numbers(f"{place}. {name}") == pytest.approx([expected[name]], rel=2e-3)


def test_race_starts_anywhere(open_box):
    box = open_box("race")
    check_race(box, (-7, 2))
    box.root.locator(".explorable-grip").focus()
    for key in ("ArrowRight", "ArrowUp", "ArrowUp"):
        box.page.keyboard.press(key)
    check_race(box, (-6.5, 3))
    box.drag(0.8, 0.3)
    grip = box.root.locator(".explorable-grip").get_attribute("aria-valuetext")
    assert numbers_of(grip)[0] > 0 and box.root.locator(".explorable-facts").is_visible()
    box.button("As in the chapter").press("Enter")
    check_race(box, (-7, 2))


def test_race_in_the_turned_valley(open_box):
    box = open_box("race")
    box.press("turn the landscape", "ArrowRight", 9)
    check_race(box, (-7, 2), angle=np.pi / 4)
    box.press("turn the landscape", "End")
    box.press("steps", "ArrowRight", 5)
    check_race(box, (-7, 2), steps=35, angle=np.pi / 2)


def test_turning_the_landscape_there_and_back_changes_nothing(open_box):
    box = open_box("race")
    box.drag(0.13, 0.31)  # near the corner of what can be chosen
    facts = box.root.locator(".explorable-facts dl")
    before, place = facts.inner_text(), box.root.locator(".explorable-grip").get_attribute("aria-valuetext")
    box.press("turn the landscape", "ArrowRight", 18)
    assert box.root.locator(".explorable-grip").get_attribute("aria-valuetext") != place
    box.press("turn the landscape", "ArrowLeft", 18)
    assert facts.inner_text() == before
    assert box.root.locator(".explorable-grip").get_attribute("aria-valuetext") == place


def test_race_with_other_rates_is_that_of_the_classes(open_box):
    unit = load_reference("u09_optimizer_race")
    box = open_box("race")
    box.slider("η of SGD").fill("130")
    box.slider("β of Momentum").fill("0.5")
    box.slider("η of Adam").fill("150")
    rates = {name: 10 ** (-2.5 + 3.2 * place / 200) for name, place in (("SGD", 130), ("Adam", 150))}
    expected = {"SGD": unit.Momentum(rates["SGD"], beta=0.0), "Momentum": unit.Momentum(0.1, beta=0.5),
                "AdaGrad": unit.AdaGrad(1.5), "Adam": unit.Adam(rates["Adam"])}
    losses = {name: unit.valley(*unit.descend_with(rule)[-1]) for name, rule in expected.items()}
    for place, name in enumerate(sorted(losses, key=losses.get), start=1):
        assert box.numbers(f"{place}. {name}") == pytest.approx([losses[name]], rel=2e-3)


@pytest.mark.parametrize("landscape", ["ravine", "saddle"])
def test_race_in_another_landscape_ends_lower_than_it_began(open_box, landscape):
    box = open_box("race", motion="reduce")
    box.root.get_by_role("radio", name=landscape).check(force=True)
    for _ in range(3):
        box.button("Play").press("Enter")
    assert box.slider("steps").input_value() == "60"
    start = box.numbers("loss at the start")[0]
    for place, name in enumerate(box.root.locator("dt").all_inner_texts()[:4], start=1):
        assert name.startswith(f"{place}. ")
        assert box.numbers(name)[0] < start
    box.button("As in the chapter").click()
    assert box.slider("steps").input_value() == "30"


def test_race_plays_step_by_step(open_box):
    box = open_box("race")
    box.press("steps", "Home")
    box.button("Play").click()
    box.page.wait_for_function("document.querySelector('#explorable-race input[type=range]').value > 2")
    box.button("Pause").click()
    assert 2 < int(box.slider("steps").input_value()) < 60
