"""The event door of identity: its own account events keep `subjects` current."""

from __future__ import annotations

from shared.auth import Subjects, note_subject
from shared.events import Envelope, Event
from shared.events.listeners import STANDING
from shared.worker import Handlers

handlers = Handlers()


@handlers.on(*STANDING)
def keep_subjects_current(subjects: Subjects, event: Event, envelope: Envelope) -> None:
    """Remember the highest subject version and the disabled state, so that older tokens end."""
    note_subject(subjects, event)
