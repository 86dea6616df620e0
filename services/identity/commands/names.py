"""Another name for a person: asked for with a reason, decided by an administrator of the MDO."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from services.identity.commands.audit import record
from services.identity.commands.reach import admin_of, person_within, scope_filter
from services.identity.commands.registration import TRIES_MOST, approvers_for, crowded
from services.identity.rules.names import person_name
from services.identity.store import Store, words_of
from shared.errors import Conflict, Forbidden, NotFound, Refused
from shared.events import Event, new_id
from shared.events.identity import NameChanged, NameChangeDecided, NameChangeRequested
from shared.paging import page

Document = dict[str, Any]


def request_name(store: Store, user_id: str, form: Document, now: datetime) -> Document:
    """Ask for another name; a newer request replaces one that waits."""
    wanted = {name: person_name(form[name], name) for name in ("first_name", "last_name")}
    for _ in range(TRIES_MOST):
        user = store.users.get(user_id) or {}
        if all(user.get(name) == wanted[name] for name in wanted):
            raise Refused("name_same", "This is your name already.", field="first_name")
        id_ = new_id()
        told = NameChangeRequested(
            user_id=user_id,
            change_id=id_,
            mdo_id=user["mdo_id"],
            mdo_path=tuple(user["mdo_path"]),
            approver_ids=tuple(one for one in approvers_for(store, user) if one != user_id),
            locale=user["locale"],
            event_id=id_,
        )
        change = {"id": id_, **wanted, "reason": form["reason"], "requested_at": now, "status": "pending"}
        where = {"_id": user_id, "version": user["version"]}
        if store.users.change(where, {"$set": {"name_change": change}}, told) is not None:
            record(store, who=user_id, what="name_requested", whom=user_id, result="ok", now=now)
            return change
    raise crowded()


def name_changes(store: Store, actor_id: str, asked: Document) -> Document:
    """A page of people whose change of name has this status, within the administrator's reach."""
    where = {"name_change.status": asked["status"], **scope_filter(admin_of(store, actor_id))}
    return page(store.users.find, where, [("_id", 1)], [str], asked)


def decide_name(
    store: Store, actor_id: str, change_id: str, *, approve: bool, reason: str | None, now: datetime
) -> Document:
    """Approve (the name holds at once) or decline with a reason; never one's own."""
    admin = admin_of(store, actor_id)
    for _ in range(TRIES_MOST):
        user = store.user_of_name_change(change_id)
        if user is None:
            raise NotFound("change_unknown", "There is no such request.")
        person_within(store, admin, user["_id"])
        if user["_id"] == actor_id:
            raise Forbidden("own_request", "Somebody else decides on your name.")
        if user["name_change"]["status"] != "pending":
            raise Conflict("already_decided", "This request was decided already.")
        decided = _decide(store, user, approve=approve, reason=reason, actor_id=actor_id, now=now)
        if decided is not None:
            what = "name_approved" if approve else "name_declined"
            record(store, who=actor_id, what=what, whom=user["_id"], result="ok", now=now)
            return decided
    raise crowded()


def _decide(
    store: Store, user: Document, *, approve: bool, reason: str | None, actor_id: str, now: datetime
) -> Document | None:
    change = user["name_change"] | {
        "status": "approved" if approve else "declined",
        "decided_by": actor_id, "decided_at": now, "decision_reason": reason,
    }  # fmt: skip
    told: list[Event] = [
        NameChangeDecided(
            user_id=user["_id"], change_id=change["id"], mdo_id=user["mdo_id"], approved=approve,
            locale=user["locale"],
        )
    ]  # fmt: skip
    setting: Document = {"name_change": change, "updated_at": now}
    if approve:
        names = {name: change[name] for name in ("first_name", "last_name")}
        setting |= {**names, "words": words_of({**user, **names})}
        told.append(NameChanged(user_id=user["_id"], sv=user["sv"]))
    where = {"_id": user["_id"], "version": user["version"]}
    return store.users.change(where, {"$set": setting}, *told)
