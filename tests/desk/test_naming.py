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
    ("grad_w", "Did you mean grad_W"),
    ("trian", "Did you mean train"),
    ("softmaxwithloss", "Did you mean SoftmaxWithLoss"),
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
        asked_for(COURSE, name, UNIT, defined=False)
    assert sentence in str(caught.value)
    assert len(str(caught.value)) < 250 and "\x1b" not in str(caught.value)


def test_an_exercise_of_another_unit_is_checked_where_it_is_defined_or_where_the_notebook_is_unknown():
    assert asked_for(COURSE, "softmax", UNIT, defined=True).name == "softmax"
    assert asked_for(COURSE, "softmax", "", defined=False).name == "softmax"
    assert asked_for(COURSE, "train", UNIT, defined=False).name == "train"


def test_in_a_notebook_a_typo_prints_one_sentence_and_gives_nothing(capsys):
    points = autograder.check("gradw")
    out = capsys.readouterr().out
    assert repr(points) == '0.0'
    assert out.startswith("There is no exercise called 'gradw'. Did you mean grad_W") and out.count("\n") == 1


def test_a_check_far_from_any_course_folder_works_or_says_why(tmp_path):
    done = subprocess.run([sys.executable, "-c", "from autograder import check; print(check('see'), check('sse'))"],
                          cwd=tmp_path, env=os.environ | {"COLUMNS": "100"}, capture_output=True, text=True)
    assert done.returncode == 0 and not done.stderr, done.stderr
    assert "Did you mean sse" in done.stdout and "0.0 0.0" in done.stdout
