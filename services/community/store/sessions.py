"""Sessions and the registrations for them, which are the seats."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from pymongo import ASCENDING, DESCENDING
from pymongo.database import Database

from shared.errors import Unavailable
from shared.mongo import Document, Records, publishing_indexes
from shared.privacy import Holding

SESSION_HOLDINGS = (Holding("registrations"), Holding("sessions", "created_by"))
IN_ORDER = [("since", ASCENDING), ("_id", ASCENDING)]


class Sessions:
    """Aggregates `sessions` and `registrations` {_id: session:person, state, since, seat?, attended_at, told}.

    Where places are limited a registered person holds `seat` (session:number), which is unique: so no more people
    than places can be registered, whoever writes at the same time.
    """

    def __init__(self, database: Database[Document]) -> None:
        self.sessions = Records(database["sessions"])
        self.registrations = Records(database["registrations"])

    def registration(self, session_id: str, user_id: str) -> Document | None:
        """One person's registration, in whatever state."""
        return self.registrations.get(f"{session_id}:{user_id}")

    def of_person(self, user_id: str, session_ids: Iterable[str]) -> dict[str, Document]:
        """A person's registrations for these sessions, by session."""
        ids = [f"{session}:{user_id}" for session in session_ids]
        found = self.registrations.find({"_id": {"$in": ids}}) if ids else []
        return {one["session_id"]: one for one in found}

    def sessions_of(self, user_id: str) -> list[str]:
        """The sessions for which a person is registered or waits."""
        where = {"user_id": user_id, "state": {"$in": ["registered", "waiting"]}}
        return [one["session_id"] for one in self.registrations.find(where)]

    def taken(self, session_id: str) -> set[str]:
        """The seats of a session that somebody holds."""
        where = {"session_id": session_id, "seat": {"$exists": True}}
        return {one["seat"] for one in self.registrations.collection.find(where, {"seat": 1})}

    def first_waiting(self, session_id: str) -> Document | None:
        """Who has waited longest."""
        where = {"session_id": session_id, "state": "waiting"}
        found = self.registrations.find(where, sort=IN_ORDER, limit=1)
        return found[0] if found else None

    def place_in_line(self, row: Document) -> int:
        """The place of a waiting person, 1 for the next one."""
        where = {"session_id": row["session_id"], "state": "waiting"}
        before = self.registrations.find(where, sort=IN_ORDER)
        return [one["_id"] for one in before].index(row["_id"]) + 1

    def counts(self, session_id: str) -> Document:
        """How many are registered, wait and attended, counted from the registrations."""
        rows = self.registrations.collection.find({"session_id": session_id}, {"state": 1, "attended_at": 1})
        states = [(row["state"], row.get("attended_at")) for row in rows]
        return {
            "registered": sum(state == "registered" for state, _ in states),
            "waiting": sum(state == "waiting" for state, _ in states),
            "attended": sum(at is not None for _, at in states),
        }

    def open_ones(self, now: datetime) -> list[Document]:
        """Published sessions that are not over."""
        return self.sessions.find({"state": "published", "ends_at": {"$gt": now}})

    def starting(self, now: datetime, until: datetime) -> list[Document]:
        """Published sessions that begin within this time."""
        return self.sessions.find({"state": "published", "starts_at": {"$gt": now, "$lte": until}})

    def forget(self, user_id: str) -> set[str]:
        """Drop a person's registrations, and them from sessions; the sessions to be counted anew.

        Unavailable while a registration still has events to tell: the handler then comes again.
        """
        where = {"user_id": user_id}
        touched = {one["session_id"] for one in self.registrations.collection.find(where, {"session_id": 1})}
        self.registrations.remove_told(where)
        if self.registrations.collection.find_one(where, {"_id": 1}):
            raise Unavailable("not_told_yet", "A registration still has events to tell.")
        for field in ("created_by", "reviewed_by"):
            self.sessions.change_all({field: user_id}, {"$set": {field: None}})
        self.sessions.change_all({"editors": user_id}, {"$pull": {"editors": user_id}})
        return touched


def session_indexes(database: Database[Document]) -> None:
    """Create the indexes of sessions."""
    sessions, registrations = database["sessions"], database["registrations"]
    for one in (sessions, registrations):
        publishing_indexes(one)
    sessions.create_index(
        [("state", ASCENDING), ("starts_at", ASCENDING), ("_id", ASCENDING)], name="by_start"
    )
    sessions.create_index([("state", ASCENDING), ("ends_at", ASCENDING)], name="by_end")
    sessions.create_index([("mdo_id", ASCENDING), ("state", ASCENDING)], name="mdo")
    sessions.create_index([("calling_off", ASCENDING)], sparse=True, name="calling_off")
    sessions.create_index([("created_by", ASCENDING)], name="created_by")
    sessions.create_index([("created_at", DESCENDING), ("_id", DESCENDING)], name="created_at")
    registrations.create_index(
        [("session_id", ASCENDING), ("state", ASCENDING), ("since", ASCENDING), ("_id", ASCENDING)],
        name="session",
    )
    registrations.create_index([("user_id", ASCENDING), ("state", ASCENDING)], name="person")
    registrations.create_index([("seat", ASCENDING)], unique=True, sparse=True, name="seat")
