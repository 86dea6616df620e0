"""Notices, preferences, quiet hours, the digest, whose deliveries an MDO admin sees, and bounces."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from services.notifier.api import deliveries_blueprint
from services.notifier.api.notices import notices_blueprint
from services.notifier.commands.notices import send_digests
from services.notifier.handlers import Notifier, handlers
from services.notifier.jobs import DIGEST_HOUR, jobs
from services.notifier.mailer.bounce import read_bounce
from services.notifier.queries.notices import digest_lines
from services.notifier.rules.notices import NOTICES, SECURITY
from services.notifier.rules.preferences import quiet_until
from services.notifier.store import Store, ensure_indexes
from shared.auth import Subjects, Verifier
from shared.events import identity as said
from shared.mongo import utcnow
from shared.web import make_app
from tests.notifier.sink import settings
from tests.service_kit import (
    FOREIGN_ADMIN,
    LEARNER,
    OTHER,
    OWN_ADMIN,
    SIGNER,
    SPV_ADMIN,
    ask,
    deliver,
    doors_agree,
    hostile,
    told,
)

PLACE: dict[str, Any] = {"mdo_id": "bsnl", "mdo_path": ("communications", "telecom", "bsnl"), "locale": "hi"}
ME = LEARNER.user_id


@pytest.fixture
def notifier(database: Any) -> Notifier:
    ensure_indexes(database)
    store = Store(database)
    return Notifier(store, settings(), Subjects(store.subjects, settings()))


@pytest.fixture
def client(notifier: Notifier) -> Any:
    verifier = Verifier(settings(), SIGNER.jwks, notifier.subjects)
    blueprints = deliveries_blueprint(notifier.store), notices_blueprint(notifier.store)
    return make_app(settings(), *blueprints, verifier=verifier).test_client()


def welcome(user: str = ME) -> said.PasswordSet:
    return said.PasswordSet(user_id=user, first=True, sv=1, **PLACE)


def prefer(client: Any, **body: Any) -> Any:
    return ask(client, "PUT", "/v1/preferences/me", LEARNER, body)


def mails(notifier: Notifier) -> list[str]:
    return sorted(one["kind"] for one in notifier.store.deliveries.find({}))


def test_an_event_makes_one_notice_however_often_it_comes(notifier: Notifier, client: Any) -> None:
    event = welcome()

    deliver(handlers, notifier, event, event)

    found = ask(client, "GET", "/v1/notices", LEARNER).json
    assert (found["unread"], [one["kind"] for one in found["items"]]) == (1, ["welcome"])
    assert found["items"][0]["text"]["hi"].startswith("कर्मयोगी")
    assert ask(client, "GET", "/v1/notices", OTHER).json["items"] == []


def test_s09_after_an_erasure_no_collection_names_the_person(notifier: Notifier, client: Any) -> None:
    deliver(handlers, notifier, welcome())
    prefer(client, kinds={"welcome": {"mail": False}})
    notifier.store.deliveries.collection.update_many({}, {"$unset": {"_outbox": "", "_pending_at": ""}})
    before = naming(notifier, ME)

    deliver(handlers, notifier, said.ErasureDue(user_id=ME, sv=2))

    assert before == {"deliveries", "notices", "people", "subjects"}
    assert naming(notifier, ME) <= {"subjects"}  # The version that ends the tokens, under the pseudonym.


def naming(notifier: Notifier, user_id: str) -> set[str]:
    """The collections in which an id stands."""
    database = notifier.store.database
    names = database.list_collection_names()
    return {name for name in names if any(user_id in str(row) for row in database[name].find({}))}


def test_notices_are_read_one_by_one_or_all(notifier: Notifier, client: Any) -> None:
    deliver(handlers, notifier, welcome(), said.PasswordChanged(user_id=ME, sv=1, locale="en"))
    first = ask(client, "GET", "/v1/notices", LEARNER).json["items"][0]

    one = ask(client, "PATCH", f"/v1/notices/{first['id']}", LEARNER, {"read": True})
    again = ask(client, "PATCH", f"/v1/notices/{first['id']}", LEARNER, {"read": True})
    left = ask(client, "GET", "/v1/notices?unread=true", LEARNER).json
    everything = ask(client, "POST", "/v1/notices/read-all", LEARNER, {})

    assert (one.status_code, again.status_code, everything.status_code) == (204, 204, 204)
    assert (left["unread"], len(left["items"])) == (1, 1)
    assert ask(client, "GET", "/v1/notices", LEARNER).json["unread"] == 0


def test_z01_a_foreign_notice_is_as_unknown_as_one_that_does_not_exist(
    notifier: Notifier, client: Any
) -> None:
    deliver(handlers, notifier, welcome())
    (mine,) = ask(client, "GET", "/v1/notices", LEARNER).json["items"]

    foreign = ask(client, "PATCH", f"/v1/notices/{mine['id']}", OTHER, {"read": True})
    unknown = ask(client, "PATCH", "/v1/notices/none", OTHER, {"read": True})

    assert (
        (foreign.status_code, foreign.json["slug"])
        == (unknown.status_code, unknown.json["slug"])
        == (404, "notice_unknown")
    )
    assert ask(client, "GET", "/v1/notices", LEARNER).json["unread"] == 1


def test_pages_of_notices_hold_each_once(notifier: Notifier, client: Any) -> None:
    deliver(handlers, notifier, *(said.PasswordChanged(user_id=ME, sv=1, locale="en") for _ in range(5)))

    first = ask(client, "GET", "/v1/notices?limit=3", LEARNER).json
    rest = ask(client, "GET", f"/v1/notices?limit=3&cursor={first['next_cursor']}", LEARNER).json

    assert len({one["id"] for one in first["items"] + rest["items"]}) == 5
    assert rest["next_cursor"] is None


def test_a_kind_that_is_switched_off_comes_by_no_way(notifier: Notifier, client: Any) -> None:
    answer = prefer(client, kinds={"welcome": {"mail": False, "notice": False}})

    deliver(handlers, notifier, welcome())

    assert answer.json["kinds"]["welcome"] == {
        "mail": False,
        "notice": False,
        "digest": False,
        "locked": False,
    }
    assert mails(notifier) == []
    assert ask(client, "GET", "/v1/notices", LEARNER).json["items"] == []


def test_security_mails_cannot_be_switched_off(notifier: Notifier, client: Any) -> None:
    refused = prefer(client, kinds={"password_changed": {"mail": False}})

    deliver(handlers, notifier, said.PasswordChanged(user_id=ME, sv=1, locale="en"))

    assert (refused.status_code, refused.json["slug"]) == (422, "kind_locked")
    assert mails(notifier) == ["password_changed"]
    assert ask(client, "GET", "/v1/preferences/me", LEARNER).json["kinds"]["password_changed"]["locked"]


@pytest.mark.parametrize(
    "body",
    [
        {"kinds": {"unheard": {"mail": False}}},
        {"kinds": {"welcome": {"mail": "no"}}},
        {"kinds": {"welcome": {"sms": True}}},
        {"quiet_hours": {"from": "25:00", "to": "06:00"}},
        {"quiet_hours": {"from": "21:00", "to": "21:00"}},
        {"quiet_hours": {"from": "21:00"}},
        {"user_id": "somebody"},
    ],
)
def test_z04_preferences_that_make_no_sense_are_refused(client: Any, body: dict[str, Any]) -> None:
    assert prefer(client, **body).status_code == 422


def test_n01_preferences_take_plain_values_only(client: Any) -> None:
    body = {"kinds": {"welcome": {"mail": False}}, "quiet_hours": {"from": "21:00", "to": "06:00"}}

    for field, made in hostile(body):
        if field == "quiet_hours" and made["quiet_hours"] is None:
            continue
        assert ask(client, "PUT", "/v1/preferences/me", LEARNER, made).status_code == 422, field


@pytest.mark.parametrize(
    ("clock", "expected"),
    [
        ("20:59", "20:59"),
        ("21:00", "06:30"),
        ("23:59", "06:30"),
        ("00:00", "06:30"),
        ("06:29", "06:30"),
        ("06:30", "06:30"),
    ],
)
def test_quiet_hours_run_over_midnight_in_indian_time(clock: str, expected: str) -> None:
    quiet = {"quiet_hours": {"from": "21:00", "to": "06:30"}}
    now = datetime.fromisoformat(f"2026-11-23T{clock}:00+05:30")

    until = quiet_until(quiet, "welcome", now)

    assert until.strftime("%H:%M") == expected
    assert timedelta(0) <= until - now <= timedelta(hours=9.5)
    assert quiet_until(quiet, "reset_password", now) == now


def test_a_mail_in_the_quiet_hours_waits_for_their_end(notifier: Notifier, client: Any) -> None:
    local = utcnow() + timedelta(hours=5.5)
    begin, end = (
        (local - timedelta(hours=1)).strftime("%H:%M"),
        (local + timedelta(hours=1)).strftime("%H:%M"),
    )
    prefer(client, quiet_hours={"from": begin, "to": end})

    deliver(handlers, notifier, welcome())

    (mail,) = notifier.store.deliveries.find({})
    assert timedelta(minutes=55) < mail["next_at"] - utcnow() <= timedelta(minutes=61)


def test_a_digest_holds_the_day_and_is_made_once(notifier: Notifier, client: Any) -> None:
    prefer(client, kinds={kind: {"digest": True} for kind in ("welcome", "name_change_approved")})
    deliver(
        handlers,
        notifier,
        welcome(),
        said.NameChangeDecided(user_id=ME, change_id="c", mdo_id="bsnl", approved=True, locale="en"),
    )
    before, now = mails(notifier), utcnow()

    made = [send_digests(notifier.store, settings(), now, now) for _ in range(2)]

    assert (before, made, mails(notifier)) == ([], [1, 0], ["daily_digest"])
    (mail,) = notifier.store.deliveries.find({})
    assert digest_lines(notifier.store, mail, "en") == [
        NOTICES["welcome"].en,
        NOTICES["name_change_approved"].en,
    ]


def test_the_digest_has_its_hour_and_skips_what_was_read(notifier: Notifier, client: Any) -> None:
    prefer(client, kinds={"welcome": {"digest": True}})
    deliver(handlers, notifier, welcome())
    (job,) = jobs(notifier.store, settings())

    job.run(datetime(2026, 11, 23, DIGEST_HOUR + 1, tzinfo=UTC))
    waiting = notifier.store.waiting_for_digest()
    ask(client, "POST", "/v1/notices/read-all", LEARNER, {})
    job.run(datetime(2026, 11, 23, DIGEST_HOUR, tzinfo=UTC))

    assert list(waiting) == [ME]
    assert (mails(notifier), notifier.store.waiting_for_digest()) == ([], {})


def test_z01_an_mdo_admin_sees_the_deliveries_of_the_own_people(notifier: Notifier, client: Any) -> None:
    deliver(
        handlers,
        notifier,
        said.UserRegistered(user_id="u1", position_id=None, **PLACE),
        said.UserRegistered(
            user_id="u2", position_id=None, **PLACE | {"mdo_id": "railways", "mdo_path": ("railways",)}
        ),
        said.PasswordResetRequested(user_id="u1", locale="en"),
    )

    def seen(who: Any, query: str = "") -> set[tuple[str, str]]:
        items = ask(client, "GET", f"/v1/deliveries{query}", who).json["items"]
        return {(one["user_id"], one["kind"]) for one in items}

    own = {("u1", "set_password"), ("u1", "reset_password")}
    assert seen(OWN_ADMIN) == seen(SPV_ADMIN, "?mdo_id=bsnl") == own
    assert seen(OWN_ADMIN, "?mdo_id=railways") == set()
    assert seen(FOREIGN_ADMIN) == {("u2", "set_password")}
    assert len(seen(SPV_ADMIN)) == 3
    id_ = notifier.store.deliveries.find({"user_id": "u1"})[0]["_id"]
    assert ask(client, "GET", f"/v1/deliveries/{id_}", FOREIGN_ADMIN).status_code == 404


def test_a_bounced_mail_has_failed_and_is_told_once(notifier: Notifier, client: Any) -> None:
    deliver(handlers, notifier, welcome("u1"))
    (mail,) = notifier.store.deliveries.find({})
    path = f"/v1/deliveries/{mail['_id']}/bounce"
    early = ask(client, "POST", path, SPV_ADMIN, {})
    notifier.store.deliveries.change({"_id": mail["_id"]}, {"$set": {"state": "sent"}})

    answers = [
        ask(client, "POST", path, SPV_ADMIN, {"text": "550 5.1.1 <asha@bsnl.co.in> unknown"})
        for _ in range(2)
    ]

    assert (early.status_code, early.json["slug"]) == (409, "not_sent")
    assert [one.json["state"] for one in answers] == ["failed", "failed"]
    assert "asha@" not in str(notifier.store.deliveries.get(mail["_id"]))
    assert [one["type"] for one in told(notifier.store.deliveries.collection)] == ["notifier.MailFailed.v1"]


DSN = """From: MAILER-DAEMON@mx.example
To: no-reply@karmayogi.example
Subject: Undelivered
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: text/plain

