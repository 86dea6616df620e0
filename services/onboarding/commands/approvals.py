"""Decide on a change of a complete profile, and apply what was approved."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from services.onboarding.commands.profiles import edit, profile_of
from services.onboarding.rules.profile import bump, fields_of
from services.onboarding.rules.texts import LONG, plain
from services.onboarding.store import Store
from shared.auth import Principal
from shared.errors import Conflict, Forbidden, NotFound
from shared.events.onboarding import ProfileChangeDecided

Document = dict[str, Any]


def decide_on_change(
    store: Store, actor: Principal, id_: str, approved: bool, reason: str | None, now: datetime
) -> Document:
    """Approve or decline one change; of a foreign MDO it is unknown, an own one is Forbidden."""
    found = _reachable(store, actor, id_)
    if found["status"] != "pending":
        raise Conflict("already_decided", "This change was decided already.")
    if reason is not None or not approved:
        reason = plain(reason or "", "reason", LONG, lines=True)
    locale = fields_of(profile_of(store, found["user_id"], now))["locale"] or "en"
    told = ProfileChangeDecided(
        user_id=found["user_id"], change_id=id_, field=found["field"], approved=approved, locale=locale
    )
    setting = {
        "status": "approved" if approved else "declined",
        "decided_by": actor.user_id,
        "decided_reason": reason,
        "decided_at": now,
    }
    where = {"_id": id_, "version": found["version"]}
    decided = store.changes.change(where, {"$set": setting, "$unset": {"open": ""}}, told)
    if decided is None:
        raise Conflict("already_decided", "This change was decided already.")
    store.audit_entry(actor.user_id, f"profile_change_{setting['status']}", id_, now, whom=found["user_id"])
    return decided


def apply_change(store: Store, id_: str, now: datetime) -> None:
    """Write an approved value into the profile; one of an older decision on the same field changes nothing."""
    change = store.changes.get(id_)
    if change is None or change["status"] != "approved":
        return
    field, at = change["field"], change["decided_at"]

    def decide(profile: Document) -> Document:
        if field not in profile["verified"] or profile["verified"][field] < at:
            profile["fields"] |= change["setting"]
            profile["verified"][field] = at
            bump(profile, "fields")
        return profile

    edit(store, change["user_id"], now, decide)


def may_decide(actor: Principal, change: Document) -> bool:
    """Whether the change is of the actor's own MDO or below, or the actor is of the whole platform."""
    return actor.has("SPV_ADMIN") or actor.reaches("MDO_ADMIN", change["mdo_path"])


def _reachable(store: Store, actor: Principal, id_: str) -> Document:
    found = store.changes.get(id_)
    if found is None or not may_decide(actor, found):
        raise NotFound("change_unknown", "There is no such change.")
    if found["user_id"] == actor.user_id:
        raise Forbidden("own_request", "Nobody decides on a change of their own.")
    return found
