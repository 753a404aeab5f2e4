"""No submitted file harms, stops or misleads the door, and what can be repaired is graded in full."""

import json
import os
import time
import zipfile

import pytest
from files import FILES, hostile_zip, write

from autograder.submissions.collect import collect
from autograder.submissions.files import PROBLEMS
from autograder.submissions.submission import Rejected, open_submission

SECONDS = 5  # for any one file, on a machine that is busy with other things


@pytest.fixture(scope="module")
def notebook(unit, right):
    """The released notebook with right answers."""
    content = json.loads(unit.path.read_text(encoding="utf-8"))
    for cell in content["cells"]:
        name = cell["id"].removesuffix("-answer")
        if cell["id"].endswith("-answer"):
            cell["source"] = right[name]
    return content


def namespace_of(submission):
    """Run the cells of a submission of ours (never a student's) and return what they define."""
    namespace = {}
    for name, source in submission.cells:
        try:
            exec(compile(source.replace("from autograder import check, hint, progress", ""), name, "exec"), namespace)
        except Exception:
            continue
    return namespace


@pytest.mark.parametrize("name", [name for name, file in FILES.items() if file.problem])
def test_a_hostile_file_is_refused_with_its_reason(name, tmp_path, unit, notebook):
    path = tmp_path / "mallory" / unit.name / f"{unit.name}.ipynb"
    FILES[name].write(path, notebook)
    started = time.process_time()
    with pytest.raises(Rejected) as caught:
        open_submission(path, unit, "mallory")
    assert time.process_time() - started < SECONDS
    assert caught.value.problem == FILES[name].problem
    assert caught.value.problem in PROBLEMS
    assert caught.value.reason == "rejected"
    assert len(caught.value.message) < 400 and caught.value.message.isprintable()


@pytest.mark.parametrize("name", [name for name, file in FILES.items() if not file.problem])
def test_a_broken_file_is_repaired_and_defines_every_answer(name, tmp_path, unit, notebook):
    path = tmp_path / "ann" / unit.name / f"{unit.name}.ipynb"
    FILES[name].write(path, notebook)
    submission = open_submission(path, unit, "ann")
    graded = {exercise.name for exercise in unit.graded}
    assert graded <= set(submission.answers), submission.notes
    assert not graded & (submission.missing | submission.untouched)
    assert any(FILES[name].note in note for note in (*submission.notes, ""))
    assert all(note.isprintable() and len(note) < 400 for note in submission.notes)
    if name == "cells in reverse":
        return  # the data comes after its use; every answer is defined all the same
    namespace = namespace_of(submission)
    assert namespace["sse"](namespace["forward"](*(namespace[key] for key in "Wxb")), namespace["d"]) == pytest.approx(
        113.29)


def test_cells_in_reverse_still_define_the_functions(tmp_path, unit, notebook):
    path = tmp_path / "ann" / unit.name / f"{unit.name}.ipynb"
    FILES["cells in reverse"].write(path, notebook)
    assert {"forward", "sse"} <= set(namespace_of(open_submission(path, unit, "ann")))


def test_an_honest_neighbour_is_not_affected(tmp_path, course, unit, notebook):
    alone = tmp_path / "alone" / "honest" / unit.name / f"{unit.name}.ipynb"
    write(alone, notebook)
    expected = open_submission(alone, unit, "honest")
    for number, file in enumerate(FILES.values()):
        file.write(tmp_path / "class" / f"student{number}" / unit.name / f"{unit.name}.ipynb", notebook)
        for stray in ("neighbour.ipynb", "original.ipynb", "elsewhere", "other"):
            if (tmp_path / "class" / stray).exists():
                os.rename(tmp_path / "class" / stray, tmp_path / f"{stray}-{number}")
    write(tmp_path / "class" / "honest" / unit.name / f"{unit.name}.ipynb", notebook)
    collected = collect(tmp_path / "class", course)
    mine = [entry for entry in collected.taken if entry.student == "honest"]
    assert len(mine) == 1
    assert open_submission(mine[0].path, unit, "honest") == expected
    for entry in collected.taken:
        try:
            open_submission(entry.path, unit, entry.student)
        except Rejected as error:
            assert error.problem in PROBLEMS


def test_a_hostile_zip_gives_its_honest_notebook_and_nothing_else(tmp_path, course, unit, notebook):
    path = tmp_path / "class.zip"
    hostile_zip(path, unit.name, json.dumps(notebook).encode())
    collected = collect(path, course, into=tmp_path / "into")
    honest, nested = collected.taken
    assert (honest.student, honest.refusal, nested.student) == ("honest", "", "nested")
    assert "there are 0 notebooks" in nested.refusal
    open_submission(honest.path, unit, "honest")
    written = [file for file in tmp_path.rglob("*") if not file.is_dir()]
    assert sorted(file.name for file in written) == ["class.zip", f"{unit.name}.ipynb"]
    reasons = {str(name)[len(str(path)) + 1:]: reason for name, reason in collected.left}
    assert len(reasons) == 14
    for name, word in [("../climber", "leads out"), ("root", "leads out"), ("..\\windows", "leads out"),
                       ("C:", "leads out"), ("dots", "leads out"), ("double", "leads out"), ("=cmd", "no safe"),
                       ("\x1b[2J", "no safe"), ("new\n", "no safe"), ("\u202e", "no safe"), ("long", "no safe"),
                       ("linker", "link"), ("bomber", "unpacks to")]:
        assert [reason for file, reason in reasons.items() if file.startswith(name) and word in reason], (name, reasons)


def test_a_zip_member_that_lies_about_its_size_is_left(tmp_path, course, unit, notebook):
    path = tmp_path / "class.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(f"liar/{unit.name}/{unit.name}.ipynb", b"0" * (50 << 20))
        archive.writestr(f"honest/{unit.name}/{unit.name}.ipynb", json.dumps(notebook))
    content = path.read_bytes()
    path.write_bytes(content.replace((50 << 20).to_bytes(4, "little"), (100).to_bytes(4, "little")))
    collected = collect(path, course)
    honest, liar = collected.taken
    assert (honest.student, honest.refusal, liar.student) == ("honest", "", "liar")
    assert "damaged" in liar.refusal
