"""The sending loop against a scripted mail server: exactly one mail, whatever the server answers."""

import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from services.notifier.clients import NotAllowed, NotDue, NotNow
from services.notifier.commands import Outcome, change_for, mail_is_due
from services.notifier.rules import message_id
from services.notifier.store import Store, ensure_indexes
from shared.mongo import utcnow
from tests.notifier.sink import (
    Office,
    Sink,
    black_hole,
    free_port,
    mail_server,
    office,
    settings,
    until,
)  # fmt: skip


@pytest.fixture
def sink() -> Sink:
    return Sink()


@pytest.fixture
def running(database: Any, sink: Sink) -> Iterator[Office]:
    ensure_indexes(database)
    with mail_server(sink) as port, office(database, sink, settings(port)) as made:
        yield made


def ids(sink: Sink) -> list[str]:
    return sorted(str(mail["Message-ID"]) for mail in sink.taken)


def test_i2_each_due_mail_leaves_exactly_once_over_few_connections(running: Office, sink: Sink) -> None:
    due = running.due(*[f"u{n}" for n in range(60)])

    running.wait(*due)

    assert ids(sink) == sorted(message_id(id_, "karmayogi.example") for id_ in due)
    assert len(sink.connections) <= running.settings.smtp_connections
    assert all(len(to) == 1 for to in sink.recipients)


def test_i2_two_senders_share_the_work_and_send_nothing_twice(
    running: Office, database: Any, sink: Sink
) -> None:
    with office(database, sink, running.settings):
        due = running.due(*[f"u{n}" for n in range(60)])
        running.wait(*due)

    assert len(ids(sink)) == len(set(ids(sink))) == 60


def test_nothing_of_the_mail_is_stored(running: Office, database: Any) -> None:
    running.wait(*running.due("u1"))

    text = str(database["deliveries"].find_one({}))
    assert "u1@" not in text
    assert "Asha" not in text
    assert "token=" not in text


def test_f17_a_server_that_is_down_is_tried_again_until_it_is_back(database: Any, sink: Sink) -> None:
    port = free_port()
    with office(database, sink, settings(port)) as made:
        due = made.due("u1", "u2", "u3")
        until(lambda: (made.store.deliveries.get(due[0]) or {})["attempts"] >= 2)
        with mail_server(sink, port):
            made.wait(*due)
            assert len(ids(sink)) == 3


def test_f17_a_server_that_takes_connections_and_stays_silent_stops_nothing(
    database: Any, sink: Sink
) -> None:
    port = free_port()
    with office(database, sink, settings(port, smtp_timeout=0.3)) as made:
        with black_hole(port):
            due = made.due("u1", "u2", "u3")
            until(lambda: (made.store.deliveries.get(due[0]) or {})["attempts"] >= 1)
        with mail_server(sink, port):
            made.wait(*due)

    assert len(ids(sink)) == len(set(ids(sink))) == 3


def test_f19_a_reply_that_comes_too_late_ends_as_the_same_mail(database: Any, sink: Sink) -> None:
    sink.script = [("data", "slow")]
    sink.slow = 1.0
    with mail_server(sink) as port, office(database, sink, settings(port, smtp_reply_timeout=0.3)) as made:
        due = made.due("u1", "u2")
        made.wait(*due)

    attempts = [(made.store.deliveries.get(id_) or {})["attempts"] for id_ in due]
    assert max(attempts) >= 2
    assert len(ids(sink)) == sum(attempts)
    assert len(set(ids(sink))) == 2


@pytest.mark.parametrize(
    "code", ["421 4.7.0 busy", "450 4.2.0 greylisted", "451 4.3.0 later", "452 4.5.3 many"]
)
@pytest.mark.parametrize("stage", ["rcpt", "data"])
def test_f18_a_4xx_is_tried_again_and_ends_as_one_mail(
    running: Office, sink: Sink, stage: str, code: str
) -> None:
    sink.script = [(stage, code), (stage, code)]
    due = running.due("u1")

    running.wait(*due)

    assert len(sink.taken) == 1
    assert (running.store.deliveries.get(due[0]) or {})["attempts"] == 3


def test_f18_a_slow_down_lowers_the_rate_of_the_whole_sender(running: Office, sink: Sink) -> None:
    before = running.sender._bucket.rate
    sink.script = [("rcpt", "451 4.7.1 slow down")]

    running.wait(*running.due("u1"))

    assert running.sender._bucket.rate < before * 0.6


@pytest.mark.parametrize(
    ("stage", "answer", "reason"),
    [
        ("rcpt", "550 5.1.1 <u1@bsnl.co.in> user unknown", "refused_recipient"),
        ("data", "554 5.6.0 message refused", "refused_message"),
    ],
)
def test_f18_a_5xx_fails_for_good_with_an_event_and_no_address(
    running: Office, database: Any, sink: Sink, stage: str, answer: str, reason: str
) -> None:
    sink.script = [(stage, answer)]
    due = running.due("u1")

    running.wait(*due, state="failed")

    stored = database["deliveries"].find_one({"_id": due[0]})
    assert stored["reason"] == reason
    assert "bsnl" not in str(stored["smtp"])
    assert [row["type"] for row in stored["_outbox"]] == ["notifier.MailFailed.v1"]
    assert reason in stored["_outbox"][0]["body"]
    assert "next_at" not in stored
    assert sink.taken == []


