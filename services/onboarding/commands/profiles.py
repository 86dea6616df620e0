"""The one way to change a person's row: decide on what is there, write if it still is, tell what happened."""

from __future__ import annotations

import copy
from collections.abc import Callable
from datetime import datetime
from typing import Any

from services.onboarding.rules.profile import blank, happened, settled, version_of
from services.onboarding.store import Store
from shared.errors import Conflict

Document = dict[str, Any]
TRIES = 8


def edit(store: Store, user_id: str, now: datetime, decide: Callable[[Document], Document]) -> Document:
    """Change a person's row by `decide`, again when somebody else wrote meanwhile; Conflict after many tries."""
    for _ in range(TRIES):
        stored = store.profiles.get(user_id)
        before = stored or {**blank(user_id, now), "version": 0}
        if before.get("erased"):
            return before
        after = settled(before, decide(copy.deepcopy(before)), now)
        if after == stored:
            return before
        if _written(store, stored, before, after):
            return {**after, "version": before["version"] + 1}
    raise Conflict("changed_elsewhere", "Too much changes here at once. Try again.")


def _written(store: Store, stored: Document | None, before: Document, after: Document) -> bool:
    """Insert the first row as it is to be, or change the one that was read; False when somebody was faster."""
    events = happened(before, after, store.required)
    if stored is None:
        return store.add_profile(after, *events) is not None
    return store.profiles.put(before, difference(before, after), *events)


def erased(store: Store, user_id: str, now: datetime) -> None:
    """Leave of a person's row only that it was erased; a later event or request changes nothing there."""
    for _ in range(TRIES):
        before = store.profiles.get(user_id) or store.add_profile(blank(user_id, now))
        if before is None:
            continue
        after = {**blank(user_id, before["created_at"]), "version": before["version"], "erased": True}
        if before.get("erased") or store.profiles.put(before, difference(before, after)):
            return
    raise Conflict("changed_elsewhere", "Too much changes here at once. Try again.")


def profile_of(store: Store, user_id: str, now: datetime) -> Document:
    """A person's row; a blank one, not stored, while nothing is known."""
    return store.profiles.get(user_id) or {**blank(user_id, now), "version": 0}


def difference(before: Document, after: Document) -> Document:
    """The update that makes one document of the other."""
    update: Document = {"$set": {key: value for key, value in after.items() if before.get(key) != value}}
    removed = {key: "" for key in before if key not in after}
    return update | ({"$unset": removed} if removed else {})


def check_version(profile: Document, part: str, expected: int | None, current: Callable[[], object]) -> None:
    """Conflict with the present state when the caller's edit starts from an older one."""
    if expected is not None and expected != version_of(profile, part):
        raise Conflict(
            "changed_elsewhere", "This was changed elsewhere. Look at it again.", current=current()
        )
