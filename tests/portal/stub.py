"""A gateway with identity behind it that lives in memory; speaks the public API and remembers every call."""

from __future__ import annotations

import json
import threading
from dataclasses import dataclass, field
from typing import Any

import httpx


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
    "id": "u1", "first_name": "Asha", "last_name": "Rao", "email": "asha.rao@bsnl.co.in", "locale": "en",
    "position": POSITIONS[0], "mdo": MDOS[3], "status": "ACTIVE", "roles": [],
    "portals": [{"slug": "mdo", "name": "MDO portal"}],
}  # fmt: skip
PASSWORD = "monsoon lantern orchard seven"


@dataclass
class Stub:
    """What the fake gateway answers and what it was asked."""

    calls: list[tuple[str, str]] = field(default_factory=list)
    requests: list[httpx.Request] = field(default_factory=list)
    overrides: dict[str, httpx.Response | Exception] = field(default_factory=dict)
    links: dict[str, str] = field(default_factory=lambda: {"good": "set_password", "reset": "reset_password"})
    me: dict[str, Any] = field(default_factory=lambda: dict(ME))
    access: str = "access-0"
    refresh: str = "refresh-0"
    expires_in: int = 600
    round: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def transport(self) -> httpx.MockTransport:
        """What the portal is given in place of the network."""
        return httpx.MockTransport(self.answer)

    def fail(self, path: str, status: int, slug: str, detail: str = "", **more: Any) -> None:
        """Answer `path` with a problem from now on."""
        headers = more.pop("headers", {})
        body = {"slug": slug, "status": status, "detail": detail, **more}
        self.overrides[path] = httpx.Response(status, json=body, headers=headers)

    def count(self, path: str) -> int:
        """How often a path was called."""
        return sum(1 for _, called in self.calls if called == path)

    def bodies(self, path: str) -> list[dict[str, Any]]:
        """What was sent to a path."""
        return [json.loads(r.content) for r in self.requests if r.url.path.endswith(path) and r.content]

    def answer(self, request: httpx.Request) -> httpx.Response:
        """Route one call."""
        path = request.url.path.removeprefix("/api/identity/v1")
        with self.lock:
            self.calls.append((request.method, path))
            self.requests.append(request)
            found = self.overrides.get(path)
            if isinstance(found, Exception):
                raise found
            if found is not None:
                return httpx.Response(found.status_code, content=found.content, headers=found.headers)
            return self._route(request, path)

    def _route(self, request: httpx.Request, path: str) -> httpx.Response:
        body = json.loads(request.content) if request.content else {}
        match request.method, path:
            case "GET", "/mdos":
                parent = request.url.params.get("parent")
                return _items([unit for unit in MDOS if unit["parent_id"] == parent])
            case "GET", "/positions":
                return _items(POSITIONS)
            case "GET", "/domains":
                return _items(DOMAINS)
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
                if request.headers.get("Authorization") != f"Bearer {self.access}":
                    return _problem(401, "token_not_valid")
                return httpx.Response(200, json=self.me)
        return _problem(404, "not_found")

    def _register(self, body: dict[str, Any]) -> httpx.Response:
        if not body["email"].endswith(("@bsnl.co.in", ".gov.in", "@gov.in")):
            detail = "This address is not of an approved domain."
            return _problem(422, "domain_not_allowed", detail, {"email": [detail]})
        return httpx.Response(202, json={"status": "accepted"})

    def _check(self, token: str) -> httpx.Response:
        if token in ("used", "expired", "overtaken"):
            return _problem(410, f"link_{token}")
        if token not in self.links:
            return _problem(410, "link_unknown")
        names = {"position": "Junior Telecom Officer", "mdo": "Bharat Sanchar Nigam Limited (BSNL)"}
        owner = {"first_name": self.me["first_name"], "last_name": self.me["last_name"], **names}
        return httpx.Response(200, json={"purpose": self.links[token], "expires_at": None, **owner})

    def _set_password(self, body: dict[str, Any]) -> httpx.Response:
        if len(body["password"]) < 15:
            detail = "The password is too short."
            return _problem(422, "password_too_short", detail, {"password": [detail]})
        self.links.pop(body["token"], None)
        return httpx.Response(204)

    def _token(self, body: dict[str, Any]) -> httpx.Response:
        if body != {"email": ME["email"], "password": PASSWORD}:
            return _problem(401, "login_failed")
        return self._pair()

    def _refresh(self, body: dict[str, Any]) -> httpx.Response:
        if body["refresh_token"] != self.refresh:
            return _problem(401, "refresh_refused")
        return self._pair()

    def _pair(self) -> httpx.Response:
        self.round += 1
        self.access, self.refresh = f"access-secret-{self.round}", f"refresh-secret-{self.round}"
        pair = {"access_token": self.access, "refresh_token": self.refresh, "token_type": "Bearer"}
        return httpx.Response(200, json={**pair, "expires_in": self.expires_in, "refresh_expires_in": 9000})


def _items(items: list[dict[str, Any]]) -> httpx.Response:
    return httpx.Response(200, json={"items": items})


def _problem(
    status: int, slug: str, detail: str = "", errors: dict[str, list[str]] | None = None
) -> httpx.Response:
    body: dict[str, Any] = {"slug": slug, "status": status, "detail": detail}
    return httpx.Response(status, json=body | ({"errors": errors} if errors else {}))
