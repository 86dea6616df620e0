"""Ratings as pages and moderators see them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from services.catalog.rules.rating import LABELS
from services.catalog.store import Store
from shared.errors import NotFound
from shared.paging import page

Document = dict[str, Any]
NEWEST = [("at", -1), ("_id", -1)]
OLDEST = [("reported_at", 1), ("_id", 1)]


def ratings_page(store: Store, course_id: str, viewer: str, asked: Document) -> Document:
    """The summary and one page of a course's reviews, newest first."""
    course = store.courses.get(course_id)
    if course is None or not course.get("live"):
        raise NotFound("course_unknown", "There is no such course.")
    score = store.scores.find_one({"_id": course_id}) or {}
    wanted: Document = {"course_id": course_id, "state": "shown"}
    if asked["stars"]:
        wanted["stars"] = asked["stars"]
    found = page(store.ratings.find, wanted, NEWEST, (datetime, str), asked)
    return {
        "average": score.get("average", 0.0),
        "count": score.get("count", 0),
        "by_stars": score.get("by_stars") or {str(star): 0 for star in range(1, 6)},
        "items": [review_out(one, viewer) for one in found["items"]],
        "next_cursor": found["next_cursor"],
    }


def review_out(one: Document, viewer: str = "") -> Document:
    """A review without who wrote it."""
    reply = one.get("reply")
    return {
        "id": one["_id"],
        "course_id": one["course_id"],
        "stars": one["stars"],
        "text": one["text"],
        "at": one["at"],
        "edited": one.get("edited_at") is not None,
        "mine": bool(viewer) and one["user_id"] == viewer,
        "author_label": LABELS[bool(one.get("completed"))],
        "reply": {"text": reply["text"], "at": reply["at"]} if reply else None,
        "reported": one.get("reported_at") is not None,
        "state": one["state"],
    }


def moderation_page(store: Store, asked: Document) -> Document:
    """Reported reviews, longest waiting first, with why."""
    found = page(store.ratings.find, {"reported_at": {"$exists": True}}, OLDEST, (datetime, str), asked)
    items = []
    for one in found["items"]:
        reports = store.reports.find({"review_id": one["_id"]})
        told = [{"reason": each["reason"], "note": each["note"], "at": each["at"]} for each in reports]
        items.append(review_out(one) | {"reports": told})
    return {"items": items, "next_cursor": found["next_cursor"]}
