"""Invite a person: the same address rule as everywhere; the administrator's word replaces the approval."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from services.identity.commands.audit import record
from services.identity.commands.reach import admin_of, mdo_within
from services.identity.commands.registration import Mailer, checked_person, new_user, registered
from services.identity.rules.address import canonical_address, domain_mode
from services.identity.rules.link import SET_PASSWORD, placed
from services.identity.store import Store
from shared.errors import Conflict
from shared.events import new_id
from shared.events.identity import UserRegistered

Document = dict[str, Any]


@dataclass(frozen=True)
class Invitation:
    """Who invites whom; `user_id` is the account to be made, so that a repetition makes none."""

    actor_id: str
    form: Document
    user_id: str = ""


def invite(store: Store, mailer: Mailer, invitation: Invitation, now: datetime) -> Document:
    """Make an account and cause the mail with the link; Conflict when the address has one already."""
    admin = admin_of(store, invitation.actor_id)
    mdo_within(store, admin, invitation.form["mdo_id"])
    fields = invitable(store, invitation.form)
    id_ = invitation.user_id or new_id()
    known = store.user_by_email(fields["email"])
    added = None if known else add_invited(store, mailer, id_, fields, invitation.actor_id, now)
    if added is None:
        known = known or store.user_by_email(fields["email"])
        if known and known["_id"] == id_:
            return known
        raise Conflict("address_known", "This address has an account already.", field="email")
    record(store, who=invitation.actor_id, what="user_invited", whom=id_, result="ok", now=now)
    return added


def invitable(store: Store, form: Document) -> Document:
    """The fields of an invitation as they are stored; Refused names the one that is wrong."""
    address = canonical_address(form["email"])
    domain_mode(address, store.directory().domains)
    return {**checked_person(store, form), "email": address}


def add_invited(
    store: Store, mailer: Mailer, id_: str, fields: Document, actor_id: str, now: datetime
) -> Document | None:
    """Insert the account with its event and its link; None when the address has an account."""
    user, told = invited(mailer, id_, fields, actor_id, now)
    return store.add_user(user, told)


def invited(
    mailer: Mailer, id_: str, fields: Document, actor_id: str, now: datetime
) -> tuple[Document, UserRegistered]:
    """An account that somebody else asked for, and the event that causes the mail with its link."""
    user = new_user(fields, now) | {
        "_id": id_, "declared_at": None, "invited_by": actor_id, "mail_times": mailer.times([], now),
    }  # fmt: skip
    told = registered(user)
    return user | {"status": "INVITED", **placed(user, SET_PASSWORD, told.event_id, mailer.ring.active)}, told
