"""Grant and revoke roles: audited, never to oneself, and the last SPV admin stays."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from services.identity.commands.audit import record
from services.identity.rules.roles import SPV_ADMIN, check_grant, granted, holds
from services.identity.store import Store
from shared.errors import Conflict, Forbidden, NotFound, Refused
from shared.events import new_id
from shared.events.identity import RoleGranted, RoleRevoked

Document = dict[str, Any]
MAY_HOLD_ROLES = ("INVITED", "ACTIVE")


@dataclass(frozen=True)
class RoleOrder:
    """Who gives which role to whom; `scope` is an MDO or None."""

    actor_id: str
    user_id: str
    role: str
    scope: str | None


def grant_role(store: Store, order: RoleOrder, now: datetime) -> Document:
    """Give a role and return the grant; the same role given again is the same grant."""
    check_grant(order.role, order.scope)
    _require_spv_admin(store, order.actor_id)
    if order.scope is not None and store.mdos.get(order.scope) is None:
        raise Refused("mdo_unknown", "There is no such MDO.", field="scope")
    _refuse_own(store, order, now)
    held = None
    while held is None:
        user = _user(store, order.user_id)
        if user["status"] not in MAY_HOLD_ROLES:
            raise Refused("account_not_usable", "Only an invited or active person can hold a role.")
        held = granted(user, order.role, order.scope) or _write_grant(store, user, order, now)
    if order.role == SPV_ADMIN:
        store.enter_spv_admin(order.user_id)
    return held


def revoke_role(store: Store, actor_id: str, user_id: str, grant_id: str, now: datetime) -> None:
    """Take a role away; NotFound for a grant that is not there, Conflict for the last SPV admin."""
    _require_spv_admin(store, actor_id)
    revoked = False
    while not revoked:
        user = _user(store, user_id)
        held = next((one for one in user["roles"] if one["id"] == grant_id), None)
        if held is None:
            raise NotFound("grant_unknown", "This person holds no such role.")
        order = RoleOrder(actor_id, user_id, held["role"], held["scope"])
        if order.role == SPV_ADMIN and not store.leave_spv_admin(user_id):
            _note(store, order, "role_revoked", "refused", now)
            raise Conflict("last_spv_admin", "The last SPV admin stays: name another one first.")
        revoked = _write_revocation(store, user, order, grant_id, now)


def grants_of(store: Store, actor_id: str, user_id: str) -> list[Document]:
    """All roles of one person, for an SPV admin."""
    _require_spv_admin(store, actor_id)
    grants: list[Document] = _user(store, user_id)["roles"]
    return grants


def _write_grant(store: Store, user: Document, order: RoleOrder, now: datetime) -> Document | None:
    grant = {
        "id": new_id(),
        "role": order.role,
        "scope": order.scope,
        "granted_by": order.actor_id,
        "granted_at": now,
    }
    told = RoleGranted(
        user_id=order.user_id,
        role=order.role,
        scope=order.scope,
        granted_by=order.actor_id,
        sv=user["sv"] + 1,
    )
    if not _write(store, user, {"$push": {"roles": grant}}, told, now):
        return None
    _note(store, order, "role_granted", "ok", now)
    return grant


def _write_revocation(store: Store, user: Document, order: RoleOrder, grant_id: str, now: datetime) -> bool:
    told = RoleRevoked(
        user_id=order.user_id,
        role=order.role,
        scope=order.scope,
        revoked_by=order.actor_id,
        sv=user["sv"] + 1,
    )
    if not _write(store, user, {"$pull": {"roles": {"id": grant_id}}}, told, now):
        return False
    _note(store, order, "role_revoked", "ok", now)
    return True


def _write(
    store: Store, user: Document, update: Document, told: RoleGranted | RoleRevoked, now: datetime
) -> bool:
    """One write: the roles, the subject version that ends older tokens, the event; False if overtaken."""
    where = {"_id": user["_id"], "version": user["version"]}
    update = {**update, "$inc": {"sv": 1}, "$set": {"updated_at": now}}
    return store.users.change(where, update, told) is not None


def _note(store: Store, order: RoleOrder, what: str, result: str, now: datetime) -> None:
    detail = {"role": order.role, "scope": order.scope}
    record(store, who=order.actor_id, what=what, whom=order.user_id, result=result, now=now, detail=detail)


def _require_spv_admin(store: Store, actor_id: str) -> None:
    # The stored roles decide, so that a token from before a demotion gives nothing.
    if not holds(store.users.get(actor_id), SPV_ADMIN):
        raise Forbidden("role_missing", "This needs the role SPV_ADMIN.")


def _user(store: Store, user_id: str) -> Document:
    user = store.users.get(user_id)
    if user is None:
        raise NotFound("person_unknown", "There is no such person.")
    return user


def _refuse_own(store: Store, order: RoleOrder, now: datetime) -> None:
    if order.actor_id == order.user_id:
        _note(store, order, "role_granted", "refused", now)
        raise Forbidden("own_roles", "Nobody gives roles to themselves: ask another SPV admin.")
