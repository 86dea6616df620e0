"""The profile over HTTP: completeness, and what needs approval."""

from __future__ import annotations

from typing import Any

import pytest
from flask.testing import FlaskClient

from services.onboarding.handlers import Onboarding, handlers
from services.onboarding.store import Store
from shared.events.identity import UserRegistered
from tests.service_kit import LEARNER, ask, deliver, told


def registered(user_id: str = LEARNER.user_id, **changed: Any) -> UserRegistered:
    values: dict[str, Any] = {
        "mdo_id": "bsnl",
        "mdo_path": ("communications", "telecom", "bsnl"),
        "position_id": "junior-telecom-officer",
        "locale": "hi",
    }
    return UserRegistered(user_id=user_id, **(values | changed))


@pytest.fixture
def known(onboarding: Onboarding) -> None:
    """The learner has registered."""
    deliver(handlers, onboarding, registered())


@pytest.fixture
def complete(known: None, client: FlaskClient) -> None:
    """The learner's profile is complete."""
    assert ask(client, "PATCH", "/v1/profiles/me", LEARNER, {"group": "b"}).json["complete"]


def types(store: Store) -> list[str]:
    return [one["type"].split(".")[1] for one in told(store.profiles.collection)]


def test_the_registration_fills_the_profile(known: None, client: FlaskClient) -> None:
    answer = ask(client, "GET", "/v1/profiles/me", LEARNER).json

    assert answer["fields"]["mdo_path"] == ["communications", "telecom", "bsnl"]
    assert answer["position_name"]["hi"] == "कनिष्ठ दूरसंचार अधिकारी"
    assert (answer["complete"], answer["missing"], answer["percent"]) == (False, ["group"], 80)
    assert answer["mdo_confirmed"] is True


def test_the_first_completion_is_told_once_and_later_changes_as_updates(
    complete: None, client: FlaskClient, store: Store
) -> None:
    for locale in ("en", "en", "hi"):
        ask(client, "PATCH", "/v1/profiles/me", LEARNER, {"locale": locale})

    assert types(store) == ["ProfileCompleted", "ProfileUpdated", "ProfileUpdated"]
    first, second, third = (one["data"] for one in told(store.profiles.collection))
    assert first["group"] == "b"
    assert first["gap"] == {"telecom-networks": 2}
    assert (second["changed"], second["locale"]) == (["locale"], "en")
    assert third["locale"] == "hi"


def test_a_complete_profile_asks_for_position_group_and_mdo(
    complete: None, client: FlaskClient, store: Store
) -> None:
    body = {"group": "a", "position_id": "section-officer", "locale": "en", "reason": "पदोन्नति"}
    answer = ask(client, "PATCH", "/v1/profiles/me", LEARNER, body).json

    assert answer["fields"]["group"] == "b"
    assert answer["fields"]["locale"] == "en"
    asked = {one["field"]: (one["from"], one["to"], one["reason"]) for one in answer["pending"]}
    assert asked == {
        "group": ("b", "a", "पदोन्नति"),
        "position": ("junior-telecom-officer", "section-officer", "पदोन्नति"),
    }
    events = told(store.changes.collection)
    assert sorted(one["data"]["fields"][0] for one in events) == ["group", "position"]
    assert "पदोन्नति" not in str(events)


def test_a_change_without_a_reason_or_one_that_waits_already_is_refused(
    complete: None, client: FlaskClient
) -> None:
    assert list(ask(client, "PATCH", "/v1/profiles/me", LEARNER, {"group": "a"}).json["errors"]) == ["reason"]
    for _ in range(2):  # The same once more changes nothing.
        answer = ask(client, "PATCH", "/v1/profiles/me", LEARNER, {"group": "a", "reason": "Order 1"})
        assert len(answer.json["pending"]) == 1

    other = ask(client, "PATCH", "/v1/profiles/me", LEARNER, {"group": "c", "reason": "Order 2"})

    assert (other.status_code, other.json["slug"]) == (409, "change_pending")


def test_the_path_of_an_mdo_is_never_the_callers_word(known: None, client: FlaskClient) -> None:
    body = {"mdo_id": "elsewhere", "mdo_path": ["communications", "elsewhere"]}
    answer = ask(client, "PATCH", "/v1/profiles/me", LEARNER, body).json

    assert answer["fields"]["mdo_path"] == ["elsewhere"]
    assert answer["mdo_confirmed"] is False


def test_an_edit_from_an_older_state_is_a_conflict_with_the_present_one(
    known: None, client: FlaskClient
) -> None:
    version = ask(client, "GET", "/v1/profiles/me", LEARNER).headers["ETag"]
    ask(client, "PATCH", "/v1/profiles/me", LEARNER, {"mobile": "+91 98765 43210"})

    late = ask(client, "PATCH", "/v1/profiles/me", LEARNER, {"mobile": None}, headers={"If-Match": version})

    assert (late.status_code, late.json["slug"]) == (409, "changed_elsewhere")
    assert late.json["current"]["fields"]["mobile"] == "9876543210"


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"group": "z"}, "group"),
        ({"locale": "fr"}, "locale"),
        ({"mobile": "12345"}, "mobile"),
        ({"mobile": "９८७६५४३२१०"}, "mobile"),
        ({"position_id": "nobody"}, "position_id"),
        ({"position_id": "section-officer", "position_text": "x"}, "position_text"),
        ({"position_text": "क" * 101}, "position_text"),
        ({"mdo_id": "bsnl\n"}, "mdo_id"),
        ({"email": "a@b.in"}, "email"),
    ],
)
def test_what_does_not_fit_is_refused_with_the_field_named(
    known: None, client: FlaskClient, body: dict[str, Any], field: str
) -> None:
    answer = ask(client, "PATCH", "/v1/profiles/me", LEARNER, body)

    assert (answer.status_code, list(answer.json["errors"])) == (422, [field])
