"""Collecting: a class is found in whatever an instructor has, and everything left out has its reason."""

import io
import shutil
import zipfile
from datetime import datetime

import pytest

from autograder.course.verdicts import CourseError
from autograder.desk import submit
from autograder.submissions.collect import collect
from autograder.submissions.names import require_student
from autograder.submissions.submission import Rejected, open_submission

UNIT = "u01_perceptron"
FILE = f"{UNIT}.ipynb"


@pytest.fixture
def notebook(unit):
    return unit.path.read_bytes()


@pytest.fixture
def folder(tmp_path, notebook):
    """A function that writes notebooks (or other content) below a folder of submissions and returns it."""
    def write(*names, content=None):
        for name in names:
            path = tmp_path / "submitted" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(notebook if content is None else content)
        return tmp_path / "submitted"
    return write


@pytest.fixture
def packed(tmp_path, notebook):
    """A function that writes a zip of notebooks and returns its path."""
    def write(*names, **others):
        path = tmp_path / "download.zip"
        with zipfile.ZipFile(path, "w") as archive:
            for name in names:
                archive.writestr(name, notebook)
            for name, content in others.get("extra", {}).items():
                archive.writestr(name, content)
        return path
    return write


def students(collected):
    return [entry.student for entry in collected.taken]


def reasons(collected, source):
    return {path.relative_to(source).as_posix(): reason for path, reason in collected.left}


# Folders


def test_a_folder_in_nbgraders_layout_is_taken_where_it_is(folder, course):
    source = folder(f"ann/{UNIT}/{FILE}", f"maria josé/{UNIT}/{FILE}", f"陳大文/{UNIT}/{FILE}")
    collected = collect(source, course)
    assert students(collected) == ["ann", "maria josé", "陳大文"]
    assert collected.taken[0].path == source / "ann" / UNIT / FILE
    assert (collected.left, collected.folder) == ([], source)


def test_hidden_and_system_files_are_ignored_quietly(folder, course):
    source = folder(f"ann/{UNIT}/{FILE}")
    folder(".DS_Store", f"ann/.ipynb_checkpoints/{FILE}", f"ann/{UNIT}/.ipynb_checkpoints/{FILE}", "Thumbs.db",
           "__MACOSX/x.ipynb", f"ann/{UNIT}/data.csv", "roster.csv", content=b"")
    collected = collect(source, course)
    assert (students(collected), collected.left) == (["ann"], [])


def test_the_timestamp_beside_a_notebook_is_taken(folder, course):
    source = folder(f"ann/{UNIT}/{FILE}", f"bob/{UNIT}/{FILE}")
    folder(f"ann/{UNIT}/timestamp.txt", content=b"\xef\xbb\xbf2030-01-31 23:59:00.000000 UTC\r\n")
    folder(f"bob/{UNIT}/timestamp.txt", content=b"yesterday")
    assert [entry.timestamp for entry in collect(source, course).taken] == [datetime(2030, 1, 31, 23, 59), None]


def test_a_renamed_notebook_is_taken_if_it_is_the_only_one(folder, course, unit):
    source = folder(f"ann/{UNIT}/my work.ipynb", f"bob/{UNIT}/one.ipynb", f"bob/{UNIT}/two.ipynb")
    collected = collect(source, course)
    assert students(collected) == ["ann"]
    assert any("was called my work.ipynb" in note
               for note in open_submission(collected.taken[0].path, unit, "ann").notes)
    assert set(reasons(collected, source).values()) == {f"one of 2 notebooks of bob for {UNIT}; keep one"}


def test_folders_without_notebook_are_listed_with_what_they_hold(folder, course):
    source = folder(f"ann/{UNIT}/{FILE}")
    folder(f"bob/{UNIT}/u01.py", content=b"")
    (source / "carol").mkdir()
    assert reasons(collect(source, course), source) == {
        "bob": f"no notebook in it (saw {UNIT}/u01.py)", "carol": "no notebook in it (saw nothing)"}


