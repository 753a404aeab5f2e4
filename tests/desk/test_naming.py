"""check("typo") in a notebook answers with a sentence that helps, and 0.0; never with a traceback."""

import os
import subprocess
import sys

import pytest

import autograder
from autograder.course.units import Course
from autograder.course.verdicts import CourseError
from autograder.desk.naming import asked_for

COURSE = Course.find()
UNIT = "u02_gradient_descent"


@pytest.mark.parametrize(("name", "sentence"), [
    ("trian", "Did you mean train"),
    ("softmaxwithlos", "Did you mean SoftmaxWithLoss"),
    ("u02/trian", "Did you mean train"),
    ("TANH", "Did you mean Tanh or tanh"),
    ("u1/forward/x", "This notebook has"),
    ("Why-Minus", "Your teacher reads the answer"),
    ("u5/SOFTMAX", "Open exercises/u05_two_layer_net/u05_two_layer_net.ipynb"),
    ("qqqqqqqq", "This notebook has grad_W, train, descend."),
    ("", "This notebook has"),
    ("why-minus", "Your teacher reads the answer"),
    ("softmax", "Open exercises/u05_two_layer_net/u05_two_layer_net.ipynb"),
    ("a\x1b[31m" + "b" * 1000, "This notebook has"),
    (len, 'Write check("len").'),
    (7, 'Write check("sse").'),
])
def test_a_name_that_cannot_be_checked_is_answered_with_what_to_write(name, sentence):
    with pytest.raises(CourseError) as caught:
        asked_for(COURSE, name, UNIT, defined=())
    assert sentence in str(caught.value)
    assert len(str(caught.value)) < 250 and "\x1b" not in str(caught.value)


def test_an_exercise_of_another_unit_is_checked_where_it_is_defined_or_where_the_notebook_is_unknown():
    assert asked_for(COURSE, "softmax", UNIT, {"softmax"}).name == "softmax"
    assert asked_for(COURSE, "softmax", "", ()).name == "softmax"
    assert asked_for(COURSE, "train", UNIT, ()).name == "train"


@pytest.mark.parametrize(("written", "unit", "name"), [
    ("grad_w", UNIT, "grad_W"), ("u2/GRAD_W", UNIT, "grad_W"), ("U02_gradient_descent/train", "", "train"),
    ("SSE", "", "sse"), ("U01/sse", "", "sse"), (" sse ", "", "sse"),
    ("TANH", "u05_two_layer_net", "Tanh"), ("TANH", "u10_autograd", "tanh"), ("u10/Tanh", "", "tanh"),
])
def test_a_name_that_is_written_a_little_otherwise_is_the_exercise_that_it_can_only_mean(written, unit, name):
    assert asked_for(COURSE, written, unit, {name}).name == name


def test_in_a_notebook_a_name_that_is_written_otherwise_is_checked_and_said(capsys):
    autograder.check("U01/SSE")
    out = capsys.readouterr().out
    assert out.startswith("'U01/SSE' is taken as 'sse'.") and "sse: 0 of 2 points" in out


def test_in_a_notebook_a_typo_prints_one_sentence_and_gives_nothing(capsys):
    points = autograder.check("grdw")
    out = capsys.readouterr().out
    assert repr(points) == '0.0'
    assert out.startswith("There is no exercise called 'grdw'. Did you mean grad_W") and out.count("\n") == 1


def test_a_check_far_from_any_course_folder_works_or_says_why(tmp_path):
    done = subprocess.run([sys.executable, "-c", "from autograder import check; print(check('see'), check('sse'))"],
                          cwd=tmp_path, env=os.environ | {"COLUMNS": "100"}, capture_output=True, text=True)
    assert done.returncode == 0 and not done.stderr, done.stderr
    assert "Did you mean sse" in done.stdout and "0.0 0.0" in done.stdout
