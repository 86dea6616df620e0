"""Calls about a person's own data: the notice, copies, erasure, who looked at them."""

from __future__ import annotations

from typing import Any

from portal.gateway import Api, Download

_V1 = "/api/identity/v1"


def notice(api: Api) -> dict[str, Any]:
    """Which data are kept, why and until when, with the version of the notice."""
    return api.get(f"{_V1}/privacy-notice")


def consent(api: Api) -> dict[str, Any]:
    """Whether the present notice is accepted, and all earlier decisions."""
    return api.get(f"{_V1}/me/consent")


def decide(api: Api, version: str, locale: str, accepted: bool) -> dict[str, Any]:
    """Accept the notice that was read in a language, or withdraw."""
    return api.put(f"{_V1}/me/consent", {"version": version, "locale": locale, "accepted": accepted})


def copies(api: Api) -> list[dict[str, Any]]:
    """The copies of the own data that were asked for, newest first."""
    return list(api.get(f"{_V1}/me/exports").get("items", []))


def ask_copy(api: Api) -> dict[str, Any]:
    """Ask for a copy; while one is being made, it is the answer."""
    return api.post(f"{_V1}/me/export", {})


def fetch_copy(api: Api, copy_id: str) -> Download:
    """The copy as a ZIP archive, once."""
    return api.take(f"{_V1}/me/exports/{copy_id}/archive", {})


def erasure(api: Api) -> dict[str, Any]:
    """Where a wish to be erased stands, and what a law makes the platform keep."""
    return api.get(f"{_V1}/me/erasure")


def ask_erasure(api: Api, password: str) -> dict[str, Any]:
    """Ask to be erased when the notice is over."""
    return api.post(f"{_V1}/me/erasure", {"password": password})


def keep_account(api: Api) -> None:
    """Take the wish to be erased back."""
    api.delete(f"{_V1}/me/erasure")


def looks(api: Api, part: str, cursor: str = "") -> dict[str, Any]:
    """Who looked at the own data, as far as this service knows: `identity` or `progress`."""
    return api.get(f"/api/{part}/v1/me/access-log", cursor=cursor)
