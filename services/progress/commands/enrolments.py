"""Enrol, leave, come back, and move to a new version of the course."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from pymongo.errors import DuplicateKeyError

from services.progress.rules.enrolments import check_enrolment, new_enrolment
from services.progress.rules.ids import ONCE, enrolment_id
from services.progress.store import Store
from shared.errors import Unavailable
from shared.events.progress import Enrolled

Document = dict[str, Any]
TRIES_MOST = 5


def enrol(
    store: Store, user_id: str, course_id: str, now: datetime, *, cycle: str = ONCE
) -> tuple[Document, bool]:
    """The enrolment of this person in this course and cycle, and whether it was made now."""
    found = store.enrolments.get(enrolment_id(user_id, course_id, cycle))
    if found is not None:
        return found, False
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
        version=enrolment["version"],
        cycle=enrolment["cycle"],
        mdo_id=enrolment["mdo_id"],
        mdo_path=tuple(enrolment["mdo_path"]),
        again=again,
    )
