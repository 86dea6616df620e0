"""What progress tells the others: enrolment, learning, completion, certificates and mandates."""

from __future__ import annotations

from typing import Annotated, Literal

from shared.events import Event, event
from shared.events.catalog import ResourceKind
from shared.events.fields import Flag, Id, Kind, Number, Pseudonym, Time

WithdrawalReason = Annotated[
    Literal["no_time", "not_relevant", "too_easy", "too_hard", "technical", "other"], Kind("enum")
]
EvidenceRule = Annotated[
    Literal["coverage", "pages", "dwell", "declaration", "submission", "attendance"], Kind("enum")
]
RevocationReason = Annotated[Literal["name_changed", "issued_in_error", "misconduct"], Kind("enum")]


@event("progress.Enrolled.v1")
class Enrolled(Event):
    """A learner enrolled, or enrolled again after a withdrawal."""

    user_id: Pseudonym
    enrolment_id: Id
    course_id: Id
    version: Number
    cycle: Id
    mdo_id: Id
    mdo_path: tuple[Id, ...]
    again: Flag


@event("progress.Withdrawn.v1")
class Withdrawn(Event):
    """A learner left a course; the progress is kept."""

    user_id: Pseudonym
    enrolment_id: Id
    course_id: Id
    version: Number
    cycle: Id
    reason: WithdrawalReason


@event("progress.ResourceCompleted.v1")
class ResourceCompleted(Event):
    """The evidence for one resource is there; told once for a resource of an enrolment."""

    user_id: Pseudonym
    enrolment_id: Id
    course_id: Id
    version: Number
    resource_id: Id
    kind: ResourceKind
    rule: EvidenceRule
    seconds: Number


@event("progress.AssessmentPassed.v1")
class AssessmentPassed(Event):
    """An attempt reached the pass mark; `score` in percent. A later attempt may pass again: the best counts."""

    user_id: Pseudonym
    enrolment_id: Id
    course_id: Id
    version: Number
    assessment_id: Id
    attempt: Number
    score: Number


@event("progress.AssessmentFailed.v1")
class AssessmentFailed(Event):
    """An attempt stayed below the pass mark; `left` attempts remain (-1: any number)."""

    user_id: Pseudonym
    enrolment_id: Id
    course_id: Id
    version: Number
    assessment_id: Id
    attempt: Number
    score: Number
    left: Number


@event("progress.CourseCompleted.v1")
class CourseCompleted(Event):
    """A course is completed, once for an enrolment, with a summary of the evidence."""

    user_id: Pseudonym
    enrolment_id: Id
    course_id: Id
    version: Number
    cycle: Id
    mdo_id: Id
    mdo_path: tuple[Id, ...]
    competencies: dict[Id, Number]
    minutes: Number
    seconds: Number
    resources: Number
    score: Number | None
    certificate: Flag
    completed_at: Time


@event("progress.CertificateIssued.v1")
class CertificateIssued(Event):
    """A certificate can be opened and verified."""

    user_id: Pseudonym
    certificate_id: Id
    enrolment_id: Id
    course_id: Id
    version: Number


@event("progress.CertificateRevoked.v1")
class CertificateRevoked(Event):
    """A certificate no longer holds; verification says so."""

    user_id: Pseudonym
    certificate_id: Id
    course_id: Id
    reason: RevocationReason


@event("progress.ProgressDisputed.v1")
class ProgressDisputed(Event):
    """A learner asks the administrators of their MDO to look at a progress; the words stay in progress."""

    user_id: Pseudonym
    dispute_id: Id
    enrolment_id: Id
    course_id: Id
    mdo_id: Id
    mdo_path: tuple[Id, ...]


@event("progress.DisputeAnswered.v1")
class DisputeAnswered(Event):
    """An administrator answered a dispute; the words stay in progress."""

    user_id: Pseudonym
    dispute_id: Id
    enrolment_id: Id
    course_id: Id


@event("progress.MandateAssigned.v1")
class MandateAssigned(Event):
    """A course became a duty of a person by a mandate's rule."""

    user_id: Pseudonym
    mandate_id: Id
    mandate_version: Number
    course_id: Id
    due: Time


@event("progress.MandateLifted.v1")
class MandateLifted(Event):
    """A mandated course is no longer a duty of a person."""

    user_id: Pseudonym
    mandate_id: Id
    mandate_version: Number
    course_id: Id


@event("progress.MandateDue.v1")
class MandateDue(Event):
    """A mandated course is due in so many days (negative: overdue) and not completed; once for each number."""

    user_id: Pseudonym
    mandate_id: Id
    course_id: Id
    due: Time
    days: Number