@pytest.mark.parametrize("name", [f".ipynb_checkpoints/{FILE}", ".DS_Store", "__MACOSX/._x", ".hidden"])
@pytest.mark.parametrize("student", ["bob", "Bo Lee_12_assignsubmission_file"])
def test_a_student_of_whom_only_a_systems_files_are_there_is_listed(folder, packed, course, name, student):
    for source in (folder(f"{student}/{name}", f"ann/{FILE}"), packed(f"{student}/{name}", f"ann/{FILE}")):
        collected = collect(source, course)
        assert reasons(collected, source) == {student: f"no notebook in it (saw {name})"}
        assert sum(collected.ignored.values()) == 1


def test_a_unit_of_which_only_a_checkpoint_is_there_is_listed(folder, course):
    source = folder(f"bob/{UNIT}/.ipynb_checkpoints/{FILE}", "bob/u02_gradient_descent.ipynb", f"__MACOSX/bob/{FILE}")
    assert set(reasons(collect(source, course), source)) == {f"bob/{UNIT}"}


def test_a_zip_with_nothing_but_a_checkpoint_is_refused(folder, course):
    source = folder(f"ann_{UNIT}.ipynb")
    folder(f"bob_{UNIT}.zip", content=zipped(**{f".ipynb_checkpoints/{FILE}": b"{}"}))
    refusals = {entry.student: entry.refusal for entry in collect(source, course).taken}
    assert refusals == {"ann": "", "bob": "there are 0 notebooks in this zip; there should be one"}


def test_an_empty_folder_in_a_zip_is_listed(packed, course):
    source = packed(f"ann/{FILE}", extra={"bob/": "", "cy/": "", f"cy/{UNIT}/": "", "ann/deep/": ""})
    collected = collect(source, course)
    assert students(collected) == ["ann"]
    assert reasons(collected, source) == {"bob": "no notebook in it (saw nothing)", "ann/deep": "an empty folder",
                                          "cy": f"no notebook in it (saw {UNIT})"}


def test_an_unknown_unit_is_left_with_the_nearest_name(folder, course):
    source = folder(f"ann/{UNIT}/{FILE}", f"bob/u01_perceptrn/{FILE}")
    assert reasons(collect(source, course), source) == {
        f"bob/u01_perceptrn/{FILE}": f"there is no unit u01_perceptrn; did you mean {UNIT}?"}


def test_only_the_wanted_units_are_taken(folder, course):
    source = folder(f"ann/{UNIT}/{FILE}", "ann/u02_gradient_descent/u02_gradient_descent.ipynb")
    assert [entry.unit for entry in collect(source, course).taken] == [UNIT, "u02_gradient_descent"]
    collected = collect(source, course, [UNIT])
    assert ([entry.unit for entry in collected.taken], collected.left) == ([UNIT], [])


def test_links_are_never_followed(folder, course):
    source = folder(f"ann/{UNIT}/{FILE}", f"carol/{UNIT}/{FILE}")
    (source / "mallory").symlink_to("ann")
    (source / "bob").mkdir()
    (source / "bob" / UNIT).symlink_to(f"../ann/{UNIT}")
    collected = collect(source, course)
    assert students(collected) == ["ann", "carol"]
    assert "a link" in reasons(collected, source)["mallory"]
    assert "a link" in reasons(collected, source)[f"bob/{UNIT}"]


@pytest.mark.parametrize("name", ["=1+1", "+a", "@sum", "-rm", "\x1b[2J", "two\nlines", "\u202eturned", "x" * 101,
                                  "a*b", "a:b", " ann", "ann ", "two  spaces", ".hidden", "..", "", "\udce9"])
def test_unsafe_names_are_refused(name):
    with pytest.raises(ValueError, match="no safe student name"):
        require_student(name)


@pytest.mark.parametrize("name", ["ann", "maria josé", "O'Brien", "Łukasz", "陳大文", "Нина", "a.b@c.org", "s-1+x"])
def test_ordinary_names_are_taken(name):
    require_student(name)


def test_one_unsafe_name_does_not_touch_the_others(folder, course):
    source = folder(f"ann/{UNIT}/{FILE}", f"=cmd/{UNIT}/{FILE}")
    collected = collect(source, course)
    assert students(collected) == ["ann"]
    assert "no safe student name" in reasons(collected, source)[f"=cmd/{UNIT}/{FILE}"]


# Single notebooks


