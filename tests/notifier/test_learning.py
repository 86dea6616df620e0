"""Mails and notices about learning: once each, with the title that catalog published, ids alone in the ledger."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from services.notifier.handlers import Notifier, handlers
from services.notifier.queries.notices import notices_of
from services.notifier.rules.notices import NOTICES
from services.notifier.store import Store
from shared.auth import Subjects
from shared.events import Envelope, Event
from shared.events.catalog import CoursePublished
from shared.events.identity import RoleGranted, RoleRevoked, UserDisabled
from shared.events.onboarding import ProfileUpdated
from shared.events.progress import (
    CertificateIssued,
    CourseCompleted,
    DisputeAnswered,
    Enrolled,
    MandateAssigned,
    MandateDue,
    ProgressDisputed,
)
from tests.notifier.sink import Sink, mail_server, office, settings
from tests.service_kit import deliver, envelope, orders

DUE = datetime(2026, 12, 31, 18, 29, tzinfo=UTC)
ONE: dict[str, Any] = {"user_id": "u1", "course_id": "gfr"}
AT: dict[str, Any] = {"enrolment_id": "e1", "version": 1}
PLACE: dict[str, Any] = {"cycle": "once", "mdo_id": "bsnl", "mdo_path": ("dot", "bsnl")}
DISPUTE: dict[str, Any] = {"dispute_id": "d1", "enrolment_id": "e1"}
DONE: dict[str, Any] = {
    "competencies": {"procurement": 3}, "minutes": 40,
    "seconds": 2400, "resources": 3, "score": 80, "completed_at": DUE,
}  # fmt: skip


def course(version: int = 1, **title: str) -> CoursePublished:
    return CoursePublished(
        course_id="gfr", version=version, title=title or {"en": "General Financial Rules", "hi": "सामान्य वित्तीय नियम"},
        provider_id="p", mdo_id=None, mode="self_paced", minutes=40, certificate=True, topics=(), competencies={},
        resources={}, resource_titles={}, required=(), seconds={}, pages={}, assessments={}, pass_marks={},
        attempts={}, limits={},
    )  # fmt: skip


EVENTS: list[tuple[Event, list[str], list[str]]] = [
    (Enrolled(**ONE, **AT, **PLACE, again=False), ["enrolled"], ["enrolled"]),
    (Enrolled(**ONE, **AT, **PLACE, again=True), [], []),
    (CourseCompleted(**ONE, **AT, **PLACE, **DONE, certificate=True), [], ["course_completed"]),
    (
        CourseCompleted(**ONE, **AT, **PLACE, **DONE, certificate=False),
        ["course_completed"],
        ["course_completed"],
    ),
    (CertificateIssued(**ONE, **AT, certificate_id="KY-1"), ["certificate_issued"], ["certificate_issued"]),
    (
        MandateAssigned(**ONE, mandate_id="m", mandate_version=1, due=DUE),
        ["mandate_assigned"],
        ["mandate_assigned"],
    ),
    (MandateDue(**ONE, mandate_id="m", due=DUE, days=7), ["mandate_due"], ["mandate_due"]),
    (MandateDue(**ONE, mandate_id="m", due=DUE, days=-1), ["mandate_overdue"], ["mandate_overdue"]),
    (DisputeAnswered(**ONE, **DISPUTE), ["dispute_answered"], ["dispute_answered"]),
]


@pytest.fixture
def notifier(database: Any) -> Notifier:
    store = Store(database)
    return Notifier(store, settings(), Subjects(store.subjects, settings()))


def test_each_event_twice_makes_its_mail_and_its_notice_once(notifier: Notifier) -> None:
    for event, mails, notices in EVENTS:
        for name in ("deliveries", "notices"):
            notifier.store.database[name].delete_many({})
        deliver(handlers, notifier, event, event)
        assert [one["kind"] for one in notifier.store.deliveries.find({})] == mails, event
        assert [one["kind"] for one in notifier.store.notices.find({})] == notices, event


def test_the_ledger_keeps_ids_and_dates_and_no_title(notifier: Notifier) -> None:
    deliver(handlers, notifier, course(), *(event for event, _, _ in EVENTS))

    for one in notifier.store.deliveries.find({}):
        assert set(one["about"]) <= {"course_id", "certificate_id", "due", "days", "enrolment_id"}
        assert "Financial" not in str(one)


def test_m6_titles_are_those_of_the_highest_version_in_any_order(notifier: Notifier) -> None:
    said = [
        envelope(course(1, en="Old"), subject="gfr"),
        envelope(course(2, en="New"), sequence=2, subject="gfr"),
    ]

    for order in orders(said):
        notifier.store.database["courses"].delete_many({})
        deliver(handlers, notifier, *order)
        assert notifier.store.titles(["gfr"]) == {"gfr": {"en": "New"}}


def test_notices_name_the_course_and_lead_to_it(notifier: Notifier) -> None:
    deliver(handlers, notifier, course(), EVENTS[0][0], EVENTS[4][0])

    items = notices_of(notifier.store, "u1", {"unread": False, "cursor": "", "limit": 20})["items"]

    shown = {one["kind"]: (one["text"]["hi"], one["link"]) for one in items}
    assert shown["enrolled"] == (f"{NOTICES['enrolled'].hi} सामान्य वित्तीय नियम", "/courses/gfr")
    assert shown["certificate_issued"][1] == "/me/certificates/KY-1"


@pytest.mark.parametrize("locale", ["en", "hi"])
def test_the_mails_arrive_in_the_persons_language_with_title_and_date(database: Any, locale: str) -> None:
    sink = Sink()
    with mail_server(sink) as port, office(database, sink, settings(port)) as running:
        running.identity.answer = lambda one: running.identity.context(one) | {"locale": locale, "values": {}}
        notifier = Notifier(
            running.store, running.settings, Subjects(running.store.subjects, running.settings)
        )
        deliver(handlers, notifier, course(), *(event for event, _, _ in EVENTS))
        ids = [one["_id"] for one in running.store.deliveries.find({})]
        running.wait(*ids)

    assert len(sink.taken) == 7
    texts = [(mail.get_body(("plain",)) or mail).get_content() for mail in sink.taken]
    title = {"en": "General Financial Rules", "hi": "सामान्य वित्तीय नियम"}[locale]
    day = {"en": "31 December 2026", "hi": "31 दिसंबर 2026"}[locale]
    assert all(
        title in text and title in str(mail["Subject"]) for text, mail in zip(texts, sink.taken, strict=True)
    )
    assert sum(day in text for text in texts) == 3
    assert sum("/me/certificates/KY-1" in text for text in texts) == 1
    assert sum("/me/why/e1" in text for text in texts) == 1
    assert not any(re.search(r"\{\{|\{%|Undefined|None", text) for text in texts)


DISPUTED = ProgressDisputed(**ONE, **DISPUTE, mdo_id="bsnl", mdo_path=("dot", "bsnl"))


def role(user: str, scope: str | None, sv: int, *, held: bool = True, name: str = "MDO_ADMIN") -> Event:
    if held:
        return RoleGranted(user_id=user, role=name, scope=scope, granted_by="spv", sv=sv)
    return RoleRevoked(user_id=user, role=name, scope=scope, revoked_by="spv", sv=sv)


def test_a_dispute_reaches_the_admins_of_the_unit_and_above_in_any_order(notifier: Notifier) -> None:
    said = [
        role("own", "bsnl", 2), role("above", "dot", 2), role("other", "railways", 2), role("u1", "bsnl", 2),
        role("former", "bsnl", 2), role("former", "bsnl", 3, held=False),
        role("author", "bsnl", 2, name="CONTENT_CREATOR"),
        role("spv", None, 2, name="SPV_ADMIN"), role("ill", "bsnl", 2),
        UserDisabled(user_id="ill", mdo_id="bsnl", sv=3),
    ]  # fmt: skip

    for order in (said, said[::-1]):
        for name in ("deliveries", "notices", "admins", "subjects"):
            notifier.store.database[name].delete_many({})
        deliver(handlers, notifier, *order, *order, DISPUTED, DISPUTED)
        told = [one for one in notifier.store.deliveries.find({}) if one["kind"] == "progress_disputed"]
        assert sorted(one["user_id"] for one in told) == ["above", "own"]


def test_a_dispute_where_nobody_administers_reaches_the_platform(notifier: Notifier) -> None:
    deliver(handlers, notifier, role("spv", None, 2, name="SPV_ADMIN"), DISPUTED)

    told = notifier.store.deliveries.find({"kind": "progress_disputed"})
    notice = notices_of(notifier.store, "spv", {"unread": False, "cursor": "", "limit": 20})["items"][0]
    assert [one["user_id"] for one in told] == ["spv"]
    assert (notice["kind"], notice["link"]) == ("progress_disputed", "/mdo/disputes")


def test_the_own_dispute_of_a_units_only_admin_reaches_the_platform(notifier: Notifier) -> None:
    only, spv = role("u1", "bsnl", 2), role("spv", None, 2, name="SPV_ADMIN")

    deliver(handlers, notifier, only, spv, DISPUTED)

    told = notifier.store.deliveries.find({"kind": "progress_disputed"})
    assert [one["user_id"] for one in told] == ["spv"]


@pytest.mark.parametrize("locale", ["en", "hi"])
def test_the_admins_mail_names_the_course_and_nobody(database: Any, locale: str) -> None:
    sink = Sink()
    with mail_server(sink) as port, office(database, sink, settings(port)) as running:
        running.identity.answer = lambda one: running.identity.context(one) | {"locale": locale, "values": {}}
        notifier = Notifier(
            running.store, running.settings, Subjects(running.store.subjects, running.settings)
        )
        deliver(handlers, notifier, course(), role("own", "bsnl", 2), DISPUTED)
        running.wait(*(one["_id"] for one in running.store.deliveries.find({})))

    text = (sink.taken[0].get_body(("plain",)) or sink.taken[0]).get_content()
    assert {"en": "General Financial Rules", "hi": "सामान्य वित्तीय नियम"}[locale] in text
    assert "/mdo/disputes" in text
    assert "u1" not in text
    assert not re.search(r"\{\{|\{%|Undefined|None", text)


def place(path: tuple[str, ...], at: datetime, sequence: int) -> Envelope:
    said = ProfileUpdated(
        user_id="u1", mdo_id=path[-1], mdo_path=path, position_id=None, group="b", locale="en", topics=(), held={},
        desired={}, gap={}, changed=("mdo_id",),
    )  # fmt: skip
    return envelope(said, sequence=sequence, subject="u1", time=at)


def test_what_was_sent_follows_a_person_to_another_unit_in_any_order(notifier: Notifier) -> None:
    before, after = datetime(2027, 1, 1, tzinfo=UTC), datetime(2027, 2, 1, tzinfo=UTC)
    moves = [place(("dot", "bsnl"), before, 9), place(("railways",), after, 2)]

    for order in orders(moves):
        for name in ("deliveries", "people"):
            notifier.store.database[name].delete_many({})
        enrolled = envelope(EVENTS[0][0], time=before - timedelta(days=1))
        deliver(handlers, notifier, enrolled, *order)
        sent = notifier.store.deliveries.find({})[0]
        assert sent["mdo_path"] == ["railways"]


def test_a_mail_waits_until_its_course_is_known(database: Any) -> None:
    sink = Sink()
    with mail_server(sink) as port, office(database, sink, settings(port)) as running:
        notifier = Notifier(
            running.store, running.settings, Subjects(running.store.subjects, running.settings)
        )
        deliver(handlers, notifier, EVENTS[0][0])
        id_ = running.store.deliveries.find({})[0]["_id"]
        running.wait(id_, state="queued")
        assert sink.taken == []
        deliver(handlers, notifier, course())
        running.wait(id_)

    assert len(sink.taken) == 1
