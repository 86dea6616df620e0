"""Enrolments as their learner sees them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from services.progress.rules.progress import state_of
from services.progress.store import Store
from shared.errors import NotFound
from shared.paging import page

Document = dict[str, Any]
ORDER = (("last_at", -1), ("_id", -1))


def own_enrolment(store: Store, user_id: str, enrolment_id: str) -> Document:
    """The enrolment, if it is this person's; somebody else's is as unknown as none (NotFound)."""
    found = store.enrolments.get(enrolment_id)
    if found is None or found["user_id"] != user_id:
        raise NotFound("enrolment_unknown", "There is no such enrolment.")
    return found


def course_of(store: Store, enrolment: Document) -> Document:
    """The version of the course that the enrolment is pinned to."""
    found = store.courses.version(enrolment["course_id"], enrolment["course_version"])
    if found is None:
        raise NotFound("course_unknown", "There is no such course.")
    return found


def newer_version(store: Store, enrolment: Document) -> Document | None:
    """The latest version of the course when it is newer than the pinned one."""
    head = store.courses.head(enrolment["course_id"]) or {}
    latest = head.get("latest", 0)
    return (
        store.courses.version(enrolment["course_id"], latest)
        if latest > enrolment["course_version"]
        else None
    )


def latest_in_course(store: Store, user_id: str, course_id: str) -> Document:
    """The newest enrolment of a person in a course over all cycles; NotFound `not_enrolled`."""
    found = store.enrolments.find({"course_id": course_id, "user_id": user_id})
    if not found:
        raise NotFound("not_enrolled", "You are not enrolled in this course.")
    return max(found, key=lambda one: (one["status"] != "withdrawn", one["enrolled_at"]))


def enrolments_of(store: Store, user_id: str, asked: Mapping[str, Any]) -> Document:
    """A page of a person's enrolments, the last used first, each as it is shown."""
    where: Document = {"user_id": user_id}
    where |= {"status": asked["state"]} if asked["state"] else {}
    where |= {"course_id": asked["course"]} if asked["course"] else {}
    found = page(store.enrolments.find, where, ORDER, (datetime, str), asked)
    heads = store.courses.heads_of(one["course_id"] for one in found["items"])
    shown = [show(one, course_of(store, one), heads.get(one["course_id"]), ()) for one in found["items"]]
    return {"items": shown, "next_cursor": found["next_cursor"]}


def shown(store: Store, enrolment: Document) -> Document:
    """One enrolment as it is shown, with its running attempts."""
    attempts = store.attempts.find({"enrolment_id": enrolment["_id"]})
    return show(enrolment, course_of(store, enrolment), store.courses.head(enrolment["course_id"]), attempts)


def show(
    enrolment: Document, course: Document, head: Document | None, attempts: Sequence[Document]
) -> Document:
    """The answer about an enrolment; `head` tells of a newer version."""
    latest = (head or {}).get("latest", 0)
    names = ("course_id", "cycle", "status", "percent", "required_total", "required_done", "minutes",
             "enrolled_at", "completed_at", "last_at", "last_resource_id", "certificate_id")  # fmt: skip
    return {name: enrolment[name] for name in names} | {
        "id": enrolment["_id"],
        "version": enrolment["course_version"],
        "title": course["title"],
        "mode": course["mode"],
        "minutes_spent": enrolment["seconds"] // 60,
        "mandated": enrolment["mandate"],
        "resources": {id_: state_of(enrolment, id_) for id_ in course["resources"]},
        "assessments": {id_: _assessment(enrolment, course, id_, attempts) for id_ in course["assessments"]},
        "new_version": latest if latest > enrolment["course_version"] else None,
        "retired": bool((head or {}).get("retired")),
    }


def _assessment(enrolment: Document, course: Document, id_: str, attempts: Sequence[Document]) -> Document:
    kept = enrolment["assessments"].get(id_, {})
    own = [one for one in attempts if one["assessment_id"] == id_]
    used = max([kept.get("attempts_used", 0), *(one["number"] for one in own)])
    most = course["attempts"].get(id_) or 0
    status = "passed" if kept.get("passed") else "failed" if kept else "not_started"
    if any(one["state"] == "running" for one in own) and status != "passed":
        status = "in_progress"
    return {
        "status": status,
        "best": kept.get("best"),
        "attempts_used": used,
        "attempts_left": max(most - used, 0) if most else None,
    }
