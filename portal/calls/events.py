"""Calls to community: events with registration, and organising them. The API calls an event a session."""

from __future__ import annotations

from typing import Any

from portal.gateway import Api, Download

_V1 = "/api/community/v1"


def events(api: Api, query: dict[str, str | list[str]]) -> dict[str, Any]:
    """Events to come, soonest first, or past ones, newest first."""
    return api.get(f"{_V1}/sessions", **query)


def event(api: Api, event_id: str) -> dict[str, Any]:
    """One event; the join link is there for registered people only."""
    return api.get(f"{_V1}/sessions/{event_id}")


def calendar(api: Api, event_id: str) -> Download:
    """One event as a calendar file."""
    return api.download(f"{_V1}/sessions/{event_id}/calendar.ics")


def register(api: Api, event_id: str) -> dict[str, Any]:
    """Register, or wait for a place; a second time tells the place in the waiting list."""
    return api.put(f"{_V1}/sessions/{event_id}/registration", None)


def leave(api: Api, event_id: str) -> None:
    """Give the place back."""
    api.delete(f"{_V1}/sessions/{event_id}/registration")


def organised(api: Api, state: str = "", cursor: str = "") -> dict[str, Any]:
    """Events one may edit or review."""
    return api.get(f"{_V1}/organising/sessions", state=state, cursor=cursor)


def draft(api: Api, body: dict[str, Any], key: str) -> dict[str, Any]:
    """Write an event; nobody sees it until it is published."""
    return api.post(f"{_V1}/organising/sessions", body, key=key)


def organise(api: Api, event_id: str) -> dict[str, Any]:
    """One event as its organisers see it."""
    return api.get(f"{_V1}/organising/sessions/{event_id}")


def change(api: Api, event_id: str, body: dict[str, Any], version: int | None) -> dict[str, Any]:
    """Change an event unless somebody did so since `version`."""
    return api.patch(f"{_V1}/organising/sessions/{event_id}", body, version=version)


def submit(api: Api, event_id: str) -> dict[str, Any]:
    """Hand a draft in for review."""
    return api.post(f"{_V1}/organising/sessions/{event_id}/submit", {})


def hand_back(api: Api, event_id: str, reason: str) -> dict[str, Any]:
    """Return an event to its author."""
    return api.post(f"{_V1}/organising/sessions/{event_id}/return", {"reason": reason})


def publish(api: Api, event_id: str) -> dict[str, Any]:
    """Show an event to its audience."""
    return api.post(f"{_V1}/organising/sessions/{event_id}/publish", {})


def cancel(api: Api, event_id: str, reason: str) -> dict[str, Any]:
    """Cancel an event; registered and waiting people are told."""
    return api.post(f"{_V1}/organising/sessions/{event_id}/cancel", {"reason": reason})


def registrations(api: Api, event_id: str, cursor: str = "") -> dict[str, Any]:
    """Who is registered, waits or attended."""
    return api.get(f"{_V1}/organising/sessions/{event_id}/registrations", cursor=cursor, limit="100")


def attended(api: Api, event_id: str, user_ids: list[str]) -> dict[str, Any]:
    """Note who was there."""
    return api.post(f"{_V1}/organising/sessions/{event_id}/attendance", {"user_ids": user_ids})


def rail(api: Api) -> list[dict[str, Any]]:
    """Events to come, for home."""
    return list(api.get(f"{_V1}/home/sessions", limit="5").get("items", []))
