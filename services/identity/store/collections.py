"""Collections, indexes and starting data of identity: the only module here that knows MongoDB."""

from __future__ import annotations

import threading
import time
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from pymongo import ASCENDING, DESCENDING, ReturnDocument
from pymongo.database import Database
from pymongo.errors import DuplicateKeyError

from shared.errors import Conflict
from shared.mongo import HIDDEN, Document, Records

SEED = Path(__file__).parents[1] / "seed"
AUDIT_KEPT = 400 * 86400
BULK_KEPT = 90 * 86400


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
        self.bulks = Records(database["bulks"])
        self.exports = Records(database["exports"])
        self.bulk_parts = Records(database["bulk_parts"])
        self.throttles = Records(database["throttles"])
        self.subjects = database["subjects"]
        self.audit = database["audit"]
        self._directory_cache = directory_cache
        self._directory: tuple[float, Directory] | None = None
        self._lock = threading.Lock()

    @property
    def publishing(self) -> tuple[Records, ...]:
        """The collections whose writes carry events."""
        return (self.users, self.mdos, self.domains, self.domain_requests, self.exports)

    @property
    def publishing_names(self) -> tuple[str, ...]:
        """Their names."""
        return tuple(one.collection.name for one in self.publishing)

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

    def account(self, address: str, key: str) -> tuple[Document | None, Document]:
        """The account of a canonical address and the counter of mails under `key`, by one read for both."""
        rows = self.users.collection.aggregate(
            [
                {"$match": {"email": address}},
                {"$unionWith": {"coll": "throttles", "pipeline": [{"$match": {"_id": key}}]}},
                {"$project": dict.fromkeys(HIDDEN, 0)},
            ]
        )
        found = {str(one["_id"]): one for one in rows}
        counter = found.pop(key, {})
        return next(iter(found.values()), None), counter

    def users_by_id(self, ids: Iterable[str]) -> dict[str, Document]:
        """Those of these accounts that exist, by id."""
        return {one["_id"]: one for one in self.users.find({"_id": {"$in": list(ids)}})}

    def start_links(self, purpose: str, held: Mapping[str, str], until: datetime) -> int:
        """Let links (by account) end at `until`, if they are still in their slot and have no end; how many."""
        slot = f"links.{purpose}"
        return self.users.change_all(
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

    def known_addresses(self, addresses: list[str]) -> set[str]:
        """Which of these addresses have an account."""
        known: set[str] = set()
        for at in range(0, len(addresses), 500):
            where = {"email": {"$in": addresses[at : at + 500]}}
            known |= {str(one["email"]) for one in self.users.collection.find(where, {"email": 1})}
        return known

    def parts_of(self, bulk_id: str, first: int, count: int) -> list[Document]:
        """Some parts of a batch, in order."""
        ids = [f"{bulk_id}:{n:05d}" for n in range(first, first + count)]
        return self.bulk_parts.find({"_id": {"$in": ids}}, sort=[("_id", ASCENDING)])

    def exports_of(self, user_id: str) -> list[Document]:
        """A person's exports, newest first."""
        return self.exports.find({"user_id": user_id}, sort=[("_id", DESCENDING)], limit=20)

    def keep_part(self, id_: str, export_id: str, service: str, text: str, now: datetime) -> None:
        """Keep one piece of an export; the same piece again replaces itself."""
        part = {"export_id": export_id, "service": service, "text": text, "at": now}
        self.database["export_parts"].replace_one({"_id": id_}, part, upsert=True)

    def parts_of_export(self, export_id: str) -> list[Document]:
        """All pieces of an export in order."""
        found = self.database["export_parts"].find({"export_id": export_id})
        return sorted(found, key=lambda one: str(one["_id"]))

    def drop_parts(self, export_ids: list[str]) -> None:
        """Remove the pieces of these exports."""
        self.database["export_parts"].delete_many({"export_id": {"$in": export_ids}})

    def forget_person(self, user_id: str) -> None:
        """Remove sessions, exports and rows of files that tell of a person."""
        self.families.collection.delete_many({"user_id": user_id})
        self.drop_parts([one["_id"] for one in self.exports_of(user_id)])
        self.bulk_parts.collection.update_many(
            {"rows.user_id": user_id}, {"$set": {"rows.$.form": {"email": None}}}
        )

    def forget_addresses(self, now: datetime) -> None:
        """Forget addresses of before."""
        before = now - timedelta(days=8)
        self.users.collection.update_many(
            {"previous_email.at": {"$lt": before}}, {"$unset": {"previous_email": ""}, "$inc": {"version": 1}}
        )

    def forget_copies(self, now: datetime) -> None:
        """Forget copies whose time is over, fetched or not."""
        over = [
            {"state": "ready", "fetch_until": {"$not": {"$gte": now}}},
            {"state": "fetched", "fetch_until": {"$lt": now}},
        ]
        for one in self.exports.find({"$or": over}):
            state = "expired" if one["state"] == "ready" else "fetched"
            where = {"_id": one["_id"], "state": one["state"], "version": one["version"]}
            if self.exports.change(where, {"$set": {"state": state, "fetch_until": None}}):
                self.drop_parts([one["_id"]])  # Afterwards: until then it could be fetched whole.

    def user_of_name_change(self, change_id: str) -> Document | None:
        """The person who asked for this change of name."""
        return self.users.find_one({"name_change.id": change_id})

    def change_email(self, where: Document, update: Document, *events: Any) -> Document | None:
        """Change an account's address; Conflict when another account has it, None when overtaken."""
        try:
            return self.users.change(where, update, *events)
        except DuplicateKeyError:
            raise Conflict("address_known", "This address has an account already.", field="email") from None

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
