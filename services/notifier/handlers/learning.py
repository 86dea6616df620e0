"""What news of courses, certificates and mandates cause."""

from __future__ import annotations

from services.notifier.commands.notices import announce
from services.notifier.handlers.table import Notifier, about_learning, handlers
from shared.events import Envelope
from shared.events.catalog import CoursePublished
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
    about = about_learning(event)
    for admin in notifier.store.admins.of(event.mdo_path, but=event.user_id):
        announce(
            notifier.store, notifier.settings, "progress_disputed", admin, envelope, utcnow(), about=about
        )


@handlers.on(DisputeAnswered)
def tell_the_answer(notifier: Notifier, event: DisputeAnswered, envelope: Envelope) -> None:
    """The mail that an administrator answered; the words are read in the portal."""
    about = about_learning(event) | {"enrolment_id": event.enrolment_id}
    announce(
        notifier.store, notifier.settings, "dispute_answered", event.user_id, envelope, utcnow(), about=about
    )
