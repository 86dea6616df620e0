"""The event door of progress."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from services.progress.commands.certificates import (
    Names,
    issue_certificate,
    replace_certificates,
)
from services.progress.commands.projections import (
    keep_course,
    keep_profile,
    keep_registration,
    retire_course,
)
from services.progress.rules import ProgressSettings
from services.progress.store import Store
from shared.auth import Subjects, note_subject
from shared.errors import Unavailable
from shared.events import Envelope, Event
from shared.events.catalog import CoursePublished, CourseRetired
from shared.events.identity import NameChanged, UserRegistered
from shared.events.listeners import STANDING
from shared.events.onboarding import CompetencyPublished, ProfileCompleted, ProfileUpdated
from shared.events.progress import CourseCompleted
from shared.mongo import utcnow
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
    """Where a person belongs, guarded by sequence, until a profile is known."""
    keep_registration(progress.store, event, envelope.sequence)


@handlers.on(ProfileCompleted, ProfileUpdated)
def keep_person(progress: Progress, event: ProfileCompleted | ProfileUpdated, envelope: Envelope) -> None:
    """Where a person belongs by the newest profile, guarded by sequence."""
    keep_profile(progress.store, event, envelope.sequence)


@handlers.on(CompetencyPublished)
def keep_name_of_competency(progress: Progress, event: CompetencyPublished, envelope: Envelope) -> None:
    """How a competency is called, guarded by sequence."""
    progress.store.competencies.keep(event.competency_id, event.name, envelope.sequence)


@handlers.on(CourseCompleted)
def certify(progress: Progress, event: CourseCompleted, envelope: Envelope) -> None:
    """The certificate, keyed by the enrolment; identity away means again later."""
    issue_certificate(progress.store, progress.names, progress.settings.badge_lists, event, utcnow())


@handlers.on(NameChanged)
def certify_the_new_name(progress: Progress, event: NameChanged, envelope: Envelope) -> None:
    """New certificates for the name that identity has now; keyed, so a repetition changes nothing."""
    replace_certificates(
        progress.store, progress.names, progress.settings.badge_lists, event.user_id, utcnow()
    )
