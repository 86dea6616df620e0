"""Name one's roles and activities: add, change, remove, put in order."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from services.onboarding.commands.profiles import check_version, edit
from services.onboarding.rules.profile import bump, version_of
from services.onboarding.rules.roles import (
    activity_list,
    activity_text,
    found,
    new_role,
    ordered,
    role_title,
)
from services.onboarding.store import Store
from shared.errors import Conflict
from shared.events import new_id

Document = dict[str, Any]


def add_role(
    store: Store, user_id: str, id_: str, title: str, activities: Sequence[str], now: datetime
) -> Document:
    """Add a role with its activities; the same id again is the role that stands there."""
    rows = [{"id": new_id(), "text": text} for text in activities]

    def decide(profile: Document) -> Document:
        if all(role["id"] != id_ for role in profile["roles"]):
            profile["roles"].append(new_role(profile["roles"], id_, title, rows))
            bump(profile, "roles")
        return profile

    return found(edit(store, user_id, now, decide)["roles"], id_)


def change_role(
    store: Store, user_id: str, id_: str, expected: int | None, changes: Document, now: datetime
) -> Document:
    """Change title or activities of a role as it was read; an activity that stays keeps its id."""

    def decide(role: Document, others: list[Document]) -> None:
        if "title" in changes:
            role["title"] = role_title(others, changes["title"])
        if "activities" in changes:
            role["activities"] = activity_list(_kept(role["activities"], changes["activities"]))

    return _change(store, user_id, id_, decide, now, expected)


def remove_role(store: Store, user_id: str, id_: str, expected: int | None, now: datetime) -> None:
    """Remove a role with its activities."""

    def decide(profile: Document) -> Document:
        role = found(profile["roles"], id_)
        _check(role, expected)
        profile["roles"].remove(role)
        return bump(profile, "roles")

    edit(store, user_id, now, decide)


def order_roles(
    store: Store, user_id: str, ids: Sequence[str], expected: int | None, now: datetime
) -> Document:
    """Put the roles in this order."""

    def decide(profile: Document) -> Document:
        check_version(profile, "roles", expected, lambda: roles_of(profile))
        before = profile["roles"]
        profile["roles"] = ordered(before, ids)
        return bump(profile, "roles") if profile["roles"] != before else profile

    return edit(store, user_id, now, decide)


def add_activity(
    store: Store, user_id: str, role_id: str, activity_id: str, text: str, now: datetime
) -> Document:
    """Add an activity to a role; the same id again changes nothing."""

    def decide(role: Document, others: list[Document]) -> None:
        if all(one["id"] != activity_id for one in role["activities"]):
            role["activities"] = activity_list(
                [*role["activities"], {"id": activity_id, "text": activity_text(role["activities"], text)}]
            )

    return _change(store, user_id, role_id, decide, now)


def change_activity(
    store: Store, user_id: str, role_id: str, activity_id: str, text: str, now: datetime
) -> Document:
    """Change the text of an activity."""

    def decide(role: Document, others: list[Document]) -> None:
        activity = found(role["activities"], activity_id)
        rest = [one for one in role["activities"] if one is not activity]
        activity["text"] = activity_text(rest, text)

    return _change(store, user_id, role_id, decide, now)


def remove_activity(store: Store, user_id: str, role_id: str, activity_id: str, now: datetime) -> None:
    """Remove an activity from a role."""

    def decide(role: Document, others: list[Document]) -> None:
        role["activities"].remove(found(role["activities"], activity_id))

    _change(store, user_id, role_id, decide, now)


def roles_of(profile: Document) -> Document:
    """The roles with the version of the list."""
    return {"version": version_of(profile, "roles"), "items": profile["roles"]}


def _change(
    store: Store,
    user_id: str,
    id_: str,
    change: Callable[[Document, list[Document]], None],
    now: datetime,
    expected: int | None = None,
) -> Document:
    def decide(profile: Document) -> Document:
        role = found(profile["roles"], id_)
        _check(role, expected)
        before = {**role, "activities": [dict(one) for one in role["activities"]]}
        change(role, [other for other in profile["roles"] if other is not role])
        if role != before:
            role["version"] += 1
            bump(profile, "roles")
        return profile

    return found(edit(store, user_id, now, decide)["roles"], id_)


def _check(role: Document, expected: int | None) -> None:
    if expected is not None and expected != role["version"]:
        raise Conflict(
            "changed_elsewhere", "This role was changed elsewhere. Look at it again.", current=role
        )


def _kept(before: Sequence[Document], texts: Sequence[str]) -> list[Document]:
    ids = {one["text"]: one["id"] for one in before}
    return [{"id": ids.pop(text, None) or new_id(), "text": text} for text in texts]
