"""Calls to community: suggestions, requests, connections, blocks."""

from __future__ import annotations

from typing import Any

from portal.gateway import Api

_V1 = "/api/community/v1"


def suggestions(api: Api, limit: str = "20") -> list[dict[str, Any]]:
    """People to connect with, each with the reasons."""
    return list(api.get(f"{_V1}/network/suggestions", limit=limit).get("items", []))


def dismiss(api: Api, user_id: str) -> None:
    """Do not suggest this person again."""
    api.post(f"{_V1}/network/suggestions/{user_id}/dismiss", {})


def settings(api: Api) -> dict[str, Any]:
    """Whether the person is suggested to others."""
    return api.get(f"{_V1}/network/settings")


def choose(api: Api, suggested: bool) -> dict[str, Any]:
    """Be suggested to others or not."""
    return api.put(f"{_V1}/network/settings", {"suggested": suggested})


def ask(api: Api, user_id: str, note: str, key: str) -> dict[str, Any]:
    """Ask somebody to connect; who asked me first is accepted by it."""
    return api.post(f"{_V1}/network/requests", {"user_id": user_id, "note": note}, key=key)


def requests(api: Api, direction: str, cursor: str = "") -> dict[str, Any]:
    """Open requests to the person (`in`) or of the person (`out`)."""
    return api.get(f"{_V1}/network/requests", direction=direction, cursor=cursor)


def accept(api: Api, connection_id: str) -> dict[str, Any]:
    """Accept a request."""
    return api.post(f"{_V1}/network/requests/{connection_id}/accept", {})


def decline(api: Api, connection_id: str) -> dict[str, Any]:
    """Decline a request; nobody is told."""
    return api.post(f"{_V1}/network/requests/{connection_id}/decline", {})


def withdraw(api: Api, connection_id: str) -> dict[str, Any]:
    """Take the own request back."""
    return api.post(f"{_V1}/network/requests/{connection_id}/withdraw", {})


def connections(api: Api, cursor: str = "") -> dict[str, Any]:
    """The person's connections, newest first."""
    return api.get(f"{_V1}/network/connections", cursor=cursor)


def disconnect(api: Api, user_id: str) -> None:
    """End a connection."""
    api.delete(f"{_V1}/network/connections/{user_id}")


def blocks(api: Api) -> list[dict[str, Any]]:
    """People the person has blocked."""
    return list(api.get(f"{_V1}/network/blocks").get("items", []))


def block(api: Api, user_id: str) -> None:
    """Block somebody: no suggestion and no request either way."""
    api.put(f"{_V1}/network/blocks/{user_id}", None)


def unblock(api: Api, user_id: str) -> None:
    """End a block."""
    api.delete(f"{_V1}/network/blocks/{user_id}")


def rail(api: Api) -> list[dict[str, Any]]:
    """People to connect with, for home."""
    return list(api.get(f"{_V1}/home/people", limit="5").get("items", []))
