"""The event door of catalog."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from services.catalog.commands.projections import (
    keep_competency,
    keep_learner,
    keep_position,
    keep_topic,
    note_completion,
    note_enrolment,
    note_mandate,
    note_progress,
)
from services.catalog.commands.ratings import count_ratings, withdraw_rating
from services.catalog.commands.wishes import forget_person
from services.catalog.store import Store
from shared.auth import Subjects, note_subject
from shared.events import Envelope, Event
from shared.events.catalog import CourseRated
from shared.events.identity import ErasureDue
from shared.events.listeners import STANDING
from shared.events.onboarding import (
    CompetencyPublished,
    PositionPublished,
    ProfileCompleted,
    ProfileUpdated,
    TopicPublished,
)
from shared.events.progress import (
    CourseCompleted,
    Enrolled,
    MandateAssigned,
    MandateLifted,
    ResourceCompleted,
    Withdrawn,
)
from shared.privacy import answer_exports
from shared.worker import Handlers


@dataclass(frozen=True)
class Catalog:
    """What the handlers work with."""

    store: Store
    subjects: Subjects


handlers = Handlers()
answer_exports(handlers, lambda catalog: catalog.store.database)


@handlers.on(*STANDING)
def keep_subjects_current(catalog: Catalog, event: Event, envelope: Envelope) -> None:
    """What tokens of this person are worth here, by maximum."""
    note_subject(catalog.subjects, event)


@handlers.on(ProfileCompleted, ProfileUpdated)
def keep_learners_current(catalog: Catalog, event: Any, envelope: Envelope) -> None:
    """Interests and levels for recommendations; guarded by sequence."""
    keep_learner(catalog.store, event, envelope.sequence)


@handlers.on(Enrolled, Withdrawn)
def keep_enrolments_current(catalog: Catalog, event: Any, envelope: Envelope) -> None:
    """Who takes what: keyed by enrolment, the state guarded by sequence."""
    note_enrolment(catalog.store, event, envelope.sequence, envelope.time)


@handlers.on(ResourceCompleted)
def remember_progress(catalog: Catalog, event: ResourceCompleted, envelope: Envelope) -> None:
    """That a learner may rate the course; set."""
    note_progress(catalog.store, event)


@handlers.on(CourseCompleted)
def remember_completion(catalog: Catalog, event: CourseCompleted, envelope: Envelope) -> None:
    """For trends and similar courses; keyed by enrolment."""
    note_completion(catalog.store, event)


@handlers.on(MandateAssigned, MandateLifted)
def keep_mandates_current(catalog: Catalog, event: Any, envelope: Envelope) -> None:
    """What is a duty of whom: keyed by mandate, course and person, guarded by sequence."""
    note_mandate(catalog.store, event, envelope.sequence)


@handlers.on(TopicPublished)
def keep_topics_current(catalog: Catalog, event: TopicPublished, envelope: Envelope) -> None:
    """Names of topics; guarded by sequence."""
    keep_topic(catalog.store, event, envelope.sequence, envelope.time)


@handlers.on(CompetencyPublished)
def keep_competencies_current(catalog: Catalog, event: CompetencyPublished, envelope: Envelope) -> None:
    """Names of competencies; guarded by sequence."""
    keep_competency(catalog.store, event, envelope.sequence, envelope.time)


@handlers.on(PositionPublished)
def keep_positions_current(catalog: Catalog, event: PositionPublished, envelope: Envelope) -> None:
    """Levels that positions need; guarded by sequence."""
    keep_position(catalog.store, event, envelope.sequence)


@handlers.on(ErasureDue)
def forget_the_person(catalog: Catalog, event: ErasureDue, envelope: Envelope) -> None:
    """Views, wishes, interests and reviews of an erased person; repeating it finds nothing more."""
    for course_id in forget_person(catalog.store, event.user_id):
        withdraw_rating(catalog.store, event.user_id, course_id)


@handlers.on(CourseRated)
def keep_rating_summary_current(catalog: Catalog, event: CourseRated, envelope: Envelope) -> None:
    """Count again from the ratings, should the process that took one have died before counting."""
    count_ratings(catalog.store, event.course_id)
