"""Calls to identity: registration, links, passwords, tokens, the person."""

from __future__ import annotations

from typing import Any

from portal.gateway import Api

_V1 = "/api/identity/v1"


def mdos(api: Api, parent: str | None = None) -> list[dict[str, Any]]:
    """The ministries, or what lies directly below one unit."""
    answer = api.get(f"{_V1}/mdos", parent=parent) if parent else api.get(f"{_V1}/mdos")
    return list(answer.get("items", []))


def positions(api: Api) -> list[dict[str, Any]]:
    """The positions a person can choose."""
    return list(api.get(f"{_V1}/positions").get("items", []))


def domains(api: Api) -> list[dict[str, Any]]:
    """The approved mail domains."""
    return list(api.get(f"{_V1}/domains").get("items", []))


def register(api: Api, registration: dict[str, Any]) -> None:
    """Ask for an account; the answer is the same whether or not one exists."""
    api.post(f"{_V1}/registrations", registration)


def resend(api: Api, email: str) -> None:
    """Ask for the set-password mail again; the answer is always the same."""
    api.post(f"{_V1}/registrations/resend", {"email": email})


def check_link(api: Api, token: str) -> dict[str, Any]:
    """Whose link this is and what for; changes nothing."""
    return api.post(f"{_V1}/credentials/check", {"token": token})


def set_password(api: Api, token: str, password: str) -> None:
    """Set the password and use up the link."""
    api.post(f"{_V1}/credentials/set-password", {"token": token, "password": password})


def forgot(api: Api, email: str) -> None:
    """Ask for a reset link; the answer is always the same."""
    api.post(f"{_V1}/credentials/forgot", {"email": email})


def sign_in(api: Api, email: str, password: str) -> dict[str, Any]:
    """Exchange address and password for a token pair."""
    return api.post(f"{_V1}/auth/token", {"email": email, "password": password})


def refresh(api: Api, refresh_token: str) -> dict[str, Any]:
    """Exchange a refresh token for the next pair; each may be used once."""
    return api.post(f"{_V1}/auth/refresh", {"refresh_token": refresh_token})


def revoke(api: Api, refresh_token: str) -> None:
    """End the token family."""
    api.post(f"{_V1}/auth/revoke", {"refresh_token": refresh_token})


def me(api: Api) -> dict[str, Any]:
    """The signed-in person with roles and portals."""
    return api.get(f"{_V1}/me")
