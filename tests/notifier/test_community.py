"""Mails and notices about discussions, sessions, connections and openings: once each."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any

import pytest

from services.notifier.handlers import Notifier, handlers
from services.notifier.queries.notices import notices_of
from services.notifier.store import Store
from shared.auth import Subjects
from shared.events import Event
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
from tests.notifier.sink import Sink, mail_server, office, settings
from tests.service_kit import deliver, envelope, orders

STARTS = datetime(2026, 12, 31, 5, 30, tzinfo=UTC)
ONE: dict[str, Any] = {"user_id": "u1"}
SEAT: dict[str, Any] = {**ONE, "session_id": "s1"}


def session(**title: str) -> SessionPublished:
    return SessionPublished(
        session_id="s1", title=title or {"en": "Ask an auditor", "hi": "लेखापरीक्षक से पूछें"}, kind="talk", mdo_id=None,
        topics=(), course_id=None, starts_at=STARTS, ends_at=STARTS, capacity=0,
    )  # fmt: skip


EVENTS: list[tuple[Event, dict[str, str], list[str]]] = [
    (FollowedThreadAnswered(user_id="u9", thread_id="t1", reply_id="r1", follower_ids=("u1", "u2")), {},
     ["thread_answered", "thread_answered"]),
    (ReplyAccepted(**ONE, thread_id="t1", reply_id="r1", accepted_by="u2"), {"u1": "answer_accepted"},
     ["answer_accepted"]),
    (SessionReminderDue(**SEAT, kind="day", starts_at=STARTS), {"u1": "session_tomorrow"}, ["session_tomorrow"]),
    (SessionReminderDue(**SEAT, kind="hour", starts_at=STARTS), {"u1": "session_soon"}, ["session_soon"]),
    (SeatGiven(**SEAT), {"u1": "session_seat"}, ["session_seat"]),
    (RegistrationCancelled(**SEAT), {"u1": "session_cancelled"}, ["session_cancelled"]),
    (ConnectionRequested(user_id="u2", connection_id="c1", asked_id="u1"), {}, ["connection_requested"]),
    (ConnectionMade(**ONE, connection_id="c1", accepted_by="u2"), {"u1": "connection_made"}, ["connection_made"]),
    (QualifiedForOpening(**ONE, opening_id="o1"), {"u1": "qualified_for_opening"}, ["qualified_for_opening"]),
]  # fmt: skip


@pytest.fixture
def notifier(database: Any) -> Notifier:
    store = Store(database)
    return Notifier(store, settings(), Subjects(store.subjects, settings()))


def test_each_event_twice_makes_its_mail_and_its_notices_once(notifier: Notifier) -> None:
    for event, mails, notices in EVENTS:
        for name in ("deliveries", "notices"):
            notifier.store.database[name].delete_many({})
        deliver(handlers, notifier, event, event)
        assert {one["user_id"]: one["kind"] for one in notifier.store.deliveries.find({})} == mails, event
        assert [one["kind"] for one in notifier.store.notices.find({})] == notices, event


def test_m6_a_session_is_called_as_it_was_called_last_in_any_order(notifier: Notifier) -> None:
    said = [
        envelope(session(en="Old"), subject="s1"),
        envelope(session(en="New"), sequence=2, subject="s1"),
    ]

    for order in orders(said):
        notifier.store.database["sessions"].delete_many({})
        deliver(handlers, notifier, *order)
        assert notifier.store.headings(["s1"])["s1"]["title"] == {"en": "New"}


def test_notices_lead_to_what_they_are_about(notifier: Notifier) -> None:
    deliver(handlers, notifier, session(), *(event for event, _, _ in EVENTS))

    items = notices_of(notifier.store, "u1", {"unread": False, "cursor": "", "limit": 50})["items"]

    links = {one["kind"]: one["link"] for one in items}
    assert links == {
        "thread_answered": "/discuss/threads/t1", "answer_accepted": "/discuss/threads/t1",
        "session_tomorrow": "/events/s1", "session_soon": "/events/s1", "session_seat": "/events/s1",
        "session_cancelled": "/events/s1", "connection_requested": "/network",
        "connection_made": "/network/connections",
        "qualified_for_opening": "/careers/o1",
    }  # fmt: skip
    assert any("Ask an auditor" in one["text"]["en"] for one in items)


@pytest.mark.parametrize("locale", ["en", "hi"])
def test_the_mails_arrive_in_the_persons_language(database: Any, locale: str) -> None:
    sink = Sink()
    told = [event for event, mails, _ in EVENTS if mails]
    with mail_server(sink) as port, office(database, sink, settings(port)) as running:
        running.identity.answer = lambda one: running.identity.context(one) | {"locale": locale, "values": {}}
        notifier = Notifier(
            running.store, running.settings, Subjects(running.store.subjects, running.settings)
        )
        deliver(handlers, notifier, session(), *told)
        running.wait(*(one["_id"] for one in running.store.deliveries.find({})))

    texts = [(mail.get_body(("plain",)) or mail).get_content() for mail in sink.taken]
    title = {"en": "Ask an auditor", "hi": "लेखापरीक्षक से पूछें"}[locale]
    assert len(texts) == len(told)
    assert sum(title in text for text in texts) == 4
    assert sum("11:00 IST" in text for text in texts) >= 2
    assert not any(re.search(r"\{\{|\{%|Undefined|None", text) for text in texts)
