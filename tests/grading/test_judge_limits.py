"""The judge has limits too: whatever a submission sends, its cost is bounded, and its neighbours pay nothing."""

import os
import resource
import signal
import threading
import time

import pytest
from running import COURSE, UNIT, walls_here

from autograder.course.verdicts import StudentError
from autograder.grading import judge, processes, sample_class
from autograder.grading.processes import ALL, JudgeDied, Judges, Overrun, Watched, complete, watched
from autograder.sandbox.client import SandboxedStudent
from autograder.sandbox.limits import Limits
from autograder.submissions.submission import open_submission

JUDGE_SECONDS, JUDGE_MIB = 30, 600  # for one submission, whatever it sends
HUGE = """
Right = Variable
class Variable(Right):
    def __init__(self, data):
        super().__init__(np.ones({shape}))
"""
ENDLESS = """
def numerical_gradient(f, x, h=1e-4):
    while True:
        f(x)
"""


@pytest.fixture(scope="module")
def settings():
    return judge.Settings(COURSE.root, walls_here(), b"secret of a batch")


@pytest.fixture
def opened(tmp_path):
    """A function that hands in right answers to a unit, with some changed, and gives the open submission."""
    def write(unit, changed, student="ann"):
        path = tmp_path / student / unit / f"{unit}.ipynb"
        right = sample_class.right_answers(COURSE, COURSE.unit(unit))
        sample_class.write_notebook(path, COURSE.unit(unit), right | changed)
        return open_submission(path, COURSE.unit(unit), student)
    return write


def reasons(result):
    return {exercise.name: set(exercise.reasons) for exercise in result.exercises if exercise.reasons}


@pytest.mark.parametrize("shape", ["1_000_000", "4_000_000", "(3_000_000, 0)"])
def test_an_object_with_huge_arrays_costs_the_judge_little(settings, opened, shape):
    right = sample_class.right_answers(COURSE, COURSE.unit("u10_autograd"))["Variable"]
    submission = opened("u10_autograd", {"Variable": right + HUGE.replace("{shape}", shape)})
    judge.judge(COURSE.root, "u10_autograd")
    before, peak = time.process_time(), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    result = judge.grade(submission, settings)
    assert "too-large" in reasons(result)["Variable"]
    assert time.process_time() - before < JUDGE_SECONDS
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - peak < JUDGE_MIB << 10


def test_a_notebook_that_ends_python_again_and_again_is_given_up():
    cells = [(f"cell-{number}", "import os\nos._exit(3)") for number in range(120)]
    started = []
    tier = walls_here()
    with SandboxedStudent([*cells, ("last", "x = 1")], Limits(stops=4), tier) as student:
        for _ in range(3):
            with pytest.raises(StudentError, match="ended 4 times; it is not started again") as caught:
                student.value("x")
            assert caught.value.reason == "exited"
            started.append(student._session.stops)
    assert started == [4, 4, 4]


def test_an_exercise_that_comes_again_has_the_time_it_left():
    source = "import time\ndef slow():\n    end = time.process_time() + 0.12\n    while time.process_time() < end: pass"
    with SandboxedStudent([("cell", source)], Limits(exercise_seconds=0.2, patience=20), walls_here()) as student:
        student.begin("first")
        student.slow()
        student.begin("second")
        student.slow()
        student.begin("first")
        with pytest.raises(StudentError) as caught:
            student.slow()
            student.slow()
        assert caught.value.reason == "timeout"


def test_an_exercise_that_keeps_the_judge_busy_is_named_and_the_others_are_graded(settings, opened, monkeypatch):
    monkeypatch.setattr(processes, "EXERCISE_SECONDS", 0.5)
    right = opened("u07_numerical_gradient", {}, "grace")
    endless = opened("u07_numerical_gradient", {"numerical_gradient": ENDLESS})
    with Judges(1) as judges:
        judges.submit(judge.grade, right, settings).result()  # the unit is loaded
        hostile = judges.submit(judge.grade, endless, settings).result()
        after = judges.submit(judge.grade, right, settings).result()
    assert reasons(hostile)["numerical_gradient"] <= {"too-large", "timeout"}
    assert after.points == after.max_points
    assert hostile.points > 0


class Fake:
    """A process in which some exercises overrun."""

    def __init__(self, endless=(), deaths=0, seconds=1.0):
        self.endless, self.deaths, self.spent, self.calls = list(endless), deaths, seconds, []

    def call(self, function, arguments, keywords, seconds):
        self.calls.append(keywords)
        if self.deaths:
            self.deaths -= 1
            raise JudgeDied("gone")
        left = keywords.get("overrun", frozenset())
        for name in self.endless if ALL not in left else ():
            if name not in left:
                raise Overrun(name)
        return sorted(left)


def test_what_overruns_is_left_out_the_next_time():
    assert complete(Fake(["a", "b"]), None, (), {}) == ["a", "b"]
    assert ALL in complete(Fake(["a", "b", "c", "d"]), None, (), {})
    assert complete(Fake([None]), None, (), {}) == [ALL]
    assert ALL in complete(Fake(["a", "b"], seconds=20.0), None, (), {})


def test_a_process_that_dies_twice_is_the_submissions_end():
    assert complete(Fake(deaths=1), None, (), {}) == []
    with pytest.raises(JudgeDied):
        complete(Fake(deaths=2), None, (), {})


def test_a_computation_that_cannot_be_interrupted_is_ended_alone(monkeypatch):
    monkeypatch.setattr(processes, "EXERCISE_SECONDS", 0.3)
    with Judges(2) as judges:
        stuck = judges.submit(sum, (range(1 << 40),))
        assert [judges.submit(pow, 2, number).result() for number in range(5)] == [1, 2, 4, 8, 16]
        assert isinstance(stuck.exception(), TypeError | Overrun)  # sum knows nothing of exercises to leave out


def test_memory_that_the_judge_lacks_is_an_overrun():
    process = Watched()
    with pytest.raises(Overrun):
        process.call(bytearray, (1 << 50,), {}, 10.0)
    assert process.call(pow, (2, 5), {}, 10.0) == 32
    process.close()


def test_a_death_from_outside_costs_one_more_try():
    process = Watched()
    assert process.call(os.getppid, (), {}, 10.0)
    os.kill(process._process.pid, signal.SIGKILL)
    assert complete(process, pow, (2, 5), {}) == 32
    process.close()


def test_a_thread_keeps_its_watched_process():
    assert watched(os.getpid) == watched(os.getpid) != os.getpid()
    others = []
    thread = threading.Thread(target=lambda: others.append(watched(os.getpid)))
    thread.start()
    thread.join()
    assert others[0] != watched(os.getpid)


def test_all_left_out_is_a_verdict_for_each_exercise(settings, opened):
    result = judge.grade(opened(UNIT, {}), settings, overrun=frozenset({ALL}))
    assert {reason for exercise in result.exercises for reason in exercise.reasons} == {"too-large"}
    assert result.points == 0
