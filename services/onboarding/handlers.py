"""The event door of onboarding."""

from __future__ import annotations

from dataclasses import dataclass

from services.onboarding.store import Store
from shared.auth import Subjects, note_subject
from shared.events import Envelope, Event
from shared.events.listeners import STANDING
from shared.worker import Handlers


@dataclass(frozen=True)
class Onboarding:
    """What the handlers work with."""

    store: Store
    subjects: Subjects


handlers = Handlers()


@handlers.on(*STANDING)
def keep_subjects_current(onboarding: Onboarding, event: Event, envelope: Envelope) -> None:
    """What tokens of this person are worth here, by maximum."""
    note_subject(onboarding.subjects, event)
