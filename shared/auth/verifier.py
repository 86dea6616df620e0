"""Verifies tokens, the same in every service, and decides by a view's access rule."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import jwt

from shared.auth.keys import Keys
from shared.auth.person import NOT_VALID, Access, Principal, Role
from shared.auth.subjects import Subjects
from shared.errors import Forbidden, Unauthorized
from shared.settings import Settings

VERIFIED_MOST = 10_000
REQUIRED = ["iss", "aud", "sub", "exp", "nbf", "iat", "jti"]


class Verifier:
    """Turns a Bearer token into a Principal, or raises Unauthorized; the same in every service."""

    def __init__(
        self, settings: Settings, keys: Callable[[], dict[str, Any]], subjects: Subjects | None
    ) -> None:
        self._settings, self._subjects = settings, subjects
        self._keys = Keys(keys, settings)
        self._verified: dict[tuple[str, str], tuple[float, dict[str, Any]]] = {}

    def person(self, token: str) -> Principal:
        """The person of an access token."""
        claims = self._claims(token, "at+jwt", self._settings.token_audience)
        roles, session = claims.get("roles"), claims.get("sid")
        if not isinstance(roles, list) or not isinstance(session, str):
            raise Unauthorized(*NOT_VALID)
        try:
            held = tuple(Role(str(item["role"]), item["scope"]) for item in roles)
        except (KeyError, TypeError):
            raise Unauthorized(*NOT_VALID) from None
        who = Principal(claims["sub"], held, claims["sv"], session)
        if self._subjects is not None:
            self._subjects.check(who)
        return who

    def service(self, token: str) -> Principal:
        """The service of a service token for this service."""
        claims = self._claims(token, "svc+jwt", f"{self._settings.service}-internal")
        return Principal(claims["sub"], caller=claims["sub"].removeprefix("service:"))

    def _claims(self, token: str, typ: str, audience: str) -> dict[str, Any]:
        """The claims of a token; the signature of one seen a moment ago is not computed again."""
        now, key = time.time(), (token, typ)
        until, claims = self._verified.get(key, (0.0, {}))
        if now >= until:
            claims = self._verify(token, typ, audience)
            if len(self._verified) >= VERIFIED_MOST:
                self._verified.clear()
            until = now + self._settings.verified_cache
            if claims["exp"] < until:  # Compared first: an int beyond all bounds is no float.
                until = min(until, claims["exp"] + self._settings.token_leeway)
            self._verified[key] = (until, claims)
        return claims

    def _verify(self, token: str, typ: str, audience: str) -> dict[str, Any]:
        try:
            header = jwt.get_unverified_header(token)
            if header.get("alg") != "EdDSA" or header.get("typ") != typ or "crit" in header:
                raise Unauthorized(*NOT_VALID)
            kid = header.get("kid")
            key = self._keys.get(kid) if isinstance(kid, str) and len(kid) <= 64 else None
            if key is None:
                raise Unauthorized(*NOT_VALID)
            claims: dict[str, Any] = jwt.decode(
                token,
                key,
                algorithms=["EdDSA"],
                audience=audience,
                issuer=self._settings.token_issuer,
                leeway=self._settings.token_leeway,
                options={"require": REQUIRED, "strict_aud": True},
            )
        except (jwt.PyJWTError, TypeError, ValueError, AttributeError, KeyError):
            raise Unauthorized(*NOT_VALID) from None
        if not isinstance(claims.get("sv"), int) or isinstance(claims["sv"], bool):
            raise Unauthorized(*NOT_VALID)
        if not all(isinstance(claims[name], str) for name in ("sub", "jti", "iss", "aud")):
            raise Unauthorized(*NOT_VALID)
        return claims


def identify(access: Access, header: str | None, verifier: Verifier | None) -> Principal | None:
    """Who sent a request, by its Authorization header; nobody for a public view, else 401."""
    if access.kind == "public":
        return None
    scheme, _, token = (header or "").partition(" ")
    if verifier is None or scheme.lower() != "bearer" or not token:
        raise Unauthorized("token_missing", "Sign in first.")
    return verifier.service(token) if access.kind == "service" else verifier.person(token)


def authorize(access: Access, header: str | None, verifier: Verifier | None) -> Principal | None:
    """Identify and admit: who may pass, or 401 or 403."""
    who = identify(access, header, verifier)
    admit(access, who)
    return who


def admit(access: Access, who: Principal | None) -> None:
    """Decide from the view's access whether this caller or person may pass; 403 otherwise."""
    if who is None:
        return
    if access.kind == "service" and who.caller not in access.names:
        raise Forbidden("caller_not_allowed", "This service may not call this.")
    if access.kind == "person" and access.names and not who.has(*access.names):
        raise Forbidden("role_missing", f"This needs the role {' or '.join(access.names)}.")
