"""Ways around the doors: what a student names or packs swaps no marks, fills no memory and stops no run."""

import gc
import json
import os
import shlex
import zipfile
from pathlib import Path

import pytest

from autograder.grading import accounts, sample_class
from autograder.grading.cache import Store
from autograder.submissions import sorting
from autograder.submissions.collect import collect
from autograder.submissions.names import require_student
from autograder.submissions.sources import files_of
from autograder.submissions.submission import open_submission

UNIT = "u01_perceptron"
FILE = f"{UNIT}.ipynb"
ROSTER = {"ada": {"first_name": "Ada", "last_name": "Byron", "email": "ada@x.org"},
          "mallory": {"first_name": "Mal", "last_name": "Lory", "email": "mallory@x.org"}}
# Says that the first number is Mallory's and the second Ada's; the names are the true ones.
SWAP = """\
Identifier,Full name,Email address
Participant 11,Ada Byron,mallory@x.org
Participant 12,Mal Lory,ada@x.org
"""


@pytest.fixture
def source(tmp_path):
    """A function that writes files below a folder of submissions, zips from a dict of their members."""
    def write(files):
        for name, content in files.items():
            path = tmp_path / "submitted" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            if isinstance(content, dict):
                with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
                    for member, inner in content.items():
                        archive.writestr(member, inner)
            else:
                path.write_bytes(content)
        return tmp_path / "submitted"
    return write


def by_state(collected, state):
    return {row.path: row.student or row.reason for row in collected.rows if row.state == state and not row.quiet}


@pytest.mark.parametrize("name", ["Mal Lory_12_assignsubmission_file_Grades.csv", "lorymal_12_9012_Grades.csv",
                                  "Unit 1_mallory_attempt_2030-01-30-10-00-00_Grades.csv"])
def test_a_table_that_a_student_handed_in_is_no_worksheet_of_moodle(source, course, name):
    moodle = {f"{who}_assignsubmission_file_{FILE}": b"{}" for who in ("Ada Byron_11", "Mal Lory_12")}
    collected = collect(source(moodle | {name: SWAP.encode()}), course, roster=ROSTER)
    assert set(by_state(collected, "taken").items()) == {
        (f"Ada Byron_11_assignsubmission_file_{FILE}", "ada"), (f"Mal Lory_12_assignsubmission_file_{FILE}", "mallory")}
    assert collected.expected == set()


def test_a_user_who_is_called_like_another_with_a_word_more_gets_no_mark_of_theirs(source, course):
    repositories = {f"{name}/exercises/{UNIT}/{FILE}": b"{}" for name in ("hw1-ada", "hw1-mallory", "hw1-x-ada")}
    folder = source(repositories)
    collected = collect(folder, course, roster=ROSTER)
    assert {entry.student for entry in collected.taken} == {"ada", "mallory"}
    assert [path.partition("/")[0] for path in by_state(collected, "left")] == ["hw1-x-ada"]


def test_nobody_writes_the_time_of_their_own_hand_in(source, course, tmp_path):
    files = {f"hw1-{who}/{UNIT}/{name}": b"2020-01-01 10:00:00 UTC" for who in ("ada", "mallory")
             for name in (FILE, "timestamp.txt")}
    more = {f"hw1-{who}/exercises/u02_gradient_descent/own.ipynb": b"{}" for who in ("ada", "mallory")}
    collected = collect(source(files | more), course, [UNIT], into=tmp_path / "into")
    assert [(entry.student, entry.timestamp) for entry in collected.taken] == [("hw1-ada", None), ("hw1-mallory", None)]


def test_a_name_that_is_no_text_is_taken_and_kept(source, course, tmp_path):
    folder = source({f"ada/{UNIT}/{FILE}": b"{}"})
    path = os.fsencode(folder / "mallory" / UNIT)
    os.makedirs(path)
    Path(os.fsdecode(path + b"/\xff.ipynb")).write_bytes(b"{}")
    collected = collect(folder, course)
    store = Store(tmp_path / "results.db")
    store.came_from((row.student, row.unit, row.path) for row in collected.rows)
    assert store.origins()["mallory", UNIT] == f"mallory/{UNIT}/\\udcff.ipynb"
    store.close()


