"""Calls to identity for administrators of the platform: units, roles, mail domains, audit."""

from __future__ import annotations

from typing import Any

from portal.gateway import Api, Download

_V1 = "/api/identity/v1"


def tree(api: Api) -> list[dict[str, Any]]:
    """All units one looks after, each with its path."""
    return list(api.get(f"{_V1}/mdos/tree").get("items", []))


def unit(api: Api, mdo_id: str) -> dict[str, Any]:
    """One unit."""
    return api.get(f"{_V1}/mdos/{mdo_id}")


def add_unit(api: Api, body: dict[str, Any], key: str) -> dict[str, Any]:
    """Add a unit."""
    return api.post(f"{_V1}/mdos", body, key=key)


def rename_unit(api: Api, mdo_id: str, name: dict[str, str], version: int | None) -> dict[str, Any]:
    """Give a unit another name."""
    return api.patch(f"{_V1}/mdos/{mdo_id}", {"name": name}, version=version)


def suspend_unit(api: Api, mdo_id: str) -> dict[str, Any]:
    """Suspend a unit: nobody registers for it any more."""
    return api.post(f"{_V1}/mdos/{mdo_id}/suspend", {})


def resume_unit(api: Api, mdo_id: str) -> dict[str, Any]:
    """End the suspension of a unit."""
    return api.post(f"{_V1}/mdos/{mdo_id}/resume", {})


def grants(api: Api, user_id: str) -> list[dict[str, Any]]:
    """The roles of a person with who granted them."""
    return list(api.get(f"{_V1}/users/{user_id}/roles").get("items", []))


def grant(api: Api, user_id: str, role: str, scope: str) -> dict[str, Any]:
    """Grant a role, for one unit where the role asks for it."""
    body = {"role": role} | ({"scope": scope} if scope else {})
    return api.post(f"{_V1}/users/{user_id}/roles", body)


def revoke(api: Api, user_id: str, grant_id: str) -> None:
    """Revoke a role."""
    api.delete(f"{_V1}/users/{user_id}/roles/{grant_id}")


def domain_requests(api: Api, cursor: str = "") -> dict[str, Any]:
    """Mail domains that were asked for."""
    return api.get(f"{_V1}/domain-requests", cursor=cursor)


def ask_domain(api: Api, body: dict[str, Any], key: str) -> dict[str, Any]:
    """Ask for a mail domain; somebody else decides."""
    return api.post(f"{_V1}/domain-requests", body, key=key)


def approve_domain(api: Api, request_id: str) -> dict[str, Any]:
    """Approve a mail domain that somebody else asked for."""
    return api.post(f"{_V1}/domain-requests/{request_id}/approve", {})


def decline_domain(api: Api, request_id: str, reason: str) -> dict[str, Any]:
    """Decline a mail domain."""
    return api.post(f"{_V1}/domain-requests/{request_id}/decline", {"reason": reason})


def remove_domain(api: Api, name: str) -> None:
    """Take a mail domain off the list."""
    api.delete(f"{_V1}/domains/{name}")


def audit(api: Api, query: dict[str, str]) -> dict[str, Any]:
    """Who did what to whom."""
    return api.get(f"{_V1}/audit", **query)


def audit_csv(api: Api, query: dict[str, str]) -> Download:
    """The same as a table."""
    return api.download(f"{_V1}/audit.csv", **query)
