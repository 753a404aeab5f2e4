"""The door: what students do to their notebooks costs them nothing, and nothing but text is taken from them."""

import copy
import json
import os
import pickle
from datetime import datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from nbgrader.utils import parse_utc

from autograder.submissions.files import PROBLEMS
from autograder.submissions.magics import plain_python
from autograder.submissions.submission import Rejected, open_submission, parse_timestamp

EXAMPLES = int(os.environ.get("FUZZ_EXAMPLES", "200"))  # of each fuzz test; benchmarks/fuzz_submission.py asks for more
FUZZ = settings(max_examples=EXAMPLES, deadline=None, database=None,
                suppress_health_check=[HealthCheck.function_scoped_fixture])
FORWARD = "def forward(W, x, b):\n    return W @ x + b"
SSE = "def sse(u, d):\n    return float(((u - d) ** 2).sum())"
WRONG = "def sse(u, d):\n    return 0.0"


@pytest.fixture
def released(unit):
    return json.loads(unit.path.read_text(encoding="utf-8"))


@pytest.fixture
def submit(tmp_path, unit):
    """A function that opens a notebook (dict or bytes) as ann's submission."""
    def open_it(content, name=f"{unit.name}.ipynb"):
        path = tmp_path / "ann" / unit.name / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else json.dumps(content).encode())
        return open_submission(path.with_name(f"{unit.name}.ipynb"), unit, "ann")
    return open_it


@pytest.fixture
def answered(released):
    """The released notebook with both answers."""
    cell(released, "forward-answer")["source"] = FORWARD
    cell(released, "sse-answer")["source"] = SSE
    return released


def cell(notebook, name):
    return next(cell for cell in notebook["cells"] if cell.get("id") == name)


def insert(notebook, position, source, **fields):
    notebook["cells"].insert(position, {"cell_type": "code", "metadata": {}, "source": source} | fields)


def position(notebook, name):
    return notebook["cells"].index(cell(notebook, name))


def sources(submission):
    return [source for _, source in submission.cells]


# The untouched and the answered notebook


def test_the_released_notebook_is_untouched(released, submit, unit):
    submission = submit(released)
    assert submission.untouched == {exercise.name for exercise in unit.exercises}
    assert submission.missing == frozenset()
    assert submission.notes == ()


def test_an_answered_notebook_gives_its_cells_in_order_without_checks(answered, submit):
    submission = submit(answered)
    assert [name for name, _ in submission.cells] == [
        "cell-01", "cell-03", "forward-answer", "cell-07", "sse-answer", "cell-13"]
    assert submission.answers == {"forward": FORWARD, "sse": SSE}
    assert submission.untouched == {"why-squares"}
    assert submission.notes == ()


def test_a_cell_that_only_shows_something_is_known_while_it_is_as_released(answered, submit):
    assert submit(answered).shown == {"cell-07", "cell-13"}
    cell(answered, "cell-13")["source"] += "\n"
    cell(answered, "cell-07")["source"] = "forward(W, x, 2 * b)"
    assert submit(answered).shown == {"cell-13"}


def test_white_space_at_line_ends_is_no_attempt(released, submit):
    for item in released["cells"]:
        item["source"] = "".join(item["source"]).replace("\n", "  \r\n") + "\n\n"
    assert submit(released).untouched == {"forward", "sse", "why-squares"}


def test_an_emptied_answer_is_not_attempted(answered, submit):
    cell(answered, "sse-answer")["source"] = " \n"
    assert "sse" in submit(answered).untouched


def test_the_digest_follows_what_marks_depend_on(answered, submit):
    first = submit(answered).digest
    cell(answered, "forward")["outputs"] = [{"output_type": "stream", "text": "x"}]
    cell(answered, "cell-02")["source"] = "my own notes"
    assert submit(answered).digest == first
    cell(answered, "sse-answer")["source"] = WRONG
    assert submit(answered).digest != first


def test_the_answer_to_an_open_question_is_taken(answered, submit):
    cell(answered, "why-squares")["source"] = "Because errors must not cancel."
    submission = submit(answered)
    assert submission.manual == {"why-squares": "Because errors must not cancel."}
    assert "why-squares" not in submission.untouched


# Which cell answers


