"""Collections, indexes and starting data of identity: the only module here that knows MongoDB."""

from __future__ import annotations

import json
import threading
import time
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from pymongo import ASCENDING, DESCENDING, ReturnDocument
from pymongo.database import Database
from pymongo.errors import DuplicateKeyError

from shared.events.identity import MDOCreated
from shared.mongo import Document, Records, publishing_indexes

SEED = Path(__file__).parent / "seed"
AUDIT_KEPT = 400 * 86400


@dataclass(frozen=True)
class Directory:
    """The reference data as of one moment: MDOs and positions by id, domains that are approved now."""

    mdos: Mapping[str, Document]
    positions: Mapping[str, Document]
    domains: tuple[Document, ...]

    def offers(self, position_id: str) -> bool:
        """Whether a position can be chosen: known and not retired."""
        return self.positions.get(position_id, {"status": "retired"}).get("status") != "retired"


class Store:
    """The collections of identity."""

    def __init__(self, database: Database[Document], *, directory_cache: float = 0.0) -> None:
        self.database = database
        self.users = Records(database["users"])
        self.families = Records(database["families"])
        self.mdos = Records(database["mdos"])
        self.positions = Records(database["positions"])
        self.domains = Records(database["domains"])
        self.domain_requests = Records(database["domain_requests"])
        self.throttles = Records(database["throttles"])
        self.subjects = database["subjects"]
        self.audit = database["audit"]
        self._directory_cache = directory_cache
        self._directory: tuple[float, Directory] | None = None
        self._lock = threading.Lock()

    @property
    def publishing(self) -> tuple[Records, ...]:
        """The collections whose writes carry events."""
        return (self.users, self.mdos, self.domains, self.domain_requests)

    def ping(self) -> None:
        """Ask the database for a sign of life; PyMongoError without one."""
        self.database.command("ping")

    def directory(self) -> Directory:
        """MDOs, positions and domains, read again at most every `directory_cache` seconds."""
        with self._lock:
            kept = self._directory
            if kept is None or time.monotonic() - kept[0] >= self._directory_cache:
                kept = (time.monotonic(), self._read_directory())
                self._directory = kept
            return kept[1]

    def forget_directory(self) -> None:
        """Read the directory anew at the next look: this process changed it."""
        with self._lock:
            self._directory = None

    def _read_directory(self) -> Directory:
        return Directory(
            {one["_id"]: one for one in self.mdos.find({})},
            {one["_id"]: one for one in self.positions.find({})},
            tuple(
                one
                for one in sorted(self.domains.find({}), key=lambda one: str(one["_id"]))
                if not one.get("removed_at")
            ),
        )

    def user_by_email(self, address: str) -> Document | None:
        """The account of a canonical address."""
        return self.users.find_one({"email": address})

    def users_by_id(self, ids: Iterable[str]) -> dict[str, Document]:
        """Those of these accounts that exist, by id."""
        return {one["_id"]: one for one in self.users.find({"_id": {"$in": list(ids)}})}

    def start_links(self, purpose: str, held: Mapping[str, str], until: datetime) -> None:
        """Let links (by account) end at `until`, if they are still in their slot and have no end yet."""
        slot = f"links.{purpose}"
        self.users.change_all(
            {
                "_id": {"$in": list(held)},
                f"{slot}.link_id": {"$in": list(held.values())},
                f"{slot}.expires_at": None,
            },
            {"$set": {f"{slot}.expires_at": until}},
        )

    def user_by_link(self, link_id: str) -> Document | None:
        """The account that holds or held this link."""
        return self.users.find_one({"link_ids": link_id})

    def add_user(self, user: Document, *events: Any) -> Document | None:
        """Insert an account; None when another request registered the address first."""
        return self.add_once(self.users, {**user, "words": words_of(user)}, *events)

    def add_once(self, records: Records, document: Document, *events: Any) -> Document | None:
        """Insert an aggregate; None when one with this id, or another unique value of it, is there."""
        try:
            return records.add(document, *events)
        except DuplicateKeyError:
            return None

    def count_mails(self, key: str, version: int | None, times: list[datetime], until: datetime) -> bool:
        """Keep the mail times of an address without an account; False when somebody wrote meanwhile."""
        return self._count(key, version, {"mail_times": times, "until": until})

    def count_misses(self, key: str, version: int | None, misses: Document, until: datetime) -> bool:
        """Keep the misses of an address without an account; False when somebody counted meanwhile."""
        return self._count(key, version, {"misses": misses, "until": until})

    def _count(self, key: str, version: int | None, setting: Document) -> bool:
        if version is not None:
            return self.throttles.change({"_id": key, "version": version}, {"$set": setting}) is not None
        try:
            self.throttles.add({"_id": key, **setting})
        except DuplicateKeyError:
            return False
        return True

    def hit(self, key: str, until: datetime) -> None:
        """Count one more in a window's counter."""
        self.throttles.collection.update_one(
            {"_id": key}, {"$inc": {"count": 1, "version": 1}, "$max": {"until": until}}, upsert=True
        )

    def append_audit(self, entry: Document) -> None:
        """Append one entry to the audit log."""
        self.audit.insert_one(entry)

    def audit_entries(
        self, filter_: Document, *, sort: list[tuple[str, int]] | None = None, limit: int = 0
    ) -> list[Document]:
        """Entries of the audit log."""
        return list(self.audit.find(filter_, sort=sort, limit=limit))

    def give_path(self, mdo_id: str, path: list[str]) -> None:
        """Write a unit's new path to its people; repeating it changes nothing."""
        self.users.collection.update_many(
            {"mdo_id": mdo_id, "mdo_path": {"$ne": path}},
            {"$set": {"mdo_path": path}, "$inc": {"version": 1}},
        )

    def note_position(self, id_: str, name: Document, status: str, sequence: int) -> None:
        """Keep a position of the dictionary as its newest event tells it."""
        rows = self.positions.collection
        first = {"name": name, "status": status, "heard": 0, "version": 1}
        rows.update_one({"_id": id_}, {"$setOnInsert": first}, upsert=True)
        self.positions.change(
            {"_id": id_, "heard": {"$not": {"$gte": sequence}}},
            {"$set": {"name": name, "status": status, "heard": sequence}},
        )

    def admins(self, role: str, scopes: list[str] | None) -> list[str]:
        """Ids of the active people who hold a role, for one of these MDOs or, with None, at all."""
        held: Document = {"role": role} if scopes is None else {"role": role, "scope": {"$in": scopes}}
        found = self.users.collection.find({"roles": {"$elemMatch": held}, "status": "ACTIVE"}, {"_id": 1})
        return sorted(str(one["_id"]) for one in found.limit(200))

    def enter_spv_admin(self, user_id: str) -> None:
        """Note one more SPV admin in the list that guards the last one."""
        self.database["guards"].update_one(
            {"_id": "spv_admins"}, {"$addToSet": {"ids": user_id}}, upsert=True
        )

    def leave_spv_admin(self, user_id: str) -> bool:
        """Strike one SPV admin off the list; False when nobody else would be left."""
        struck = self.database["guards"].update_one(
            {"_id": "spv_admins", "ids": {"$elemMatch": {"$ne": user_id}}}, {"$pull": {"ids": user_id}}
        )
        return struck.matched_count == 1

    def claim_bootstrap(self, user_id: str) -> str:
        """The id that the first SPV admin has or is to have: this one, unless one was claimed before."""
        claimed = self.database["guards"].find_one_and_update(
            {"_id": "bootstrap"},
            {"$setOnInsert": {"user_id": user_id}},
            upsert=True,
            return_document=ReturnDocument.AFTER,
        )
        return str((claimed or {}).get("user_id", user_id))


