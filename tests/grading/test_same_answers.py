"""What `check` says is what grading says: answers in many styles, run in a kernel, by the desk and in the jail."""

from pathlib import Path

import pytest
import same_answers

CORPUS = sorted((Path(__file__).parents[1] / "corpus").glob("*.toml"))


def test_the_corpus_has_answers_of_every_kind_in_every_unit():
    cases = same_answers.read(CORPUS)
    assert len(cases) >= 150
    assert {case.expected for case in cases} == {"right", "wrong", "agree", "module"}
    assert len({case.unit for case in cases}) == len(CORPUS) == 10


@pytest.mark.parametrize("file", CORPUS, ids=lambda path: path.stem)
def test_three_places_say_the_same_of_every_answer(file, tmp_path):
    cases = same_answers.read([file])
    said = same_answers.run(cases, tmp_path)
    assert [f"{case.name}: {line}" for case in cases for line in same_answers.findings(case, said[case.name])] == []
