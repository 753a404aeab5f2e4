"""The book's rules: budgets, links both ways, nothing from other hosts, a picture for every reader."""

import csv
import os
import re
import statistics
import xml.etree.ElementTree as ElementTree
from functools import cache, cached_property
from html.parser import HTMLParser
from pathlib import Path
from types import SimpleNamespace

import click
import pytest
import yaml

from autograder.cli import main
from autograder.course.units import Course

ROOT = Path(__file__).parents[2]
BOOK = ROOT / "book"
CHAPTERS = sorted(path.stem for path in BOOK.glob("u[0-9]*.md"))


def text_of(chapter):
    return (BOOK / f"{chapter}.md").read_text(encoding="utf-8")


def items_of(chapter):
    """The numbered items of the source notes that a unit teaches: the acceptance list."""
    return next((row["items"].split() for row in rows_of("items.tsv") if row["unit"] == chapter), [])


def rows_of(name):
    with (BOOK / "data" / name).open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines, delimiter="\t"))


def cells_of(text):
    """Return (tags, lines of code) of each code cell."""
    cells = []
    for body in re.findall(r"^```\{code-cell\}[^\n]*\n(.*?)^```$", text, re.MULTILINE | re.DOTALL):
        lines = body.splitlines()
        tags = " ".join(line for line in lines if line.startswith(":tags:"))
        code = [line for line in lines if line.strip() and not line.startswith(":")]
        cells.append((tags, code))
    return cells


def prose_of(text):
    """Return what a reader reads: no front matter, code cells, displayed formulas or directive lines."""
    text = text.split("---\n", 2)[2]
    text = re.sub(r"^```\{code-cell\}.*?^```$", "", text, flags=re.MULTILINE | re.DOTALL)
    text = re.sub(r"^\$\$.*?^\$\$", "", text, flags=re.MULTILINE | re.DOTALL)
    return re.sub(r"^(:::+|```+|:\w+:|\+\+\+).*$", "", text, flags=re.MULTILINE)


def pages_of(site):
    return sorted(site.glob("*.html"))


@cache
def read(page):
    """Return the Elements of a built page."""
    return Elements(page)


class Elements(HTMLParser):
    """The elements of a page with their attributes, and the text of its inline scripts and styles."""

    def __init__(self, page):
        super().__init__()
        self.elements, self.inline, self.inside = [], [], ""
        self.feed(page.read_text(encoding="utf-8"))

    def handle_starttag(self, tag, attributes):
        self.elements.append((tag, dict(attributes)))
        self.inside = tag

    def handle_endtag(self, tag):
        self.inside = ""

    def handle_data(self, text):
        if self.inside in ("script", "style"):
            self.inline.append(text)

    @cached_property
    def identifiers(self):
        return {attributes["id"] for _, attributes in self.elements if "id" in attributes}


# Sources


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_chapter_is_not_too_long(chapter):
    words = len(prose_of(text_of(chapter)).split())
    assert words <= 2600, f"{chapter} has {words} words"


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_cells_are_short(chapter):
    cells = cells_of(text_of(chapter))
    seen = [len(code) for tags, code in cells if "remove" not in tags]
    longest = max(cells, key=lambda cell: len(cell[1]))[1]
    assert len(longest) <= 20, f"{chapter} has a cell of {len(longest)} lines: {longest[0]}"
    assert statistics.median(seen or [0]) <= 8, f"{chapter}: visible cells have {sorted(seen)} lines"


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_chapter_has_the_parts_of_a_chapter(chapter):
    text = text_of(chapter)
    missing = [part for part in ("{opening}", "{predict}", "{recap}", "{deeper}") if part not in text]
    assert not missing
    assert "display_name: Python 3\n" in text, "the execution cache needs this line, see book/_ext/building/rerun.py"


