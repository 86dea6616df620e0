"""What completions tell the others, and how a graded attempt reaches the enrolment."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from services.progress.rules.enrolments import COMPLETED
from services.progress.rules.progress import part_of, scored, seconds_of
from services.progress.store import Store
from shared.errors import Conflict
from shared.events.progress import AssessmentFailed, AssessmentPassed, CourseCompleted, ResourceCompleted

Document = dict[str, Any]
TRIES_MOST = 25  # Tabs and devices of one person write the same enrolment.


def apply_attempt(
    store: Store, said: AssessmentPassed | AssessmentFailed, at: datetime, now: datetime
) -> None:
    """Keep the best score of an assessment and complete the course when that was the last thing missing.

    Repeated and late news change nothing: the score counts by maximum, each attempt by its number.
    """
    for _ in range(TRIES_MOST):
        enrolment = store.enrolments.get(said.enrolment_id)
        course = enrolment and store.courses.version(enrolment["course_id"], enrolment["course_version"])
        if not enrolment or not course:
            return
        passed = isinstance(said, AssessmentPassed)
        setting = scored(enrolment, course, said.assessment_id, said.attempt, said.score, passed, at)
        if not setting:
            return
        # The event may have waited: this is the time of the write.
        setting["last_at"] = max(now, setting["last_at"])
        told = []
        if setting.get("status") == COMPLETED:
            told.append(told_completion(applied(enrolment, setting), course, at))
        if store.enrolments.put(enrolment, {"$set": setting}, *told):
            return
    raise Conflict("changed_elsewhere", "Too much happened at once.")


def applied(enrolment: Document, setting: Document) -> Document:
    """The enrolment after a write of these fields."""
    return {**enrolment, **setting}


def told_resource(enrolment: Document, course: Document, resource_id: str, rule: str) -> ResourceCompleted:
    """The event of a completed resource."""
    part = part_of(course, resource_id)
    return ResourceCompleted(
        user_id=enrolment["user_id"],
        enrolment_id=enrolment["_id"],
        course_id=enrolment["course_id"],
        version=enrolment["course_version"],
        resource_id=resource_id,
        kind=course["resources"][resource_id],
        rule=rule,  # type: ignore[arg-type]  # the rules name no other
        seconds=seconds_of(part, enrolment["resources"][resource_id]) if part else 0,
    )


def told_completion(enrolment: Document, course: Document, at: datetime) -> CourseCompleted:
    """The event of a completed course, from the enrolment as it will be."""
    evidence = enrolment["evidence"]
    return CourseCompleted(
        user_id=enrolment["user_id"],
        enrolment_id=enrolment["_id"],
        course_id=enrolment["course_id"],
        version=enrolment["course_version"],
        cycle=enrolment["cycle"],
        mdo_id=enrolment["mdo_id"],
        mdo_path=tuple(enrolment["mdo_path"]),
        competencies=enrolment["competencies"],
        minutes=enrolment["minutes"],
        seconds=evidence["seconds"],
        resources=evidence["resources"],
        score=evidence["score"],
        certificate=course["certificate"],
        completed_at=at,
    )
