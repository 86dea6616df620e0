"""What the events of others cause here: each mail is a keyed insert, so a second delivery changes nothing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from services.notifier.commands.notices import announce
from services.notifier.rules import NotifierSettings, mail_for_repeat
from services.notifier.store import HOLDINGS, Store
from shared.auth import Subjects, note_subject
from shared.events import Envelope, Event
from shared.events.catalog import CoursePublished
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
from shared.events.progress import (
    CertificateIssued,
    CourseCompleted,
    DisputeAnswered,
    Enrolled,
    MandateAssigned,
    MandateDue,
    ProgressDisputed,
)
from shared.mongo import utcnow
from shared.privacy import answer
from shared.worker.handlers import Handlers

ABOUT = ("course_id", "certificate_id", "due", "days")


@dataclass(frozen=True)
class Notifier:
    """What the handlers work with."""

    store: Store
    settings: NotifierSettings
    subjects: Subjects

    def mail(self, kind: str, user_id: str, envelope: Envelope) -> None:
        """Make one mail due for the event in hand, and its notice, as the person prefers."""
        announce(self.store, self.settings, kind, user_id, envelope, utcnow())

    def learning(self, kind: str, event: Event, envelope: Envelope, *, mails: bool = True) -> None:
        """A mail and a notice about a course; only ids and dates of the event are kept with them."""
        user_id = str(getattr(event, "user_id"))  # noqa: B009  (each event about learning has it)
        about = about_learning(event)
        announce(self.store, self.settings, kind, user_id, envelope, utcnow(), mails=mails, about=about)

    def notice(self, kind: str, user_id: str, envelope: Envelope) -> None:
        """A notice without a mail."""
        announce(self.store, self.settings, kind, user_id, envelope, utcnow(), mails=False)


def about_learning(event: Event) -> dict[str, Any]:
    """The ids and dates of an event that a mail or notice needs."""
    told = {name: getattr(event, name, None) for name in ABOUT}
    return {name: value for name, value in told.items() if value is not None}


handlers = Handlers()
answer(handlers, HOLDINGS, lambda notifier: notifier.store.database)


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


@handlers.on(CoursePublished)
def keep_title(notifier: Notifier, event: CoursePublished, envelope: Envelope) -> None:
    """What a course is called, by the highest version."""
    notifier.store.keep_title(event.course_id, event.version, event.title)


@handlers.on(Enrolled)
def confirm_enrolment(notifier: Notifier, event: Enrolled, envelope: Envelope) -> None:
    """The mail that a person is enrolled; none when they came back to a course."""
    if not event.again:
        notifier.learning("enrolled", event, envelope)


@handlers.on(CourseCompleted)
def congratulate(notifier: Notifier, event: CourseCompleted, envelope: Envelope) -> None:
    """A notice of the completion; a mail too when no certificate follows, whose mail would say it."""
    notifier.learning("course_completed", event, envelope, mails=not event.certificate)


@handlers.on(CertificateIssued)
def mail_the_certificate(notifier: Notifier, event: CertificateIssued, envelope: Envelope) -> None:
    """The mail that the course is completed and its certificate is ready."""
    notifier.learning("certificate_issued", event, envelope)


@handlers.on(MandateAssigned)
def tell_the_duty(notifier: Notifier, event: MandateAssigned, envelope: Envelope) -> None:
    """The mail that a course became a duty, and until when."""
    notifier.learning("mandate_assigned", event, envelope)


@handlers.on(MandateDue)
def remind_of_the_duty(notifier: Notifier, event: MandateDue, envelope: Envelope) -> None:
    """The reminder some days before the due date, or that it is over."""
    notifier.learning("mandate_due" if event.days > 0 else "mandate_overdue", event, envelope)


@handlers.on(ProgressDisputed)
def ask_to_look_at_the_progress(notifier: Notifier, event: ProgressDisputed, envelope: Envelope) -> None:
    """A mail to each administrator of the learner's MDO or above, else of the platform; never to the learner."""
    for admin in notifier.store.admins.of(event.mdo_path):
        if admin != event.user_id:
            announce(
                notifier.store, notifier.settings, "progress_disputed", admin, envelope, utcnow(),
                about=about_learning(event),
            )  # fmt: skip


@handlers.on(DisputeAnswered)
def tell_the_answer(notifier: Notifier, event: DisputeAnswered, envelope: Envelope) -> None:
    """The mail that an administrator answered; the words are read in the portal."""
    about = about_learning(event) | {"enrolment_id": event.enrolment_id}
    announce(
        notifier.store, notifier.settings, "dispute_answered", event.user_id, envelope, utcnow(), about=about
    )


@handlers.on(ProfileCompleted, ProfileUpdated)
def note_the_place(notifier: Notifier, event: Any, envelope: Envelope) -> None:
    """Where the person belongs now: whose administrators may see what was sent to them."""
    notifier.store.note_path(event.user_id, event.mdo_path, envelope.time)
