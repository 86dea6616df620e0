"""The roles and activities that a person names: what may be added, changed and put in order."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from services.onboarding.rules.texts import plain, same
from shared.errors import NotFound, Refused

Document = dict[str, Any]
ROLES_MOST = ACTIVITIES_MOST = 20


def new_role(roles: Sequence[Document], id_: str, title: str, activities: Sequence[Document]) -> Document:
    """A role that fits beside the others; Refused names the field."""
    if len(roles) >= ROLES_MOST:
        raise Refused("too_many", f"Name at most {ROLES_MOST} roles.", field="title")
    return {
        "id": id_,
        "title": role_title(roles, title),
        "activities": activity_list(activities),
        "version": 1,
    }


def role_title(others: Sequence[Document], title: str) -> str:
    """A title that none of the other roles has."""
    wanted = plain(title, "title")
    if any(same(wanted, other["title"]) for other in others):
        raise Refused("duplicate", "You have named this role already.", field="title")
    return wanted


def activity_list(activities: Sequence[Document]) -> list[Document]:
    """Activities `{id, text}` in their order, each once; Refused names the place."""
    if len(activities) > ACTIVITIES_MOST:
        raise Refused("too_many", f"Name at most {ACTIVITIES_MOST} activities.", field="activities")
    made: list[Document] = []
    for place, one in enumerate(activities):
        made.append({"id": one["id"], "text": activity_text(made, one["text"], f"activities.{place}")})
    return made


def activity_text(others: Sequence[Document], text: str, field: str = "text") -> str:
    """An activity's text that none of the others has."""
    wanted = plain(text, field)
    if any(same(wanted, other["text"]) for other in others):
        raise Refused("duplicate", "This activity is named already.", field=field)
    return wanted


def found(items: Sequence[Document], id_: str) -> Document:
    """The item with this id; NotFound without one."""
    for item in items:
        if item["id"] == id_:
            return item
    raise NotFound("role_unknown", "There is no such role or activity.")


def ordered(items: Sequence[Document], ids: Sequence[str]) -> list[Document]:
    """The items in the order of `ids`, which names each of them once; else Refused."""
    if sorted(ids) != sorted(item["id"] for item in items):
        raise Refused("order_not_valid", "Name each role once.", field="ids")
    return [found(items, id_) for id_ in ids]
