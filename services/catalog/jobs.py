"""Work of the worker by the clock: how courses stand, from keyed facts."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime, timedelta
from typing import Any

from services.catalog.rules import CatalogSettings
from services.catalog.rules.standing import taken_together, trend
from services.catalog.store import Store
from shared.mongo import utcnow
from shared.schedule import Job

Document = dict[str, Any]
WINDOW = timedelta(days=42)
COMPLETIONS_MOST = 20_000


def standing_job(store: Store, settings: CatalogSettings) -> Job:
    """The job that keeps `scores` current."""

    def run(_: datetime) -> None:
        count_standing(store, settings, utcnow())

    return Job("standing", settings.standing_every, run)


def count_standing(store: Store, settings: CatalogSettings, now: datetime) -> int:
    """Count enrolments, trends and similar courses anew; the number of courses whose figures changed."""
    enrolled = _grouped(store.enrolments, {}, "$course_id")
    daily = _daily(store, (now - WINDOW).strftime("%Y-%m-%d"))
    done = store.enrolments.find(
        {"completed_at": {"$gt": now - timedelta(days=365)}}, {"user_id": 1, "course_id": 1}
    )
    pairs = [(one["user_id"], one["course_id"]) for one in done.limit(COMPLETIONS_MOST)]
    together = taken_together(pairs)
    known = {row["_id"]: row for row in store.scores.find({})}
    changed = 0
    for id_ in {*enrolled, *daily, *known}:
        values = {
            "enrolled": enrolled.get(id_, 0),
            "trend": trend(daily.get(id_, ()), now, settings.trending_half_life),
            "similar": together.get(id_, {}),
        }
        row = known.get(id_, {})
        if any(row.get(name) != value for name, value in values.items()):
            store.scores.update_one({"_id": id_}, {"$set": {**values, "changed_at": utcnow()}}, upsert=True)
            changed += 1
    return changed


def _daily(store: Store, since: str) -> dict[str, list[tuple[str, str, int]]]:
    found: dict[str, list[tuple[str, str, int]]] = defaultdict(list)
    for what, collection, day in (
        ("enrolled", store.enrolments, "day"),
        ("completed", store.enrolments, "done_day"),
        ("viewed", store.views, "day"),
    ):
        key = {"course_id": "$course_id", "day": f"${day}"}
        for group, number in _grouped(collection, {day: {"$gte": since}}, key).items():
            course, at = group
            found[course].append((what, at, number))
    return {course: sorted(counts) for course, counts in found.items()}


def _grouped(collection: Any, wanted: Document, key: Any) -> dict[Any, int]:
    rows = collection.aggregate([{"$match": wanted}, {"$group": {"_id": key, "number": {"$sum": 1}}}])
    return {
        (row["_id"]["course_id"], row["_id"]["day"]) if isinstance(row["_id"], dict) else row["_id"]: row[
            "number"
        ]
        for row in rows
        if row["_id"] is not None
    }
