"""The profile over HTTP: completeness, and what needs approval."""

from __future__ import annotations

from typing import Any

import pytest
from flask.testing import FlaskClient

from services.onboarding.handlers import Onboarding, handlers
from services.onboarding.store import Store
from shared.events.identity import ErasureDue, MDOChanged, UserRegistered
from tests.service_kit import LEARNER, ask, deliver, envelope, told


def registered(user_id: str = LEARNER.user_id, **changed: Any) -> UserRegistered:
    values: dict[str, Any] = {
        "mdo_id": "bsnl",
        "mdo_path": ("communications", "telecom", "bsnl"),
        "position_id": "junior-telecom-officer",
        "locale": "hi",
    }
    return UserRegistered(user_id=user_id, **(values | changed))


def unit(id_: str, **changed: Any) -> MDOChanged:
    values: dict[str, Any] = {
        "parent_id": "communications",
        "mdo_path": ("communications", id_),
        "kind": "department",
        "name": {"en": id_, "hi": id_},
        "state": "active",
    }
    return MDOChanged(mdo_id=id_, **(values | changed))


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


def test_the_path_of_an_mdo_is_identitys_word_and_never_the_callers(
    known: None, client: FlaskClient, onboarding: Onboarding
) -> None:
    deliver(handlers, onboarding, unit("posts"), unit("closed", state="suspended"))
    body = {"mdo_id": "posts", "mdo_path": ["railways", "posts"]}
    answer = ask(client, "PATCH", "/v1/profiles/me", LEARNER, body).json

    assert answer["fields"]["mdo_path"] == ["communications", "posts"]
    assert answer["mdo_confirmed"] is False
    for id_ in ("closed", "nowhere"):
        refused = ask(client, "PATCH", "/v1/profiles/me", LEARNER, {"mdo_id": id_})
        assert list(refused.json["errors"]) == ["mdo_id"]


def test_a_unit_that_moves_takes_people_and_waiting_changes_along(
    complete: None, client: FlaskClient, onboarding: Onboarding, store: Store
) -> None:
    ask(client, "PATCH", "/v1/profiles/me", LEARNER, {"group": "a", "reason": "Order"})
    moved = envelope(unit("bsnl", mdo_path=("railways", "bsnl")), sequence=3)
    deliver(handlers, onboarding, moved, envelope(unit("bsnl"), sequence=2), moved, registered())

    fields = ask(client, "GET", "/v1/profiles/me", LEARNER).json["fields"]
    assert fields["mdo_path"] == ["railways", "bsnl"]
    assert store.changes.find({})[0]["mdo_path"] == ["railways", "bsnl"]


def test_s09_what_a_person_wrote_is_erased_and_does_not_come_back(
    complete: None, client: FlaskClient, onboarding: Onboarding, store: Store
) -> None:
    ask(client, "PATCH", "/v1/profiles/me", LEARNER, {"mobile": "9876543210"})
    ask(
        client, "PATCH", "/v1/profiles/me", LEARNER, {"position_text": "Marked text", "reason": "Marked text"}
    )
    ask(client, "POST", "/v1/topic-proposals", LEARNER, {"name": "Marked text", "reason": "Marked text"})
    ask(client, "POST", "/v1/profiles/me/roles", LEARNER, {"title": "Marked text"})

    due = ErasureDue(user_id=LEARNER.user_id, sv=9)
    deliver(handlers, onboarding, due, due, envelope(registered(), sequence=9))

    for records in store.publishing:
        rows = str(list(records.collection.find({})))
        assert "Marked text" not in rows
        assert "9876543210" not in rows
    assert (store.profiles.get(LEARNER.user_id) or {})["registered"] == {}


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
