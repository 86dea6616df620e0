"""Another address and another name: who confirms, who decides, what is told, what ends."""

from __future__ import annotations

from typing import Any

import pytest
from flask.testing import FlaskClient

from services.identity.store import Store
from tests.identity.as_person import call
from tests.identity.doors import Doors
from tests.identity.people import PASSWORD, add_person
from tests.service_kit import hostile, told

SPV, MDO, POSTS = ("SPV_ADMIN", None), ("MDO_ADMIN", "telecom"), ("MDO_ADMIN", "posts")
NEW = "asha.rao@gov.in"
NAME = {"first_name": "आशा", "last_name": "Rao-Nair", "reason": "Marriage, gazette no. 12."}


@pytest.fixture
def doors(store: Store, client: FlaskClient) -> Doors:
    return Doors(client, store)


def types(store: Store, user: dict[str, Any]) -> list[str]:
    return [one["type"].split(".")[1] for one in told(store.users.collection, user["_id"])]


def ask_email(client: FlaskClient, user: dict[str, Any], email: str = NEW, password: str = PASSWORD) -> Any:
    return call(client, user, "POST", "/v1/me/email", {"email": email, "password": password})


def mail(client: FlaskClient, kind: str, user_id: str, event_id: str) -> Any:
    return Doors(client, None).mail_context(kind, user_id, event_id)  # type: ignore[arg-type]


def link_token(client: FlaskClient, store: Store, user: dict[str, Any]) -> str:
    slot = (store.users.get(user["_id"]) or {})["links"]["confirm_email"]
    answer = mail(client, "confirm_email", user["_id"], slot["link_id"])
    assert (answer.status_code, answer.json["address"]) == (200, NEW)
    assert "/confirm-email?token=" in answer.json["link"]
    return str(answer.json["link"]).partition("token=")[2]


def test_a_new_address_counts_when_its_owner_confirms(store: Store, client: FlaskClient) -> None:
    person = add_person(store)
    login = client.post("/v1/auth/token", json={"email": person["email"], "password": PASSWORD}).json
    asked = ask_email(client, person)
    before = store.users.get(person["_id"]) or {}

    done = client.post("/v1/credentials/confirm-email", json={"token": link_token(client, store, person)})

    after = store.users.get(person["_id"]) or {}
    assert (asked.status_code, done.status_code) == (202, 204)
    assert (before["email"], after["email"], after["sv"]) == (person["email"], NEW, person["sv"] + 1)
    assert types(store, person) == ["EmailChangeRequested", "EmailChanged"]
    renewed = client.post("/v1/auth/refresh", json={"refresh_token": login["refresh_token"]})
    assert renewed.status_code == 401
    assert client.post("/v1/auth/token", json={"email": NEW, "password": PASSWORD}).status_code == 200


def test_the_old_address_is_warned(store: Store, client: FlaskClient) -> None:
    person = add_person(store)
    ask_email(client, person)
    client.post("/v1/credentials/confirm-email", json={"token": link_token(client, store, person)})
    event = told(store.users.collection, person["_id"])[-1]

    answer = mail(client, "email_changed", person["_id"], event["id"])

    assert answer.json["address"] == person["email"]
    assert mail(client, "email_changed", person["_id"], "another-event").status_code == 410


def test_l02_the_confirming_link_works_once_and_sets_no_password(store: Store, client: FlaskClient) -> None:
    person = add_person(store)
    ask_email(client, person)
    token = link_token(client, store, person)

    wrong = client.post(
        "/v1/credentials/set-password", json={"token": token, "password": "eleven slow rivers meet"}
    )
    first = client.post("/v1/credentials/confirm-email", json={"token": token})
    second = client.post("/v1/credentials/confirm-email", json={"token": token})

    assert (wrong.status_code, first.status_code, second.status_code) == (410, 204, 410)


def test_l05_a_reset_link_confirms_no_address(store: Store, client: FlaskClient, doors: Doors) -> None:
    person = add_person(store)
    ask_email(client, person)
    client.post("/v1/credentials/forgot", json={"email": person["email"]})
    slot = (store.users.get(person["_id"]) or {})["links"]["reset_password"]
    link = mail(client, "reset_password", person["_id"], slot["link_id"]).json["link"]

    answer = client.post("/v1/credentials/confirm-email", json={"token": link.partition("token=")[2]})

    assert answer.status_code == 410
    assert (store.users.get(person["_id"]) or {})["email"] == person["email"]


@pytest.mark.parametrize(
    "address", ["x@gmail.com", "x@evil-gov.in", "x@sub.gov.in", "x@gov.in,y@z.in", "", "x"]
)
def test_r07_the_address_rule_holds_for_a_change(store: Store, client: FlaskClient, address: str) -> None:
    person = add_person(store)

    answer = ask_email(client, person, address)

    assert (answer.status_code, list(answer.json["errors"])) == (422, ["email"])
    assert types(store, person) == []


