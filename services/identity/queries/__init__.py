"""Reads of identity that are more than "get by id"."""

from __future__ import annotations

import json
from typing import Any

from services.identity.rules.names import display_name
from services.identity.store import SEED, Store

Document = dict[str, Any]


def mdos_below(store: Store, parent: str | None) -> list[Document]:
    """The units directly below one, or the roots; by English name."""
    found = store.directory().mdos
    parents = {one["parent_id"] for one in found.values()}
    return [
        {
            "id": id_,
            "name": one["name"],
            "kind": one["kind"],
            "parent_id": one["parent_id"],
            "has_children": id_ in parents,
        }
        for id_, one in sorted(found.items(), key=lambda pair: pair[1]["name"]["en"])
        if one["parent_id"] == parent and one.get("state") != "suspended"
    ]


def all_positions(store: Store) -> list[Document]:
    """The positions that can be chosen, by English name."""
    found = [one for one in store.directory().positions.values() if one.get("status") != "retired"]
    return [
        {"id": one["_id"], "name": one["name"]}
        for one in sorted(found, key=lambda one: str(one["name"]["en"]))
    ]


def all_domains(store: Store) -> list[Document]:
    """All approved mail domains."""
    wanted = ("name", "include_subdomains", "mode")
    return [{name: one[name] for name in wanted} for one in store.directory().domains]


def position_name(store: Store, user: Document) -> Document | None:
    """The name of a person's position in both languages; what the person typed stands for both."""
    if user["position_text"]:
        return {"en": user["position_text"], "hi": user["position_text"]}
    found = store.directory().positions.get(user["position_id"] or "")
    return found["name"] if found else None


def mdo_name(store: Store, mdo_id: str) -> Document | None:
    """The name of a unit in both languages."""
    found = store.directory().mdos.get(mdo_id)
    return found["name"] if found else None


def privacy_notice() -> list[Document]:
    """The items of the privacy notice in both languages."""
    found: list[Document] = json.loads((SEED / "privacy.json").read_text(encoding="utf-8"))
    return found


def people(store: Store, ids: list[str]) -> dict[str, Document]:
    """Display name and MDO of those of the people who exist."""
    wanted = {"first_name": 1, "last_name": 1, "mdo_id": 1}
    found = store.users.collection.find({"_id": {"$in": ids}}, wanted)
    return {
        one["_id"]: {
            "display_name": display_name(one["first_name"], one["last_name"]),
            "mdo_id": one["mdo_id"],
        }
        for one in found
    }
