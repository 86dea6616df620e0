"""People's administration: reach, invitation, closing and opening accounts, the link, who looked at whom."""

from __future__ import annotations

from typing import Any

import pytest
from flask.testing import FlaskClient

from services.identity.handlers import Identity, handlers
from services.identity.store import Store
from shared.auth import KeyRing, Subjects
from shared.events.identity import RoleRevoked
from tests.identity.as_person import call
from tests.identity.people import PASSWORD, RING, SETTINGS, add_person
from tests.service_kit import deliver, envelope, hostile, told

SPV, MDO, POSTS = ("SPV_ADMIN", None), ("MDO_ADMIN", "telecom"), ("MDO_ADMIN", "posts")
INVITATION: dict[str, Any] = {
    "email": "new.person@bsnl.co.in", "first_name": "नई", "last_name": "Person", "mdo_id": "bsnl",
    "position_text": "Analyst", "locale": "hi",
}  # fmt: skip


def types(store: Store, user: dict[str, Any]) -> list[str]:
    return [one["type"].split(".")[1] for one in told(store.users.collection, user["_id"])]


def test_z01_an_admin_sees_the_own_mdo_and_below_only(store: Store, client: FlaskClient) -> None:
    admin, foreign, spv = add_person(store, MDO), add_person(store, POSTS), add_person(store, SPV)
    person = add_person(store, mdo_id="posts", mdo_path=["communications", "posts"])

    own = call(client, admin, "GET", "/v1/users").json["items"]
    below = call(client, foreign, "GET", "/v1/users").json["items"]
    everybody = call(client, spv, "GET", "/v1/users?mdo_id=posts").json["items"]

    assert {one["id"] for one in own} == {admin["_id"], foreign["_id"], spv["_id"]}
    assert [one["id"] for one in below] == [one["id"] for one in everybody] == [person["_id"]]
    assert not {"password", "links", "totp", "words", "misses"} & set(own[0])


def test_people_are_found_by_the_beginning_of_name_or_address(store: Store, client: FlaskClient) -> None:
    admin = add_person(store, SPV)
    made = call(client, admin, "POST", "/v1/invitations", INVITATION).json

    for q in ("नई", "new.per", "person नई", "PERS"):
        found = call(client, admin, "GET", f"/v1/users?q={q}").json["items"]
        assert [one["id"] for one in found] == [made["id"]], q
    assert call(client, admin, "GET", "/v1/users?q=.*").json["items"] == []
    assert call(client, admin, "GET", "/v1/users?status=disabled").json["items"] == []


def test_pages_of_people_hold_each_once(store: Store, client: FlaskClient) -> None:
    admin, others = add_person(store, SPV), [add_person(store) for _ in range(4)]

    first = call(client, admin, "GET", "/v1/users?limit=3").json
    second = call(client, admin, "GET", f"/v1/users?limit=3&cursor={first['next_cursor']}").json

    ids = [one["id"] for one in first["items"] + second["items"]]
    assert sorted(ids) == sorted([admin["_id"], *(one["_id"] for one in others)])
    assert second["next_cursor"] is None


def test_an_invited_person_gets_the_mail_with_the_link(store: Store, client: FlaskClient) -> None:
    admin = add_person(store, MDO)

    made = call(client, admin, "POST", "/v1/invitations", INVITATION)

    assert made.status_code == 201
    assert (made.json["status"], made.json["link_state"]) == ("invited", "waiting")
    user = store.users.get(made.json["id"]) or {}
    assert types(store, user) == ["UserRegistered"]
    assert (user["invited_by"], user["declared_at"]) == (admin["_id"], None)


def test_the_same_invitation_sent_again_is_the_same_account(store: Store, client: FlaskClient) -> None:
    admin = add_person(store, MDO)
    key = {"headers": {"Idempotency-Key": "k-1"}}

    first = call(client, admin, "POST", "/v1/invitations", INVITATION, **key)
    again = call(client, admin, "POST", "/v1/invitations", INVITATION, **key)
    other = call(client, admin, "POST", "/v1/invitations", INVITATION)

    assert (again.status_code, again.json["id"]) == (201, first.json["id"])
    assert (other.status_code, other.json["slug"]) == (409, "address_known")


@pytest.mark.parametrize(
    "address", ["x@gmail.com", "x@evil-bsnl.co.in", "x@sub.gov.in", "x@bsnl.co.in,y@z.in", "X@xn--gov.in", ""]
)
def test_r07_the_address_rule_holds_for_invitations(store: Store, client: FlaskClient, address: str) -> None:
    admin = add_person(store, SPV)

    answer = call(client, admin, "POST", "/v1/invitations", INVITATION | {"email": address})

    assert (answer.status_code, list(answer.json["errors"])) == (422, ["email"])
    assert store.users.collection.count_documents({}) == 1


