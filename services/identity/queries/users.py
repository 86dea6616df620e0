"""What administrators see of people, and what a person sees of the own sessions."""

from __future__ import annotations

import re
import unicodedata
from datetime import datetime
from typing import Any

from services.identity.queries import position_name
from services.identity.rules.link import SET_PASSWORD
from services.identity.rules.names import display_name
from services.identity.rules.roles import claims_of, scopes_of
from services.identity.store import Store
from shared.errors import NotFound
from shared.paging import page

Document = dict[str, Any]


def users_within(store: Store, admin: Document, asked: Document, now: datetime) -> Document:
    """A page of the people this administrator looks after, newest first."""
    scopes, mdo_id = scopes_of(admin), asked["mdo_id"]
    parts: list[Document] = [{"status": asked["status"].upper() if asked["status"] else {"$ne": "ERASED"}}]
    if scopes is not None:
        parts.append({"mdo_path": {"$in": scopes}})
    if mdo_id:
        parts.append({"mdo_path": mdo_id})
    for word in unicodedata.normalize("NFC", asked["q"]).casefold().split()[:5]:
        parts.append({"words": {"$regex": f"^{re.escape(word)}"}})
    found = page(store.users.find, {"$and": parts}, [("_id", -1)], [str], asked)
    return {**found, "items": [shown_to_admin(store, one, now) for one in found["items"]]}


def shown_to_admin(store: Store, user: Document, now: datetime) -> Document:
    """A person as an administrator's table shows them: no password, link or second factor."""
    return {
        "id": user["_id"],
        "display_name": display_name(user["first_name"], user["last_name"]),
        "first_name": user["first_name"],
        "last_name": user["last_name"],
        "email": user["email"],
        "status": user["status"].lower(),
        "mdo_id": user["mdo_id"],
        "position": {"id": user["position_id"], "name": position_name(store, user)},
        "roles": claims_of(user),
        "link_state": link_state(user, now),
        "second_factor": bool((user.get("totp") or {}).get("confirmed_at")),
        "disabled_reason": user.get("disabled_reason"),
        "created_at": user["created_at"],
        "last_login_at": user.get("last_login_at"),
        "version": user["version"],
    }


def link_state(user: Document, now: datetime) -> str:
    """Where the set-password link of a person stands."""
    if user["status"] == "ACTIVE":
        return "used"
    slot = user["links"].get(SET_PASSWORD)
    if slot is None:
        return "none"
    if slot["expires_at"] is None:
        return "waiting"
    return "live" if slot["expires_at"] > now else "expired"


def names_within(store: Store, admin: Document, ids: list[str]) -> dict[str, Document]:
    """Display name and MDO of those of the people whom this administrator looks after."""
    scopes = scopes_of(admin)
    where: Document = {"_id": {"$in": ids}, "status": {"$ne": "ERASED"}}
    if scopes is not None:
        where["mdo_path"] = {"$in": scopes}
    return {
        one["_id"]: {
            "display_name": display_name(one["first_name"], one["last_name"]),
            "mdo_id": one["mdo_id"],
        }
        for one in store.users.find(where)
    }


def sessions_of(store: Store, user_id: str, session_id: str, idle: float, now: datetime) -> list[Document]:
    """A person's open sessions, newest first."""
    found = store.families.find({"user_id": user_id})
    return [
        {
            "id": one["_id"],
            "created_at": one["created_at"],
            "seen_at": datetime.fromtimestamp(one["idle_until"].timestamp() - idle, tz=now.tzinfo),
            "ends_at": min(one["ends_at"], one["idle_until"]),
            "current": one["_id"] == session_id,
        }
        for one in sorted(found, key=lambda one: one["created_at"], reverse=True)
        if one["revoked_at"] is None and one["idle_until"] > now
    ]


def one_within(store: Store, found: Document | None, now: datetime) -> Document:
    """One person as shown to administrators; NotFound without one."""
    if found is None:
        raise NotFound("person_unknown", "There is no such person.")
    return shown_to_admin(store, found, now)
