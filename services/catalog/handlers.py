"""The event door of catalog."""

from __future__ import annotations

from dataclasses import dataclass

from services.catalog.store import Store
from shared.auth import Subjects, note_subject
from shared.events import Envelope, Event
from shared.events.listeners import STANDING
from shared.worker import Handlers


@dataclass(frozen=True)
class Catalog:
    """What the handlers work with."""

    store: Store
    subjects: Subjects


handlers = Handlers()


@handlers.on(*STANDING)
def keep_subjects_current(catalog: Catalog, event: Event, envelope: Envelope) -> None:
    """What tokens of this person are worth here, by maximum."""
    note_subject(catalog.subjects, event)
