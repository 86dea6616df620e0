"""Collections and indexes of catalog: the only module here that knows MongoDB."""

from __future__ import annotations

from pymongo.database import Database

from shared.mongo import Document


class Store:
    """The collections of catalog."""

    def __init__(self, database: Database[Document]) -> None:
        self.database = database
        self.subjects = database["subjects"]

    def ping(self) -> None:
        """Ask the database for a sign of life; PyMongoError without one."""
        self.database.command("ping")


def ensure_indexes(database: Database[Document]) -> None:
    """Create all indexes and the starting data; repeating it changes nothing."""
