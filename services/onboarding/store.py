"""Collections, indexes and starting data of onboarding: the only module here that knows MongoDB."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from pymongo import ASCENDING, DESCENDING
from pymongo.database import Database
from pymongo.errors import DuplicateKeyError

from shared.events import Event, new_id
from shared.events.onboarding import CompetencyPublished, PositionPublished, TopicPublished
from shared.log import context
from shared.mongo import HIDDEN, Document, Records, publishing_indexes
from shared.ops.orders import ensure_ops_indexes
from shared.privacy import Holding, Holdings

SEED = Path(__file__).parent / "seed"
HOLDINGS = Holdings(
    (
        Holding("profiles", "_id"),
        Holding("changes"),
        Holding("proposals"),
        Holding("evidence"),
        Holding("audit", "whom", kept="log"),
    )
)
KINDS = ("positions", "competencies", "topics")


@dataclass(frozen=True)
class Dictionary:
    """The dictionary as of one moment, by id and without history; names of groups by `<kind>:<id>`."""

    positions: Mapping[str, Document]
    competencies: Mapping[str, Document]
    topics: Mapping[str, Document]
    groups: Mapping[str, Document]

    def of(self, kind: str) -> Mapping[str, Document]:
        """The entries of one kind: positions, competencies or topics."""
        found: Mapping[str, Document] = getattr(self, kind)
        return found


class Store:
    """The collections of onboarding."""

    def __init__(self, database: Database[Document], *, dictionary_cache: float = 0.0) -> None:
        self.database = database
        self.profiles = Records(database["profiles"])
        self.changes = Records(database["changes"])
        self.proposals = Records(database["proposals"])
        self.entries = {kind: Records(database[kind]) for kind in KINDS}
        self.evidence = database["evidence"]
        self.mdos = database["mdos"]
        self.audit = database["audit"]
        self.subjects = database["subjects"]
        self._dictionary_cache = dictionary_cache
        self._dictionary: tuple[float, Dictionary] | None = None
        self._lock = threading.Lock()

    @property
    def publishing(self) -> tuple[Records, ...]:
        """The collections whose writes carry events."""
        return (self.profiles, self.changes, self.proposals, *self.entries.values())

    def audit_entry(self, who: str, what: str, about: str, now: datetime, **more: Any) -> None:
        """Append one entry to the audit log: who did what, about which thing."""
        entry = {"_id": new_id(), "who": who, "what": what, "about": about, "at": now, **more}
        self.audit.insert_one(entry | {"correlation_id": context().correlation_id})

    def ping(self) -> None:
        """Ask the database for a sign of life; PyMongoError without one."""
        self.database.command("ping")

    def dictionary(self) -> Dictionary:
        """Positions, competencies and topics, read again at most every `dictionary_cache` seconds."""
        with self._lock:
            kept = self._dictionary
            if kept is None or time.monotonic() - kept[0] >= self._dictionary_cache:
                kept = (time.monotonic(), self._read_dictionary())
                self._dictionary = kept
            return kept[1]

    def forget_dictionary(self) -> None:
        """Read the dictionary anew next time: this process has just changed it."""
        with self._lock:
            self._dictionary = None

    def _read_dictionary(self) -> Dictionary:
        without = dict.fromkeys((*HIDDEN, "history"), 0)
        kinds = {
            kind: {one["_id"]: one for one in records.collection.find({}, without)}
            for kind, records in self.entries.items()
        }
        return Dictionary(**kinds, groups={one["_id"]: one for one in self.database["groups"].find({})})

    def required(self, position_id: str | None) -> Mapping[str, int]:
        """The levels that a position asks for; none for an unknown one."""
        found = self.dictionary().positions.get(position_id or "")
        return found["competencies"] if found else {}

    def add_profile(self, profile: Document, *events: Event) -> Document | None:
        """Insert a person's row with its events; None when another request or event was first."""
        try:
            return self.profiles.add(profile, *events)
        except DuplicateKeyError:
            return None

    def note_evidence(self, enrolment_id: str, fact: Document) -> None:
        """Keep one completed enrolment, once."""
        self.evidence.update_one({"_id": enrolment_id}, {"$setOnInsert": fact}, upsert=True)

    def evidence_of(self, user_id: str) -> list[Document]:
        """The completed enrolments of a person, oldest first."""
        found = list(self.evidence.find({"user_id": user_id}))
        return sorted(found, key=lambda one: (one["at"], one["_id"]))

    def keep_mdo(self, mdo_id: str, values: Document, sequence: int) -> None:
        """Keep a unit of the tree, the newest word on it."""
        first = {**values, "sequence": sequence}
        self.mdos.update_one({"_id": mdo_id}, {"$setOnInsert": first}, upsert=True)
        self.mdos.update_one({"_id": mdo_id, "sequence": {"$lt": sequence}}, {"$set": first})

    def give_path(self, mdo_id: str, path: list[str]) -> None:
        """Write a unit's path to its people and their waiting changes; repeating it changes nothing."""
        for rows, part in (
            (self.profiles, "registered."),
            (self.profiles, "fields."),
            (self.changes, ""),
        ):
            rows.change_all(
                {f"{part}mdo_id": mdo_id, f"{part}mdo_path": {"$ne": path}},
                {"$set": {f"{part}mdo_path": path}},
            )

    def redact(self, user_id: str) -> None:
        """Empty the texts of a person's requests and proposals, and drop the evidence."""
        self.changes.change_all(
            {"user_id": user_id},
            {"$set": {"from": None, "to": "", "setting": {}, "reason": "", "decided_reason": None}},
        )
        self.proposals.change_all(
            {"user_id": user_id}, {"$set": {"name": "", "reason": "", "decided_reason": None}}
        )
        self.evidence.delete_many({"user_id": user_id})

    def mdo(self, mdo_id: str) -> Document | None:
        """A unit of the tree, as far as it is known."""
        return self.mdos.find_one({"_id": mdo_id})

    def path_of(self, mdo_id: str) -> list[str]:
        """The path of an MDO from the root; only itself when nothing else is known."""
        found = self.mdo(mdo_id)
        return list(found["path"]) if found else [mdo_id]

    def add_change(self, change: Document, *events: Event) -> None:
        """Insert a change that awaits a decision, unless one of the same field was first."""
        with suppress(DuplicateKeyError):
            self.changes.add(change, *events)

    def add_proposal(self, proposal: Document, *events: Event) -> Document:
        """Insert a proposal; the one that stands there when the request was repeated."""
        try:
            return self.proposals.add(proposal, *events)
        except DuplicateKeyError:
            return self.proposals.get(proposal["_id"]) or proposal

    def open_proposals_of(self, user_id: str) -> list[Document]:
        """The proposals of a person that await a decision."""
        return self.proposals.find({"user_id": user_id, "status": "proposed"})

    def add_entry(self, kind: str, entry: Document, *events: Event) -> Document | None:
        """Insert an entry of the dictionary; None when the id is taken."""
        try:
            return self.entries[kind].add(entry, *events)
        except DuplicateKeyError:
            return None
        finally:
            self.forget_dictionary()

    def remove_draft(self, kind: str, id_: str, version: int) -> bool:
        """Remove a draft as it was read; a draft has never told anything."""
        where = {"_id": id_, "version": version, "status": "draft"}
        removed = self.entries[kind].collection.delete_one(where).deleted_count == 1
        self.forget_dictionary()
        return removed

    def pending_of(self, user_id: str) -> list[Document]:
        """The changes of a person that await a decision."""
        return self.changes.find({"user_id": user_id, "status": "pending"})


