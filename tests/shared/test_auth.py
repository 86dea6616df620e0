"""Tokens name a person or a service, and a stale or disabled person is refused everywhere."""

import base64
import json
import os
import time
from typing import Any

import httpx
import jwt
import pytest

from shared.auth import (
    Access,
    KeyRing,
    Keys,
    Principal,
    Role,
    Signer,
    Subjects,
    Verifier,
    authorize,
    note_subject,
)
from shared.errors import Forbidden, Unauthorized, Unavailable
from shared.events.identity import PasswordChanged, RoleRevoked, UserDisabled, UserEnabled
from shared.settings import Settings

SETTINGS = Settings(service="identity")
RING = KeyRing("k1", {"k1": os.urandom(32)})
SIGNER = Signer(RING, SETTINGS)


def token(sv: int = 1, role: str = "PUBLIC") -> str:
    return SIGNER.access_token("u1", roles=[{"role": role, "scope": "bsnl"}], sv=sv, session_id="s1")


def verifier(subjects: Subjects | None = None) -> Verifier:
    return Verifier(SETTINGS, SIGNER.jwks, subjects)


def test_a_token_names_the_person_and_the_roles() -> None:
    assert verifier().person(token()) == Principal("u1", (Role("PUBLIC", "bsnl"),), 1, "s1")


def test_a_verified_token_ends_when_it_ends_though_its_claims_are_kept() -> None:
    short = Settings(service="identity", access_token_lifetime=4.0, token_leeway=0.0, verified_cache=60.0)
    checked = Verifier(short, SIGNER.jwks, None)
    bearer = Signer(RING, short).access_token("u1", roles=[], sv=1, session_id="s1")
    assert checked.person(bearer).user_id == "u1"
    ends = jwt.decode(bearer, options={"verify_signature": False})["exp"]
    while time.time() < ends:
        time.sleep(0.05)

    with pytest.raises(Unauthorized):
        checked.person(bearer)


def test_a_kept_token_of_a_person_is_no_service() -> None:
    checked, ours = verifier(), token()
    assert checked.person(ours).user_id == "u1"

    with pytest.raises(Unauthorized):
        checked.service(ours)


def test_z03_access_is_decided_by_kind_and_role() -> None:
    bearer = f"Bearer {token(role='MDO_ADMIN')}"

    assert authorize(Access("public"), None, None) is None
    assert authorize(Access("person", ("MDO_ADMIN",)), bearer, verifier()) is not None
    with pytest.raises(Forbidden):
        authorize(Access("person", ("SPV_ADMIN",)), bearer, verifier())
    with pytest.raises(Unauthorized):
        authorize(Access("person"), None, verifier())


def test_j06_a_service_token_is_for_one_service_and_for_its_caller() -> None:
    ours = f"Bearer {SIGNER.service_token('notifier', 'identity')}"
    theirs = f"Bearer {SIGNER.service_token('notifier', 'catalog')}"

    assert authorize(Access("service", ("notifier",)), ours, verifier()) is not None
    with pytest.raises(Forbidden):
        authorize(Access("service", ("progress",)), ours, verifier())
    for header, access in [(theirs, "service"), (ours, "person"), (f"Bearer {token()}", "service")]:
        with pytest.raises(Unauthorized):
            authorize(Access(access, ("notifier",) if access == "service" else ()), header, verifier())


@pytest.fixture
def subjects(database: Any) -> Subjects:
    return Subjects(database["subjects"], SETTINGS)


def test_j09_a_token_older_than_the_known_version_is_refused(subjects: Subjects) -> None:
    checked = verifier(subjects)
    assert checked.person(token(sv=1)).user_id == "u1"

    note_subject(subjects, RoleRevoked(user_id="u1", role="MDO_ADMIN", scope=None, revoked_by="a", sv=2))

    with pytest.raises(Unauthorized):
        checked.person(token(sv=1))
    assert checked.person(token(sv=2)).sv == 2


def test_a03_late_and_repeated_news_of_disabling_change_nothing(subjects: Subjects) -> None:
    disabled, enabled = (
        UserDisabled(user_id="u1", mdo_id="m", sv=2),
        UserEnabled(user_id="u1", mdo_id="m", sv=3),
    )
    for happened in (enabled, disabled, disabled, enabled, PasswordChanged(user_id="u1", sv=1, locale="en")):
        note_subject(subjects, happened)

    assert verifier(subjects).person(token(sv=3)).user_id == "u1"


def test_a03_a_disabled_person_is_refused_whatever_the_token_says(subjects: Subjects) -> None:
    note_subject(subjects, UserDisabled(user_id="u1", mdo_id="m", sv=2))

    with pytest.raises(Unauthorized):
        verifier(subjects).person(token(sv=9))


def test_j08_an_unknown_kid_causes_no_flood_of_fetches() -> None:
    fetched: list[int] = []

    def fetch() -> dict[str, Any]:
        fetched.append(1)
        return SIGNER.jwks()

    keys = Keys(fetch, SETTINGS)
    for number in range(50):
        assert keys.get(f"unknown{number}") is None

    assert len(fetched) == 1


def test_d16_keys_unread_since_the_start_are_not_a_refusal() -> None:
    def away() -> dict[str, Any]:
        raise httpx.ConnectError("away")

    with pytest.raises(Unavailable):
        Keys(away, SETTINGS).get("k1")


@pytest.mark.parametrize(
    "text", ["", "{}", '{"active": "a", "keys": {}}', '{"active": "a", "keys": {"a": "c2hvcnQ"}}']
)
def test_a_key_ring_that_is_not_whole_is_refused(text: str) -> None:
    with pytest.raises((ValueError, KeyError)):
        KeyRing.load(text)


def test_a_key_ring_is_read_from_its_json_form() -> None:
    key = base64.urlsafe_b64encode(b"k" * 32).decode().rstrip("=")

    assert KeyRing.load(json.dumps({"active": "a", "keys": {"a": key}})).key("a") == b"k" * 32
