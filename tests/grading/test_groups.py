"""Comment once, reach many: groups of answers that fail alike, and what is said to one."""

import contextlib

import pytest
from click.testing import CliRunner
from nbgrader.api import Gradebook
from running import COURSE, UNIT, run_grade

from autograder.cli import main
from autograder.course.verdicts import CourseError
from autograder.records.comments import Given, add, read_comments, read_rubric

CRASH = "def sse(u, d):\n    return u.no_such_method()"


def groups(*words):
    with contextlib.chdir(COURSE.root):
        return CliRunner().invoke(main, ["groups", *map(str, words)])


def held(output, student):
    """Return (manual score of sse, comment on sse, manual score of the open question)."""
    with Gradebook(f"sqlite:///{output / 'gradebook.db'}") as book:
        return (book.find_grade("sse", UNIT, UNIT, student).manual_score,
                book.find_comment("sse-answer", UNIT, UNIT, student).manual_comment,
                book.find_grade("why-squares", UNIT, UNIT, student).manual_score)


def test_what_is_said_to_a_group_reaches_its_students_survives_regrades_and_yields_to_a_person(
        hand_in, right, wrong, tmp_path):
    output = tmp_path / "graded"
    for student in ("ada", "bob", "cleo"):
        hand_in(student, right | {"sse": wrong("sse", "not summed")})
    hand_in("dora", right | {"sse": CRASH})
    hand_in("emil", right)
    hand_in("finn", {}).write_text("not a notebook")

    def grade(*options):
        done = run_grade(tmp_path / "submitted", output, *options)
        assert done.returncode == 1, done.stderr  # one cannot be graded, and belongs to no group

    grade()
    listed = groups(output, f"{UNIT}/sse").stdout
    assert listed.startswith("not summed: 3 (ada, bob, cleo)\n") and "| def sse(u, d):" in listed
    assert "no_such_method" in listed and "emil" not in listed and "finn" not in listed
    said = groups(output, f"{UNIT}/sse", "--group", "not summed", "--text", 'Sum "over" all.', "--adjust", "0.5")
    assert said.exit_code == 0 and "for 3 students" in said.stdout
    with (output / "comments.toml").open("a") as file:
        file.write(f'\n[rubric]\nconvex = "Say why."\n\n[[comment]]\nexercise = "{UNIT}/why-squares"\n'
                   'students = ["ada"]\nrubric = "convex"\npoints = 1.5\n')
    with Gradebook(f"sqlite:///{output / 'gradebook.db'}") as book:
        book.find_grade("sse", UNIT, UNIT, "cleo").manual_score = 2
        before = book.find_grade("sse", UNIT, UNIT, "bob").auto_score
        book.db.commit()
    grade()
    assert held(output, "ada") == (before + 0.5, 'Sum "over" all.', 1.5)
    assert held(output, "bob") == (before + 0.5, 'Sum "over" all.', None)
    assert held(output, "cleo") == (2, 'Sum "over" all.', None)
    assert held(output, "dora") == held(output, "emil") == (None, None, None)
    page = (output / "feedback" / "ada" / f"{UNIT}.html").read_text()
    assert "Sum &#34;over&#34; all." in page and "Say why." in page

    hand_in("bob", right)
    grade("--fresh")
    assert held(output, "ada") == (before + 0.5, 'Sum "over" all.', 1.5)
    assert held(output, "bob") == (None, None, None)
    (output / "comments.toml").unlink()
    grade()
    assert held(output, "ada") == (None, None, None)
    assert held(output, "cleo") == (2, None, None)


def test_groups_are_gone_through_and_what_is_typed_is_written_at_once(hand_in, right, wrong, tmp_path):
    output = tmp_path / "graded"
    for student in ("ada", "bob"):
        hand_in(student, right | {"sse": wrong("sse", "not summed")})
    hand_in("dora", right | {"sse": CRASH})
    assert run_grade(tmp_path / "submitted", output).returncode == 0

    def ask(exercise, *lines):
        with contextlib.chdir(COURSE.root):
            return CliRunner().invoke(main, ["groups", str(output), f"{UNIT}/{exercise}", "--ask"], "\n".join(lines))

    done = ask("sse", "Sum over all \U0001f600.", "much", "0,5")  # the input ends before the second group
    assert "A number, please" in done.stdout and "written for 2" in done.stdout and done.exit_code == 1
    done = ask("sse", "", "-0.25")
    assert "is in comments.toml already" in done.stdout and done.exit_code == 0
    first, second = read_comments(output)
    assert (first.group, first.text, first.adjust) == ("not summed", "Sum over all \U0001f600.", 0.5)
    assert (second.text, second.adjust) == ("", -0.25)
    assert run_grade(tmp_path / "submitted", output).returncode == 0
    assert "\U0001f600" in held(output, "bob")[1] and held(output, "dora")[0] is not None