def test_z01_nobody_invites_into_a_foreign_mdo(store: Store, client: FlaskClient) -> None:
    admin = add_person(store, POSTS)

    answer = call(client, admin, "POST", "/v1/invitations", INVITATION)

    assert (answer.status_code, answer.json["slug"]) == (422, "mdo_not_yours")


@pytest.mark.parametrize(
    "extra",
    [{"roles": ["SPV_ADMIN"]}, {"is_admin": True}, {"status": "ACTIVE"}, {"_id": "x"}, {"user_id": "x"},
     {"password_hash": "x"}, {"verified": True}, {"$set": {"status": "ACTIVE"}}],
)  # fmt: skip
def test_z04_more_than_the_form_is_refused(store: Store, client: FlaskClient, extra: dict[str, Any]) -> None:
    admin = add_person(store, MDO)

    answer = call(client, admin, "POST", "/v1/invitations", INVITATION | extra)

    assert answer.status_code == 422
    assert store.user_by_email(INVITATION["email"]) is None


def test_n01_an_invitation_takes_texts_only(store: Store, client: FlaskClient) -> None:
    admin = add_person(store, MDO)

    for field, body in hostile(INVITATION):
        if field == "position_text" and body["position_text"] is None:
            continue
        assert call(client, admin, "POST", "/v1/invitations", body).status_code == 422, field


def test_a03_a_disabled_person_is_out_and_stays_out(store: Store, client: FlaskClient) -> None:
    admin, person = add_person(store, MDO), add_person(store)
    login = client.post("/v1/auth/token", json={"email": person["email"], "password": PASSWORD}).json

    answer = call(client, admin, "POST", f"/v1/users/{person['_id']}/disable", {"reason": "left service"})

    assert (answer.status_code, answer.json["status"]) == (200, "disabled")
    renewed = client.post("/v1/auth/refresh", json={"refresh_token": login["refresh_token"]})
    assert renewed.status_code == 401
    again = client.post("/v1/auth/token", json={"email": person["email"], "password": PASSWORD})
    assert again.status_code == 401
    assert types(store, person) == ["UserDisabled"]
    assert (store.users.get(person["_id"]) or {})["sv"] == person["sv"] + 1


def test_a03_sessions_from_before_stay_dead_when_the_account_opens_again(
    store: Store, client: FlaskClient
) -> None:
    admin, person = add_person(store, MDO), add_person(store)
    login = client.post("/v1/auth/token", json={"email": person["email"], "password": PASSWORD}).json
    path = f"/v1/users/{person['_id']}"
    call(client, admin, "POST", f"{path}/disable", {"reason": "long leave"})

    enabled = call(client, admin, "POST", f"{path}/enable", {"reason": "is back"})
    repeated = call(client, admin, "POST", f"{path}/enable", {"reason": "is back"})

    assert enabled.json["status"] == repeated.json["status"] == "active"
    assert types(store, person) == ["UserDisabled", "UserEnabled"]
    renewed = client.post("/v1/auth/refresh", json={"refresh_token": login["refresh_token"]})
    assert renewed.status_code == 401
    again = client.post("/v1/auth/token", json={"email": person["email"], "password": PASSWORD})
    assert again.status_code == 200


def test_z07_what_an_mdo_admin_cannot_do_to_accounts(store: Store, client: FlaskClient) -> None:
    admin, spv, foreign = add_person(store, MDO), add_person(store, SPV), add_person(store, POSTS)
    reason = {"reason": "because"}

    own = call(client, admin, "POST", f"/v1/users/{admin['_id']}/disable", reason)
    higher = call(client, admin, "POST", f"/v1/users/{spv['_id']}/disable", reason)
    link = call(client, admin, "POST", f"/v1/users/{spv['_id']}/send-link", {})
    stranger = call(client, foreign, "POST", f"/v1/users/{admin['_id']}/disable", reason)
    nobody = call(client, foreign, "POST", "/v1/users/nobody/disable", reason)

    assert (own.status_code, own.json["slug"]) == (403, "own_account")
    assert higher.status_code == link.status_code == 403
    assert (stranger.status_code, stranger.json["slug"]) == (nobody.status_code, nobody.json["slug"])


