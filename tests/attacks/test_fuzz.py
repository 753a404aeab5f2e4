"""Differential fuzzing of what strangers reach: each reader is compared with another way to the same answer.

A few examples here; `python benchmarks/fuzz_differential.py` takes 10,000 of each.
"""

import io
import json
import os
import re
import unicodedata
import zipfile
from functools import partial

import nbformat
import numpy as np
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from autograder.checking.numeric import assert_close
from autograder.course.units import Course
from autograder.course.verdicts import StudentError
from autograder.sandbox import wire
from autograder.submissions.files import PROBLEMS, READ_BYTES, Rejected, parse_json
from autograder.submissions.names import require_student, unit_of
from autograder.submissions.submission import read_pieces
from autograder.submissions.zips import members, opened_zip

FUZZ = settings(max_examples=int(os.environ.get("FUZZ_EXAMPLES", "50")), deadline=None, database=None,
                suppress_health_check=list(HealthCheck))
COURSE = Course.find()
UNIT = next(iter(COURSE.units.values()))

# Notebooks: nbformat reads the same text.

TEXT = st.text(max_size=40) | st.sampled_from(["x = 1\ny = 2", "\r\n", "'\u2028'", "# \U0001f600", "'a\x0cb'",
                                               "%%time\nx"])
IDS = st.sampled_from([cell.id for cell in UNIT.cells]) | st.from_regex(r"[A-Za-z0-9_-]{1,10}", fullmatch=True)


@st.composite
def notebooks(draw):
    """A notebook as Jupyter would save it, with any texts, and each text as one string or as lines."""
    cells = []
    for name in draw(st.lists(IDS, max_size=6, unique=True)):
        source = draw(TEXT)
        kind = draw(st.sampled_from(["code", "markdown", "raw"]))
        cell = {"id": name, "cell_type": kind, "metadata": draw(st.sampled_from([{}, {"tags": ["a"]}])),
                "source": source.splitlines(True) if draw(st.booleans()) else source}
        cells.append(cell | ({"outputs": [], "execution_count": None} if kind == "code" else {}))
    return {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}


@FUZZ
@given(notebooks(), st.sampled_from([None, 1]), st.booleans())
def test_a_notebook_is_read_as_nbformat_reads_it(notebook, indent, ascii_only):
    text = json.dumps(notebook, indent=indent, ensure_ascii=ascii_only)
    theirs = nbformat.reads(text, as_version=4)
    ours = read_pieces(parse_json(text.encode("utf-8", "surrogatepass")), UNIT)
    assert [(piece.is_code, piece.source) for piece in ours] == [
        (cell.cell_type == "code", cell.source.replace("\r\n", "\n").replace("\r", "\n")) for cell in theirs.cells]


# Zips: what was packed comes out, and what a damaged one gives is bounded and stays inside.

MEMBERS = st.dictionaries(st.from_regex(r"[a-zäß 0-9_.\\/:-]{1,20}", fullmatch=True), st.binary(max_size=50),
                          max_size=5)
DANGEROUS = st.sampled_from(["../up", "/etc/passwd", "a/../../b", "C:/x", "a//b", "./a", "a\\..\\..\\b", "x" * 1001,
                             "a/./b"])


