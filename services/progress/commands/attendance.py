"""Attendance of instructor-led sessions, marked by the provider or the MDO."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from services.progress.commands.updates import apply_update
from services.progress.rules import ProgressSettings
from services.progress.store import Store
from shared.auth import Principal

Document = dict[str, Any]


def mark_attendance(
    store: Store,
    settings: ProgressSettings,
    who: Principal,
    course_id: str,
    resource_id: str,
    user_ids: Sequence[str],
    now: datetime,
) -> Document:
    """Complete a session for each of these people; whose was marked, and whose was not and why."""
    marked: list[str] = []
    refused: list[Document] = []
    for user_id in dict.fromkeys(user_ids):
        reason = _mark(store, settings, who, course_id, resource_id, user_id, now)
        if reason:
            refused.append({"user_id": user_id, "reason": reason})
        else:
            marked.append(user_id)
    store.audit_entry(who.user_id, "attendance_marked", f"{course_id}:{resource_id}", now, whom=marked)
    return {"marked": marked, "refused": refused}


def _mark(
    store: Store,
    settings: ProgressSettings,
    who: Principal,
    course_id: str,
    resource_id: str,
    user_id: str,
    now: datetime,
) -> str | None:
    if user_id == who.user_id:
        return "own_attendance"
    found = store.enrolments.find({"course_id": course_id, "user_id": user_id})
    enrolled = [one for one in found if one["status"] != "withdrawn" and _may(who, one)]
    if not enrolled:
        return "not_enrolled"
    update = {"event_id": f"attended:{resource_id}", "resource_id": resource_id, "kind": "attended"}
    newest = max(enrolled, key=lambda one: one["enrolled_at"])
    folded, _ = apply_update(store, settings, user_id, newest["_id"], update, now)
    return folded.reason


def _may(who: Principal, enrolment: Document) -> bool:
    return who.has("CONTENT_PUBLISHER") or who.reaches("MDO_ADMIN", enrolment["mdo_path"])