def test_the_last_of_two_answers_counts(answered, submit):
    insert(answered, position(answered, "sse-answer"), WRONG, metadata=cell(answered, "sse-answer")["metadata"])
    submission = submit(answered)
    assert submission.answers["sse"] == SSE
    assert sources(submission).index(WRONG) < sources(submission).index(SSE)
    assert "sse is written in 2 cells; the last one counts." in submission.notes


def test_a_stub_after_the_answer_does_not_undo_it(answered, released, submit, unit):
    stub = next(item.source for item in unit.cells if item.id == "sse-answer")
    insert(answered, len(answered["cells"]), stub, metadata=cell(answered, "sse-answer")["metadata"])
    submission = submit(answered)
    assert stub not in sources(submission)
    assert submission.answers["sse"] == SSE


def test_an_answer_in_an_own_cell_leaves_no_stub(released, submit):
    insert(released, 2, SSE)
    submission = submit(released)
    assert submission.answers["sse"] == SSE
    assert "sse" not in submission.untouched
    assert not any("NotImplementedError(\"sse\")" in source for source in sources(submission))
    assert "The answer to sse stands in another cell than its own." in submission.notes


def test_a_function_written_into_the_check_cell_counts(released, submit):
    cell(released, "sse")["source"] = SSE + "\ncheck('sse')"
    submission = submit(released)
    assert SSE in submission.answers["sse"]
    assert any("check cell of sse was edited" in note for note in submission.notes)


def test_a_helper_in_the_answer_cell_belongs_to_the_answer(answered, submit):
    text = "def helper(u):\n    return u ** 2\n\n" + SSE
    cell(answered, "sse-answer")["source"] = text
    assert submit(answered).answers["sse"] == text


def test_an_answer_by_assignment_is_found(answered, submit):
    answered["cells"].remove(cell(answered, "sse-answer"))
    insert(answered, 8, "sse = lambda u, d: float(((u - d) ** 2).sum())")
    assert "lambda" in submit(answered).answers["sse"]


def test_using_a_name_for_its_own_result_is_no_answer(released, submit):
    insert(released, len(released["cells"]), "sse = sse(u, d)")
    assert "NotImplementedError" in submit(released).answers["sse"]


def test_a_deleted_answer_is_missing(answered, submit):
    answered["cells"].remove(cell(answered, "sse-answer"))
    submission = submit(answered)
    assert submission.missing == {"sse"}
    assert "sse" not in submission.answers


def test_a_definition_inside_a_block_is_neither_missing_nor_untouched(answered, submit):
    answered["cells"].remove(cell(answered, "sse-answer"))
    insert(answered, 8, "if True:\n    def sse(u, d):\n        return 0.0")
    submission = submit(answered)
    assert not {"sse"} & (submission.missing | submission.untouched)


def test_a_split_answer_is_joined(answered, submit):
    head, tail = SSE.split("\n")
    cell(answered, "sse-answer")["source"] = head
    insert(answered, position(answered, "sse-answer") + 1, tail)
    submission = submit(answered)
    assert submission.answers["sse"] == SSE
    assert SSE in sources(submission)


def test_an_indented_cell_of_ones_own_moves_to_the_margin(answered, submit):
    insert(answered, 2, "    y = 1\n    z = 2")
    assert "y = 1\nz = 2" in sources(submit(answered))


# Given code


def test_deleted_given_code_is_restored_in_its_place(answered, submit):
    answered["cells"].remove(cell(answered, "cell-03"))
    submission = submit(answered)
    assert [name for name, _ in submission.cells][:3] == ["cell-01", "cell-03", "forward-answer"]
    assert any("restored" in note for note in submission.notes)


def test_changed_given_code_stays_the_students(answered, submit):
    cell(answered, "cell-01")["source"] = "import numpy as np\nimport math"
    assert sources(submit(answered))[0] == "import numpy as np\nimport math"


def test_given_code_merged_into_another_cell_is_not_restored(answered, submit):
    data = cell(answered, "cell-03")
    answered["cells"].remove(data)
    cell(answered, "cell-01")["source"] += ["\n\n", *data["source"]]
    assert not any("restored" in note for note in submit(answered).notes)


def test_deleted_scratch_and_plots_are_not_restored(answered, submit):
    for name in ("cell-07", "cell-13"):
        answered["cells"].remove(cell(answered, name))
    assert submit(answered).notes == ()


