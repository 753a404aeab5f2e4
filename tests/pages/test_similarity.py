"""Similar hand-ins: found with cause, in bounded time, and shown beside each other harmlessly."""

import csv
import re

import numpy as np
import pytest
import samples

from autograder.pages.side_by_side import marked, write_similar
from autograder.pages.similarity import (
    COMMON,
    CROWD,
    Work,
    compare,
    gathered,
    given_passages,
    known_passages,
    pairs_of,
    passages_in,
)

SHORT = "total = sum(abs(entry) ** 2 for entry in (left - right))"
PROSE = "A square grows on both sides of zero, so every wrong guess costs something and the best one is in the middle."


def code(seed, lines=12):
    """Return a text of unusual code, different for each seed."""
    rng = np.random.default_rng(seed)
    return "\n".join(f"v{a} = w{b} * {c} + f{d}(u{e})" for a, b, c, d, e in rng.integers(0, 10_000, (lines, 5)))


def works(answers):
    """Return the answers of students (student -> text or exercise -> text) as the module takes them."""
    return {Work(student): text if isinstance(text, dict) else {"sse": text} for student, text in answers.items()}


def found(answers, given=(), **more):
    """Return (student, other, exercise, score) of all pairs in one unit."""
    pairs = pairs_of({"u01": compare(works(answers), known_passages(given))}, **more)
    return [(pair.one.student, pair.other.student, pair.exercise, round(pair.score, 2)) for pair in pairs]


def test_a_copy_with_other_spaces_and_comments_is_found_before_a_partial_one():
    pairs = found({"ann": code(1), "bob": "# mine\n" + code(1).replace(" ", "  "), "cy": code(1, 12) + code(2, 5),
                   "dee": code(3), "eve": code(4)})
    assert pairs[:2] == [("ann", "bob", "", 1), ("ann", "bob", "sse", 1)]
    assert pairs[2][:2] == ("ann", "cy") and 0.5 < pairs[2][3] < 1
    assert {pair[:2] for pair in pairs} == {("ann", "bob"), ("ann", "cy"), ("bob", "cy")}


def test_template_and_reference_do_not_count():
    assert found({"ann": code(1), "bob": code(1)}, [code(1)]) == []
    assert found({"ann": code(1) + code(2, 2), "bob": code(1) + code(3, 2)}, ["x\n" * 30_000 + code(1)]) == []


def test_the_model_answer_to_an_open_question_is_part_of_the_reference():
    unit = samples.COURSE.unit("u01_perceptron")
    given = given_passages(samples.COURSE, unit)
    source = (samples.COURSE.root / "solutions" / "u01_perceptron.py").read_text(encoding="utf-8")
    prose = source.partition('grade_id="why-squares"')[2].partition("# %%")[0]
    model = "\n".join(re.findall(r"^# (.*)", prose, re.MULTILINE))
    assert len(passages_in(model)) > 10 and not passages_in(model) - given


def test_what_many_different_submissions_say_does_not_count():
    assert found({f"s{number}": code(0) + "\n" + code(number + 1, 6) for number in range(COMMON + 1)}) == []


def test_an_unusual_short_answer_is_listed_where_it_is_equal_and_few_have_it():
    assert found({"ann": SHORT, "bob": f"{SHORT}  # mine"})[0] == ("ann", "bob", "", 1)
    assert found({"ann": SHORT, "bob": SHORT.replace("** 2", "** 3")}) == []
    assert found({f"s{number}": SHORT for number in range(COMMON + 1)}) == []
    assert found({"ann": "return a @ b + c", "bob": "return a @ b + c"}) == []


def test_an_open_question_counts_though_the_code_differs():
    answers = {"ann": {"sse": code(1), "why": PROSE}, "bob": {"sse": code(2), "why": PROSE}}
    assert found(answers) == [("ann", "bob", "why", 1)]


