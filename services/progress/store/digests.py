"""A person's enrolments in short, so that their dashboard does not read 200 long documents each time."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from pymongo.database import Database

from shared.mongo import Document

FEW = 20  # So many long documents are read as fast as one digest.
MARGIN = timedelta(minutes=5)  # Longer than any write takes, and than clocks of servers differ.
WANTED = ("status", "course_id", "seconds", "minutes", "completed_at", "competencies")


class Digests:
    """`digests` {_id: user id, upto, rows}: a copy that may be dropped at any time.

    Each write of an enrolment that changes one of these fields sets `last_at` to the time of the write. What
    changed since the copy was made is found by that and read anew, so the answer is never behind.
    """

    def __init__(self, database: Database[Document]) -> None:
        self._rows, self._enrolments = database["digests"], database["enrolments"]

    def of_person(self, user_id: str, now: datetime) -> list[Document]:
        """All enrolments of a person as they are, each with the fields that are counted."""
        kept = self._rows.find_one({"_id": user_id})
        since = {"last_at": {"$gte": kept["upto"] - MARGIN}} if kept else {}
        found = self._enrolments.find({"user_id": user_id, **since}, dict.fromkeys(WANTED, 1))
        fresh = {str(one["_id"]): one for one in found}
        rows = {str(one["_id"]): one for one in (kept["rows"] if kept else ())} | fresh
        if len(fresh) >= FEW and (kept is None or kept["upto"] < now - MARGIN):
            self._keep(user_id, rows.values(), now)
        return list(rows.values())

    def _keep(self, user_id: str, rows: Iterable[Document], now: datetime) -> None:
        self._rows.update_one({"_id": user_id}, {"$set": {"upto": now, "rows": list(rows)}}, upsert=True)
