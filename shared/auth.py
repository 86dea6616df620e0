"""Who asks: tokens signed by identity, verified in every service; roles with scope; who is known stale.

Every view says who may call it: `@public`, `@allow(...)` or `@internal(...)`; `shared.web` refuses to build
an app that holds a route without one. `subjects` keeps the highest subject version (`sv`) and the disabled
state known here.
"""

from __future__ import annotations

import base64
import json
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, TypeVar

import httpx
import jwt
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from flask import g
from pymongo.collection import Collection

from shared import log
from shared.errors import Forbidden, Unauthorized, Unavailable
from shared.events import Event, new_id
from shared.events.identity import (
    PasswordChanged,
    PasswordSet,
    RoleGranted,
    RoleRevoked,
    UserDisabled,
    UserEnabled,
)
from shared.settings import Settings

View = TypeVar("View", bound=Callable[..., Any])
REQUIRED = ["iss", "aud", "sub", "exp", "nbf", "iat", "jti"]
_NOT_VALID = ("token_not_valid", "Your session is not valid any more. Sign in again.")


@dataclass(frozen=True)
class Access:
    """Who may call a view: kind is public, person or service; roles or callers, empty meaning any."""

    kind: str
    names: tuple[str, ...] = ()


def public(view: View) -> View:
    """Anybody may call this view."""
    view.access = Access("public")  # type: ignore[attr-defined]  # functions carry attributes
    return view


def allow(*roles: str) -> Callable[[View], View]:
    """A signed-in person with one of these roles (any person without roles) may call this view."""
    return _access(Access("person", roles))


def internal(*callers: str) -> Callable[[View], View]:
    """Only these services may call this view, with a token for this service."""
    return _access(Access("service", callers))


def _access(access: Access) -> Callable[[View], View]:
    def mark(view: View) -> View:
        view.access = access  # type: ignore[attr-defined]  # functions carry attributes
        return view

    return mark


@dataclass(frozen=True)
class Role:
    """A role and the MDO it holds for (None: everywhere)."""

    role: str
    scope: str | None = None


@dataclass(frozen=True)
class Principal:
    """The person, or the service, behind a request."""

    user_id: str
    roles: tuple[Role, ...] = ()
    sv: int = 0
    session_id: str = ""
    caller: str = ""

    def has(self, *roles: str) -> bool:
        """Whether one of the roles is held, in any scope."""
        return any(held.role in roles for held in self.roles)

    def scopes(self, role: str) -> tuple[str | None, ...]:
        """The MDO ids for which the role is held; None among them means everywhere."""
        return tuple(held.scope for held in self.roles if held.role == role)


def principal() -> Principal:
    """Who sent the current request; views only."""
    found: Principal = g.principal
    return found


@dataclass(frozen=True)
class KeyRing:
    """Secret keys of 32 bytes by id, one active: {"active": "k1", "keys": {"k1": "<base64url>"}}."""

    active: str
    keys: dict[str, bytes] = field(repr=False)

    @classmethod
    def load(cls, text: str) -> KeyRing:
        """Parse the JSON form; ValueError when it is not whole."""
        raw = json.loads(text)
        keys = {
            kid: base64.urlsafe_b64decode(value + "=" * (-len(value) % 4))
            for kid, value in raw["keys"].items()
        }
        if raw["active"] not in keys or any(len(key) != 32 for key in keys.values()):
            raise ValueError("the key ring needs keys of 32 bytes and an active one among them")
        return cls(raw["active"], keys)

    def key(self, kid: str) -> bytes | None:
        """The key with this id, or None."""
        return self.keys.get(kid)


class Signer:
    """Signs tokens with the active Ed25519 key; only identity holds one."""

    def __init__(self, ring: KeyRing, settings: Settings) -> None:
        self._settings = settings
        self._kid = ring.active
        self._private = {kid: Ed25519PrivateKey.from_private_bytes(key) for kid, key in ring.keys.items()}

    def jwks(self) -> dict[str, Any]:
        """The public keys as a JSON Web Key Set (RFC 7517, RFC 8037)."""
        return {"keys": [_jwk(kid, key.public_key()) for kid, key in self._private.items()]}

    def access_token(self, user_id: str, *, roles: list[dict[str, Any]], sv: int, session_id: str) -> str:
        """A short-lived token of a person."""
        claims = {"sub": user_id, "roles": roles, "sv": sv, "sid": session_id}
        return self._sign(
            claims, "at+jwt", self._settings.token_audience, self._settings.access_token_lifetime
        )

    def service_token(self, caller: str, audience: str) -> str:
        """A short-lived token of the service `caller` for the service `audience`."""
        lifetime = self._settings.service_token_lifetime
        return self._sign({"sub": f"service:{caller}", "sv": 0}, "svc+jwt", f"{audience}-internal", lifetime)

    def _sign(self, claims: dict[str, Any], typ: str, audience: str, lifetime: float) -> str:
        now = int(datetime.now(UTC).timestamp())
        frame = {
            "iss": self._settings.token_issuer,
            "aud": audience,
            "iat": now,
            "nbf": now,
            "exp": now + int(lifetime),
            "jti": new_id(),
        }
        headers = {"kid": self._kid, "typ": typ}
        return jwt.encode(claims | frame, self._private[self._kid], algorithm="EdDSA", headers=headers)


