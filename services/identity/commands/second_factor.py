"""The second factor of an account: set up, confirm, take away; an SPV admin takes away a lost one."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from services.identity.commands.audit import record
from services.identity.commands.credentials import Change, Proof, prove
from services.identity.commands.people import AccountOrder
from services.identity.commands.reach import person_within, spv_admin_of
from services.identity.rules.second_factor import (
    digest_of,
    is_enrolled,
    new_recovery_codes,
    new_secret,
    qr_of,
    seal,
    step_of,
    unseal,
    uri_of,
)
from services.identity.store import Store
from shared.auth import KeyRing
from shared.errors import Conflict, Forbidden, Refused, Unauthorized

Document = dict[str, Any]


def begin_second_factor(store: Store, ring: KeyRing, user_id: str) -> Document:
    """Make a secret that counts once it is confirmed; a newer one replaces it."""
    user = _me(store, user_id)
    if is_enrolled(user):
        raise Conflict("second_factor_there", "Take the present second factor away first.")
    secret = new_secret()
    totp = seal(ring, user_id, secret) | {"confirmed_at": None}
    _write(store, user, {"$set": {"totp": totp}})
    uri = uri_of(secret, user["email"])
    return {"secret": secret, "uri": uri, "qr_svg": qr_of(uri)}


def confirm_second_factor(
    store: Store, ring: KeyRing, user_id: str, session_id: str, code: str, now: datetime
) -> list[str]:
    """Switch the second factor on with its first code; returns the recovery codes, shown this once."""
    user = _me(store, user_id)
    totp = user.get("totp")
    if not totp or is_enrolled(user):
        raise Conflict("second_factor_not_begun", "Begin with a new secret.")
    secret = unseal(ring, user_id, totp)
    step = step_of(secret, code, 0, now) if secret else None
    if step is None:
        raise Refused("code_wrong", "This code is not right. Check the clock of your device.", field="code")
    codes = new_recovery_codes()
    totp = totp | {"confirmed_at": now, "last_step": step, "recovery": [digest_of(one) for one in codes]}
    _write(store, user, {"$set": {"totp": totp}})
    store.families.change(
        {"_id": session_id, "user_id": user_id, "revoked_at": None}, {"$set": {"factor": True}}
    )
    record(store, who=user_id, what="second_factor_on", whom=user_id, result="ok", now=now)
    return codes


def remove_second_factor(store: Store, proof: Proof, change: Change, now: datetime) -> None:
    """Take the own second factor away: needs the password, and no role that requires it."""
    user = prove(store, proof, change, now, field="password")
    if user["roles"] and proof.settings.second_factor_required:
        raise Conflict("second_factor_required", "Your role needs a second factor.")
    _write(store, user, {"$unset": {"totp": ""}})
    record(store, who=user["_id"], what="second_factor_off", whom=user["_id"], result="ok", now=now)


def reset_second_factor(store: Store, order: AccountOrder, now: datetime) -> Document:
    """Take away the second factor of somebody who lost the device; audited, never one's own."""
    admin = spv_admin_of(store, order.actor_id)
    if order.actor_id == order.user_id:
        raise Forbidden("own_account", "Another SPV admin does this for you.")
    user = person_within(store, admin, order.user_id)
    _write(store, user, {"$unset": {"totp": ""}, "$inc": {"credential_version": 1}})
    record(store, who=order.actor_id, what="second_factor_reset", whom=order.user_id, result="ok", now=now)
    return store.users.get(order.user_id) or user


def _me(store: Store, user_id: str) -> Document:
    user = store.users.get(user_id)
    if user is None or user["status"] != "ACTIVE":
        raise Unauthorized("session_over", "Your session has ended. Sign in again.")
    return user


def _write(store: Store, user: Document, update: Document) -> None:
    if store.users.change({"_id": user["_id"], "version": user["version"]}, update) is None:
        raise Conflict("changed_elsewhere", "Somebody else changed this first. Try again.")
