"""Workers, time budgets and the exchange of requests behind one SandboxedStudent."""

from __future__ import annotations

import contextlib
import re
import time

from autograder.checking.failures import FATAL, Failure, stop_sentence
from autograder.checking.recording import note_call
from autograder.checking.sizes import require_size
from autograder.course.verdicts import StudentError
from autograder.sandbox import observing, wire
from autograder.sandbox.clock import Budget, Deadline
from autograder.sandbox.limits import Limits
from autograder.sandbox.notebook import Notebook
from autograder.sandbox.process import WorkerGone, WorkerNotReady, WorkerProcess
from autograder.sandbox.questions import Questions


class Session:
    """One submission: its worker of the moment, its budgets, its failures."""

    def __init__(self, cells, limits: Limits, tier, proxy, shown, given, packages):
        self.limits, self.tier, self.proxy = limits, tier, proxy
        self.notebook = Notebook(self, cells, shown, given, packages)
        self.worker = WorkerProcess(tier, limits)  # starts now, while the judge does other things
        self.loaded = self.closed = False
        self.stopped: StudentError | None = None
        self.questions = Questions(self)
        self.released: list[int] = []
        self.raised: BaseException | None = None
        self.deadline: Deadline | None = None
        self.stops = 0
        self.broke = False  # whether a worker has died or sent what nobody asked for, whichever cell made it so
        self.starved = False  # whether something was stopped because the machine was busy
        self.work_before = 0.0  # processor time of earlier workers
        self.submission = Budget(limits.submission_seconds, limits.patience)
        self.exercises: dict[str, Budget] = {}
        self.begin("")

    def begin(self, exercise):
        """Turn to an exercise; its budget is what an earlier turn left."""
        self.asked, self.refusal = exercise, None
        new = Budget(self.limits.exercise_seconds, self.limits.patience)
        self.exercise = self.exercises.setdefault(exercise, new)

    def close(self):
        self.closed = True
        self.stop()

    def stop(self):
        """Kill the present worker; the next request starts another."""
        self.work_before = self.work()
        worker, self.worker, self.loaded = self.worker, None, False
        if worker is not None:
            worker.close()

    def work(self) -> float:
        """Return the processor time that this submission has used."""
        running = self.worker is not None and self.worker.clock is not None
        return self.work_before + (self.worker.clock.work() if running else 0.0)

    @contextlib.contextmanager
    def spending(self, *budgets):
        """Take from the budgets what is used within the `with` block."""
        began, before = time.monotonic(), self.work()
        try:
            yield
        finally:
            wall, work = time.monotonic() - began, self.work() - before
            for budget in budgets:
                budget.spend(work, wall)

    def cell_errors(self):
        if not self.loaded:
            with contextlib.suppress(StudentError):  # the time is used up; the next call says so
                self.load()
        return dict(self.notebook.errors)

    # Requests. worker: the one that holds the target, None for top-level names.

    def call(self, worker, path, arguments, keywords, words, how=False):
        """Return what a call gave. how: False, or "hold" for the handle of the very object, whatever it is."""
        note_call(words.strip("`"), arguments, keywords)
        reply = self.request(worker, words, request="call", target=list(path), arguments=arguments,
                             keywords=keywords, observe=how)
        value = self.field(reply, "value", "value", wire.Handle if how else None)
        return self.received(value, result_words(words))

    def observe(self, worker, path, arguments, keywords, words):
        note_call(words.strip("`"), arguments, keywords)
        return observing.observe(self, worker, path, arguments, keywords, words, result_words(words))

    def look(self, worker, path, words, sent=None):
        """Return ("callable", None) or ("value", the value) of an attribute. sent: as in `received`."""
        reply = self.request(worker, words, request="get", target=list(path))
        if reply["reply"] == "callable":
            return "callable", None
        return "value", self.received(self.field(reply, "value", "value"), words, sent)

    def get(self, worker, path, words, sent=None):
        kind, value = self.look(worker, path, words, sent)
        if kind == "callable":
            raise StudentError("bad-type", f"{words} is a function or an object, where {wire.WANTED} "
                                           "is expected.")
        return value

    def ref(self, worker, path, words):
        reply = self.request(worker, words, request="ref", target=list(path))
        value = self.field(reply, "value", "value", wire.Handle)
        return self.proxy(self, self.worker, value, words)

    def release(self, worker, handle):
        """Have the worker forget an object, with the next request."""
        if worker is self.worker:
            self.released.append(handle.key)

    def require_alive(self, worker, words):
        """Raise StudentError when the worker that holds an object is gone."""
        if worker is not None and worker is not self.worker:
            raise StudentError(self.stopped.reason, f"{words} was lost: {self.stopped.message}")

    def load(self):
        """Start a worker and load the notebook, which leaves out a cell that ended a worker before."""
        if self.closed:
            raise RuntimeError("this student is closed")
        while not self.loaded:
            if self.submission.is_used_up:
                self.note_starving(self.submission)
                self.stop()
                raise StudentError("timeout", f"The {self.limits.submission_seconds:g} s for this submission "
                                              "are used up.")
            if self.stops >= self.limits.stops:
                raise StudentError(self.stopped.reason, "The Python that ran this notebook has ended "
                                                        f"{self.stops} times; it is not started again.")
            self.questions, self.released = Questions(self), []
            self.ready_worker()
            with self.spending(self.submission):
                self.loaded = self.notebook.load()

    def ready_worker(self):
        """Have a worker that is ready. One that does not come is asked for once more: a nursery may have been lost."""
        for again in (True, False):
            if self.worker is None:
                self.worker = WorkerProcess(self.tier, self.limits)
            try:
                self.worker.wait_until_ready()
                return
            except WorkerNotReady:
                self.stop()
                if not again:
                    raise

    def cell_deadline(self) -> Deadline:
        return self.deadline_within(self.limits.cell_seconds, self.submission)

    def deadline_within(self, seconds, *budgets) -> Deadline:
        """Return a deadline after this much work of the worker, or less where a budget holds less."""
        work = min(seconds, *(budget.work for budget in budgets))
        wall = min(seconds * self.limits.patience, *(budget.wall for budget in budgets))
        return Deadline(max(0.0, wall), work, self.worker.clock)

    def note_starving(self, budget):
        """Note that a budget is used up on the judge's clock alone, and a busy machine is the cause."""
        running = self.worker is not None and self.worker.clock is not None
        self.starved |= budget.work > 0 and running and self.worker.clock.is_starved()

    # One exchange

    def request(self, worker, words, **message):
        """Return the reply to one request, within the time that is left. Raises StudentError."""
        if not self.loaded:
            self.load()
        if self.refusal is None and self.asked:
            self.call_deadline(words)  # raises where no time is left
            self.refusal = self.notebook.refusal(self.asked)
        if self.refusal:
            raise StudentError("exception", self.refusal)
        self.require_alive(worker, words)
        outermost = self.deadline is None
        if outermost:
            self.raised = None
            self.deadline = self.call_deadline(words)
        try:
            with self.spending(*((self.exercise, self.submission) if outermost else ())):
                reply = self.exchange(message)
        except WorkerGone as gone:
            raise self.lost(gone, words) from None
        except MemoryError:  # in the midst of a reply, which nobody can read on
            raise self.fail("too-large", words, "") from None
        finally:
            if outermost:
                self.deadline = None
        if self.raised is not None:
            raised, self.raised = self.raised, None
            raise raised
        if reply["reply"] == "failure":
            raise self.failure(reply, words)
        return reply

    def exchange(self, message):
        """Send a request and answer the worker's questions until its reply comes."""
        worker = self.worker
        message["released"], self.released = self.released, []
        reply = worker.exchange(message, self.deadline, self.questions.replace)
        number = worker.number
        while reply["reply"] == "ask":
            answer = self.questions.answer(reply)
            if self.worker is not worker:  # it was stopped by a call from within the answering function
                raise self.raised
            worker.send(answer, self.deadline, self.questions.replace)
            reply = worker.next_reply(number, self.deadline)
        return reply

    def call_deadline(self, words) -> Deadline:
        """Return until when the next call may last. Raises StudentError when a budget is used up."""
        for budget, name in ((self.exercise, "exercise"), (self.submission, "submission")):
            if budget.is_used_up:
                self.note_starving(budget)
                raise StudentError("timeout", f"{words} was not called: the {budget.seconds:g} s for this {name} "
                                              "were used up before.")
        return self.deadline_within(self.limits.call_seconds, self.exercise, self.submission)

    # Values

    def field(self, reply, kind, name, wanted=None):
        """Return one field of a reply of this kind; anything else is a protocol error."""
        if reply["reply"] != kind or name not in reply or (wanted and type(reply[name]) is not wanted):
            raise self.fail("protocol", "the call", f"a reply without the field {name}")
        return reply[name]

    def received(self, value, words, sent=None):
        """Return a value of the wire wrapped, if it is no larger than the check states."""
        require_size(value, words, sent)
        return self.wrap(value, words)

    def wrap(self, value, words):
        """Return a value of the wire with each handle in it replaced by its proxy."""
        kind = type(value)
        if kind is wire.Handle and type(value.key) is int:
            return self.proxy(self, self.worker, value, words)
        if kind in (wire.Handle, wire.Callback):
            raise self.fail("protocol", words, "a handle that the worker may not give")
        if kind in (list, tuple):
            return kind(self.wrap(item, words) for item in value)
        if kind is dict:
            return {key: self.wrap(item, words) for key, item in value.items()}
        return value

    # Failures

    def lost(self, gone: WorkerGone, words):
        """Return the error for a worker that can no longer be used, and note whether the machine was the cause."""
        self.starved |= gone.starved
        return self.fail(gone.reason, words, gone.message)

    def fail(self, reason, words, message):
        """Kill the worker; return the error that says why."""
        self.stop()
        self.stops += 1
        self.broke |= reason in ("exited", "protocol")
        self.stopped = StudentError(reason, stop_sentence(reason, words, message, self.limits))
        return self.stopped

    def failure(self, reply, words):
        """Return the error for a failure that the worker reports."""
        facts = Failure.of(reply)
        if facts is None:
            return self.fail("protocol", words, "a failure without its fields")
        if facts.reason in FATAL:
            return self.fail(facts.reason, words, facts.message)
        if facts.reason == "no-function":
            return StudentError("no-function", self.notebook.missing_sentence(words, facts))
        missing = re.fullmatch(r"name '(\w+)' is not defined", facts.message) if facts.type == "NameError" else None
        return StudentError(facts.reason, facts.sentence(words) + (
            self.notebook.broken_cell(missing[1]) if missing else ""), facts.kinds)


def result_words(words: str) -> str:
    """Return how to call what a call gave: an object by its class, which has a capital; else "`name(...)`"."""
    name = words.strip("`")
    return words if name[:1].isupper() and "." not in name else f"`{name}(...)`"
