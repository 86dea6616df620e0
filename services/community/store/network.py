"""Connections, blocks, dismissals and settings of the Network hub, and the bounded search for people to suggest."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from pymongo import ASCENDING, DESCENDING
from pymongo.database import Database
from pymongo.errors import DuplicateKeyError

from services.community.store.shelves import Shelves
from shared.errors import Unavailable
from shared.mongo import Document, Records, publishing_indexes
from shared.privacy import Holding

NETWORK_HOLDINGS = (
    Holding("connections", "people", secret=("state", "decided_at")),
    Holding("blocks"),
    Holding("dismissals"),
    Holding("network_settings", "_id"),
)
NAMESPACE = uuid.UUID("5b0e6a52-8f0c-5b7e-9a59-0c8b8f5a3c11")
SAMPLE_MOST = 200  # People kept of those who share a value.
SHOWN = dict.fromkeys(
    ("mdo_id", "position_id", "held", "desired", "acquired", "complete", "erased"), 1
)  # What suggesting reads of a person.


def pair_id(one: str, other: str) -> str:
    """The id of what two people have in common, whoever asks; as long as any other id, for events carry it."""
    return str(uuid.uuid5(NAMESPACE, f"pair {min(one, other)} {max(one, other)}"))


class Network:
    """Aggregate `connections` {_id: both people, people, from_id, to_id, state, note, requested_at, decided_at}.

    Facts `blocks` and `dismissals` {_id: who:whom, user_id, other_id, at}; `network_settings` {_id, suggested}.
    """

    def __init__(self, database: Database[Document], samples_cache: float, rails_cache: float) -> None:
        self._samples = Shelves(samples_cache, full=SAMPLE_MOST, brief=rails_cache)
        self.connections = Records(database["connections"])
        self.blocks = database["blocks"]
        self.dismissals = database["dismissals"]
        self.settings = database["network_settings"]
        self._people = database["people"]

    def between(self, one: str, other: str) -> Document | None:
        """The connection of two people, in whatever state."""
        return self.connections.get(pair_id(one, other))

    def note(self, kind: str, user_id: str, other_id: str, at: datetime) -> None:
        """Keep a block or a dismissal; again changes nothing."""
        row = {"_id": f"{user_id}:{other_id}", "user_id": user_id, "other_id": other_id, "at": at}
        try:
            getattr(self, kind).insert_one(row)
        except DuplicateKeyError:
            return

    def unblock(self, user_id: str, other_id: str) -> None:
        """Drop a block."""
        self.blocks.delete_one({"_id": f"{user_id}:{other_id}"})

    def blocked(self, one: str, other: str) -> bool:
        """Whether either has blocked the other."""
        ids = [f"{one}:{other}", f"{other}:{one}"]
        return self.blocks.find_one({"_id": {"$in": ids}}, {"_id": 1}) is not None

    def blocked_by(self, user_id: str) -> list[str]:
        """Whom a person has blocked, newest first."""
        return [one["other_id"] for one in self.blocks.find({"user_id": user_id}).sort("at", DESCENDING)]

    def suggested(self, user_id: str) -> bool:
        """Whether others may see this person among their suggestions."""
        found = self.settings.find_one({"_id": user_id})
        return bool(found is None or found["suggested"])

    def set_suggested(self, user_id: str, suggested: bool) -> None:
        """Keep this choice."""
        self.settings.update_one({"_id": user_id}, {"$set": {"suggested": suggested}}, upsert=True)

    def not_for(self, user_id: str) -> set[str]:
        """Who must not be suggested to this person: oneself, and people with whom there is a fact that forbids it."""
        out = {user_id}
        either = {"$or": [{"user_id": user_id}, {"other_id": user_id}]}
        for row in self.blocks.find(either, {"user_id": 1, "other_id": 1}):
            out |= {row["user_id"], row["other_id"]}
        out |= {one["other_id"] for one in self.dismissals.find({"user_id": user_id}, {"other_id": 1})}
        known = {"people": user_id, "state": {"$in": ["requested", "accepted", "declined"]}}
        for row in self.connections.collection.find(known, {"people": 1}):
            out |= set(row["people"])
        return out

    def opted_out(self, ids: Iterable[str]) -> set[str]:
        """Those of these people who do not want to be suggested."""
        where = {"_id": {"$in": list(ids)}, "suggested": False}
        return {one["_id"] for one in self.settings.find(where, {"_id": 1})}

    def sample(self, field: str, value: str, start: str, most: int) -> list[Document]:
        """People with this value, at most so many, in the order of ids from one's own and around the end.

        So each person is shown others, the same ones each time. A kept sample serves all who share the value.
        """
        if not self._samples.keep:
            return self._walk(field, value, start, most)
        rows = self._samples.of((field, value), lambda: self._pool(field, value, start))
        after = [one for one in rows if one["_id"] > start][:most]
        return after + [one for one in rows if one["_id"] < start][: most - len(after)]

    def _pool(self, field: str, value: str, start: str) -> list[Document]:
        rows = self._walk(field, value, start, SAMPLE_MOST, "$gte")
        return sorted(rows, key=lambda one: str(one["_id"]))

    def _walk(self, field: str, value: str, start: str, most: int, first: str = "$gt") -> list[Document]:
        found: list[Document] = []
        for side in (first, "$lt"):
            where: Document = {field: value, "_id": {side: start}}
            rows = self._people.find(where, SHOWN, sort=[("_id", ASCENDING)], limit=most - len(found))
            found += rows
            if len(found) >= most:
                break
        return found

    def forget(self, user_id: str) -> None:
        """Drop all of a person; Unavailable while a connection still has events to tell."""
        self.connections.remove_told({"people": user_id})
        for facts in (self.blocks, self.dismissals):
            facts.delete_many({"$or": [{"user_id": user_id}, {"other_id": user_id}]})
        self.settings.delete_one({"_id": user_id})
        if self.connections.find_one({"people": user_id}) is not None:
            raise Unavailable("not_told_yet", "A connection still has events to tell.")


def network_indexes(database: Database[Any]) -> None:
    """Create the indexes of the Network hub."""
    connections, people = database["connections"], database["people"]
    publishing_indexes(connections)
    for side in ("from_id", "to_id", "people"):
        connections.create_index(
            [(side, ASCENDING), ("state", ASCENDING), ("requested_at", DESCENDING), ("_id", DESCENDING)],
            name=side,
        )
    for facts in ("blocks", "dismissals"):
        database[facts].create_index([("user_id", ASCENDING), ("at", DESCENDING)], name="person")
        database[facts].create_index([("other_id", ASCENDING)], name="other")
    for field in ("knows", "proved", "wants", "mdo_id", "position_id"):
        people.create_index([(field, ASCENDING), ("_id", ASCENDING)], name=f"{field}_sample")
