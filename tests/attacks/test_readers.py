"""Whoever reads the results is safe: names, messages and answers of students are text, for every kind of reader."""

import csv
import html.parser
import re
import unicodedata

import pytest
from nbgrader.api import Gradebook
from running import UNIT, run_grade

from autograder.course.text import FORMULA
from autograder.records.exports import export

EVIL = ("=cmd|'/C calc'!A0 \\x1b]0;owned\\x07\\x1b[2J <script>alert(1)</script> "
        "<img src=x onerror=alert(2)> \\u202e\\r\\n")
RAISES = f'def forward(W, x, b):\n    raise ValueError("{EVIL}" * 20)\n'
NAMES_ITSELF = """def forward(W, x, b):
    raise type("<b onclick=alert(3)>=1+1\\x1b[31m", (Exception,), {})("\\x1b[2J")
"""
RETURNS = f'def sse(u, d):\n    return "{EVIL}"\n'
SHOWS = """# </pre><script>alert(4)</script> \u202e \x1b[2J
def sse(u, d):
    return '</pre><script>alert(5)</script>'
"""
# Folder names of students that a file system allows. Some of them the door refuses; then their names are printed.
NAMES = ["=1+1", "+cmd", "@sum(a1)", "<script>alert(6)<", "red\x1b[31mname", "turned\u202eeman", "new\nline",
         "[bold red]markup[/]", "{{ 7 * 7 }}", "a,b;c", "'quoted\"", "okay", "ok"]
FORBIDDEN_TAGS = {"script", "img"}


@pytest.fixture(scope="module")
def graded(tmp_path_factory, unit, right):
    """A class with hostile names and hostile texts: the folder of its results, and what the terminal showed."""
    from autograder.grading.sample_class import write_notebook

    folder = tmp_path_factory.mktemp("readers")
    answers = [{"forward": RAISES, "sse": RETURNS}, {"forward": NAMES_ITSELF, "sse": SHOWS}]
    for number, name in enumerate(NAMES):
        write_notebook(folder / "submitted" / name / UNIT / f"{UNIT}.ipynb", unit, right | answers[number % 2])
    (folder / "roster.csv").write_text("student_id,first_name,last_name,email\nok,=1+1,@evil,-2+3@example.org\n")
    done = run_grade(folder / "submitted", folder / "graded")
    return folder / "graded", done


def hidden(text):
    """Return the characters of a text that no reader should meet raw."""
    return {character for character in text if character not in "\n\t"
            and unicodedata.category(character) in ("Cc", "Cf", "Co", "Cs", "Zl", "Zp")}


class Tags(html.parser.HTMLParser):
    """Collects the tags of a page and the attributes that could run something."""

    def __init__(self):
        super().__init__()
        self.tags, self.acts = set(), []

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        self.acts += [(tag, name, value) for name, value in attrs
                      if name.startswith("on") or (value or "").lower().startswith("javascript:")]


def assert_page_is_clean(page):
    text = page.read_text(encoding="utf-8")
    tags = Tags()
    tags.feed(text)
    assert not tags.tags & FORBIDDEN_TAGS, page
    assert not tags.acts, page
    assert not hidden(text), page
    assert len(text) < 1_000_000


def test_every_student_is_graded_or_named_with_a_reason(graded):
    folder, done = graded
    students = [path.name for path in (folder / "feedback").iterdir()]
    assert "ok" in students
    assert len(students) + done.stderr.count("left out") == len(NAMES)
    assert done.returncode in (0, 1)


def test_the_terminal_shows_no_escape_code_and_no_markup(graded):
    _, done = graded
    assert not hidden(done.stdout + done.stderr)
    assert "owned\x07" not in done.stdout


def test_feedback_and_report_hold_text_alone(graded):
    folder, _ = graded
    pages = [*(folder / "feedback").rglob("*.html"), folder / "report" / "index.html"]
    assert len(pages) > 2
    for page in pages:
        assert_page_is_clean(page)


def test_the_pages_show_what_they_made_harmless(graded):
    text = (graded[0] / "feedback" / "okay" / f"{UNIT}.html").read_text(encoding="utf-8")
    assert "&lt;/pre&gt;&lt;script&gt;" in text
    assert "\\x1b" in text


def test_no_table_holds_a_formula_or_a_control_character(graded):
    folder, _ = graded
    tables = [*folder.rglob("*.csv"), export(folder, "canvas"), export(folder, "moodle")]
    assert len(tables) >= 3
    for table in tables:
        text = table.read_text(encoding="utf-8")
        assert not hidden(text), table
        for row in csv.reader(text.splitlines(keepends=True)):
            for entry in row:
                number = re.fullmatch(r"-?[\d.]+(e[+-]\d+)?|-|", entry)
                assert number or not FORMULA.match(entry), (table, entry)


def test_pictures_hold_no_script(graded):
    for picture in (graded[0] / "report").rglob("*.svg"):
        assert_page_is_clean(picture)


def test_comments_and_autograded_notebooks_hold_visible_text(graded):
    folder, _ = graded
    with Gradebook(f"sqlite:///{folder / 'gradebook.db'}") as gradebook:
        comments = [comment.auto_comment or "" for entry in gradebook.assignment_submissions(UNIT)
                    for notebook in entry.notebooks for comment in notebook.comments]
    assert any("onclick" in comment for comment in comments)
    for comment in comments:
        assert not hidden(comment)
        assert len(comment) < 10_000
