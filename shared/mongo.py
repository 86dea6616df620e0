"""MongoDB: one connection per process, and records whose writes name the events they cause.

The events of a write lie in the same document until the relay has published them (docs/decisions, outbox).
`add`, `add_missing`, `save`, `change` and `put` are the only writes that may carry events.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from pymongo import ASCENDING, MongoClient, ReadPreference
from pymongo.collection import Collection
from pymongo.database import Database
from pymongo.errors import BulkWriteError, DuplicateKeyError
from pymongo.read_concern import ReadConcern
from pymongo.write_concern import WriteConcern

from shared.errors import Conflict, Unavailable
from shared.events import Event, encode
from shared.log import context
from shared.settings import Settings

Document = dict[str, Any]
HIDDEN = ("_outbox", "_pending_at", "_attempts", "_last_error", "_outbox_dead")
UNSENT_MOST = 200
DUPLICATE_KEY = 11000
_HIDE = dict.fromkeys(HIDDEN, 0)


def utcnow() -> datetime:
    """Now, in UTC, to the millisecond that MongoDB stores."""
    now = datetime.now(UTC)
    return now.replace(microsecond=now.microsecond // 1000 * 1000)


def connect(settings: Settings) -> Database[Document]:
    """Open the service's own database; majority, journalled writes and majority reads from the primary."""
    client: MongoClient[Document] = MongoClient(
        settings.mongodb_uri,
        tz_aware=True,
        appname=settings.service,
        timeoutMS=int(settings.mongodb_timeout * 1000),
        serverSelectionTimeoutMS=int(settings.mongodb_timeout * 1000),
    )
    return client.get_database(
        settings.database_name,
        write_concern=WriteConcern(w="majority", j=True),
        read_concern=ReadConcern("majority"),
        read_preference=ReadPreference.PRIMARY,
    )


def publishing_indexes(collection: Collection[Document]) -> None:
    """Create the two sparse indexes of a collection that publishes: what is due, what is halted."""
    collection.create_index([("_pending_at", ASCENDING)], sparse=True, name="outbox_pending")
    collection.create_index([("_outbox_dead.at", ASCENDING)], sparse=True, name="outbox_dead")


def guarded_set(
    rows: Collection[Document],
    id_: str,
    group: str,
    sequence: int,
    values: Mapping[str, Any],
    unless: Mapping[str, Any] | None = None,
) -> bool:
    """Set values of one row of a projection unless a later event of the same group has; whether they were set.

    `unless` is a further filter that a row must meet which is there already. One statement for a row that is there,
    and one durable write in any case.
    """
    seen = f"_seen.{group}"
    where = {"_id": id_, seen: {"$not": {"$gte": sequence}}, **(unless or {})}
    update = {"$set": {**values, seen: sequence}}
    if rows.update_one(where, update).matched_count:
        return True
    try:
        rows.insert_one({"_id": id_, **values, "_seen": {group: sequence}})
    except DuplicateKeyError:  # It is there: with later news, or made by another process since.
        return rows.update_one(where, update).matched_count == 1
    return True


