"""Many submissions: opened here, graded by an executor, applied by one writer, resumable at any moment.

    collected entries -> open -> known by content? -> executor -> keep -> gradebook, autograded notebook, feedback

Only a bounded number of submissions is in flight, so memory does not grow with the class.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Executor, Future, wait
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

from autograder.course.results import SubmissionResult
from autograder.course.units import Course
from autograder.course.verdicts import CourseError
from autograder.grading import request
from autograder.grading.cache import Store, digest, exercise_digests, result_keys
from autograder.grading.processes import JudgeDied
from autograder.grading.publish import Pages
from autograder.sandbox.process import WorkerNotReady
from autograder.submissions.collect import Entry
from autograder.submissions.submission import Rejected, Submission, open_submission

if TYPE_CHECKING:
    from autograder.records.gradebook import CourseFolder


@dataclass(frozen=True)
class Job:
    """A submission on its way: opened or refused, with what is known of it and what is still to be graded.

    alone: a busy machine has stopped it once; it is graded again at the end, with nothing else beside it.
    """

    entry: Entry
    submission: Submission | None
    refusal: str
    keys: dict[str, str]
    known: dict
    alone: bool = False


@dataclass(frozen=True)
class Graded:
    """One result with where it came from; `before` is what the gradebook held until now, if it held anything.

    again: it was graded twice, since a busy machine stopped the first time.
    """

    entry: Entry
    result: SubmissionResult
    from_cache: bool
    before: SubmissionResult | None
    again: bool = False


class Batch:
    """Grades the entries of one run into a course folder.

    open_folder: opens the course folder; it is called when the first result comes, and the executor is busy by then.
    executor: makes a concurrent.futures.Executor. in_flight: how many submissions may wait in it.
    pages: writes feedback. fresh: ignore what is known by content.
    """

    def __init__(self, course: Course, open_folder: Callable[[], CourseFolder], store: Store,
                 settings: request.Settings, executor: Callable[[], Executor], in_flight: int, pages: Pages,
                 fresh: bool = False):
        self.course, self._open_folder, self.store, self.settings = course, open_folder, store, settings
        self._new_executor, self._in_flight, self._fresh, self._pages = executor, in_flight, fresh, pages
        self._digests: dict[str, dict[str, str]] = {}
        self._starved: list[Job] = []
        self._scores: dict[str, dict[str, dict]] = {}  # what the gradebook held when the batch began, by unit

    def run(self, entries: Iterable[Entry]) -> Iterator[Graded]:
        """Yield a Graded for every entry as soon as it is in the gradebook (not in the order of the entries)."""
        for job, result in self._results(map(self._open, entries)):
            yield self._apply(job, result)

    @cached_property
    def folder(self) -> CourseFolder:
        """The course folder, open."""
        return self._open_folder()

    def _open(self, entry: Entry) -> Job:
        """Open one submission and look up what is known of it."""
        unit = self.course.unit(entry.unit)
        if entry.refusal:
            return Job(entry, None, entry.refusal, {}, {})
        try:
            submission = open_submission(entry.path, unit, entry.student)
        except Rejected as error:
            return Job(entry, None, str(error), {}, {})
        if entry.unit not in self._digests:
            self._digests[entry.unit] = exercise_digests(self.course, entry.unit)
        keys = result_keys(submission, self._digests[entry.unit], self.settings)
        return Job(entry, submission, "", keys, {} if self._fresh else self.store.find(keys))

    def _results(self, jobs: Iterator[Job]) -> Iterator[tuple[Job, SubmissionResult | None]]:
        """Yield each job with its newly graded result, or None where nothing was left to grade."""
        waiting: dict = {}
        with self._new_executor() as pool:
            for job in jobs:
                if job.refusal or not job.keys.keys() - job.known.keys():
                    yield job, None
                    continue
                waiting[self._submit(pool, job)] = job
                while len(waiting) >= self._in_flight:
                    yield from self._finished(waiting)
            while waiting:
                yield from self._finished(waiting)
            for job in self._starved:
                waiting[self._submit(pool, job)] = job
                while waiting:
                    yield from self._finished(waiting)

    def _submit(self, pool: Executor, job: Job) -> Future:
        """Give the exercises of a job that are not known yet to the executor and return the future."""
        missing = frozenset(job.keys) - frozenset(job.known)
        return pool.submit(request.grade, job.submission, self.settings, missing)

    def _finished(self, waiting: dict) -> Iterator[tuple[Job, SubmissionResult]]:
        """Wait for at least one submission and yield those that are done."""
        done, _ = wait(waiting, return_when=FIRST_COMPLETED)
        for future in done:
            job = waiting.pop(future)
            try:
                result = future.result()
                if result.starved and not job.alone:
                    self._starved.append(replace(job, alone=True))
                else:
                    yield job, result
            except JudgeDied as error:
                yield job, self._refused(job, str(error))
            except WorkerNotReady as error:
                if job.alone:
                    yield job, self._refused(job, f"The sandbox did not start, twice: {error}")
                else:
                    self._starved.append(replace(job, alone=True))
            except Exception as error:  # a mistake of ours: it must not cost the rest of the class their marks
                logging.getLogger(__name__).error("%s, %s: %s", job.entry.student, job.entry.unit, error,
                                                  exc_info=not isinstance(error, CourseError))
                yield job, self._refused(job, f"The grader itself failed: {type(error).__name__}.")

    def _refused(self, job: Job, message: str) -> SubmissionResult:
        """Return the result of a submission that could not be graded."""
        return request.reject(job.entry.student, job.entry.unit, self.settings, message)

    def _apply(self, job: Job, new: SubmissionResult | None) -> Graded:
        """Enter one result where all its readers look; skip what the gradebook holds already.

        What is recorded as done is recorded last: a run that is killed in between does it again, to the same end.
        """
        entry = job.entry
        result = self._refused(job, job.refusal) if job.refusal else self._merge(job, new)
        stamp = digest(repr(entry.timestamp), repr(replace(result, seconds=0.0)))
        entered = self.store.entered(entry.student, entry.unit)
        with self.store.together():
            self.store.saw(entry.student, entry.unit, own_content(job.submission))
            if not job.refusal and new is not None and not new.rejected and not new.starved:
                self.store.keep(job.keys, new)
            if entered is None or entered[0] != stamp or not self._in_gradebook(result):
                self.folder.enter(result, job.submission, entry.timestamp, entered and entered[1].answers)
                self.store.enter(stamp, result)
                self._pages.put(result)
        return Graded(entry, result, from_cache=new is None, before=entered and entered[1], again=job.alone)

    def _in_gradebook(self, result: SubmissionResult) -> bool:
        """Return whether the gradebook has these points, and nbgrader its notebook: either may have been lost."""
        if result.unit not in self._scores:
            self._scores[result.unit] = self.folder.scores(result.unit)
        held = self._scores[result.unit].get(result.student, {})
        return (all(held.get(exercise.name) == exercise.points for exercise in result.exercises)
                and self.folder.is_whole(result.student, result.unit))

    def _merge(self, job: Job, new: SubmissionResult | None) -> SubmissionResult:
        """Return the whole result: exercises known by content and those graded now, in the unit's order."""
        if new is not None and new.rejected:
            return new
        exercises = job.known | {exercise.name: exercise for exercise in (new.exercises if new else ())}
        order = [exercise.name for exercise in self.course.unit(job.entry.unit).graded]
        return SubmissionResult(job.entry.student, job.entry.unit, tuple(exercises[name] for name in order),
                                job.submission.notes, tier=str(self.settings.tier),
                                seconds=new.seconds if new else 0.0, starved=new is not None and new.starved,
                                answers=dict(job.submission.answers) | dict(job.submission.manual))


def own_content(submission: Submission | None) -> str:
    """Return the digest of what a student wrote, "" where that is nothing."""
    if submission is None or not submission.answers.keys() - submission.untouched:
        return ""
    return submission.digest
