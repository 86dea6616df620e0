"""What handlers work with, and the table of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from services.notifier.commands.notices import announce
from services.notifier.rules import NotifierSettings
from services.notifier.rules.community import COMMUNITY
from services.notifier.store import HOLDINGS, Store
from shared.auth import Subjects
from shared.events import Envelope, Event
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

    def community(self, kind: str, user_id: str, envelope: Envelope, *, mails: bool = True) -> None:
        """A mail and a notice about a discussion, a session or an opening; only ids and times are kept with them."""
        told = {name: getattr(envelope.data, name, None) for name in COMMUNITY}
        about = {name: value for name, value in told.items() if value is not None}
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
