"""The event door of progress."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from services.progress.commands.certificates import (
    Names,
    issue_certificate,
    replace_certificates,
)
from services.progress.commands.completions import apply_attempt
from services.progress.commands.dashboards import mark_enrolment, mark_person
from services.progress.commands.duties import adjust, refresh
from services.progress.commands.projections import (
    keep_course,
    keep_profile,
    keep_registration,
    retire_course,
)
from services.progress.rules import ProgressSettings
from services.progress.store import HOLDINGS, Store
from shared.auth import Subjects, note_subject
from shared.errors import Unavailable
from shared.events import Envelope, Event
from shared.events.catalog import CoursePublished, CourseRetired
from shared.events.identity import NameChanged, UserRegistered
from shared.events.listeners import STANDING
from shared.events.onboarding import CompetencyPublished, ProfileCompleted, ProfileUpdated
from shared.events.progress import (
    AssessmentFailed,
    AssessmentPassed,
    CourseCompleted,
    Enrolled,
    Withdrawn,
)
from shared.mongo import utcnow
from shared.privacy import answer
from shared.worker import Handlers


def nobody_answers(ids: Iterable[str]) -> dict[str, str]:
    """Stands for identity where it cannot be asked."""
    raise Unavailable("names_unavailable", "Names cannot be read here.")


@dataclass(frozen=True)
class Progress:
    """What the handlers work with."""

    store: Store
    settings: ProgressSettings
    subjects: Subjects
    names: Names = nobody_answers


handlers = Handlers()
answer(handlers, HOLDINGS, lambda progress: progress.store.database)


@handlers.on(*STANDING)
def keep_subjects_current(progress: Progress, event: Event, envelope: Envelope) -> None:
    """What tokens of this person are worth here, by maximum."""
    note_subject(progress.subjects, event)


@handlers.on(CoursePublished)
def keep_published_course(progress: Progress, event: CoursePublished, envelope: Envelope) -> None:
    """A row for each version, guarded by sequence; the latest version by maximum."""
    keep_course(progress.store, event, envelope.sequence)


@handlers.on(CourseRetired)
def keep_retired_course(progress: Progress, event: CourseRetired, envelope: Envelope) -> None:
    """The highest retired version, by maximum."""
    retire_course(progress.store, event)


@handlers.on(UserRegistered)
def keep_new_person(progress: Progress, event: UserRegistered, envelope: Envelope) -> None:
    """Where a person belongs, guarded by sequence, until a profile is known; their duties follow from it."""
    before = progress.store.learners.get(event.user_id)
    keep_registration(progress.store, event, envelope.sequence)
    settle_person(progress, event.user_id, before)


@handlers.on(ProfileCompleted)
def keep_first_profile(progress: Progress, event: ProfileCompleted, envelope: Envelope) -> None:
    """Where a person belongs, guarded by sequence; their duties follow from it."""
    before = progress.store.learners.get(event.user_id)
    keep_profile(progress.store, event, envelope.sequence)
    settle_person(progress, event.user_id, before)


@handlers.on(ProfileUpdated)
def keep_changed_profile(progress: Progress, event: ProfileUpdated, envelope: Envelope) -> None:
    """Where a person belongs by the newest profile, guarded by sequence; their duties follow from it."""
    before = progress.store.learners.get(event.user_id)
    keep_profile(progress.store, event, envelope.sequence)
    settle_person(progress, event.user_id, before)


@handlers.on(AssessmentPassed)
def count_passed_attempt(progress: Progress, event: AssessmentPassed, envelope: Envelope) -> None:
    """The best score by maximum, the attempt by its number; perhaps the completion, in the same write."""
    apply_attempt(progress.store, event, envelope.time, utcnow())


@handlers.on(AssessmentFailed)
def count_failed_attempt(progress: Progress, event: AssessmentFailed, envelope: Envelope) -> None:
    """The best score by maximum, the attempt by its number."""
    apply_attempt(progress.store, event, envelope.time, utcnow())


def settle_person(progress: Progress, user_id: str, before: dict[str, Any] | None) -> None:
    """Duties and sums that depend on where a person belongs, from what is stored now; repeating changes nothing."""
    now = utcnow()
    adjust(progress.store, user_id, now)
    mark_person(progress.store, before, progress.store.learners.get(user_id), now)


@handlers.on(CompetencyPublished)
def keep_name_of_competency(progress: Progress, event: CompetencyPublished, envelope: Envelope) -> None:
    """How a competency is called, guarded by sequence."""
    progress.store.competencies.keep(event.competency_id, event.name, envelope.sequence)


@handlers.on(Enrolled)
def note_enrolment(progress: Progress, event: Enrolled, envelope: Envelope) -> None:
    """Duties say what the enrolment says now, and its unit is counted anew; in any order the same."""
    settle_course(progress, event.user_id, event.course_id, event.enrolment_id)


@handlers.on(Withdrawn)
def note_withdrawal(progress: Progress, event: Withdrawn, envelope: Envelope) -> None:
    """Duties say what the enrolment says now, and its unit is counted anew; in any order the same."""
    settle_course(progress, event.user_id, event.course_id, event.enrolment_id)


@handlers.on(CourseCompleted)
def certify(progress: Progress, event: CourseCompleted, envelope: Envelope) -> None:
    """Duties and sums from the stored enrolment; the certificate, keyed by it: identity away means again later."""
    settle_course(progress, event.user_id, event.course_id, event.enrolment_id)
    issue_certificate(progress.store, progress.names, progress.settings.badge_lists, event, utcnow())


def settle_course(progress: Progress, user_id: str, course_id: str, enrolment_id: str) -> None:
    """Duties and sums that depend on an enrolment, from what is stored now."""
    now = utcnow()
    refresh(progress.store, user_id, course_id, now)
    mark_enrolment(progress.store, enrolment_id, now)


@handlers.on(NameChanged)
def certify_the_new_name(progress: Progress, event: NameChanged, envelope: Envelope) -> None:
    """New certificates for the name that identity has now; keyed, so a repetition changes nothing."""
    replace_certificates(
        progress.store, progress.names, progress.settings.badge_lists, event.user_id, utcnow()
    )
