"""Who may be marked present at an instructor-led session."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from services.progress.rules.enrolments import WITHDRAWN
from services.progress.rules.evidence import COMPLETED
from services.progress.store import Store
from shared.auth import Principal
from shared.paging import page

Document = dict[str, Any]
ORDER = (("user_id", 1),)


def roll(
    store: Store, who: Principal, course_id: str, resource_id: str, asked: Mapping[str, Any], now: datetime
) -> Document:
    """A page of those enrolled, within the person's reach, each by the newest cycle, in which they are marked.

    That it was read is kept with whom it showed.
    """
    where: Document = {"course_id": course_id, "status": {"$ne": WITHDRAWN}, "user_id": {"$ne": who.user_id}}
    scopes = who.scopes("MDO_ADMIN")
    if not who.has("CONTENT_PUBLISHER") and None not in scopes:
        where["mdo_path"] = {"$in": list(scopes)}

    def newest_first(filter_: Document, sort: list[tuple[str, int]], limit: int) -> list[Document]:
        return store.enrolments.find(filter_, sort=[*sort, ("enrolled_at", -1)], limit=limit)

    found = page(newest_first, where, ORDER, (str,), asked)
    seats: dict[str, Document] = {}
    for one in found["items"]:
        seats.setdefault(one["user_id"], _seat(one, resource_id))
    if seats:
        store.audit_entry(who.user_id, "attendance_seen", f"{course_id}:{resource_id}", now, whom=list(seats))
    return {"items": list(seats.values()), "next_cursor": found["next_cursor"]}


def _seat(enrolment: Document, resource_id: str) -> Document:
    state = enrolment["resources"].get(resource_id, {})
    return {
        "user_id": enrolment["user_id"],
        "mdo_id": enrolment["mdo_id"],
        "attended": state.get("status") == COMPLETED,
    }