def ensure_indexes(database: Database[Document], seed: Path = SEED) -> None:
    """Create all indexes and the starting data; repeating it changes nothing."""
    create_indexes(database)
    load_seed(database, seed)


def create_indexes(database: Database[Document]) -> None:
    """Create all indexes; repeating it changes nothing."""
    ensure_ops_indexes(database)
    for name in ("profiles", "changes", "proposals", *KINDS):
        publishing_indexes(database[name])
    database["profiles"].create_index([("stall_due_at", ASCENDING)], sparse=True, name="stall_due_at")
    for part in ("registered", "fields"):
        name = f"{part}.mdo_id"
        database["profiles"].create_index([(name, ASCENDING)], sparse=True, name=name.replace(".", "_"))
    changes = database["changes"]
    changes.create_index([("mdo_id", ASCENDING)], name="mdo_id")
    changes.create_index([("user_id", ASCENDING), ("status", ASCENDING)], name="user_id")
    changes.create_index([("open", ASCENDING)], unique=True, sparse=True, name="open")
    changes.create_index(
        [("status", ASCENDING), ("requested_at", ASCENDING), ("_id", ASCENDING)], name="status"
    )
    changes.create_index(
        [("mdo_path", ASCENDING), ("status", ASCENDING), ("requested_at", ASCENDING)], name="mdo_path"
    )
    proposals = database["proposals"]
    proposals.create_index([("user_id", ASCENDING)], name="user_id")
    proposals.create_index([("status", ASCENDING), ("_id", ASCENDING)], name="status")
    database["evidence"].create_index([("user_id", ASCENDING)], name="user_id")
    database["audit"].create_index([("whom", ASCENDING), ("at", DESCENDING)], name="whom")
    database["audit"].create_index([("correlation_id", ASCENDING)], name="correlation_id")


def load_seed(database: Database[Document], folder: Path) -> None:
    """Insert the starting entries that are not there yet, each with the event that publishes it."""
    groups = [
        {"_id": f"{kind.removesuffix('_groups')}:{id_}", "name": name}
        for kind, names in dict(seed_rows(folder, "taxonomy") or {}).items()
        for id_, name in names.items()
    ]
    if groups:
        Records(database["groups"]).add_missing((row, None) for row in groups)
    for kind in ("competencies", "topics", "positions"):
        entries = [seeded(kind, row) for row in seed_rows(folder, kind)]
        Records(database[kind]).add_missing((entry, published(kind, entry)) for entry in entries)


def seed_rows(folder: Path, name: str) -> Any:
    """One file of the starting data; nothing when it is not there."""
    path = folder / f"{name}.json"
    return json.loads(path.read_text(encoding="utf-8")) if path.exists() else []


def seeded(kind: str, row: Document) -> Document:
    """A row of the starting data as an entry of the dictionary."""
    derived = {"competencies": required_by(row["roles"])} if kind == "positions" else {}
    return {**row, **derived, "status": "verified", "history": []}


def required_by(roles: list[Document]) -> dict[str, int]:
    """The highest level that any activity of these roles asks for, by competency."""
    levels: dict[str, int] = {}
    for role in roles:
        for activity in role["activities"]:
            for one in activity["competencies"]:
                levels[one["competency_id"]] = max(one["level"], levels.get(one["competency_id"], 0))
    return levels


def published(kind: str, entry: Document) -> Event:
    """The event that tells an entry of the dictionary as it stands, verified or retired."""
    if kind == "positions":
        return PositionPublished(
            position_id=entry["_id"],
            status=entry["status"],
            name=entry["name"],
            competencies=entry["competencies"],
        )
    if kind == "competencies":
        return CompetencyPublished(
            competency_id=entry["_id"], status=entry["status"], kind=entry["kind"], name=entry["name"]
        )
    return TopicPublished(
        topic_id=entry["_id"], status=entry["status"], group=entry["group"], name=entry["name"]
    )
