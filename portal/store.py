"""Where sessions and grants are kept: one collection in the portal's own database."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, Protocol

from pymongo import MongoClient
from pymongo.database import Database
from pymongo.errors import PyMongoError

from portal.settings import PortalSettings

Document = dict[str, Any]
StoreError = PyMongoError


def utcnow() -> datetime:
    """The time, aware of its zone."""
    return datetime.now(UTC)


class Store(Protocol):
    """Where sessions and grants live; keys are hashes, so a copy of the store opens no session."""

    def ping(self) -> None:
        """Raise when the store does not answer."""
        ...

    def read(self, kind: str, key: str) -> Document | None:
        """One record that has not expired."""
        ...

    def write(self, kind: str, key: str, values: Document) -> None:
        """Set these fields of a record; it is made when absent."""
        ...

    def delete(self, kind: str, key: str) -> None:
        """Remove a record."""
        ...

    def lease(self, key: str, until: datetime, stale: str) -> bool:
        """Take the right to renew a grant whose access token is still `stale`; False when another has it."""
        ...


class MongoStore:
    """The store in MongoDB; replicas share it, and its clock decides nothing but tidying."""

    def __init__(self, database: Database[Document], clock: Callable[[], datetime] = utcnow) -> None:
        self._database = database
        self._clock = clock
        self._indexed = False

    def ensure_indexes(self) -> None:
        """Let the server remove expired records."""
        for kind in ("sessions", "grants"):
            self._database[kind].create_index("expires_at", expireAfterSeconds=60)

    def ping(self) -> None:
        """Raise when the store does not answer; the first time also make the indexes."""
        self._database.command("ping")
        if not self._indexed:
            self.ensure_indexes()
            self._indexed = True

    def read(self, kind: str, key: str) -> Document | None:
        """One record that has not expired."""
        return self._database[kind].find_one({"_id": key, "expires_at": {"$gt": self._clock()}})

    def write(self, kind: str, key: str, values: Document) -> None:
        """Set these fields of a record; it is made when absent."""
        self._database[kind].update_one({"_id": key}, {"$set": values}, upsert=True)

    def delete(self, kind: str, key: str) -> None:
        """Remove a record."""
        self._database[kind].delete_one({"_id": key})

    def lease(self, key: str, until: datetime, stale: str) -> bool:
        """Take the right to renew a grant in one atomic step."""
        free = {"_id": key, "access_token": stale, "leased_until": {"$not": {"$gt": self._clock()}}}
        done = self._database["grants"].update_one(free, {"$set": {"leased_until": until}})
        return done.modified_count == 1


def connect(settings: PortalSettings) -> MongoStore:
    """Open the store named by the settings."""
    client: MongoClient[Document] = MongoClient(
        settings.session_store_url or settings.mongodb_uri,
        tz_aware=True,
        appname="portal",
        serverSelectionTimeoutMS=int(settings.mongodb_timeout * 1000),
    )
    return MongoStore(client[settings.database_name])
