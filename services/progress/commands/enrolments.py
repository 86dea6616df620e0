"""Enrol, leave, come back, and move to a new version of the course."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from pymongo.errors import DuplicateKeyError

from services.progress.commands.completions import applied, told_completion
from services.progress.queries.enrolments import course_of, newer_version, own_enrolment
from services.progress.rules.enrolments import COMPLETED, WITHDRAWN, check_enrolment, left, new_enrolment
from services.progress.rules.ids import ONCE, enrolment_id
from services.progress.rules.progress import returned
from services.progress.rules.versions import upgraded
from services.progress.store import Store
from shared.errors import Conflict, Refused, Unavailable
from shared.events import Event
from shared.events.progress import Enrolled, Withdrawn

Document = dict[str, Any]
TRIES_MOST = 5


def enrol(
    store: Store, user_id: str, course_id: str, now: datetime, *, cycle: str = ONCE
) -> tuple[Document, bool]:
    """The enrolment of this person in this course and cycle, and whether it was made now."""
    found = store.enrolments.get(enrolment_id(user_id, course_id, cycle))
    if found is not None:
        return (come_back(store, found, now), False) if found["status"] == WITHDRAWN else (found, False)
    learner = store.learners.get(user_id)
    if learner is None or not learner["mdo_id"]:
        raise Unavailable("learner_not_known_yet", "Your account is still being set up here.", retry_after=2)
    head = store.courses.head(course_id) or {}
    course = store.courses.version(course_id, head["latest"]) if head.get("latest") else None
    check_enrolment(course, bool(head.get("retired")), learner, cycle, now)
    made = new_enrolment(course or {}, learner, cycle, now)
    try:
        return store.enrolments.add(made, told_enrolment(made, again=False)), True
    except DuplicateKeyError:
        return store.enrolments.get(made["_id"]) or made, False


def told_enrolment(enrolment: Document, *, again: bool) -> Enrolled:
    """The event of an enrolment."""
    return Enrolled(
        user_id=enrolment["user_id"],
        enrolment_id=enrolment["_id"],
        course_id=enrolment["course_id"],
        version=enrolment["course_version"],
        cycle=enrolment["cycle"],
        mdo_id=enrolment["mdo_id"],
        mdo_path=tuple(enrolment["mdo_path"]),
        again=again,
    )


def come_back(store: Store, enrolment: Document, now: datetime) -> Document:
    """Enrol again after a withdrawal: the progress is kept, and completes the course if nothing is missing."""
    for _ in range(TRIES_MOST):
        learner = store.learners.get(enrolment["user_id"]) or enrolment
        course = course_of(store, enrolment)
        check_enrolment(course, _retired(store, enrolment["course_id"]), learner, enrolment["cycle"], now)
        setting = returned(enrolment, course, learner, now)
        after = applied(enrolment, setting)
        told: list[Event] = [told_enrolment(after, again=True)]
        if setting["status"] == COMPLETED:
            told.append(told_completion(after, course, now))
        if store.enrolments.put(enrolment, {"$set": setting}, *told):
            return after
        enrolment = own_enrolment(store, enrolment["user_id"], enrolment["_id"])
        if enrolment["status"] != WITHDRAWN:
            return enrolment
    raise Conflict("changed_elsewhere", "Too much happened at once. Try again.")


def withdraw(
    store: Store, user_id: str, enrolment_id: str, reason: str, note: str, now: datetime
) -> Document:
    """Leave a course with a reason; the progress is kept. Leaving twice is leaving once."""
    for _ in range(TRIES_MOST):
        enrolment = own_enrolment(store, user_id, enrolment_id)
        if enrolment["status"] == WITHDRAWN:
            return enrolment
        if enrolment["status"] == COMPLETED:
            raise Refused("already_completed", "A completed course stays on your record.")
        setting = left(enrolment, reason, note, now)
        said = Withdrawn(
            user_id=user_id,
            enrolment_id=enrolment_id,
            course_id=enrolment["course_id"],
            version=enrolment["course_version"],
            cycle=enrolment["cycle"],
            reason=reason,  # type: ignore[arg-type]  # the schema allows only these
        )
        if store.enrolments.put(enrolment, {"$set": setting}, said):
            return applied(enrolment, setting)
    raise Conflict("changed_elsewhere", "Too much happened at once. Try again.")


def upgrade(store: Store, user_id: str, enrolment_id: str, now: datetime) -> Document:
    """Move an enrolment to the newest version of its course; what it completes is told."""
    for _ in range(TRIES_MOST):
        enrolment = own_enrolment(store, user_id, enrolment_id)
        new = newer_version(store, enrolment)
        if new is None:
            return enrolment
        setting = upgraded(enrolment, course_of(store, enrolment), new, now)
        after = applied(enrolment, setting)
        told = [told_completion(after, new, now)] if after["status"] == COMPLETED else []
        if store.enrolments.put(enrolment, {"$set": setting}, *told):
            return after
    raise Conflict("changed_elsewhere", "Too much happened at once. Try again.")


def _retired(store: Store, course_id: str) -> bool:
    return bool((store.courses.head(course_id) or {}).get("retired"))