def test_single_notebooks_are_copied_into_nbgraders_layout(folder, course, unit):
    source = folder(f"ann_{UNIT}.ipynb", f"maria_josé_{UNIT}.ipynb", "bob.ipynb", "carol_u99_x.ipynb")
    folder(f"dan_{UNIT}.py", content=b"")
    collected = collect(source, course)
    assert students(collected) == ["ann", "maria_josé"]
    assert collected.taken[0].path == collected.folder / "ann" / UNIT / FILE
    assert open_submission(collected.taken[0].path, unit, "ann").notes == ()
    left = reasons(collected, source)
    assert left.keys() == {"bob.ipynb", "carol_u99_x.ipynb", f"dan_{UNIT}.py"}
    assert "name it STUDENT_UNIT.ipynb" in left["bob.ipynb"]


def test_one_notebook_alone_is_a_source(folder, course):
    source = folder(f"ann_{UNIT}.ipynb") / f"ann_{UNIT}.ipynb"
    assert students(collect(source, course)) == ["ann"]


def test_one_notebook_of_nobody_is_named_by_its_path(folder, course):
    source = folder("homework.ipynb") / "homework.ipynb"
    assert [path for path, _ in collect(source, course).left] == [source]


def test_two_notebooks_of_one_student_are_both_left(folder, course):
    source = folder(f"ann/{UNIT}/{FILE}", f"ann_{UNIT}.ipynb", f"bob/{UNIT}/{FILE}")
    collected = collect(source, course)
    assert students(collected) == ["bob"]
    assert len(collected.left) == 2


# Zips


def test_a_zip_in_nbgraders_layout_keeps_its_timestamps(packed, course):
    source = packed(f"submitted/ann/{UNIT}/{FILE}", f"submitted/bob/{UNIT}/{FILE}",
                    extra={f"submitted/ann/{UNIT}/timestamp.txt": "2030-01-31 23:59:00.000000 UTC"})
    collected = collect(source, course)
    assert students(collected) == ["ann", "bob"]
    assert [entry.timestamp for entry in collected.taken] == [datetime(2030, 1, 31, 23, 59), None]
    assert collected.left == []


def test_a_folder_that_a_mac_packed_is_the_one_around_everything(packed, course):
    source = packed(f"class/ann/{UNIT}/{FILE}", f"class/bob/{UNIT}/{FILE}", f"__MACOSX/class/ann/{UNIT}/._{FILE}")
    assert students(collect(source, course)) == ["ann", "bob"]


@pytest.mark.parametrize("below", ["", "course/", "deep/course/"])
@pytest.mark.parametrize("kind", ["folder", "zip"])
def test_a_student_may_hand_in_the_whole_course(folder, course, notebook, below, kind):
    own = {f"exercises/{UNIT}/{FILE}": b"mine", "exercises/u02_gradient_descent/u02_gradient_descent.ipynb": notebook,
           f"autograder/released/{FILE}": notebook, f"book/notebooks/{FILE}": notebook, "README.md": b""}
    source = folder(f"Bo Lee_2_assignsubmission_file/{FILE}")
    if kind == "zip":
        folder("Ada Byron_1_assignsubmission_file/course.zip",
               content=zipped(**{f"{below}{name}": content for name, content in own.items()}))
    for name, content in own.items() if kind == "folder" else ():
        folder(f"Ada Byron_1_assignsubmission_file/{below}{name}", content=content)
    collected = collect(source, course, [UNIT])
    assert (students(collected), collected.left) == (["Ada Byron", "Bo Lee"], [])
    assert collected.taken[0].path.read_bytes() == b"mine"


def test_work_in_the_wrong_place_of_the_course_is_listed(folder, course, notebook):
    source = folder(f"ann/{FILE}", f"bob/autograder/released/{FILE}", f"bob/exercises/{UNIT}/{FILE}")
    folder(f"bob/book/notebooks/{FILE}", f"cy/book/notebooks/{FILE}", f"cy/exercises/{UNIT}/data.csv", content=b"mine")
    collected = collect(source, course, [UNIT])
    assert students(collected) == ["ann", "bob", "cy"]
    assert collected.taken[2].path.read_bytes() == b"mine"
    assert reasons(collected, source) == {
        f"bob/book/notebooks/{FILE}": f"beside {FILE}, which is graded; keep one"}