class Records:
    """One collection of aggregates with a `version` and an outbox in each document."""

    def __init__(self, collection: Collection[Document]) -> None:
        self.collection = collection
        self.told: Callable[[], None] = lambda: None  # Called after each write that stored events here.

    def get(self, id_: str) -> Document | None:
        """The document with this id, without its outbox."""
        return self.collection.find_one({"_id": id_}, _HIDE)

    def find_one(self, filter_: Mapping[str, Any]) -> Document | None:
        """The first document that matches, without its outbox."""
        return self.collection.find_one(filter_, _HIDE)

    def find(
        self, filter_: Mapping[str, Any], *, sort: list[tuple[str, int]] | None = None, limit: int = 0
    ) -> list[Document]:
        """The documents that match, without their outbox."""
        return list(self.collection.find(filter_, _HIDE, sort=sort, limit=limit))

    def add(self, document: Document, *events: Event) -> Document:
        """Insert a new aggregate as version 1; pymongo's DuplicateKeyError when it exists."""
        stored = {**document, "version": 1}
        self.collection.insert_one({**stored, **_due(_bodies(events, document["_id"], 1))})
        if events:
            self.told()
        return stored

    def add_missing(self, documents: Iterable[tuple[Document, Event | None]]) -> None:
        """Insert those aggregates that are not there yet, each with its event; the others stay as they are."""
        wanted = {one["_id"]: (one, told) for one, told in documents}
        there = {one["_id"] for one in self.collection.find({"_id": {"$in": list(wanted)}}, {"_id": 1})}
        rows = [
            {**one, "version": 1, **_due(_bodies([told] if told else [], id_, 1))}
            for id_, (one, told) in wanted.items()
            if id_ not in there
        ]
        try:
            if rows:
                self.collection.insert_many(rows, ordered=False)
                self.told()
        except BulkWriteError as error:  # Another process may have inserted the same row meanwhile.
            if any(one["code"] != DUPLICATE_KEY for one in (error.details or {}).get("writeErrors", ())):
                raise

    def save(self, document: Document, *events: Event) -> Document:
        """Write a changed copy back if nobody changed it meanwhile; Conflict otherwise."""
        before = self.get(document["_id"])
        if before is None or before["version"] != document["version"]:
            raise Conflict("changed_elsewhere", "Somebody else changed this first. Look at it again.")
        setting = {
            k: v
            for k, v in document.items()
            if k not in (*HIDDEN, "_id", "version") and before.get(k, _ABSENT) != v
        }
        removed = {k: "" for k in before if k not in document}
        update: Document = {"$set": setting}
        if removed:
            update["$unset"] = removed
        after = self.change({"_id": document["_id"], "version": document["version"]}, update, *events)
        if after is None:
            raise Conflict("changed_elsewhere", "Somebody else changed this first. Look at it again.")
        return after

    def change(self, filter_: Document, update: Document, *events: Event) -> Document | None:
        """Update one document if it matches, in one atomic conditional write; None when none matched.

        Unavailable when the document would hold more than UNSENT_MOST unsent events, here and in `put`.
        The document is read after the write, so it may already show a later change of somebody else. With
        events the write is tied to the version read just before, so that each event carries the version it
        made; a filter that names `_id` and `version` saves that read.
        """
        while True:
            version, id_ = filter_.get("version"), filter_.get("_id")
            if not isinstance(id_, str) or (events and not isinstance(version, int)):
                found = self.collection.find_one(filter_, {"version": 1})
                if found is None:
                    return None
                version, id_ = found["version"], found["_id"]
            tied = {**filter_, "_id": id_} | ({"version": version} if events else {})
            bodies = _bodies(events, id_, version + 1) if events and isinstance(version, int) else []
            if self._update(tied, update, *bodies):
                if events:
                    self.told()
                return self.get(id_)
            if tied == filter_:
                return None

    def put(self, before: Document, update: Document, *events: Event) -> bool:
        """Update a document as it was read, in one write and without reading it again; False: it changed."""
        tied = {"_id": before["_id"], "version": before["version"]}
        done = self._update(tied, update, *_bodies(events, before["_id"], before["version"] + 1))
        if done and events:
            self.told()
        return done

    def change_all(self, filter_: Document, update: Document) -> int:
        """Update every document that matches, with one statement and no event; how many matched."""
        changed: Document = {name: dict(value) for name, value in update.items()}
        changed["$inc"] = {**changed.get("$inc", {}), "version": 1}
        return self.collection.update_many(filter_, changed).matched_count

    def remove_told(self, filter_: Document) -> None:
        """Remove the matching documents that have no event left to tell."""
        self.collection.delete_many({**filter_, "_outbox": {"$exists": False}})

    def _update(self, filter_: Document, update: Document, *bodies: Document) -> bool:
        changed: Document = {name: dict(value) for name, value in update.items()}
        changed["$inc"] = {**changed.get("$inc", {}), "version": 1}
        if not changed.get("$set", True):
            del changed["$set"]
        if bodies:
            changed["$push"] = {**changed.get("$push", {}), "_outbox": {"$each": list(bodies)}}
            changed["$min"] = {**changed.get("$min", {}), "_pending_at": utcnow()}
        room = {f"_outbox.{UNSENT_MOST - len(bodies)}": {"$exists": False}} if bodies else {}
        if self.collection.update_one({**filter_, **room}, changed).matched_count == 1:
            return True
        if bodies and self.collection.find_one({**filter_, next(iter(room)): {"$exists": True}}, {"_id": 1}):
            raise Unavailable(
                "outbox_full", "Too much is waiting to be told. Try again soon.", retry_after=30
            )
        return False


_ABSENT = object()


def _bodies(events: Iterable[Event], subject: str, sequence: int) -> list[Document]:
    now = context()
    made = [
        {
            "id": happened.event_id,
            "type": happened.type,
            "traceparent": now.traceparent,
            "body": encode(happened, subject=subject, sequence=sequence, context=now),
        }
        for happened in events
    ]
    if len({body["type"] for body in made}) != len(made):
        raise ValueError("one write names at most one event of a type")
    return made


def _due(bodies: list[Document]) -> Document:
    return {"_outbox": bodies, "_pending_at": utcnow()} if bodies else {}