def test_a_folder_that_cannot_be_read_costs_nobody_else_anything(source, course, monkeypatch):
    folder = source({f"{who}/{UNIT}/{FILE}": b"{}" for who in ("ada", "mallory")})
    scan = os.scandir

    def refusing(path):
        if "mallory" in str(path):
            raise PermissionError(13, "Permission denied")
        return scan(path)
    monkeypatch.setattr(os, "scandir", refusing)
    collected = collect(folder, course)
    assert by_state(collected, "taken") == {f"ada/{UNIT}/{FILE}": "ada"}
    assert by_state(collected, "left") == {"mallory": "the folder cannot be read: Permission denied"}


def test_an_open_answer_in_many_cells_is_read_up_to_a_limit(tmp_path, unit, right):
    path = tmp_path / "ada" / UNIT / FILE
    sample_class.write_notebook(path, unit, right)
    notebook = json.loads(path.read_text(encoding="utf-8"))
    notebook["cells"] += [{"cell_type": "markdown", "metadata": {}, "id": f"more-{number}", "source": "word " * 20_000}
                          for number in range(10)]
    path.write_text(json.dumps(notebook), encoding="utf-8")
    submission = open_submission(path, unit, "ada")
    assert [len(text) for text in submission.manual.values()] == [1 << 18]
    assert any("characters; the first 262144 are read" in note for note in submission.notes)


def test_members_of_a_zip_lie_no_deeper_than_folders(source, course):
    deep = {f"{number}/{'a/' * 400}{FILE}": b"" for number in range(20)}
    collected = collect(source({f"mallory_{UNIT}.zip": {FILE: b"{}"} | deep}), course)
    assert by_state(collected, "taken") == {f"mallory_{UNIT}.zip/{FILE}": "mallory"}
    assert set(by_state(collected, "left").values()) == {"more than 32 folders deep"}


def test_no_more_than_one_zip_of_a_class_is_in_memory(source):
    folder = source({f"s{number}_{UNIT}.zip": {FILE: b"{}", "data.bin": os.urandom(1000)} for number in range(5)})
    files, _ = files_of(folder)
    assert [len(file.read()) for file in files if file.inner.endswith(".bin")] == [1000] * 5
    gc.collect()
    assert sum(isinstance(item, zipfile.ZipFile) for item in gc.get_objects()) <= 1


def test_copies_of_the_course_are_compared_up_to_a_limit(source, course, monkeypatch):
    monkeypatch.setattr(sorting, "READ_BYTES", 10_000)
    many = {f"c/autograder/{number}/{FILE}": b" " * 1000 for number in range(50)}
    folder = source({f"mallory_{UNIT}.zip": {f"c/exercises/{UNIT}/{FILE}": b"{}",
                                             f"c/autograder/released/{FILE}": b" " * 1000} | many,
                     f"ada_{UNIT}.zip": {f"c/exercises/{UNIT}/{FILE}": b"{}",
                                         f"c/autograder/released/{FILE}": b" ", f"c/autograder/old/{FILE}": b" "}})
    collected = collect(folder, course)
    ignored = [row.path for row in collected.rows if row.state == "ignored"]
    assert sum("mallory" in path for path in ignored) == 1 + 6
    assert sum("ada" in path for path in ignored) == 2


def test_a_hand_in_of_many_files_fills_no_screen(source, course):
    folder = source({f"mallory_{UNIT}.zip": {f"{number}.docx": b"" for number in range(1000)},
                     f"ada/{UNIT}/{FILE}": b"{}", "ada/answer.docx": b""})
    lines = []
    accounts.tell(collect(folder, course), [], lines.append, lines.append)
    assert len(lines) <= accounts.LINES + 2
    assert any("answer.docx" in line for line in lines)
    assert any("collected.csv lists them" in line for line in lines)


@pytest.mark.parametrize("name", ["$(touch owned)", "`id`", "a'b", "#", "a; rm -rf ~", "a & b"])
def test_a_command_that_is_advised_is_one_whatever_a_student_is_called(name):
    lines = []
    accounts.tell_withdrawn(["ada"], ["ada", name], [("new", name)], Path("/graded"), lines.append)
    accounts.tell_withdrawn(["ada"], ["ada", name], [], Path("/graded"), lines.append)
    assert len(lines) == 2
    for line in lines:
        command = line[line.index("`autograder withdraw") + 1:line.rindex("` removes")]
        assert shlex.split(command) == ["autograder", "withdraw", "/graded", name]


@pytest.mark.parametrize("name", ["\u3164", "ada\u115f", "ada\u2800", "x;=1+1", "x;\t@sum(a1)"])
def test_a_name_that_looks_like_another_or_hides_a_formula_is_refused(name):
    with pytest.raises(ValueError, match="no safe student name"):
        require_student(name)
