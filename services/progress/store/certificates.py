"""Certificates, and the bit of the status list that each of them owns."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from pymongo import ASCENDING, DESCENDING
from pymongo.database import Database
from pymongo.errors import DuplicateKeyError

from shared.events import Event
from shared.mongo import Document, Records

TRIES = 50


class Certificates:
    """`certificates` {_id: number, user_id, enrolment_id, issue, status, name, title, list, index, ...}."""

    def __init__(self, database: Database[Document]) -> None:
        self.records = Records(database["certificates"])

    def get(self, id_: str) -> Document | None:
        """One certificate."""
        return self.records.get(id_)

    def add(self, certificate: Document, slot: Callable[[int], tuple[str, int]], event: Event) -> bool:
        """Insert a certificate with a status bit of its own; False when it was there before."""
        for attempt in range(TRIES):
            number, index = slot(attempt)
            try:
                self.records.add({**certificate, "list": number, "index": index}, event)
            except DuplicateKeyError:
                if self.records.get(certificate["_id"]) is not None:
                    return False
            else:
                return True
        raise OverflowError("the status lists are full: raise BADGE_LISTS")

    def of_person(self, user_id: str, **where: object) -> list[Document]:
        """A person's certificates, newest first."""
        return self.records.find({"user_id": user_id, **where}, sort=[("issued_at", DESCENDING)])

    def count_valid(self, user_id: str) -> int:
        """How many valid certificates a person has."""
        return self.records.collection.count_documents({"user_id": user_id, "status": "valid"})

    def of_enrolments(self, enrolment_ids: Iterable[str]) -> list[Document]:
        """The certificates of these enrolments."""
        return self.records.find({"enrolment_id": {"$in": sorted(enrolment_ids)}})

    def revoked(self, number: str) -> list[int]:
        """The indexes of the revoked certificates of one status list."""
        found = self.records.collection.find({"list": number, "status": "revoked"}, {"index": 1})
        return [int(one["index"]) for one in found]

    def indexes(self) -> None:
        """Create the indexes."""
        rows = self.records.collection
        rows.create_index([("user_id", ASCENDING), ("issued_at", DESCENDING)], name="user_id")
        rows.create_index([("enrolment_id", ASCENDING)], name="enrolment_id")
        rows.create_index([("list", ASCENDING), ("index", ASCENDING)], unique=True, name="status_bit")
        rows.create_index([("list", ASCENDING), ("status", ASCENDING)], name="revoked")
