"""What a person wants of recommendations: not this one, not by what I look at."""

from __future__ import annotations

from datetime import datetime

from services.catalog.store import Store
from shared.errors import NotFound

UNWANTED_MOST = 500


def mark_not_relevant(store: Store, user_id: str, course_id: str) -> None:
    """Never recommend this course to this person; the oldest of very many such marks are forgotten."""
    _require_course(store, course_id)
    mark_relevant(store, user_id, course_id)
    push = {"not_relevant": {"$each": [course_id], "$slice": -UNWANTED_MOST}}
    store.preferences.update_one({"_id": user_id}, {"$push": push}, upsert=True)


def mark_relevant(store: Store, user_id: str, course_id: str) -> None:
    """Take the mark back."""
    store.preferences.update_one({"_id": user_id}, {"$pull": {"not_relevant": course_id}})


def set_browsing(store: Store, user_id: str, wanted: bool) -> None:
    """Count what a person looks at, or not; switching off forgets what was counted."""
    store.preferences.update_one({"_id": user_id}, {"$set": {"browsing": wanted}}, upsert=True)
    if not wanted:
        store.views.delete_many({"user_id": user_id})


def view_course(store: Store, user_id: str, course_id: str, now: datetime) -> None:
    """Count that a person looked at a course, unless they do not want it."""
    _require_course(store, course_id)
    if (store.preferences.find_one({"_id": user_id}) or {}).get("browsing", True):
        store.note_view(user_id, course_id, now)


def forget_person(store: Store, user_id: str) -> list[str]:
    """Remove all that is kept of a person; the courses whose ratings are to be withdrawn by the caller."""
    for collection in (store.views, store.enrolments, store.mandates, store.reports):
        collection.delete_many({"user_id": user_id})
    for collection in (store.preferences, store.learners):
        collection.delete_one({"_id": user_id})
    return [one["course_id"] for one in store.ratings.find({"user_id": user_id})]


def _require_course(store: Store, course_id: str) -> None:
    course = store.courses.get(course_id)
    if course is None or not course.get("live"):
        raise NotFound("course_unknown", "There is no such course.")
