"""Indexes and starting data of identity; made by the deploy step, never by a request."""

from __future__ import annotations

import json

from pymongo import ASCENDING, DESCENDING
from pymongo.database import Database

from services.identity.store.collections import AUDIT_KEPT, BULK_KEPT, SEED, Store
from shared.events.identity import MDOCreated
from shared.mongo import Document, Records, publishing_indexes
from shared.ops.orders import ensure_ops_indexes


def ensure_indexes(database: Database[Document]) -> None:
    """Create all indexes and the starting data; repeating it changes nothing."""
    ensure_ops_indexes(database)
    for records in Store(database).publishing:
        publishing_indexes(records.collection)
    users = database["users"]
    users.create_index([("email", ASCENDING)], unique=True, name="email")
    users.create_index([("link_ids", ASCENDING)], sparse=True, name="link_ids")
    users.create_index([("request_id", ASCENDING)], sparse=True, name="request_id")
    users.create_index([("roles.role", ASCENDING)], sparse=True, name="roles")
    users.create_index([("status", ASCENDING), ("_id", ASCENDING)], name="status")
    users.create_index([("mdo_path", ASCENDING), ("_id", DESCENDING)], name="mdo_path")
    users.create_index([("name_change.id", ASCENDING)], sparse=True, name="name_change")
    users.create_index([("name_change.status", ASCENDING)], sparse=True, name="name_changes")
    users.create_index([("erasure.due_at", ASCENDING)], sparse=True, name="erasure")
    users.create_index([("previous_email.at", ASCENDING)], sparse=True, name="previous_email")
    users.create_index([("words", ASCENDING)], name="words")
    database["families"].create_index([("user_id", ASCENDING)], name="user_id")
    database["families"].create_index([("ends_at", ASCENDING)], expireAfterSeconds=86400, name="ends_at")
    audit = database["audit"]
    audit.create_index([("at", DESCENDING)], expireAfterSeconds=AUDIT_KEPT, name="at")
    for name in ("who", "whom", "about", "correlation_id"):
        audit.create_index([(name, ASCENDING), ("at", DESCENDING)], name=name)
    database["bulks"].create_index([("state", ASCENDING)], name="state")
    database["bulks"].create_index([("actor_id", ASCENDING), ("_id", ASCENDING)], name="actor_id")
    database["bulk_parts"].create_index([("rows.user_id", ASCENDING)], name="rows_user_id")
    database["bulk_parts"].create_index([("at", ASCENDING)], expireAfterSeconds=BULK_KEPT, name="at")
    database["exports"].create_index([("user_id", ASCENDING), ("_id", DESCENDING)], name="user_id")
    database["export_parts"].create_index([("export_id", ASCENDING)], name="export_id")
    database["export_parts"].create_index([("at", ASCENDING)], expireAfterSeconds=8 * 86400, name="at")
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
