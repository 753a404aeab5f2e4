"""A worker that does not start is the grader's failure: nobody's answer is called wrong for it."""

import pickle
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from running import UNIT

from autograder.course.verdicts import GraderError
from autograder.grading.batch import Batch
from autograder.grading.cache import Store
from autograder.grading.judge import Settings, grade
from autograder.grading.publish import Pages
from autograder.records.gradebook import CourseFolder
from autograder.sandbox import jail
from autograder.sandbox.process import WorkerNotReady
from autograder.submissions.collect import collect
from autograder.submissions.submission import open_submission


@pytest.fixture(scope="module")
def tiers():
    """A tier that works, and the same without its Python."""
    works = jail.probe()
    return works, replace(works, runtime=replace(works.runtime, python="bin/nothing"))


def test_a_worker_that_does_not_start_ends_the_grading_of_the_submission(course, unit, hand_in, right, tiers):
    submission = open_submission(hand_in("ada", right), unit, "ada")
    with pytest.raises(GraderError, match="did not start"):
        grade(submission, Settings(course.root, tiers[1], b"secret"))


def test_the_error_can_be_sent_between_processes():
    error = pickle.loads(pickle.dumps(WorkerNotReady("exited", "a worker did not start: gone")))
    assert (error.reason, str(error)) == ("exited", "a worker did not start: gone")


def test_the_batch_says_that_the_grader_failed_and_tries_again_the_next_time(course, hand_in, right, tiers, tmp_path):
    hand_in("ada", right)
    entries = collect(tmp_path / "submitted", course).taken
    folder = CourseFolder(tmp_path / "graded", course)
    folder.prepare([UNIT])
    folder.open()
    store = Store(tmp_path / "graded" / "results.db")
    pages, outcomes = Pages(tmp_path / "graded", course, store, ""), []
    for tier in (tiers[1], tiers[0]):
        settings = Settings(course.root, tier, b"secret")
        batch = Batch(course, lambda: folder, store, settings, lambda: ThreadPoolExecutor(1), in_flight=1,
                      pages=pages)
        outcomes += [(item.result, item.from_cache) for item in batch.run(entries)]
    store.close()
    folder.close()
    (failed, _), (right_after, from_cache) = outcomes
    assert failed.rejected.startswith("The sandbox did not start, twice: ")
    assert {exercise.verdict for exercise in failed.exercises} == {"missing"}
    assert not from_cache
    assert right_after.points == right_after.max_points
