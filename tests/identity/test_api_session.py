"""The HTTP door of sessions, roles and approvals: what goes in, what comes out, who is refused."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from flask.testing import FlaskClient
from pymongo import MongoClient
from werkzeug.test import TestResponse

from services.identity.app import create_app
from services.identity.store import Store
from shared.auth import KeyRing, Signer, Subjects
from tests.identity.people import PASSWORD, RING, SERVICE_SECRET, SETTINGS, add_person

SPV = ("SPV_ADMIN", None)
Person = dict[str, Any]


def sign_in(client: FlaskClient, person: Person) -> dict[str, Any]:
    body = {"email": person["email"], "password": PASSWORD}
    answer: dict[str, Any] = client.post("/v1/auth/token", json=body).get_json()
    return answer


def bearer(client: FlaskClient, person: Person) -> dict[str, str]:
    return {"Authorization": f"Bearer {sign_in(client, person)['access_token']}"}


def test_signing_in_gives_both_tokens(client: FlaskClient, store: Store) -> None:
    answer = sign_in(client, add_person(store))

    assert set(answer) == {"access_token", "token_type", "expires_in", "refresh_token", "refresh_expires_in",
                           "second_factor"}  # fmt: skip
    assert (answer["token_type"], answer["expires_in"], answer["refresh_expires_in"]) == ("Bearer", 600, 1800)


def test_me_shows_the_person_with_roles_and_portals(client: FlaskClient, store: Store) -> None:
    person = add_person(store, ("MDO_ADMIN", "bsnl"))

    answer = client.get("/v1/me", headers=bearer(client, person)).get_json()

    assert answer["id"] == person["_id"]
    assert answer["mdo"]["id"] == "bsnl"
    assert answer["position"] == {"id": None, "name": {"en": "Analyst", "hi": "Analyst"}}
    assert answer["roles"] == [{"role": "MDO_ADMIN", "scope": "bsnl"}]
    assert [portal["slug"] for portal in answer["portals"]] == ["mdo", "frac"]


def test_z05_me_shows_nothing_else(client: FlaskClient, store: Store) -> None:
    answer = client.get("/v1/me", headers=bearer(client, add_person(store))).get_json()

    assert set(answer) == {
        "id", "first_name", "last_name", "email", "position", "mdo", "locale", "status", "roles", "portals",
        "pending_email", "name_change", "second_factor",
    }  # fmt: skip


def refused(answer: TestResponse) -> tuple[int, Any, Any, list[str]]:
    body = answer.get_json()
    body.pop("request_id")
    return answer.status_code, body, answer.content_length, sorted(answer.headers.keys())


def test_a01_all_refusals_look_alike_over_http(client: FlaskClient, store: Store) -> None:
    people = [
        add_person(store),
        add_person(store, status="DISABLED"),
        add_person(store, status="INVITED", password=None),
        {"email": "nobody.at.all@bsnl.co.in"},
        {"email": "nobody at all"},
    ]

    answers = [
        client.post("/v1/auth/token", json={"email": one["email"], "password": "wrong"}) for one in people
    ]

    assert all(refused(answer) == refused(answers[0]) for answer in answers)
    assert answers[0].status_code == 401


def test_a02_waits_say_when_to_come_back(client: FlaskClient, store: Store) -> None:
    body = {"email": add_person(store)["email"], "password": "wrong"}

    answers = [client.post("/v1/auth/token", json=body) for _ in range(16)]

    waits = [one.headers["Retry-After"] for one in answers[10:] if one.status_code == 429]
    assert {one.status_code for one in answers[:10]} == {401}
    assert int(waits[0]) >= 1


def test_a04_logout_ends_the_refresh_token_and_is_quiet_about_it(client: FlaskClient, store: Store) -> None:
    token = {"refresh_token": sign_in(client, add_person(store))["refresh_token"]}

    first = client.post("/v1/auth/revoke", json=token)
    again = client.post("/v1/auth/revoke", json=token)
    renewal = client.post("/v1/auth/refresh", json=token)

    assert (first.status_code, again.status_code, renewal.status_code) == (204, 204, 401)


def test_j07_revocation_outlives_a_restart(client: FlaskClient, store: Store) -> None:
    old = {"refresh_token": sign_in(client, add_person(store))["refresh_token"]}
    new = {"refresh_token": client.post("/v1/auth/refresh", json=old).get_json()["refresh_token"]}
    client.post("/v1/auth/refresh", json=old)

    restarted = create_app(SETTINGS, store.database).test_client()

    assert restarted.post("/v1/auth/refresh", json=new).status_code == 401


def test_j06_a_refresh_token_opens_no_door(client: FlaskClient, store: Store) -> None:
    token = sign_in(client, add_person(store))["refresh_token"]

    assert client.get("/v1/me", headers={"Authorization": f"Bearer {token}"}).status_code == 401


def test_j06_the_token_of_a_deleted_person_is_refused(client: FlaskClient, store: Store) -> None:
    person = add_person(store)
    headers = bearer(client, person)
    store.users.collection.delete_one({"_id": person["_id"]})

    assert client.get("/v1/me", headers=headers).status_code == 401


def test_j06_a_service_token_opens_no_persons_door(client: FlaskClient, store: Store) -> None:
    body = {"caller": "notifier", "secret": SERVICE_SECRET, "audience": "identity"}
    token = client.post("/internal/v1/token", json=body).get_json()["access_token"]

    assert client.get("/v1/me", headers={"Authorization": f"Bearer {token}"}).status_code == 401


@pytest.mark.parametrize(
    "changed", [{"secret": "wrong"}, {"caller": "nobody"}, {"caller": "progress"}, {"audience": "catalog"}]
)
def test_a_service_gets_a_token_for_its_own_secret_only(client: FlaskClient, changed: dict[str, str]) -> None:
    body = {"caller": "notifier", "secret": SERVICE_SECRET, "audience": "identity", **changed}

    assert client.post("/internal/v1/token", json=body).status_code == 401


def test_the_public_keys_hold_no_private_part(client: FlaskClient) -> None:
    keys = client.get("/v1/jwks").get_json()["keys"]

    assert [set(key) for key in keys] == [{"kty", "crv", "x", "kid", "use", "alg"}]


def test_a_role_is_given_seen_and_taken_over_http(client: FlaskClient, store: Store) -> None:
    headers, person = bearer(client, add_person(store, SPV)), add_person(store)
    path = f"/v1/users/{person['_id']}/roles"

    given = client.post(path, json={"role": "MDO_ADMIN", "scope": "bsnl"}, headers=headers)
    seen = client.get(path, headers=headers).get_json()["items"]
    taken = client.delete(f"{path}/{given.get_json()['id']}", headers=headers)

    assert (given.status_code, taken.status_code) == (201, 204)
    assert [(one["role"], one["scope"]) for one in seen] == [("MDO_ADMIN", "bsnl")]
    assert client.get(path, headers=headers).get_json()["items"] == []


def test_j09_a_token_from_before_a_demotion_gives_nothing(client: FlaskClient, store: Store) -> None:
    add_person(store, SPV)
    admin, person = add_person(store, SPV), add_person(store)
    headers = bearer(client, admin)
    store.users.change({"_id": admin["_id"]}, {"$set": {"roles": []}, "$inc": {"sv": 1}})

    answer = client.post(f"/v1/users/{person['_id']}/roles", json={"role": "SPV_ADMIN"}, headers=headers)

    assert answer.status_code == 403
    assert (store.users.get(admin["_id"]) or {})["roles"] == []


def test_a03_a_stale_or_disabled_subject_is_refused_at_once(client: FlaskClient, store: Store) -> None:
    person = add_person(store)
    headers = bearer(client, person)
    subjects = Subjects(store.subjects, SETTINGS)

    before = client.get("/v1/me", headers=headers).status_code
    subjects.note(person["_id"], person["sv"] + 1)

    assert (before, client.get("/v1/me", headers=headers).status_code) == (200, 401)


def test_an_approval_over_http(client: FlaskClient, store: Store) -> None:
    headers = bearer(client, add_person(store, ("MDO_ADMIN", "telecom")))
    person = add_person(store, status="AWAITING_APPROVAL", password=None)

    queue = client.get("/v1/registrations", headers=headers).get_json()
    decided = client.post(f"/v1/registrations/{person['_id']}/approve", headers=headers)
    again = client.post(
        f"/v1/registrations/{person['_id']}/deny", json={"reason": "Too late."}, headers=headers
    )

    assert [one["id"] for one in queue["items"]] == [person["_id"]]
    assert (decided.status_code, decided.get_json()) == (200, {"id": person["_id"], "state": "invited"})
    assert again.status_code == 409


@pytest.mark.parametrize("verb", ["approve", "deny"])
def test_z01_a_foreign_registration_answers_like_an_unknown_one(
    client: FlaskClient, store: Store, verb: str
) -> None:
    headers = bearer(client, add_person(store, ("MDO_ADMIN", "posts")))
    person = add_person(store, status="AWAITING_APPROVAL", password=None)
    body = {"reason": "Not on the rolls."} if verb == "deny" else None

    foreign = client.post(f"/v1/registrations/{person['_id']}/{verb}", json=body, headers=headers)
    unknown = client.post(f"/v1/registrations/no-such-id/{verb}", json=body, headers=headers)

    assert refused(foreign) == refused(unknown)
    assert foreign.status_code == 404


ADMIN_DOORS = [
    ("GET", "/v1/users/u1/roles", None),
    ("POST", "/v1/users/u1/roles", {"role": "SPV_ADMIN"}),
    ("DELETE", "/v1/users/u1/roles/g1", None),
    ("GET", "/v1/registrations", None),
    ("POST", "/v1/registrations/u1/approve", None),
    ("POST", "/v1/registrations/u1/deny", {"reason": "Not on the rolls."}),
]


@pytest.mark.parametrize(("method", "path", "body"), ADMIN_DOORS)
def test_z03_admin_doors_are_shut_for_others(
    client: FlaskClient, store: Store, method: str, path: str, body: Any
) -> None:
    headers = bearer(client, add_person(store, ("CONTENT_CREATOR", None)))

    assert client.open(path, method=method, json=body).status_code == 401
    assert client.open(path, method=method, json=body, headers=headers).status_code == 403


BODIES = [
    ("/v1/auth/token", {"email": "a@bsnl.co.in", "password": "x"}),
    ("/v1/auth/refresh", {"refresh_token": "x"}),
    ("/v1/auth/revoke", {"refresh_token": "x"}),
    ("/internal/v1/token", {"caller": "notifier", "secret": "x", "audience": "identity"}),
]
ODD = [
    {"$gt": ""},
    {"$ne": None},
    {"$regex": ".*"},
    {"$where": "1"},
    [],
    ["x"],
    None,
    1,
    1.5,
    True,
    "",
    "x" * 300,
]


@pytest.fixture(scope="module")
def doors() -> Iterator[FlaskClient]:
    """The HTTP door without a database behind it: what is malformed never gets that far."""
    with MongoClient[dict[str, Any]]("mongodb://localhost:1", connect=False, timeoutMS=100) as nowhere:
        yield create_app(SETTINGS, nowhere["identity"]).test_client()


@pytest.mark.parametrize(("path", "body"), BODIES)
def test_n01_a_field_of_another_shape_is_refused_by_name(
    doors: FlaskClient, path: str, body: dict[str, str]
) -> None:
    for name in body:
        for value in ODD:
            answer = doors.post(path, json={**body, name: value})

            assert (answer.status_code, list(answer.get_json()["errors"])) == (422, [name])


@pytest.mark.parametrize(("path", "body"), BODIES)
@pytest.mark.parametrize("extra", ["roles", "is_admin", "_id", "status", "$set", "user_id"])
def test_z04_an_unknown_field_is_refused_by_name(
    doors: FlaskClient, path: str, body: dict[str, str], extra: str
) -> None:
    answer = doors.post(path, json={**body, extra: "SPV_ADMIN"})

    assert (answer.status_code, list(answer.get_json()["errors"])) == (422, [extra])


@pytest.mark.parametrize(("path", "body"), BODIES)
@pytest.mark.parametrize("raw", [b"", b"null", b"[]", b'"x"', b"{", b'{"a":NaN}', b'{"a":1,"a":2}', b"\xff"])
def test_n02_a_malformed_body_is_refused(
    doors: FlaskClient, path: str, body: dict[str, str], raw: bytes
) -> None:
    answer = doors.post(path, data=raw, content_type="application/json")

    assert answer.status_code in (400, 422)
    assert answer.content_type == "application/problem+json"


def test_z07_a_stolen_signing_claim_of_roles_is_not_written_back(client: FlaskClient, store: Store) -> None:
    person = add_person(store)
    forged = Signer(KeyRing.load(RING), SETTINGS).access_token(
        person["_id"], roles=[{"role": "SPV_ADMIN", "scope": None}], sv=person["sv"], session_id="s1"
    )
    headers = {"Authorization": f"Bearer {forged}"}

    answer = client.post(f"/v1/users/{person['_id']}/roles", json={"role": "FRAC_ADMIN"}, headers=headers)

    assert answer.status_code == 403
    assert (store.users.get(person["_id"]) or {})["roles"] == []


def test_p04_a_flood_of_logins_gets_some_503_and_never_a_500(store: Store) -> None:
    app = create_app(replace(SETTINGS, hash_slots=1, hash_waiting=1), store.database)
    body = {"email": add_person(store)["email"], "password": PASSWORD}
    answers: list[TestResponse] = []
    start = threading.Barrier(12)

    def attempt() -> None:
        start.wait()
        answers.append(app.test_client().post("/v1/auth/token", json=body))

    threads = [threading.Thread(target=attempt) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert {answer.status_code for answer in answers} == {200, 503}
    assert all("Retry-After" in answer.headers for answer in answers if answer.status_code == 503)