# Magics


@pytest.mark.parametrize("source, plain, left_out", [
    ("%matplotlib inline\nx = 1", "# %matplotlib inline\nx = 1", []),
    ("!pip install evil\nx = 1", "# !pip install evil\nx = 1", ["!pip install evil"]),
    ("for i in range(3):\n    !ls\ny = 1", "for i in range(3):\n    pass  # !ls\ny = 1", ["!ls"]),
    ("files = !ls\nx = 1", "# files = !ls\nx = 1", ["files = !ls"]),
    ("t = %timeit -o f()", "# t = %timeit -o f()", ["t = %timeit -o f()"]),
    ("?print\nprint??\nx = 1", "# ?print\n# print??\nx = 1", []),
    ("%time x = f(1)", "x = f(1)", []),
    ("%%time\nx = 1", "# %%time\nx = 1", []),
    ("%%capture out\n%%time\nx = 1", "# %%capture out\n# %%time\nx = 1", []),
    ("%%bash\nrm -rf /", "# %%bash", ["%%bash"]),
    ("\n%%javascript\nalert(1)", "\n# %%javascript", ["%%javascript"]),
    ("!echo \\\n  two\nx = 1", "# !echo \\\n  pass  # two\nx = 1", ["!echo \\"]),
    ("x = (7\n     % 4)", "x = (7\n     % 4)", []),
    ("x = 7 \\\n  % 4", "x = 7 \\\n  % 4", []),
    ('s = """\n!not a command\n%nor this\n"""\n!ls', 's = """\n!not a command\n%nor this\n"""\n# !ls', ["!ls"]),
    ("s = '''a\\'''\n%b\n'''", "s = '''a\\'''\n%b\n'''", []),
    ("s = \"#'''\"\n%ls", "s = \"#'''\"\n# %ls", ["%ls"]),
    ("# don't\n!ls", "# don't\n# !ls", ["!ls"]),
    ("a != b\nx %= 3\nd = {1: 2}", "a != b\nx %= 3\nd = {1: 2}", []),
])
def test_magics_become_comments_and_python_stays(source, plain, left_out):
    assert plain_python(source) == (plain, left_out)


@given(st.text(st.sampled_from("ab =%!?\\\"'#([{}])\n\t "), max_size=60))
def test_line_numbers_never_move(source):
    plain, left_out = plain_python(source)
    assert plain.count("\n") <= source.count("\n")
    assert plain.count("\n") == source.count("\n") or left_out


# Time


@pytest.mark.parametrize("text, time", [
    ("2030-01-31 23:59:00.123456 UTC\n", datetime(2030, 1, 31, 23, 59, 0, 123456)),
    ("2030-01-31 23:59:00", datetime(2030, 1, 31, 23, 59)),
    ("2030-01-31T23:59:00+01:00", datetime(2030, 1, 31, 22, 59)),
    ("2030-01-31 23:59:00 +0100", datetime(2030, 1, 31, 22, 59)),
    ("2030-01-31 23:30:00.000000 EST", datetime(2030, 2, 1, 4, 30)),
    ("2030-01-31 23:30:00 CET", datetime(2030, 1, 31, 22, 30)),
    ("2030-07-31 23:30:00 Europe/Berlin", datetime(2030, 7, 31, 21, 30)),
])
def test_a_timestamp_is_read_as_nbgrader_writes_it(text, time):
    assert parse_timestamp(text) == time


@pytest.mark.parametrize("zone", ["UTC", "utc", "GMT", "EST", "CET", "EET", "EST5EDT", "Europe/Berlin", "US/Pacific",
                                  "Asia/Kolkata", "America/Argentina/Buenos_Aires", "Etc/GMT+5"])
@pytest.mark.parametrize("day", ["2030-01-31", "2030-07-31"])
def test_a_zone_is_read_as_nbgraders_own_parser_reads_it(day, zone):
    text = f"{day} 23:30:00.000000 {zone}"
    assert parse_timestamp(text) == parse_utc(text)


@pytest.mark.parametrize("text", ["", "10", "now", "0001-01-01T00:00:00+23:59", "2030-13-01 00:00:00 UTC", "9" * 1000,
                                  "2030-01-31 10:00:00 XYZ", "2030-01-31 10:00:00 localtime",
                                  "2030-01-31 10:00:00 ../etc/passwd"])
