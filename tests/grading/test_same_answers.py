"""What `check` says is what grading says: answers in many styles, run in a kernel, by the desk and in the jail."""

from pathlib import Path

import pytest
import same_answers

CORPUS = sorted((Path(__file__).parents[1] / "corpus").glob("*.toml"))


@pytest.fixture(scope="module")
def servers():
    with same_answers.Servers() as servers:
        yield servers


def test_the_corpus_has_answers_of_every_kind_in_every_unit():
    cases = same_answers.read(CORPUS)
    assert len(cases) >= 150
    assert {case.expected for case in cases} == {"right", "wrong", "agree", "module"}
    assert len({case.unit for case in cases}) == len(CORPUS) == 10


@pytest.mark.parametrize("file", CORPUS, ids=lambda path: path.stem)
def test_three_places_say_the_same_of_every_answer(file, servers, tmp_path):
    cases = same_answers.read([file])
    said = same_answers.run(cases, tmp_path, servers)
    assert [f"{case.name}: {line}" for case in cases for line in same_answers.findings(case, said[case.name])] == []


def test_an_answer_that_writes_a_file_loses_and_says_why(servers, tmp_path):
    answer = 'def sse(u, d):\n    np.save("errors.npy", u - d)\n    return float(np.sum((u - d) ** 2))'
    case = same_answers.Case("file", "u01_perceptron", "sse", answer, "agree", {})
    said = same_answers.run([case], tmp_path, servers, ["jail"])["file"]["jail"]["results"]["sse"]
    assert {check["earned"] for check in said} == {0}
    assert all("`sse` raised OSError" in check["message"] and check["message"].endswith(
        "When your work is graded, no file can be written, and none of your own is there.")
        for check in said if not check["hidden"])
