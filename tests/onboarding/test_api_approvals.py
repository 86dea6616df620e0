"""The queue of changes over HTTP: whose one may decide on, and what a decision does."""

from __future__ import annotations

import json
from typing import Any

import pytest
from flask.testing import FlaskClient

from services.onboarding.handlers import Onboarding, handlers
from services.onboarding.store import Store
from shared.events import decode
from tests.onboarding.test_api_profile import registered
from tests.service_kit import (
    FOREIGN_ADMIN,
    LEARNER,
    OTHER,
    OWN_ADMIN,
    SPV_ADMIN,
    Person,
    ask,
    deliver,
    told,
)

SELF_ADMIN = Person(LEARNER.user_id, (("MDO_ADMIN", "bsnl"),))
ABOVE = Person("admin-3", (("MDO_ADMIN", "telecom"),))


@pytest.fixture
def change(client: FlaskClient, onboarding: Onboarding) -> str:
    """A change of the learner's position that waits."""
    deliver(handlers, onboarding, registered())
    ask(client, "PATCH", "/v1/profiles/me", LEARNER, {"group": "b"})
    body = {"position_id": "section-officer", "reason": "Order <b>12</b>"}
    return str(ask(client, "PATCH", "/v1/profiles/me", LEARNER, body).json["pending"][0]["id"])


def apply_decisions(store: Store, onboarding: Onboarding) -> None:
    for body in told(store.changes.collection):
        envelope = decode(json.dumps(body).encode())
        if handlers.knows(envelope.type):
            deliver(handlers, onboarding, envelope)


def ids(client: FlaskClient, who: Person, query: str = "") -> list[str]:
    return [one["id"] for one in ask(client, "GET", f"/v1/approvals{query}", who).json["items"]]


def test_z01_only_the_own_mdo_and_those_above_see_a_change(client: FlaskClient, change: str) -> None:
    assert [ids(client, who) for who in (OWN_ADMIN, ABOVE, SPV_ADMIN, FOREIGN_ADMIN)] == [
        [change], [change], [change], []
    ]  # fmt: skip
    assert ids(client, LEARNER, "?mine=1") == [change]
    assert ids(client, OTHER, "?mine=1") == []
    assert ask(client, "GET", "/v1/approvals", LEARNER).status_code == 403


def test_z01_a_foreign_change_answers_like_an_unknown_one(client: FlaskClient, change: str) -> None:
    answers = [
        ask(client, "POST", f"/v1/approvals/{id_}/decline", FOREIGN_ADMIN, {"reason": "no"})
        for id_ in (change, "nobody")
    ]

    assert [one.status_code for one in answers] == [404, 404]
    assert answers[0].json["slug"] == answers[1].json["slug"]


def test_z01_nobody_decides_on_the_own_change(client: FlaskClient, change: str) -> None:
    answer = ask(client, "POST", f"/v1/approvals/{change}/approve", SELF_ADMIN)

    assert (answer.status_code, answer.json["slug"]) == (403, "own_request")


def test_a_change_shows_from_to_names_age_and_reason(client: FlaskClient, change: str) -> None:
    shown = ask(client, "GET", "/v1/approvals", OWN_ADMIN).json["items"][0]

    assert (shown["from"], shown["to"]) == ("junior-telecom-officer", "section-officer")
    assert shown["to_name"] == {"en": "Section Officer", "hi": "अनुभाग अधिकारी"}
    assert (shown["age_hours"], shown["overdue"], shown["reason"]) == (0, False, "Order <b>12</b>")


def test_an_approved_change_takes_effect_once_and_is_told(
    client: FlaskClient, store: Store, onboarding: Onboarding, change: str
) -> None:
    answer = ask(client, "POST", f"/v1/approvals/{change}/approve", OWN_ADMIN)
    again = ask(client, "POST", f"/v1/approvals/{change}/approve", OWN_ADMIN)
    for _ in range(2):
        apply_decisions(store, onboarding)

    profile = ask(client, "GET", "/v1/profiles/me", LEARNER).json
    assert (answer.status_code, answer.json["status"], again.status_code) == (200, "approved", 409)
    assert profile["fields"]["position_id"] == "section-officer"
    assert profile["verified"] == {"position": True, "group": False, "mdo": False}
    assert profile["pending"] == []
    updates = [one["data"] for one in told(store.profiles.collection) if "ProfileUpdated" in one["type"]]
    assert [one["changed"] for one in updates] == [["position", "gap"]]


def test_a_declined_change_says_why_and_changes_nothing(
    client: FlaskClient, store: Store, onboarding: Onboarding, change: str
) -> None:
    assert list(
        ask(client, "POST", f"/v1/approvals/{change}/decline", OWN_ADMIN, {"reason": " "}).json["errors"]
    ) == ["reason"]
    ask(client, "POST", f"/v1/approvals/{change}/decline", OWN_ADMIN, {"reason": "आदेश नहीं मिला"})
    apply_decisions(store, onboarding)

    own = ask(client, "GET", "/v1/approvals?mine=1", LEARNER).json["items"][0]
    assert (own["status"], own["decided_reason"]) == ("declined", "आदेश नहीं मिला")
    profile = ask(client, "GET", "/v1/profiles/me", LEARNER).json
    assert profile["fields"]["position_id"] == "junior-telecom-officer"
    assert "नहीं" not in str(told(store.changes.collection))


def test_late_and_permuted_decisions_leave_the_newest_value(
    client: FlaskClient, store: Store, onboarding: Onboarding, change: str
) -> None:
    decisions: list[Any] = []
    for target in ("section-officer", None):
        if target is None:
            body: dict[str, Any] = {"position_text": "Trainer", "reason": "Order 13"}
            ask(client, "PATCH", "/v1/profiles/me", LEARNER, body)
        pending = ids(client, OWN_ADMIN)[0]
        ask(client, "POST", f"/v1/approvals/{pending}/approve", OWN_ADMIN)
        decisions.append(pending)
    by_change = {
        one["data"]["change_id"]: decode(json.dumps(one).encode())
        for one in told(store.changes.collection)
        if "Decided" in one["type"]
    }

    deliver(handlers, onboarding, *(by_change[id_] for id_ in (decisions[1], decisions[1], decisions[0])))

    fields = ask(client, "GET", "/v1/profiles/me", LEARNER).json["fields"]
    assert (fields["position_text"], fields["position_id"]) == ("Trainer", None)
