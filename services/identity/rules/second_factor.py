"""The second factor: time-based codes (RFC 6238) with a sealed secret, and recovery codes for a lost device."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import pyotp
import segno
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from shared.auth import KeyRing

Document = dict[str, Any]
STEP = 30
DRIFT = 1  # Steps before and after now that are taken: clocks of phones differ.
RECOVERY_CODES = 10
ISSUER = "Karmayogi"


def new_secret() -> str:
    """A secret of 160 bits in base 32, as authenticator apps take it."""
    return pyotp.random_base32()


def uri_of(secret: str, account: str) -> str:
    """What an authenticator app reads from the QR code."""
    return pyotp.TOTP(secret).provisioning_uri(name=account, issuer_name=ISSUER)


def qr_of(uri: str) -> str:
    """The same as an SVG image."""
    return str(segno.make(uri, error="m").svg_inline(scale=4, border=2))


def step_of(secret: str, code: str, last_step: int, now: datetime) -> int | None:
    """The time step whose code this is, if it is later than the last one used; None for a wrong code."""
    if len(code) != 6 or not (code.isascii() and code.isdigit()):
        return None
    current, known = int(now.timestamp()) // STEP, pyotp.TOTP(secret)
    for step in range(current - DRIFT, current + DRIFT + 1):
        if hmac.compare_digest(known.generate_otp(step), code):
            return step if step > last_step else None
    return None


def new_recovery_codes() -> list[str]:
    """Codes that each work once; only their digests are stored."""
    return [f"{secrets.token_hex(4)}-{secrets.token_hex(4)}" for _ in range(RECOVERY_CODES)]


def digest_of(code: str) -> str:
    """What is stored of a recovery code: 64 random bits need no slow hash."""
    return hashlib.sha256(code.strip().lower().encode()).hexdigest()


def seal(ring: KeyRing, user_id: str, secret: str) -> Document:
    """The secret as it is stored: encrypted for this person with the active key."""
    nonce = secrets.token_bytes(12)
    sealed = AESGCM(_key(ring, ring.active)).encrypt(nonce, secret.encode(), user_id.encode())
    return {"kid": ring.active, "nonce": _text(nonce), "sealed": _text(sealed)}


def unseal(ring: KeyRing, user_id: str, stored: Mapping[str, Any]) -> str | None:
    """The secret; None when its key was retired or it is another person's."""
    if ring.key(stored["kid"]) is None:
        return None
    cipher = AESGCM(_key(ring, stored["kid"]))
    try:
        opened = cipher.decrypt(_bytes(stored["nonce"]), _bytes(stored["sealed"]), user_id.encode())
    except InvalidTag:
        return None
    return opened.decode()


def is_enrolled(user: Mapping[str, Any] | None) -> bool:
    """Whether signing in needs a code."""
    return bool(((user or {}).get("totp") or {}).get("confirmed_at"))


def settled(ring: KeyRing, user: Mapping[str, Any], code: str, now: datetime) -> Document | None:
    """The fields that use up a right code (of the app, or for recovery); None for a wrong one."""
    totp = user["totp"]
    secret = unseal(ring, user["_id"], totp)
    step = step_of(secret, code, totp.get("last_step", 0), now) if secret else None
    if step is not None:
        return {"totp.last_step": step}
    digest, left = digest_of(code), totp.get("recovery", ())
    if any(hmac.compare_digest(digest, one) for one in left):
        return {"totp.recovery": [one for one in left if one != digest]}
    return None


def may_use_roles(user: Mapping[str, Any], *, factor: bool, required: bool) -> bool:
    """Whether a session holds the person's roles: with a second factor, unless none is required."""
    return factor or not required


def factor_state(user: Mapping[str, Any], *, factor: bool, required: bool) -> str:
    """What a client is told: none, done, or setup_needed before the roles can be used."""
    if factor:
        return "done"
    roles: Sequence[Any] = user.get("roles", ())
    return "setup_needed" if required and roles else "none"


def _key(ring: KeyRing, kid: str) -> bytes:
    return hmac.new(ring.keys[kid], b"second-factor", hashlib.sha256).digest()


def _text(raw: bytes) -> str:
    return base64.b64encode(raw).decode()


def _bytes(text: str) -> bytes:
    return base64.b64decode(text)
