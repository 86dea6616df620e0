"""Collections and indexes of catalog: the only package here that knows MongoDB."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from pymongo import ASCENDING, DESCENDING
from pymongo.database import Database
from pymongo.errors import DuplicateKeyError

from services.catalog.store.seed import seed
from shared.mongo import Document, Records, publishing_indexes
from shared.ops.orders import ensure_ops_indexes
from shared.privacy import Holding, Holdings

HOLDINGS = Holdings(
    (
        Holding("ratings"),
        Holding("reports"),
        Holding("enrolments"),
        Holding("mandates"),
        Holding("learners", "_id"),
        Holding("views"),
        Holding("preferences", "_id"),
    )
)
KEPT_VERSIONS = 200
VIEWS_KEPT = 90 * 86400
MISSES_KEPT = 365 * 86400


class Store:
    """The collections of catalog."""

    def __init__(self, database: Database[Document]) -> None:
        self.database = database
        self.courses = Records(database["courses"])
        self.ratings = Records(database["ratings"])
        self.misses = Records(database["misses"])
        self.providers = Records(database["providers"])
        self.versions = database["versions"]
        self.files = database["files"]
        self.scores = database["scores"]
        self.reports = database["reports"]
        self.enrolments = database["enrolments"]
        self.mandates = database["mandates"]
        self.learners = database["learners"]
        self.topics = database["topics"]
        self.competencies = database["competencies"]
        self.positions = database["positions"]
        self.views = database["views"]
        self.preferences = database["preferences"]
        self.subjects = database["subjects"]
        self._kept: OrderedDict[str, Document] = OrderedDict()

    def ping(self) -> None:
        """Ask the database for a sign of life; PyMongoError without one."""
        self.database.command("ping")

    def version(self, key: str) -> Document | None:
        """A published version; it never changes, so it is kept in memory once read."""
        found = self._kept.get(key)
        if found is None:
            found = self.versions.find_one({"_id": key})
            if found is not None:
                self._kept[key] = found
                while len(self._kept) > KEPT_VERSIONS:
                    self._kept.popitem(last=False)
        return found

    def add_version(self, snapshot: Document) -> None:
        """Keep a version; the same one kept again changes nothing."""
        try:
            self.versions.insert_one(snapshot)
        except DuplicateKeyError:
            return

    def by_ids(self, collection: Any, ids: Iterable[str]) -> dict[str, Document]:
        """The rows with these ids, by id."""
        wanted = list(dict.fromkeys(ids))
        return {row["_id"]: row for row in collection.find({"_id": {"$in": wanted}})} if wanted else {}

    def audit(self, entry: Document) -> None:
        """Append one entry to the audit log."""
        self.database["audit"].insert_one(entry)

    def note_view(self, user_id: str, course_id: str, now: datetime) -> None:
        """Keep that a person looked at a course on this day; once a day counts."""
        day = now.strftime("%Y-%m-%d")
        self.views.update_one(
            {"_id": f"{user_id}:{course_id}:{day}"},
            {"$set": {"user_id": user_id, "course_id": course_id, "day": day}, "$max": {"at": now}},
            upsert=True,
        )


def ensure_indexes(database: Database[Document]) -> None:
    """Create all indexes and the starting data; repeating it changes nothing."""
    make_indexes(database)
    seed(database)


def make_indexes(database: Database[Document]) -> None:
    """Create all indexes."""
    ensure_ops_indexes(database)
    for name in ("courses", "ratings", "misses"):
        publishing_indexes(database[name])
    courses = database["courses"]
    courses.create_index([("changed_at", ASCENDING)], sparse=True, name="changed_at")
    courses.create_index([("status", ASCENDING), ("_id", ASCENDING)], name="status")
    courses.create_index([("created_by", ASCENDING), ("_id", ASCENDING)], name="created_by")
    for name in ("scores", "topics", "competencies", "providers"):
        database[name].create_index([("changed_at", ASCENDING)], sparse=True, name="changed_at")
    ratings = database["ratings"]
    ratings.create_index([("course_id", ASCENDING), ("at", DESCENDING), ("_id", DESCENDING)], name="newest")
    ratings.create_index([("course_id", ASCENDING), ("stars", ASCENDING)], name="stars")
    ratings.create_index([("user_id", ASCENDING)], name="person")
    database["reports"].create_index([("user_id", ASCENDING)], name="person")
    ratings.create_index([("reported_at", ASCENDING)], sparse=True, name="reported")
    database["reports"].create_index([("review_id", ASCENDING)], name="review")
    enrolments = database["enrolments"]
    enrolments.create_index([("user_id", ASCENDING), ("course_id", ASCENDING)], name="person")
    enrolments.create_index([("course_id", ASCENDING)], name="course")
    enrolments.create_index([("day", ASCENDING)], sparse=True, name="day")
    enrolments.create_index([("completed_at", ASCENDING)], sparse=True, name="completed_at")
    enrolments.create_index([("done_day", ASCENDING)], sparse=True, name="done_day")
    database["mandates"].create_index([("user_id", ASCENDING)], name="person")
    database["views"].create_index([("at", ASCENDING)], expireAfterSeconds=VIEWS_KEPT, name="at")
    database["views"].create_index([("user_id", ASCENDING)], name="user_id")
    database["views"].create_index([("day", ASCENDING)], name="day")
    database["misses"].create_index([("last_at", DESCENDING)], name="last_at")
    database["audit"].create_index([("correlation_id", ASCENDING)], name="correlation_id")
    database["files"].create_index([("course_id", ASCENDING)], sparse=True, name="course_id")
