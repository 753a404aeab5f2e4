"""What somebody else wrote reaches no terminal, page, spreadsheet or XML file as a command."""

import csv
import io
import re
from unicodedata import category
from xml.dom.minidom import parseString

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.course.text import cause, csv_field, html, one_line, visible, xml

ANY_TEXT = st.text(st.characters(codec=None), max_size=200)


@pytest.mark.parametrize("text, shown", [
    ("plain Text ü 数 😀", "plain Text ü 数 😀"),
    ("two\nlines\tand a tab", "two\nlines\tand a tab"),
    ("\x1b[31mred", "\\x1b[31mred"),
    ("\x9b2J", "\\x9b2J"),
    ("over\rwritten", "over\\rwritten"),
    ("\u202egnp.exe", "\\u202egnp.exe"),
    ("zero\u200bwidth", "zero\\u200bwidth"),
    ("\0 \ud800 \ufffe", "\\x00 \\ud800 \\ufffe"),
    ("line\u2028end", "line\\u2028end"),
    ("a\u3164\u2800b", "a\\u3164\\u2800b"),
])
def test_control_and_bidirectional_characters_are_spelled_out(text, shown):
    assert visible(text) == shown


def test_long_text_is_cut():
    assert visible("x" * 1_000_000, 10) == "x" * 10 + " …"
    assert visible("\x1b" * 8, 10) == "\\x1b\\x1b\\x" + " …"


def test_a_name_stays_on_its_line():
    assert one_line("ann\n\n  [all passed]\r\n") == "ann [all passed]"


@given(ANY_TEXT)
def test_visible_text_is_bounded_and_prints_anywhere(text):
    shown = visible(text, 50)
    assert len(shown) <= 52
    assert all(character.isprintable() or character in "\n\t" or category(character) == "Zs" for character in shown)
    shown.encode("utf-8")


def test_markup_is_escaped_also_in_attributes():
    assert html("<script>\"'&") == "&lt;script&gt;&quot;&#x27;&amp;"


@given(ANY_TEXT)
def test_any_text_is_well_formed_in_xml(text):
    document = parseString(f'<a b="{xml(text)}">{xml(text)}</a>')
    assert len(document.documentElement.childNodes) <= 1


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "  =1", "＝1",
                                  "=cmd|'/C calc'!A0"])
def test_no_field_is_a_formula(text):
    assert csv_field(text)[0] in "'\\"


@pytest.mark.parametrize("text", ["a;=1+1", "a\t@SUM(A1)", "a; \"=1", "a\n+1", "a;＝1"])
def test_no_field_is_a_formula_where_another_separator_is_expected(text):
    assert re.search(r"[;\t\n]'", csv_field(text))


def test_harmless_fields_stay_as_they_are():
    harmless = ["ann", "1.5", "", "a=b", "maría josé", "a; b", "x-y"]
    assert [csv_field(text) for text in harmless] == harmless


@given(st.lists(ANY_TEXT, min_size=1, max_size=5))
def test_fields_survive_a_csv_file_and_none_begins_as_a_formula(texts):
    file = io.StringIO()
    csv.writer(file).writerow([csv_field(text) for text in texts])
    rows = list(csv.reader(io.StringIO(file.getvalue(), newline="")))
    assert rows[0] == [csv_field(text) for text in texts]
    assert not any(field.lstrip().startswith(tuple("=+-@")) for field in rows[0])


def test_a_refusal_of_the_system_is_told_in_words():
    error = PermissionError(13, "Permission denied", "/home/ann/work.zip")
    assert cause(error) == "Permission denied"
    assert cause(ValueError("no zip")) == "no zip"
