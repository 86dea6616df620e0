"""The event door of community: each effect survives a second and a late delivery by its construction."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from services.community.commands.career import tell_qualified, tell_watchers
from services.community.commands.erasure import forget_person
from services.community.commands.people import (
    keep_competency,
    keep_completion,
    keep_course,
    keep_position,
    keep_profile,
    keep_registration,
    keep_topic,
    keep_unit,
    retire_course,
)
from services.community.rules import CommunitySettings
from services.community.store import Store
from shared.auth import Subjects, note_subject
from shared.events import Envelope, Event
from shared.events.catalog import CoursePublished, CourseRetired
from shared.events.community import OpeningPublished
from shared.events.identity import ErasureDue, MDOChanged, MDOCreated, UserRegistered
from shared.events.listeners import STANDING
from shared.events.onboarding import (
    CompetencyPublished,
    PositionPublished,
    ProfileCompleted,
    ProfileUpdated,
    TopicPublished,
)
from shared.events.progress import CourseCompleted
from shared.privacy import answer_exports
from shared.worker import Handlers


@dataclass(frozen=True)
class Community:
    """What the handlers work with."""

    store: Store
    settings: CommunitySettings
    subjects: Subjects


handlers = Handlers()
answer_exports(handlers, lambda community: community.store.database)


@handlers.on(*STANDING)
def keep_subjects_current(community: Community, event: Event, envelope: Envelope) -> None:
    """What tokens of this person are worth here, by maximum."""
    note_subject(community.subjects, event)


@handlers.on(ErasureDue)
def forget_the_person(community: Community, event: ErasureDue, envelope: Envelope) -> None:
    """Words, votes and registrations of a person go; repeating it finds nothing more."""
    forget_person(community.store, community.settings, event.user_id, envelope.time)


@handlers.on(UserRegistered)
def know_the_person(community: Community, event: UserRegistered, envelope: Envelope) -> None:
    """Where a person belongs, guarded by sequence."""
    keep_registration(community.store, event, envelope.sequence)


@handlers.on(ProfileCompleted, ProfileUpdated)
def follow_the_profile(community: Community, event: Any, envelope: Envelope) -> None:
    """Place, interests and levels, guarded by sequence."""
    keep_profile(community.store, event, envelope.sequence)
    tell_qualified(community.store, event.user_id, envelope.time)


@handlers.on(CourseCompleted)
def note_what_was_learnt(community: Community, event: CourseCompleted, envelope: Envelope) -> None:
    """Acquired levels, by maximum."""
    keep_completion(community.store, event)
    tell_qualified(community.store, event.user_id, envelope.time)


@handlers.on(OpeningPublished)
def answer_those_who_asked(community: Community, event: OpeningPublished, envelope: Envelope) -> None:
    """Who asked about an opening may qualify since it was changed."""
    tell_watchers(community.store, event.opening_id, envelope.time)


@handlers.on(MDOCreated, MDOChanged)
def follow_the_unit(community: Community, event: Any, envelope: Envelope) -> None:
    """Name, path and state of a unit, guarded by sequence."""
    keep_unit(community.store, event, envelope.sequence)


@handlers.on(TopicPublished)
def follow_the_topic(community: Community, event: TopicPublished, envelope: Envelope) -> None:
    """The name of a topic, guarded by sequence."""
    keep_topic(community.store, event, envelope.sequence)


@handlers.on(CompetencyPublished)
def follow_the_competency(community: Community, event: CompetencyPublished, envelope: Envelope) -> None:
    """The name of a competency, guarded by sequence."""
    keep_competency(community.store, event, envelope.sequence)


@handlers.on(PositionPublished)
def follow_the_position(community: Community, event: PositionPublished, envelope: Envelope) -> None:
    """Name and levels of a position, guarded by sequence."""
    keep_position(community.store, event, envelope.sequence)


@handlers.on(CoursePublished)
def follow_the_course(community: Community, event: CoursePublished, envelope: Envelope) -> None:
    """What a course teaches, by version; whether it is offered, by sequence."""
    keep_course(community.store, event, envelope.sequence)


@handlers.on(CourseRetired)
def note_the_retirement(community: Community, event: CourseRetired, envelope: Envelope) -> None:
    """That a course is no longer offered, by sequence."""
    retire_course(community.store, event, envelope.sequence)
