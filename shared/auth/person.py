"""Who stands behind a request, and the access rule that each view carries."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from flask import g

View = TypeVar("View", bound=Callable[..., Any])
NOT_VALID = ("token_not_valid", "Your session is not valid any more. Sign in again.")


@dataclass(frozen=True)
class Access:
    """Who may call a view: kind is public, person or service; roles or callers, empty meaning any."""

    kind: str
    names: tuple[str, ...] = ()


def public(view: View) -> View:
    """Anybody may call this view."""
    view.access = Access("public")  # type: ignore[attr-defined]  # functions carry attributes
    return view


def allow(*roles: str) -> Callable[[View], View]:
    """A signed-in person with one of these roles (any person without roles) may call this view."""
    return _access(Access("person", roles))


def internal(*callers: str) -> Callable[[View], View]:
    """Only these services may call this view, with a token for this service."""
    return _access(Access("service", callers))


def _access(access: Access) -> Callable[[View], View]:
    def mark(view: View) -> View:
        view.access = access  # type: ignore[attr-defined]  # functions carry attributes
        return view

    return mark


@dataclass(frozen=True)
class Role:
    """A role and the MDO it holds for (None: everywhere)."""

    role: str
    scope: str | None = None


@dataclass(frozen=True)
class Principal:
    """The person, or the service, behind a request."""

    user_id: str
    roles: tuple[Role, ...] = ()
    sv: int = 0
    session_id: str = ""
    caller: str = ""

    def has(self, *roles: str) -> bool:
        """Whether one of the roles is held, in any scope."""
        return any(held.role in roles for held in self.roles)

    def scopes(self, role: str) -> tuple[str | None, ...]:
        """The MDO ids for which the role is held; None among them means everywhere."""
        return tuple(held.scope for held in self.roles if held.role == role)

    def reaches(self, role: str, path: Sequence[str]) -> bool:
        """Whether the role is held everywhere or for a unit on this path (root first)."""
        return any(scope is None or scope in path for scope in self.scopes(role))


def principal() -> Principal:
    """Who sent the current request; views only."""
    found: Principal = g.principal
    return found
