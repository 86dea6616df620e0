"""The guided onboarding over HTTP."""

from __future__ import annotations

from flask.testing import FlaskClient

from services.onboarding.store import Store
from tests.service_kit import LEARNER, ask, told


def test_a_person_not_heard_of_begins_at_the_first_step_and_stores_nothing(
    client: FlaskClient, store: Store
) -> None:
    answer = ask(client, "GET", "/v1/onboarding/me", LEARNER)

    assert answer.status_code == 200
    assert (answer.json["state"], answer.json["next"]) == ("not_started", "welcome")
    assert answer.json["profile_missing"] == ["position", "mdo", "group", "locale"]
    assert store.profiles.find({}) == []


def test_steps_are_saved_skipped_and_told_once(client: FlaskClient, store: Store) -> None:
    for step, skipped in (("welcome", False), ("roles", True), ("roles", True), ("roles", False)):
        answer = ask(client, "POST", f"/v1/onboarding/me/steps/{step}", LEARNER, {"skipped": skipped})

    assert answer.json["next"] == "topics"
    assert [one["status"] for one in answer.json["steps"]] == [
        "saved",
        "saved",
        "open",
        "open",
        "open",
        "open",
    ]
    data = [(one["data"]["step"], one["data"]["skipped"]) for one in told(store.profiles.collection)]
    assert data == [("welcome", False), ("roles", True), ("roles", False)]


def test_done_is_told_once_with_what_was_skipped(client: FlaskClient, store: Store) -> None:
    ask(client, "POST", "/v1/onboarding/me/steps/welcome", LEARNER)
    for _ in range(2):
        answer = ask(client, "POST", "/v1/onboarding/me/complete", LEARNER)

    assert (answer.json["state"], answer.json["next"], answer.json["resume_percent"]) == ("done", None, 100)
    done = [one for one in told(store.profiles.collection) if one["type"].endswith("OnboardingCompleted.v1")]
    assert [one["data"]["skipped"] for one in done] == [
        ["roles", "topics", "current", "desired", "walkthrough"]
    ]


def test_an_unknown_step_is_not_found(client: FlaskClient) -> None:
    assert ask(client, "POST", "/v1/onboarding/me/steps/party", LEARNER).status_code == 404
