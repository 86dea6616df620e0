"""The projection of the dictionary's competencies: how they are called."""

from __future__ import annotations

from collections.abc import Iterable

from pymongo.database import Database

from shared.mongo import Document


class Competencies:
    """`competencies` {_id, name: {en, hi}, seen}."""

    def __init__(self, database: Database[Document]) -> None:
        self.rows = database["competencies"]

    def keep(self, id_: str, name: dict[str, str], sequence: int) -> None:
        """Keep a name; a second or late delivery changes nothing."""
        self.rows.update_one({"_id": id_}, {"$setOnInsert": {"name": name, "seen": 0}}, upsert=True)
        self.rows.update_one(
            {"_id": id_, "seen": {"$lt": sequence}}, {"$set": {"name": name, "seen": sequence}}
        )

    def names(self, ids: Iterable[str]) -> dict[str, dict[str, str]]:
        """The names of these competencies, as far as they are known."""
        found = self.rows.find({"_id": {"$in": sorted(ids)}}, {"name": 1})
        return {str(one["_id"]): one["name"] for one in found}