@pytest.mark.parametrize("chapter", [name for name in CHAPTERS if name != "u00_start"])
def test_chapter_has_two_to_eight_figures(chapter):
    code = "\n".join(line for _, lines in cells_of(text_of(chapter)) for line in lines)
    figures = len(re.findall(r"^\s*show\(", code, re.MULTILINE))
    assert 2 <= figures <= 8, f"{chapter} has {figures} figures"


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_each_exercise_of_the_unit_is_linked_from_its_chapter(chapter):
    graded = {exercise.name for exercise in Course(ROOT).unit(chapter).graded}
    linked = [name for names in re.findall(r"\{notebook\}`([^`]+)`", text_of(chapter)) for name in names.split()]
    assert sorted(linked) == sorted(graded)


# Unit 2 walks down a parabola before it comes back to the layer; its notebook stays with the layer first.
@pytest.mark.parametrize("chapter", [name for name in CHAPTERS if name != "u02_gradient_descent"])
def test_exercises_of_a_chapter_stand_in_the_order_of_its_notebook(chapter):
    order = [exercise.name for exercise in Course(ROOT).unit(chapter).graded]
    linked = [name for names in re.findall(r"\{notebook\}`([^`]+)`", text_of(chapter)) for name in names.split()]
    assert linked == order


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_chapter_boxes_its_traps(chapter):
    listed = {row["number"] for row in rows_of("traps.tsv") if chapter in row["units"].split()}
    boxed = set(re.findall(r"^:number: (\d+)$", text_of(chapter), re.MULTILINE))
    assert boxed == listed


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_where_table_has_the_items_of_each_chapter(chapter):
    placed = {row["id"] for row in rows_of("where.tsv") if row["place"].startswith(chapter)}
    expected = set(items_of(chapter))
    assert expected <= placed, f"missing in book/data/where.tsv: {sorted(expected - placed)}"


def test_where_table_is_sorted_and_its_items_are_known():
    numbers = [int(row["id"][1:]) for row in rows_of("where.tsv")]
    known = sorted(int(item[1:]) for row in rows_of("items.tsv") for item in row["items"].split())
    assert numbers == sorted(set(numbers))
    assert set(numbers) <= set(known)
    assert known == list(range(1, len(known) + 1))


def test_there_are_twenty_traps_in_order():
    assert [row["number"] for row in rows_of("traps.tsv")] == [str(number) for number in range(1, 21)]


def test_config_names_no_other_host_and_caches_execution():
    text = (BOOK / "_config.yml").read_text(encoding="utf-8")
    config = yaml.safe_load(text)
    assert "://" not in text
    assert config["execute"]["execute_notebooks"] == "cache"
    assert config["execute"]["stderr_output"] == "error"
    assert "launch_buttons" not in config


def contents():
    """Return the captions of the parts, and the pages in the order of the table of contents."""
    parts = yaml.safe_load((BOOK / "_toc.yml").read_text(encoding="utf-8"))["parts"]
    return [part["caption"] for part in parts], [page["file"] for part in parts for page in part["chapters"]]


def test_every_page_of_the_book_is_in_its_contents():
    captions, pages = contents()
    assert sorted(pages) == sorted(path.stem for path in BOOK.glob("*.md") if path.stem != "index")
    assert [page for page in pages if page in CHAPTERS] == CHAPTERS
    assert len(captions) == len(set(captions))


@pytest.mark.parametrize("summary", sorted(path.stem for path in BOOK.glob("summary_*.md")))
def test_summary_fits_on_a_page(summary):
    assert len(prose_of(text_of(summary)).split()) <= 600


@pytest.mark.parametrize(("chapter", "answers"), [
    ("u04_graph_nodes", (r"W^\top", r"x^\top", "W.T", "x.T")),
    ("u05_two_layer_net", ("z(1 - z)", "z (1 - z)", "y - t", "output minus target")),
])
def test_no_prediction_reveals_what_the_next_exercise_asks_for(chapter, answers):
    folder = BOOK / "_ext" / "explore"
    live = "".join((folder / name).read_text(encoding="utf-8") for name in ("graph.js", "softmax.js"))
    shown = text_of(chapter) + live.replace("\\u2212", "-")
    assert [answer for answer in (*answers, "W\N{MODIFIER LETTER CAPITAL T}") if answer in shown] == []


def test_every_trap_has_evidence_that_is_computed_or_cited():
    assert [row["number"] for row in rows_of("traps.tsv") if not re.search(r"\{(glue|cite)", row["evidence"])] == []


