"""Registration: one answer and one write for everybody; the mail alone tells the difference."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from pymongo.database import Database

from services.identity.commands.registration import Mailer, register
from services.identity.store import Store, ensure_indexes
from shared.auth import KeyRing
from shared.errors import TooMany
from shared.mongo import connect, utcnow
from tests.identity.doors import KEYS, SETTINGS, Doors, form, open_doors
from tests.identity.people import add_person

EMAIL = "asha.rao@bsnl.co.in"
MAILER = Mailer(SETTINGS, KeyRing.load(KEYS))


@pytest.fixture
def doors(store: Store) -> Doors:
    return open_doors(store.database)


@pytest.fixture(scope="module")
def refusing(mongodb_uri: str) -> Iterator[Doors]:
    """Doors for requests that store nothing, so that one database serves them all; empty at the end."""
    settings = replace(SETTINGS, mongodb_uri=mongodb_uri, mongodb_database=f"t{uuid.uuid4().hex[:12]}")
    database = connect(settings)
    ensure_indexes(database)
    yield open_doors(database)
    left = snapshot(database)
    database.client.drop_database(database.name)
    database.client.close()
    assert left["users"] == 0


def approve_gov(doors: Doors) -> None:
    doors.store.domains.change({"_id": "gov.in"}, {"$set": {"mode": "approval"}})


def snapshot(database: Database[dict[str, Any]]) -> dict[str, int]:
    return {name: database[name].count_documents({}) for name in ("users", "throttles", "audit", "families")}


def test_an_official_registers_and_the_mail_is_due(doors: Doors) -> None:
    answer = doors.register()

    assert (answer.status_code, answer.json) == (202, {"status": "accepted"})
    user = doors.user()
    assert user["status"] == "INVITED"
    assert user["mdo_path"] == ["communications", "telecom", "bsnl"]
    assert doors.told_types() == ["UserRegistered"]
    assert doors.told()[0]["data"] == {
        "user_id": user["_id"],
        "mdo_id": "bsnl",
        "mdo_path": ["communications", "telecom", "bsnl"],
        "position_id": "junior-telecom-officer",
        "locale": "en",
    }
    assert user["links"]["set_password"]["link_id"] == doors.told()[0]["id"]


@pytest.mark.parametrize(
    "email",
    [
        "eve@gmail.com",
        "eve@mail.bsnl.co.in",
        "eve@bsnl.co.in.evil.example",
        "eve@evilbsnl.co.in",
        "eve@bsnl.co",
    ],
)
def test_r01_a_foreign_domain_is_refused_without_an_event(refusing: Doors, email: str) -> None:
    answer = refusing.register(email=email)

    assert answer.status_code == 422
    assert answer.json["slug"] == "domain_not_allowed"
    assert list(answer.json["errors"]) == ["email"]
    assert all(name in answer.json["detail"] for name in ("bsnl.co.in", "gov.in", "nic.in"))
    assert snapshot(refusing.store.database) == {"users": 0, "throttles": 0, "audit": 0, "families": 0}


@pytest.mark.parametrize(
    "email",
    [
        "eve@evil.example,eve@bsnl.co.in",
        "eve@bsnl.co.in\n",
        "Eve <eve@gov.in>",
        "ev\u212a@gov.in",
        "e+x@nic.in",
        "",
    ],
)
def test_r01_what_is_no_address_is_refused_without_an_event(refusing: Doors, email: str) -> None:
    answer = refusing.register(email=email)

    assert (answer.status_code, answer.json["slug"]) == (422, "address_not_valid")
    assert list(answer.json["errors"]) == ["email"]
    assert snapshot(refusing.store.database)["users"] == 0


def test_r02_r06_case_and_plus_variants_make_no_second_account(doors: Doors) -> None:
    answers = [doors.register(email=email).status_code for email in ("Asha.Rao@BSNL.co.in", EMAIL)]
    plus = {doors.register(email=f"asha.rao+{n}@bsnl.co.in").status_code for n in range(100)}

    assert answers == [202, 202]
    assert plus == {422}
    assert snapshot(doors.store.database)["users"] == 1


def test_r06_dots_are_significant(doors: Doors) -> None:
    doors.register()
    doors.register(email="asharao@bsnl.co.in")

    assert snapshot(doors.store.database)["users"] == 2


def new(doors: Doors) -> None:
    """Nobody has the address."""


def invited(doors: Doors) -> None:
    doors.register()


def active(doors: Doors) -> None:
    doors.add_active()


def awaiting(doors: Doors) -> None:
    doors.register()
    doors.set(doors.user(), status="AWAITING_APPROVAL", links={})


def denied(doors: Doors) -> None:
    doors.register()
    doors.set(doors.user(), status="DENIED", links={})


def disabled(doors: Doors) -> None:
    doors.set(doors.add_active(), status="DISABLED")


STATES = [new, invited, active, awaiting, denied, disabled]


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/v1/registrations", form()),
        ("/v1/registrations/resend", {"email": EMAIL}),
        ("/v1/credentials/forgot", {"email": EMAIL}),
    ],
)
def test_r08_the_answer_and_the_writes_are_the_same_for_everybody(
    doors: Doors,
    counted: tuple[Store, list[str]],
    state: Callable[[Doors], None],
    path: str,
    body: dict[str, Any],
) -> None:
    state(doors)
    watched, writes = counted
    client = open_doors(watched.database).client
    writes.clear()

    answer = client.post(path, json=body, headers={"X-Request-ID": "r" * 32})

    assert (answer.status_code, answer.data) == (202, b'{"status":"accepted"}\n')
    assert dict(answer.headers) == {
        "Content-Type": "application/json",
        "Content-Length": "22",
        "X-Request-ID": "r" * 32,
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "no-store",
    }
    assert len(writes) == 1


@pytest.mark.parametrize(
    ("state", "told"),
    [
        (invited, "invited"),
        (active, "active"),
        (awaiting, "awaiting_approval"),
        (denied, "denied"),
        (disabled, "disabled"),
    ],
)
def test_r08_a_repeated_registration_tells_its_owner(
    doors: Doors, state: Callable[[Doors], None], told: str
) -> None:
    state(doors)

    doors.register()

    assert doors.told_types()[-1] == "RegistrationRepeated"
    assert doors.told()[-1]["data"]["state"] == told


def test_l04_a_repeated_registration_replaces_the_link(doors: Doors) -> None:
    doors.register()
    older = doors.token()

    doors.register()

    assert doors.post("/v1/credentials/check", {"token": older}).json["slug"] == "link_overtaken"
    assert doors.user()["links"]["set_password"]["link_id"] == doors.told()[-1]["id"]
    assert doors.post("/v1/credentials/check", {"token": doors.token()}).status_code == 200


def test_r09_nothing_of_an_earlier_registration_by_somebody_else_is_left(doors: Doors) -> None:
    doors.register(
        first_name="Mallory", last_name="Mole", position_id=..., position_text="Boss", mdo_id="ntpc"
    )
    foreign = doors.token()
    doors.register(locale="hi")

    shown = doors.post("/v1/credentials/check", {"token": doors.token()}).json
    assert (shown["first_name"], shown["last_name"]) == ("Asha", "Rao")
    assert doors.set_password(foreign).status_code == 410
    assert doors.set_password(doors.token()).status_code == 204
    user = doors.user()
    assert (user["mdo_id"], user["position_text"], user["locale"]) == ("bsnl", None, "hi")


def test_r09_an_active_account_keeps_its_fields(doors: Doors) -> None:
    doors.add_active()

    doors.register(first_name="Mallory", mdo_id="ntpc")

    assert (doors.user()["first_name"], doors.user()["mdo_id"]) == ("Asha", "bsnl")


def test_r09_what_an_approver_decided_on_is_not_replaced(doors: Doors) -> None:
    approve_gov(doors)
    doors.register(email="a@gov.in")

    doors.register(email="a@gov.in", first_name="Mallory")

    assert doors.user("a@gov.in")["first_name"] == "Asha"


def test_in_approval_mode_the_admins_of_the_mdo_are_asked(doors: Doors) -> None:
    approve_gov(doors)
    admin = add_person(doors.store, ("MDO_ADMIN", "telecom"))
    add_person(doors.store, ("MDO_ADMIN", "posts"))
    add_person(doors.store, ("SPV_ADMIN", None))

    doors.register(email="a@gov.in")

    assert doors.user("a@gov.in")["status"] == "AWAITING_APPROVAL"
    assert doors.told_types("a@gov.in") == ["RegistrationRequested"]
    assert doors.told("a@gov.in")[0]["data"]["approver_ids"] == [admin["_id"]]
    assert doors.user("a@gov.in")["links"] == {}


def test_without_an_mdo_admin_the_spv_admins_are_asked(doors: Doors) -> None:
    approve_gov(doors)
    admin = add_person(doors.store, ("SPV_ADMIN", None))

    doors.register(email="a@gov.in")

    assert doors.told("a@gov.in")[0]["data"]["approver_ids"] == [admin["_id"]]


def test_r10_three_mails_an_hour_and_then_429(doors: Doors) -> None:
    statuses = [doors.register().status_code for _ in range(5)]
    answer = doors.post("/v1/registrations/resend", {"email": EMAIL})

    assert statuses == [202, 202, 202, 429, 429]
    assert answer.status_code == 429
    assert 3500 < int(answer.headers["Retry-After"]) <= 3600
    assert len(doors.told()) == 3
    assert doors.register(email="other@bsnl.co.in").status_code == 202


def test_r10_an_unknown_address_is_limited_alike(doors: Doors) -> None:
    known = "known@bsnl.co.in"
    doors.register(email=known)
    doors.set(doors.user(known), mail_times=[])

    answers = {
        email: [doors.post("/v1/credentials/forgot", {"email": email}) for _ in range(4)]
        for email in (EMAIL, known)
    }

    for email in (EMAIL, known):
        assert [one.status_code for one in answers[email]] == [202, 202, 202, 429]
    assert answers[EMAIL][3].json["slug"] == answers[known][3].json["slug"]
    assert answers[EMAIL][3].json["detail"] == answers[known][3].json["detail"]


def test_r10_mails_asked_for_before_registering_count(doors: Doors) -> None:
    for _ in range(2):
        doors.post("/v1/registrations/resend", {"email": EMAIL})

    assert [doors.register().status_code for _ in range(2)] == [202, 429]


def test_r10_after_an_hour_mails_go_on(doors: Doors) -> None:
    now = utcnow()
    for minute in (0, 20, 40):
        register(doors.store, MAILER, form(), now + timedelta(minutes=minute))

    with pytest.raises(TooMany) as caught:
        register(doors.store, MAILER, form(), now + timedelta(minutes=50))
    assert caught.value.retry_after == 600
    register(doors.store, MAILER, form(), now + timedelta(minutes=61))
    assert len(doors.told()) == 4


def at_once(count: int, act: Callable[[], Any]) -> list[Any]:
    outcomes: list[Any] = []
    barrier = threading.Barrier(count)

    def run() -> None:
        barrier.wait()
        outcomes.append(act())

    threads = [threading.Thread(target=run) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcomes


def test_r10_twenty_registrations_at_once_make_one_account_and_three_mails(doors: Doors) -> None:
    statuses = at_once(20, lambda: doors.register().status_code)

    assert sorted(statuses) == [202] * 3 + [429] * 17
    assert snapshot(doors.store.database)["users"] == 1
    assert doors.told_types() == ["UserRegistered", "RegistrationRepeated", "RegistrationRepeated"]


def test_r10_twenty_questions_for_an_unknown_address_at_once_are_counted(doors: Doors) -> None:
    statuses = at_once(20, lambda: doors.post("/v1/credentials/forgot", {"email": EMAIL}).status_code)

    assert sorted(statuses) == [202] * 3 + [429] * 17


WRONG: list[Any] = [{"$gt": ""}, {"$ne": None}, {"$regex": ".*"}, {"$where": "1"}, [], ["a"], 5, 1.5, True]


@pytest.mark.parametrize("field", ["first_name", "last_name", "email", "mdo_id", "position_id", "locale"])
@pytest.mark.parametrize("value", WRONG)
def test_n01_an_operator_in_place_of_a_text_is_refused_by_field(
    refusing: Doors, field: str, value: Any
) -> None:
    answer = refusing.register(**{field: value})

    assert answer.status_code == 422
    assert list(answer.json["errors"]) == [field]
    assert snapshot(refusing.store.database)["users"] == 0


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"first_name": ...}, "first_name"),
        ({"first_name": None}, "first_name"),
        ({"first_name": ""}, "first_name"),
        ({"first_name": "   "}, "first_name"),
        ({"first_name": "..."}, "first_name"),
        ({"first_name": "a" * 101}, "first_name"),
        ({"first_name": "a" * 10_000}, "first_name"),
        ({"last_name": "Rao2"}, "last_name"),
        ({"last_name": "<b>Rao</b>"}, "last_name"),
        ({"email": None}, "email"),
        ({"mdo_id": "nowhere"}, "mdo_id"),
        ({"position_id": "king"}, "position_id"),
        ({"position_id": ...}, "position_id"),
        ({"position_text": "Analyst"}, "position_id"),
        ({"position_id": ..., "position_text": ""}, "position_text"),
        ({"position_id": ..., "position_text": "a\nb"}, "position_text"),
        ({"declaration": False}, "declaration"),
        ({"declaration": ...}, "declaration"),
        ({"declaration": "true"}, "declaration"),
        ({"declaration": 1}, "declaration"),
        ({"locale": "fr"}, "locale"),
    ],
)
def test_a_wrong_field_is_named_and_nothing_is_stored(
    refusing: Doors, changed: dict[str, Any], field: str
) -> None:
    answer = refusing.register(**changed)

    assert answer.status_code == 422
    assert list(answer.json["errors"]) == [field]
    assert snapshot(refusing.store.database)["users"] == 0


@pytest.mark.parametrize(
    "name",
    [
        "role",
        "roles",
        "is_admin",
        "verified",
        "user_id",
        "_id",
        "status",
        "password",
        "password_hash",
        "$set",
    ],
)
def test_z04_a_field_that_is_not_asked_for_is_refused(refusing: Doors, name: str) -> None:
    answer = refusing.register(**{name: "SPV_ADMIN"})

    assert answer.status_code == 422
    assert list(answer.json["errors"]) == [name]
    assert snapshot(refusing.store.database)["users"] == 0


@pytest.mark.parametrize(
    "end", ["\r", "\n", "\r\nBcc: eve@evil.example", "\u2028", "\u2029", "\u0085", "\0", "\t"]
)
def test_n04_line_ends_and_controls_in_names_are_refused(refusing: Doors, end: str) -> None:
    for field in ("first_name", "last_name"):
        answer = refusing.register(**{field: f"Asha{end}Rao"})
        assert (answer.status_code, list(answer.json["errors"])) == (422, [field])


@pytest.mark.parametrize(
    "name", ["आशा", "A. P. J.", "O'Brien", "D’Souza", "Anne-Marie", "José", "ஆஷா", "ಕ್ಷಮಾ", "محمد"]
)
def test_names_of_every_script_are_names(doors: Doors, name: str) -> None:
    assert doors.register(first_name=name).status_code == 202
    assert doors.user()["first_name"] == name


@pytest.mark.parametrize("body", [b"", b"null", b"[]", b"{", b'{"email": NaN}', b"\xff\xfe"])
def test_n02_what_is_no_json_object_is_refused(refusing: Doors, body: bytes) -> None:
    answer = refusing.client.post("/v1/registrations", data=body, content_type="application/json")

    assert answer.status_code == 400
    assert answer.content_type == "application/problem+json"


def test_events_hold_no_address_and_no_name(doors: Doors) -> None:
    doors.register()
    doors.register()

    text = repr(doors.told())
    assert EMAIL not in text
    assert "Asha" not in text
