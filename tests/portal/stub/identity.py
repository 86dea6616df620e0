"""Identity in memory: registration, links, tokens, the person."""

from __future__ import annotations

from typing import Any

import httpx

from tests.portal.stub.parts import NOW, items, nothing, problem
from tests.portal.stub.privacy import NOTICE, Privacy
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
    "pending_email": None,
    "name_change": None,
}
PASSWORD = "monsoon lantern orchard seven"
CODE = "492039"
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
DRAWING = (
    '<svg width="132" height="132" class="segno"><path transform="scale(4)" stroke="#000" class="qrline" '
    'd="M2 2.5h7m1 0h1m2 0h7m-18 1h1m5 0h1"/></svg>'
)


class Identity:
    """Accounts as far as the portal asks for them."""

    def __init__(self) -> None:
        self.links = {"good": "set_password", "reset": "reset_password", "address": "confirm_email"}
        self.privacy = Privacy(PASSWORD)
        self.me: dict[str, Any] = dict(ME)
        self.access, self.refresh, self.expires_in, self.round = "access-0", "refresh-0", 600, 0
        self.factor: str | None = None
        self.begun = False
        self.held: list[dict[str, Any]] = []
        self.sessions = [
            {"id": "s1", "created_at": NOW, "seen_at": NOW, "ends_at": NOW, "current": True},
            {"id": "s2", "created_at": NOW, "seen_at": NOW, "ends_at": NOW, "current": False},
        ]

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
            case "GET", "/privacy-notice":
                return httpx.Response(200, json={**NOTICE, "version": self.privacy.version})
            case "POST", "/credentials/confirm-email":
                return self._confirm_email(body["token"])
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
                return httpx.Response(200, json=self.me | {"second_factor": self._second()})
        return self._account(request, path, body)

    def _account(self, request: httpx.Request, path: str, body: dict[str, Any]) -> httpx.Response:
        if not self.signed(request):
            return problem(401, "token_not_valid")
        match request.method, path.strip("/").split("/"):
            case "POST", ["me", "email"]:
                return self._ask_email(body)
            case "POST", ["me", "name"]:
                return self._ask_name(body)
            case method, ["me", *rest] if found := self.privacy.route(method, rest, body):
                return found
            case "POST", ["me", "totp"]:
                self.begun = True
                return httpx.Response(200, json={"secret": SECRET, "uri": "otpauth://x", "qr_svg": DRAWING})
            case "POST", ["me", "totp", "confirm"]:
                return self._confirm(body["code"])
            case "POST", ["me", "totp", "remove"]:
                return self._remove(body["password"])
            case "POST", ["credentials", "change"]:
                if body["current_password"] != PASSWORD:
                    return problem(422, "password_wrong", "", {"current_password": ["Not right."]})
                return nothing()
            case "GET", ["me", "sessions"]:
                return items(self.sessions)
            case "DELETE", ["me", "sessions", session_id]:
                self.sessions = [one for one in self.sessions if one["id"] != session_id]
                return nothing()
        return problem(404, "not_found")

    def _ask_email(self, body: dict[str, Any]) -> httpx.Response:
        if body["password"] != PASSWORD:
            return problem(422, "password_wrong", "", {"password": ["Not right."]})
        if not body["email"].endswith("@bsnl.co.in"):
            detail = "This address is not of an approved domain."
            return problem(422, "domain_not_allowed", detail, {"email": [detail]})
        self.me = self.me | {"pending_email": body["email"]}
        return httpx.Response(202, json={"status": "accepted"})

    def _confirm_email(self, token: str) -> httpx.Response:
        if self.links.get(token) != "confirm_email":
            return problem(410, "link_used")
        del self.links[token]
        self.me = self.me | {"email": self.me["pending_email"], "pending_email": None}
        self.access = self.refresh = ""
        return nothing()

    def _ask_name(self, body: dict[str, Any]) -> httpx.Response:
        if (body["first_name"], body["last_name"]) == (self.me["first_name"], self.me["last_name"]):
            return problem(422, "name_same", "", {"first_name": ["This is your name already."]})
        change = {"id": "nc2", **body, "requested_at": NOW, "status": "pending", "decision_reason": None}
        self.me = self.me | {"name_change": change}
        return httpx.Response(202, json=change)

    def _second(self) -> dict[str, bool]:
        return {"enrolled": bool(self.factor), "setup_needed": bool(self.held) and not self.factor}

    def _confirm(self, code: str) -> httpx.Response:
        if not self.begun:
            return problem(409, "second_factor_not_begun")
        if code != CODE:
            return problem(
                422, "code_wrong", "This code is not right.", {"code": ["This code is not right."]}
            )
        self.factor, self.begun = CODE, False
        return httpx.Response(200, json={"recovery_codes": ["aaaa1111-bbbb2222", "cccc3333-dddd4444"]})

    def _remove(self, password: str) -> httpx.Response:
        if password != PASSWORD:
            return problem(422, "password_wrong", "", {"password": ["Not right."]})
        if self.held:
            return problem(409, "second_factor_required", "Your role needs a second factor.")
        self.factor = None
        return nothing()

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
        purpose = self.links[token]
        owner = {
            "first_name": self.me["first_name"], "last_name": self.me["last_name"], "mdo_id": "o1",
            "position_id": "p1", "position": POSITIONS[0]["name"], "mdo": MDOS[3]["name"],
            "may_correct": purpose == "set_password",
        }  # fmt: skip
        return httpx.Response(200, json={"purpose": purpose, "expires_at": NOW, **owner})

    def _set_password(self, body: dict[str, Any]) -> httpx.Response:
        if len(body["password"]) < 15:
            detail = "The password is too short."
            return problem(422, "password_too_short", detail, {"password": [detail]})
        self.links.pop(body["token"], None)
        return httpx.Response(204)

    def _token(self, body: dict[str, Any]) -> httpx.Response:
        if (body["email"], body["password"]) != (ME["email"], PASSWORD):
            return problem(401, "login_failed")
        if self.factor and "code" not in body:
            return problem(401, "second_factor_needed")
        if self.factor and body["code"] != self.factor:
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
        state = "done" if self.factor else "setup_needed" if self.held else "none"
        if self.factor:
            self.me = self.me | {"portals": [*self.me["portals"], *self.held]}
        times = {"expires_in": self.expires_in, "refresh_expires_in": 9000}
        return httpx.Response(200, json={**pair, **times, "second_factor": state})
