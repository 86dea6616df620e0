"""Decide on registrations that await approval: an MDO admin for the own MDO and below, an SPV admin all."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from services.identity.commands.audit import record
from services.identity.commands.reach import admin_of
from services.identity.rules.link import SET_PASSWORD, placed
from services.identity.rules.roles import may_act_on, scopes_of
from services.identity.store import Store
from shared.errors import Conflict, NotFound
from shared.events import Event
from shared.events.identity import RegistrationDenied, UserRegistered

Document = dict[str, Any]
Decision = tuple[Document, Event]
AWAITING = "AWAITING_APPROVAL"


def awaiting_approval(
    store: Store, actor_id: str, cursor: str, limit: int
) -> tuple[list[Document], str | None]:
    """A page of the registrations this admin may decide on, oldest first, and the cursor of the next page."""
    scopes = scopes_of(admin_of(store, actor_id))
    where: Document = {"status": AWAITING, "_id": {"$gt": cursor}}
    if scopes is not None:
        where["mdo_path"] = {"$in": scopes}
    found = store.users.find(where, sort=[("_id", 1)], limit=limit + 1)
    return found[:limit], found[limit - 1]["_id"] if len(found) > limit else None


def approve_registration(store: Store, kid: str, actor_id: str, user_id: str, now: datetime) -> Document:
    """Make the account and cause the mail with the set-password link, made with the link key `kid`."""

    def decision(user: Document) -> Decision:
        told = UserRegistered(
            user_id=user_id,
            mdo_id=user["mdo_id"],
            mdo_path=tuple(user["mdo_path"]),
            position_id=user["position_id"],
            locale=user["locale"],
        )
        link = placed(user, SET_PASSWORD, told.event_id, kid)
        return {"status": "INVITED", "updated_at": now, **link}, told

    return _decide(store, actor_id, user_id, decision, now)


def deny_registration(store: Store, actor_id: str, user_id: str, reason: str, now: datetime) -> Document:
    """Close the registration; the reason stays here until the mail is made."""

    def decision(user: Document) -> Decision:
        told = RegistrationDenied(user_id=user_id, mdo_id=user["mdo_id"], locale=user["locale"])
        return {"status": "DENIED", "denial_reason": reason, "updated_at": now}, told

    return _decide(store, actor_id, user_id, decision, now)


def _decide(
    store: Store, actor_id: str, user_id: str, decision: Callable[[Document], Decision], now: datetime
) -> Document:
    """Write the decision on the registration as it is; decide again when it changed meanwhile."""
    decided = None
    while decided is None:
        user = _applicant(store, actor_id, user_id)
        setting, told = decision(user)
        where = {"_id": user_id, "status": AWAITING, "version": user["version"]}
        decided = store.users.change(where, {"$set": setting}, told)
    what = "registration_approved" if decided["status"] == "INVITED" else "registration_denied"
    record(store, who=actor_id, what=what, whom=user_id, result="ok", now=now)
    return decided


def _applicant(store: Store, actor_id: str, user_id: str) -> Document:
    """The person to decide on; one of a foreign MDO is as unknown as one that does not exist."""
    admin = admin_of(store, actor_id)
    user = store.users.get(user_id)
    if user is None or not may_act_on(admin, user["mdo_path"]):
        raise NotFound("registration_unknown", "There is no such registration.")
    if user["status"] != AWAITING:
        raise Conflict("already_decided", "This registration does not await a decision.")
    return user
