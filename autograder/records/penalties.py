"""Late penalties in nbgrader's gradebook, by the rules of late.py: for the whole class at once, and as its plugin."""

from __future__ import annotations

from datetime import datetime

from nbgrader.api import Assignment, Student, SubmittedAssignment, SubmittedNotebook
from nbgrader.plugins import LateSubmissionPlugin
from traitlets import Dict, Enum, Float, Integer

from autograder.records import late
from autograder.records.class_settings import ClassSettings
from autograder.records.late import HandIn, Lateness, LatePolicy


def hand_ins(session, until: dict[tuple[str, str], datetime], student: str | None = None) -> dict[str, list[HandIn]]:
    """Return student -> what was handed in and when it was due.

    until: (student, unit) -> extension (UTC) of the class. Where the gradebook has one too, the later counts.
    """
    query = (session.query(Student.id, Assignment.name, Assignment.duedate, SubmittedAssignment.extension,
                           SubmittedAssignment.timestamp)
             .select_from(SubmittedAssignment)
             .join(Assignment, SubmittedAssignment.assignment_id == Assignment.id)
             .join(Student, SubmittedAssignment.student_id == Student.id))
    if student is not None:
        query = query.filter(Student.id == student)
    found: dict[str, list[HandIn]] = {}
    for name, unit, due, extension, timestamp in query:
        more = [until.get((name, unit)), due + extension if due and extension else None]
        found.setdefault(name, []).append(HandIn(unit, timestamp, due, max(filter(None, more), default=None)))
    return found


def settle(session, lateness: dict[tuple[str, str], Lateness]) -> None:
    """Write the penalty of every submission whose penalty is not what it should be."""
    query = (session.query(SubmittedNotebook, Student.id, Assignment.name, SubmittedNotebook.score)
             .select_from(SubmittedNotebook)
             .join(SubmittedAssignment, SubmittedNotebook.assignment_id == SubmittedAssignment.id)
             .join(Assignment, SubmittedAssignment.assignment_id == Assignment.id)
             .join(Student, SubmittedAssignment.student_id == Student.id))
    if not any(item.share for item in lateness.values()):
        query = query.filter(SubmittedNotebook.late_submission_penalty.is_not(None))
    for notebook, student, unit, score in query.all():
        item = lateness.get((student, unit))
        penalty = item.penalty(score) if item else None
        if notebook.late_submission_penalty != penalty:
            notebook.late_submission_penalty = penalty
    session.commit()


class TermPenalties(LateSubmissionPlugin):
    """The rules of class.toml inside nbgrader's own autograde."""

    penalty_method = Enum(late.POLICIES, default_value="none", help="none, zero or percent").tag(config=True)
    per_day = Float(10, help="Percent of the score that each day costs.").tag(config=True)
    cap = Float(50, help="Percent that can be lost at most.").tag(config=True)
    grace_minutes = Float(0, help="Minutes that are forgiven.").tag(config=True)
    free_days = Integer(0, help="Days that cost nothing, for each student and term.").tag(config=True)
    until = Dict(help="(student, unit) -> extension in UTC.").tag(config=True)

    def late_submission_penalty(self, student_id, score, total_seconds_late):
        """Return the points lost, None where nothing is; the student's other units count for the free days.

        nbgrader's seconds do not know the extensions of class.toml: the times are read from its gradebook.
        """
        policy = LatePolicy(self.penalty_method, self.per_day, self.cap, self.grace_minutes, self.free_days)
        works = hand_ins(self.parent.gradebook.db, dict(self.until), student_id)
        item = late.term_lateness(policy, works.get(student_id, [])).get(self.parent.assignment_id)
        return item.penalty(score) if item else None


def configure_penalties(c, settings: ClassSettings) -> None:
    """Give the rules of a class to nbgrader's configuration `c`."""
    rules = settings.late
    c.AssignLatePenalties.plugin_class = TermPenalties
    c.TermPenalties.penalty_method = rules.policy
    c.TermPenalties.per_day = float(rules.per_day)
    c.TermPenalties.cap = float(rules.cap)
    c.TermPenalties.grace_minutes = float(rules.grace_minutes)
    c.TermPenalties.free_days = rules.free_days
    c.TermPenalties.until = dict(settings.extensions)
