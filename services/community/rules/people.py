"""Who may act: a complete profile to write, a role that reaches a unit to decide."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from shared.auth import Principal
from shared.errors import Forbidden

Document = dict[str, Any]


def check_onboarded(person: Mapping[str, Any] | None) -> None:
    """Forbidden until the mandatory profile of this person is known to be complete."""
    if not (person or {}).get("complete"):
        raise Forbidden("profile_incomplete", "Complete your profile first.")


def audiences(path: Sequence[str]) -> list[str | None]:
    """For whom something may be meant so that somebody of this unit sees it: everybody, or a unit above."""
    return [None, *path]


def reaches(who: Principal, roles: Sequence[str], path: Sequence[str]) -> bool:
    """Whether one of the roles is held everywhere or for a unit on this path; without a unit everywhere only."""
    return any(who.reaches(role, path) for role in roles)


def units_of(who: Principal, roles: Sequence[str]) -> list[str] | None:
    """The units for which one of the roles is held; None when one is held everywhere."""
    scopes = [scope for role in roles for scope in who.scopes(role)]
    return None if None in scopes else [scope for scope in scopes if scope]
