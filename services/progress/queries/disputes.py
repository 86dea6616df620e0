"""Disputes as the admins of the learner's MDO see them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from services.progress.store import Store
from shared.auth import Principal
from shared.errors import NotFound
from shared.paging import page

Document = dict[str, Any]
ORDER = (("created_at", -1), ("_id", -1))


def disputes_for(store: Store, who: Principal, asked: Mapping[str, Any]) -> Document:
    """A page of the disputes of this admin's people, newest first."""
    scopes = who.scopes("MDO_ADMIN")
    where: Document = {} if None in scopes else {"mdo_path": {"$in": list(scopes)}}
    where |= {"status": asked["status"]} if asked["status"] else {}
    found = page(store.disputes.find, where, ORDER, (datetime, str), asked)
    return {**found, "items": [{**one, "id": one["_id"]} for one in found["items"]]}


def dispute_for(store: Store, who: Principal, dispute_id: str) -> Document:
    """One dispute of this admin's people; NotFound."""
    found = store.disputes.get(dispute_id)
    if found is None or not who.reaches("MDO_ADMIN", found["mdo_path"]):
        raise NotFound("dispute_unknown", "There is no such dispute.")
    return found