def packed(files, method=zipfile.ZIP_DEFLATED):
    """Return the bytes of a zip."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def is_inside(name):
    """Return whether a path leads to a place below the folder where it begins; written without the code under test."""
    depth = 0
    for part in re.split(r"[/\\]", name):
        depth += -1 if part == ".." else 0 if part in ("", ".") else 1
        if depth < 0:
            return False
    return not re.match(r"[/\\]|[A-Za-z]:", name)


def check_members(content):
    """Read everything in a zip; return (name, content) of what may be used."""
    try:
        found = members(partial(opened_zip, content))
    except Rejected:
        return []
    usable = []
    for name, read, problem, empty in found:
        if problem:
            continue
        assert is_inside(name)
        if not empty:
            try:
                usable.append((name, read()))
            except Rejected as error:
                assert str(error)
            else:
                assert len(usable[-1][1]) <= READ_BYTES
    return usable


@FUZZ
@given(MEMBERS, DANGEROUS, st.sampled_from([zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED]))
def test_what_was_packed_comes_out_and_nothing_leads_out(files, dangerous, method):
    files = {name: content for name, content in files.items() if is_inside(name)}
    usable = check_members(packed(files | {dangerous: b"bad"}, method))
    assert {inside for _, inside in usable} <= {*files.values(), b"bad"}
    plain = {name for name in files if re.fullmatch(r"[a-z0-9]+(/[a-z0-9]+)*", name)}
    assert {(name, files[name]) for name in plain} <= set(usable)


@FUZZ
@given(MEMBERS, st.lists(st.tuples(st.integers(0, 10**6), st.binary(min_size=1, max_size=6)), min_size=1, max_size=4))
def test_a_damaged_zip_is_bounded_and_stays_inside(files, damages):
    content = bytearray(packed(files))
    for place, damage in damages:
        place %= len(content)
        content[place:place + len(damage)] = damage
    check_members(bytes(content))


# Names

@FUZZ
@given(st.text(max_size=120) | st.text(alphabet="aZé.-=@+/\\ \u202e\u200d\u200b\n\x1b[31m", max_size=12))
def test_an_accepted_student_name_is_one_visible_folder(name):
    try:
        require_student(name)
    except ValueError as error:
        assert str(error).isprintable()
        return
    assert name not in ("", ".", "..") and "/" not in name and len(name.encode()) <= 255
    assert not name.startswith((".", "=", "+", "-", "@", "\t"))
    hidden = {unicodedata.category(character) for character in name} & {"Cc", "Cs", "Co", "Cn", "Zl", "Zp"}
    assert not hidden, name
    assert not set(name) & set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f\ufeff\u200b")


@FUZZ
@given(st.lists(st.sampled_from([*COURSE.units, "u99_x", "", "..", "a"]) | st.text(max_size=8), max_size=4))
def test_a_path_names_a_unit_of_the_course_or_none(parts):
    path = "/".join(parts)
    try:
        unit = unit_of(path, COURSE.units, list(COURSE.units))
    except ValueError as error:
        assert str(error).isprintable()
        return
    assert unit in COURSE.units and unit in path


# The wire: whatever may cross comes back the same, and a second time too.

PLAIN = (st.none() | st.booleans() | st.integers(-2**63, 2**63 - 1) | st.floats() | st.complex_numbers()
         | st.text(max_size=5))
ARRAYS = st.tuples(st.sampled_from(sorted(wire.DTYPES)), st.lists(st.integers(0, 3), max_size=3)).map(
    lambda pair: (np.arange(int(np.prod(pair[1]))) % 2).reshape(pair[1]).astype(pair[0]))
VALUES = st.recursive(PLAIN | ARRAYS, lambda inner: st.lists(inner, max_size=4)
                      | st.lists(inner, max_size=3).map(tuple)
                      | st.dictionaries(st.text(max_size=4) | st.integers(0, 9), inner, max_size=3), max_leaves=12)


def same(first, second):
    """Return whether two values are the same to the last bit, and of the same types all through."""
    if type(first) is not type(second):
        return False
    if isinstance(first, np.ndarray):
        return (first.dtype, first.shape, first.tobytes()) == (second.dtype, second.shape, second.tobytes())
    if isinstance(first, list | tuple):
        return len(first) == len(second) and all(map(same, first, second))
    if isinstance(first, dict):
        return all(map(same, first.items(), second.items())) and len(first) == len(second)
    return repr(first) == repr(second)


@FUZZ
@given(VALUES)
def test_a_value_crosses_unchanged(value):
    try:
        frame = wire.encode(value)
    except wire.WireError as error:
        assert error.reason == "bad-type" and "Unicode" in error.message
        return
    came = wire.receive(io.BytesIO(frame).read)
    assert same(came, value)
    assert wire.encode(came) == frame


# What a check compares

ANSWERS = st.recursive(PLAIN | ARRAYS, lambda inner: st.lists(inner, max_size=3)
                       | st.lists(inner, max_size=3).map(tuple), max_leaves=6)
EXPECTED = st.lists(st.floats(-10, 10), max_size=3) | st.lists(st.lists(st.floats(-10, 10), min_size=2, max_size=2),
                                                             max_size=2) | st.floats(-10, 10)


def is_close(got, expected, rtol=1e-9, atol=1e-12):
    """Return whether nested lists agree, entry by entry; an array counts as its lists."""
    if isinstance(got, np.ndarray):
        got = got.tolist()
    if isinstance(expected, list):
        return isinstance(got, list | tuple) and len(got) == len(expected) and all(map(is_close, got, expected))
    if isinstance(got, bool | str | None.__class__ | list | tuple):
        return False
    if isinstance(got, complex):
        return False
    return got == expected or abs(got - expected) <= atol + rtol * abs(expected)


@FUZZ
@given(ANSWERS | EXPECTED, EXPECTED)
def test_a_comparison_passes_where_each_entry_agrees_and_nowhere_else(got, expected):
    check_comparison(got, expected)


@FUZZ
@given(EXPECTED, st.sampled_from([0.0, 1e-13, 1e-3, float("nan"), float("inf")]))
def test_a_comparison_of_a_moved_answer(expected, distance):
    check_comparison((np.array(expected) + distance).tolist(), expected)


def check_comparison(got, expected):
    """Compare by assert_close and entry by entry; a comparison that has no entries is left to the shapes."""
    try:
        assert_close(got, expected)
    except StudentError as error:
        passed = False
        assert error.reason in ("wrong-answer", "bad-type", "too-large") and len(error.message) < 3000
    else:
        passed = True
    if np.size(expected):
        assert passed == is_close(got, expected)


# Damaged notebooks end in a sentence

@FUZZ
@given(notebooks(), st.lists(st.tuples(st.integers(0, 10**6), st.binary(max_size=4)), min_size=1, max_size=4))
def test_a_damaged_notebook_is_read_or_refused_with_a_reason(notebook, damages):
    content = bytearray(json.dumps(notebook).encode())
    for place, damage in damages:
        content[place % len(content):place % len(content) + 2] = damage
    try:
        read_pieces(parse_json(bytes(content)), UNIT)
    except Rejected as error:
        assert error.problem in PROBLEMS and error.message.isprintable()
