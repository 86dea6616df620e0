"""Calls to notifier: notices and what a person wants to be told."""

from __future__ import annotations

from typing import Any

from portal.gateway import Api

_V1 = "/api/notifier/v1"


def notices(api: Api, cursor: str = "") -> dict[str, Any]:
    """The person's notices, newest first, and how many are unread."""
    return api.get(f"{_V1}/notices", cursor=cursor)


def read(api: Api, notice_id: str) -> None:
    """Mark one notice read."""
    api.patch(f"{_V1}/notices/{notice_id}", {"read": True})


def read_all(api: Api) -> None:
    """Mark all notices read."""
    api.post(f"{_V1}/notices/read-all", {})


def preferences(api: Api) -> dict[str, Any]:
    """What the person hears of, by which way, and the quiet hours."""
    return api.get(f"{_V1}/preferences/me")


def choose(api: Api, wanted: dict[str, Any]) -> dict[str, Any]:
    """Choose anew; what is not named is as it is for everybody."""
    return api.put(f"{_V1}/preferences/me", wanted)
