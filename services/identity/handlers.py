"""The event door of identity: its own account events keep `subjects` current."""

from __future__ import annotations

from shared.auth import Subjects, note_subject
from shared.events import Envelope
from shared.events.identity import (
    PasswordChanged,
    PasswordSet,
    RoleGranted,
    RoleRevoked,
    UserDisabled,
    UserEnabled,
)
from shared.worker import Handlers

handlers = Handlers()


@handlers.on(PasswordChanged)
def end_tokens_after_change(subjects: Subjects, event: PasswordChanged, envelope: Envelope) -> None:
    """Older access tokens end."""
    note_subject(subjects, event)


@handlers.on(PasswordSet)
def end_tokens_after_set(subjects: Subjects, event: PasswordSet, envelope: Envelope) -> None:
    """Older access tokens end."""
    note_subject(subjects, event)


@handlers.on(RoleGranted)
def end_tokens_after_grant(subjects: Subjects, event: RoleGranted, envelope: Envelope) -> None:
    """Tokens without the role end."""
    note_subject(subjects, event)


@handlers.on(RoleRevoked)
def end_tokens_after_revocation(subjects: Subjects, event: RoleRevoked, envelope: Envelope) -> None:
    """Tokens with the role end."""
    note_subject(subjects, event)


@handlers.on(UserDisabled)
def close_account(subjects: Subjects, event: UserDisabled, envelope: Envelope) -> None:
    """No token of the person works."""
    note_subject(subjects, event)


@handlers.on(UserEnabled)
def open_account(subjects: Subjects, event: UserEnabled, envelope: Envelope) -> None:
    """New tokens of the person work again."""
    note_subject(subjects, event)
