"""What course.toml may say, and what is told where it is wrong."""

import importlib.metadata
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner
from running import COURSE, run_program

from autograder.cli import main
from autograder.course import settings
from autograder.course.settings import FILE, course_settings, read_settings
from autograder.course.units import Course, load_reference, unit_paths
from autograder.course.verdicts import CourseError
from autograder.desk import submit

GOOD = (COURSE.root / FILE).read_text(encoding="utf-8")


def written(tmp_path, text):
    (tmp_path / FILE).write_text(text, encoding="utf-8")
    return tmp_path / FILE


def test_the_pattern_of_unit_names_finds_every_solution_and_nothing_else(tmp_path):
    assert [path.stem for path in unit_paths(COURSE.root / "solutions", ".py")] == list(COURSE.units)
    for name in ("u01_a", "v01_a", "u1_a", "u01_a.py", "notes"):
        (tmp_path / name).touch()
    assert [path.name for path in unit_paths(tmp_path)] == ["u01_a"]
    assert course_settings().is_unit("u01_perceptron") and not course_settings().is_unit("perceptron")


@pytest.mark.parametrize(("old", "new", "told"), [
    ("name = ", "nmae = ", r"line 4: `nmae` is no setting of a course"),
    ("[answers]", "[answers]\nlibraries = []", r"line 10: `libraries` is no setting"),
    ('bundle = "neural-networks"', 'bundle = "a/b"', r"line 5: `bundle` is no file name"),
    ('bundle = "neural-networks"', "bundle = 3", r"line 5: `bundle` must be a text"),
    (r"'u\d\d_\w+'", "'u('", r"line 6: `units` is no regular expression"),
    ('packages = ["numpy", "matplotlib"]', "packages = [1]", r"line 10: `packages` must be a list of texts"),
    ("[data]", "[data", r"this is not TOML: .*line 12"),
    ('bundle = "neural-networks"', "", "the setting `bundle` is missing"),
    ('# book = "https://..."', 'book = "file:///srv/book"', r"line 7: `book` is no address"),
    ('# book = "https://..."', "book = 3", r"line 7: `book` must be a text"),
])
def test_a_wrong_setting_is_told_with_its_line(tmp_path, old, new, told):
    assert old in GOOD
    path = written(tmp_path, GOOD.replace(old, new, 1))
    with pytest.raises(CourseError) as raised:
        read_settings(path)
    assert re.search(told, str(raised.value)), str(raised.value)
    assert str(path) in str(raised.value)


def test_the_address_of_the_published_book_may_be_set_and_has_no_slash_at_its_end(tmp_path):
    assert course_settings().book == ""
    text = GOOD.replace('# book = "https://..."', 'book = "https://school.example/nets/"')
    assert read_settings(written(tmp_path, text)).book == "https://school.example/nets"


def test_without_settings_the_error_says_where_to_run(tmp_path):
    with pytest.raises(CourseError, match=r"cannot be read .*course folder"):
        read_settings(tmp_path / FILE)


def test_a_course_is_never_graded_by_the_engine_of_another(tmp_path):
    """Both would have their checks under the same module names: the first one's would be run for both."""
    with pytest.raises(CourseError, match="has an engine of its own"):
        Course(tmp_path)
    for name in ("exercises", "solutions", FILE):
        source = COURSE.root / name
        shutil.copytree(source, tmp_path / name) if source.is_dir() else shutil.copy(source, tmp_path / name)
    done = run_program("autograder", "grade", "submitted", "--output", "out", cwd=tmp_path)
    assert done.returncode == 2 and "has an engine of its own" in done.stderr and "Traceback" not in done.stderr


@pytest.fixture
def elsewhere(tmp_path):
    """A folder with another package of our name, as another project's distribution would install it."""
    (tmp_path / settings.PACKAGE.name).mkdir()
    (tmp_path / settings.PACKAGE.name / "__init__.py").touch()
    return tmp_path


def test_another_package_of_the_same_name_is_named_before_a_notebook_imports_it(elsewhere, monkeypatch):
    monkeypatch.setattr(sys, "path", [str(elsewhere), *sys.path])
    assert str(elsewhere / settings.PACKAGE.name) in settings.another_package()
    done = CliRunner().invoke(main, ["doctor"])
    assert "another package called autograder" in done.stderr
    assert "another package called autograder" in done.stdout and done.exit_code == 1


def test_a_copy_of_the_package_works_for_the_course_around_it(tmp_path):
    """`pip install .` copies the package into site-packages, where no course stands beside it."""
    away = tmp_path / "site-packages"
    shutil.copytree(settings.PACKAGE, away / settings.PACKAGE.name, ignore=shutil.ignore_patterns("__pycache__"))
    program = [sys.executable, "-P", "-c", "from autograder.cli import main; main()"]

    def run(folder, *words):
        return subprocess.run([*program, *words], env=os.environ | {"PYTHONPATH": str(away)}, cwd=folder,
                              capture_output=True, text=True)

    for folder in (COURSE.root, COURSE.root / "exercises"):
        done = run(folder, "exercises", "--check", "u01_perceptron")
        assert done.returncode == 0 and "1 notebooks are current" in done.stdout, done.stderr
    done = run(tmp_path, "exercises", "--check")
    assert done.returncode == 2 and "pip install -e FOLDER" in done.stderr


def test_a_package_is_uninstalled_by_the_name_of_its_distribution():
    assert settings.owner(Path(pytest.__file__).parent) == "pytest"
    assert settings.owner(Path("nowhere") / "autograder") == "autograder"


def test_our_own_package_is_no_other_one(elsewhere, monkeypatch):
    assert settings.another_package() == ""
    monkeypatch.setattr(sys, "path", [str(settings.PACKAGE.parent), str(elsewhere), *sys.path])
    monkeypatch.chdir(elsewhere.parent)
    assert settings.another_package() == ""


def test_the_distribution_has_the_name_that_doctor_and_submit_ask_for():
    assert importlib.metadata.version(settings.DISTRIBUTION) == settings.version()
    assert submit.versions()[settings.DISTRIBUTION] == settings.version()
    for path in (COURSE.root / "pyproject.toml", settings.PACKAGE / "extras" / "student" / "pyproject.toml.jinja"):
        assert f'name = "{settings.DISTRIBUTION}"' in path.read_text(encoding="utf-8")


def test_a_solution_that_imports_what_is_not_installed_is_told_with_its_line(tmp_path):
    path = tmp_path / "solutions" / "u01_x.py"
    path.parent.mkdir()
    path.write_text("import json\n\nimport no_such_package.part\n", encoding="utf-8")
    with pytest.raises(CourseError) as told:
        load_reference("u01_x", tmp_path)
    assert str(told.value).startswith(f"{path}, line 3: no_such_package is imported here and is not installed. Install")
