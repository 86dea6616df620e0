"""Mandates and the duties they make: one row for each mandate, person and course."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

from pymongo import ASCENDING, DESCENDING
from pymongo.database import Database

from shared.events import Event
from shared.mongo import Document, Records

LEASE = timedelta(seconds=60)
TOGETHER = 50


class Mandates:
    """`mandates` with draft, published rule and the job that carries it out; `assignments` of people."""

    def __init__(self, database: Database[Document]) -> None:
        self.records = Records(database["mandates"])
        self.assignments = Records(database["assignments"])
        self._learners = database["learners"]

    def of_person(self, user_id: str, *, course_ids: Iterable[str] | None = None) -> list[Document]:
        """The duties of a person, lifted ones too."""
        where: Document = {"user_id": user_id}
        if course_ids is not None:
            where["course_id"] = {"$in": sorted(course_ids)}
        return self.assignments.find(where, sort=[("due", ASCENDING)])

    def states_of(self, user_id: str) -> list[Document]:
        """The duties of a person, as much of them as is counted."""
        return list(self.assignments.collection.find({"user_id": user_id}, {"status": 1, "due": 1}))

    def of_people(self, user_ids: Sequence[str]) -> list[Document]:
        """The duties of these people."""
        return self.assignments.find({"user_id": {"$in": list(user_ids)}})

    def binding(self, keys: Sequence[str]) -> list[Document]:
        """The published mandates that may bind a person with these keys."""
        return self.records.find({"anchors": {"$in": list(keys)}, "status": "published"})

    def learners(self, filter_: Document, after: str) -> Iterator[Document]:
        """The people of an audience in the order of their ids, behind one of them."""
        wanted = {"mdo_id": 1, "mdo_path": 1, "position_id": 1, "group": 1}
        if after and isinstance(filter_.get("_id"), dict):
            filter_ = {"$and": [filter_, {"_id": {"$gt": after}}]}
        elif after:
            filter_ = {**filter_, "_id": {"$gt": after}}
        return iter(self._learners.find(filter_, wanted).sort("_id", ASCENDING).batch_size(1000))

    def present(self, ids: Sequence[str]) -> Iterator[Document]:
        """These people as they are now, some at a time: a long list costs each document a walk through it."""
        for at in range(0, len(ids), TOGETHER):
            yield from self.learners({"_id": {"$in": list(ids[at : at + TOGETHER])}}, "")

    def add(self, rows: Iterable[tuple[Document, Event | None]]) -> None:
        """Write duties that are not there yet, each with its event."""
        self.assignments.add_missing(rows)

    def bring_up(self, ids: Sequence[str], values: Document) -> None:
        """Give rows that an older version of the rule made what the present one says."""
        self._all({"_id": {"$in": list(ids)}, "rule": {"$lt": values["rule"]}, "status": "open"}, values)

    def set_states(self, ids: Sequence[str], values: Document, status: str = "open") -> None:
        """Write the same values to several duties in this state."""
        if ids:
            self._all({"_id": {"$in": list(ids)}, "status": status}, values)

    def move(self, user_id: str, mdo_id: str, mdo_path: Sequence[str]) -> None:
        """Let the duties of a person follow them to another unit."""
        where = {"user_id": user_id, "mdo_id": {"$ne": mdo_id}}
        self._all(where, {"mdo_id": mdo_id, "mdo_path": list(mdo_path)})

    def _all(self, where: Document, values: Document) -> None:
        self.assignments.collection.update_many(where, {"$set": values, "$inc": {"version": 1}})

    def outdated(self, mandate_id: str, rule: int, limit: int) -> list[Document]:
        """Open duties that only an older version of the rule explains."""
        where = {"mandate_id": mandate_id, "status": "open", "rule": {"$lt": rule}}
        return self.assignments.find(where, limit=limit)

    def due_notices(self, now: datetime, limit: int) -> list[Document]:
        """Duties whose next reminder has come."""
        return self.assignments.find({"remind_at": {"$lte": now}}, limit=limit)

    def claim_job(self, now: datetime) -> Document | None:
        """A mandate whose publication is to be carried out, leased to the caller; None when there is none."""
        found = self.records.find_one({"job_at": {"$lte": now}})
        if found is None:
            return None
        where = {"_id": found["_id"], "version": found["version"]}
        return self.records.change(where, {"$set": {"job_at": now + LEASE}})

    def keep_place(self, mandate: Document, now: datetime, **place: Any) -> bool:
        """Note how far a job has come; False when a newer publication has taken its place."""
        setting = {f"job.{key}": value for key, value in place.items()} | {"job_at": now + LEASE}
        where = {"_id": mandate["_id"], "job.rule": mandate["job"]["rule"]}
        update = {"$set": setting, "$inc": {"version": 1}}
        return self.records.collection.update_one(where, update).matched_count == 1

    def end_job(self, mandate: Document) -> None:
        """The publication is carried out."""
        where = {"_id": mandate["_id"], "job.rule": mandate["job"]["rule"]}
        self.records.change(where, {"$unset": {"job": "", "job_at": ""}})

    def indexes(self) -> None:
        """Create the indexes."""
        rows, mandates = self.assignments.collection, self.records.collection
        mandates.create_index([("owner_path", ASCENDING), ("created_at", DESCENDING)], name="owner_path")
        mandates.create_index([("created_at", DESCENDING), ("_id", DESCENDING)], name="created_at")
        mandates.create_index([("anchors", ASCENDING)], sparse=True, name="anchors")
        mandates.create_index([("job_at", ASCENDING)], sparse=True, name="job_at")
        rows.create_index([("user_id", ASCENDING), ("course_id", ASCENDING)], name="user_id")
        rows.create_index([("mandate_id", ASCENDING), ("mdo_id", ASCENDING)], name="unit")
        rows.create_index(
            [("mandate_id", ASCENDING), ("status", ASCENDING), ("rule", ASCENDING)], name="rule"
        )
        rows.create_index([("remind_at", ASCENDING)], sparse=True, name="remind_at")
        self._learners.create_index([("position_id", ASCENDING)], name="position_id")
        self._learners.create_index([("group", ASCENDING)], name="group")
        self._learners.create_index([("mdo_id", ASCENDING)], name="mdo_id")
