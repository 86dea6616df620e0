"""The second factor: needed for roles, used once per code, lost devices, never readable from a dump."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pyotp
import pytest
from flask.testing import FlaskClient

from services.identity.app import create_app
from services.identity.rules.second_factor import seal, step_of, unseal
from services.identity.store import Store
from shared.auth import KeyRing
from shared.mongo import utcnow
from tests.identity.as_person import call
from tests.identity.people import PASSWORD, RING, SETTINGS, add_person

SPV, MDO = ("SPV_ADMIN", None), ("MDO_ADMIN", "telecom")
STRICT = replace(SETTINGS, second_factor_required=True)


@pytest.fixture
def strict(store: Store) -> FlaskClient:
    return create_app(STRICT, store.database).test_client()


def sign_in(client: FlaskClient, user: dict[str, Any], code: str | None = None) -> Any:
    body = {"email": user["email"], "password": PASSWORD} | ({"code": code} if code else {})
    return client.post("/v1/auth/token", json=body)


def bearer(answer: Any) -> dict[str, str]:
    return {"Authorization": f"Bearer {answer.json['access_token']}"}


def enrol(client: FlaskClient, session: Any) -> tuple[pyotp.TOTP, list[str]]:
    begun = client.post("/v1/me/totp", json={}, headers=bearer(session)).json
    app = pyotp.TOTP(begun["secret"])
    done = client.post("/v1/me/totp/confirm", json={"code": app.now()}, headers=bearer(session))
    assert done.status_code == 200, done.json
    return app, done.json["recovery_codes"]


def later(app: pyotp.TOTP) -> str:
    """The code of the next step: the present one was used."""
    return app.at(utcnow() + timedelta(seconds=30))


def test_without_a_second_factor_a_role_is_not_in_the_token(store: Store, strict: FlaskClient) -> None:
    admin = add_person(store, MDO)

    session = sign_in(strict, admin)

    me = strict.get("/v1/me", headers=bearer(session)).json
    assert session.json["second_factor"] == "setup_needed"
    assert (me["roles"], me["second_factor"]) == ([], {"enrolled": False, "setup_needed": True})
    assert [one["slug"] for one in me["portals"]] == ["frac"]
    assert strict.get("/v1/users", headers=bearer(session)).status_code == 403


def test_after_the_setup_the_next_renewal_holds_the_role(store: Store, strict: FlaskClient) -> None:
    admin = add_person(store, MDO)
    session = sign_in(strict, admin)
    enrol(strict, session)

    renewed = strict.post("/v1/auth/refresh", json={"refresh_token": session.json["refresh_token"]})

    assert renewed.json["second_factor"] == "done"
    assert strict.get("/v1/users", headers=bearer(renewed)).status_code == 200


def test_a_learner_needs_none_and_may_have_one(store: Store, strict: FlaskClient) -> None:
    person = add_person(store)
    session = sign_in(strict, person)
    app, _ = enrol(strict, session)

    without, right = sign_in(strict, person), sign_in(strict, person, later(app))

    assert session.json["second_factor"] == "none"
    assert (without.status_code, without.json["slug"]) == (401, "second_factor_needed")
    assert (right.status_code, right.json["second_factor"]) == (200, "done")


def test_a_code_works_once(store: Store, strict: FlaskClient) -> None:
    person = add_person(store)
    app, _ = enrol(strict, sign_in(strict, person))
    code = later(app)

    answers = [sign_in(strict, person, code).status_code for _ in range(2)]

    assert answers == [200, 401]


def test_a02_wrong_codes_count_as_misses(store: Store, strict: FlaskClient) -> None:
    person = add_person(store)
    enrol(strict, sign_in(strict, person))

    answers = [sign_in(strict, person, "000000").status_code for _ in range(16)]

    assert answers[:10] == [401] * 10
    assert 429 in answers[10:]


def test_a_wrong_password_tells_nothing_of_the_second_factor(store: Store, strict: FlaskClient) -> None:
    person, other = add_person(store), add_person(store)
    enrol(strict, sign_in(strict, person))

    answers = [
        strict.post("/v1/auth/token", json={"email": one["email"], "password": "not the right words"}).json
        for one in (person, other)
    ]

    assert {(one["slug"], one["detail"]) for one in answers} == {(answers[0]["slug"], answers[0]["detail"])}


def test_a_recovery_code_replaces_the_device_once(store: Store, strict: FlaskClient) -> None:
    person = add_person(store)
    _, codes = enrol(strict, sign_in(strict, person))

    answers = [sign_in(strict, person, codes[0]).status_code for _ in range(2)]

    assert answers == [200, 401]
    assert sign_in(strict, person, codes[1]).status_code == 200


def test_l01_a_dump_holds_neither_secret_nor_recovery_code(store: Store, strict: FlaskClient) -> None:
    person = add_person(store)
    app, codes = enrol(strict, sign_in(strict, person))

    stored = str(store.users.get(person["_id"]))

    assert app.secret not in stored
    assert not any(code in stored for code in codes)


def test_who_needs_one_cannot_take_it_away_and_others_need_the_password(
    store: Store, strict: FlaskClient
) -> None:
    admin, person = add_person(store, MDO), add_person(store)
    for one in (admin, person):
        enrol(strict, sign_in(strict, one))

    def removed(user: dict[str, Any], password: str) -> int:
        return call(strict, user, "POST", "/v1/me/totp/remove", {"password": password}).status_code

    assert (removed(admin, PASSWORD), removed(person, "wrong words"), removed(person, PASSWORD)) == (
        409,
        422,
        204,
    )
    assert sign_in(strict, person).status_code == 200


def test_z07_a_lost_device_is_reset_by_another_spv_admin_and_audited(
    store: Store, client: FlaskClient
) -> None:
    spv, admin = add_person(store, SPV), add_person(store, MDO)
    session = sign_in(client, admin)
    enrol(client, session)
    path, reason = f"/v1/users/{admin['_id']}/reset-second-factor", {"reason": "lost the phone"}

    own = call(client, spv, "POST", f"/v1/users/{spv['_id']}/reset-second-factor", reason)
    lower = call(client, admin, "POST", path, reason)
    done = call(client, spv, "POST", path, reason)

    assert (own.status_code, lower.status_code, done.status_code) == (403, 403, 200)
    assert done.json["second_factor"] is False
    renewed = client.post("/v1/auth/refresh", json={"refresh_token": session.json["refresh_token"]})
    assert renewed.status_code == 401
    entries = store.audit_entries({"whom": admin["_id"], "what": "second_factor_reset"})
    assert [one["who"] for one in entries] == [spv["_id"]]


def test_a_sealed_secret_opens_for_its_owner_and_key_only() -> None:
    ring = KeyRing.load(RING)
    stored = seal(ring, "u1", "SECRET")

    assert unseal(ring, "u1", stored) == "SECRET"
    assert unseal(ring, "u2", stored) is None
    assert unseal(KeyRing("k2", {"k2": bytes(32)}), "u1", stored) is None


@pytest.mark.parametrize("code", ["", "12345", "1234567", "١٢٣٤٥٦", "12 456", "abcdef"])
def test_what_is_no_code_is_wrong(code: str) -> None:
    assert step_of(pyotp.random_base32(), code, 0, utcnow()) is None