def test_a_bad_timestamp_is_a_value_error(text):
    with pytest.raises(ValueError):
        parse_timestamp(text)


def test_the_timestamp_beside_the_notebook_is_taken(answered, submit, tmp_path, unit):
    submit(answered)
    (tmp_path / "ann" / unit.name / "timestamp.txt").write_text("2030-01-31 23:59:00 UTC")
    assert submit(answered).timestamp == datetime(2030, 1, 31, 23, 59)


# The door as a whole


def test_a_refusal_crosses_processes(submit):
    with pytest.raises(Rejected) as caught:
        submit(b"{")
    copied = pickle.loads(pickle.dumps(caught.value))
    assert (copied.problem, copied.message, copied.reason) == ("not-json", caught.value.message, "rejected")


@pytest.mark.parametrize(("content", "cause"), [
    (b"", "it is empty"), (b" \n", "it is empty"), (b"\n\n<!DOCTYPE html>\n<html>", "Download raw file"),
    (b"PK\x03\x04\x14\0\xff", "it is a zip"), (b"%PDF-1.7\n\xe2", "it is a PDF"), ("{}".encode("utf-16"), "PowerShell"),
    (b"version https://git-lfs.github.com/spec/v1\n", "git lfs pull"), (b'{\n<<<<<<< HEAD\n"cells": []}', "conflict"),
    (b"import numpy as np\n", "it is a script"), (b"# %%\nx = 1\n", "it is a script"),
    (b'{"url": "https://drive.google.com/open?id=1", "doc_id": "1"}', "Google Drive"),
    (b'{"cells": [', "damaged at line 1"), (b"\x1f\x8b\x08\0", "not UTF-8 text"), (b"[]", "JSON but not a notebook"),
    (b'{"a": 1}', "JSON but not a notebook"), (b'{"nbformat": 3, "worksheets": []}', "a notebook of format 3"),
])
def test_a_refusal_names_the_likely_cause(submit, content, cause):
    with pytest.raises(Rejected, match=cause):
        submit(content)


def test_a_format_that_another_language_wrote_as_4_0_is_4(answered, submit):
    answered["nbformat"] = 4.0
    assert submit(answered).answers["sse"] == SSE


def test_a_missing_folder_and_notebook_are_refused(tmp_path, unit):
    for path in (tmp_path / "nobody" / unit.name / f"{unit.name}.ipynb", tmp_path / "x.ipynb"):
        with pytest.raises(Rejected, match="found"):
            open_submission(path, unit, "nobody")


JUNK = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False), st.text(max_size=8),
                 st.lists(st.text(max_size=4), max_size=3), st.dictionaries(st.text(max_size=4), st.none(), max_size=2))
CODE = st.sampled_from([SSE, WRONG, FORWARD, "    return 1", "%%time\n!ls", "sse = None", "check('sse')", '"""',
                        "def sse("])
NAMES = st.sampled_from(["forward-answer", "sse-answer", "forward", "sse", "why-squares", "cell-01", "cell-04",
                         "other"])
BYTES = st.sampled_from([b'"', b"\\", b"[", b"{", b"NaN", b"\xff", b"\\ud800", b"9" * 50])


@st.composite
def mutated(draw, notebook):
    """A real notebook whose structure was changed in up to six places."""
    notebook = copy.deepcopy(notebook)
    for _ in range(draw(st.integers(1, 6))):
        cells = notebook.get("cells")
        kind = draw(st.sampled_from(["field", "cell", "drop", "double", "swap", "label", "code", "type", "metadata"]))
        if kind == "field":
            notebook[draw(st.sampled_from(["cells", "metadata", "nbformat", "nbformat_minor", "x"]))] = draw(JUNK)
        if not isinstance(cells, list) or not cells or not all(isinstance(item, dict) for item in cells):
            continue
        place, other = (draw(st.integers(0, len(cells) - 1)) for _ in range(2))
        if kind == "cell":
            cells[place][draw(st.sampled_from(["source", "id", "metadata", "cell_type", "outputs"]))] = draw(JUNK)
        elif kind == "drop":
            del cells[place]
        elif kind == "double":
            cells.insert(other, copy.deepcopy(cells[place]))
        elif kind == "swap":
            cells[place], cells[other] = cells[other], cells[place]
        elif kind == "label":
            cells[place] |= {"id": draw(NAMES), "metadata": {"nbgrader": {"grade_id": draw(st.one_of(NAMES, JUNK))}}}
        elif kind == "code":
            cells[place]["source"] = draw(CODE)
        elif kind == "type":
            cells[place]["cell_type"] = draw(st.sampled_from(["code", "markdown", "raw", ""]))
        elif kind == "metadata":
            cells[place]["metadata"] = {"nbgrader": draw(JUNK)}
    return notebook