def test_a_canvas_zip_gives_the_last_attempt(packed, course, notebook):
    source = packed("doejane_LATE_101_9001_u01_perceptron.ipynb", "poerichard_102_9002_u01_perceptron-2.ipynb",
                    extra={"poerichard_102_9002_u01_perceptron-1.ipynb": b"old", "moejim_103_9003_essay.pdf": b""})
    collected = collect(source, course)
    assert students(collected) == ["doejane", "poerichard"]
    assert collected.taken[1].path.read_bytes() == notebook
    assert reasons(collected, source) == {"moejim_103_9003_essay.pdf": "not a notebook"}


def test_two_people_of_one_name_on_canvas_need_their_numbers(packed, course):
    source = packed("doejane_101_9001_u01_perceptron.ipynb", "doejane_102_9002_u01_perceptron.ipynb")
    collected = collect(source, course)
    assert (students(collected), len(collected.left)) == ([], 2)
    assert "2 people are called doejane" in collected.left[0][1]
    assert students(collect(source, course, roster={
        "jane": {"lms_user_id": "101"}, "jane2": {"lms_user_id": "102"}})) == ["jane", "jane2"]


@pytest.mark.parametrize("pattern", ["{}_11_assignsubmission_file_/{}", "{}_11_assignsubmission_file/{}",
                                     "{}_11_assignsubmission_file_{}", "{}_11_assignsubmission_file_/deep/er/{}"])
def test_a_moodle_zip_in_any_of_its_forms(packed, course, pattern):
    collected = collect(packed(pattern.format("Jane Doe", FILE), pattern.format("Нина Т", f"my {FILE}")), course)
    assert (students(collected), collected.left) == (["Jane Doe", "Нина Т"], [])


def test_a_notebook_of_another_name_counts_if_one_unit_is_graded(packed, course):
    source = packed("Jane Doe_11_assignsubmission_file_/homework.ipynb")
    assert students(collect(source, course, [UNIT])) == ["Jane Doe"]
    assert "which unit" in collect(source, course).left[0][1]


METADATA = """---
submission_9001:
  :submitters:
  - :name: Jane Doe
    :sid: '4711'
    :email: jane@example.org
  - :name: Richard Poe
    :sid:
    :email: richard@example.org
  :created_at: 2030-01-31 23:59:00.000000000 Z
submission_9002:
  :submitters:
  - :name: Jim Moe
"""


def test_a_gradescope_zip_gives_each_partner_the_work_and_its_time(packed, course):
    source = packed(f"assignment_1_export/submission_9001/{FILE}", f"assignment_1_export/submission_9002/{FILE}",
                    f"assignment_1_export/submission_9003/{FILE}",
                    extra={"assignment_1_export/submission_metadata.yml": METADATA})
    collected = collect(source, course)
    assert students(collected) == ["4711", "Jim Moe", "richard@example.org", "submission_9003"]
    assert [entry.timestamp for entry in collected.taken][:2] == [datetime(2030, 1, 31, 23, 59), None]
    roster = {"jane": {"lms_user_id": "4711"}, "richard": {"email": "richard@example.org"}}
    named = collect(source, course, roster=roster)
    assert students(named) == ["jane", "richard"]
    assert [reason for _, reason in named.left] == ["Jim Moe is not on the roster",
                                                    "submission_9003 is not on the roster"]


@pytest.mark.parametrize("text", ["[", "- a", "5", "a: 5", "submission_1:\n  :submitters: 5", "? [a]\n: b",
                                  "!!python/object/apply:os.system ['true']", "[" * 5000, "\x00"])
def test_a_broken_list_of_gradescope_is_one_line(packed, course, text):
    source = packed(f"export/submission_1/{FILE}", extra={"export/submission_metadata.yml": text})
    with pytest.raises(CourseError, match="cannot be read"):
        collect(source, course)


def test_an_unpacked_download_is_a_folder_like_any_other(folder, course):
    source = folder(f"Jane Doe_11_assignsubmission_file_/{FILE}")
    assert students(collect(source, course)) == ["Jane Doe"]


def test_copies_go_where_they_are_wanted(packed, course, tmp_path):
    collected = collect(packed(f"ann_{UNIT}.ipynb"), course, into=tmp_path / "out")
    assert collected.taken[0].path == tmp_path / "out" / "ann" / UNIT / FILE
    assert collected.folder == tmp_path / "out"


