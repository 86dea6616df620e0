"""What identity's events cause here: each mail is a keyed insert, so a second delivery changes nothing."""

from __future__ import annotations

from dataclasses import dataclass

from services.notifier.commands import mail_is_due
from services.notifier.rules import NotifierSettings, mail_for_repeat
from services.notifier.store import Store
from shared.auth import Subjects, note_subject
from shared.events import Envelope, Event
from shared.events.identity import (
    EmailChanged,
    PasswordChanged,
    PasswordResetRequested,
    PasswordSet,
    RegistrationDenied,
    RegistrationRepeated,
    RegistrationRequested,
    RoleGranted,
    RoleRevoked,
    UserDisabled,
    UserEnabled,
    UserErased,
    UserRegistered,
)
from shared.mongo import utcnow
from shared.worker.handlers import Handlers


@dataclass(frozen=True)
class Notifier:
    """What the handlers work with."""

    store: Store
    settings: NotifierSettings
    subjects: Subjects

    def mail(self, kind: str, user_id: str, envelope: Envelope) -> None:
        """Make one mail due for the event in hand."""
        mail_is_due(self.store, self.settings, kind, user_id, envelope.id, envelope.time, utcnow())


handlers = Handlers()


@handlers.on(RegistrationRequested)
def ask_each_approver(notifier: Notifier, event: RegistrationRequested, envelope: Envelope) -> None:
    """A mail to each approver; each is an insert of its own, so a repetition completes them."""
    for approver in event.approver_ids:
        notifier.mail("approval_needed", approver, envelope)


@handlers.on(UserRegistered)
def mail_the_link(notifier: Notifier, event: UserRegistered, envelope: Envelope) -> None:
    """The mail with the link that sets the password."""
    notifier.mail("set_password", event.user_id, envelope)


@handlers.on(RegistrationRepeated)
def answer_a_repeat(notifier: Notifier, event: RegistrationRepeated, envelope: Envelope) -> None:
    """The link once more, or the news that the account exists; nothing for a closed account."""
    kind = mail_for_repeat(event.state)
    if kind:
        notifier.mail(kind, event.user_id, envelope)


@handlers.on(RegistrationDenied)
def tell_the_denial(notifier: Notifier, event: RegistrationDenied, envelope: Envelope) -> None:
    """The mail that a registration was not approved."""
    notifier.mail("registration_denied", event.user_id, envelope)


@handlers.on(PasswordResetRequested)
def mail_the_reset_link(notifier: Notifier, event: PasswordResetRequested, envelope: Envelope) -> None:
    """The mail with the link that sets a new password."""
    notifier.mail("reset_password", event.user_id, envelope)


@handlers.on(PasswordSet)
def welcome(notifier: Notifier, event: PasswordSet, envelope: Envelope) -> None:
    """A welcome when the account became usable; the subject version, by maximum, each time."""
    note_subject(notifier.subjects, event)
    if event.first:
        notifier.mail("welcome", event.user_id, envelope)


@handlers.on(PasswordChanged)
def warn_of_the_change(notifier: Notifier, event: PasswordChanged, envelope: Envelope) -> None:
    """The warning that the password changed; the subject version by maximum."""
    note_subject(notifier.subjects, event)
    notifier.mail("password_changed", event.user_id, envelope)


@handlers.on(EmailChanged, RoleGranted, RoleRevoked, UserDisabled, UserEnabled, UserErased)
def note_standing(notifier: Notifier, event: Event, envelope: Envelope) -> None:
    """What tokens of this person are worth here, by maximum."""
    note_subject(notifier.subjects, event)
