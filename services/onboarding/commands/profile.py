"""Fill in and change the profile; learn what a registration says."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from services.onboarding.commands.profiles import check_version, edit, profile_of
from services.onboarding.queries.people import profile_view
from services.onboarding.rules.profile import (
    APPROVED_FIELDS,
    bump,
    fields_of,
    missing_of,
    mobile_of,
    value_of,
)
from services.onboarding.rules.texts import LONG, plain
from services.onboarding.store import Store
from shared.errors import Conflict, Refused
from shared.events import new_id
from shared.events.onboarding import OnboardingStalled, ProfileChangeRequested

Document = dict[str, Any]


def change_profile(
    store: Store, user_id: str, body: Mapping[str, Any], expected: int | None, now: datetime
) -> Document:
    """Apply what needs no approval; of a complete profile ask for position, group and MDO one by one."""
    changes = _checked(store, body)
    profile = profile_of(store, user_id, now)
    check_version(profile, "fields", expected, lambda: profile_view(store, profile))
    if profile["completed_at"] is not None:
        fields = fields_of(profile)
        asked = {name: to for name, to in _to_approve(changes).items() if to != _value(fields, name)}
        if asked:
            reason = plain(body.get("reason") or "", "reason", LONG, lines=True)
            for name, to in asked.items():
                _ask(store, profile, name, to, reason, now)
        changes = {key: changes[key] for key in ("locale", "mobile") if key in changes}
    return _apply(store, user_id, changes, expected, now)


def _apply(store: Store, user_id: str, changes: Document, expected: int | None, now: datetime) -> Document:
    def decide(row: Document) -> Document:
        check_version(row, "fields", expected, lambda: profile_view(store, row))
        before = fields_of(row)
        mine = changes
        if row["completed_at"] is not None:  # It became complete meanwhile.
            mine = {key: changes[key] for key in ("locale", "mobile") if key in changes}
        if all(before[key] == value for key, value in mine.items()):
            return row
        row["fields"] |= mine
        return bump(row, "fields")

    return edit(store, user_id, now, decide) if changes else profile_of(store, user_id, now)


def _checked(store: Store, body: Mapping[str, Any]) -> Document:
    changes: Document = {key: body[key] for key in ("group", "locale") if key in body}
    if "mobile" in body:
        changes["mobile"] = mobile_of(body["mobile"])
    if body.get("position_id") and body.get("position_text"):
        raise Refused("position_twice", "Choose a position or type one, not both.", field="position_text")
    if body.get("position_id"):
        known = store.dictionary().positions.get(body["position_id"])
        if known is None or known["status"] != "verified":
            raise Refused("position_unknown", "There is no such position.", field="position_id")
        changes |= {"position_id": body["position_id"], "position_text": None}
    elif body.get("position_text"):
        changes |= {"position_id": None, "position_text": plain(body["position_text"], "position_text")}
    if body.get("mdo_id"):
        unit = store.mdo(body["mdo_id"])
        if unit is None or unit["state"] != "active":
            raise Refused("mdo_unknown", "There is no such organisation.", field="mdo_id")
        changes |= {"mdo_id": body["mdo_id"], "mdo_path": unit["path"]}
    return changes


def _to_approve(changes: Document) -> dict[str, Document]:
    keys = {"position": ("position_id", "position_text"), "group": ("group",), "mdo": ("mdo_id", "mdo_path")}
    return {
        name: {key: changes[key] for key in keys[name]}
        for name in APPROVED_FIELDS
        if keys[name][0] in changes
    }


def _value(fields: Document, name: str) -> Document:
    keys = {"position": ("position_id", "position_text"), "group": ("group",), "mdo": ("mdo_id", "mdo_path")}
    return {key: fields[key] for key in keys[name]}


def _ask(store: Store, profile: Document, name: str, to: Document, reason: str, now: datetime) -> None:
    """Put one change into the queue of the MDO that the person is in; the same once more changes nothing."""
    fields, user_id = fields_of(profile), profile["_id"]
    for waiting in store.pending_of(user_id):
        if waiting["field"] == name:
            if waiting["setting"] == to:
                return
            raise Conflict("change_pending", "A change of this field awaits a decision already.", field=name)
    id_ = new_id()
    made = {
        "_id": id_,
        "user_id": user_id,
        "open": f"{user_id}:{name}",  # Unique while it waits: one change of a field at a time.
        "field": name,
        "from": value_of(fields, name),
        "to": value_of({**fields, **to}, name),
        "setting": to,
        "reason": reason,
        "status": "pending",
        "mdo_id": fields["mdo_id"],
        "mdo_path": fields["mdo_path"] or [fields["mdo_id"]],
        "requested_at": now,
        "decided_by": None,
        "decided_reason": None,
        "decided_at": None,
    }
    told = ProfileChangeRequested(
        user_id=user_id,
        change_id=id_,
        mdo_id=made["mdo_id"],
        mdo_path=tuple(made["mdo_path"]),
        fields=(name,),
    )
    store.add_change(made, told)


def take_registration(store: Store, user_id: str, values: Document, sequence: int, now: datetime) -> None:
    """Keep what the newest registration says; what the person stated here goes before it."""

    def decide(profile: Document) -> Document:
        if profile["seen"].get("registered", 0) < sequence:
            profile["seen"]["registered"] = sequence
            unit = store.mdo(values["mdo_id"])
            profile["registered"] = values | ({"mdo_path": unit["path"]} if unit else {})
        return profile

    edit(store, user_id, now, decide)


def await_profile(store: Store, user_id: str, since: datetime, stall_after: float, now: datetime) -> None:
    """Remember when the profile is overdue, once; a complete one never is."""

    def decide(profile: Document) -> Document:
        if profile["completed_at"] is None and "stall_told_at" not in profile:
            due = since + timedelta(seconds=stall_after)
            profile["stall_due_at"] = min(due, profile.get("stall_due_at", due))
        return profile

    edit(store, user_id, now, decide)


def tell_stalled(store: Store, profile: Document, now: datetime) -> None:
    """Tell once that the profile is still incomplete; nothing when it changed since it was read."""
    fields = fields_of(profile)
    told = OnboardingStalled(
        user_id=profile["_id"],
        mdo_id=fields["mdo_id"],
        missing=tuple(missing_of(profile)),
        locale=fields["locale"] or "en",
    )
    where = {"_id": profile["_id"], "version": profile["version"], "completed_at": None}
    update = {"$set": {"stall_told_at": now}, "$unset": {"stall_due_at": ""}}
    store.profiles.change(where, update, told)


def stalled(store: Store, now: datetime) -> Sequence[Document]:
    """The next people whose profile is overdue."""
    return store.profiles.find({"stall_due_at": {"$lte": now}}, limit=200)
