"""What catalog keeps of other services' news: learners, enrolments, the dictionary."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from services.catalog.store import Store
from shared.events.onboarding import (
    CompetencyPublished,
    PositionPublished,
    ProfileCompleted,
    ProfileUpdated,
    TopicPublished,
)
from shared.events.progress import (
    CourseCompleted,
    Enrolled,
    MandateAssigned,
    MandateLifted,
    ResourceCompleted,
    Withdrawn,
)
from shared.mongo import guarded_set

Document = dict[str, Any]


def keep_learner(store: Store, told: ProfileCompleted | ProfileUpdated, sequence: int) -> None:
    """The newest interests, levels and place of a person; guarded by sequence."""
    values = {
        "mdo_id": told.mdo_id,
        "mdo_path": list(told.mdo_path),
        "position_id": told.position_id,
        "locale": told.locale,
        "topics": list(told.topics),
        "held": dict(told.held),
        "desired": dict(told.desired),
    }
    guarded_set(store.learners, told.user_id, "profile", sequence, values)


def note_enrolment(store: Store, told: Enrolled | Withdrawn, sequence: int, at: datetime) -> None:
    """That a person takes a course, or left it; the first day by minimum, the state guarded by sequence."""
    begun = isinstance(told, Enrolled)
    earliest = {"enrolled_at": at, "day": at.strftime("%Y-%m-%d")} if begun else {}
    _fact(store, told, earliest, {})
    guarded_set(store.enrolments, told.enrolment_id, "state", sequence, {"active": begun})


def note_progress(store: Store, told: ResourceCompleted) -> None:
    """That a learner has got somewhere in a course; set, never unset."""
    _fact(store, told, {}, {"progress": True})


def note_completion(store: Store, told: CourseCompleted) -> None:
    """That a learner completed a course, and on which day; told once for an enrolment."""
    done = {"completed_at": told.completed_at, "done_day": told.completed_at.strftime("%Y-%m-%d")}
    _fact(store, told, done, {"progress": True})


def note_mandate(store: Store, told: MandateAssigned | MandateLifted, sequence: int) -> None:
    """That a course is a duty of a person by a mandate, or no longer; guarded by sequence."""
    due = told.due if isinstance(told, MandateAssigned) else None
    values = {"user_id": told.user_id, "course_id": told.course_id, "active": due is not None, "due": due}
    id_ = f"{told.mandate_id}:{told.course_id}:{told.user_id}"
    guarded_set(store.mandates, id_, "state", sequence, values)


def _fact(store: Store, told: Any, earliest: Document, values: Document) -> None:
    update: Document = {"$set": {"user_id": told.user_id, "course_id": told.course_id, **values}}
    if earliest:
        update["$min"] = earliest
    store.enrolments.update_one({"_id": told.enrolment_id}, update, upsert=True)


def keep_topic(store: Store, told: TopicPublished, sequence: int, at: datetime) -> None:
    """The newest name and group of a topic; `at` is the event's time, so that a rebuild writes the same."""
    values = {"name": dict(told.name), "group": told.group, "status": told.status, "changed_at": at}
    guarded_set(store.topics, told.topic_id, "self", sequence, values)


def keep_competency(store: Store, told: CompetencyPublished, sequence: int, at: datetime) -> None:
    """The newest name and kind of a competency; `at` is the event's time."""
    values = {"name": dict(told.name), "kind": told.kind, "status": told.status, "changed_at": at}
    guarded_set(store.competencies, told.competency_id, "self", sequence, values)


def keep_position(store: Store, told: PositionPublished, sequence: int) -> None:
    """The newest name of a position and the levels it needs."""
    values = {"name": dict(told.name), "status": told.status, "competencies": dict(told.competencies)}
    guarded_set(store.positions, told.position_id, "self", sequence, values)
