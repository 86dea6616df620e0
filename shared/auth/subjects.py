"""Who is known to be stale or disabled: fed by identity's events in every service."""

from __future__ import annotations

import time
from typing import Any

from pymongo.collection import Collection

from shared.auth.person import NOT_VALID, Principal
from shared.errors import Unauthorized
from shared.events import Event
from shared.events.identity import (
    EmailChanged,
    PasswordChanged,
    PasswordSet,
    RoleGranted,
    RoleRevoked,
    UserDisabled,
    UserEnabled,
    UserErased,
)
from shared.settings import Settings


class Subjects:
    """What this service knows of people's standing: {_id: user id, sv, disabled, disabled_at_sv}."""

    def __init__(self, collection: Collection[dict[str, Any]], settings: Settings) -> None:
        self._collection, self._cache_seconds = collection, settings.subjects_cache
        self._cache: dict[str, tuple[float, dict[str, Any] | None]] = {}

    def note(self, user_id: str, sv: int, *, disabled: bool | None = None) -> None:
        """Remember a subject version and whether the account is disabled; late news change nothing."""
        self._collection.update_one({"_id": user_id}, {"$max": {"sv": sv}}, upsert=True)
        if disabled is not None:
            self._collection.update_one(
                {"_id": user_id, "disabled_sv": {"$not": {"$gte": sv}}},
                {"$set": {"disabled": disabled, "disabled_sv": sv}},
            )
        self._cache.pop(user_id, None)

    def check(self, who: Principal) -> None:
        """Refuse a token that is older than what is known, or whose owner is disabled (Unauthorized)."""
        cached = self._cache.get(who.user_id)
        if cached is None or time.monotonic() - cached[0] > self._cache_seconds:
            if len(self._cache) > 10_000:
                self._cache.clear()
            cached = (time.monotonic(), self._collection.find_one({"_id": who.user_id}))
            self._cache[who.user_id] = cached
        known = cached[1]
        if known and (known.get("sv", 0) > who.sv or known.get("disabled")):
            raise Unauthorized(*NOT_VALID)


def note_subject(subjects: Subjects, happened: Event) -> None:
    """Remember what an event of identity says about a person's standing; each service's handlers call it."""
    match happened:
        case UserDisabled() | UserErased():
            subjects.note(happened.user_id, happened.sv, disabled=True)
        case UserEnabled():
            subjects.note(happened.user_id, happened.sv, disabled=False)
        case PasswordSet() | PasswordChanged() | EmailChanged() | RoleGranted() | RoleRevoked():
            subjects.note(happened.user_id, happened.sv)
        case _:
            raise TypeError(f"{happened.type} says nothing about a person's standing")
