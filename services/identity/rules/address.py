"""The one address grammar and the one domain policy; no other code takes an address apart."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from shared.errors import Refused

LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
ADDRESS = re.compile(
    rf"(?P<local>[A-Za-z0-9]+(?:(?:\.|[_-]+)[A-Za-z0-9]+)*)@(?P<domain>{LABEL}(?:\.{LABEL})+)", re.A
)
DOMAIN = re.compile(rf"{LABEL}(?:\.{LABEL})+", re.A)
LENGTH_MOST, LOCAL_MOST, DOMAIN_MOST = 254, 64, 64


def canonical_address(raw: object) -> str:
    """The only form that is stored, compared and mailed to; Refused for anything outside the grammar."""
    found = ADDRESS.fullmatch(raw) if isinstance(raw, str) and len(raw) <= LENGTH_MOST else None
    if found is None or len(found["local"]) > LOCAL_MOST or _has_punycode(found["domain"]):
        raise Refused(
            "address_not_valid",
            "Enter your official e-mail address in full, like name@bsnl.co.in.",
            field="email",
        )
    return found[0].lower()  # ASCII is proven, so lower() merges nothing else.


def domain_mode(address: str, entries: Iterable[Mapping[str, Any]]) -> str:
    """How an approved domain admits this canonical address: direct or approval; Refused for all others."""
    listed = list(entries)
    domain = address.partition("@")[2]
    for entry in sorted(listed, key=lambda one: -len(one["name"])):
        below = entry["include_subdomains"] and domain.endswith("." + entry["name"])
        if domain == entry["name"] or below:
            return str(entry["mode"])
    raise Refused("domain_not_allowed", _who_is_allowed(listed), field="email")


def domain_name(raw: str) -> str:
    """A mail domain of at least two labels in its canonical form; Refused for anything else."""
    if len(raw) > DOMAIN_MOST or not DOMAIN.fullmatch(raw) or _has_punycode(raw) or raw[-1].isdigit():
        raise Refused("domain_not_valid", "Enter a mail domain like bsnl.co.in.", field="name")
    return raw.lower()  # ASCII is proven, so lower() merges nothing else.


def parts_of(address: str) -> tuple[str, ...]:
    """The words of a canonical address, for the password's block list."""
    return tuple(re.split(r"[^a-z0-9]+", address))


def _who_is_allowed(entries: list[Mapping[str, Any]]) -> str:
    names = sorted(
        f"{one['name']} and its subdomains" if one["include_subdomains"] else one["name"] for one in entries
    )
    return (
        f"Registration is open to addresses of {', '.join(names)}. "
        "To have another domain approved, ask the administrator of your ministry or department."
    )


def _has_punycode(domain: str) -> bool:
    return any(label.startswith("xn--") for label in domain.lower().split("."))
