"""Sums by unit and course, unit and mandate, and of people by unit: computed from facts, never incremented."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from datetime import datetime

from pymongo import ASCENDING, UpdateOne
from pymongo.database import Database

from shared.mongo import Document


class Tallies:
    """`tallies` {_id: "<kind>:<unit>:<of>", kind, mdo_id, mdo_path, of, counts, dirty, dirty_at}.

    An event marks a row; the worker counts the marked rows anew from the facts and takes the mark away, unless
    somebody marked the row again meanwhile.
    """

    def __init__(self, database: Database[Document]) -> None:
        self.rows = database["tallies"]
        self._facts = {
            "course": (database["enrolments"], "course_id"),
            "mandate": (database["assignments"], "mandate_id"),
            "people": (database["learners"], ""),
        }

    def mark(self, marks: Iterable[tuple[str, str | None, Iterable[str], str]], now: datetime) -> None:
        """Say that the facts behind these rows changed: kind, unit, its path, course or mandate."""
        token = secrets.token_hex(6)
        writes = [
            UpdateOne(
                {"_id": f"{kind}:{mdo_id}:{of}"},
                {
                    "$set": {"mdo_path": list(path), "dirty": token},
                    "$min": {"dirty_at": now},
                    "$setOnInsert": {"kind": kind, "mdo_id": mdo_id, "of": of, "counts": {}},
                },
                upsert=True,
            )
            for kind, mdo_id, path, of in marks
            if mdo_id
        ]
        if writes:
            self.rows.bulk_write(writes, ordered=False)

    def mark_all(self, now: datetime) -> None:
        """Say that all rows are to be counted anew."""
        self.rows.update_many({}, {"$set": {"dirty": secrets.token_hex(6)}, "$min": {"dirty_at": now}})

    def marked(self, limit: int) -> list[Document]:
        """Rows whose facts changed."""
        return list(self.rows.find({"dirty_at": {"$exists": True}}).limit(limit))

    def facts(self, row: Document) -> list[Document]:
        """The facts that a row counts."""
        collection, field = self._facts[row["kind"]]
        where = {"mdo_id": row["mdo_id"]} | ({field: row["of"]} if field else {})
        wanted = dict.fromkeys(("status", "started", "seconds", "minutes", "completed_at"), 1)
        return list(collection.find(where, wanted))

    def keep(self, row: Document, counts: Document) -> None:
        """Write what was counted; a row that was marked again meanwhile stays marked."""
        self.rows.update_one({"_id": row["_id"]}, {"$set": {"counts": counts}})
        self.rows.update_one(
            {"_id": row["_id"], "dirty": row["dirty"]}, {"$unset": {"dirty": "", "dirty_at": ""}}
        )

    def below(self, mdo_id: str) -> list[Document]:
        """The rows of a unit and all below it."""
        return list(self.rows.find({"mdo_path": mdo_id}))

    def of_mandate(self, mandate_id: str) -> list[Document]:
        """The rows of one mandate by unit."""
        return list(self.rows.find({"of": mandate_id, "kind": "mandate"}, sort=[("mdo_id", ASCENDING)]))

    def all(self) -> list[Document]:
        """All rows."""
        return list(self.rows.find({}))

    def indexes(self, database: Database[Document]) -> None:
        """Create the indexes."""
        self.rows.create_index([("mdo_path", ASCENDING)], name="mdo_path")
        self.rows.create_index([("of", ASCENDING)], name="of")
        self.rows.create_index([("dirty_at", ASCENDING)], sparse=True, name="dirty_at")
        database["enrolments"].create_index([("mdo_id", ASCENDING), ("course_id", ASCENDING)], name="unit")
