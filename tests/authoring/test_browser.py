"""What is packed for the Python of a page: verified files, and nothing that students must not see."""

import gzip
import hashlib
import io
import json
import re
import zipfile

import pytest
from click.testing import CliRunner
from running import COURSE

from autograder.authoring import browser, bytecode, editor, pyodide
from autograder.course.verdicts import CourseError

ALLOWED = re.compile(
    r"course\.toml|book/u\d\d_\w+\.md|autograder/released/u\d\d_\w+\.ipynb|autograder/(__init__\.py|units/__init__\.py)"
    r"|autograder/units/u\d\d_\w+/(__init__\.py|checks\.py|given\.py|hints\.json|steps\.json)"
    r"|autograder/(course|checking|submissions)/\w+\.py|autograder/checking/checks\.ini"
    r"|autograder/desk/(\w+\.py|check\.css)|(_pytest|pytest|pluggy|iniconfig|packaging)/[\w/]+\.py|py\.py")


def no_download(monkeypatch):
    monkeypatch.setattr(browser, "downloaded", lambda folder: [])


def test_the_zip_holds_what_students_get_and_nothing_else(monkeypatch):
    no_download(monkeypatch)
    with zipfile.ZipFile(io.BytesIO(browser.course_zip(COURSE))) as archive:
        names = archive.namelist()
        texts = [archive.read(name).decode() for name in names]
    assert [name for name in names if not ALLOWED.fullmatch(name)] == []
    assert [name for name in names if "hidden" in name or "misconceptions" in name
            or name.startswith("solutions")] == []
    assert not [name for name, text in zip(names, texts, strict=True) if "### BEGIN SOLUTION" in text]
    assert {f"autograder/units/{unit.name}/checks.py" for unit in COURSE.units.values() if unit.graded} <= set(names)


def test_the_zip_is_the_same_every_time(monkeypatch):
    no_download(monkeypatch)
    assert browser.course_zip(COURSE) == browser.course_zip(COURSE)


def zipped(files):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return packed.getvalue()


@pytest.mark.parametrize(("place", "source", "wanted"), [
    ("/lib/python312.zip/", "json/decoder.py", ["json/decoder.pyc"]),
    ("/course/", "pluggy/_hooks.py", ["pluggy/_hooks.pyc"]),
    ("/course/", "autograder/desk/page.py",
     ["autograder/desk/page.py", "autograder/desk/__pycache__/page.cpython-312.pyc"]),
    ("/lib/python3.12/site-packages/", "numpy/version.py",
     ["numpy/version.py", "numpy/__pycache__/version.cpython-312.pyc"]),
])
def test_bytecode_stands_beside_what_is_read_in_a_page_and_in_the_place_of_the_rest(place, source, wanted):
    archive = zipped({"asyncio/": b"", source: b"source", "other.py": b"other", "other.pyi": b"types"})
    packed = bytecode.repacked(archive, place, {place + source: b"bytecode"})
    assert bytecode.contents(packed) == {
        "asyncio/": b"", **{name: b"bytecode" if name.endswith("c") else b"source" for name in wanted},
        "other.py": b"other"}
    assert packed == bytecode.repacked(archive, place, {place + source: b"bytecode"})


def test_the_lock_names_the_sum_of_what_is_sent():
    files = {item["file_name"]: name.encode() for name, item in pyodide.lock()["packages"].items()}
    for name, item in json.loads(browser.pyodide_lock(files))["packages"].items():
        assert item["sha256"] == hashlib.sha256(name.encode()).hexdigest()


@pytest.mark.parametrize(("node", "told"), [
    ("", r"bytecode needs node, and there is none on this machine.*pip install -e \.\[browser\]"),
    ("echo 'not from here' >&2; exit 1", "Python does not run in Node: not from here"),
])
def test_without_a_node_that_runs_python_there_is_no_bytecode_and_the_reason_is_told(monkeypatch, tmp_path, node, told):
    if node:
        (tmp_path / "node").write_text(f"#!/bin/sh\n{node}\n")
        (tmp_path / "node").chmod(0o755)
    monkeypatch.setattr(editor, "programs", lambda: str(tmp_path))
    with pytest.raises(CourseError, match=told):
        bytecode.with_bytecode({})


def test_without_node_the_files_are_packed_as_they_are_and_two_lines_say_what_is_left_out(monkeypatch, tmp_path):
    names = [*pyodide.lock()["files"], *(item["file_name"] for item in pyodide.lock()["packages"].values())]
    files = {name: zipped({"one.py": b"1"}) for name in names}
    monkeypatch.setattr(browser, "verified", lambda folder: dict(files))
    monkeypatch.setattr(browser, "course_zip", lambda course: files["python_stdlib.zip"])
    monkeypatch.setattr(editor, "programs", lambda: str(tmp_path))
    done = CliRunner().invoke(browser.browser, [str(tmp_path), "--output", str(tmp_path / "packed")])
    assert done.exit_code == 0, done.output
    for told in ("Without bytecode, so a start of Python takes about twice as long:.*: bytecode needs node, and there",
                 "Without the editor, so with a plain text field:.*: the editor needs npm, and there"):
        assert re.search(told, done.output)
    packed = (tmp_path / "packed" / "engine" / "python_stdlib.zip.gz").read_bytes()
    assert gzip.decompress(packed) == files["python_stdlib.zip"]


def test_a_file_that_is_not_the_official_one_is_refused(tmp_path):
    for name in pyodide.lock()["files"]:
        (tmp_path / name).write_bytes(b"something else")
    with pytest.raises(CourseError, match="this is not the official file: its SHA-256 sum is"):
        browser.verified(tmp_path)


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(CourseError, match=r"pyodide\.js is missing"):
        browser.verified(tmp_path)


def test_the_lock_file_of_the_editor_names_versions_and_no_address():
    text = (COURSE.root.joinpath(*editor.WHERE) / "package-lock.json").read_text(encoding="utf-8")
    assert "://" not in text
    package = (COURSE.root.joinpath(*editor.WHERE) / "package.json").read_text(encoding="utf-8")
    assert re.findall(r'": "[\^~<>*]', package) == []


def test_without_npm_the_editor_is_refused_with_what_to_do(monkeypatch, tmp_path):
    monkeypatch.setattr(editor.shutil, "which", lambda name, path: None)
    with pytest.raises(CourseError, match=r"pip install -e \.\[browser\]"):
        editor.build_editor(COURSE.root, tmp_path / "editor.js")
