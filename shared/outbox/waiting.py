"""What waits in one collection: finding it, clearing what was confirmed, delaying what was not."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from pymongo import UpdateOne
from pymongo.collection import Collection

from shared.mongo import Document, utcnow
from shared.settings import Settings

SENT = {"_outbox": "", "_pending_at": "", "_attempts": "", "_last_error": ""}
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_FIELDS = {"_outbox": 1, "_attempts": 1, "_outbox_dead.id": 1}
CLEARED_AT_ONCE = 50


class Waiting:
    """The outboxes of one collection. The relay never touches `version`: it makes no command fail."""

    def __init__(
        self, collection: Collection[Document], settings: Settings, clock: Callable[[], datetime] = utcnow
    ) -> None:
        self._collection, self._settings, self._clock = collection, settings, clock

    def due(self, *, far: bool = False) -> list[Document]:
        """Documents to look at now, oldest first; with `far` those that only a wrong clock put off."""
        now = self._clock()
        when: dict[str, Any] = {"$gt": _EPOCH, "$lte": now}
        if far:
            when = {"$gt": now + timedelta(seconds=self._settings.relay_wrong_clock)}
        found = self._collection.find({"_pending_at": when}, _FIELDS)
        return list(found.sort("_pending_at", 1).limit(self._settings.relay_batch))

    def put_aside(self, documents: Sequence[Document]) -> list[Document]:
        """Take halted and empty documents off the list of what is due; returns the rest."""
        halted = [d["_id"] for d in documents if d.get("_outbox_dead")]
        empty = [d["_id"] for d in documents if not d.get("_outbox") and not d.get("_outbox_dead")]
        asked = [
            UpdateOne({"_id": i, "_outbox_dead.id": {"$exists": True}}, {"$unset": {"_pending_at": ""}})
            for i in halted
        ]
        for i in empty:
            asked.append(UpdateOne({"_id": i, "_outbox": {"$size": 0}}, {"$unset": SENT}))
            asked.append(UpdateOne({"_id": i, "_outbox": {"$exists": False}}, {"$unset": SENT}))
        if asked:
            self._collection.bulk_write(asked, ordered=False)
        return [d for d in documents if d.get("_outbox") and not d.get("_outbox_dead")]

    def clear(self, confirmed: Mapping[Any, Sequence[str]]) -> None:
        """Remove confirmed events by id; right in either order, and events added meanwhile stay due.

        In pieces, so that each bulk write ends well within the time limit of the database.
        """
        rows = [(document_id, list(ids)) for document_id, ids in confirmed.items()]
        for at in range(0, len(rows), CLEARED_AT_ONCE):
            self._clear(rows[at : at + CLEARED_AT_ONCE])

    def _clear(self, rows: list[tuple[Any, list[str]]]) -> None:
        whole = {i: ids[0] for i, ids in rows if len(ids) == 1}
        if whole:
            # One statement for all that hold nothing else; a document that got an event meanwhile holds two.
            only = {"$size": 1, "$elemMatch": {"id": {"$in": list(whole.values())}}}
            cleared = self._collection.update_many(
                {"_id": {"$in": list(whole)}, "_outbox": only}, {"$unset": SENT}
            )
            if cleared.modified_count == len(rows):
                return
        emptied = [
            UpdateOne(
                {"_id": i, "_outbox": {"$not": {"$elemMatch": {"id": {"$nin": ids}}}}}, {"$unset": SENT}
            )
            for i, ids in rows
        ]
        if self._collection.bulk_write(emptied, ordered=False).matched_count == len(rows):
            return
        shortened = [UpdateOne({"_id": i}, {"$pull": {"_outbox": {"id": {"$in": ids}}}}) for i, ids in rows]
        self._collection.bulk_write(shortened, ordered=False)

    def delay(self, document: Document, happened: Document, reason: str) -> bool:
        """Try this head again later; after enough returns halt the aggregate. True when it halted."""
        attempts = document.get("_attempts", 0) + 1
        if reason == "returned" and attempts >= self._settings.relay_attempts_most:
            dead = {**happened, "error": reason, "at": self._clock()}
            self._collection.update_one(
                {"_id": document["_id"], "_outbox.0.id": happened["id"]},
                {
                    "$push": {"_outbox_dead": dead},
                    "$pull": {"_outbox": {"id": happened["id"]}},
                    "$unset": {"_pending_at": "", "_attempts": "", "_last_error": ""},
                },
            )
            return True
        wait = min(
            self._settings.relay_backoff_first * 2 ** (attempts - 1), self._settings.relay_backoff_most
        )
        later = self._clock() + timedelta(seconds=wait * random.uniform(0.8, 1.2))
        self._collection.update_one(
            {"_id": document["_id"], "_outbox.0.id": happened["id"]},
            {"$inc": {"_attempts": 1}, "$set": {"_pending_at": later, "_last_error": reason}},
        )
        return False

    def halted(self) -> list[Document]:
        """Documents whose head could not be sent, with their outbox; for operators."""
        return list(
            self._collection.find({"_outbox_dead.at": {"$gt": _EPOCH}}, {"_outbox": 1, "_outbox_dead": 1})
        )

    def requeue(self, document_id: str) -> bool:
        """Put the dead events of an aggregate back at the head; it goes on at once."""
        found = self._collection.find_one({"_id": document_id}, {"_outbox_dead": 1})
        if not found or not found.get("_outbox_dead"):
            return False
        back = [{k: v for k, v in e.items() if k not in ("error", "at")} for e in found["_outbox_dead"]]
        done = self._collection.update_one(
            {"_id": document_id, "_outbox_dead.id": back[0]["id"]},
            {
                "$push": {"_outbox": {"$each": back, "$position": 0}},
                "$unset": {"_outbox_dead": "", "_attempts": "", "_last_error": ""},
                "$set": {"_pending_at": self._clock()},
            },
        )
        return done.matched_count == 1

    def skip(self, document_id: str) -> bool:
        """Give the dead events of an aggregate up; what waits behind them goes on."""
        done = self._collection.update_one(
            {"_id": document_id, "_outbox_dead.at": {"$gt": _EPOCH}},
            {"$unset": {"_outbox_dead": ""}, "$set": {"_pending_at": self._clock()}},
        )
        return done.matched_count == 1

    def figures(self) -> tuple[int, float, int]:
        """How many documents wait, the age in seconds of the oldest head, how many are halted."""
        waiting = {"_pending_at": {"$gt": _EPOCH}}
        heads = self._collection.find(waiting, {"_outbox.id": 1}).sort("_pending_at", 1).limit(100)
        times = [_made_at(d["_outbox"][0]["id"]) for d in heads if d.get("_outbox")]
        oldest = max((self._clock().timestamp() - min(times)) if times else 0.0, 0.0)
        dead = self._collection.count_documents({"_outbox_dead.at": {"$gt": _EPOCH}})
        return self._collection.count_documents(waiting), oldest, dead


def _made_at(id_: str) -> float:
    return int(id_.replace("-", "")[:12], 16) / 1000
