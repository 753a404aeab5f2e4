"""A value larger than a check states is refused before anything is computed on it, in the notebook as in the jail."""

import numpy as np
import pytest
from running import walls_here

from autograder.checking.local import LocalStudent
from autograder.checking.sizes import ENTRIES, extent, require_size, stated
from autograder.course.verdicts import StudentError
from autograder.sandbox.client import SandboxedStudent
from autograder.sandbox.limits import Limits

SOURCE = """
import numpy as np
SHAPES = {"million": (1_000_000,), "no columns": (3_000_000, 0), "fits": (100, 100)}
def make(name): return np.zeros(SHAPES[name])
def pair(): return [np.zeros(30 << 17), np.zeros(30 << 17)]
def names(): return {str(number): number for number in range(30_000)}
def grow(x):
    return np.tile(x, 10)
def ask(f):
    return f(np.zeros(200_000))
class Layer:
    def __init__(self):
        self.W = np.zeros(20_000)
"""


def local():
    namespace = {}
    exec(SOURCE, namespace)
    return LocalStudent(namespace)


@pytest.fixture(params=["notebook", "jail"])
def student(request):
    if request.param == "notebook":
        yield local()
        return
    with SandboxedStudent([("cell", SOURCE)], Limits(), walls_here()) as jailed:
        yield jailed


def refusal(call, *arguments):
    with pytest.raises(StudentError) as caught:
        call(*arguments)
    assert caught.value.reason == "too-large"
    return caught.value.message


@pytest.mark.parametrize("name", ["million", "no columns"])
def test_a_huge_array_is_refused_with_its_shape(student, name):
    assert "has the shape" in refusal(student.make, name)
    assert refusal(student.make, name).startswith("`make(...)`")


def test_lists_dictionaries_and_attributes_are_measured_too(student):
    assert "entries" in refusal(student.pair)
    assert "entries" in refusal(student.names)
    layer = student.Layer()
    refusal(lambda: layer.W)


def test_a_value_of_the_stated_size_comes_through(student):
    assert student.make("fits").shape == (100, 100)
    with stated(3_000_000):
        assert student.make("million").shape == (1_000_000,)


def test_an_argument_may_come_back_as_large_as_it_was(student):
    data = np.zeros(20_000)
    with stated(300_000):
        assert student.observe("grow", data).arguments[0].shape == (20_000,)
    refusal(student.observe, "grow", data)


def test_a_question_with_a_huge_value_is_not_answered():
    with SandboxedStudent([("cell", SOURCE)], Limits(), walls_here()) as jailed:
        refusal(jailed.ask, lambda x: x.sum())


@pytest.mark.parametrize(("value", "entries"), [
    (3.0, 1), (np.zeros((3, 4)), 12), (np.zeros((5, 0)), 5), (np.zeros(()), 1), ([1, [2, 3]], 5),
    ({"a": np.zeros(7)}, 8)])
def test_the_extent_counts_what_would_have_to_be_walked_through(value, entries):
    assert extent(value, ENTRIES) == entries


def test_what_the_judge_sent_is_no_reproach():
    require_size(np.zeros(20_000), "it", np.zeros(20_000))
    with pytest.raises(StudentError, match="no more than 20,000"):
        require_size(np.zeros(20_001), "it", np.zeros(20_000))
