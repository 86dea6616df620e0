"""Who may enrol, what an enrolment is, and what a new version of the course changes in it."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

from services.progress.rules.ids import ONCE, enrolment_id
from services.progress.rules.timeline import fact, noted
from shared.errors import Refused

Document = dict[str, Any]
CYCLE = re.compile(r"once|20\d\d", re.A)
ACTIVE, COMPLETED, WITHDRAWN = "active", "completed", "withdrawn"


def check_enrolment(
    course: Document | None, retired: bool, learner: Document, cycle: str, now: datetime
) -> None:
    """Refused with the reason why this person cannot enrol in this course now."""
    if course is None:
        raise Refused("course_unknown", "There is no such course.", field="course_id")
    if retired:
        raise Refused("course_retired", "This course is no longer offered.", field="course_id")
    if course["mdo_id"] and course["mdo_id"] not in learner["mdo_path"]:
        raise Refused(
            "not_for_your_mdo", "This course is open to people of another organisation.", field="course_id"
        )
    if cycle != ONCE and int(cycle) > now.year:
        raise Refused("not_begun", f"The cycle {cycle} has not begun yet.", field="cycle")


def new_enrolment(course: Document, learner: Document, cycle: str, now: datetime) -> Document:
    """A fresh enrolment in this version of a course."""
    return {
        "_id": enrolment_id(learner["_id"], course["course_id"], cycle),
        "user_id": learner["_id"],
        "course_id": course["course_id"],
        "cycle": cycle,
        "status": ACTIVE,
        "mdo_id": learner["mdo_id"],
        "mdo_path": list(learner["mdo_path"]),
        "enrolled_at": now,
        "last_at": now,
        "completed_at": None,
        "resources": {},
        "assessments": {},
        "seconds": 0,
        "mandate": None,
        "certificate_id": None,
        "last_resource_id": None,
        "clock": {"at": now, "from": now, "credit": 0.0},
        "recent": [],
        "timeline": [fact(now, "enrolled", numbers={"version": course["version"]})],
        **pinned(course, {}),
    }


def pinned(course: Document, resources: Document) -> Document:
    """What an enrolment takes over from the version of the course it is pinned to."""
    done = sum(resources.get(id_, {}).get("status") == COMPLETED for id_ in course["required"])
    return {
        "course_version": course["version"],  # `version` counts the writes of the aggregate
        "competencies": dict(course["competencies"]),
        "minutes": course["minutes"],
        "required_total": len(course["required"]),
        "required_done": done,
        "percent": percent(done, len(course["required"])),
    }


def percent(done: int, total: int) -> int:
    """Completed required resources of all required ones, rounded down."""
    return done * 100 // total if total else 0


def left(enrolment: Document, reason: str, note: str, now: datetime) -> Document:
    """What leaving sets; the progress stays."""
    return {
        "status": WITHDRAWN,
        "last_at": max(now, enrolment["last_at"]),
        "withdrawn": {"reason": reason, "note": note, "at": now},
        "timeline": noted(enrolment["timeline"], fact(now, "withdrawn")),
    }
