"""Identity in memory: registration, links, tokens, the person."""

from __future__ import annotations

from typing import Any

import httpx

from tests.portal.stub.parts import items, problem
from tests.portal.stub.roles import PORTALS, ROLES


def unit(
    unit_id: str, parent: str | None, kind: str, english: str, hindi: str, inner: bool
) -> dict[str, Any]:
    """One MDO as identity lists it."""
    names = {"en": english, "hi": hindi}
    return {"id": unit_id, "name": names, "kind": kind, "parent_id": parent, "has_children": inner}


MDOS = [
    unit("m1", None, "ministry", "Ministry of Communications", "संचार मंत्रालय", True),
    unit("m2", None, "ministry", "Ministry of Finance", "वित्त मंत्रालय", False),
    unit("d1", "m1", "department", "Department of Telecommunications", "दूरसंचार विभाग", True),
    unit(
        "o1", "d1", "organisation", "Bharat Sanchar Nigam Limited (BSNL)", "भारत संचार निगम (बीएसएनएल)", False
    ),
]
POSITIONS: list[dict[str, Any]] = [
    {"id": "p1", "name": {"en": "Junior Telecom Officer", "hi": "कनिष्ठ दूरसंचार अधिकारी"}},
    {"id": "p2", "name": {"en": "Section Officer", "hi": "अनुभाग अधिकारी"}},
]
DOMAINS = [
    {"name": "bsnl.co.in", "include_subdomains": False, "mode": "direct"},
    {"name": "gov.in", "include_subdomains": True, "mode": "approval"},
]
ME: dict[str, Any] = {
    "id": "u1",
    "first_name": "Asha",
    "last_name": "Rao",
    "email": "asha.rao@bsnl.co.in",
    "locale": "en",
    "position": POSITIONS[0],
    "mdo": MDOS[3],
    "status": "ACTIVE",
    "roles": ROLES,
    "portals": PORTALS,
}
PASSWORD = "monsoon lantern orchard seven"


class Identity:
    """Accounts as far as the portal asks for them."""

    def __init__(self) -> None:
        self.links = {"good": "set_password", "reset": "reset_password"}
        self.me: dict[str, Any] = dict(ME)
        self.access, self.refresh, self.expires_in, self.round = "access-0", "refresh-0", 600, 0

    def route(self, request: httpx.Request, path: str, body: dict[str, Any]) -> httpx.Response:
        """Answer one call."""
        match request.method, path:
            case "GET", "/mdos":
                parent = request.url.params.get("parent")
                return items([unit for unit in MDOS if unit["parent_id"] == parent])
            case "GET", "/positions":
                return items(POSITIONS)
            case "GET", "/domains":
                return items(DOMAINS)
            case "POST", "/registrations":
                return self._register(body)
            case "POST", "/registrations/resend" | "/credentials/forgot":
                return httpx.Response(202, json={"status": "accepted"})
            case "POST", "/credentials/check":
                return self._check(body["token"])
            case "POST", "/credentials/set-password":
                return self._set_password(body)
            case "POST", "/auth/token":
                return self._token(body)
            case "POST", "/auth/refresh":
                return self._refresh(body)
            case "POST", "/auth/revoke":
                return httpx.Response(204)
            case "GET", "/me":
                if not self.signed(request):
                    return problem(401, "token_not_valid")
                return httpx.Response(200, json=self.me)
        return problem(404, "not_found")

    def signed(self, request: httpx.Request) -> bool:
        """Whether a call carries the token in use."""
        return request.headers.get("Authorization") == f"Bearer {self.access}"

    def _register(self, body: dict[str, Any]) -> httpx.Response:
        if not body["email"].endswith(("@bsnl.co.in", ".gov.in", "@gov.in")):
            detail = "This address is not of an approved domain."
            return problem(422, "domain_not_allowed", detail, {"email": [detail]})
        return httpx.Response(202, json={"status": "accepted"})

    def _check(self, token: str) -> httpx.Response:
        if token in ("used", "expired", "overtaken"):
            return problem(410, f"link_{token}")
        if token not in self.links:
            return problem(410, "link_unknown")
        names = {"position": "Junior Telecom Officer", "mdo": "Bharat Sanchar Nigam Limited (BSNL)"}
        owner = {"first_name": self.me["first_name"], "last_name": self.me["last_name"], **names}
        return httpx.Response(200, json={"purpose": self.links[token], "expires_at": None, **owner})

    def _set_password(self, body: dict[str, Any]) -> httpx.Response:
        if len(body["password"]) < 15:
            detail = "The password is too short."
            return problem(422, "password_too_short", detail, {"password": [detail]})
        self.links.pop(body["token"], None)
        return httpx.Response(204)

    def _token(self, body: dict[str, Any]) -> httpx.Response:
        if body != {"email": ME["email"], "password": PASSWORD}:
            return problem(401, "login_failed")
        return self._pair()

    def _refresh(self, body: dict[str, Any]) -> httpx.Response:
        if body["refresh_token"] != self.refresh:
            return problem(401, "refresh_refused")
        return self._pair()

    def _pair(self) -> httpx.Response:
        self.round += 1
        self.access, self.refresh = f"access-secret-{self.round}", f"refresh-secret-{self.round}"
        pair = {"access_token": self.access, "refresh_token": self.refresh, "token_type": "Bearer"}
        return httpx.Response(200, json={**pair, "expires_in": self.expires_in, "refresh_expires_in": 9000})
