"""What news of accounts, onboarding and roles cause."""

from __future__ import annotations

from typing import Any

from services.notifier.handlers.table import Notifier, handlers
from services.notifier.rules import mail_for_repeat
from shared.auth import note_subject
from shared.events import Envelope, Event
from shared.events.identity import (
    DomainRequested,
    EmailChanged,
    EmailChangeRequested,
    ErasureRequested,
    ExportReady,
    NameChangeDecided,
    NameChangeRequested,
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
from shared.events.onboarding import (
    OnboardingStalled,
    ProfileChangeDecided,
    ProfileCompleted,
    ProfileUpdated,
    TopicProposalDecided,
)


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


@handlers.on(RoleGranted, RoleRevoked)
def tell_the_role(notifier: Notifier, event: Any, envelope: Envelope) -> None:
    """A notice of a role given or taken; who holds it and the subject version, each by maximum."""
    note_subject(notifier.subjects, event)
    notifier.store.admins.note(event)
    kind = "role_granted" if isinstance(event, RoleGranted) else "role_revoked"
    notifier.notice(kind, envelope.subject, envelope)


@handlers.on(EmailChangeRequested)
def mail_the_confirmation(notifier: Notifier, event: EmailChangeRequested, envelope: Envelope) -> None:
    """The link that confirms a new address goes to that address."""
    notifier.mail("confirm_email", event.user_id, envelope)


@handlers.on(EmailChanged)
def warn_the_old_address(notifier: Notifier, event: EmailChanged, envelope: Envelope) -> None:
    """The warning that the address changed goes to the old one; the subject version by maximum."""
    note_subject(notifier.subjects, event)
    notifier.mail("email_changed", event.user_id, envelope)


@handlers.on(NameChangeRequested)
def ask_for_the_name(notifier: Notifier, event: NameChangeRequested, envelope: Envelope) -> None:
    """A mail to each approver; each is an insert of its own, so a repetition completes them."""
    for approver in event.approver_ids:
        notifier.mail("name_change_needed", approver, envelope)


@handlers.on(NameChangeDecided)
def tell_the_decision_on_the_name(notifier: Notifier, event: NameChangeDecided, envelope: Envelope) -> None:
    """The mail whether the person has the other name now."""
    kind = "name_change_approved" if event.approved else "name_change_declined"
    notifier.mail(kind, event.user_id, envelope)


@handlers.on(DomainRequested)
def ask_for_the_domain(notifier: Notifier, event: DomainRequested, envelope: Envelope) -> None:
    """A mail to each SPV admin who may decide."""
    for approver in event.approver_ids:
        notifier.mail("domain_requested", approver, envelope)


@handlers.on(ExportReady)
def tell_the_export(notifier: Notifier, event: ExportReady, envelope: Envelope) -> None:
    """The mail that the copy of the own data is ready."""
    notifier.mail("export_ready", event.user_id, envelope)


@handlers.on(ErasureRequested)
def give_notice_of_the_erasure(notifier: Notifier, event: ErasureRequested, envelope: Envelope) -> None:
    """The notice, 48 hours before, that the account will be erased."""
    notifier.mail("erasure_requested", event.user_id, envelope)


@handlers.on(OnboardingStalled)
def remind_of_the_profile(notifier: Notifier, event: OnboardingStalled, envelope: Envelope) -> None:
    """The reminder that the profile is not complete."""
    notifier.mail("profile_reminder", event.user_id, envelope)


@handlers.on(ProfileChangeDecided)
def tell_the_decision_on_the_profile(
    notifier: Notifier, event: ProfileChangeDecided, envelope: Envelope
) -> None:
    """The mail whether the profile shows the change now; the reason stays in onboarding."""
    kind = "profile_change_approved" if event.approved else "profile_change_declined"
    notifier.mail(kind, event.user_id, envelope)


@handlers.on(TopicProposalDecided)
def tell_the_decision_on_the_topic(
    notifier: Notifier, event: TopicProposalDecided, envelope: Envelope
) -> None:
    """The mail whether the proposed topic, or one that means the same, can be chosen."""
    kind = "topic_declined" if event.decision == "declined" else "topic_accepted"
    notifier.mail(kind, event.user_id, envelope)


@handlers.on(UserDisabled, UserEnabled, UserErased)
def note_standing(notifier: Notifier, event: Event, envelope: Envelope) -> None:
    """What tokens of this person are worth here, by maximum."""
    note_subject(notifier.subjects, event)


@handlers.on(ProfileCompleted, ProfileUpdated)
def note_the_place(notifier: Notifier, event: Any, envelope: Envelope) -> None:
    """Where the person belongs now: whose administrators may see what was sent to them."""
    notifier.store.note_path(event.user_id, event.mdo_path, envelope.time)
    notifier.store.follow(event.user_id)
