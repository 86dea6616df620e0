"""The projection of people: where they belong, by identity's and onboarding's word."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pymongo.database import Database
from pymongo.errors import DuplicateKeyError

from shared.mongo import Document


class Learners:
    """`learners` {_id: user id, mdo_id, mdo_path, position_id, group, locale, _seen: {registration, profile}}."""

    def __init__(self, database: Database[Document]) -> None:
        self.rows = database["learners"]

    def get(self, user_id: str) -> Document | None:
        """What is known of a person; None before the first event about them."""
        return self.rows.find_one({"_id": user_id})

    def path_of(self, unit: str) -> list[str]:
        """The ids from the root to a unit, by the people in it or below; nothing when nobody is known there."""
        found = self.rows.find_one({"mdo_path": unit}, {"mdo_path": 1})
        path = list(found["mdo_path"]) if found else []
        return path[: path.index(unit) + 1] if unit in path else []

    def registered(self, user_id: str, values: Mapping[str, Any], sequence: int) -> bool:
        """Keep what the registration said, unless a profile is known; whether anything changed."""
        return self._note(user_id, "registration", values, sequence, {"_seen.profile": {"$exists": False}})

    def profiled(self, user_id: str, values: Mapping[str, Any], sequence: int) -> bool:
        """Keep what the newest profile says; whether anything changed."""
        return self._note(user_id, "profile", values, sequence, {})

    def _note(
        self, user_id: str, group: str, values: Mapping[str, Any], sequence: int, unless: Document
    ) -> bool:
        empty: Document = {"mdo_id": None, "mdo_path": [], "position_id": None, "group": None, "locale": "en"}
        seen = f"_seen.{group}"
        where = {"_id": user_id, seen: {"$not": {"$gte": sequence}}, **unless}
        setting = {"$set": {**values, seen: sequence}}
        first = {"$setOnInsert": {name: value for name, value in empty.items() if name not in values}}
        try:
            done = self.rows.update_one(where, setting | first, upsert=True)
        except DuplicateKeyError:  # The row knows something newer, or came at this moment.
            done = self.rows.update_one(where, setting)
        return done.upserted_id is not None or done.matched_count == 1
