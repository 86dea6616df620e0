"""Calls to onboarding: the wizard, roles, topics, competencies, the profile."""

from __future__ import annotations

from typing import Any

from portal.gateway import Api

_V1 = "/api/onboarding/v1"


def me(api: Api) -> dict[str, Any]:
    """How far the person is, and whether the profile is complete."""
    return api.get(f"{_V1}/onboarding/me")


def save_step(api: Api, step: str, skipped: bool) -> dict[str, Any]:
    """Mark a step saved or skipped."""
    return api.post(f"{_V1}/onboarding/me/steps/{step}", {"skipped": skipped})


def complete(api: Api) -> dict[str, Any]:
    """Done: the wizard is behind the person."""
    return api.post(f"{_V1}/onboarding/me/complete", {})


def roles(api: Api) -> list[dict[str, Any]]:
    """The person's roles with their activities."""
    return list(api.get(f"{_V1}/profiles/me/roles").get("items", []))


def add_role(api: Api, title: str, activities: list[str], key: str) -> dict[str, Any]:
    """Add a role."""
    return api.post(f"{_V1}/profiles/me/roles", {"title": title, "activities": activities}, key=key)


def change_role(api: Api, role_id: str, title: str, activities: list[str], version: int) -> dict[str, Any]:
    """Change title and activities, unless somebody did so since `version`."""
    body = {"title": title, "activities": activities}
    return api.patch(f"{_V1}/profiles/me/roles/{role_id}", body, version=version)


def delete_role(api: Api, role_id: str) -> None:
    """Delete a role with its activities."""
    api.delete(f"{_V1}/profiles/me/roles/{role_id}")


def add_activity(api: Api, role_id: str, text: str, key: str) -> dict[str, Any]:
    """Add an activity to a role."""
    return api.post(f"{_V1}/profiles/me/roles/{role_id}/activities", {"text": text}, key=key)


def delete_activity(api: Api, role_id: str, activity_id: str) -> None:
    """Delete one activity."""
    api.delete(f"{_V1}/profiles/me/roles/{role_id}/activities/{activity_id}")


def topics(api: Api, words: str = "") -> list[dict[str, Any]]:
    """The topics people can choose, by words."""
    return list(api.get(f"{_V1}/topics", q=words).get("items", []))


def my_topics(api: Api) -> dict[str, Any]:
    """Chosen topics and own proposals."""
    return api.get(f"{_V1}/profiles/me/topics")


def choose_topics(api: Api, ids: list[str]) -> dict[str, Any]:
    """Set the chosen topics."""
    return api.put(f"{_V1}/profiles/me/topics", {"ids": ids})


def propose_topic(api: Api, name: str, reason: str, key: str) -> dict[str, Any]:
    """Propose a topic that is missing."""
    return api.post(f"{_V1}/topic-proposals", {"name": name, "reason": reason}, key=key)


def competencies(api: Api, words: str = "", kind: str = "", cursor: str = "") -> dict[str, Any]:
    """The dictionary of competencies."""
    query = {"q": words, "type": kind, "cursor": cursor}
    return api.get(f"{_V1}/competencies", **query, limit="50")


def competency(api: Api, competency_id: str) -> dict[str, Any]:
    """One competency with its levels."""
    return api.get(f"{_V1}/competencies/{competency_id}")


def my_competencies(api: Api) -> dict[str, Any]:
    """Current and desired competencies."""
    return api.get(f"{_V1}/profiles/me/competencies")


def set_competencies(api: Api, which: str, levels: dict[str, int]) -> dict[str, Any]:
    """Set the "current" or "desired" competencies."""
    items = [{"competency_id": key, "level": level} for key, level in levels.items()]
    return api.put(f"{_V1}/profiles/me/competencies/{which}", {"items": items})


def gap(api: Api) -> list[dict[str, Any]]:
    """What is held, what is wanted, and why; largest need first."""
    return list(api.get(f"{_V1}/profiles/me/gap").get("items", []))


def profile(api: Api) -> dict[str, Any]:
    """The profile with what is missing and pending."""
    return api.get(f"{_V1}/profiles/me")


def change_profile(api: Api, changes: dict[str, Any], version: int | None) -> dict[str, Any]:
    """Change fields of the profile."""
    return api.patch(f"{_V1}/profiles/me", changes, version=version)


def my_approvals(api: Api) -> list[dict[str, Any]]:
    """Own change requests."""
    return list(api.get(f"{_V1}/approvals", mine="1").get("items", []))
