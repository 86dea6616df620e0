"""The answer to "why is my progress what it is": the facts, what each part still needs, and the disputes."""

from __future__ import annotations

import math
from typing import Any

from services.progress.queries.enrolments import course_of
from services.progress.rules import ProgressSettings
from services.progress.rules.evidence import COMPLETED, NOT_STARTED, RECORDINGS, Part
from services.progress.rules.progress import numbers_of, parts_with_state
from services.progress.rules.why import fact_text, missing_text
from services.progress.store import Store
from shared.auth import Principal
from shared.errors import NotFound

Document = dict[str, Any]


def why(store: Store, settings: ProgressSettings, enrolment: Document) -> Document:
    """The newest facts first, then the state of each part, the disputes and the counts."""
    course = course_of(store, enrolment)
    return {
        "items": [_item(course, one) for one in reversed(enrolment["timeline"])],
        "resources": [
            _part(settings, course, part, state)
            for part, state in parts_with_state(course, enrolment["resources"])
        ],
        "disputes": [{**one, "id": one["_id"]} for one in store.disputes_about(enrolment["_id"])],
        "percent": enrolment["percent"],
        "status": enrolment["status"],
    }


def _item(course: Document, one: Document) -> Document:
    made = {name: one[name] for name in ("at", "what", "counted", "numbers")}
    made |= {"rule": one.get("rule"), "times": one.get("times", 1), "sentence": fact_text(one)}
    if "on" in one:
        side = "assessment_id" if one["on"] in course["assessments"] else "resource_id"
        made |= {side: one["on"], "title": course["resource_titles"].get(one["on"])}
    return made


def _part(settings: ProgressSettings, course: Document, part: Part, state: Document) -> Document:
    numbers = numbers_of(part, state)
    if part.kind in RECORDINGS:
        numbers["needed"] = math.ceil(part.seconds * settings.covered_share)
    elif part.pages:
        numbers["needed"] = math.ceil(part.pages * settings.pages_share)
    done = state.get("status") == COMPLETED
    return {
        "resource_id": part.id,
        "title": course["resource_titles"].get(part.id),
        "kind": part.kind,
        "required": part.id in course["required"],
        "status": state.get("status", NOT_STARTED),
        "rule": state.get("rule"),
        "numbers": numbers,
        "sentence": missing_text(part.kind, done, numbers),
    }


def enrolment_of_own_people(store: Store, who: Principal, user_id: str, enrolment_id: str) -> Document:
    """Somebody's enrolment for the admin of their MDO; a foreign one is as unknown as none (NotFound)."""
    found = store.enrolments.get(enrolment_id)
    if found is None or found["user_id"] != user_id or not who.reaches("MDO_ADMIN", path_of(store, found)):
        raise NotFound("enrolment_unknown", "There is no such enrolment.")
    return found


def path_of(store: Store, enrolment: Document) -> list[str]:
    """Where the learner of an enrolment belongs now."""
    learner = store.learners.get(enrolment["user_id"]) or enrolment
    return list(learner["mdo_path"])