def test_f18_one_refused_recipient_leaves_the_others_alone(running: Office, sink: Sink) -> None:
    sink.script = [("rcpt", "550 5.1.1 unknown")]
    due = running.due(*[f"u{n}" for n in range(10)])

    until(lambda: sorted(running.state(id_) for id_ in due) == ["failed"] + ["sent"] * 9)

    assert len(sink.taken) == 9


def test_f19_a_lost_reply_ends_as_the_same_mail_with_the_same_link(running: Office, sink: Sink) -> None:
    sink.script = [("data", "drop")]
    due = running.due("u1")

    running.wait(*due)

    assert len(sink.taken) == 2
    assert len(set(ids(sink))) == 1
    first, second = (mail.get_body(("plain",)) for mail in sink.taken)
    assert first is not None
    assert second is not None
    assert first.get_content() == second.get_content()


@pytest.mark.parametrize("answer", ["530 5.7.0 authentication required", "535 5.7.8 wrong credentials"])
def test_a_fault_of_our_own_pauses_sending_and_fails_nobodys_mail(
    running: Office, sink: Sink, answer: str
) -> None:
    sink.script = [("rcpt", answer)]
    due = running.due("u1", "u2")

    running.wait(*due)

    assert len(set(ids(sink))) == 2


def test_identity_that_refuses_us_pauses_sending_until_it_knows_us_again(running: Office) -> None:
    def refuse(delivery: dict[str, Any]) -> dict[str, Any]:
        raise NotAllowed("403")

    running.identity.answer = refuse
    due = running.due("u1")
    until(lambda: len(running.identity.asked) >= 2)
    running.identity.answer = running.identity.context

    running.wait(*due)

    assert (running.store.deliveries.get(due[0]) or {})["attempts"] == 1


def test_identity_that_is_away_costs_no_attempt(running: Office) -> None:
    def away(delivery: dict[str, Any]) -> dict[str, Any]:
        raise NotNow("503")

    running.identity.answer = away
    due = running.due("u1")
    until(lambda: len(running.identity.asked) >= 3)
    running.identity.answer = running.identity.context

    running.wait(*due)

    assert (running.store.deliveries.get(due[0]) or {})["attempts"] == 1


def test_identity_that_is_away_for_a_moment_costs_seconds_and_for_long_a_question_a_minute() -> None:
    created = at = datetime(2026, 11, 26, 12, tzinfo=UTC)
    usual = settings(0, send_wait_least=2.0, send_wait_most=60.0)
    waits = []
    for _ in range(12):
        outcome = Outcome({"created_at": created, "attempts": 0}, "not_now")
        update = change_for(outcome, usual, at)
        waits.append((update["$set"]["next_at"] - at).total_seconds())
        at = update["$set"]["next_at"]

    assert waits[:4] == [2, 2, 2, 3]
    assert max(waits) == 60
    assert waits == sorted(waits)


def test_a_mail_that_is_no_longer_due_is_skipped(running: Office, sink: Sink) -> None:
    def gone(delivery: dict[str, Any]) -> dict[str, Any]:
        raise NotDue

    running.identity.answer = gone

    running.wait(*running.due("u1"), state="skipped")

    assert sink.taken == []


def test_an_expired_lease_is_taken_up_with_the_same_message_id(
    running: Office, database: Any, sink: Sink
) -> None:
    now = utcnow()
    mail_is_due(Store(database), settings(), "welcome", "u9", "e9", now, now)
    past = now - timedelta(seconds=1)
    database["deliveries"].update_one(
        {"_id": "welcome:u9:e9"},
        {"$set": {"state": "sending", "lease": {"owner": "dead", "until": past}, "next_at": past}},
    )

    running.wait("welcome:u9:e9")

    assert message_id("welcome:u9:e9", "karmayogi.example") in ids(sink)


def test_a_stop_gives_back_what_was_not_sent(database: Any, sink: Sink) -> None:
    hold = threading.Event()
    with mail_server(sink) as port:
        made = Office(database, sink, settings(port, send_threads=1))

        def slow(delivery: dict[str, Any]) -> dict[str, Any]:
            hold.wait(5)
            return made.identity.context(delivery)

        made.identity.answer = slow
        due = made.due("u1", "u2", "u3")
        made.start()
        until(lambda: len(made.identity.asked) == 1)
        threading.Timer(0.3, hold.set).start()
        made.stop()

    assert sorted(made.state(id_) for id_ in due) == ["queued", "queued", "sent"]
    assert len(sink.taken) == 1
