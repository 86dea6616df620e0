"""What news of discussions, sessions, connections and openings cause."""

from __future__ import annotations

from services.notifier.handlers.table import Notifier, handlers
from shared.events import Envelope
from shared.events.community import (
    ConnectionMade,
    ConnectionRequested,
    FollowedThreadAnswered,
    QualifiedForOpening,
    RegistrationCancelled,
    ReplyAccepted,
    SeatGiven,
    SessionPublished,
    SessionReminderDue,
)


@handlers.on(SessionPublished)
def keep_heading(notifier: Notifier, event: SessionPublished, envelope: Envelope) -> None:
    """What a session is called and when it begins, by the highest sequence."""
    notifier.store.keep_heading(event.session_id, envelope.sequence, event.title, event.starts_at)


@handlers.on(FollowedThreadAnswered)
def tell_the_followers(notifier: Notifier, event: FollowedThreadAnswered, envelope: Envelope) -> None:
    """A notice for each follower; each is an insert of its own, so a repetition completes them."""
    for follower in event.follower_ids:
        notifier.community("thread_answered", follower, envelope, mails=False)


@handlers.on(ReplyAccepted)
def tell_whose_answer_helped(notifier: Notifier, event: ReplyAccepted, envelope: Envelope) -> None:
    """The mail that a reply was accepted as the answer."""
    notifier.community("answer_accepted", event.user_id, envelope)


@handlers.on(SessionReminderDue)
def remind_of_the_session(notifier: Notifier, event: SessionReminderDue, envelope: Envelope) -> None:
    """The reminder a day or an hour before a session."""
    kind = "session_tomorrow" if event.kind == "day" else "session_soon"
    notifier.community(kind, event.user_id, envelope)


@handlers.on(SeatGiven)
def tell_the_seat(notifier: Notifier, event: SeatGiven, envelope: Envelope) -> None:
    """The mail that a place became free for somebody who waited."""
    notifier.community("session_seat", event.user_id, envelope)


@handlers.on(RegistrationCancelled)
def tell_the_cancellation(notifier: Notifier, event: RegistrationCancelled, envelope: Envelope) -> None:
    """The mail that a session will not take place."""
    notifier.community("session_cancelled", event.user_id, envelope)


@handlers.on(ConnectionRequested)
def tell_the_request(notifier: Notifier, event: ConnectionRequested, envelope: Envelope) -> None:
    """A notice to who was asked to connect."""
    notifier.notice("connection_requested", event.asked_id, envelope)


@handlers.on(ConnectionMade)
def tell_the_connection(notifier: Notifier, event: ConnectionMade, envelope: Envelope) -> None:
    """The mail to who had asked, that the other one said yes."""
    notifier.mail("connection_made", event.user_id, envelope)


@handlers.on(QualifiedForOpening)
def tell_the_opening(notifier: Notifier, event: QualifiedForOpening, envelope: Envelope) -> None:
    """The mail that a person now holds all that an opening asks for."""
    notifier.community("qualified_for_opening", event.user_id, envelope)
