"""Another address for an account: the old one stays until the owner of the new one confirms."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from services.identity.commands.audit import record
from services.identity.commands.credentials import Change, Proof, find_link, prove
from services.identity.commands.registration import TRIES_MOST, Mailer, crowded
from services.identity.rules.address import canonical_address, domain_mode
from services.identity.rules.link import CONFIRM_EMAIL, emptied, gone, placed
from services.identity.store import Store, words_of
from shared.errors import Refused
from shared.events.identity import EmailChanged, EmailChangeRequested

Document = dict[str, Any]


def request_email(
    store: Store, mailer: Mailer, proof: Proof, change: Change, email: str, now: datetime
) -> None:
    """Cause the mail that confirms a new address; the answer is the same when the address is taken."""
    address = canonical_address(email)
    domain_mode(address, store.directory().domains)
    user = prove(store, proof, change, now, field="password")
    for _ in range(TRIES_MOST):
        if user["email"] == address:
            raise Refused("address_same", "This is your address already.", field="email")
        told = EmailChangeRequested(user_id=user["_id"], locale=user["locale"])
        setting = {
            "pending_email": address,
            "mail_times": mailer.times(user["mail_times"], now),
            "updated_at": now,
            **placed(user, CONFIRM_EMAIL, told.event_id, mailer.ring.active),
        }
        where = {"_id": user["_id"], "version": user["version"]}
        if store.users.change(where, {"$set": setting}, told) is not None:
            record(store, who=user["_id"], what="email_requested", whom=user["_id"], result="ok", now=now)
            return
        user = store.users.get(user["_id"]) or user
    raise crowded()


def confirm_email(store: Store, mailer: Mailer, token: str, now: datetime) -> None:
    """Take the new address by its link: one write moves it, ends all sessions and uses up the link."""
    for _ in range(TRIES_MOST):
        user, purpose = find_link(store, mailer.ring, token, now)
        address = user.get("pending_email")
        if purpose != CONFIRM_EMAIL or not address:
            raise gone("link_unknown")
        domain_mode(address, store.directory().domains)
        if _settle(store, user, address, now):
            record(store, who=user["_id"], what="email_changed", whom=user["_id"], result="ok", now=now)
            return
    raise crowded()


def _settle(store: Store, user: Document, address: str, now: datetime) -> bool:
    told = EmailChanged(user_id=user["_id"], sv=user["sv"] + 1, locale=user["locale"])
    setting = {
        "email": address,
        "words": words_of({**user, "email": address}),
        "pending_email": None,
        "previous_email": {"email": user["email"], "event_id": told.event_id, "at": now},
        "updated_at": now,
        **emptied(user, used=CONFIRM_EMAIL),
    }
    where = {"_id": user["_id"], "version": user["version"], "status": "ACTIVE"}
    update = {"$set": setting, "$inc": {"sv": 1, "credential_version": 1}}
    return store.change_email(where, update, told) is not None
