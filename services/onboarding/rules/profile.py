"""The mandatory profile: what it holds, when it is complete, and what a change of it tells the others."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from services.onboarding.rules.competencies import gap_of, held_of
from services.onboarding.rules.wizard import STEPS, skipped_of
from shared.errors import Refused
from shared.events import Event
from shared.events.onboarding import (
    OnboardingCompleted,
    OnboardingStepSaved,
    ProfileCompleted,
    ProfileUpdated,
)

Document = dict[str, Any]
Required = Callable[[str | None], Mapping[str, int]]
FIELDS = ("position_id", "position_text", "mdo_id", "mdo_path", "group", "locale", "mobile")
REQUIRED = ("name", "position", "mdo", "group", "locale")  # The name stays in identity and is always there.
APPROVED_FIELDS = ("position", "group", "mdo")
GROUPS = ("a", "b", "c", "d", "contractual", "other")
LOCALES = ("en", "hi")
MOBILE = re.compile(r"(?:\+91|0)?([6-9]\d{9})", re.A)


def blank(user_id: str, now: datetime) -> Document:
    """The row of a person of whom nothing is known yet."""
    return {
        "_id": user_id,
        "registered": {},
        "fields": {},
        "verified": {},
        "versions": {},
        "seen": {},
        "wizard": {"steps": {}, "completed_at": None},
        "roles": [],
        "topics": [],
        "current": {},
        "desired": {},
        "acquired": {},
        "completed_at": None,
        "created_at": now,
    }


def fields_of(profile: Document) -> Document:
    """The profile's fields as they count: what the person stated, else what came with the registration."""
    made: Document = dict.fromkeys(FIELDS)
    for source in (profile["registered"], profile["fields"]):
        if "position_id" in source or "position_text" in source:
            made |= {"position_id": None, "position_text": None}
        made |= {key: value for key, value in source.items() if key in FIELDS}
    return made


def value_of(fields: Document, field: str) -> Any:
    """What stands for a field as people see it: a position is an id or a text, an MDO its id."""
    if field == "position":
        return fields["position_id"] or fields["position_text"]
    return fields["mdo_id"] if field == "mdo" else fields[field]


def missing_of(profile: Document) -> list[str]:
    """The required fields that are not there."""
    fields = fields_of(profile)
    return [field for field in REQUIRED[1:] if not value_of(fields, field)]


def percent_of(profile: Document) -> int:
    """The share of the required fields that is there."""
    return 100 - len(missing_of(profile)) * 100 // len(REQUIRED)


def mobile_of(raw: str | None) -> str | None:
    """An Indian mobile number as ten digits; None for none; else Refused."""
    if not raw:
        return None
    found = MOBILE.fullmatch(re.sub(r"[ -]", "", raw))
    if found is None:
        raise Refused(
            "mobile_not_valid", "A mobile number has ten digits and begins with 6 to 9.", field="mobile"
        )
    return found[1]


def bump(profile: Document, part: str) -> Document:
    """The profile after one more edit of a part, so that an edit from an older state is noticed."""
    profile["versions"][part] = version_of(profile, part) + 1
    return profile


def version_of(profile: Document, part: str) -> int:
    """How often a part of the profile was edited, beginning with 1."""
    return int(profile["versions"].get(part, 1))


def settled(before: Document, after: Document, now: datetime) -> Document:
    """The changed profile, marked complete when it just became so; a reminder is then not due."""
    if before["completed_at"] is None and not missing_of(after):
        after["completed_at"] = now
        after.pop("stall_due_at", None)
    return after


def happened(before: Document, after: Document, required: Required) -> list[Event]:
    """The events of a change: a step, Done, the first completion, a later change of what others use."""
    told: list[Event] = [*_step(before, after)]
    user_id, fields = after["_id"], fields_of(after)
    if after["wizard"]["completed_at"] and not before["wizard"]["completed_at"]:
        told.append(
            OnboardingCompleted(
                user_id=user_id,
                mdo_id=fields["mdo_id"],
                mdo_path=tuple(fields["mdo_path"] or ()),
                skipped=skipped_of(after),  # type: ignore[arg-type]  # the steps are the enum
            )
        )
    if after["completed_at"] is None:
        return told
    now = shown(after, required)
    if before["completed_at"] is None:
        return [*told, ProfileCompleted(user_id=user_id, **now)]
    changed = _changed(shown(before, required), now)
    return [*told, ProfileUpdated(user_id=user_id, **now, changed=changed)] if changed else told


def shown(profile: Document, required: Required) -> Document:
    """What other services learn of a complete profile: ids, enums and levels."""
    fields, held = fields_of(profile), held_of(profile)
    return {
        "mdo_id": fields["mdo_id"],
        "mdo_path": tuple(fields["mdo_path"] or (fields["mdo_id"],)),
        "position_id": fields["position_id"],
        "group": fields["group"],
        "locale": fields["locale"],
        "topics": tuple(profile["topics"]),
        "held": held,
        "desired": dict(profile["desired"]),
        "gap": gap_of(required(fields["position_id"]), profile["desired"], held),
    }


def _changed(before: Document, after: Document) -> tuple[str, ...]:
    names = {"mdo_id": "mdo", "mdo_path": "mdo", "position_id": "position"}
    return tuple(dict.fromkeys(names.get(key, key) for key in after if before[key] != after[key]))


def _step(before: Document, after: Document) -> Sequence[Event]:
    old, new = before["wizard"]["steps"], after["wizard"]["steps"]
    return [
        OnboardingStepSaved(
            user_id=after["_id"],
            mdo_id=fields_of(after)["mdo_id"],
            step=step,  # type: ignore[arg-type]  # the steps are the enum
            skipped=new[step]["status"] == "skipped",
        )
        for step in STEPS
        if step in new and new[step]["status"] != old.get(step, {}).get("status")
    ]