def _jwk(kid: str, key: Ed25519PublicKey) -> dict[str, str]:
    raw = base64.urlsafe_b64encode(key.public_bytes(Encoding.Raw, PublicFormat.Raw)).rstrip(b"=").decode()
    return {"kty": "OKP", "crv": "Ed25519", "x": raw, "kid": kid, "use": "sig", "alg": "EdDSA"}


class Keys:
    """Identity's public keys: cached, kept while it is away, refetched rarely for a new kid."""

    def __init__(self, fetch: Callable[[], dict[str, Any]], settings: Settings) -> None:
        self._fetch, self._settings = fetch, settings
        self._lock = threading.Lock()
        self._keys: dict[str, Any] = {}
        self._fetched = self._tried = float("-inf")

    def get(self, kid: str) -> Any:
        """The key called `kid`; None when identity has none; Unavailable when it cannot be asked."""
        with self._lock:
            age = time.monotonic() - self._fetched
            if age > self._settings.jwks_cache or kid not in self._keys:
                self._refresh()
            if time.monotonic() - self._fetched > self._settings.jwks_keep:
                raise Unavailable("keys_unavailable", "The keys of identity cannot be read. Try again soon.")
            return self._keys.get(kid)

    def _refresh(self) -> None:
        wait = self._settings.jwks_refetch if self._keys else 1.0
        if time.monotonic() - self._tried < wait:
            return
        self._tried = time.monotonic()
        try:
            found = self._fetch()
            self._keys = {key["kid"]: jwt.PyJWK(key, algorithm="EdDSA").key for key in found["keys"]}
            self._fetched = time.monotonic()
        except (httpx.HTTPError, ValueError, KeyError, jwt.PyJWTError) as error:
            log.get(__name__).warning("public keys not read", extra={"error": type(error).__name__})


def fetch_keys(url: str) -> Callable[[], dict[str, Any]]:
    """A function that gets the key set from `<identity>/v1/jwks`."""

    def fetch() -> dict[str, Any]:
        answer = httpx.get(f"{url}/v1/jwks", timeout=5.0, trust_env=False)
        found: dict[str, Any] = answer.raise_for_status().json()
        return found

    return fetch


class Subjects:
    """What this service knows of people's standing: {_id: user id, sv, disabled, disabled_at_sv}."""

    def __init__(self, collection: Collection[dict[str, Any]], settings: Settings) -> None:
        self._collection, self._cache_seconds = collection, settings.subjects_cache
        self._cache: dict[str, tuple[float, dict[str, Any] | None]] = {}

    def note(self, user_id: str, sv: int, *, disabled: bool | None = None) -> None:
        """Remember a subject version and whether the account is disabled; late news change nothing."""
        self._collection.update_one({"_id": user_id}, {"$max": {"sv": sv}}, upsert=True)
        if disabled is not None:
            self._collection.update_one(
                {"_id": user_id, "disabled_sv": {"$not": {"$gte": sv}}},
                {"$set": {"disabled": disabled, "disabled_sv": sv}},
            )
        self._cache.pop(user_id, None)

    def check(self, who: Principal) -> None:
        """Refuse a token that is older than what is known, or whose owner is disabled (Unauthorized)."""
        cached = self._cache.get(who.user_id)
        if cached is None or time.monotonic() - cached[0] > self._cache_seconds:
            if len(self._cache) > 10_000:
                self._cache.clear()
            cached = (time.monotonic(), self._collection.find_one({"_id": who.user_id}))
            self._cache[who.user_id] = cached
        known = cached[1]
        if known and (known.get("sv", 0) > who.sv or known.get("disabled")):
            raise Unauthorized(*_NOT_VALID)


