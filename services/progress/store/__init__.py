"""Collections and indexes of progress: the only package here that knows MongoDB."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from pymongo import ASCENDING, DESCENDING
from pymongo.database import Database

from services.progress.store.certificates import Certificates
from services.progress.store.competencies import Competencies
from services.progress.store.courses import Courses
from services.progress.store.digests import Digests
from services.progress.store.learners import Learners
from services.progress.store.mandates import Mandates
from services.progress.store.recent import Recent
from services.progress.store.tallies import Tallies
from shared.events import new_id
from shared.log import context
from shared.mongo import Document, Records, publishing_indexes
from shared.ops.orders import ensure_ops_indexes
from shared.privacy import Holding, Holdings

HOLDINGS = Holdings(
    (
        Holding("enrolments"),
        Holding("attempts"),
        Holding("disputes"),
        Holding("submissions"),
        Holding("assignments"),
        Holding("certificates"),
        Holding("learners", "_id"),
        Holding("digests", "_id"),
        Holding("audit", "whom", kept="log"),
    )
)


class Store:
    """The collections of progress: aggregates as Records, projections and ledgers beside them."""

    def __init__(self, database: Database[Document], *, course_cache: float = 0.0) -> None:
        self.database = database
        self.subjects = database["subjects"]
        self.courses = Courses(database, course_cache)
        self.learners = Learners(database)
        self.enrolments = Records(database["enrolments"])
        self.recent = Recent()
        self.attempts = Records(database["attempts"])
        self.disputes = Records(database["disputes"])
        self.bundles = database["bundles"]
        self.submissions = database["submissions"]
        self.audit = database["audit"]
        self.certificates = Certificates(database)
        self.competencies = Competencies(database)
        self.mandates = Mandates(database)
        self.tallies = Tallies(database)
        self.digests = Digests(database)
        self.jobs = database["jobs"]

    @property
    def publishing(self) -> tuple[Records, ...]:
        """The collections whose writes carry events."""
        return (
            self.enrolments,
            self.attempts,
            self.disputes,
            self.certificates.records,
            self.mandates.assignments,
        )

    def bundle(self, key: str) -> Document | None:
        """The assessments of one version of a course, with their keys, once they were fetched."""
        found = self.bundles.find_one({"_id": key})
        return found["bundle"] if found else None

    def keep_bundle(self, key: str, bundle: Document) -> None:
        """Keep the assessments of a version for ever; the first copy stays."""
        self.bundles.update_one({"_id": key}, {"$setOnInsert": {"bundle": bundle}}, upsert=True)

    def attempts_at(self, enrolment_id: str, assessment_id: str) -> list[Document]:
        """All attempts at an assessment of an enrolment, oldest first."""
        where = {"enrolment_id": enrolment_id, "assessment_id": assessment_id}
        return sorted(self.attempts.find(where), key=lambda one: int(one["number"]))

    def overdue_attempts(self, now: datetime) -> list[Document]:
        """Running attempts whose time, with the grace, is over."""
        return self.attempts.find({"closes_at": {"$lt": now}}, limit=500)

    def disputes_about(self, enrolment_id: str) -> list[Document]:
        """All disputes about an enrolment, oldest first."""
        found = self.disputes.find({"enrolment_id": enrolment_id})
        return sorted(found, key=lambda one: str(one["created_at"].isoformat()))

    def audit_entry(self, who: str, what: str, about: str, now: datetime, **more: Any) -> None:
        """Append one entry to the audit log: who did what, about which thing."""
        entry = {"_id": new_id(), "who": who, "what": what, "about": about, "at": now, **more}
        self.audit.insert_one(entry | {"correlation_id": context().correlation_id})

    def ping(self) -> None:
        """Ask the database for a sign of life; PyMongoError without one."""
        self.database.command("ping")


def ensure_indexes(database: Database[Document]) -> None:
    """Create all indexes and the starting data; repeating it changes nothing."""
    ensure_ops_indexes(database)
    store = Store(database)
    for records in store.publishing:
        publishing_indexes(records.collection)
    store.certificates.indexes()
    store.mandates.indexes()
    store.tallies.indexes(database)
    database["jobs"].create_index([("until", ASCENDING)], expireAfterSeconds=86400, name="until")
    database["courses"].create_index([("course_id", ASCENDING)], name="course_id")
    database["learners"].create_index([("mdo_path", ASCENDING)], name="mdo_path")
    enrolments = database["enrolments"]
    enrolments.create_index([("user_id", ASCENDING), ("last_at", DESCENDING)], name="user_id")
    enrolments.create_index([("course_id", ASCENDING), ("user_id", ASCENDING)], name="course_id")
    attempts = database["attempts"]
    attempts.create_index([("enrolment_id", ASCENDING), ("assessment_id", ASCENDING)], name="enrolment_id")
    attempts.create_index([("closes_at", ASCENDING)], sparse=True, name="closes_at")
    disputes = database["disputes"]
    disputes.create_index([("enrolment_id", ASCENDING)], name="enrolment_id")
    disputes.create_index([("mdo_path", ASCENDING), ("created_at", DESCENDING)], name="mdo_path")
    database["audit"].create_index([("whom", ASCENDING), ("at", DESCENDING)], name="whom")
    database["audit"].create_index([("correlation_id", ASCENDING)], name="correlation_id")
