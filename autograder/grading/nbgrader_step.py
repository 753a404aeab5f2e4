"""Our engine inside nbgrader's own autograde: `nbgrader autograde` and formgrader's button give our marks.

nbgrader's steps before and after stay as they are: it reads the submission, creates student and submission, saves
the grades from the outputs of the check cells, and applies late penalties. Between them, two of ours:

    RestoreRelease   in place of its clean-up steps: the released notebook with the student's answers
    GradeInSandbox   in place of Execute: nothing of the student's runs in a kernel of the instructor
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import nbformat
from nbgrader.coursedir import CourseDirectory
from nbgrader.preprocessors import AssignLatePenalties, NbGraderPreprocessor, SaveAutoGrades
from traitlets import Bool, Unicode

from autograder.authoring.notebooks import COURSE_ID, preprocessors
from autograder.course.units import Course
from autograder.grading import judge
from autograder.grading.processes import watched
from autograder.records.autograded import autograded_notebook, submission_answers
from autograder.records.class_settings import FILE, read_class
from autograder.records.output import batch_secret
from autograder.records.penalties import configure_penalties
from autograder.sandbox.jail import probe
from autograder.submissions.submission import Rejected, open_submission


class SubmissionStep(NbGraderPreprocessor):
    """A step that opens the submitted file itself, through the same door as `autograder grade`."""

    course = Unicode("", help="The course folder with exercises/ and solutions/.").tag(config=True)

    def open(self, resources):
        """Return the unit, the submission (None if refused) and the reason of a refusal."""
        names = resources["nbgrader"]
        unit = Course.find(Path(self.course) if self.course else None).unit(names["assignment"])
        folder = CourseDirectory(config=self.config)
        submitted = folder.format_path(folder.submitted_directory, names["student"], names["assignment"])
        try:
            return unit, open_submission(Path(submitted) / f"{unit.name}.ipynb", unit, names["student"]), ""
        except Rejected as error:
            return unit, None, str(error)


class RestoreRelease(SubmissionStep):
    """Put the student's answers into a copy of the released notebook, whatever else was submitted."""

    def preprocess(self, nb, resources):
        unit, submission, _ = self.open(resources)
        return nbformat.from_dict(autograded_notebook(unit, submission_answers(submission), None)), resources


class GradeInSandbox(SubmissionStep):
    """Grade the submission with our engine and leave the points as the outputs of the check cells."""

    allow_weak_isolation = Bool(False, help="Grade without a sandbox where none works here.").tag(config=True)

    def preprocess(self, nb, resources):
        unit, submission, refusal = self.open(resources)
        settings = batch_settings(unit.path.parents[2], CourseDirectory(config=self.config).root,
                                  self.allow_weak_isolation)
        student = resources["nbgrader"]["student"]
        result = (watched(judge.grade_patiently, submission, settings) if submission
                  else judge.reject(student, unit.name, settings, refusal))
        return nbformat.from_dict(autograded_notebook(unit, submission_answers(submission), result)), resources


@lru_cache
def batch_settings(course: Path, folder: str, allow_weak_isolation: bool) -> judge.Settings:
    """Return the settings of this folder's batch: its secret, and the walls that work on this machine."""
    return judge.Settings(course, probe(allow_weak_isolation), batch_secret(Path(folder)))


def configure(c, root: str, submitted: str = "submitted", course: str = "") -> None:
    """Set up nbgrader's configuration `c`: directories, database, our steps in generate_assignment and autograde.

    The database and the rules for late work are those of the class.toml in `root`, if there is one.
    """
    c.CourseDirectory.root = root
    c.CourseDirectory.course_id = COURSE_ID
    c.CourseDirectory.submitted_directory = submitted
    if (Path(root) / FILE).exists():
        settings = read_class(Path(root))
        c.CourseDirectory.db_url = settings.database_url
        c.CourseDirectory.feedback_directory = "nbgrader-feedback"  # feedback/ holds our pages: one for each unit
        configure_penalties(c, settings)
    c.CsvExportPlugin.to = "nbgrader-grades.csv"  # grades.csv is ours: one row for each exercise
    c.GenerateAssignment.preprocessors = preprocessors()
    c.Autograde.sanitize_preprocessors = [RestoreRelease]
    c.Autograde.autograde_preprocessors = [GradeInSandbox, SaveAutoGrades, AssignLatePenalties]
    c.SubmissionStep.course = course
    c.HTMLExporter.filters = {"strip_files_prefix": "autograder.records.sanitizing.harmless"}
