"""The public lists that a registration form offers."""

from __future__ import annotations

import json
from typing import Any

import pytest

from services.identity.store import SEED, Store, ensure_indexes
from tests.identity.doors import Doors, open_doors


@pytest.fixture
def doors(store: Store) -> Doors:
    return open_doors(store.database)


def items(doors: Doors, path: str) -> list[dict[str, Any]]:
    answer = doors.client.get(path)
    assert answer.status_code == 200
    found: list[dict[str, Any]] = answer.json["items"]
    return found


def test_bsnl_is_found_from_the_root_down(doors: Doors) -> None:
    roots = {one["id"]: one for one in items(doors, "/v1/mdos")}
    below = {one["id"]: one for one in items(doors, "/v1/mdos?parent=communications")}
    units = {one["id"]: one for one in items(doors, "/v1/mdos?parent=telecom")}

    assert roots["communications"]["has_children"]
    assert roots["communications"]["parent_id"] is None
    assert below["telecom"]["kind"] == "department"
    assert units["bsnl"]["name"]["en"].startswith("Bharat Sanchar Nigam Limited")
    assert not units["bsnl"]["has_children"]


def test_an_unknown_unit_has_nothing_below(doors: Doors) -> None:
    assert items(doors, "/v1/mdos?parent=nowhere") == []


@pytest.mark.parametrize("query", ["parent[$gt]=", "parent=a&x=1", "$where=1"])
def test_n01_an_operator_in_the_query_is_refused(doors: Doors, query: str) -> None:
    assert doors.client.get(f"/v1/mdos?{query}").status_code == 422


def test_positions_and_domains_are_listed_in_full(doors: Doors) -> None:
    positions = items(doors, "/v1/positions")
    domains = items(doors, "/v1/domains")

    assert len(positions) >= 40
    assert {"id", "name"} == set(positions[0])
    assert [one["name"] for one in domains] == ["bsnl.co.in", "gov.in", "nic.in"]
    assert all(one["mode"] == "direct" and one["include_subdomains"] is False for one in domains)


def test_the_seed_is_a_tree_in_two_languages() -> None:
    rows = json.loads((SEED / "mdos.json").read_text(encoding="utf-8"))
    known = {row["_id"]: row for row in rows}

    assert len(known) == len(rows) >= 60
    for row in rows:
        above = known[row["parent_id"]]["path"] if row["parent_id"] else []
        assert row["path"] == [*above, row["_id"]]
        assert all(row["name"][locale].strip() for locale in ("en", "hi"))
        assert row["kind"] in ("ministry", "state", "department", "organisation")


def test_seeding_again_keeps_what_was_changed(doors: Doors) -> None:
    doors.store.domains.change({"_id": "gov.in"}, {"$set": {"mode": "approval"}})

    ensure_indexes(doors.store.database)

    assert (doors.store.domains.get("gov.in") or {})["mode"] == "approval"
    assert len(doors.store.domains.find({})) == 3
