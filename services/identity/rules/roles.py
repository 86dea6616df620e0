"""Who may hold what, which portals that opens, and whom an MDO admin may act on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from shared.errors import Refused

SPV_ADMIN = "SPV_ADMIN"
MDO_ADMIN = "MDO_ADMIN"

# The second value says whether a grant of the role names an MDO: "required" or "none".
ROLES: dict[str, str] = {
    SPV_ADMIN: "none",
    MDO_ADMIN: "required",
    "CONTENT_CREATOR": "none",
    "CONTENT_REVIEWER": "none",
    "CONTENT_PUBLISHER": "none",
    "FRAC_ADMIN": "none",
}


@dataclass(frozen=True)
class Portal:
    """A part of the platform and the roles that open it; none named means everyone."""

    slug: str
    name: str
    roles: frozenset[str]


PORTALS = (
    Portal("spv", "SPV Portal", frozenset({SPV_ADMIN})),
    Portal("mdo", "MDO Portal", frozenset({MDO_ADMIN})),
    Portal("cbp", "CBP Portal", frozenset({"CONTENT_CREATOR", "CONTENT_REVIEWER", "CONTENT_PUBLISHER"})),
    Portal("frac", "FRAC Portal", frozenset()),
)


def portals_of(roles: Iterable[str]) -> list[dict[str, str]]:
    """The portals that these role names open."""
    held = set(roles)
    return [{"slug": p.slug, "name": p.name} for p in PORTALS if not p.roles or p.roles & held]


def check_grant(role: str, scope: str | None) -> None:
    """Refuse an unknown role, a missing scope and a scope that the role does not have."""
    if role not in ROLES:
        raise Refused("role_unknown", f"The roles are {', '.join(ROLES)}.", field="role")
    if ROLES[role] == "required" and not scope:
        raise Refused("scope_missing", f"The role {role} holds for one MDO: name it.", field="scope")
    if ROLES[role] == "none" and scope is not None:
        raise Refused("scope_not_allowed", f"The role {role} holds for the whole platform.", field="scope")


def holds(user: Mapping[str, Any] | None, *roles: str) -> bool:
    """Whether this person, as stored, is active and holds one of the roles."""
    if user is None or user["status"] != "ACTIVE":
        return False
    return any(grant["role"] in roles for grant in user.get("roles", []))


def scopes_of(admin: Mapping[str, Any]) -> list[str] | None:
    """The MDOs whose people this admin may see, each with all below it; None means everybody."""
    grants: list[dict[str, Any]] = admin.get("roles", [])
    if any(grant["role"] == SPV_ADMIN for grant in grants):
        return None
    return sorted({grant["scope"] for grant in grants if grant["role"] == MDO_ADMIN and grant["scope"]})


def may_act_on(admin: Mapping[str, Any], mdo_path: Sequence[str]) -> bool:
    """Whether this admin may act on a person with this MDO path (root first, own last)."""
    scopes = scopes_of(admin)
    return scopes is None or not set(scopes).isdisjoint(mdo_path)


def granted(user: Mapping[str, Any], role: str, scope: str | None) -> dict[str, Any] | None:
    """The grant by which this person already holds the role in this scope."""
    found: Iterable[dict[str, Any]] = user.get("roles", [])
    return next((grant for grant in found if grant["role"] == role and grant["scope"] == scope), None)


def claims_of(user: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The roles as the access token carries them."""
    return [{"role": grant["role"], "scope": grant["scope"]} for grant in user.get("roles", [])]
