"""The queue of reported posts, for the moderators who reach their authors."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from itertools import chain
from typing import Any

from services.community.clients import Directory
from services.community.queries.discuss import MODERATORS
from services.community.queries.people import people_out
from services.community.rules.people import units_of
from services.community.store import Store
from shared.auth import Principal
from shared.paging import page

Document = dict[str, Any]
OLDEST = [("reported_at", 1), ("_id", 1)]


def moderation_page(store: Store, directory: Directory, who: Principal, asked: Mapping[str, Any]) -> Document:
    """Reported threads and replies, longest waiting first, with why."""
    where: Document = {"reported_at": {"$exists": True}}
    if (units := units_of(who, MODERATORS)) is not None:
        where["mdo_path"] = {"$in": units}

    def both(filter_: Document, sort: list[tuple[str, int]], limit: int) -> list[Document]:
        found = [
            [{**one, "kind": kind} for one in store.discuss.posts(kind).find(filter_, sort=sort, limit=limit)]
            for kind in ("thread", "reply")
        ]
        return sorted(chain(*found), key=lambda one: (one["reported_at"], one["_id"]))[:limit]

    found = page(both, where, OLDEST, (datetime, str), asked)
    people = people_out(store, directory, (one["author_id"] for one in found["items"]))
    return found | {"items": [_reported(store, one, people[one["author_id"]]) for one in found["items"]]}


def _reported(store: Store, post: Document, author: Document) -> Document:
    complaints = store.discuss.open_reports(post["_id"])
    return {
        "kind": post["kind"],
        "id": post["_id"],
        "thread_id": post.get("thread_id", post["_id"]),
        "title": post.get("title", ""),
        "body": post["body"],
        "author": author,
        "state": post["state"],
        "reported_at": post["reported_at"],
        "reporters": len({one["user_id"] for one in complaints}),
        "reports": [{"reason": one["reason"], "note": one["note"], "at": one["at"]} for one in complaints],
    }
