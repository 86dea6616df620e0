"""Reads of mandates: who may see them, whom they would bind, how they stand by unit."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from services.progress.rules.mandates import (
    DONE,
    LIFTED,
    OPEN,
    belongs,
    days_left,
    learners_of,
    why,
)
from services.progress.store import Store
from shared.auth import Principal
from shared.errors import Forbidden, NotFound, Refused
from shared.paging import page

Document = dict[str, Any]
SAMPLE = 20


def scopes(who: Principal) -> list[str] | None:
    """The units this person administers; None means all."""
    held = who.scopes("MDO_ADMIN")
    if who.has("SPV_ADMIN") or None in held:
        return None
    return [scope for scope in held if scope]


def visible_mandate(store: Store, id_: str, who: Principal) -> Document:
    """A mandate of the person's own units; another one is as unknown as none."""
    found, units = store.mandates.records.get(id_), scopes(who)
    if found is None or (units is not None and not set(units) & set(found["owner_path"])):
        raise NotFound("mandate_unknown", "There is no such mandate.")
    return found


def mandates(store: Store, who: Principal, asked: Mapping[str, Any]) -> Document:
    """A page of mandates of the own units, newest first."""
    units = scopes(who)
    where = {} if units is None else {"owner_path": {"$in": units}}
    return page(store.mandates.records.find, where, [("created_at", -1), ("_id", -1)], [datetime, str], asked)


def require_reach(store: Store, audience: Document, who: Principal) -> str | None:
    """The unit for which this person may bind this audience; Forbidden beyond the own units and below."""
    units = scopes(who)
    if units is None:
        return None
    if not audience["mdo_ids"] and (audience["position_ids"] or audience["groups"]):
        raise Refused(
            "units_missing", "Name the units of your own organisation that are meant.", field="audience"
        )
    paths = []
    for unit in audience["mdo_ids"]:
        paths.append([*store.learners.path_of(unit), unit])
    for user_id in audience["user_ids"]:
        learner = store.learners.get(user_id)
        paths.append(list((learner or {}).get("mdo_path") or ()))
    for unit in units:
        if all(unit in path for path in paths):
            return unit
    raise Forbidden("not_your_unit", "You can bind people of your own organisation and below only.")


def dry_run(store: Store, mandate: Document, now: datetime) -> Document:
    """Who would gain and lose duties if the draft were published now, and how many hours of learning that is."""
    draft, held = mandate["draft"], _held(store, mandate)
    minutes = {course: _minutes(store, course) for course in draft["course_ids"]}
    people = _audience(store, draft["audience"])
    done = _done(store, draft, set(people))
    gains = loses = already = total = 0
    wanted = {(user, course) for user in people for course in draft["course_ids"]}
    for user, course in wanted:
        if (user, course) in done:
            already += 1
        elif held.get((user, course)) not in (OPEN, DONE):
            gains += 1
            total += minutes[course]
    loses = sum(1 for key, status in held.items() if status == OPEN and key not in wanted)
    return {
        "people": len(people),
        "gains": gains,
        "loses": loses,
        "already_done": already,
        "hours": round(total / 60, 1),
        "sample": people[:SAMPLE],
    }


def _held(store: Store, mandate: Document) -> dict[tuple[str, str], str]:
    if mandate["rule"] is None:
        return {}
    rows = store.mandates.assignments.collection.find(
        {"mandate_id": mandate["_id"]}, {"user_id": 1, "course_id": 1, "status": 1}
    )
    return {(str(one["user_id"]), str(one["course_id"])): str(one["status"]) for one in rows}


def _audience(store: Store, audience: Document) -> list[str]:
    found: set[str] = set()
    for filter_ in learners_of(audience):
        people = store.mandates.learners(filter_, "")
        found |= {str(one["_id"]) for one in people if one.get("mdo_id") and belongs(one, audience)}
    return sorted(found)


def _done(store: Store, draft: Document, people: set[str]) -> set[tuple[str, str]]:
    where: Document = {"course_id": {"$in": draft["course_ids"]}, "status": "completed"}
    if draft.get("cycle"):
        where["cycle"] = draft["cycle"]
    rows = store.enrolments.collection.find(where, {"user_id": 1, "course_id": 1})
    found = {(str(one["user_id"]), str(one["course_id"])) for one in rows}
    return {pair for pair in found if pair[0] in people}


def _minutes(store: Store, course_id: str) -> int:
    head = store.courses.head(course_id) or {}
    course = store.courses.version(course_id, head.get("latest", 0)) or {}
    return int(course.get("minutes") or 0)


def report(store: Store, mandate: Document, now: datetime) -> list[Document]:
    """How a mandate stands in each unit, from the sums that the worker keeps."""
    due = mandate["rule"]["due"] if mandate["rule"] else now
    return [
        {"mdo_id": row["mdo_id"], **standing_of(row["counts"], due, now)}
        for row in store.tallies.of_mandate(mandate["_id"])
        if row["counts"].get("assigned")
    ]


def standing_of(counts: Document, due: datetime, now: datetime) -> Document:
    """The sums of one unit as they are shown; all that is open past the due date is overdue."""
    assigned, completed = counts.get("assigned", 0), counts.get("completed", 0)
    return {
        "assigned": assigned,
        "completed": completed,
        "in_progress": counts.get("in_progress", 0),
        "overdue": assigned - completed if due <= now else 0,
    }


def my_duties(store: Store, user_id: str, now: datetime) -> list[Document]:
    """A person's mandated courses, the next due first, with the reason why."""
    rows = [one for one in store.mandates.of_person(user_id) if one["status"] != LIFTED]
    known = {one["_id"]: one for one in _by_ids(store, {row["mandate_id"] for row in rows})}
    learner = store.learners.get(user_id)
    courses = {row["course_id"] for row in rows}
    enrolled, titles = _enrolments(store, user_id, courses), store.courses.titles(courses)
    shown = []
    for row in rows:
        mandate = known.get(row["mandate_id"])
        if mandate is None or mandate["rule"] is None:
            continue
        enrolment = enrolled.get(row["course_id"], {})
        shown.append(
            {
                "mandate_id": row["mandate_id"],
                "course_id": row["course_id"],
                "title": mandate["rule"]["title"],
                "course_title": titles.get(row["course_id"]) or untitled(row["course_id"]),
                "due": row["due"],
                "days_left": days_left(row["due"], now),
                "overdue": row["status"] == OPEN and row["due"] <= now,
                "status": _status(row, enrolment),
                "why": why(mandate, learner),
                "order_number": mandate["rule"].get("order_number"),
                "enrolment_id": enrolment.get("_id"),
            }
        )
    return sorted(shown, key=lambda one: (one["status"] == "completed", one["due"]))


def _status(row: Document, enrolment: Document) -> str:
    if row["status"] == DONE:
        return "completed"
    return "in_progress" if row["started"] or enrolment.get("status") == "active" else "not_started"


def _by_ids(store: Store, ids: set[str]) -> list[Document]:
    return store.mandates.records.find({"_id": {"$in": sorted(ids)}}) if ids else []


def _enrolments(store: Store, user_id: str, courses: set[str]) -> dict[str, Document]:
    if not courses:
        return {}
    where = {"user_id": user_id, "course_id": {"$in": sorted(courses)}}
    rows = store.enrolments.collection.find(where, {"course_id": 1, "status": 1})
    return {str(one["course_id"]): one for one in rows}


def untitled(course_id: str) -> dict[str, str]:
    """What stands for the title of a course that is not known here."""
    return {"en": course_id, "hi": course_id}
