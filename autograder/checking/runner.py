"""Runs the pytest checks of a unit against a student, without leaving the process.

pytest collects the check files once; after that an item costs about a millisecond. The same items run against a
notebook's namespace, the reference module and a sandboxed student: the `student` fixture gives whichever it is.
"""

from __future__ import annotations

import hashlib
import re
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest
from _pytest.config import _prepareconfig
from _pytest.runner import runtestprotocol

from autograder.checking.failures import plain_text
from autograder.checking.numeric import kind_of
from autograder.checking.recording import Comparison, Recording, recording
from autograder.checking.sizes import ENTRIES, stated
from autograder.course.results import CheckResult
from autograder.course.text import visible
from autograder.course.units import HIDDEN
from autograder.course.verdicts import CourseError, GraderError, StudentError

MESSAGE_CHARACTERS = 1500  # a message may quote what a student's exception or warning says

# Nothing of the folder that pytest happens to run in may take part: no conftest, no ini file, no other plugins.
ARGUMENTS = ["--noconftest", "-p", "no:cacheprovider", "-p", "no:terminal", "-p", "no:capture", "-p", "no:logging",
             "-p", "no:faulthandler", "-p", "no:warnings", "-p", "no:unraisableexception",
             "-p", "no:threadexception", "-p", "no:doctest", "-p", "no:junitxml", "-p", "no:stepwise",
             "-c", str(Path(__file__).with_name("checks.ini")), "--import-mode=importlib"]


class Checks:
    """The collected checks of some files, ready to run against any student.

    files: paths of check files. Raises CourseError if a file does not load or a check has no exercise.
    """

    def __init__(self, files: list[Path]):
        self._excinfo = None
        self.student = self.reference = self.seed = None
        with plain_environment():
            self._config = _prepareconfig([*ARGUMENTS, *map(str, files)], plugins=[self])
            self._config._do_configure()
        self._session = pytest.Session.from_config(self._config)
        self._config.hook.pytest_sessionstart(session=self._session)
        self._errors = []
        self.items = self._session.perform_collect() if files else []
        if self._errors:
            raise CourseError(*self._errors[0])
        for item in self.items:
            check_marker(item)

    def run(self, student, exercise: str, reference=None, seed: bytes = b"notebook") -> list[CheckResult]:
        """Return the results of one exercise's checks, public ones first."""
        return [result for result, _ in self.run_recorded(student, exercise, reference, seed)]

    def run_recorded(self, student, exercise, reference=None, seed=b"notebook",
                     hidden: bool | None = None, random: bool | None = None) -> list[tuple[CheckResult, Recording]]:
        """Return each check's result together with the calls and comparisons that it made.

        hidden: only the hidden checks (True), or only the public ones (False). random: only those whose inputs the seed
        draws (True), or only those that say the same under every seed (False).
        """
        self.student, self.reference, self.seed = student, reference, seed
        student.begin(exercise)
        return [self._run_item(item) for item in self.items
                if marker(item).args[0] == exercise and hidden in (None, is_hidden(item))
                and random in (None, is_random(item))]

    def _run_item(self, item) -> tuple[CheckResult, Recording]:
        self._excinfo = None
        with recording(item.name) as record, stated(marker(item).kwargs.get("entries", ENTRIES)):
            # The package stays set up for the next check: to set it up again, pytest imports it again.
            reports = runtestprotocol(item, log=False, nextitem=item.getparent(pytest.Package))
        if self._excinfo is not None and isinstance(self._excinfo.value, GraderError):
            raise self._excinfo.value
        passed = all(report.outcome == "passed" for report in reports)
        return check_result(item, passed, self._excinfo, record), record

    # What pytest calls: this object is a plugin.

    @pytest.fixture(name="student")
    def student_fixture(self):
        return self.student

    @pytest.fixture(name="reference")
    def reference_fixture(self):
        return self.reference

    @pytest.fixture
    def rng(self, request):
        digest = hashlib.blake2b(request.node.name.encode(), key=self.seed[:64], digest_size=16).digest()
        return np.random.default_rng(int.from_bytes(digest))

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_makereport(self, item, call):
        """Return a report without pytest's text of the failure: nobody reads it, and it costs a third of a check."""
        if call.excinfo is not None and self._excinfo is None:
            self._excinfo = call.excinfo
        outcome = "passed" if call.excinfo is None else "failed"
        return pytest.TestReport(item.nodeid, item.location, {}, outcome, None, call.when)

    @pytest.hookimpl
    def pytest_collectreport(self, report):
        if report.failed:
            self._errors.append(loading_error(str(report.longrepr), Path(report.fspath)))


