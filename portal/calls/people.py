"""Calls to identity and notifier about other people: accounts, invitations, files of people, requests, mails."""

from __future__ import annotations

from typing import Any

from portal.gateway import Api

_V1 = "/api/identity/v1"


def users(api: Api, query: dict[str, str]) -> dict[str, Any]:
    """People of the units one looks after."""
    return api.get(f"{_V1}/users", **query)


def user(api: Api, user_id: str) -> dict[str, Any]:
    """One person."""
    return api.get(f"{_V1}/users/{user_id}")


def set_usable(api: Api, user_id: str, usable: bool, reason: str) -> dict[str, Any]:
    """Disable an account or enable it again."""
    return api.post(f"{_V1}/users/{user_id}/{'enable' if usable else 'disable'}", {"reason": reason})


def send_link(api: Api, user_id: str) -> dict[str, Any]:
    """Send a new link to set a password."""
    return api.post(f"{_V1}/users/{user_id}/send-link", {})


def reset_second_factor(api: Api, user_id: str, reason: str) -> dict[str, Any]:
    """Take the second factor away, so that the person sets up a new one."""
    return api.post(f"{_V1}/users/{user_id}/reset-second-factor", {"reason": reason})


def invite(api: Api, body: dict[str, Any], key: str) -> dict[str, Any]:
    """Make an account for somebody and send the link."""
    return api.post(f"{_V1}/invitations", body, key=key)


def names(api: Api, ids: list[str]) -> dict[str, dict[str, Any]]:
    """Names of people by id; those one may not see are absent."""
    wanted = sorted({one for one in ids if one})
    return dict(api.post(f"{_V1}/people", {"ids": wanted}).get("people", {})) if wanted else {}


def batches(api: Api) -> list[dict[str, Any]]:
    """The files of people one has sent."""
    return list(api.get(f"{_V1}/bulk").get("items", []))


def check_batch(api: Api, name: str, text: str) -> dict[str, Any]:
    """Send a file of people; nothing is done yet, the answer says what would be."""
    return api.post(f"{_V1}/bulk", {"name": name, "text": text})


def batch(api: Api, batch_id: str, cursor: str = "") -> dict[str, Any]:
    """How far a file of people is, with its rows."""
    return api.get(f"{_V1}/bulk/{batch_id}", cursor=cursor)


def commit_batch(api: Api, batch_id: str) -> dict[str, Any]:
    """Invite the people of a file."""
    return api.post(f"{_V1}/bulk/{batch_id}/commit", {})


def undo_batch(api: Api, batch_id: str) -> dict[str, Any]:
    """Take the invitations of a file back."""
    return api.post(f"{_V1}/bulk/{batch_id}/undo", {})


def registrations(api: Api, cursor: str = "") -> dict[str, Any]:
    """Registrations that wait for approval."""
    return api.get(f"{_V1}/registrations", cursor=cursor)


def approve_registration(api: Api, user_id: str) -> dict[str, Any]:
    """Let somebody in."""
    return api.post(f"{_V1}/registrations/{user_id}/approve", {})


def deny_registration(api: Api, user_id: str, reason: str) -> dict[str, Any]:
    """Do not let somebody in; the reason goes to the person."""
    return api.post(f"{_V1}/registrations/{user_id}/deny", {"reason": reason})


def name_changes(api: Api, cursor: str = "") -> dict[str, Any]:
    """Changes of names that wait."""
    return api.get(f"{_V1}/name-changes", status="pending", cursor=cursor)


def approve_name(api: Api, change_id: str) -> dict[str, Any]:
    """Approve the change of a name."""
    return api.post(f"{_V1}/name-changes/{change_id}/approve", {})


def decline_name(api: Api, change_id: str, reason: str) -> dict[str, Any]:
    """Decline the change of a name."""
    return api.post(f"{_V1}/name-changes/{change_id}/decline", {"reason": reason})


def mails(api: Api, user_id: str) -> list[dict[str, Any]]:
    """The mails of a person with their fate."""
    return list(api.get("/api/notifier/v1/deliveries", user_id=user_id, limit="10").get("items", []))
