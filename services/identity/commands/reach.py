"""Whom an administrator may act on: the stored roles decide, never those of the token."""

from __future__ import annotations

from typing import Any

from services.identity.rules.roles import MDO_ADMIN, SPV_ADMIN, holds, may_act_on, scopes_of
from services.identity.store import Store
from shared.errors import Forbidden, NotFound, Refused

Document = dict[str, Any]


def admin_of(store: Store, actor_id: str) -> Document:
    """The acting administrator of an MDO or of the platform; Forbidden for anybody else."""
    admin = store.users.get(actor_id)
    if admin is None or not holds(admin, MDO_ADMIN, SPV_ADMIN):
        raise Forbidden("role_missing", "This needs the role MDO_ADMIN or SPV_ADMIN.")
    return admin


def spv_admin_of(store: Store, actor_id: str) -> Document:
    """The acting administrator of the platform; Forbidden for anybody else."""
    admin = store.users.get(actor_id)
    if admin is None or not holds(admin, SPV_ADMIN):
        raise Forbidden("role_missing", "This needs the role SPV_ADMIN.")
    return admin


def person_within(store: Store, admin: Document, user_id: str) -> Document:
    """A person this administrator may act on; one of a foreign MDO is as unknown as one who does not exist."""
    user = store.users.get(user_id)
    if user is None or user["status"] == "ERASED" or not may_act_on(admin, user["mdo_path"]):
        raise NotFound("person_unknown", "There is no such person.")
    return user


def mdo_within(store: Store, admin: Document, mdo_id: str, field: str = "mdo_id") -> Document:
    """A unit this administrator may fill; Refused names the field."""
    mdo = store.directory().mdos.get(mdo_id)
    if mdo is None or mdo.get("state") == "suspended":
        raise Refused(
            "mdo_unknown", "Choose a ministry, department or organisation of the list.", field=field
        )
    if not may_act_on(admin, mdo["path"]):
        raise Refused("mdo_not_yours", "This unit is not among those you look after.", field=field)
    return mdo


def scope_filter(admin: Document) -> Document:
    """The filter for people within this administrator's reach."""
    scopes = scopes_of(admin)
    return {} if scopes is None else {"mdo_path": {"$in": scopes}}