# What `autograder submit` packs, as course systems hand it on


def zipped(**members):
    """Return the bytes of a zip."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return stream.getvalue()


@pytest.fixture
def submitted_zip(tmp_path, unit):
    """The bytes of a zip made by `autograder submit`."""
    return submit.pack(unit.path, UNIT, "", tmp_path / "packed").read_bytes()


@pytest.mark.parametrize("name", [f"ann_101_9001_{UNIT}.zip", f"ann_11_assignsubmission_file_/{UNIT}.zip",
                                  f"ann_{UNIT}.zip", f"ann/{UNIT}/{UNIT}.zip"])
def test_a_packed_submission_is_unpacked_wherever_a_notebook_may_be(packed, folder, course, notebook, submitted_zip,
                                                                     name):
    for source in packed(extra={name: submitted_zip}), folder(name, content=submitted_zip):
        collected = collect(source, course)
        assert (students(collected), collected.left) == (["ann"], [])
        assert collected.taken[0].path.read_bytes() == notebook
        assert collected.taken[0].timestamp is None


def test_a_zip_that_holds_no_single_notebook_is_its_students_alone(folder, course, notebook):
    source = folder(f"ann_{UNIT}.ipynb")
    for student, content in {"bob": b"PK broken", "carol": zipped(), "eve": zipped(**{"../u.ipynb": notebook}),
                             "dan": zipped(**{"a.ipynb": notebook, "b.ipynb": notebook})}.items():
        folder(f"{student}_{UNIT}.zip", content=content)
    collected = collect(source, course)
    refusals = {entry.student: entry.refusal for entry in collected.taken}
    assert refusals.keys() == {"ann", "bob", "carol"}
    assert refusals["ann"] == ""
    assert "no zip, or a damaged one" in refusals["bob"]
    assert "there are 0 notebooks" in refusals["carol"]
    left = reasons(collected, source)
    assert left.keys() == {f"dan_{UNIT}.zip/a.ipynb", f"dan_{UNIT}.zip/b.ipynb", f"eve_{UNIT}.zip/../u.ipynb"}
    assert f"one of 2 notebooks of dan for {UNIT}" in left[f"dan_{UNIT}.zip/a.ipynb"]
    assert "leads out of the zip" in left[f"eve_{UNIT}.zip/../u.ipynb"]


# Bad input


def test_nothing_there_is_one_clear_line(tmp_path, course):
    with pytest.raises(CourseError, match="no such folder"):
        collect(tmp_path / "nowhere", course)


def test_an_empty_class_is_one_clear_line(tmp_path, course):
    (tmp_path / ".DS_Store").touch()
    with pytest.raises(CourseError, match="nothing to grade here"):
        collect(tmp_path, course)


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 broken", b"Rar!\x1a\x07"])
def test_a_file_that_is_no_zip_is_one_clear_line(tmp_path, course, content):
    (tmp_path / "class.zip").write_bytes(content)
    with pytest.raises(CourseError, match="no zip"):
        collect(tmp_path / "class.zip", course)


def test_an_unknown_unit_to_grade_names_the_nearest(folder, course):
    with pytest.raises(CourseError, match=f"did you mean {UNIT}"):
        collect(folder(f"ann/{UNIT}/{FILE}"), course, ["u01_perzeptron"])


def test_only_students_of_the_roster_are_taken(folder, course):
    source = folder(f"ann/{UNIT}/{FILE}", f"bbo/{UNIT}/{FILE}")
    collected = collect(source, course, roster={"ann": {}, "bob": {}})
    assert students(collected) == ["ann"]
    assert reasons(collected, source) == {f"bbo/{UNIT}/{FILE}": "bbo is not on the roster; did you mean bob?"}


def test_a_name_composed_in_another_way_is_the_same_student(folder, course):
    source = folder(f"Zoe\u0308/{UNIT}/{FILE}")
    assert students(collect(source, course, roster={"Zo\u00eb": {}})) == ["Zo\u00eb"]


def test_a_folder_that_vanishes_is_refused_later(folder, course, unit):
    source = folder(f"ann/{UNIT}/{FILE}")
    entry = collect(source, course).taken[0]
    shutil.rmtree(source / "ann")
    with pytest.raises(Rejected, match="found"):
        open_submission(entry.path, unit, "ann")
