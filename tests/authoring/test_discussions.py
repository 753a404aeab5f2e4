"""Worked discussions: what they call right is right, what they call wrong loses points, and no student has them yet."""

import re

import pytest
from click.testing import CliRunner
from running import COURSE

from autograder.authoring import discussions, release
from autograder.checking.local import LocalStudent
from autograder.checking.runner import Checks
from autograder.cli import main
from autograder.course.results import ExerciseResult, SubmissionResult
from autograder.course.units import load_reference
from autograder.course.verdicts import CourseError
from autograder.pages.feedback import feedback_page

DISCUSSED = [unit for unit in COURSE.units.values() if discussions.source(unit.name).exists()]
SOLUTIONS = [(unit.name, name, number, kind, code) for unit in DISCUSSED
             for name, text in discussions.sections(unit).items()
             for number, (kind, code) in enumerate(discussions.solutions(text))]


@pytest.fixture(scope="module")
def checks():
    """A function from a unit to its checks, hidden ones too; each is collected once."""
    known = {}

    def of(unit):
        if unit not in known:
            known[unit] = Checks(COURSE.check_files(unit, hidden=True)), load_reference(unit)
        return known[unit]
    return of


def test_each_unit_is_discussed_and_each_of_its_exercises_with_a_solution():
    assert [unit for unit in COURSE.units.values() if not unit.name.startswith("u00")] == DISCUSSED
    solved = {(unit, name) for unit, name, _, kind, _ in SOLUTIONS if kind == "right"}
    assert solved == {(unit.name, exercise.name) for unit in DISCUSSED for exercise in unit.graded}


@pytest.mark.parametrize(("unit", "name", "number", "kind", "code"), SOLUTIONS,
                         ids=[f"{unit[:3]}-{name}-{number}-{kind}" for unit, name, number, kind, _ in SOLUTIONS])
def test_a_solution_is_what_it_is_called(checks, unit, name, number, kind, code):
    runner, reference = checks(unit)
    namespace = dict(vars(load_reference(unit)))
    exec(compile(code, f"<{name}>", "exec"), namespace)
    results = runner.run(LocalStudent(namespace), name, LocalStudent(vars(reference)))
    failed = [f"{result.label}: {result.message}" for result in results if not result.passed]
    assert bool(failed) == (kind == "wrong"), failed


@pytest.mark.parametrize("unit", DISCUSSED, ids=[unit.name for unit in DISCUSSED])
def test_a_unit_has_a_page_for_each_exercise_and_no_formula_is_left_as_text(unit):
    pages = discussions.pages(unit)
    assert set(pages) == {"index.html", *(f"{exercise.name}.html" for exercise in unit.exercises)}
    for name, page in pages.items():
        words = re.sub(r"<pre.*?</pre>|<code>.*?</code>", "", page.decode(), flags=re.DOTALL)
        assert "$" not in words and "\\" not in words and discussions.MARK[0] not in words, name


def test_a_section_that_is_missing_or_too_many_is_named(monkeypatch, tmp_path):
    path = tmp_path / "discussion.md"
    monkeypatch.setattr(discussions, "source", lambda unit: path)
    for text, words in (("# forward\n", "`sse` has no section"),
                        ("# forward\n# sse\n# why-squares\n# x\n", "`x` is no"),
                        (None, "no discussions yet")):
        if text is not None:
            path.write_text(text)
        elif path.exists():
            path.unlink()
        with pytest.raises(CourseError, match=words):
            discussions.sections(COURSE.unit("u01_perceptron"))


def test_nothing_of_a_discussion_is_in_a_bundle(site):
    files = release.bundle(COURSE, site)
    assert not [name for name in files if "discussion" in name]
    telling = [line for unit in DISCUSSED for text in discussions.sections(unit).values()
               for line in discussions.FENCE.sub("", text).split("\n") if len(line) > 60 and "`" not in line]
    assert len(telling) > 50
    everything = "\n".join(content.decode("utf-8", "replace") for name, content in files.items()
                           if name.endswith((".html", ".md", ".ipynb", ".json", ".py")))
    assert not [line for line in telling if line in everything]


def test_the_command_writes_the_pages_alone(tmp_path):
    done = CliRunner().invoke(main, ["release", str(tmp_path), "--discussions", "u01_perceptron"])
    assert done.exit_code == 0, done.output
    assert [path.name for path in tmp_path.iterdir()] == ["discussions"]
    page = (tmp_path / "discussions/u01_perceptron/sse.html").read_text(encoding="utf-8")
    assert "A common mistake" in page and "<math" in page and "http://" not in page.replace("http://www.w3.org", "")


def test_the_feedback_page_leads_to_a_discussion_once_it_is_handed_out():
    unit = COURSE.unit("u01_perceptron")
    result = SubmissionResult("ada", unit.name, (ExerciseResult("sse", 2, ()),))
    assert "can be solved" not in feedback_page(result, unit, "")
    assert '<a href="../../discussions/u01_perceptron/sse.html">' in feedback_page(
        result, unit, "", discussions="../../discussions/u01_perceptron")
