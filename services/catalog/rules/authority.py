"""Who of the content people may touch what: roles everywhere or for the provider's organisation."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from shared.auth import Principal
from shared.errors import Forbidden, NotFound

Document = dict[str, Any]
ROLES = ("CONTENT_CREATOR", "CONTENT_REVIEWER", "CONTENT_PUBLISHER")


@dataclass(frozen=True)
class Actor:
    """Somebody with content roles; `scopes` maps a role to the MDOs it holds for (None: everywhere)."""

    user_id: str
    scopes: dict[str, tuple[str | None, ...]]

    @classmethod
    def of(cls, who: Principal) -> Actor:
        """The actor behind a request."""
        return cls(who.user_id, {role: who.scopes(role) for role in ROLES})

    def reaches(self, provider: Document | None, *roles: str) -> bool:
        """Whether one of the roles is held everywhere or for this provider's MDO."""
        mdo = (provider or {}).get("mdo_id")
        return any(
            scope is None or (mdo is not None and scope == mdo)
            for role in roles or ROLES
            for scope in self.scopes.get(role, ())
        )


def check_provider(actor: Actor, provider: Document | None, unknown: tuple[str, str], *roles: str) -> None:
    """NotFound, as for an unknown thing, when no role of the person reaches this provider; Forbidden for its kind."""
    if not actor.reaches(provider):
        raise NotFound(*unknown)
    if roles and not actor.reaches(provider, *roles):
        raise Forbidden("role_missing", f"This needs the role {' or '.join(roles)}.")
