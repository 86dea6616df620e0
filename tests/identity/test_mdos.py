"""The tree of MDOs: kept by SPV admins, told to everybody, followed by people and units below."""

from __future__ import annotations

from typing import Any

import pytest
from flask.testing import FlaskClient

from services.identity.handlers import Identity, handlers
from services.identity.rules.mdos import mdo_id, path_below, unit_name
from services.identity.store import Store, seed
from shared.auth import KeyRing, Subjects
from shared.errors import Refused
from shared.events.identity import MDOChanged
from tests.identity.as_person import call
from tests.identity.people import RING, SETTINGS, add_person
from tests.service_kit import deliver, hostile, told

SPV = ("SPV_ADMIN", None)
UNIT: dict[str, Any] = {
    "id": "bbnl", "parent_id": "telecom", "kind": "organisation", "name": {"en": "BBNL", "hi": "बीबीएनएल"},
}  # fmt: skip


@pytest.fixture
def admin(store: Store) -> dict[str, Any]:
    return add_person(store, SPV)


def carry_on(store: Store) -> int:
    """Deliver what waits in the tree, twice each, as the bus would."""
    identity = Identity(store, SETTINGS, KeyRing.load(RING), Subjects(store.subjects, SETTINGS))
    waiting = [one for one in told(store.mdos.collection) if one["type"].endswith("MDOChanged.v1")]
    for one in waiting:
        data = one["data"] | {"mdo_path": tuple(one["data"]["mdo_path"])}
        deliver(handlers, identity, MDOChanged(**data), MDOChanged(**data))
    return len(waiting)


def test_a_unit_is_added_told_and_offered(store: Store, client: FlaskClient, admin: dict[str, Any]) -> None:
    made = call(client, admin, "POST", "/v1/mdos", UNIT)

    assert (made.status_code, made.json["path"]) == (201, ["communications", "telecom", "bbnl"])
    (event,) = told(store.mdos.collection, "bbnl")
    assert (event["type"], event["data"]["name"]["hi"]) == ("identity.MDOCreated.v1", "बीबीएनएल")
    offered = client.get("/v1/mdos?parent=telecom").json["items"]
    assert "bbnl" in [one["id"] for one in offered]
    assert call(client, admin, "POST", "/v1/mdos", UNIT).json["slug"] == "id_taken"


def test_the_starting_tree_is_told_too_and_once(store: Store) -> None:
    seed(store.database)

    (event,) = told(store.mdos.collection, "bsnl")
    assert event["type"] == "identity.MDOCreated.v1"
    assert event["data"]["mdo_path"] == ["communications", "telecom", "bsnl"]


def test_a_move_takes_people_and_units_below_along(
    store: Store, client: FlaskClient, admin: dict[str, Any]
) -> None:
    person = add_person(store)
    call(client, admin, "POST", "/v1/mdos", UNIT | {"id": "bsnl-kerala", "parent_id": "bsnl"})

    moved = call(client, admin, "PATCH", "/v1/mdos/bsnl", {"parent_id": "posts"})
    rounds = [carry_on(store), carry_on(store)]

    assert moved.status_code == 200
    assert (store.users.get(person["_id"]) or {})["mdo_path"] == ["communications", "posts", "bsnl"]
    kerala = store.mdos.get("bsnl-kerala") or {}
    assert kerala["path"] == ["communications", "posts", "bsnl", "bsnl-kerala"]
    assert rounds == [1, 2]


@pytest.mark.parametrize(
    ("id_", "change", "slug"),
    [
        ("telecom", {"parent_id": "bsnl"}, "parent_below"),
        ("bsnl", {"parent_id": "bsnl"}, "parent_below"),
        ("bsnl", {"parent_id": "atlantis"}, "parent_unknown"),
        ("bsnl", {"parent_id": None}, "parent_missing"),
        ("communications", {"parent_id": "telecom"}, "parent_not_allowed"),
        ("bsnl", {"name": {"en": "a@b", "hi": "x"}}, "name_not_valid"),
    ],
)
def test_a_change_that_makes_no_sense_is_refused(
    store: Store, client: FlaskClient, admin: dict[str, Any], id_: str, change: dict[str, Any], slug: str
) -> None:
    before = store.mdos.get(id_)

    answer = call(client, admin, "PATCH", f"/v1/mdos/{id_}", change)

    assert (answer.status_code, answer.json["slug"]) == (422, slug)
    assert store.mdos.get(id_) == before


def test_an_edit_from_an_old_version_meets_the_present_one(
    store: Store, client: FlaskClient, admin: dict[str, Any]
) -> None:
    name, old = {"name": {"en": "BSNL", "hi": "बीएसएनएल"}}, {"headers": {"If-Match": '"1"'}}
    first = call(client, admin, "PATCH", "/v1/mdos/bsnl", name, **old)

    second = call(client, admin, "PATCH", "/v1/mdos/bsnl", {"name": {"en": "X", "hi": "Y"}}, **old)

    assert (first.status_code, first.headers["ETag"]) == (200, '"2"')
    assert (second.status_code, second.json["current"]["name"]["en"]) == (409, "BSNL")


def test_nobody_new_registers_in_a_suspended_unit(
    store: Store, client: FlaskClient, admin: dict[str, Any]
) -> None:
    form = {
        "first_name": "Asha", "last_name": "Rao", "position_text": "Clerk", "email": "a.rao@bsnl.co.in",
        "mdo_id": "bsnl", "declaration": True,
    }  # fmt: skip
    call(client, admin, "POST", "/v1/mdos/bsnl/suspend", {})

    refused = client.post("/v1/registrations", json=form)
    offered = client.get("/v1/mdos?parent=telecom").json["items"]
    call(client, admin, "POST", "/v1/mdos/bsnl/resume", {})
    taken = client.post("/v1/registrations", json=form)

    assert (refused.status_code, list(refused.json["errors"])) == (422, ["mdo_id"])
    assert "bsnl" not in [one["id"] for one in offered]
    assert taken.status_code == 202


@pytest.mark.parametrize("roles", [[], [("MDO_ADMIN", "communications")], [("FRAC_ADMIN", None)]])
def test_z07_only_spv_admins_keep_the_tree(store: Store, client: FlaskClient, roles: list[Any]) -> None:
    person = add_person(store, *roles)

    assert call(client, person, "POST", "/v1/mdos", UNIT).status_code == 403
    assert call(client, person, "PATCH", "/v1/mdos/bsnl", {}).status_code == 403
    assert call(client, person, "POST", "/v1/mdos/bsnl/suspend", {}).status_code == 403


def test_n01_a_unit_takes_texts_only(client: FlaskClient, admin: dict[str, Any]) -> None:
    for field, body in hostile(UNIT):
        assert call(client, admin, "POST", "/v1/mdos", body).status_code == 422, field


@pytest.mark.parametrize("raw", ["", "-a", "a-", "A", "a b", "ä", "a" * 51, "a@b", "a\n"])
def test_an_id_is_small_letters_digits_and_hyphens(raw: str) -> None:
    with pytest.raises(Refused):
        mdo_id(raw)


def test_the_tree_is_not_deeper_than_eight() -> None:
    parent = {"path": [f"u{n}" for n in range(8)]}

    with pytest.raises(Refused):
        path_below(parent, "x", "organisation")


def test_a_name_is_kept_in_nfc() -> None:
    assert unit_name({"en": " Cafe\u0301 ", "hi": "क"})["en"] == "Café"
