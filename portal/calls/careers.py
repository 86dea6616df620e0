"""Calls to community: openings, what fits and what lacks, applications; and recruiting by administrators."""

from __future__ import annotations

from typing import Any

from portal.gateway import Api

_V1 = "/api/community/v1"


def openings(api: Api, query: dict[str, str | list[str]]) -> dict[str, Any]:
    """Published openings by words and filters, each with its match."""
    return api.get(f"{_V1}/openings", **query)


def opening(api: Api, opening_id: str) -> dict[str, Any]:
    """One opening with what fits and what lacks."""
    return api.get(f"{_V1}/openings/{opening_id}")


def save(api: Api, opening_id: str) -> None:
    """Keep an opening among the saved ones."""
    api.put(f"{_V1}/openings/{opening_id}/save", None)


def unsave(api: Api, opening_id: str) -> None:
    """Take it from the saved ones."""
    api.delete(f"{_V1}/openings/{opening_id}/save")


def watch(api: Api, opening_id: str) -> dict[str, Any]:
    """Be told, once, when the person qualifies."""
    return api.put(f"{_V1}/openings/{opening_id}/watch", None)


def unwatch(api: Api, opening_id: str) -> None:
    """Do not be told."""
    api.delete(f"{_V1}/openings/{opening_id}/watch")


def apply(api: Api, opening_id: str, note: str, key: str) -> dict[str, Any]:
    """Apply for an opening."""
    return api.post(f"{_V1}/openings/{opening_id}/applications", {"note": note}, key=key)


def applications(api: Api, cursor: str = "") -> dict[str, Any]:
    """The person's own applications, newest first."""
    return api.get(f"{_V1}/applications", cursor=cursor)


def withdraw(api: Api, application_id: str) -> dict[str, Any]:
    """Take the own application back."""
    return api.post(f"{_V1}/applications/{application_id}/withdraw", {})


def recruiting(api: Api, state: str = "", cursor: str = "", limit: str = "") -> dict[str, Any]:
    """Openings of the units one looks after, with the number of applications."""
    return api.get(f"{_V1}/recruiting/openings", state=state, cursor=cursor, limit=limit)


def draft(api: Api, body: dict[str, Any], key: str) -> dict[str, Any]:
    """Write an opening; nobody sees it until it is published."""
    return api.post(f"{_V1}/recruiting/openings", body, key=key)


def change(api: Api, opening_id: str, body: dict[str, Any], version: int | None) -> dict[str, Any]:
    """Change an opening unless somebody did so since `version`."""
    return api.patch(f"{_V1}/recruiting/openings/{opening_id}", body, version=version)


def publish(api: Api, opening_id: str) -> dict[str, Any]:
    """Show an opening to everybody."""
    return api.post(f"{_V1}/recruiting/openings/{opening_id}/publish", {})


def close(api: Api, opening_id: str) -> dict[str, Any]:
    """Take no more applications."""
    return api.post(f"{_V1}/recruiting/openings/{opening_id}/close", {})


def applicants(api: Api, opening_id: str, cursor: str = "") -> dict[str, Any]:
    """Applications for an opening, best match first."""
    return api.get(f"{_V1}/recruiting/openings/{opening_id}/applications", cursor=cursor)


def decide(api: Api, application_id: str, state: str) -> dict[str, Any]:
    """Put an application on the short list or decline it."""
    return api.post(f"{_V1}/recruiting/applications/{application_id}", {"state": state})


def rail(api: Api) -> list[dict[str, Any]]:
    """Openings that fit best, for home."""
    return list(api.get(f"{_V1}/home/openings", limit="5").get("items", []))
