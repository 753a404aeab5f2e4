"""A section of the book inside a notebook's output: readable by itself, and a link that opens the real page."""

import json
import re
import urllib.request
from dataclasses import replace

import pytest
from running import COURSE

from autograder.desk import book, reading

SECTIONS = sorted({item["section"] for path in COURSE.root.glob("autograder/units/*/hints.json")
                   for exercise in json.loads(path.read_text(encoding="utf-8")).values()
                   for item in exercise["misconceptions"]})
PAGE = r"""<html><body><section id="before"><p>Not this.</p></section>
<section id="here"><h2>Here<a class="headerlink" href="#here">#</a></h2>
<p onclick="bad()">Then <span class="math">\(a &lt; b\)</span> and <a href="other.html">a word</a>.</p>
<script>bad()</script>
<div class="math">\[\begin{split}c \\[1ex] d\end{split}\]</div><div class="exercise admonition"><p>Solve.</p></div>
<p class="admonition-title">A title</p>
<svg viewBox="0 0 1 1"><style>* {}</style><path d="M0"/></svg><p>End</p></section>
<p>Nor this.</p></body></html>"""


def section(text, anchor="here"):
    reader = book.Section(anchor)
    reader.feed(text)
    return reader.html


def test_a_section_is_its_text_formulas_and_figures_and_nothing_else():
    found = section(PAGE)
    words = " ".join(re.sub(r"<math.*?</math>|<[^>]*>", " ", found).split())
    assert words == "Here Then and a word. A title End"
    assert found.count("<math") == 2 and "\\" not in found
    assert '<svg viewBox="0 0 1 1"><path d="M0"/></svg>' in found
    assert not re.search(r"<script|<style|onclick|href|headerlink", found)


def test_the_kind_of_a_part_and_its_name_are_told_apart():
    title = '<p class="part-title"><span class="part-kind">Trap</span> <span class="part-name">A table</span></p>'
    assert section(f'<div id="here">{title}</div>') == "<p><b>Trap: A table</b></p>"


def test_a_formula_that_cannot_be_made_is_readable_text(monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "latex2mathml.converter", None)
    assert book.mathml(r"\(a < b\)") == "<code>a &lt; b</code>"


@pytest.mark.parametrize("place", SECTIONS)
def test_every_section_that_a_hint_names_can_be_shown(site, place):
    found = book.section_html(COURSE.root, place)
    assert len(re.sub(r"<[^>]*>", "", found)) > 100, place
    assert not re.search(r"<script|<a |<img|<code>[^<]*\\", found), place


def test_a_unit_says_what_was_learned_and_where_it_is_in_short(site):
    assert book.learned(COURSE.root, "u01_perceptron")[1] == "say with a single number how wrong the answer is"
    pages = [book.summary_page(COURSE.root, unit) for unit in ("u01_perceptron", "u06_training", "u10_autograd")]
    assert pages == ["summary_1_layer.md", "summary_2_nets.md", "summary_3_engine.md"]
    assert all(book.learned(COURSE.root, unit) for unit in COURSE.units)


def test_the_link_opens_the_page_itself_and_only_where_the_browser_is(site, monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "ipykernel", None)
    for name in reading.ELSEWHERE:
        monkeypatch.delenv(name, raising=False)
    link = reading.page_link(COURSE.root, "u01_perceptron.md#how-wrong-is-it")
    assert link.endswith("/u01_perceptron.html#how-wrong-is-it")
    with urllib.request.urlopen(link) as answer:
        assert answer.read() == (site / "u01_perceptron.html").read_bytes()
    for name in reading.ELSEWHERE:  # a server, Colab, a machine far away: its 127.0.0.1 is not the browser's
        monkeypatch.setenv(name, "ada")
        assert reading.page_link(COURSE.root, "u01_perceptron.md") == ""
        monkeypatch.delenv(name)
    monkeypatch.setenv("COLAB_RELEASE_TAG", "release")
    shown = reading.reading_html(COURSE.root, "u01_perceptron.md#how-wrong-is-it")
    assert "or the page: <code>" in shown and "u01_perceptron.html</code> in the course folder" in shown


def test_where_the_browser_is_elsewhere_the_link_goes_to_the_published_book(monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "ipykernel", None)
    published = replace(reading.course_settings(), book="https://school.example/nets")
    monkeypatch.setattr(reading, "course_settings", lambda: published)
    for name in reading.ELSEWHERE:
        monkeypatch.setenv(name, "ada")
    link = "https://school.example/nets/u01_perceptron.html#how-wrong-is-it"
    assert reading.page_link(COURSE.root, "u01_perceptron.md#how-wrong-is-it") == link
    assert reading.tab_link(COURSE.root, "u01_perceptron.md#how-wrong-is-it", "How wrong is it?") == (
        f'<a href="{link}" target="_blank" rel="noopener">How wrong is it?</a>')
    whole = reading.reading_html(COURSE.root, "u01_perceptron.md")
    assert "Read: <a href=" in whole and ">open the page" not in whole
