"""What community tells the others: discussions, connections, openings and sessions; never what people wrote."""

from __future__ import annotations

from typing import Annotated, Literal

from shared.events import Event, event
from shared.events.fields import Id, Kind, Locale, Number, Pseudonym, PublicText, Time

SpaceKind = Annotated[Literal["topic", "course"], Kind("enum")]
SessionKind = Annotated[Literal["webinar", "workshop", "talk", "other"], Kind("enum")]
ReminderKind = Annotated[Literal["day", "hour"], Kind("enum")]


@event("community.ThreadStarted.v1")
class ThreadStarted(Event):
    """A person asked or told something in the space of a topic or a course; the words stay in community."""

    user_id: Pseudonym
    thread_id: Id
    space_kind: SpaceKind
    space_ref: Id


@event("community.FollowedThreadAnswered.v1")
class FollowedThreadAnswered(Event):
    """A reply stands in a thread that these people follow; a reply to very many is told in several events."""

    user_id: Pseudonym
    thread_id: Id
    reply_id: Id
    follower_ids: tuple[Pseudonym, ...]


@event("community.ReplyAccepted.v1")
class ReplyAccepted(Event):
    """Who asked accepted the reply of `user_id` as the answer."""

    user_id: Pseudonym
    thread_id: Id
    reply_id: Id
    accepted_by: Pseudonym


@event("community.ConnectionRequested.v1")
class ConnectionRequested(Event):
    """A person asked another one to connect."""

    user_id: Pseudonym
    connection_id: Id
    asked_id: Pseudonym


@event("community.ConnectionMade.v1")
class ConnectionMade(Event):
    """`user_id` had asked, `accepted_by` said yes: they are connected."""

    user_id: Pseudonym
    connection_id: Id
    accepted_by: Pseudonym


@event("community.OpeningPublished.v1")
class OpeningPublished(Event):
    """A position is open at a unit, with the levels it needs; or an opening that is published was changed."""

    opening_id: Id
    title: dict[Locale, PublicText]
    mdo_id: Id
    mdo_path: tuple[Id, ...]
    position_id: Id
    competencies: dict[Id, Number]
    places: Number
    last_at: Time


@event("community.QualifiedForOpening.v1")
class QualifiedForOpening(Event):
    """A person who asked to be told now holds all that an opening needs; once for each."""

    user_id: Pseudonym
    opening_id: Id


@event("community.SessionPublished.v1")
class SessionPublished(Event):
    """A session was announced, or one that is published was changed; `capacity` 0 has no limit."""

    session_id: Id
    title: dict[Locale, PublicText]
    kind: SessionKind
    mdo_id: Id | None
    topics: tuple[Id, ...]
    course_id: Id | None
    starts_at: Time
    ends_at: Time
    capacity: Number


@event("community.SessionReminderDue.v1")
class SessionReminderDue(Event):
    """A session for which a person is registered begins in a day or in an hour; once for each."""

    user_id: Pseudonym
    session_id: Id
    kind: ReminderKind
    starts_at: Time


@event("community.SeatGiven.v1")
class SeatGiven(Event):
    """Somebody left, and the first of the waiting list has the place."""

    user_id: Pseudonym
    session_id: Id


@event("community.RegistrationCancelled.v1")
class RegistrationCancelled(Event):
    """A session for which a person is registered or waits will not take place."""

    user_id: Pseudonym
    session_id: Id


@event("community.SessionAttended.v1")
class SessionAttended(Event):
    """An organiser marked that a registered person took part."""

    user_id: Pseudonym
    session_id: Id
    mdo_id: Id | None
    topics: tuple[Id, ...]
    course_id: Id | None
    minutes: Number