def note_subject(subjects: Subjects, happened: Event) -> None:
    """Remember what an event of identity says about a person's standing; each service's handlers call it."""
    match happened:
        case UserDisabled():
            subjects.note(happened.user_id, happened.sv, disabled=True)
        case UserEnabled():
            subjects.note(happened.user_id, happened.sv, disabled=False)
        case PasswordSet() | PasswordChanged() | RoleGranted() | RoleRevoked():
            subjects.note(happened.user_id, happened.sv)
        case _:
            raise TypeError(f"{happened.type} says nothing about a person's standing")


class Verifier:
    """Turns a Bearer token into a Principal, or raises Unauthorized; the same in every service."""

    def __init__(
        self, settings: Settings, keys: Callable[[], dict[str, Any]], subjects: Subjects | None
    ) -> None:
        self._settings, self._subjects = settings, subjects
        self._keys = Keys(keys, settings)

    def person(self, token: str) -> Principal:
        """The person of an access token."""
        claims = self._claims(token, "at+jwt", self._settings.token_audience)
        roles, session = claims.get("roles"), claims.get("sid")
        if not isinstance(roles, list) or not isinstance(session, str):
            raise Unauthorized(*_NOT_VALID)
        try:
            held = tuple(Role(str(item["role"]), item["scope"]) for item in roles)
        except (KeyError, TypeError):
            raise Unauthorized(*_NOT_VALID) from None
        who = Principal(claims["sub"], held, claims["sv"], session)
        if self._subjects is not None:
            self._subjects.check(who)
        return who

    def service(self, token: str) -> Principal:
        """The service of a service token for this service."""
        claims = self._claims(token, "svc+jwt", f"{self._settings.service}-internal")
        return Principal(claims["sub"], caller=claims["sub"].removeprefix("service:"))

    def _claims(self, token: str, typ: str, audience: str) -> dict[str, Any]:
        try:
            header = jwt.get_unverified_header(token)
            if header.get("alg") != "EdDSA" or header.get("typ") != typ or "crit" in header:
                raise Unauthorized(*_NOT_VALID)
            kid = header.get("kid")
            key = self._keys.get(kid) if isinstance(kid, str) and len(kid) <= 64 else None
            if key is None:
                raise Unauthorized(*_NOT_VALID)
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
            raise Unauthorized(*_NOT_VALID) from None
        if not isinstance(claims.get("sv"), int) or isinstance(claims["sv"], bool):
            raise Unauthorized(*_NOT_VALID)
        if not all(isinstance(claims[name], str) for name in ("sub", "jti", "iss", "aud")):
            raise Unauthorized(*_NOT_VALID)
        return claims


def authorize(access: Access, header: str | None, verifier: Verifier | None) -> Principal | None:
    """Decide on one request from the view's access and its Authorization header; 401 or 403."""
    if access.kind == "public":
        return None
    scheme, _, token = (header or "").partition(" ")
    if verifier is None or scheme.lower() != "bearer" or not token:
        raise Unauthorized("token_missing", "Sign in first.")
    who = verifier.service(token) if access.kind == "service" else verifier.person(token)
    if access.kind == "service" and who.caller not in access.names:
        raise Forbidden("caller_not_allowed", "This service may not call this.")
    if access.kind == "person" and access.names and not who.has(*access.names):
        raise Forbidden("role_missing", f"This needs the role {' or '.join(access.names)}.")
    return who


class ServiceClient:
    """Calls another service's /internal/v1 with a short token got for one's own secret."""

    def __init__(self, *, base_url: str, identity_url: str, caller: str, secret: str, audience: str) -> None:
        self._http = httpx.Client(base_url=base_url, timeout=5.0, trust_env=False)
        self._identity_url = identity_url
        self._ask = {"caller": caller, "secret": secret, "audience": audience}
        self._lock = threading.Lock()
        self._token, self._until = "", float("-inf")

    def post(self, path: str, body: dict[str, Any]) -> httpx.Response:
        """Send `body` as JSON; httpx.HTTPError without an answer; a 401 once more with a new token."""
        answer = self._post(path, body)
        if answer.status_code == 401:
            self._until = float("-inf")
            answer = self._post(path, body)
        return answer

    def _post(self, path: str, body: dict[str, Any]) -> httpx.Response:
        headers = {"Authorization": f"Bearer {self._bearer()}", "X-Request-ID": log.context().correlation_id}
        return self._http.post(path, json=body, headers=headers)

    def _bearer(self) -> str:
        with self._lock:
            if time.monotonic() >= self._until:
                answer = self._http.post(
                    f"{self._identity_url}/internal/v1/token", json=self._ask
                ).raise_for_status()
                found = answer.json()
                self._token, self._until = found["access_token"], time.monotonic() + found["expires_in"] * 0.8
            return self._token

    def close(self) -> None:
        """Close the connections."""
        self._http.close()
