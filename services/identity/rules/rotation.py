"""Rotation of the signing keys: publish, wait until every cache knows the key, sign with it, retire the old.

A ring file is {"active", "keys"} with the times at which keys were published and left; readers need the first
two only.
"""

from __future__ import annotations

import base64
import secrets
from datetime import datetime, timedelta
from typing import Any

from services.identity.rules import IdentitySettings
from shared.errors import Refused

Document = dict[str, Any]
Step = tuple[Document, str]

_DEFAULTS = IdentitySettings(service="identity", signing_keys="", link_keys="")
_LONGEST = max(_DEFAULTS.access_token_lifetime, _DEFAULTS.service_token_lifetime) + _DEFAULTS.token_leeway
BEFORE_SIGNING = timedelta(seconds=_DEFAULTS.jwks_cache + 60)
BEFORE_RETIRING = timedelta(seconds=_LONGEST + 60)


def published(ring: Document, kid: str, now: datetime) -> Step:
    """The ring with one key more, that nothing is signed with yet."""
    kid = kid or f"k{now:%Y%m%d%H%M%S}"
    if kid in ring["keys"]:
        raise Refused("kid_taken", f"There is a key {kid} already.")
    key = base64.urlsafe_b64encode(secrets.token_bytes(32)).decode()
    times = {**ring.get("published_at", {}), kid: now.isoformat()}
    made = {**ring, "keys": {**ring["keys"], kid: key}, "published_at": times}
    return made, f"{kid} is published. Activate it after {now + BEFORE_SIGNING:%H:%M:%S} UTC."


def activated(ring: Document, kid: str, now: datetime) -> Step:
    """The ring that signs with this key; Refused before every cache had the time to learn it."""
    _known(ring, kid)
    if ring["active"] == kid:
        return ring, f"{kid} is active already."
    since = ring.get("published_at", {}).get(kid)
    ready = datetime.fromisoformat(since) + BEFORE_SIGNING if since else now
    if now < ready:
        raise Refused("too_early", f"Not all caches know {kid} yet: wait until {ready:%H:%M:%S} UTC.")
    times = {**ring.get("left_at", {}), ring["active"]: now.isoformat()}
    made = {**ring, "active": kid, "left_at": times}
    return made, f"{kid} signs now. Retire {ring['active']} after {now + BEFORE_RETIRING:%H:%M:%S} UTC."


def retired(ring: Document, kid: str, now: datetime) -> Step:
    """The ring without this key; Refused for the active one, and while tokens signed with it may live."""
    _known(ring, kid)
    if ring["active"] == kid:
        raise Refused("key_active", "The active key cannot be retired: activate another one first.")
    left = ring.get("left_at", {}).get(kid)
    ready = datetime.fromisoformat(left) + BEFORE_RETIRING if left else now
    if now < ready:
        raise Refused("too_early", f"Tokens signed with {kid} may live until {ready:%H:%M:%S} UTC.")
    keys = {one: key for one, key in ring["keys"].items() if one != kid}
    times = {
        name: {one: at for one, at in ring.get(name, {}).items() if one != kid}
        for name in ("published_at", "left_at")
    }
    return {**ring, "keys": keys, **times}, f"{kid} is retired."


def _known(ring: Document, kid: str) -> None:
    if kid not in ring["keys"]:
        raise Refused("kid_unknown", f"There is no key {kid or '(name one with --kid)'}.")