It failed.
--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example

Final-Recipient: rfc822; asha@bsnl.co.in
Action: {action}
Status: {status}
Diagnostic-Code: smtp; 550 unknown user

--b
Content-Type: text/rfc822-headers

Message-ID: <{id}@karmayogi.example>

--b--
"""


@pytest.mark.parametrize(
    ("action", "status", "id_", "ours"),
    [
        ("failed", "5.1.1", "a" * 40, True),
        ("delayed", "4.4.1", "a" * 40, False),
        ("failed", "4.4.1", "a" * 40, False),
        ("failed", "5.1.1", "somebody-elses", False),
    ],
)
def test_only_a_final_failure_of_our_own_mail_is_a_bounce(
    action: str, status: str, id_: str, ours: bool
) -> None:
    found = read_bounce(DSN.format(action=action, status=status, id=id_).encode())

    assert (found is not None) == ours
    assert found is None or found.message_id == f"<{'a' * 40}@karmayogi.example>"


@pytest.mark.parametrize(
    "raw", [b"", b"\xff\x00", b"Subject: x\n\nhello", b"Content-Type: multipart/report\n\n--"]
)
def test_anything_else_is_no_bounce(raw: bytes) -> None:
    assert read_bounce(raw) is None


def test_every_notice_speaks_both_languages_and_leads_inside() -> None:
    for kind in NOTICES.values():
        assert kind.en
        assert any("\u0900" <= sign <= "\u097f" for sign in kind.hi)
        assert kind.link.startswith("/")
        assert not kind.link.startswith("//")
    assert {"set_password", "reset_password", "password_changed"} <= SECURITY


def test_z03_the_doors_of_the_notifier_are_its_access_rules(client: Any) -> None:
    assert doors_agree(client.application) == []