@st.composite
def damaged(draw, content):
    """The bytes of a notebook, overwritten, cut or repeated in up to four places."""
    content = bytearray(content)
    for _ in range(draw(st.integers(1, 4))):
        start = draw(st.integers(0, len(content)))
        end = min(len(content), start + draw(st.integers(0, 40)))
        content[start:end] = draw(st.one_of(st.binary(max_size=8), st.just(content[start:end] * 3), BYTES))
    return bytes(content)


def check_door(content: bytes, path, unit):
    """Open the bytes: a Submission that holds together, or a Rejected with a reason."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    try:
        submission = open_submission(path, unit, "ann")
    except Rejected as error:
        assert error.problem in PROBLEMS and error.message.isprintable()
    else:
        names = [name for name, _ in submission.cells]
        assert len(set(names)) == len(names)
        graded = {exercise.name for exercise in unit.graded}
        assert submission.untouched & graded <= set(submission.answers)
        assert not submission.missing & (submission.untouched | set(submission.answers))
        json.dumps([submission.cells, submission.answers, submission.manual, submission.notes]).encode()
        "".join(source for _, source in submission.cells).encode("utf-8")
        assert all(note.isprintable() for note in submission.notes)


@FUZZ
@given(data=st.data())
def test_no_structure_surprises_the_door(data, tmp_path, unit, released):
    notebook = data.draw(mutated(released))
    check_door(json.dumps(notebook).encode(), tmp_path / "ann" / unit.name / f"{unit.name}.ipynb", unit)


@FUZZ
@given(data=st.data())
def test_no_bytes_surprise_the_door(data, tmp_path, unit, released):
    content = data.draw(damaged(json.dumps(released).encode()))
    check_door(content, tmp_path / "ann" / unit.name / f"{unit.name}.ipynb", unit)


# Notebooks as other tools write them


def as_written(tmp_path, unit, notebook, text=None):
    """Return the submission in a notebook (or its text) of ann's."""
    path = tmp_path / "ann" / unit.name / f"{unit.name}.ipynb"
    path.parent.mkdir(parents=True)
    path.write_text(text or json.dumps(notebook), encoding="utf-8")
    return open_submission(path, unit, "ann")


def cell_of(notebook, name):
    return next(cell for cell in notebook["cells"] if cell["id"] == name)


def test_a_key_that_comes_twice_in_an_output_is_nobodys_business(tmp_path, unit, released):
    cell_of(released, "cell-01")["outputs"] = [{"output_type": "stream", "name": "stdout", "text": "MARK"}]
    text = json.dumps(released).replace('"text": "MARK"', '"text": "a", "text": "b"')
    assert as_written(tmp_path, unit, released, text).notes == ()


@pytest.mark.parametrize("twice", ['"source": "x = 1", "source": "x = 2"',
                                   '"metadata": {"nbgrader": {"a": 1, "a": 2}}'])
def test_a_key_that_comes_twice_in_a_cell_is_refused(tmp_path, unit, released, twice):
    released["cells"].append({"cell_type": "code", "id": "own", "outputs": [], "MARK": 0})
    text = json.dumps(released).replace('"MARK": 0', twice)
    with pytest.raises(Rejected, match="a key comes twice"):
        as_written(tmp_path, unit, released, text)


def test_not_a_number_in_an_output_is_nobodys_business(tmp_path, unit, released):
    cell_of(released, "cell-01")["outputs"] = [{"output_type": "display_data", "data": {"y": float("nan")}}]
    assert as_written(tmp_path, unit, released).notes == ()


