"""One active relay per service: a row that its holder renews, by server time or by a counted beat."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from pymongo.collection import Collection
from pymongo.errors import DuplicateKeyError

from shared.settings import Settings

_LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)


class Lease:
    """The right to relay. `held` takes or renews it and tells whether a round may begin."""

    def __init__(
        self,
        collection: Collection[dict[str, Any]],
        owner: str,
        settings: Settings,
        name: str = "relay",
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._collection, self._owner, self._name = collection, owner, name
        self._lease, self._renew, self._now = settings.relay_lease, settings.relay_renew, monotonic
        self._renewed = self._tried = self._seen_at = float("-inf")
        self._seen: tuple[str, int] | None = None
        self._server_time: bool | None = None

    def held(self) -> bool:
        """True when this process may begin a round now; asks the database only when a renewal is due."""
        if self._now() - self._renewed >= self._renew and self._now() - self._tried >= self._pause():
            self._tried = self._now()
            if self._take():
                self._renewed = self._tried
        return self._now() - self._renewed < self._lease / 2

    def release(self) -> None:
        """Give the lease back, so that another replica goes on at once."""
        self._collection.update_one(
            {"_id": self._name, "owner": self._owner}, {"$set": {"owner": "", "until": _LONG_AGO}}
        )
        self._renewed = self._tried = float("-inf")

    def _pause(self) -> float:
        return min(self._renew, 1.0)

    def _take(self) -> bool:
        if self._server_time is None:
            self._server_time = self.server_time_works()
            self._ensure_row()
        return self._take_by_server_time() if self._server_time else self._take_by_beat()

    def server_time_works(self) -> bool:
        """A server may accept $$NOW and never match with it: a row of 1970 must be found."""
        self._collection.update_one({"_id": "clock"}, {"$set": {"until": _LONG_AGO}}, upsert=True)
        return self._collection.find_one({"_id": "clock", "$expr": {"$lt": ["$until", "$$NOW"]}}) is not None

    def _ensure_row(self) -> None:
        empty = {"owner": "", "until": _LONG_AGO, "term": 0, "beat": 0}
        with contextlib.suppress(DuplicateKeyError):
            self._collection.update_one({"_id": self._name}, {"$setOnInsert": empty}, upsert=True)

    def _take_by_server_time(self) -> bool:
        mine = {"$eq": ["$owner", self._owner]}
        taken = self._collection.find_one_and_update(
            {"_id": self._name, "$expr": {"$or": [{"$lt": ["$until", "$$NOW"]}, mine]}},
            [
                {
                    "$set": {
                        "until": {"$add": ["$$NOW", int(self._lease * 1000)]},
                        "term": {"$cond": [mine, "$term", {"$add": ["$term", 1]}]},
                        "owner": self._owner,
                    }
                }
            ],
        )
        return taken is not None

    def _take_by_beat(self) -> bool:
        row = self._collection.find_one({"_id": self._name}) or {"owner": "", "beat": 0}
        standing = (row["owner"], row["beat"])
        if standing != self._seen:
            self._seen, self._seen_at = standing, self._now()
        free = row["owner"] in ("", self._owner) or self._now() - self._seen_at >= self._lease
        if not free:
            return False
        done = self._collection.update_one(
            {"_id": self._name, "owner": row["owner"], "beat": row["beat"]},
            {
                "$set": {"owner": self._owner},
                "$inc": {"beat": 1, "term": int(row["owner"] != self._owner)},
            },
        )
        return done.matched_count == 1
