"""Calls to progress for administrators: disputes about progress, attendance of sessions."""

from __future__ import annotations

from typing import Any

from portal.gateway import Api

_V1 = "/api/progress/v1"


def disputes(api: Api, status: str = "", cursor: str = "") -> dict[str, Any]:
    """Disputes of one's people, newest first."""
    return api.get(f"{_V1}/disputes", status=status, cursor=cursor)


def dispute(api: Api, dispute_id: str) -> dict[str, Any]:
    """One dispute."""
    return api.get(f"{_V1}/disputes/{dispute_id}")


def evidence(api: Api, user_id: str, enrolment_id: str, reason: str) -> dict[str, Any]:
    """What was noted of somebody's progress; that it was read is kept with the reason."""
    return api.get(f"{_V1}/people/{user_id}/enrolments/{enrolment_id}/why", reason=reason)


def answer(api: Api, dispute_id: str, text: str) -> dict[str, Any]:
    """Answer a dispute, once."""
    return api.post(f"{_V1}/disputes/{dispute_id}/answer", {"text": text})


def roll(api: Api, course_id: str, resource_id: str, cursor: str = "") -> dict[str, Any]:
    """Who is enrolled in the course of a session, and who was marked present."""
    return api.get(f"{_V1}/sessions/{course_id}/{resource_id}/attendance", cursor=cursor)


def mark(api: Api, course_id: str, resource_id: str, user_ids: list[str]) -> dict[str, Any]:
    """Mark who was there; a second time changes nothing."""
    return api.post(f"{_V1}/sessions/{course_id}/{resource_id}/attendance", {"user_ids": user_ids})
