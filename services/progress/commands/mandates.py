"""Draft, change, publish and retire mandates; the worker carries out what is published."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from services.progress.queries.mandates import require_reach, visible_mandate
from services.progress.rules.mandates import (
    DRAFT,
    PUBLISHED,
    RETIRED,
    anchors,
    require_audience,
    require_future,
    require_status,
)
from services.progress.store import Store
from shared.auth import Principal
from shared.errors import Conflict, Refused

Document = dict[str, Any]


def create_mandate(store: Store, id_: str, values: Document, who: Principal, now: datetime) -> Document:
    """A draft; a repetition with the same id answers the first one."""
    found = store.mandates.records.get(id_)
    if found is not None and found["created_by"] == who.user_id:
        return found
    owner = _checked(store, values, who, now)
    path = store.learners.path_of(owner) if owner else []
    return store.mandates.records.add(
        {
            "_id": id_,
            "status": DRAFT,
            "owner_mdo_id": owner,
            "owner_path": path or ([owner] if owner else []),
            "draft": values,
            "rule": None,
            "rules": [],
            "created_at": now,
            "created_by": who.user_id,
        }
    )


def edit_mandate(
    store: Store, id_: str, changes: Document, version: int | None, who: Principal, now: datetime
) -> Document:
    """Change the draft; what is published holds until it is published again."""
    found = visible_mandate(store, id_, who)
    require_status(found, DRAFT, PUBLISHED)
    _require_version(found, version)
    draft = found["draft"] | changes
    _checked(store, draft, who, now)
    return _changed(store, found, {"draft": draft})


def publish_mandate(store: Store, id_: str, who: Principal, now: datetime) -> Document:
    """The draft becomes the rule, under a new number; the worker assigns and lifts."""
    found = visible_mandate(store, id_, who)
    require_status(found, DRAFT, PUBLISHED)
    before = found["rule"]
    if before is not None and all(before[key] == value for key, value in found["draft"].items()):
        return found
    _checked(store, found["draft"], who, now)
    number = before["n"] + 1 if before else 1
    rule = found["draft"] | {"n": number, "published_at": now, "published_by": who.user_id}
    setting = {
        "status": PUBLISHED,
        "rule": rule,
        "rules": [*found["rules"], rule][-50:],
        "anchors": anchors(rule["audience"]),
        "job": {"rule": number, "phase": "assign", "position": ""},
        "job_at": now,
    }
    return _changed(store, found, setting)


def retire_mandate(store: Store, id_: str, who: Principal, now: datetime) -> Document:
    """A mandate that binds nobody any more; done duties stay in the reports."""
    found = visible_mandate(store, id_, who)
    if found["status"] == RETIRED:
        return found
    setting: Document = {"status": RETIRED, "retired_at": now, "anchors": []}
    if found["rule"] is not None:
        number = found["rule"]["n"] + 1
        setting |= {"job": {"rule": number, "phase": "lift", "position": ""}, "job_at": now}
    return _changed(store, found, setting)


def _checked(store: Store, values: Document, who: Principal, now: datetime) -> str | None:
    """The unit in whose name this person gives the mandate (none: the whole platform); Refused or Forbidden."""
    require_audience(values["audience"])
    require_future(values["due"], now)
    known = store.courses.heads_of(values["course_ids"])
    for course_id in values["course_ids"]:
        if course_id not in known or known[course_id].get("retired"):
            raise Refused("course_unknown", f"No such course is offered: {course_id}.", field="course_ids")
    return require_reach(store, values["audience"], who)


def _require_version(found: Document, version: int | None) -> None:
    if version is not None and version != found["version"]:
        raise Conflict("changed_elsewhere", "Somebody else changed this mandate first. Look at it again.")


def _changed(store: Store, found: Document, setting: Document) -> Document:
    where = {"_id": found["_id"], "version": found["version"]}
    after = store.mandates.records.change(where, {"$set": setting})
    if after is None:
        raise Conflict("changed_elsewhere", "Somebody else changed this mandate first. Look at it again.")
    return after
