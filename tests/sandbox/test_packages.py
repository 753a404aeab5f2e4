"""What course.toml lets answers import is there when they are graded, or grading does not begin."""

from dataclasses import replace

import pytest

from autograder.course.settings import course_settings
from autograder.course.verdicts import CourseError
from autograder.sandbox import jail, packages, runtime
from autograder.sandbox.client import SandboxedStudent
from autograder.sandbox.limits import Limits


@pytest.fixture
def allowing(monkeypatch, tmp_path):
    """A function that has the course allow a package; copies for the sandbox go to a folder of the test."""
    monkeypatch.setattr(runtime, "_cache_folder", lambda: tmp_path)

    def allow(name):
        settings = replace(course_settings(), packages=(*course_settings().packages, name))
        monkeypatch.setattr(runtime, "course_settings", lambda: settings)
    return allow


@pytest.fixture
def install(monkeypatch, tmp_path):
    """A function that installs a module of one file, as pip would, where Python finds it."""
    def put(name, code):
        folder = tmp_path / "home"
        folder.mkdir()
        (folder / f"{name}.py").write_text(code)
        facts = folder / f"{name}-1.0.dist-info"
        facts.mkdir()
        (facts / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n")
        (facts / "top_level.txt").write_text(f"{name}\n")
        (facts / "RECORD").write_text(f"{name}.py,,\n{name}-1.0.dist-info/METADATA,,\n")
        monkeypatch.syspath_prepend(folder)
    return put


def test_numpy_pythons_own_and_stand_ins_need_not_be_brought():
    assert packages.besides(["numpy", "matplotlib", "json", "scipy", "scipy"]) == ("scipy",)


def test_what_a_package_requires_comes_with_it():
    names = {item.name.lower() for item in packages.installed(["nbformat"])}
    assert {"nbformat", "jsonschema", "traitlets", "attrs"} <= names
    assert "numpy" not in names


def test_a_package_that_is_not_installed_is_named_before_anything_is_graded(allowing):
    allowing("seashells")
    with pytest.raises(CourseError, match="`packages` allows seashells, which is not installed here"):
        jail.probe()


def test_a_package_that_fails_behind_the_walls_is_named_before_anything_is_graded(allowing, install, tmp_path):
    install("writer", "import os\nif os.getcwd() == '/':\n    open('/tmp/x', 'w')\n")
    allowing("writer")
    tmp_path.chmod(0o755)
    with pytest.raises(CourseError, match="`packages` allows writer, which cannot be imported in the sandbox"):
        jail.probe()


def test_an_answer_uses_a_package_that_the_course_allows(allowing, install):
    install("halves", "def half(x):\n    return x / 2\n")
    allowing("halves")
    cells = [("own-1", "import halves"), ("answer", "def answer(x):\n    return halves.half(x)")]
    with SandboxedStudent(cells, Limits(), jail.probe(), packages=("numpy", "halves")) as student:
        assert student.answer(3.0) == 1.5
        assert student.notes == []
