"""Reads of the ledger for operators."""

from __future__ import annotations

import base64
import binascii
from datetime import UTC, datetime
from typing import Any

from services.notifier.store import Store
from shared.errors import NotFound, Refused

Document = dict[str, Any]


def delivery(store: Store, id_: str) -> Document:
    """One delivery; NotFound."""
    found = store.deliveries.get(id_)
    if found is None:
        raise NotFound("delivery_not_found", "There is no such delivery.")
    return found


def deliveries(store: Store, asked: Document, scopes: list[str] | None) -> tuple[list[Document], str | None]:
    """A page of deliveries, newest first, of these units or of all, and the cursor of the next one."""
    filter_: Document = {key: asked[key] for key in ("user_id", "state") if asked[key]}
    if asked["mdo_id"]:
        filter_["mdo_path"] = asked["mdo_id"]
    if scopes is not None:
        filter_ = {"$and": [{"mdo_path": {"$in": scopes}}, *([filter_] if filter_ else [])]}
    found = store.page(filter_, _place(asked["cursor"]) if asked["cursor"] else None, asked["limit"] + 1)
    more = len(found) > asked["limit"]
    return found[: asked["limit"]], _cursor(found[asked["limit"] - 1]) if more else None


def _cursor(last: Document) -> str:
    text = f"{int(last['created_at'].timestamp() * 1000)}|{last['_id']}"
    return base64.urlsafe_b64encode(text.encode()).decode()


def _place(cursor: str) -> tuple[datetime, str]:
    try:
        at, _, id_ = base64.urlsafe_b64decode(cursor.encode()).decode().partition("|")
        return datetime.fromtimestamp(int(at) / 1000, UTC), id_
    except (ValueError, binascii.Error, OverflowError, OSError):
        raise Refused("cursor_not_valid", "Start again from the first page.", field="cursor") from None


def delivery_step(delivery: Document) -> tuple[datetime, str, str | None, str | None]:
    """What a delivery tells in an operators' timeline."""
    at = delivery.get("done_at") or delivery["created_at"]
    return at, f"mail {delivery['kind']}", delivery["user_id"], delivery["state"]
