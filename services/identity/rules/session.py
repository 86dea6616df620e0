"""Refresh tokens, sessions and how long a client waits after wrong passwords."""

from __future__ import annotations

import hashlib
import ipaddress
import math
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

REFRESH_TOKEN = re.compile(r"(?P<family>[0-9a-f-]{36})\.(?P<secret>[A-Za-z0-9_-]{43})", re.A)
KNOWN_NETWORKS_KEPT = 16

# Which service may call which: the whole list of synchronous calls between services.
SERVICE_AUDIENCES: dict[str, tuple[str, ...]] = {
    "notifier": ("identity",),
    "progress": ("identity", "catalog"),
    "catalog": ("identity",),
    "onboarding": ("identity",),
    "community": ("identity",),
}


@dataclass(frozen=True)
class RefreshToken:
    """The two parts of a refresh token; only the digest of the secret is stored."""

    family: str
    secret: str

    @property
    def text(self) -> str:
        """What the client holds."""
        return f"{self.family}.{self.secret}"

    @property
    def digest(self) -> str:
        """What the database holds: SHA-256 in hex."""
        return hashlib.sha256(self.secret.encode()).hexdigest()


@dataclass(frozen=True)
class Limits:
    """How many misses are free, and how long the waits grow (seconds)."""

    free: int
    most: int
    wait_most: int
    spray: int
    spray_window: int


def new_refresh_token(family: str) -> RefreshToken:
    """A token with 256 random bits."""
    return RefreshToken(family, secrets.token_urlsafe(32))


def parse_refresh_token(text: str) -> RefreshToken | None:
    """The parts of a well-formed token."""
    found = REFRESH_TOKEN.fullmatch(text)
    return RefreshToken(found["family"], found["secret"]) if found else None


def network_key(address: str) -> str:
    """The client's network (IPv4 /24, IPv6 /48) as a short digest, usable as a field name."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return _short("unknown")
    if isinstance(parsed, ipaddress.IPv6Address) and parsed.ipv4_mapped:
        parsed = parsed.ipv4_mapped
    bits = 24 if parsed.version == 4 else 48
    return _short(str(ipaddress.ip_network(f"{parsed}/{bits}", strict=False)))


def unknown_key(address: str) -> str:
    """Where the misses of an address without an account are counted."""
    return f"login:{hashlib.sha256(address.encode('utf-8', 'surrogatepass')).hexdigest()}"


def seconds_to_wait(misses: Mapping[str, Any], network: str, now: datetime) -> int:
    """How long this network must still wait for this account; 0 when it may try."""
    until = misses.get("networks", {}).get(network, {}).get("until")
    return max(0, math.ceil((until - now).total_seconds())) if until else 0


def is_guessed_at(misses: Mapping[str, Any], limits: Limits) -> bool:
    """Whether the account had so many misses in a row that only networks of earlier successes get through."""
    return int(misses.get("total", 0)) >= limits.most


def after_miss(misses: Mapping[str, Any], network: str, now: datetime, limits: Limits) -> dict[str, Any]:
    """The counters with one more miss: from the free number on, each miss doubles the wait of its network."""
    networks = {key: value for key, value in misses.get("networks", {}).items() if _is_fresh(value, now)}
    count = int(networks.get(network, {}).get("count", 0)) + 1
    wait = min(limits.wait_most, 2 ** min(count - limits.free, 30)) if count >= limits.free else 0
    until = now + timedelta(seconds=wait) if wait else None
    networks[network] = {"count": count, "at": now, "until": until}
    return {"total": int(misses.get("total", 0)) + 1, "networks": networks}


def after_success(misses: Mapping[str, Any], network: str) -> dict[str, Any]:
    """The counters after a right password: the row of misses ends, other networks keep their waits."""
    networks = {key: value for key, value in misses.get("networks", {}).items() if key != network}
    return {"total": 0, "networks": networks}


def with_network(known: Mapping[str, datetime], network: str, now: datetime) -> dict[str, datetime]:
    """The networks of earlier successes with this one as the latest."""
    kept = sorted(((at, key) for key, at in known.items() if key != network), reverse=True)
    return {network: now} | {key: at for at, key in kept[: KNOWN_NETWORKS_KEPT - 1]}


def _is_fresh(entry: Mapping[str, Any], now: datetime) -> bool:
    return bool(now - entry["at"] < timedelta(days=1))


def _short(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]
