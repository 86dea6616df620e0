"""The ledger of deliveries, notices and preferences: the only module here that knows MongoDB."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

from pymongo import ASCENDING, DESCENDING, ReturnDocument, UpdateOne
from pymongo.database import Database
from pymongo.errors import DuplicateKeyError, PyMongoError

from shared.events import Event
from shared.events.identity import RoleGranted, RoleRevoked
from shared.mongo import Document, Records, publishing_indexes
from shared.ops.orders import ensure_ops_indexes
from shared.privacy import Holding, Holdings

KEPT = 400 * 86400
NOTICES_KEPT = 180 * 86400
StoreFailed = PyMongoError
ADMINS_MOST = 200
HOLDINGS = Holdings((Holding("deliveries"), Holding("notices"), Holding("people", "_id"), Holding("admins")))


class Admins:
    """Who holds a role of administration: {_id: "<role>:<scope>:<user>", user_id, role, scope, held, sv}."""

    def __init__(self, database: Database[Document]) -> None:
        self.rows, self._subjects = database["admins"], database["subjects"]

    def note(self, event: RoleGranted | RoleRevoked) -> None:
        """Remember that a person holds a role or no longer does; late news change nothing."""
        row = {"user_id": event.user_id, "role": event.role, "scope": event.scope}
        if event.role not in ("MDO_ADMIN", "SPV_ADMIN"):
            return
        with suppress(DuplicateKeyError):  # The row is there and knows something newer.
            self.rows.update_one(
                {"_id": f"{event.role}:{event.scope}:{event.user_id}", "sv": {"$not": {"$gte": event.sv}}},
                {"$set": {**row, "held": isinstance(event, RoleGranted), "sv": event.sv}},
                upsert=True,
            )

    def of(self, path: Sequence[str], but: str) -> list[str]:
        """Ids of the administrators of these units, else of the platform, without disabled ones and one person."""
        for role, scopes in (("MDO_ADMIN", list(path)), ("SPV_ADMIN", [None])):
            found = self.rows.find({"role": role, "scope": {"$in": scopes}, "held": True}).limit(ADMINS_MOST)
            ids = {str(one["user_id"]) for one in found}
            gone = self._subjects.find({"_id": {"$in": sorted(ids)}, "disabled": True}, {"_id": 1})
            ids -= {str(one["_id"]) for one in gone} | {but}
            if ids:
                return sorted(ids)
        return []


class Store:
    """The collections of the notifier."""

    def __init__(self, database: Database[Document]) -> None:
        self.database = database
        self.deliveries = Records(database["deliveries"])
        self.notices = Records(database["notices"])
        self.people = Records(database["people"])
        self.courses = database["courses"]
        self.sessions = database["sessions"]
        self.subjects = database["subjects"]
        self.admins = Admins(database)

    @property
    def publishing_names(self) -> tuple[str, ...]:
        """The names of the collections whose writes carry events."""
        return (self.deliveries.collection.name,)

    def ping(self) -> None:
        """Raise when the database does not answer."""
        self.database.command("ping")

    def add_once(self, delivery: Document) -> bool:
        """Insert a delivery under its business key; False when it is there already."""
        try:
            self.deliveries.add(delivery)
        except DuplicateKeyError as error:
            if "_id" not in ((error.details or {}).get("keyPattern") or {"_id": 1}):
                raise
            return False
        return True

    def add_notice(self, notice: Document) -> bool:
        """Insert a notice under its business key; False when it is there already."""
        try:
            self.notices.add(notice)
        except DuplicateKeyError:
            return False
        return True

    def note_path(self, user_id: str, path: Sequence[str], at: datetime) -> Document | None:
        """Remember where a person belongs since a time and return what is known of them; late news change nothing.

        Events of several aggregates tell it, so their times order them and not their sequences.
        """
        for first in (True, False):  # Another process may insert the row between our look and our insert.
            with suppress(DuplicateKeyError):
                after = self.people.collection.find_one_and_update(
                    {"_id": user_id, "path_at": {"$not": {"$gte": at}}},
                    {"$set": {"mdo_path": list(path), "path_at": at}, "$inc": {"version": 1}},
                    upsert=first,
                    return_document=ReturnDocument.AFTER,
                )
                if after is not None:
                    return after
        return self.people.get(user_id)

    def follow(self, user_id: str) -> None:
        """Let what was sent to a person belong where the person belongs now."""
        known = (self.people.get(user_id) or {}).get("mdo_path")
        if known:
            elsewhere = {"user_id": user_id, "mdo_path": {"$ne": known}}
            self.deliveries.change_all(elsewhere, {"$set": {"mdo_path": known}})

    def keep_title(self, course_id: str, version: int, title: dict[str, str]) -> None:
        """Keep what the newest version of a course is called; a second or late delivery changes nothing."""
        self.courses.update_one({"_id": course_id}, {"$setOnInsert": {"of": 0}}, upsert=True)
        self.courses.update_one(
            {"_id": course_id, "of": {"$lt": version}}, {"$set": {"of": version, "title": title}}
        )

    def titles(self, course_ids: Iterable[str]) -> dict[str, dict[str, str]]:
        """The titles of these courses, as far as they are known."""
        wanted = sorted(set(course_ids))
        found = self.courses.find({"_id": {"$in": wanted}}) if wanted else ()
        return {str(one["_id"]): one["title"] for one in found if "title" in one}

    def keep_heading(self, id_: str, sequence: int, title: dict[str, str], at: datetime) -> None:
        """Keep what a session is called and when it begins, by the highest sequence."""
        self.sessions.update_one({"_id": id_}, {"$setOnInsert": {"of": 0}}, upsert=True)
        newest = {"of": sequence, "title": dict(title), "at": at}
        self.sessions.update_one({"_id": id_, "of": {"$lt": sequence}}, {"$set": newest})

    def headings(self, ids: Iterable[str]) -> dict[str, Document]:
        """What these sessions are called and when they begin, as far as they are known."""
        wanted = sorted(set(ids))
        found = self.sessions.find({"_id": {"$in": wanted}}) if wanted else ()
        return {str(one["_id"]): one for one in found if "title" in one}

    def prefer(self, user_id: str, preferences: Document) -> None:
        """Keep what a person prefers; the last word counts."""
        self.people.collection.update_one(
            {"_id": user_id}, {"$set": preferences, "$inc": {"version": 1}}, upsert=True
        )

    def read(self, user_id: str, notice_id: str | None, now: datetime) -> int:
        """Mark one notice of a person, or all, as read; how many of them exist or were unread."""
        where: Document = {"user_id": user_id, "read_at": None}
        if notice_id is not None:
            where = {"_id": notice_id, "user_id": user_id}
        changed = self.notices.collection.update_many(
            {**where, "read_at": None}, {"$set": {"read_at": now}, "$inc": {"version": 1}}
        )
        if changed.matched_count or notice_id is None:
            return changed.matched_count
        return self.notices.collection.count_documents(where, limit=1)

    def unread(self, user_id: str) -> int:
        """How many notices a person has not read, counted to 100."""
        return self.notices.collection.count_documents({"user_id": user_id, "read_at": None}, limit=100)

    def waiting_for_digest(self, most: int = 5000) -> dict[str, list[Document]]:
        """Unread notices that wait for the daily digest, by person."""
        found: dict[str, list[Document]] = {}
        for one in self.notices.find({"digest_pending": True}, sort=[("at", ASCENDING)], limit=most):
            found.setdefault(one["user_id"], []).append(one)
        return found

    def digested(self, ids: Sequence[str]) -> None:
        """The digest of these notices is stored."""
        self.notices.collection.update_many(
            {"_id": {"$in": list(ids)}}, {"$unset": {"digest_pending": ""}, "$inc": {"version": 1}}
        )

    def notices_by_id(self, ids: Sequence[str]) -> list[Document]:
        """These notices, oldest first, as far as they exist."""
        return self.notices.find({"_id": {"$in": list(ids)}}, sort=[("at", ASCENDING)])

    def delivery_by_message(self, message_id: str) -> Document | None:
        """The delivery with this Message-ID."""
        return self.deliveries.find_one({"message_id": message_id})

    def due(self, now: datetime, limit: int) -> list[Document]:
        """Deliveries whose time has come, oldest first."""
        return self.deliveries.find({"next_at": {"$lte": now}}, sort=[("next_at", ASCENDING)], limit=limit)

    def claim(self, ids: Sequence[str], owner: str, now: datetime, lease: float) -> set[str]:
        """Take the due ones of these under a lease with one write; returns the ids that are ours now.

        While a mail is being sent its `next_at` is the end of the lease: an expired lease is simply due.
        """
        until = now + timedelta(seconds=lease)
        taken = self.deliveries.collection.update_many(
            {"_id": {"$in": list(ids)}, "next_at": {"$lte": now}},
            {
                "$set": {"state": "sending", "lease": {"owner": owner, "until": until}, "next_at": until},
                "$inc": {"version": 1},
            },
        )
        if taken.modified_count == len(ids):
            return set(ids)
        ours = self.deliveries.collection.find(
            {"_id": {"$in": list(ids)}, "lease.owner": owner, "lease.until": until}, {"_id": 1}
        )
        return {str(one["_id"]) for one in ours}

    def renew(self, ids: Iterable[str], owner: str, now: datetime, lease: float) -> None:
        """Extend the leases that are still ours."""
        until = now + timedelta(seconds=lease)
        self.deliveries.collection.update_many(
            {"_id": {"$in": list(ids)}, "lease.owner": owner, "state": "sending"},
            {"$set": {"lease.until": until, "next_at": until}, "$inc": {"version": 1}},
        )

    def mark_sent(self, ids: Sequence[str], owner: str, smtp: Document, now: datetime) -> None:
        """Mark mails as sent with one write, as far as their leases are still ours."""
        self.deliveries.collection.update_many(
            {"_id": {"$in": list(ids)}, "lease.owner": owner, "state": "sending"},
            {
                "$set": {"state": "sent", "done_at": now, "smtp": smtp},
                "$unset": {"next_at": "", "lease": ""},
                "$inc": {"version": 1, "attempts": 1},
            },
        )

    def mark(self, changes: Sequence[tuple[str, Document]], owner: str) -> None:
        """Write other outcomes, each under its own lease, in one go."""
        self.deliveries.collection.bulk_write(
            [UpdateOne(_held(id_, owner), _released(update)) for id_, update in changes], ordered=False
        )

    def mark_with(self, id_: str, update: Document, owner: str, *events: Event) -> Document | None:
        """Write one outcome with the events it causes; None when the lease is lost."""
        changed = _released(update)
        changed["$inc"] = {k: v for k, v in changed["$inc"].items() if k != "version"}
        return self.deliveries.change(_held(id_, owner), changed, *events)

    def page(self, filter_: Document, after: tuple[datetime, str] | None, limit: int) -> list[Document]:
        """Deliveries, newest first, after a place in that order."""
        if after is not None:
            at, id_ = after
            filter_ = {
                **filter_,
                "$or": [{"created_at": {"$lt": at}}, {"created_at": at, "_id": {"$lt": id_}}],
            }
        return self.deliveries.find(
            filter_, sort=[("created_at", DESCENDING), ("_id", DESCENDING)], limit=limit
        )


def _held(id_: str, owner: str) -> Document:
    return {"_id": id_, "lease.owner": owner, "state": "sending"}


def _released(update: Document) -> dict[str, Any]:
    gone = {"lease": ""} if "next_at" in update["$set"] else {"lease": "", "next_at": ""}
    return {**update, "$unset": gone, "$inc": {**update.get("$inc", {}), "version": 1}}


def ensure_indexes(database: Database[Document]) -> None:
    """Create all indexes; repeating it changes nothing."""
    ensure_ops_indexes(database)
    deliveries = database["deliveries"]
    publishing_indexes(deliveries)
    deliveries.create_index([("next_at", ASCENDING)], sparse=True, name="next_at")
    deliveries.create_index([("user_id", ASCENDING), ("created_at", DESCENDING)], name="user_id")
    deliveries.create_index([("created_at", DESCENDING), ("_id", DESCENDING)], name="created_at")
    deliveries.create_index([("mdo_path", ASCENDING), ("created_at", DESCENDING)], name="mdo_path")
    deliveries.create_index([("correlation_id", ASCENDING)], name="correlation_id")
    deliveries.create_index([("message_id", ASCENDING)], name="message_id")
    deliveries.create_index([("done_at", ASCENDING)], expireAfterSeconds=KEPT, name="done_at")
    admins = database["admins"]
    admins.create_index([("role", ASCENDING), ("scope", ASCENDING)], name="role")
    admins.create_index([("user_id", ASCENDING)], name="user_id")
    notices = database["notices"]
    notices.create_index([("user_id", ASCENDING), ("at", DESCENDING), ("_id", DESCENDING)], name="user_id")
    notices.create_index([("user_id", ASCENDING), ("read_at", ASCENDING)], name="unread")
    notices.create_index([("digest_pending", ASCENDING)], sparse=True, name="digest_pending")
    notices.create_index([("at", ASCENDING)], expireAfterSeconds=NOTICES_KEPT, name="at")
