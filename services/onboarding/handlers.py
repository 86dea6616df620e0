"""The event door of onboarding: each effect survives a second and a late delivery by its construction."""

from __future__ import annotations

from dataclasses import dataclass

from services.onboarding.commands.approvals import apply_change
from services.onboarding.commands.competencies import note_completion
from services.onboarding.commands.profile import await_profile, take_registration
from services.onboarding.commands.standing import forget, note_mdo
from services.onboarding.rules import OnboardingSettings
from services.onboarding.store import Store
from shared.auth import Subjects, note_subject
from shared.events import Envelope, Event
from shared.events.identity import ErasureDue, MDOChanged, MDOCreated, PasswordSet, UserRegistered
from shared.events.listeners import STANDING
from shared.events.onboarding import ProfileChangeDecided
from shared.events.progress import CourseCompleted
from shared.mongo import utcnow
from shared.privacy import answer_exports
from shared.worker import Handlers


@dataclass(frozen=True)
class Onboarding:
    """What the handlers work with."""

    store: Store
    subjects: Subjects
    settings: OnboardingSettings


handlers = Handlers()
answer_exports(handlers, lambda onboarding: onboarding.store.database)
OTHER_STANDING = tuple(one for one in STANDING if one is not PasswordSet)


@handlers.on(UserRegistered)
def begin_a_profile(onboarding: Onboarding, event: UserRegistered, envelope: Envelope) -> None:
    """What the newest registration says, guarded by its sequence."""
    values = {
        "mdo_id": event.mdo_id,
        "mdo_path": list(event.mdo_path),
        "position_id": event.position_id,
        "locale": event.locale,
    }
    take_registration(onboarding.store, event.user_id, values, envelope.sequence, utcnow())


@handlers.on(PasswordSet)
def await_the_profile(onboarding: Onboarding, event: PasswordSet, envelope: Envelope) -> None:
    """When the profile is overdue, by minimum; the subject version by maximum."""
    note_subject(onboarding.subjects, event)
    if event.first:
        stall_after = onboarding.settings.stall_after
        await_profile(onboarding.store, event.user_id, envelope.time, stall_after, utcnow())


@handlers.on(CourseCompleted)
def enter_into_the_passport(onboarding: Onboarding, event: CourseCompleted, envelope: Envelope) -> None:
    """The evidence, keyed by the enrolment; the acquired levels by maximum."""
    note_completion(onboarding.store, event, utcnow())


@handlers.on(ProfileChangeDecided)
def apply_an_approved_change(onboarding: Onboarding, event: ProfileChangeDecided, envelope: Envelope) -> None:
    """The approved value, guarded by the time of the decision on that field."""
    if event.approved:
        apply_change(onboarding.store, event.change_id, utcnow())


@handlers.on(MDOCreated)
def know_the_mdo(onboarding: Onboarding, event: MDOCreated, envelope: Envelope) -> None:
    """Name and path of a unit, guarded by its sequence."""
    note_mdo(onboarding.store, event.mdo_id, event.mdo_path, event.name, "active", envelope.sequence)


@handlers.on(MDOChanged)
def follow_the_mdo(onboarding: Onboarding, event: MDOChanged, envelope: Envelope) -> None:
    """Name, path and state of a unit, guarded by its sequence; its people and waiting changes follow."""
    note_mdo(onboarding.store, event.mdo_id, event.mdo_path, event.name, event.state, envelope.sequence)


@handlers.on(ErasureDue)
def forget_the_person(onboarding: Onboarding, event: ErasureDue, envelope: Envelope) -> None:
    """What is held of the person goes, by setting; nothing that comes later brings it back."""
    forget(onboarding.store, event.user_id, utcnow())


@handlers.on(*OTHER_STANDING)
def keep_subjects_current(onboarding: Onboarding, event: Event, envelope: Envelope) -> None:
    """What tokens of this person are worth here, by maximum."""
    note_subject(onboarding.subjects, event)
