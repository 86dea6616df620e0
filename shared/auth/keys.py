"""Key rings, the signer that identity holds, and the public keys that every service reads."""

from __future__ import annotations

import base64
import json
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import jwt
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from shared import log
from shared.errors import Unavailable
from shared.events import new_id
from shared.settings import Settings


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


class RingFile:
    """A key ring in a file that is read again when the file changes, so that a rotation needs no restart."""

    def __init__(self, path: str, every: float = 1.0) -> None:
        self._path, self._every = Path(path), every
        self._lock = threading.Lock()
        self._looked, self._changed = float("-inf"), -1
        self._ring = KeyRing("", {})
        self._read()

    def __call__(self) -> KeyRing:
        """The ring as it is now; a file that cannot be read later on leaves the last good one."""
        with self._lock:
            if time.monotonic() - self._looked >= self._every:
                self._looked = time.monotonic()
                self._read()
            return self._ring

    def _read(self) -> None:
        try:
            changed = self._path.stat().st_mtime_ns
            if changed != self._changed:
                self._ring = KeyRing.load(self._path.read_text(encoding="utf-8"))
                self._changed = changed
        except (OSError, ValueError, KeyError) as error:
            if not self._ring.active:
                raise
            log.get(__name__).error("key ring not read", extra={"error": type(error).__name__})


class Signer:
    """Signs tokens with the active Ed25519 key; only identity holds one. `ring` may be asked anew each time."""

    def __init__(self, ring: KeyRing | Callable[[], KeyRing], settings: Settings) -> None:
        self._settings = settings
        self._ring: Callable[[], KeyRing] = ring if callable(ring) else lambda: ring
        self._made: dict[bytes, Ed25519PrivateKey] = {}
        self._private(self._ring())

    def jwks(self) -> dict[str, Any]:
        """The public keys as a JSON Web Key Set (RFC 7517, RFC 8037)."""
        private = self._private(self._ring())
        return {"keys": [_jwk(kid, key.public_key()) for kid, key in private.items()]}

    def _private(self, ring: KeyRing) -> dict[str, Ed25519PrivateKey]:
        for key in ring.keys.values():
            if key not in self._made:
                self._made[key] = Ed25519PrivateKey.from_private_bytes(key)
        return {kid: self._made[key] for kid, key in ring.keys.items()}

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
        ring = self._ring()
        headers = {"kid": ring.active, "typ": typ}
        key = self._private(ring)[ring.active]
        return jwt.encode(claims | frame, key, algorithm="EdDSA", headers=headers)


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
        # A cache that is kept shorter than this pause is still read anew when it is old.
        wait = min(self._settings.jwks_refetch, self._settings.jwks_cache) if self._keys else 1.0
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
