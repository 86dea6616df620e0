"""What a page carries over to the next one unreadably: the key lies in the session, the text in the form."""

from __future__ import annotations

import base64
import json
import secrets
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from flask import current_app, session

KEPT = 600
_NONCE = 12


def now() -> float:
    """The time by the clock that the portal was given, in seconds since 1970."""
    moment: float = current_app.extensions["clock"]().timestamp()
    return moment


def seal(purpose: str, values: dict[str, Any]) -> str:
    """The values as a text for a hidden field, good for ten minutes in this session and for one purpose."""
    if "seal" not in session:
        session["seal"] = base64.b64encode(AESGCM.generate_key(256)).decode()
    nonce = secrets.token_bytes(_NONCE)
    body = json.dumps({"at": now(), "values": values}).encode()
    return base64.urlsafe_b64encode(nonce + _cipher().encrypt(nonce, body, purpose.encode())).decode()


def unseal(purpose: str, text: str | None) -> dict[str, Any] | None:
    """The values again; None for a text that is too old, of another session or changed."""
    if "seal" not in session or not text:
        return None
    try:
        raw = base64.urlsafe_b64decode(text.encode())
        body = json.loads(_cipher().decrypt(raw[:_NONCE], raw[_NONCE:], purpose.encode()))
    except (ValueError, InvalidTag):
        return None
    values: dict[str, Any] = body["values"]
    return values if now() - body["at"] < KEPT else None


def _cipher() -> AESGCM:
    return AESGCM(base64.b64decode(session["seal"]))
