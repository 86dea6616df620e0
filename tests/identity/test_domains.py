"""Approved domains: one admin asks, another decides, applicants who wait are judged anew, all is audited."""

from __future__ import annotations

from typing import Any

import pytest
from flask.testing import FlaskClient

from services.identity.handlers import Identity, handlers
from services.identity.rules.address import domain_name
from services.identity.store import Store
from shared.auth import KeyRing, Subjects
from shared.errors import Refused
from shared.events.identity import DomainListChanged
from tests.identity.as_person import call
from tests.identity.people import RING, SETTINGS, add_person
from tests.service_kit import deliver, hostile, told

SPV, MDO = ("SPV_ADMIN", None), ("MDO_ADMIN", "telecom")
ASKED: dict[str, Any] = {
    "name": "MTNL.in", "include_subdomains": False, "mode": "approval", "reason": "Its officials learn here too.",
}  # fmt: skip


def carry_on(store: Store) -> None:
    """Deliver what the list told, twice each."""
    identity = Identity(store, SETTINGS, KeyRing.load(RING), Subjects(store.subjects, SETTINGS))
    for one in told(store.domains.collection):
        event = DomainListChanged(**one["data"])
        deliver(handlers, identity, event, event)


def register(client: FlaskClient, email: str) -> int:
    form = {
        "first_name": "Asha", "last_name": "Rao", "position_text": "Clerk", "email": email, "mdo_id": "bsnl",
        "declaration": True,
    }  # fmt: skip
    return client.post("/v1/registrations", json=form).status_code


def approved(client: FlaskClient, asker: Any, decider: Any, **changed: Any) -> None:
    asked = call(client, asker, "POST", "/v1/domain-requests", ASKED | changed).json
    decided = call(client, decider, "POST", f"/v1/domain-requests/{asked['id']}/approve", {})
    assert decided.status_code == 200, decided.json


def test_a_domain_is_asked_for_and_approved_by_somebody_else(store: Store, client: FlaskClient) -> None:
    asker, spv = add_person(store, MDO), add_person(store, SPV)
    asked = call(client, asker, "POST", "/v1/domain-requests", ASKED)
    before = register(client, "a.rao@mtnl.in")

    decided = call(client, spv, "POST", f"/v1/domain-requests/{asked.json['id']}/approve", {})

    assert (asked.status_code, asked.json["name"]) == (201, "mtnl.in")
    (event,) = told(store.domain_requests.collection)
    assert event["data"]["approver_ids"] == [spv["_id"]]
    assert (before, register(client, "a.rao@mtnl.in")) == (422, 202)
    assert decided.json["status"] == "approved"
    assert [one["status"] for one in call(client, asker, "GET", "/v1/domain-requests").json["items"]] == [
        "approved"
    ]


def test_z07_nobody_decides_on_the_own_request_or_twice(store: Store, client: FlaskClient) -> None:
    spv, other, mdo = add_person(store, SPV), add_person(store, SPV), add_person(store, MDO)
    asked = call(client, spv, "POST", "/v1/domain-requests", ASKED).json
    path = f"/v1/domain-requests/{asked['id']}"

    own = call(client, spv, "POST", f"{path}/approve", {})
    lower = call(client, mdo, "POST", f"{path}/approve", {})
    declined = call(client, other, "POST", f"{path}/decline", {"reason": "Not an authority."})
    again = call(client, other, "POST", f"{path}/approve", {})

    assert (own.status_code, own.json["slug"]) == (403, "own_request")
    assert lower.status_code == 403
    assert declined.json["decision_reason"] == "Not an authority."
    assert (again.status_code, again.json["slug"]) == (409, "already_decided")
    assert register(client, "a.rao@mtnl.in") == 422


def test_who_waits_is_admitted_when_the_domain_becomes_direct(store: Store, client: FlaskClient) -> None:
    first, second = add_person(store, SPV), add_person(store, SPV)
    approved(client, first, second)
    register(client, "a.rao@mtnl.in")
    waiting = store.user_by_email("a.rao@mtnl.in") or {}

    approved(client, first, second, mode="direct")
    carry_on(store)

    user = store.users.get(waiting["_id"]) or {}
    assert (waiting["status"], user["status"]) == ("AWAITING_APPROVAL", "INVITED")
    types = [one["type"].split(".")[1] for one in told(store.users.collection, user["_id"])]
    assert types == ["RegistrationRequested", "UserRegistered"]


def test_who_waits_is_denied_when_the_domain_goes(store: Store, client: FlaskClient) -> None:
    first, second = add_person(store, SPV), add_person(store, SPV)
    approved(client, first, second)
    register(client, "a.rao@mtnl.in")

    removed = call(client, first, "DELETE", "/v1/domains/mtnl.in")
    carry_on(store)

    user = store.user_by_email("a.rao@mtnl.in") or {}
    assert (removed.status_code, user["status"]) == (204, "DENIED")
    assert register(client, "b.rao@mtnl.in") == 422
    assert "mtnl.in" not in [one["name"] for one in client.get("/v1/domains").json["items"]]
    assert call(client, first, "DELETE", "/v1/domains/mtnl.in").status_code == 404


def test_others_who_wait_are_left_alone(store: Store, client: FlaskClient) -> None:
    first, second = add_person(store, SPV), add_person(store, SPV)
    waiting = add_person(store, status="AWAITING_APPROVAL", email="a@notmtnl.in")

    approved(client, first, second, mode="direct")
    carry_on(store)

    assert (store.users.get(waiting["_id"]) or {})["status"] == "AWAITING_APPROVAL"


def test_s08_each_step_stands_in_the_audit_log(store: Store, client: FlaskClient) -> None:
    first, second = add_person(store, SPV), add_person(store, SPV)
    approved(client, first, second)
    call(client, first, "DELETE", "/v1/domains/mtnl.in")

    found = call(client, first, "GET", "/v1/audit?whom=mtnl.in").json["items"]

    assert [(one["who"], one["what"]) for one in reversed(found)] == [
        (first["_id"], "domain_requested"), (second["_id"], "domain_approved"), (first["_id"], "domain_removed"),
    ]  # fmt: skip


def test_n01_a_request_takes_texts_only(store: Store, client: FlaskClient) -> None:
    admin = add_person(store, SPV)

    for field, body in hostile(ASKED):
        assert call(client, admin, "POST", "/v1/domain-requests", body).status_code == 422, field


@pytest.mark.parametrize(
    "raw",
    ["", "in", ".in", "a..in", "a_b.in", "xn--a.in", "ä.in", "a.in.", "a b.in", "10.0.0.1", "a" * 64 + ".in"],
)
def test_r03_a_domain_has_at_least_two_plain_labels(raw: str) -> None:
    with pytest.raises(Refused):
        domain_name(raw)
