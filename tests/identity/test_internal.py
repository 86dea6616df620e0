"""What the notifier and others ask: addresses and links only at sending time, only for their own callers."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from services.identity.handlers import Identity, handlers
from services.identity.store import Store
from shared.auth import KeyRing, Subjects
from shared.events import decode
from shared.events.listeners import LISTENERS
from tests.identity.doors import KEYS, SETTINGS, Doors, open_doors, service_token
from tests.identity.people import add_person
from tests.identity.test_registration import EMAIL, at_once


@pytest.fixture
def doors(store: Store) -> Doors:
    return open_doors(store.database)


def context(doors: Doors, kind: str, email: str = EMAIL) -> Any:
    """Ask for the mail of the newest event of an account."""
    return doors.mail_context(kind, doors.user(email)["_id"], doors.told(email)[-1]["id"])


def test_the_mail_with_the_link_has_what_it_needs(doors: Doors) -> None:
    doors.register(locale="hi")

    answer = context(doors, "set_password")

    assert answer.status_code == 200
    body = answer.json
    assert body["address"] == EMAIL
    assert (body["display_name"], body["locale"]) == ("Asha Rao", "hi")
    assert body["link"].startswith("https://learn.example/set-password?token=k1.")
    assert body["values"]["position"] == "कनिष्ठ दूरसंचार अधिकारी"
    assert set(body) == {"address", "display_name", "locale", "link", "expires_at", "values"}


def test_every_repetition_has_the_same_link(doors: Doors) -> None:
    doors.register()

    answers = at_once(8, lambda: context(doors, "set_password").json)

    assert len({one["link"] for one in answers}) == 1
    assert len({one["expires_at"] for one in answers}) == 1


@pytest.mark.parametrize("name", ["Host", "X-Forwarded-Host", "Forwarded"])
def test_l06_the_host_of_the_link_comes_from_the_configuration(doors: Doors, name: str) -> None:
    doors.register()
    body = {
        "delivery_id": "d",
        "kind": "set_password",
        "user_id": doors.user()["_id"],
        "event_id": doors.told()[-1]["id"],
    }
    headers = {name: "host=evil.example" if name == "Forwarded" else "evil.example"}
    headers["Authorization"] = f"Bearer {service_token()}"

    answer = doors.client.post("/internal/v1/mail-context", json={"deliveries": [body]}, headers=headers)

    (one,) = answer.json["answers"]
    assert one["context"]["link"].startswith("https://learn.example/")


def test_many_mails_are_answered_at_once_and_in_order(doors: Doors) -> None:
    addresses = [f"p{n}@bsnl.co.in" for n in range(5)]
    for address in addresses:
        doors.register(email=address)
    doors.set(doors.user(addresses[1]), status="DISABLED")
    rows = [
        {
            "delivery_id": address,
            "kind": "newsletter" if address == addresses[3] else "set_password",
            "user_id": doors.user(address)["_id"],
            "event_id": doors.told(address)[-1]["id"],
        }
        for address in [*addresses, addresses[0]]
    ]

    answers = doors.post("/internal/v1/mail-context", {"deliveries": rows}, service_token()).json["answers"]

    assert [one["status"] for one in answers] == ["due", "not_due", "due", "unknown", "due", "due"]
    assert [one["context"]["address"] for one in answers if "context" in one] == [
        addresses[0], addresses[2], addresses[4], addresses[0],
    ]  # fmt: skip
    assert answers[0]["context"]["link"] == answers[5]["context"]["link"]
    entry = doors.store.database["audit"].find_one({"what": "mail_contexts_read"}) or {}
    assert (entry["who"], entry["detail"]) == ("service:notifier", {"count": "6"})


@pytest.mark.parametrize("deliveries", [None, "x", [], {"$gt": ""}, [{"$gt": ""}], [None], [{}] * 65])
def test_n01_deliveries_are_a_short_list_of_whole_rows(doors: Doors, deliveries: Any) -> None:
    answer = doors.post("/internal/v1/mail-context", {"deliveries": deliveries}, service_token())

    assert (answer.status_code, list(answer.json["errors"])) == (422, ["deliveries"])


def test_d22_a_service_that_asks_too_fast_is_told_to_wait(store: Store) -> None:
    doors = open_doors(store.database, replace(SETTINGS, internal_rate=0.01, internal_burst=5.0))
    ask = {"ids": ["a", "b", "c"]}

    first = doors.post("/internal/v1/people", ask, service_token("progress"))
    second = doors.post("/internal/v1/people", ask, service_token("progress"))
    other = doors.post("/internal/v1/people", ask, service_token("catalog"))

    assert [one.status_code for one in (first, second, other)] == [200, 429, 200]
    assert 1 < int(second.headers["Retry-After"]) <= 100  # Until one more row is free.


def test_an_overtaken_mail_is_not_due(doors: Doors) -> None:
    doors.register()
    user_id, older = doors.user()["_id"], doors.told()[-1]["id"]
    doors.register()

    assert doors.mail_context("set_password", user_id, older).status_code == 410
    assert context(doors, "set_password").status_code == 200


@pytest.mark.parametrize("kind", ["set_password", "reset_password", "already_registered", "welcome"])
def test_a_disabled_person_gets_no_mail(doors: Doors, kind: str) -> None:
    doors.register()
    doors.set(doors.user(), status="DISABLED")

    assert context(doors, kind).status_code == 410


def test_an_unknown_person_or_kind_gets_no_mail(doors: Doors) -> None:
    doors.register()

    assert doors.mail_context("set_password", "nobody", "nothing").status_code == 410
    assert context(doors, "newsletter").status_code == 422


def test_known_people_are_told_that_they_have_an_account(doors: Doors) -> None:
    doors.add_active()
    doors.register()

    answer = context(doors, "already_registered")

    assert answer.json["values"] == {"state": "active"}
    assert "link" not in answer.json


def test_the_approver_sees_who_asks_until_it_is_decided(doors: Doors) -> None:
    doors.store.domains.change({"_id": "gov.in"}, {"$set": {"mode": "approval"}})
    admin = add_person(doors.store, ("MDO_ADMIN", "communications"))
    foreign = add_person(doors.store, ("MDO_ADMIN", "home"))
    doors.register(email="a@gov.in")
    event_id = doors.told("a@gov.in")[-1]["id"]

    answer = doors.mail_context("approval_needed", admin["_id"], event_id)
    assert answer.json["address"] == admin["email"]
    assert answer.json["values"]["applicant"] == "Asha Rao"
    assert doors.mail_context("approval_needed", foreign["_id"], event_id).status_code == 410
    doors.set(doors.user("a@gov.in"), status="INVITED")
    assert doors.mail_context("approval_needed", admin["_id"], event_id).status_code == 410


def test_a_denied_person_reads_the_reason(doors: Doors) -> None:
    doors.register()
    doors.set(doors.user(), status="DENIED", denial_reason="Not on our rolls")

    assert context(doors, "registration_denied").json["values"]["reason"] == "Not on our rolls"


@pytest.mark.parametrize(
    ("sent", "status"),
    [("", 401), ("x", 401), (("notifier", "catalog"), 401), (("progress", "identity"), 403)],
)
def test_j06_only_the_notifier_asks_for_addresses(
    doors: Doors, sent: str | tuple[str, str], status: int
) -> None:
    doors.register()
    token = sent if isinstance(sent, str) else service_token(*sent)
    row = {"delivery_id": "d", "kind": "welcome", "user_id": "u", "event_id": "e"}

    assert doors.post("/internal/v1/mail-context", {"deliveries": [row]}, token).status_code == status


def test_z03_a_person_is_no_service(doors: Doors) -> None:
    doors.add_active()
    token = doors.sign_in().json["access_token"]

    assert doors.post("/internal/v1/people", {"ids": []}, token).status_code == 401


def test_people_are_named_and_the_question_is_audited(doors: Doors) -> None:
    one, two = add_person(doors.store), add_person(doors.store, mdo_id="posts")

    answer = doors.post(
        "/internal/v1/people", {"ids": [one["_id"], two["_id"], "x"]}, service_token("progress")
    )

    assert answer.json == {
        "people": {
            one["_id"]: {"display_name": "Asha Rao", "mdo_id": "bsnl"},
            two["_id"]: {"display_name": "Asha Rao", "mdo_id": "posts"},
        }
    }
    entry = doors.store.database["audit"].find_one({"what": "people_read"}) or {}
    assert entry["who"] == "service:progress"


@pytest.mark.parametrize("ids", [None, "x", {"$gt": ""}, [{"$gt": ""}], [None], ["x"] * 201])
def test_n01_ids_are_a_short_list_of_texts(doors: Doors, ids: Any) -> None:
    answer = doors.post("/internal/v1/people", {"ids": ids}, service_token())

    assert (answer.status_code, list(answer.json["errors"])) == (422, ["ids"])


def test_identity_listens_to_what_the_table_says() -> None:
    assert set(handlers.events) == set(LISTENERS["identity"])


def test_subjects_survive_a_second_and_a_late_event(doors: Doors) -> None:

    doors.add_active()
    stored = doors.store.users.collection.find_one({"email": EMAIL}) or {}
    envelope = decode(stored["_outbox"][-1]["body"].encode())
    subjects = Subjects(doors.store.subjects, SETTINGS)
    identity = Identity(doors.store, SETTINGS, KeyRing.load(KEYS), subjects)
    subjects.note(envelope.data.user_id, 9)

    for _ in range(2):
        handlers.handle(identity, envelope)

    known = doors.store.subjects.find_one({"_id": envelope.data.user_id}) or {}
    assert known["sv"] == 9


def test_d29_a_refusal_by_role_or_caller_is_in_the_audit_log(doors: Doors) -> None:
    person = doors.add_active()
    token = doors.sign_in().json["access_token"]

    answers = [
        doors.client.get("/v1/registrations", headers={"Authorization": f"Bearer {token}"}),
        doors.post("/internal/v1/mail-context", {"deliveries": []}, service_token("progress")),
    ]

    assert [one.status_code for one in answers] == [403, 403]
    entries = list(doors.store.database["audit"].find({"what": "access"}).sort("_id", 1))
    assert [(one["who"], one["result"], one["detail"]["route"]) for one in entries] == [
        (person["_id"], "denied", "GET /v1/registrations"),
        ("service:progress", "denied", "POST /internal/v1/mail-context"),
    ]
