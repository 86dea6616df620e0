"""Openings, applications, watches and saved openings of the Career hub."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from pymongo import ASCENDING, DESCENDING
from pymongo.database import Database

from shared.errors import Unavailable
from shared.mongo import Document, Records, publishing_indexes
from shared.privacy import Holding

CAREER_HOLDINGS = (
    Holding("applications"), Holding("watches"), Holding("saved_openings"), Holding("openings", "created_by"),
)  # fmt: skip
OPEN_MOST = 500  # Matches are computed over the newest so many openings.


def own_key(opening_id: str, user_id: str) -> str:
    """The id of what one person has to do with one opening."""
    return f"{opening_id}:{user_id}"


class Career:
    """Aggregates `openings`; `applications` and `watches` {_id: opening:person, ...}; facts `saved_openings`."""

    def __init__(self, database: Database[Document]) -> None:
        self.openings = Records(database["openings"])
        self.applications = Records(database["applications"])
        self.watches = Records(database["watches"])
        self.saved = database["saved_openings"]
        self._courses = database["courses"]

    def open_ones(self, now: datetime, where: Mapping[str, Any]) -> list[Document]:
        """The newest published openings that are not past, up to 500."""
        filter_ = {"state": "published", "last_at": {"$gt": now}, **where}
        return self.openings.find(filter_, sort=[("published_at", DESCENDING)], limit=OPEN_MOST)

    def save(self, opening_id: str, user_id: str) -> None:
        """Keep an opening for later; again changes nothing."""
        row = {"opening_id": opening_id, "user_id": user_id}
        self.saved.update_one({"_id": own_key(opening_id, user_id)}, {"$set": row}, upsert=True)

    def unsave(self, opening_id: str, user_id: str) -> None:
        """No longer keep it."""
        self.saved.delete_one({"_id": own_key(opening_id, user_id)})

    def standing(self, user_id: str, ids: Iterable[str]) -> dict[str, set[str]]:
        """Which of these openings a person saved, watches and applied for."""
        keys = {"_id": {"$in": [own_key(id_, user_id) for id_ in ids]}}
        asked: dict[str, Iterable[Document]] = {
            "saved": self.saved.find(keys),
            "watching": self.watches.find({**keys, "on": True}),
            "applied": self.applications.find({**keys, "state": {"$ne": "withdrawn"}}),
        }
        return {name: {one["opening_id"] for one in rows} for name, rows in asked.items()}

    def chosen(self, kind: str, user_id: str) -> list[str]:
        """The openings that a person saved, or applied for."""
        rows = self.saved if kind == "saved" else self.applications.collection
        where: Document = {"user_id": user_id}
        if kind == "applied":
            where["state"] = {"$ne": "withdrawn"}
        return [one["opening_id"] for one in rows.find(where, {"opening_id": 1})]

    def waiting(self, user_id: str) -> list[Document]:
        """The standing questions of a person that are not answered."""
        return self.watches.find({"user_id": user_id, "on": True, "told": False})

    def asked_about(self, opening_id: str) -> list[str]:
        """Who waits to be told that they qualify for this opening."""
        where = {"opening_id": opening_id, "on": True, "told": False}
        return [str(one["user_id"]) for one in self.watches.collection.find(where, {"user_id": 1})]

    def teaching(self, ids: Iterable[str], audiences: list[str | None]) -> list[Document]:
        """Courses on offer that teach one of these competencies, for this audience."""
        where = {"teaches": {"$in": list(ids)}, "live": True, "mdo_id": {"$in": audiences}}
        return list(self._courses.find(where, {"name": 1, "minutes": 1, "competencies": 1}))

    def applied(self, opening_id: str) -> int:
        """How many have applied and not withdrawn."""
        where = {"opening_id": opening_id, "state": {"$ne": "withdrawn"}}
        return self.applications.collection.count_documents(where)

    def forget(self, user_id: str) -> None:
        """Drop all of a person; Unavailable while a row still has events to tell."""
        self.saved.delete_many({"user_id": user_id})
        for records in (self.applications, self.watches):
            records.remove_told({"user_id": user_id})
            if records.find_one({"user_id": user_id}) is not None:
                raise Unavailable("not_told_yet", "A row still has events to tell.")
        self.openings.change_all({"created_by": user_id}, {"$set": {"created_by": None}})


def career_indexes(database: Database[Any]) -> None:
    """Create the indexes of the Career hub."""
    for name in ("openings", "applications", "watches"):
        publishing_indexes(database[name])
    openings, applications = database["openings"], database["applications"]
    openings.create_index([("state", ASCENDING), ("published_at", DESCENDING)], name="newest")
    openings.create_index([("mdo_id", ASCENDING), ("created_at", DESCENDING)], name="mdo")
    applications.create_index([("user_id", ASCENDING), ("at", DESCENDING)], name="person")
    applications.create_index([("opening_id", ASCENDING), ("percent", DESCENDING)], name="opening")
    database["watches"].create_index([("user_id", ASCENDING)], name="person")
    database["watches"].create_index([("opening_id", ASCENDING)], name="opening")
    database["saved_openings"].create_index([("user_id", ASCENDING)], name="person")
    database["courses"].create_index([("teaches", ASCENDING)], name="teaches")