def loading_error(text: str, path: Path) -> tuple[str, str]:
    """Return what is wrong with a file of checks that does not load, and where. text: what pytest says of it."""
    lines = re.findall(rf'{re.escape(path.name)}(?:", line |:)(\d+)', text)
    what = text.strip().splitlines()[-1].removeprefix("E").strip()
    return f"the checks do not load: {what}.", f"{path}, line {lines[-1]}" if lines else str(path)


@contextmanager
def plain_environment():
    """Keep the caller's pytest settings (PYTEST_ADDOPTS, plugins of other packages) out of the checks."""
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("PYTEST_ADDOPTS", raising=False)
        patch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
        yield


def marker(item) -> pytest.Mark:
    """Return the `exercise` marker of a check."""
    return item.get_closest_marker("exercise")


def is_hidden(item) -> bool:
    """Return whether a check is a hidden one: those are told to students by category only."""
    return item.path.name == HIDDEN


def is_random(item) -> bool:
    """Return whether a check draws inputs with the seed of its run."""
    return "rng" in item.fixturenames


def check_marker(item) -> None:
    """Raise CourseError unless the check names its exercise, its points and, if hidden, its category."""
    mark = marker(item)
    wanted = {"points", "category"} if is_hidden(item) else {"points"}
    if mark is None or len(mark.args) != 1 or not wanted <= set(mark.kwargs):
        raise CourseError(f"{item.name} needs @pytest.mark.exercise(NAME, {'=..., '.join(sorted(wanted))}=...).",
                          str(item.path))


def check_result(item, passed: bool, excinfo, record: Recording) -> CheckResult:
    """Return the result of one item: points, reason, message, and the comparison to show."""
    mark = marker(item)
    reason, message = (None, "") if passed else why(excinfo)
    shown = telling(record, passed)
    call = shown.call if shown else record.calls[-1] if record.calls else ""
    return CheckResult(
        name=item.name, exercise=mark.args[0], points=float(mark.kwargs["points"]),
        earned=float(mark.kwargs["points"]) if passed else 0.0, hidden=is_hidden(item),
        category=mark.kwargs.get("category", ""), reason=reason, message=visible(message, MESSAGE_CHARACTERS),
        title=check_title(item),
        call=call, **({"expected": shown.expected, "got": shown.got, "error": shown.error} if shown else {}),
    )


def check_title(item) -> str:
    """Return the title of a check: its docstring, else its name as words. So it can be translated where it stands."""
    title = " ".join((item.function.__doc__ or "").split())
    return title or item.name.removeprefix("test_").replace("_", " ")


def telling(record: Recording, passed: bool) -> Comparison | None:
    """Return the comparison to show: the one that failed, or the first one where all is well."""
    candidates = [comparison for comparison in record.comparisons if comparison.passed == passed]
    return candidates[0] if candidates else None


def why(excinfo) -> tuple[str, str]:
    """Return reason and message of a failure; a skipped check has failed too."""
    error = excinfo.value if excinfo is not None else AssertionError("the check did not finish")
    if isinstance(error, StudentError):
        return error.reason, error.message
    if isinstance(error, MemoryError):
        return "too-large", "The result is too large to be checked."
    if isinstance(error, AssertionError):
        return "wrong-answer", str(error).split("\n")[0]
    return "wrong-answer", unusable_sentence(error)


def unusable_sentence(error: Exception) -> str:
    """Return why a check could not go on with what the student's code gave it."""
    if isinstance(error, AttributeError) and error.name:
        own = error.name in ("observe", "ref", "value")  # what a check asks of every object
        wanted = "An object of a class" if own else f"Something with `{error.name}`"
        return f"{wanted} is expected here, but this is {kind_of(error.obj)}."
    text = plain_text(type(error).__name__, str(error)).split("\n")[0]
    return f"The check cannot use what your code gave it: {text}."