def test_not_a_number_in_the_metadata_is_said_and_costs_nothing(tmp_path, unit, released):
    plain = as_written(tmp_path / "plain", unit, released)
    released["metadata"]["papermill"] = {"duration": float("nan")}
    cell_of(released, "sse-answer")["metadata"]["papermill"] = {"duration": float("inf")}
    submission = as_written(tmp_path / "nan", unit, released)
    assert submission.notes == ("The notebook's metadata hold NaN or Infinity, which are no JSON; grading does not "
                                "read them.",)
    assert submission.digest == plain.digest


def test_lines_without_line_ends_are_lines(tmp_path, unit, released):
    plain = as_written(tmp_path / "plain", unit, released)
    for cell in released["cells"]:
        cell["source"] = "".join(cell["source"]).split("\n")
    mended = as_written(tmp_path / "lines", unit, released)
    assert (mended.cells, mended.digest) == (plain.cells, plain.digest)
    assert [note for note in mended.notes if "line ends" in note]


def test_one_cell_without_text_is_named_and_costs_nothing(tmp_path, unit, released):
    released["cells"].append({"cell_type": "code", "id": "stray", "metadata": {}, "source": None})
    submission = as_written(tmp_path, unit, released)
    assert f"Cell {len(released['cells'])} has no text; it is read as empty." in submission.notes


@pytest.mark.parametrize("own", [{"cell_type": "markdown", "source": "Because signs cancel."},
                                 {"cell_type": "raw", "source": "Because signs cancel."},
                                 {"cell_type": "code", "source": "# Because signs cancel."},
                                 {"cell_type": "code", "source": "answer = 'Because signs cancel.'"},
                                 {"cell_type": "code", "source": "print('Because signs cancel.')"}])
def test_an_open_answer_below_its_question_is_read_with_it(tmp_path, unit, released, own):
    place = released["cells"].index(cell_of(released, "why-squares"))
    released["cells"].insert(place + 1, {"id": "own", "metadata": {}, "outputs": [], **own})
    submission = as_written(tmp_path, unit, released)
    assert "why-squares" not in submission.untouched
    assert submission.manual["why-squares"].endswith(own["source"])


def test_where_a_question_has_no_answer_the_texts_elsewhere_are_read_with_it(tmp_path, unit, released):
    released["cells"].insert(1, {"cell_type": "markdown", "id": "own", "metadata": {}, "source": "Signs cancel."})
    submission = as_written(tmp_path / "blank", unit, released)
    assert submission.manual["why-squares"].endswith("\n\nSigns cancel.")
    assert any(note.startswith("why-squares is not answered in its cell") for note in submission.notes)
    cell_of(released, "why-squares")["source"] += "\n\nBecause."
    assert as_written(tmp_path / "answered", unit, released).manual["why-squares"].endswith("Because.")


def test_an_answer_whose_question_is_gone_is_read(tmp_path, unit, released):
    released["cells"][released["cells"].index(cell_of(released, "why-squares"))] = {
        "cell_type": "markdown", "id": "own", "metadata": {}, "source": "Signs cancel."}
    submission = as_written(tmp_path, unit, released)
    assert submission.manual["why-squares"].endswith("Signs cancel.")
    assert "why-squares" not in submission.missing | submission.untouched


@pytest.mark.parametrize("badge", ["<a style='x' href='https://deepnote.com?x'>Created in Deepnote</a>",
                                   '<a href="https://colab.research.google.com/x" target="_parent"><img/></a>'])
@pytest.mark.parametrize("place", [0, 1000])
def test_what_a_tool_adds_to_a_notebook_is_no_answer(tmp_path, unit, released, badge, place):
    released["cells"].insert(place, {"cell_type": "markdown", "id": "own", "metadata": {}, "source": badge})
    assert "why-squares" in as_written(tmp_path, unit, released).untouched


@pytest.mark.parametrize("character", ["\x0b", "\x0c", "\x1c", "\x85", "\u2028", "\u2029"])
def test_a_text_that_jupyter_cuts_at_a_rare_line_end_gets_no_other_one(tmp_path, unit, released, character):
    source = f"def sse(u, d): return len('a{character}b') * 0 + float(((u - d) ** 2).sum())"
    cell_of(released, "sse-answer")["source"] = source.splitlines(True)
    submission = as_written(tmp_path, unit, released)
    assert submission.answers["sse"] == source
    assert submission.notes == ()
