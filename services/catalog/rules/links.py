"""Signed, short-lived links to files: who holds one may read one file until it ends."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac

from shared.auth import KeyRing
from shared.errors import NotFound

GONE = ("link_not_valid", "This link is not valid any more. Open the course again.")
STEP = 300


def sign(ring: KeyRing, file_id: str, now: float, lifetime: float) -> str:
    """A token for one file; its end is rounded up, so that a page opened twice can use the browser's copy."""
    ends = (int(now + lifetime) // STEP + 1) * STEP
    return _encode(f"{ring.active}:{file_id}:{ends}", ring.keys[ring.active])


def _encode(text: str, key: bytes) -> str:
    body = base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")
    tag = hmac.new(key, b"file|" + text.encode(), hashlib.sha256).digest()
    return f"{body}.{base64.urlsafe_b64encode(tag).decode().rstrip('=')}"


def file_of(ring: KeyRing, token: str, now: float) -> str:
    """The file of a token; NotFound when it was not signed here or has ended."""
    try:
        body, _, _ = token.partition(".")
        text = base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)).decode()
        kid, file_id, ends = text.split(":")
        key = ring.key(kid)
        if key is not None and hmac.compare_digest(_encode(text, key), token) and int(ends) >= now:
            return file_id
    except (ValueError, binascii.Error):
        pass
    raise NotFound(*GONE)
