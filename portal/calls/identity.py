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


def set_password(api: Api, token: str, password: str, corrections: dict[str, Any] | None = None) -> None:
    """Set the password and use up the link; with the first one its owner may correct what was registered."""
    body = {"token": token, "password": password, **(corrections or {})}
    api.post(f"{_V1}/credentials/set-password", body)


def forgot(api: Api, email: str) -> None:
    """Ask for a reset link; the answer is always the same."""
    api.post(f"{_V1}/credentials/forgot", {"email": email})


def sign_in(api: Api, email: str, password: str, code: str = "") -> dict[str, Any]:
    """Exchange address and password, and the code where one is needed, for a token pair."""
    body = {"email": email, "password": password} | ({"code": code} if code else {})
    return api.post(f"{_V1}/auth/token", body)


def refresh(api: Api, refresh_token: str) -> dict[str, Any]:
    """Exchange a refresh token for the next pair; each may be used once."""
    return api.post(f"{_V1}/auth/refresh", {"refresh_token": refresh_token})


def revoke(api: Api, refresh_token: str) -> None:
    """End the token family."""
    api.post(f"{_V1}/auth/revoke", {"refresh_token": refresh_token})


def me(api: Api) -> dict[str, Any]:
    """The signed-in person with roles and portals."""
    return api.get(f"{_V1}/me")


def begin_factor(api: Api) -> dict[str, Any]:
    """A new secret for an authenticator app; it counts once it is confirmed."""
    return api.post(f"{_V1}/me/totp", {})


def confirm_factor(api: Api, code: str) -> list[str]:
    """Switch the second factor on; returns the recovery codes, told this once."""
    return list(api.post(f"{_V1}/me/totp/confirm", {"code": code})["recovery_codes"])


def remove_factor(api: Api, password: str) -> None:
    """Take the own second factor away."""
    api.post(f"{_V1}/me/totp/remove", {"password": password})


def change_password(api: Api, current: str, new: str) -> None:
    """Change the own password; the other sessions end."""
    api.post(f"{_V1}/credentials/change", {"current_password": current, "new_password": new})


def ask_email(api: Api, email: str, password: str) -> None:
    """Ask for another address; the answer is the same whether or not it is taken."""
    api.post(f"{_V1}/me/email", {"email": email, "password": password})


def confirm_email(api: Api, token: str) -> None:
    """Take the new address by its link; all sessions end."""
    api.post(f"{_V1}/credentials/confirm-email", {"token": token})


def ask_name(api: Api, first_name: str, last_name: str, reason: str) -> dict[str, Any]:
    """Ask for another name; an administrator of the organisation decides."""
    body = {"first_name": first_name, "last_name": last_name, "reason": reason}
    return api.post(f"{_V1}/me/name", body)


def sessions(api: Api) -> list[dict[str, Any]]:
    """Where the person is signed in."""
    return list(api.get(f"{_V1}/me/sessions").get("items", []))


def end_session(api: Api, session_id: str) -> None:
    """End one of the person's sessions."""
    api.delete(f"{_V1}/me/sessions/{session_id}")
