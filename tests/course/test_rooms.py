"""The rooms of autograder/: doors open downwards, and nothing that goes by a file's place has lost it."""

import ast
import importlib.util
import shutil
import sysconfig

import pytest
from running import COURSE, run_program

from autograder.checking.local import is_own
from autograder.checking.runner import Checks, is_hidden
from autograder.course.settings import PACKAGE
from autograder.course.verdicts import CourseError
from autograder.grading import cache
from autograder.sandbox import runtime


def linted(folder):
    return run_program("lint-imports", cwd=folder)


def test_the_doors_open_downwards_and_the_contract_sees_one_that_does_not(tmp_path):
    done = linted(COURSE.root)
    assert done.returncode == 0 and "1 kept, 0 broken" in done.stdout, done.stdout
    shutil.copytree(PACKAGE, tmp_path / "autograder", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(COURSE.root / "pyproject.toml", tmp_path)
    with (tmp_path / "autograder" / "checking" / "numeric.py").open("a") as module:
        module.write("\n\ndef wrong_door():\n    from autograder.sandbox import jail\n    return jail\n")
    done = linted(tmp_path)
    assert done.returncode == 1 and "autograder.checking.numeric -> autograder.sandbox.jail" in done.stdout


def test_every_module_stands_in_a_room():
    top = {path.name for path in PACKAGE.glob("*.py")}
    assert top == {"__init__.py", "__main__.py", "cli.py"}


@pytest.mark.parametrize("unit", [name for name, unit in COURSE.units.items() if unit.graded])
def test_hidden_checks_are_those_of_the_hidden_file(unit):
    """Students see inputs and source of public checks alone."""
    written = {node.name for node in ast.parse((PACKAGE / "units" / unit / "hidden.py").read_text()).body
               if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")}
    items = Checks(COURSE.check_files(unit, hidden=True)).items
    assert {item.originalname for item in items if is_hidden(item)} == written != set()
    assert any(not is_hidden(item) for item in items)
    assert not any(is_hidden(item) for item in Checks(COURSE.check_files(unit, hidden=False)).items)


def test_a_pattern_of_the_engine_that_matches_nothing_is_an_error(tmp_path):
    with pytest.raises(CourseError, match="no file of the grading engine"):
        cache.matching(tmp_path, "checks/*.py")
    assert all(cache.matching(PACKAGE, pattern) for pattern in cache.ENGINE)


def test_results_depend_on_what_checks_share_and_on_hints(monkeypatch):
    unit = "u08_debugging_clinic"  # its checks use the patients of given.py
    before = cache.exercise_digests(COURSE, unit)
    read = cache.Path.read_bytes
    for name in (cache.HELPERS, "hints.json"):
        with monkeypatch.context() as patch:
            patch.setattr(cache.Path, "read_bytes",
                          lambda path, name=name: read(path) + b" " * (path.name == name and unit in str(path)))
            after = cache.exercise_digests(COURSE, unit)
        assert all(after[exercise] != digest for exercise, digest in before.items()), name


def test_lines_of_checks_and_libraries_are_never_called_the_students():
    for path in [*PACKAGE.glob("units/*/*.py"), *PACKAGE.glob("checking/*.py")]:
        assert not is_own(str(path))
    assert not is_own(sysconfig.get_path("stdlib") + "/json/decoder.py")
    assert is_own("<cell sse-answer>") and is_own(str(PACKAGE.parent / "mine.py"))


def test_the_files_of_the_worker_are_there():
    assert all(path.is_file() for path in runtime.WORKER_FILES)


def test_every_test_file_has_a_name_of_its_own():
    """pytest imports test files by name alone: of two with one name the second is not run."""
    names = [path.name for path in (PACKAGE.parent / "tests").rglob("test_*.py")]
    assert sorted(names) == sorted(set(names))


@pytest.mark.parametrize("path", sorted((COURSE.root / "benchmarks").glob("*.py")), ids=lambda path: path.stem)
def test_a_benchmark_takes_from_the_engine_what_is_there(path):
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module.partition(".")[0] == "autograder":
            for alias in node.names:
                there = hasattr(importlib.import_module(node.module), alias.name)
                assert there or importlib.util.find_spec(f"{node.module}.{alias.name}"), alias.name