def test_r08_a_taken_address_answers_alike_and_is_never_mailed(store: Store, client: FlaskClient) -> None:
    person, other = add_person(store), add_person(store, email=NEW)

    taken, free = ask_email(client, person), ask_email(client, other, "free.address@gov.in")

    assert (taken.status_code, taken.json) == (free.status_code, free.json)
    slot = (store.users.get(person["_id"]) or {})["links"]["confirm_email"]
    assert mail(client, "confirm_email", person["_id"], slot["link_id"]).status_code == 410


def test_an_address_that_was_taken_meanwhile_stays_with_its_account(
    store: Store, client: FlaskClient
) -> None:
    person = add_person(store)
    ask_email(client, person)
    token = link_token(client, store, person)
    add_person(store, email=NEW)

    answer = client.post("/v1/credentials/confirm-email", json={"token": token})

    assert (answer.status_code, answer.json["slug"]) == (409, "address_known")


def test_a_change_needs_the_password(store: Store, client: FlaskClient) -> None:
    person = add_person(store)

    answer = ask_email(client, person, password="not the right words")

    assert (answer.status_code, list(answer.json["errors"])) == (422, ["password"])


def test_a_name_changes_when_an_admin_of_the_mdo_agrees(store: Store, client: FlaskClient) -> None:
    person, admin = add_person(store), add_person(store, MDO)
    asked = call(client, person, "POST", "/v1/me/name", NAME)
    (seen,) = call(client, admin, "GET", "/v1/name-changes").json["items"]

    done = call(client, admin, "POST", f"/v1/name-changes/{seen['id']}/approve", {})

    assert (asked.status_code, seen["user_id"], done.status_code) == (202, person["_id"], 200)
    user = store.users.get(person["_id"]) or {}
    assert (user["first_name"], user["last_name"]) == ("आशा", "Rao-Nair")
    assert types(store, person) == ["NameChangeRequested", "NameChangeDecided", "NameChanged"]
    (event, *_) = told(store.users.collection, person["_id"])
    assert event["data"]["approver_ids"] == [admin["_id"]]
    found = call(client, admin, "GET", "/v1/users?q=आशा").json["items"]
    assert [one["id"] for one in found] == [person["_id"]]


def test_a_declined_name_stays_and_the_reason_is_read(store: Store, client: FlaskClient) -> None:
    person, admin = add_person(store), add_person(store, MDO)
    id_ = call(client, person, "POST", "/v1/me/name", NAME).json["id"]

    call(client, admin, "POST", f"/v1/name-changes/{id_}/decline", {"reason": "No paper is attached."})
    again = call(client, admin, "POST", f"/v1/name-changes/{id_}/approve", {})

    assert (again.status_code, again.json["slug"]) == (409, "already_decided")
    assert (store.users.get(person["_id"]) or {})["first_name"] == "Asha"
    me = call(client, person, "GET", "/v1/me").json
    assert (me["name_change"]["status"], me["name_change"]["decision_reason"]) == (
        "declined",
        "No paper is attached.",
    )
    assert mail(client, "name_change_declined", person["_id"], "e").json["values"] == {
        "reason": "No paper is attached."
    }


def test_z01_a_foreign_admin_knows_of_no_request_and_nobody_decides_on_the_own(
    store: Store, client: FlaskClient
) -> None:
    admin, foreign = add_person(store, MDO), add_person(store, POSTS)
    id_ = call(client, admin, "POST", "/v1/me/name", NAME).json["id"]
    path = f"/v1/name-changes/{id_}/approve"

    stranger = call(client, foreign, "POST", path, {})
    unknown = call(client, foreign, "POST", "/v1/name-changes/nobody/approve", {})
    own = call(client, admin, "POST", path, {})

    assert (stranger.status_code, unknown.status_code, own.status_code) == (404, 404, 403)
    assert call(client, foreign, "GET", "/v1/name-changes").json["items"] == []


def test_the_approvers_mail_is_due_until_somebody_decided(store: Store, client: FlaskClient) -> None:
    person, admin = add_person(store), add_person(store, MDO)
    id_ = call(client, person, "POST", "/v1/me/name", NAME).json["id"]
    event = told(store.users.collection, person["_id"])[-1]

    before = mail(client, "name_change_needed", admin["_id"], event["id"])
    call(client, admin, "POST", f"/v1/name-changes/{id_}/approve", {})
    after = mail(client, "name_change_needed", admin["_id"], event["id"])

    assert before.json["values"]["wanted"] == "आशा Rao-Nair"
    assert (before.status_code, after.status_code) == (200, 410)


def test_n01_changes_take_texts_only(store: Store, client: FlaskClient) -> None:
    person = add_person(store)

    for field, body in hostile(NAME):
        assert call(client, person, "POST", "/v1/me/name", body).status_code == 422, field
    for field, body in hostile({"email": NEW, "password": PASSWORD}):
        assert call(client, person, "POST", "/v1/me/email", body).status_code == 422, field
    assert types(store, person) == []
