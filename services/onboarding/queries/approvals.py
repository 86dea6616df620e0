"""The queue of changes: whose one may decide on, with age and names."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from services.onboarding.store import Store
from shared.auth import Principal
from shared.paging import page

Document = dict[str, Any]
KEYS = (("requested_at", 1), ("_id", 1))


def changes_for(
    store: Store, actor: Principal, asked: Mapping[str, Any], due: float, now: datetime
) -> Document:
    """A page of the changes that an administrator may decide on, oldest first."""
    where: Document = {"status": asked["status"]}
    if not actor.has("SPV_ADMIN"):
        where["mdo_path"] = {"$in": [scope for scope in actor.scopes("MDO_ADMIN") if scope]}
        if None in actor.scopes("MDO_ADMIN"):
            del where["mdo_path"]
    return _page(store, where, asked, due, now)


def own_changes(store: Store, user_id: str, asked: Mapping[str, Any], due: float, now: datetime) -> Document:
    """A page of the person's own requests in any state, oldest first."""
    return _page(store, {"user_id": user_id}, asked, due, now)


def change_view(store: Store, one: Document, due: float, now: datetime) -> Document:
    """A requested change as it is listed; overdue when it waits longer than `due` seconds."""
    age = (one["decided_at"] or now) - one["requested_at"]
    wanted = (
        *("user_id", "field", "from", "to", "reason", "requested_at", "mdo_id", "status"),
        *("decided_by", "decided_reason", "decided_at"),
    )
    names = {f"{end}_name": _name(store, one["field"], one[end]) for end in ("from", "to")}
    return {
        "id": one["_id"],
        "age_hours": int(age.total_seconds() // 3600),
        "overdue": one["status"] == "pending" and age > timedelta(seconds=due),
        **names,
        **{key: one[key] for key in wanted},
    }


def _name(store: Store, field: str, value: str | None) -> Document | None:
    if value is None or field == "group":
        return None
    if field == "mdo":
        unit = store.mdo(value)
        return unit["name"] if unit else {"en": value, "hi": value}
    found = store.dictionary().positions.get(value)
    return found["name"] if found else {"en": value, "hi": value}


def _page(store: Store, where: Document, asked: Mapping[str, Any], due: float, now: datetime) -> Document:
    found = page(store.changes.find, where, KEYS, (datetime, str), asked)
    return found | {"items": [change_view(store, one, due, now) for one in found["items"]]}
