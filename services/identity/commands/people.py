"""What administrators do with accounts: close, open again, send the link; each step told and audited."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from services.identity.commands.audit import record
from services.identity.commands.credentials import request_reset
from services.identity.commands.reach import admin_of, person_within
from services.identity.commands.registration import TRIES_MOST, Mailer, crowded, repeat
from services.identity.rules.link import emptied
from services.identity.rules.roles import SPV_ADMIN, holds
from services.identity.store import Store
from shared.errors import Conflict, Forbidden
from shared.events import Event
from shared.events.identity import UserDisabled, UserEnabled

Document = dict[str, Any]
Change = tuple[Document, Event]
MAY_BE_DISABLED = ("INVITED", "ACTIVE")


@dataclass(frozen=True)
class AccountOrder:
    """Who closes or opens whose account, and why."""

    actor_id: str
    user_id: str
    reason: str


def disable_person(store: Store, order: AccountOrder, now: datetime) -> Document:
    """Close an account: links and sessions end, tokens die within a minute; closed again is no error."""

    def change(user: Document) -> Change | None:
        if user["status"] == "DISABLED":
            return None
        if user["status"] not in MAY_BE_DISABLED:
            raise Conflict("account_not_usable", "Only an invited or active account can be disabled.")
        if _is_spv_admin(user) and not store.leave_spv_admin(order.user_id):
            _note(store, order, "user_disabled", "refused", now)
            raise Conflict("last_spv_admin", "The last SPV admin stays: name another one first.")
        told = UserDisabled(user_id=order.user_id, mdo_id=user["mdo_id"], sv=user["sv"] + 1)
        return {"status": "DISABLED", "disabled_reason": order.reason, **emptied(user)}, told

    return _carry_out(store, order, "user_disabled", change, now)


def enable_person(store: Store, order: AccountOrder, now: datetime) -> Document:
    """Open a disabled account again; without a password it is invited and needs a new link."""

    def change(user: Document) -> Change | None:
        if user["status"] in MAY_BE_DISABLED:
            return None
        if user["status"] != "DISABLED":
            raise Conflict("account_not_disabled", "This account is not disabled.")
        if _is_spv_admin(user):
            store.enter_spv_admin(order.user_id)
        told = UserEnabled(user_id=order.user_id, mdo_id=user["mdo_id"], sv=user["sv"] + 1)
        return {"status": "ACTIVE" if user["password"] else "INVITED", "disabled_reason": None}, told

    return _carry_out(store, order, "user_enabled", change, now)


def send_link(store: Store, mailer: Mailer, actor_id: str, user_id: str, now: datetime) -> Document:
    """Cause the mail with the link anew: to set the first password, or a new one; nobody else sees the link."""
    admin = admin_of(store, actor_id)
    for _ in range(TRIES_MOST):
        user = person_within(store, admin, user_id)
        _refuse_higher(admin, user)
        if user["status"] not in MAY_BE_DISABLED:
            raise Conflict("account_not_usable", "Only an invited or active person gets a link.")
        sent = repeat if user["status"] == "INVITED" else request_reset
        if sent(store, mailer, user, now):
            record(store, who=actor_id, what="link_sent", whom=user_id, result="ok", now=now)
            return store.users.get(user_id) or user
    raise crowded()


def _carry_out(
    store: Store, order: AccountOrder, what: str, change: Callable[[Document], Change | None], now: datetime
) -> Document:
    admin = admin_of(store, order.actor_id)
    if order.actor_id == order.user_id:
        raise Forbidden("own_account", "Nobody closes or opens the own account: ask another administrator.")
    for _ in range(TRIES_MOST):
        user = person_within(store, admin, order.user_id)
        _refuse_higher(admin, user)
        wanted = change(user)
        if wanted is None:
            return user
        setting, told = wanted
        where = {"_id": user["_id"], "version": user["version"]}
        update = {
            "$set": {**setting, "updated_at": now},
            "$inc": {"sv": 1, "credential_version": 1},  # The second ends each session for good.
        }
        changed = store.users.change(where, update, told)
        if changed is not None:
            _note(store, order, what, "ok", now)
            return changed
    raise crowded()


def _refuse_higher(admin: Document, user: Document) -> None:
    """An MDO admin has no hand on those who look after the whole platform."""
    if _is_spv_admin(user) and not holds(admin, SPV_ADMIN):
        raise Forbidden("spv_admin_needed", "Only an SPV admin does this to an SPV admin.")


def _is_spv_admin(user: Document) -> bool:
    return any(grant["role"] == SPV_ADMIN for grant in user["roles"])


def _note(store: Store, order: AccountOrder, what: str, result: str, now: datetime) -> None:
    record(store, who=order.actor_id, what=what, whom=order.user_id, result=result, now=now)
