"""Ratings and reviews: one per learner and course, reported, moderated, answered by the provider."""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import Any

from pymongo.errors import DuplicateKeyError

from services.catalog.rules import CatalogSettings
from services.catalog.rules.authority import Actor, check_provider
from services.catalog.rules.rating import COUNTED, check_begun, summary
from services.catalog.store import Store
from shared.errors import Conflict, NotFound
from shared.events.catalog import CourseRated
from shared.log import context
from shared.mongo import utcnow

Document = dict[str, Any]
UNKNOWN = ("review_unknown", "There is no such review.")
TRIES = 5


def review_id(course_id: str, user_id: str) -> str:
    """The id of one person's review of one course; it does not show whose it is."""
    return hashlib.sha256(f"{course_id}|{user_id}".encode()).hexdigest()[:32]


def rate_course(store: Store, user_id: str, course_id: str, stars: int, text: str, now: datetime) -> Document:
    """Keep a person's rating, a first one or a changed one; Forbidden before the course is begun."""
    course = store.courses.get(course_id)
    if course is None or not course.get("live"):
        raise NotFound("course_unknown", "There is no such course.")
    done = check_begun(store.enrolments.find({"user_id": user_id, "course_id": course_id}))
    told = CourseRated(user_id=user_id, course_id=course_id, stars=stars)
    id_ = review_id(course_id, user_id)
    values = {"stars": stars, "text": text, "completed": done, "edited_at": now}
    rating = {
        "_id": id_, "course_id": course_id, "user_id": user_id, "at": now, "state": "shown", "reply": None, **values,
    }  # fmt: skip
    try:
        kept = store.ratings.add({**rating, "edited_at": None}, told)
    except DuplicateKeyError:
        before = store.ratings.get(id_) or {}
        if before.get("state") == "withdrawn":
            values |= {"state": "shown", "at": now, "edited_at": None}
        kept = store.ratings.change({"_id": id_}, {"$set": values}, told) or rating
    count_ratings(store, course_id)
    return kept


def withdraw_rating(store: Store, user_id: str, course_id: str) -> None:
    """Take one's own rating back; its words are removed."""
    told = CourseRated(user_id=user_id, course_id=course_id, stars=0)
    gone = {"state": "withdrawn", "stars": 0, "text": "", "reply": None}
    wanted = {"_id": review_id(course_id, user_id), "state": {"$ne": "withdrawn"}}
    if store.ratings.change(wanted, {"$set": gone, "$unset": {"reported_at": ""}}, told):
        count_ratings(store, course_id)


def count_ratings(store: Store, course_id: str) -> None:
    """Write the summary of a course's ratings, counted from the ratings themselves.

    Each writer counts after its own rating is stored; a count begun before another one ended is made again,
    so the last summary written has seen every rating.
    """
    store.scores.update_one({"_id": course_id}, {"$setOnInsert": {"round": 0}}, upsert=True)
    for _ in range(TRIES):
        turn = (store.scores.find_one({"_id": course_id}, {"round": 1}) or {}).get("round", 0)
        groups = store.ratings.collection.aggregate(
            [
                {"$match": {"course_id": course_id, "state": {"$in": list(COUNTED)}}},
                {"$group": {"_id": "$stars", "number": {"$sum": 1}}},
            ]
        )
        made = summary({one["_id"]: one["number"] for one in groups})
        values = {**made, "round": turn + 1, "changed_at": utcnow()}
        now = store.scores.update_one(
            {"_id": course_id, "round": {"$in": [turn, None]} if turn == 0 else turn}, {"$set": values}
        )
        if now.matched_count:
            return


def report_review(
    store: Store, settings: CatalogSettings, user_id: str, id_: str, reason: str, note: str, now: datetime
) -> None:
    """Keep one person's complaint about a review; many of them hide it until a moderator has looked."""
    review = _shown(store, id_)
    row = {
        "_id": f"{id_}:{user_id}", "review_id": id_, "user_id": user_id, "reason": reason, "note": note, "at": now,
    }  # fmt: skip
    try:
        store.reports.insert_one(row)
    except DuplicateKeyError:
        return
    setting: Document = {}
    open_ = sum(1 for one in store.reports.find({"review_id": id_}) if not one.get("decided"))
    if open_ >= settings.moderation_reports and review["state"] == "shown" and not review.get("kept"):
        setting = {"$set": {"state": "hidden"}}
    store.ratings.change({"_id": id_}, {"$min": {"reported_at": now}, **setting})


def moderate_review(
    store: Store, moderator: str, id_: str, decision: str, reason: str, now: datetime
) -> Document:
    """Keep or remove a review; a removed one neither shows nor counts. Audited."""
    state = "removed" if decision == "remove" else "shown"
    decided = {"decision": decision, "reason": reason, "by": moderator, "at": now}
    values = {"state": state, "moderation": decided, "kept": decision == "keep"}
    kept = store.ratings.change(
        {"_id": id_, "state": {"$ne": "withdrawn"}}, {"$set": values, "$unset": {"reported_at": ""}}
    )
    if kept is None:
        raise NotFound(*UNKNOWN)
    store.reports.update_many({"review_id": id_}, {"$set": {"decided": decision}})
    store.audit(
        {"at": now, "who": moderator, "what": f"review_{decision}", "whom": id_, "result": "ok",
         "correlation_id": context().correlation_id}
    )  # fmt: skip
    count_ratings(store, kept["course_id"])
    return kept


def reply_to_review(store: Store, actor: Actor, id_: str, text: str, now: datetime) -> Document:
    """The provider's one answer to a review."""
    review = _shown(store, id_)
    course = store.courses.get(review["course_id"]) or {}
    provider = store.providers.get(course.get("provider_id", ""))
    check_provider(actor, provider, UNKNOWN)
    reply = {"text": text, "at": now, "by": actor.user_id}
    kept = store.ratings.change({"_id": id_, "reply": None, "state": "shown"}, {"$set": {"reply": reply}})
    if kept is None:
        raise Conflict("already_replied", "This review has been answered already.")
    return kept


def _shown(store: Store, id_: str) -> Document:
    review = store.ratings.get(id_)
    if review is None or review["state"] not in COUNTED:
        raise NotFound(*UNKNOWN)
    return review
