"""What the notifier tells the others: a mail that will not be sent, without address or text."""

from __future__ import annotations

from typing import Annotated, Literal

from shared.events import Event, event
from shared.events.fields import Id, Kind, Number, Pseudonym

MailFailure = Annotated[
    Literal["refused_recipient", "refused_message", "too_late", "unknown_outcome", "other"], Kind("enum")
]


@event("notifier.MailFailed.v1")
class MailFailed(Event):
    """A mail will not be sent."""

    user_id: Pseudonym
    kind: Id
    reason: MailFailure
    attempts: Number
