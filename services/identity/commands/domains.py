"""Approved mail domains: asked for by an admin, decided by another SPV admin, all of it audited."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from services.identity.commands.audit import record
from services.identity.commands.reach import admin_of, spv_admin_of
from services.identity.commands.registration import registered
from services.identity.rules.address import domain_mode, domain_name
from services.identity.rules.link import SET_PASSWORD, placed
from services.identity.store import Store
from shared.errors import Conflict, Forbidden, NotFound, Refused
from shared.events import Event
from shared.events.identity import DomainListChanged, DomainRequested, RegistrationDenied

Document = dict[str, Any]
ANEW = "The mail domain of this address is no longer approved."


def request_domain(store: Store, actor_id: str, id_: str, form: Document, now: datetime) -> Document:
    """Ask to have a domain approved, or approved otherwise; the same request again is the same one."""
    admin_of(store, actor_id)
    name = domain_name(form["name"])
    asked = {
        "_id": id_,
        "name": name,
        "include_subdomains": form["include_subdomains"],
        "mode": form["mode"],
        "reason": form["reason"],
        "status": "pending",
        "asked_by": actor_id,
        "asked_at": now,
        "decided_by": None,
        "decided_at": None,
        "decision_reason": None,
    }
    approvers = [one for one in store.admins("SPV_ADMIN", None) if one != actor_id]
    told = DomainRequested(request_id=id_, asked_by=actor_id, approver_ids=tuple(approvers))
    added = store.add_once(store.domain_requests, asked, told)
    if added is None:
        return store.domain_requests.get(id_) or asked
    record(store, who=actor_id, what="domain_requested", whom=name, result="ok", now=now)
    return added


def decide_domain(
    store: Store, actor_id: str, id_: str, *, approve: bool, reason: str | None, now: datetime
) -> Document:
    """Approve or decline a request of somebody else; the list changes before the request says so."""
    spv_admin_of(store, actor_id)
    asked = store.domain_requests.get(id_)
    if asked is None:
        raise NotFound("request_unknown", "There is no such request.")
    if asked["status"] != "pending":
        raise Conflict("already_decided", "This request was decided already.")
    if asked["asked_by"] == actor_id:
        record(store, who=actor_id, what="domain_approved", whom=asked["name"], result="refused", now=now)
        raise Forbidden("own_request", "Another SPV admin decides on your request.")
    if approve:
        _enter(store, asked, now)
    setting = {
        "status": "approved" if approve else "declined",
        "decided_by": actor_id,
        "decided_at": now,
        "decision_reason": reason,
    }
    decided = store.domain_requests.change({"_id": id_, "status": "pending"}, {"$set": setting})
    if decided is None:
        raise Conflict("already_decided", "This request was decided already.")
    what = "domain_approved" if approve else "domain_declined"
    record(store, who=actor_id, what=what, whom=asked["name"], result="ok", now=now)
    return decided


def remove_domain(store: Store, actor_id: str, name: str, now: datetime) -> None:
    """Take a domain off the list; accounts stay, who awaits approval is denied."""
    spv_admin_of(store, actor_id)
    told = DomainListChanged(domain=name, state="removed")
    removed = store.domains.change({"_id": name, "removed_at": None}, {"$set": {"removed_at": now}}, told)
    if removed is None:
        raise NotFound("domain_unknown", "This domain is not on the list.")
    store.forget_directory()
    record(store, who=actor_id, what="domain_removed", whom=name, result="ok", now=now)


def judge_waiting_anew(store: Store, kid: str, domain: str, now: datetime) -> None:
    """Apply the list as it is now to those who await approval with an address of this domain or below."""
    store.forget_directory()
    for user in store.users.find({"status": "AWAITING_APPROVAL"}):
        own = user["email"].partition("@")[2]
        if own == domain or own.endswith("." + domain):
            _judge(store, kid, user, now)


def _judge(store: Store, kid: str, user: Document, now: datetime) -> None:
    told: Event
    try:
        if domain_mode(user["email"], store.directory().domains) == "approval":
            return
    except Refused:
        told = RegistrationDenied(user_id=user["_id"], mdo_id=user["mdo_id"], locale=user["locale"])
        setting = {"status": "DENIED", "denial_reason": ANEW}
    else:
        told = registered(user)
        setting = {"status": "INVITED", **placed(user, SET_PASSWORD, told.event_id, kid)}
    where = {"_id": user["_id"], "status": "AWAITING_APPROVAL", "version": user["version"]}
    if store.users.change(where, {"$set": {**setting, "updated_at": now}}, told) is not None:
        what = f"registration_{setting['status'].lower()}_by_list"
        record(store, who="identity", what=what, whom=user["_id"], result="ok", now=now)


def _enter(store: Store, asked: Document, now: datetime) -> None:
    told = DomainListChanged(domain=asked["name"], state="approved")
    fields = {key: asked[key] for key in ("name", "include_subdomains", "mode")}
    fields |= {"request_id": asked["_id"], "approved_at": now, "removed_at": None}
    if store.add_once(store.domains, {"_id": asked["name"], **fields}, told) is None:
        changed = {"_id": asked["name"], "request_id": {"$ne": asked["_id"]}}
        store.domains.change(changed, {"$set": fields}, told)
    store.forget_directory()
