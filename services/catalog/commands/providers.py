"""Providers of courses: entered, suspended and resumed by the platform's administrators."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from pymongo.errors import DuplicateKeyError

from services.catalog.store import Store
from shared.errors import Conflict, NotFound
from shared.log import context

Document = dict[str, Any]


def add_provider(store: Store, who: str, body: Document, now: datetime) -> Document:
    """Enter a provider; Conflict when the id is taken."""
    row = {
        "_id": body["id"], "name": body["name"], "description": body["description"], "mdo_id": body["mdo_id"],
        "suspended": False, "changed_at": now,
    }  # fmt: skip
    try:
        made = store.providers.add(row)
    except DuplicateKeyError:
        raise Conflict("provider_exists", "There is such a provider already.", field="id") from None
    _audit(store, who, "provider_added", body["id"], now)
    return made


def set_suspended(store: Store, who: str, provider_id: str, suspended: bool, now: datetime) -> Document:
    """Stop a provider from publishing, or let it again; its courses stay."""
    setting = {"suspended": suspended, "changed_at": now}
    done = store.providers.change({"_id": provider_id}, {"$set": setting})
    if done is None:
        raise NotFound("provider_unknown", "There is no such provider.")
    _audit(store, who, "provider_suspended" if suspended else "provider_resumed", provider_id, now)
    return done


def _audit(store: Store, who: str, what: str, whom: str, now: datetime) -> None:
    store.audit(
        {"at": now, "who": who, "what": what, "whom": whom, "result": "ok", "correlation_id": context().correlation_id}
    )  # fmt: skip
