"""Lists of courses: featured, newest, trending, by ids, by a person's interests."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from services.catalog.search import Asked, Searching
from services.catalog.store import Store

Document = dict[str, Any]


def featured(searching: Searching, limit: int) -> list[Document]:
    """The best courses."""
    return searching.search(Asked(limit=limit, facets=False)).cards


def newest(searching: Searching, limit: int) -> list[Document]:
    """The newest courses."""
    return searching.search(Asked(sort="newest", limit=limit, facets=False)).cards


def trending(searching: Searching, limit: int) -> list[Document]:
    """What many people use now."""
    return searching.search(Asked(sort="trend", limit=limit, facets=False)).cards


def by_ids(searching: Searching, ids: list[str]) -> list[Document]:
    """These courses, in this order, without the unknown and the retired ones."""
    wanted = [id_ for id_ in dict.fromkeys(ids) if 0 < len(id_) <= 64][:100]
    found = searching.by_ids(wanted)
    return [found[id_] for id_ in wanted if id_ in found]


def by_interests(store: Store, searching: Searching, user_id: str, limit: int) -> list[Document]:
    """Courses of the topics that a person chose, without those completed."""
    learner = store.learners.find_one({"_id": user_id}) or {}
    topics = dict.fromkeys(learner.get("topics") or (), 1.0)
    if not topics:
        return []
    done = {one["course_id"] for one in store.enrolments.find({"user_id": user_id}, {"course_id": 1})}
    found = searching.cards(searching.any_of(topics, "topic"), limit + len(done))
    return [one for one in found if one["id"] not in done][:limit]


def duties(store: Store, user_id: str) -> dict[str, datetime]:
    """The courses that are a duty of a person now, each with the first day it is due."""
    found: dict[str, datetime] = {}
    for row in store.mandates.find({"user_id": user_id}):
        if row.get("active"):
            found[row["course_id"]] = min(row["due"], found.get(row["course_id"], row["due"]))
    return found


def mandated(store: Store, searching: Searching, user_id: str, limit: int) -> list[Document]:
    """Courses that a person must complete and has not, the first due first."""
    due = duties(store, user_id)
    if not due:
        return []
    taken = store.enrolments.find({"user_id": user_id}, {"course_id": 1, "completed_at": 1})
    done = {one["course_id"] for one in taken if one.get("completed_at")}
    order = sorted(due.keys() - done, key=lambda id_: (due[id_], id_))
    return by_ids(searching, order)[:limit]
