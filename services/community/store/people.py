"""The projection of people and of the units they belong to; no names of people."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from pymongo import ASCENDING
from pymongo.database import Database

from services.community.store.projections import by_ids
from shared.mongo import Document, guarded_set

NOT_ERASED = {"erased": {"$ne": True}}


class People:
    """Where people stand, and the tree of units.

    `people` {_id: user id, mdo_id, mdo_path, position_id, locale, topics, held, desired, acquired, complete,
    knows, wants, proved};
    an erased person leaves {_id, erased}. `mdos` {_id, path, name, state}.
    """

    def __init__(self, database: Database[Document]) -> None:
        self.rows = database["people"]
        self.mdos = database["mdos"]

    def get(self, user_id: str) -> Document | None:
        """What is known of a person; None before the first event about them, and after their erasure."""
        return self.rows.find_one({"_id": user_id, **NOT_ERASED})

    def by_ids(self, ids: Iterable[str | None]) -> dict[str, Document]:
        """What is known of these people."""
        return {id_: row for id_, row in by_ids(self.rows, ids).items() if not row.get("erased")}

    def path_of(self, mdo_id: str | None) -> list[str]:
        """The ids from the root to a unit; only itself when nothing is known of it."""
        if mdo_id is None:
            return []
        found = self.mdos.find_one({"_id": mdo_id}, {"path": 1})
        return list(found["path"]) if found and "path" in found else [mdo_id]

    def mdo(self, mdo_id: str) -> Document | None:
        """A unit, as far as it is known."""
        return self.mdos.find_one({"_id": mdo_id})

    def units(self, ids: Iterable[str | None]) -> dict[str, Document]:
        """These units, as far as they are known."""
        return by_ids(self.mdos, ids)

    def registered(self, user_id: str, values: Mapping[str, Any], sequence: int) -> None:
        """Keep what the registration said, unless a profile is known."""
        unless = {"_seen.profile": {"$exists": False}, **NOT_ERASED}
        guarded_set(self.rows, user_id, "registration", sequence, values, unless)

    def profiled(self, user_id: str, values: Mapping[str, Any], sequence: int) -> None:
        """Keep what the newest profile says; a registration no longer matters."""
        guarded_set(self.rows, user_id, "profile", sequence, values, NOT_ERASED)
        self.rows.update_one({"_id": user_id}, {"$unset": {"_seen.registration": ""}})

    def acquired(self, user_id: str, levels: Mapping[str, int]) -> None:
        """Raise the levels that completed courses prove; by maximum."""
        self.rows.update_one({"_id": user_id}, {"$setOnInsert": {"_seen": {}}}, upsert=True)
        raised = {f"acquired.{id_}": level for id_, level in levels.items()}
        if raised:
            proved = {"proved": {"$each": sorted(levels)}}
            update = {"$max": raised, "$addToSet": proved}
            self.rows.update_one({"_id": user_id, **NOT_ERASED}, update)

    def erase(self, user_id: str) -> None:
        """Leave the bare id, so that late news bring nothing back."""
        self.rows.replace_one({"_id": user_id}, {"_id": user_id, "erased": True}, upsert=True)

    def unit(self, mdo_id: str, values: Mapping[str, Any], sequence: int) -> None:
        """Keep a unit of the tree, the newest word on it."""
        guarded_set(self.mdos, mdo_id, "self", sequence, values)


def people_indexes(database: Database[Document]) -> None:
    """Create the indexes of people."""
    people = database["people"]
    people.create_index([("mdo_id", ASCENDING)], name="mdo_id")
    people.create_index([("position_id", ASCENDING)], name="position_id")
