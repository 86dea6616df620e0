"""The event door of identity: its own events keep `subjects`, the tree and the waiting applicants current."""

from __future__ import annotations

from dataclasses import dataclass

from services.identity.commands.domains import judge_waiting_anew
from services.identity.commands.mdos import follow_the_parent
from services.identity.commands.privacy import erase_person, take_own_part
from services.identity.commands.profile import follow_the_profile
from services.identity.rules import IdentitySettings
from services.identity.store import Store
from shared.auth import KeyRing, Subjects, note_subject
from shared.events import Envelope, Event
from shared.events.identity import DomainListChanged, ErasureDue, ExportRequested, MDOChanged
from shared.events.listeners import STANDING
from shared.events.onboarding import PositionPublished, ProfileUpdated
from shared.mongo import utcnow
from shared.worker import Handlers

handlers = Handlers()


@dataclass(frozen=True)
class Identity:
    """What the handlers work with."""

    store: Store
    settings: IdentitySettings
    link_keys: KeyRing
    subjects: Subjects


@handlers.on(*STANDING)
def keep_subjects_current(identity: Identity, event: Event, envelope: Envelope) -> None:
    """Remember the highest subject version and the disabled state, so that older tokens end."""
    note_subject(identity.subjects, event)


@handlers.on(MDOChanged)
def move_what_is_below(identity: Identity, event: MDOChanged, envelope: Envelope) -> None:
    """Bring people and units below onto the unit's present path."""
    follow_the_parent(identity.store, event.mdo_id)


@handlers.on(DomainListChanged)
def judge_applicants_anew(identity: Identity, event: DomainListChanged, envelope: Envelope) -> None:
    """Apply the changed list to those who await approval."""
    judge_waiting_anew(identity.store, identity.link_keys.active, event.domain, utcnow())


@handlers.on(PositionPublished)
def offer_the_position(identity: Identity, event: PositionPublished, envelope: Envelope) -> None:
    """The position as the dictionary tells it, guarded by its sequence; a retired one is offered no more."""
    identity.store.note_position(event.position_id, event.name, event.status, envelope.sequence)


@handlers.on(ProfileUpdated)
def take_over_the_profile(identity: Identity, event: ProfileUpdated, envelope: Envelope) -> None:
    """Position, MDO and language as approved or chosen, each guarded by the sequence of its last change."""
    follow_the_profile(identity.store, event, envelope.sequence)


@handlers.on(ExportRequested)
def give_own_part(identity: Identity, event: ExportRequested, envelope: Envelope) -> None:
    """Identity's own part of a person's export."""
    take_own_part(identity.store, identity.settings, event.export_id, event.user_id, utcnow())


@handlers.on(ErasureDue)
def erase_the_person(identity: Identity, event: ErasureDue, envelope: Envelope) -> None:
    """Leave nothing of the person but the id."""
    erase_person(identity.store, event.user_id, utcnow())
