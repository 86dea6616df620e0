"""What onboarding tells identity: positions to choose from, approved changes of people."""

from __future__ import annotations

from typing import Any

import pytest

from services.identity.handlers import Identity, handlers
from services.identity.store import Store
from shared.auth import KeyRing, Subjects
from shared.events.onboarding import PositionPublished, ProfileUpdated
from tests.identity.doors import open_doors
from tests.identity.people import RING, SETTINGS, add_person
from tests.service_kit import deliver, envelope, orders

POSITION = "section-officer"


@pytest.fixture
def identity(store: Store) -> Identity:
    return Identity(store, SETTINGS, KeyRing.load(RING), Subjects(store.subjects, SETTINGS))


def position(status: Any, name: str = "Section Officer", id_: str = POSITION) -> PositionPublished:
    return PositionPublished(position_id=id_, status=status, name={"en": name, "hi": "अ"}, competencies={})


def updated(user_id: str, *changed: str, **values: Any) -> ProfileUpdated:
    state: dict[str, Any] = {
        "mdo_id": "posts", "mdo_path": ("communications", "posts"), "position_id": "director", "group": "a",
        "locale": "hi", "topics": (), "held": {}, "desired": {}, "gap": {},
    }  # fmt: skip
    return ProfileUpdated(user_id=user_id, changed=changed, **(state | values))


def offered(store: Store) -> dict[str, str]:
    items = open_doors(store.database).client.get("/v1/positions").json["items"]
    return {one["id"]: one["name"]["en"] for one in items}


def test_a_new_position_is_offered_and_a_retired_one_is_not(store: Store, identity: Identity) -> None:
    deliver(handlers, identity, position("verified", "Yoga teacher", "yoga-teacher"), position("retired"))

    found = offered(store)
    assert found["yoga-teacher"] == "Yoga teacher"
    assert POSITION not in found
    doors = open_doors(store.database)
    for id_, status in ((POSITION, 422), ("yoga-teacher", 202)):
        assert doors.register(position_id=id_, position_text=None).status_code == status


def test_m06_the_newest_word_on_a_position_wins_in_any_order(store: Store, identity: Identity) -> None:
    arrivals = [
        envelope(position("verified", name), sequence=n) for n, name in enumerate(("One", "Two", "Three"), 1)
    ]
    for order in orders(arrivals):
        store.positions.collection.delete_many({"_id": POSITION})
        deliver(handlers, identity, *order)
        assert (store.positions.get(POSITION) or {})["name"]["en"] == "Three"


def test_m06_an_approved_change_is_taken_over_and_a_late_one_loses(store: Store, identity: Identity) -> None:
    person = add_person(store)
    arrivals = [
        envelope(updated(person["_id"], "position", position_id="secretary"), sequence=4),
        envelope(updated(person["_id"], "mdo", "position"), sequence=5),
        envelope(updated(person["_id"], "locale", mdo_id="x", mdo_path=("x",), position_id=None), sequence=6),
    ]
    seen = set()
    for order in orders(arrivals):
        restored = {
            key: person[key] for key in ("position_id", "position_text", "mdo_id", "mdo_path", "locale")
        }
        store.users.change({"_id": person["_id"]}, {"$set": restored, "$unset": {"heard": ""}})
        deliver(handlers, identity, *order)
        now = store.users.get(person["_id"]) or {}
        seen.add(
            (now["position_id"], now["position_text"], now["mdo_id"], tuple(now["mdo_path"]), now["locale"])
        )

    assert seen == {("director", None, "posts", ("communications", "posts"), "hi")}


def test_what_did_not_change_is_not_taken_over(store: Store, identity: Identity) -> None:
    person = add_person(store)

    deliver(handlers, identity, updated(person["_id"], "topics", "gap"))

    now = store.users.get(person["_id"]) or {}
    assert (now["mdo_id"], now["position_text"], now["locale"]) == ("bsnl", "Analyst", "en")


@pytest.mark.parametrize(
    "kind",
    [
        "profile_reminder",
        "profile_change_approved",
        "profile_change_declined",
        "topic_accepted",
        "topic_declined",
    ],
)
def test_the_mails_of_onboarding_have_an_address_while_the_account_is_active(store: Store, kind: str) -> None:
    doors, person, gone = open_doors(store.database), add_person(store), add_person(store, status="DISABLED")

    assert doors.mail_context(kind, person["_id"], "e1").json["address"] == person["email"]
    assert doors.mail_context(kind, gone["_id"], "e1").status_code == 410