def test_guides_name_commands_and_options_that_exist():
    context = click.Context(main)
    commands = {name: main.get_command(context, name) for name in main.list_commands(context)}
    for guide in sorted(BOOK.glob("guide_*.md")):
        text = guide.read_text(encoding="utf-8").replace("\\\n", " ")
        for name, rest in re.findall(r"[`/]autograder ([a-z]+(?:-[a-z]+)*)([^`\n]*)", text):
            assert name in commands, f"{guide.name}: autograder {name}"
            options = {option for parameter in commands[name].params for option in parameter.opts}
            assert set(re.findall(r"--[a-z-]+", rest)) - {"--help"} <= options, f"{guide.name}: {name}{rest}"


def test_pages_are_published_from_what_make_builds():
    workflow = (ROOT / ".github/workflows/pages.yml").read_text(encoding="utf-8")
    assert "make browser" in workflow and "build/book/_build/html" in workflow
    assert yaml.safe_load(workflow)["permissions"]["pages"] == "write"


# Built pages


def test_every_chapter_is_a_page(site):
    names = {page.stem for page in pages_of(site)}
    assert {*CHAPTERS, "index", "search", "appendix_where", "appendix_errata", "appendix_notation"} <= names


LOADING = ("src", "srcset", "data", "poster", "background")
ELSEWHERE = re.compile(r"(https?:)?//")


def loaded_by(tag, attributes):
    """Yield the addresses that a browser fetches for this element, without anybody clicking."""
    names = (*LOADING, "href") if tag in ("link", "use", "image", "base") else LOADING
    yield from (attributes[name] for name in names if attributes.get(name))
    yield from re.findall(r"url\([\"']?([^)\"']+)", attributes.get("style") or "")


def test_pages_load_nothing_from_other_hosts(site):
    found = []
    for page in pages_of(site):
        elements, inline = read(page).elements, read(page).inline
        addresses = [address for tag, attributes in elements for address in loaded_by(tag, attributes)]
        found += [f"{page.name}: {address}" for address in addresses if ELSEWHERE.match(address.strip())]
        found += [f"{page.name}: {text[:80]}" for text in inline if re.search(r"https?://|url\(//", text)]
    assert not found


def test_everything_a_page_loads_is_in_the_book(site):
    missing = []
    for page in pages_of(site):
        for tag, attributes in read(page).elements:
            files = [re.split("[?#]", address)[0] for address in loaded_by(tag, attributes) if ":" not in address]
            missing += [f"{page.name}: {file}" for file in files if file and not (page.parent / file).exists()]
    assert not missing


def test_fonts_and_pictures_of_the_style_sheets_are_in_the_book(site):
    missing = []
    for sheet in site.rglob("*.css"):
        for address in re.findall(r"url\([\"']?([^)\"']+)", sheet.read_text(encoding="utf-8")):
            file = re.split("[?#]", address)[0]
            if file and not file.startswith("data:") and not (sheet.parent / file).exists():
                missing.append(f"{sheet.name}: {file}")
    assert not missing


def test_mathjax_is_here_and_small(site):
    folder = site / "_static" / "mathjax"
    files = [path for path in folder.rglob("*") if path.is_file()]
    assert (folder / "tex-chtml.js").exists() and len(list(folder.rglob("*.woff"))) == 23
    assert sum(path.stat().st_size for path in files) < 3_000_000


def test_mathjax_is_loaded_on_pages_with_formulas_alone(site):
    for page in pages_of(site):
        text = page.read_text(encoding="utf-8")
        assert ("mathjax/tex-chtml.js" in text) == ('class="math' in text), page.name


def test_icons_are_drawn_in_the_page(site):
    assert not list(site.rglob("*fontawesome*"))
    for page in pages_of(site):
        text = page.read_text(encoding="utf-8")
        assert "fontawesome" not in text and not re.search(r'<(i|span) class="[^"]*\bfa-', text), page.name
        assert '<svg class="theme-switch icon' in text, page.name