def test_the_same_words_to_an_open_question_are_a_group_and_a_rubric_serves_many(hand_in, right, tmp_path):
    output = tmp_path / "graded"
    for student, text in {"ada": "It is convex.", "bob": "it  is\nconvex.", "cleo": "Because.", "dora": ""}.items():
        hand_in(student, right | {"why-squares": text})
    emil = dict(right)
    del emil["why-squares"]
    hand_in("emil", emil)
    assert run_grade(tmp_path / "submitted", output).returncode == 0
    listed = groups(output, f"{UNIT}/why-squares").stdout
    assert ": 2 (ada, bob)\n    | It is convex." in listed and "no answer: 2 (dora, emil)" in listed
    with contextlib.chdir(COURSE.root):
        done = CliRunner().invoke(main, ["groups", str(output), f"{UNIT}/why-squares", "--ask"],
                                  "+convex\n+convex Say why.\n2\n\n\nconvex\n0.5\n")
    assert done.exit_code == 0 and "A name and a text, please" in done.stdout, done.output
    assert read_rubric(output) == {"convex": "Say why."}
    cleo = next(line.partition(":")[0] for line in listed.splitlines() if "(cleo)" in line)
    assert groups(output, f"{UNIT}/why-squares", "--group", cleo, "--rubric", "concave").exit_code == 2
    assert run_grade(tmp_path / "submitted", output).returncode == 0
    given = {student: held(output, student)[2] for student in ("ada", "bob", "cleo", "dora")}
    assert given == {"ada": 2, "bob": 2, "cleo": None, "dora": 0.5}
    assert "Say why." in (output / "feedback" / "ada" / f"{UNIT}.html").read_text()
    hand_in("ada", right | {"why-squares": "Another answer."})
    assert run_grade(tmp_path / "submitted", output).returncode == 0
    assert held(output, "ada")[2] is None


@pytest.mark.parametrize("text", ["emoji \U0001f600", "a \"quote\" \\ and\nlines", "\x7f", "[x] = 1 # no"])
def test_every_text_comes_back_as_it_was_typed(tmp_path, text):
    add(tmp_path, {"exercise": "u01/sse", "group": text, "text": text, "adjust": 0.5})
    add(tmp_path, {"name": text}, rubric=True)
    add(tmp_path, {"exercise": "u01/sse", "group": "b", "rubric": "name", "points": 1.0})
    first, second = read_comments(tmp_path)
    assert (first.group, first.text, second.text, second.points) == (text, text, text, 1.0)


@pytest.mark.parametrize(("given", "score"), [
    (Given("text"), None), (Given(adjust=0.5), 1.5), (Given(adjust=5), 2), (Given(adjust=-5), 0),
    (Given(points=0), 0), (Given(points=1.5, adjust=0.25), 1.75)])
def test_points_stay_between_nothing_and_everything(given, score):
    assert given.score(1.0, 2.0) == score


@pytest.mark.parametrize(("text", "said"), [
    ("[[comment]]\nexercise = 'u01'\ngroup = 'a'\ntext = 'b'", "`exercise` must be UNIT/EXERCISE"),
    ("[[comment]]\nexercise = 'u01/sse'\ntext = 'b'", "name a `group` or `students`"),
    ("[[comment]]\nexercise = 'u01/sse'\ngroup = 'a'", "it says nothing"),
    ("[[comment]]\nexercise = 'u01/sse'\ngroup = 'a'\nrubric = 'b'", "there is no comment 'b' in [rubric]"),
    ("[[comment]]\nexercise = 'u01/sse'\ngroups = 'a'", "`groups` is no setting here"),
    ("comment = [1]", "begins with [[comment]]"), ("[[comment", "this is not TOML")])
def test_a_mistake_in_the_file_is_named(tmp_path, text, said):
    (tmp_path / "comments.toml").write_text(text)
    with pytest.raises(CourseError) as raised:
        read_comments(tmp_path)
    assert said in str(raised.value)
