"""Proposed topics over HTTP."""

from __future__ import annotations

from typing import Any

import pytest
from flask.testing import FlaskClient

from services.onboarding.store import Store
from tests.service_kit import LEARNER, OTHER, SPV_ADMIN, ask, told

PROPOSALS = "/v1/topic-proposals"
TOPIC = {"name": {"en": "Drone surveys", "hi": "ड्रोन सर्वेक्षण"}, "group": "technology"}


@pytest.fixture
def proposal(client: FlaskClient) -> str:
    body = {"name": "ड्रोन सर्वेक्षण", "reason": "Land records <script>alert(1)</script> {{7*7}}"}
    return str(ask(client, "POST", PROPOSALS, LEARNER, body).json["id"])


def decide(client: FlaskClient, id_: str, what: str, body: dict[str, Any]) -> Any:
    return ask(client, "POST", f"{PROPOSALS}/{id_}/{what}", SPV_ADMIN, body)


def test_a_topic_that_exists_is_named(client: FlaskClient) -> None:
    answer = ask(client, "POST", PROPOSALS, LEARNER, {"name": "साइबर सुरक्षा", "reason": "x1"})

    assert (answer.status_code, answer.json["slug"], answer.json["current"]["id"]) == (
        409, "topic_exists", "cyber-security"
    )  # fmt: skip


def test_n06_texts_come_out_as_typed_and_only_ids_are_told(
    client: FlaskClient, store: Store, proposal: str
) -> None:
    own = ask(client, "GET", "/v1/profiles/me/topics", LEARNER).json["proposals"]

    assert own[0]["reason"] == "Land records <script>alert(1)</script> {{7*7}}"
    assert ask(client, "GET", "/v1/profiles/me/topics", OTHER).json["proposals"] == []
    events = told(store.proposals.collection)
    assert [one["data"] for one in events] == [
        {"user_id": LEARNER.user_id, "proposal_id": proposal, "mdo_id": None}
    ]


def test_the_same_proposal_twice_is_a_conflict(client: FlaskClient, proposal: str) -> None:
    answer = ask(client, "POST", PROPOSALS, LEARNER, {"name": "ड्रोन सर्वेक्षण", "reason": "again"})

    assert (answer.status_code, answer.json["slug"]) == (409, "already_proposed")


def test_an_accepted_proposal_is_a_topic_and_both_are_told(
    client: FlaskClient, store: Store, proposal: str
) -> None:
    answer = decide(client, proposal, "accept", TOPIC)

    assert (answer.status_code, answer.json["topic_id"]) == (200, "drone-surveys")
    assert decide(client, proposal, "accept", TOPIC).status_code == 409
    assert "drone-surveys" in [one["id"] for one in client.get("/v1/topics").json["items"]]
    assert [one["data"]["topic_id"] for one in told(store.entries["topics"].collection, "drone-surveys")] == [
        "drone-surveys"
    ]
    decided = [one["data"] for one in told(store.proposals.collection) if "Decided" in one["type"]]
    assert [(one["decision"], one["topic_id"]) for one in decided] == [("accepted", "drone-surveys")]


def test_a_proposal_is_merged_or_declined_with_a_reason(client: FlaskClient, proposal: str) -> None:
    assert list(decide(client, proposal, "merge", {"topic_id": "nobody"}).json["errors"]) == ["topic_id"]
    merged = decide(client, proposal, "merge", {"topic_id": "cyber-security"})
    other = ask(client, "POST", PROPOSALS, OTHER, {"name": "Yoga", "reason": "Health"}).json["id"]
    declined = decide(client, other, "decline", {"reason": "No course is planned"})

    assert (merged.json["status"], merged.json["topic_id"]) == ("merged", "cyber-security")
    assert (declined.json["status"], declined.json["decided_reason"]) == ("declined", "No course is planned")
    assert ask(client, "GET", PROPOSALS, SPV_ADMIN).json["items"] == []
    listed = ask(client, "GET", f"{PROPOSALS}?status=declined", SPV_ADMIN).json["items"]
    assert [one["user_id"] for one in listed] == [OTHER.user_id]


def test_a_repeated_request_with_its_key_makes_one_proposal(client: FlaskClient) -> None:
    body = {"name": "Yoga", "reason": "Health"}
    made = [
        ask(client, "POST", PROPOSALS, LEARNER, body, headers={"Idempotency-Key": "p1"}) for _ in range(2)
    ]

    assert made[0].json == made[1].json


def test_a_conflict_shows_the_present_topics_with_their_times(client: FlaskClient, proposal: str) -> None:
    path, read = "/v1/profiles/me/topics", {"If-Match": '"1"'}
    ask(client, "PUT", path, LEARNER, {"ids": ["budgeting"]}, headers=read)

    late = ask(client, "PUT", path, LEARNER, {"ids": []}, headers=read)

    assert late.status_code == 409
    assert late.json["current"] == ask(client, "GET", path, LEARNER).json