def test_an_icon_that_nobody_has_drawn_stops_the_build(monkeypatch):
    monkeypatch.syspath_prepend(str(BOOK / "_ext" / "building"))
    import light

    assert "<svg" in light.lightened('<i class="fa-solid fa-bars"></i>')
    with pytest.raises(light.ExtensionError, match="rocket"):
        light.lightened('<i class="fa-solid fa-rocket"></i>')


def test_style_sheets_load_nothing_from_other_hosts(site):
    outside = re.compile(r"(url\(|@import)\s*[\"']?(https?:)?//")
    sheets = [sheet for sheet in site.rglob("*.css") if outside.search(sheet.read_text(encoding="utf-8"))]
    assert not sheets


def test_every_picture_says_what_it_shows(site):
    silent = []
    for page in pages_of(site):
        for tag, attributes in read(page).elements:
            picture = tag == "svg" and attributes.get("role") == "img"
            words = attributes.get("aria-label" if picture else "alt", "") or ""
            logo = "logo__image" in attributes.get("class", "")
            needed = picture or (tag == "img" and not logo)
            if needed and (len(words) < 20 or re.search(r"\.(png|svg|jpe?g)", words)):
                silent.append(f"{page.name}: {words!r}")
    assert not silent


def test_identifiers_are_unique_on_each_page(site):
    for page in pages_of(site):
        names = [attributes["id"] for _, attributes in read(page).elements if "id" in attributes]
        doubled = {name for name in names if names.count(name) > 1}
        assert not doubled, f"{page.name}: {sorted(doubled)[:5]}"


def test_pages_are_small(site):
    sizes = {page.name: page.stat().st_size for page in pages_of(site)}
    assert {name: size for name, size in sizes.items() if size > 400_000} == {}


def test_no_page_shows_where_an_object_lies_in_memory(site):
    texts = {page.name: page.read_text(encoding="utf-8") for page in pages_of(site)}
    assert [name for name, text in texts.items() if re.search(r" at 0x[0-9a-f]{6,}", text)] == []


def test_pages_name_neither_this_machine_nor_a_date(site):
    for page in [*pages_of(site), site / "searchindex.js"]:
        text = page.read_text(encoding="utf-8")
        assert str(ROOT) not in text and str(Path.home()) + "/" not in text, page.name
        assert "Last updated" not in text, page.name


def test_where_table_leads_to_sections_that_exist(site):
    for row in rows_of("where.tsv"):
        chapter, _, anchor = row["place"].partition("#")
        page = site / chapter.replace(".md", ".html")
        assert page.exists(), f"{row['id']}: {row['place']}"
        assert anchor in read(page).identifiers, f"{row['id']}: no section #{anchor} in {chapter}"


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_chapter_and_notebook_lead_to_each_other(site, chapter):
    notebook = site / "notebooks" / f"{chapter}.ipynb"
    links = {attributes.get("href") for tag, attributes in read(site / f"{chapter}.html").elements if tag == "a"}
    assert f"notebooks/{chapter}.ipynb" in links
    words = re.sub(r"</?span[^>]*>", "", (site / f"{chapter}.html").read_text(encoding="utf-8"))
    assert f"jupyter lab exercises/{chapter}/{chapter}.ipynb</code>" in words
    assert notebook.read_bytes() == (ROOT / "exercises" / chapter / f"{chapter}.ipynb").read_bytes()
    assert f"book/{chapter}.md" in notebook.read_text(encoding="utf-8")


def test_local_links_lead_somewhere(site):
    broken = []
    for page in pages_of(site):
        for tag, attributes in read(page).elements:
            address = (attributes.get("href") or "").partition("#")[0] if tag == "a" else ""
            if address and ":" not in address and not (page.parent / address).exists():
                broken.append(f"{page.name}: {address}")
    assert not broken


def test_terms_explain_themselves(site):
    silent = []
    for page in pages_of(site):
        for tag, attributes in read(page).elements:
            leads = (attributes.get("href") or "").startswith("appendix_notation.html#term-")
            if tag == "a" and leads and page.stem != "genindex" and not attributes.get("data-definition"):
                silent.append(f"{page.name}: {attributes['href']}")
    assert not silent