def test_little_in_each_unit_is_listed_over_the_term():
    """Seven passages in each of four units: too few for one of them, and 28 together."""
    units = {f"u0{number}": {student: {"sse": code(number, 1)} for student in ("ann", "bob")} for number in range(4)}
    overlaps = {unit: compare(works(answers), set()) for unit, answers in units.items()}
    pairs = pairs_of(overlaps)
    assert [(pair.unit, pair.exercise) for pair in pairs if pair.part.shared >= 20] == [("", "")]
    assert pairs_of({"u00": overlaps["u00"]}) == [pair for pair in pairs if pair.unit == "u00"]


def test_an_earlier_year_is_compared_with_this_one_and_not_with_itself():
    answers = {Work("ann"): {"sse": code(1)}, Work("bob", "2029"): {"sse": code(1)}, Work("cy", "2029"): {
        "sse": code(1)}, Work("ann", "2028"): {"sse": code(1)}}
    pairs = {(pair.one, pair.other) for pair in pairs_of({"u01": compare(answers, set())})}
    assert pairs == {(Work("ann"), Work("bob", "2029")), (Work("ann"), Work("cy", "2029"))}


def test_a_threshold_decides_what_is_listed():
    answers = {"ann": code(1, 12), "cy": code(1, 12) + code(2, 5)}
    assert found(answers) and not found(answers, least=0.9)
    assert found({"ann": code(1, 9) + code(5, 9), "cy": code(1, 9) + code(6, 9)}, least=0.2)


def test_who_has_the_same_throughout_stands_in_one_row():
    answers = {"ann": code(1), "bob": code(1), "cy": code(1), "dee": code(1, 12) + code(2, 5), "eve": code(7)}
    rows = gathered(pairs_of({"u01": compare(works(answers), set())}))
    assert [work.student for work in rows[0][0]] == ["ann", "bob", "cy"]
    assert sorted(tuple(work.student for work in people) for people, _ in rows[1:]) == [
        ("ann", "dee"), ("bob", "dee"), ("cy", "dee")]


@pytest.mark.timeout(120)
def test_a_large_class_is_compared_in_bounded_time():
    answers = {f"s{number}": code(number % 400, 40) + code(number, 4) for number in range(1000)}
    assert found(answers)
    assert len(found({f"s{number}": code(1) for number in range(10 * CROWD)})) < 25 * CROWD


def test_shared_and_given_passages_are_marked_and_nothing_is_lost():
    text = f"{code(9, 1)}\n# mine <b>\n{code(1, 2)}\n{code(2, 2)}"
    pieces = marked(text, passages_in(code(1, 2)), passages_in(code(9, 1)))
    assert "".join(part for _, part in pieces) == text
    marks = {kind: "".join(part for mark, part in pieces if mark == kind) for kind in ("same", "given")}
    assert marks["same"].replace("\n", "") == code(1, 2).replace("\n", "")
    assert marks["given"] == code(9, 1)


def test_list_and_pages_say_the_same_and_show_hostile_text_as_text(tmp_path):
    evil = "<img src=x onerror=alert(1)>\u202e"
    answers = {Work(evil): {"sse": f"{code(1)}\n{evil}"}, Work("bob", "2029/x"): {"sse": f"{code(1)}\n{evil}"},
               Work("cy"): {"sse": code(2)}}
    (tmp_path / "similar").mkdir()
    (tmp_path / "similar" / "007.html").write_text("of an earlier run")
    pairs = write_similar(tmp_path, samples.COURSE, {"u01_perceptron": compare(answers, set())},
                          {"u01_perceptron": answers}, {"u01_perceptron": set()}, 0.5)
    with (tmp_path / "similar.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == len(pairs) == 2 and (rows[0]["other"], rows[0]["other_year"]) == ("bob", "2029/x")
    assert [path.name for path in (tmp_path / "similar").iterdir()] == ["001.html"]
    for path in (tmp_path / "similar.html", tmp_path / "similar" / "001.html"):
        text = path.read_text(encoding="utf-8")
        assert "<img" not in text and "\u202e" not in text and "&lt;img" in text
    assert "<mark>" in (tmp_path / "similar" / "001.html").read_text(encoding="utf-8")