def words_of(user: Document) -> list[str]:
    """What a person is found by, case folded: names, their parts, the address."""
    texts = (f"{user['first_name']} {user['last_name']}", user["email"])
    parts = (part for text in texts for part in (text, *text.split()))
    return sorted({unicodedata.normalize("NFC", part).casefold() for part in parts})


def ensure_indexes(database: Database[Document]) -> None:
    """Create all indexes and the starting data; repeating it changes nothing."""
    for records in Store(database).publishing:
        publishing_indexes(records.collection)
    users = database["users"]
    users.create_index([("email", ASCENDING)], unique=True, name="email")
    users.create_index([("link_ids", ASCENDING)], sparse=True, name="link_ids")
    users.create_index([("request_id", ASCENDING)], sparse=True, name="request_id")
    users.create_index([("roles.role", ASCENDING)], sparse=True, name="roles")
    users.create_index([("status", ASCENDING), ("_id", ASCENDING)], name="status")
    users.create_index([("mdo_path", ASCENDING), ("_id", DESCENDING)], name="mdo_path")
    users.create_index([("words", ASCENDING)], name="words")
    database["families"].create_index([("user_id", ASCENDING)], name="user_id")
    database["families"].create_index([("ends_at", ASCENDING)], expireAfterSeconds=86400, name="ends_at")
    audit = database["audit"]
    audit.create_index([("at", DESCENDING)], expireAfterSeconds=AUDIT_KEPT, name="at")
    for name in ("who", "whom", "about"):
        audit.create_index([(name, ASCENDING), ("at", DESCENDING)], name=name)
    database["throttles"].create_index([("until", ASCENDING)], expireAfterSeconds=0, name="until")
    seed(database)


def seed(database: Database[Document]) -> None:
    """Insert the starting MDOs, positions and domains that are not there yet, MDOs with their event."""
    for name in ("mdos", "positions", "domains"):
        rows = json.loads((SEED / f"{name}.json").read_text(encoding="utf-8"))
        Records(database[name]).add_missing((row, _created(row) if name == "mdos" else None) for row in rows)


def _created(mdo: Document) -> MDOCreated:
    return MDOCreated(
        mdo_id=mdo["_id"],
        parent_id=mdo["parent_id"],
        mdo_path=tuple(mdo["path"]),
        kind=mdo["kind"],
        name=mdo["name"],
    )