def test_z07_the_last_spv_admin_cannot_be_disabled(store: Store, client: FlaskClient) -> None:
    first, second = add_person(store, SPV), add_person(store, SPV)
    reason = {"reason": "because"}

    gone = call(client, first, "POST", f"/v1/users/{second['_id']}/disable", reason)
    store.users.change({"_id": second["_id"]}, {"$set": {"status": "ACTIVE"}})
    last = call(client, second, "POST", f"/v1/users/{first['_id']}/disable", reason)

    assert gone.status_code == 200
    assert (last.status_code, last.json["slug"]) == (409, "last_spv_admin")


def test_z07_an_admin_starts_a_reset_and_never_sees_the_link(store: Store, client: FlaskClient) -> None:
    admin, person = add_person(store, MDO), add_person(store)

    sent = call(client, admin, "POST", f"/v1/users/{person['_id']}/send-link", {})

    assert sent.status_code == 202
    assert types(store, person) == ["PasswordResetRequested"]
    assert "token" not in sent.text


def test_the_link_of_an_invited_person_is_sent_again_within_the_limit(
    store: Store, client: FlaskClient
) -> None:
    admin = add_person(store, MDO)
    made = call(client, admin, "POST", "/v1/invitations", INVITATION).json
    path = f"/v1/users/{made['id']}/send-link"

    answers = [call(client, admin, "POST", path, {}) for _ in range(3)]

    assert [one.status_code for one in answers] == [202, 202, 429]
    assert answers[-1].headers["Retry-After"]


def test_people_see_who_looked_at_their_data(store: Store, client: FlaskClient) -> None:
    admin, person, other = add_person(store, MDO, first_name="Meera"), add_person(store), add_person(store)
    call(client, admin, "GET", f"/v1/users/{person['_id']}")

    mine = call(client, person, "GET", "/v1/me/access-log").json["items"]
    others = call(client, other, "GET", "/v1/me/access-log").json["items"]

    assert [(one["who"], one["what"]) for one in mine] == [("Meera Rao", "person_seen")]
    assert others == []


def test_names_come_for_the_own_people_only(store: Store, client: FlaskClient) -> None:
    admin, person = add_person(store, POSTS), add_person(store)
    own = add_person(store, mdo_id="posts", mdo_path=["communications", "posts"])

    found = call(client, admin, "POST", "/v1/people", {"ids": [person["_id"], own["_id"], "nobody"]}).json

    assert found["people"] == {own["_id"]: {"display_name": "Asha Rao", "mdo_id": "posts"}}


def test_a_person_ends_own_sessions_and_no_other(store: Store, client: FlaskClient) -> None:
    person, other = add_person(store), add_person(store)
    login = client.post("/v1/auth/token", json={"email": person["email"], "password": PASSWORD}).json
    (session,) = call(client, person, "GET", "/v1/me/sessions").json["items"]

    foreign = call(client, other, "DELETE", f"/v1/me/sessions/{session['id']}")
    unknown = call(client, other, "DELETE", "/v1/me/sessions/nobody")
    own = call(client, person, "DELETE", f"/v1/me/sessions/{session['id']}")

    assert (foreign.status_code, unknown.status_code, own.status_code) == (404, 404, 204)
    assert call(client, person, "GET", "/v1/me/sessions").json["items"] == []
    renewed = client.post("/v1/auth/refresh", json={"refresh_token": login["refresh_token"]})
    assert renewed.status_code == 401


def test_j09_a_demoted_admin_is_refused_whatever_the_token_says(store: Store, client: FlaskClient) -> None:
    spv, admin, person = add_person(store, SPV), add_person(store, MDO), add_person(store)
    grant = admin["roles"][0]["id"]

    call(client, spv, "DELETE", f"/v1/users/{admin['_id']}/roles/{grant}")
    refused = call(client, admin, "POST", f"/v1/users/{person['_id']}/disable", {"reason": "because"})

    assert refused.status_code == 403
    assert (store.users.get(admin["_id"]) or {})["roles"] == []


def test_j09_every_service_refuses_the_token_once_it_heard_of_the_demotion(
    store: Store, client: FlaskClient
) -> None:
    spv, admin = add_person(store, SPV), add_person(store, MDO)
    call(client, spv, "DELETE", f"/v1/users/{admin['_id']}/roles/{admin['roles'][0]['id']}")
    identity = Identity(store, SETTINGS, KeyRing.load(RING), Subjects(store.subjects, SETTINGS))
    (event,) = told(store.users.collection, admin["_id"])
    deliver(handlers, identity, envelope(RoleRevoked(**event["data"])))

    assert call(client, admin, "GET", "/v1/users").status_code == 401
