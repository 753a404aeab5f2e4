"""What is packed for the Python of a page: verified files, and nothing that students must not see."""

import io
import re
import zipfile

import pytest
from running import COURSE

from autograder.authoring import browser, editor
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


def test_a_file_that_is_not_the_official_one_is_refused(tmp_path):
    for name in browser.lock()["files"]:
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
