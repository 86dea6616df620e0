"""Tell a person: a notice, a mail at once or after the quiet hours, or a line of the daily digest."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from services.notifier.commands import mail_is_due
from services.notifier.rules import NotifierSettings
from services.notifier.rules.notices import NOTICES, new_notice
from services.notifier.rules.preferences import checked_preferences, quiet_until, shown_preferences, wants
from services.notifier.store import Store
from shared.errors import NotFound
from shared.events import Envelope
from shared.log import Context, bound

Document = dict[str, Any]


def announce(
    store: Store,
    settings: NotifierSettings,
    kind: str,
    user_id: str,
    envelope: Envelope,
    now: datetime,
    *,
    mails: bool = True,
    about: Document | None = None,
) -> None:
    """Store what this event means to one person, each part under its own key; repetitions change nothing."""
    person = _person(store, user_id, envelope)
    if kind in NOTICES and wants(person, kind, "notice"):
        notice = new_notice(kind, user_id, envelope.id, envelope.time, about)
        if mails and wants(person, kind, "digest"):
            notice["digest_pending"] = True
        store.add_notice(notice)
    if mails and wants(person, kind, "mail"):
        mail_is_due(
            store, settings, kind, user_id, envelope.id, envelope.time, now,
            not_before=quiet_until(person, kind, now), mdo_path=(person or {}).get("mdo_path", ()),
            about=about,
        )  # fmt: skip


def prefer(store: Store, user_id: str, wanted: Document) -> Document:
    """Keep a person's preferences and return what holds now."""
    store.prefer(user_id, checked_preferences(wanted))
    return shown_preferences(store.people.get(user_id))


def mark_read(store: Store, user_id: str, notice_id: str | None, now: datetime) -> None:
    """Mark one notice, or all, as read; NotFound for one that is not this person's."""
    if not store.read(user_id, notice_id, now) and notice_id is not None:
        raise NotFound("notice_unknown", "There is no such notice.")


def send_digests(store: Store, settings: NotifierSettings, period: datetime, now: datetime) -> int:
    """Make one mail for each person with waiting notices; run again it makes none for the same day."""
    made = 0
    for user_id, notices in store.waiting_for_digest().items():
        unread = [one["_id"] for one in notices if one["read_at"] is None]
        person = store.people.get(user_id)
        if unread:
            with bound(Context()):
                made += mail_is_due(
                    store, settings, "daily_digest", user_id, period.date().isoformat(), now, now,
                    not_before=quiet_until(person, "daily_digest", now),
                    mdo_path=(person or {}).get("mdo_path", ()), items=unread[-20:],
                )  # fmt: skip
        store.digested([one["_id"] for one in notices])
    return made


def _person(store: Store, user_id: str, envelope: Envelope) -> Document | None:
    """What is known of the person; the event itself may say where they belong."""
    told = envelope.data
    path = getattr(told, "mdo_path", None)
    if path and getattr(told, "user_id", "") == user_id:
        store.note_path(user_id, path, envelope.time)
    return store.people.get(user_id)
