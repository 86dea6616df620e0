"""Attempts as their learner sees them; answer keys stay here."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from services.progress.clients import Bundles
from services.progress.rules.attempts import RUNNING, asked, assessment_of, questions_of
from services.progress.rules.ids import course_key
from services.progress.store import Store
from shared.errors import NotFound

Document = dict[str, Any]


def bundle_of(store: Store, bundles: Bundles, course_id: str, version: int) -> Document:
    """The assessments of a version with their keys: kept for ever once fetched, as they never change."""
    key = course_key(course_id, version)
    kept = store.bundle(key)
    if kept is None:
        kept = bundles.of(course_id, version)
        store.keep_bundle(key, kept)
    return kept


def own_attempt(store: Store, user_id: str, attempt_id: str) -> Document:
    """The attempt, if it is this person's; NotFound."""
    found = store.attempts.get(attempt_id)
    if found is None or found["user_id"] != user_id:
        raise NotFound("attempt_unknown", "There is no such attempt.")
    return found


def assessment_for(store: Store, bundles: Bundles, attempt: Document) -> Document:
    """The assessment of an attempt, with its keys."""
    bundle = bundle_of(store, bundles, attempt["course_id"], attempt["course_version"])
    return assessment_of(bundle, attempt["assessment_id"])


def show_attempt(attempt: Document, assessment: Document, now: datetime) -> Document:
    """The answer about an attempt: questions while it runs, the result when it is over."""
    names = ("enrolment_id", "course_id", "assessment_id", "number", "kind", "state", "started_at", "ends_at")
    ends, most = attempt["ends_at"], assessment["attempts"]
    running = attempt["state"] == RUNNING
    made = {name: attempt[name] for name in names} | {
        "id": attempt["_id"],
        "title": assessment["title"],
        "seconds_left": max(int((ends - now).total_seconds()), 0) if ends and running else None,
        "questions": asked(attempt, assessment),
        "pass_mark": assessment["pass_mark"],
        "attempts_left": max(most - attempt["number"], 0) if most else None,
    }
    return made if running else made | _result(attempt, assessment)


def _result(attempt: Document, assessment: Document) -> Document:
    result = attempt["result"]
    rows = [
        {
            "question_id": one["id"],
            "correct": result["correct"][one["id"]],
            "explanation": one.get("explanation"),
            "your_answer": attempt["answers"].get(one["id"]),
        }
        for one in questions_of(attempt, assessment)
    ]
    names = ("score", "passed", "points", "points_total", "by_competency")
    return {name: result[name] for name in names} | {"graded": rows, "submitted_at": attempt["submitted_at"]}