def test_the_glossary_has_sixty_terms_in_order():
    glossary = text_of("appendix_notation").partition("```{glossary}\n")[2].partition("```")[0]
    terms = [line for line in glossary.splitlines() if line and not line.startswith(" ")]
    assert len(terms) >= 60 and terms == sorted(set(terms), key=str.lower)


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_chapter_explains_its_terms_at_their_first_mention(site, chapter):
    page = (site / f"{chapter}.html").read_text(encoding="utf-8")
    places = re.findall(r'<a data-definition="[^"]+"[^>]*#(term-[^"]+)">', page)
    assert len(set(places)) >= 8 and len(places) == len(set(places)), places


@pytest.mark.parametrize("page", contents()[1])
def test_page_says_how_long_it_takes_and_what_comes_before_and_after(site, page):
    text = (site / f"{page}.html").read_text(encoding="utf-8")
    assert 'class="left-prev"' in text
    assert 'class="right-next"' in text or page == contents()[1][-1]
    assert page.startswith(("appendix_", "my_progress")) or re.search(r"\d+ minutes? to read", text)


# The figure library


@pytest.fixture
def figures(monkeypatch):
    monkeypatch.syspath_prepend(str(BOOK))
    import figures

    return figures


def test_show_refuses_a_picture_without_a_description(figures):
    with pytest.raises(ValueError, match="too short"):
        figures.show(figures.learning_loop(), alt="a loop")


def test_number_refuses_a_value_that_the_text_does_not_expect(figures):
    with pytest.raises(ValueError, match=r"113\.3, but the text relies on 113\.29"):
        figures.number("loss", 113.3, expected=113.29)


def test_circuit_shows_values_forward_and_gradients_backward(figures):
    graph = figures.Circuit().node("x", (0, 0), "data").node("exp", (1, 0)).edge("x", "exp", 2, -0.5)
    svg = graph.svg("x goes through exp and comes back")
    words = "".join(ElementTree.fromstring(svg).itertext())
    assert "2" in words and "\N{LEFTWARDS ARROW} \N{MINUS SIGN}0.5" in words


def test_diagrams_are_well_formed_and_the_same_each_time(figures):
    pictures = [
        lambda: figures.network([[0, 0.3, -0.8], [1, -1.2, 0.5]], [1.2, 3.4], x=[5, 2, 7], u=[-3.8, 9.5], d=[1, 0]),
        figures.learning_loop,
        lambda: figures.shape_flow([("x", (100, 784)), "affine", ("a", (100, 50))]),
    ]
    for draw in pictures:
        first = draw().svg("a picture for this test")
        ElementTree.fromstring(first)
        assert first == draw().svg("a picture for this test")


def test_plots_follow_the_page_and_share_no_names(figures):
    from figures.plots import figure_svg

    def plot(alt):
        figure, plane = figures.axes()
        plane.plot([1, 2, 3], [3, 1, 2], **figures.look("loss"))
        return figure_svg(figure, alt)

    first, second = plot("a first falling curve"), plot("a second falling curve")
    assert "var(--loss" in first and "#cc79a7" not in first.replace("var(--loss, #cc79a7)", "")
    assert not set(re.findall(r'\bid="([^"]+)"', first)) & set(re.findall(r'\bid="([^"]+)"', second))
    assert plot("a first falling curve") == first


def test_a_changed_style_sheet_is_copied_though_no_page_has_changed(monkeypatch, tmp_path):
    monkeypatch.syspath_prepend(str(BOOK / "_ext" / "building"))
    from rerun import look_at_static_files

    for folder, age in (("book", 10), ("html", 10)):
        path = tmp_path / folder / "_static" / "course.css"
        path.parent.mkdir(parents=True)
        path.write_text("p { margin: 0 }")
        os.utime(path, (age, age))
    app = SimpleNamespace(srcdir=tmp_path / "book", outdir=tmp_path / "html")
    env = SimpleNamespace(config=SimpleNamespace(root_doc="index"))
    assert look_at_static_files(app, env, set(), set(), set()) == []
    os.utime(tmp_path / "book" / "_static" / "course.css", (20, 20))
    assert look_at_static_files(app, env, set(), set(), set()) == ["index"]
