"""Start an attempt, save answers one by one, submit; the server draws, keeps the time and grades."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from pymongo.errors import DuplicateKeyError

from services.progress.clients import Bundles
from services.progress.queries.attempts import assessment_for, bundle_of, own_attempt
from services.progress.queries.enrolments import course_of, own_enrolment
from services.progress.rules import ProgressSettings
from services.progress.rules.attempts import (
    EXPIRED,
    RUNNING,
    SUBMITTED,
    assessment_of,
    check_start,
    is_over,
    new_attempt,
    questions_of,
)
from services.progress.rules.grading import checked, graded
from services.progress.store import Store
from shared.errors import Conflict, NotFound, Refused
from shared.events.progress import AssessmentFailed, AssessmentPassed

Document = dict[str, Any]
TRIES_MOST = 10


def start_attempt(
    store: Store,
    bundles: Bundles,
    settings: ProgressSettings,
    user_id: str,
    enrolment_id: str,
    assessment_id: str,
    extra: bool,
    now: datetime,
) -> tuple[Document, Document, bool]:
    """The running attempt or a new one, its assessment, and whether it is new."""
    enrolment = own_enrolment(store, user_id, enrolment_id)
    course = course_of(store, enrolment)
    bundle = bundle_of(store, bundles, enrolment["course_id"], enrolment["course_version"])
    assessment = assessment_of(bundle, assessment_id)
    for _ in range(TRIES_MOST):
        earlier = store.attempts_at(enrolment_id, assessment_id)
        latest = earlier[-1] if earlier else None
        if latest and latest["state"] == RUNNING:
            if not is_over(latest, now):
                return latest, assessment_for(store, bundles, latest), False
            close_attempt(store, bundles, latest, EXPIRED, now)
        check_start(enrolment, course, assessment, earlier)
        number = latest["number"] + 1 if latest else 1
        made = new_attempt(enrolment, assessment, number, extra, now, settings)
        try:
            return store.attempts.add(made), assessment, True
        except DuplicateKeyError:
            continue  # Another tab was first; its attempt is the answer.
    raise Conflict("changed_elsewhere", "Too much happened at once. Try again.")


def save_answer(
    store: Store,
    bundles: Bundles,
    user_id: str,
    attempt_id: str,
    question_id: str,
    answer: object,
    now: datetime,
) -> None:
    """Keep the answer to one question of a running attempt; a later one replaces it."""
    for _ in range(TRIES_MOST):
        attempt = own_attempt(store, user_id, attempt_id)
        questions = questions_of(attempt, assessment_for(store, bundles, attempt))
        question = next((one for one in questions if one["id"] == question_id), None)
        if question is None:
            raise NotFound("question_unknown", "The attempt has no such question.")
        good = checked(question, answer)
        if attempt["state"] != RUNNING:
            raise Refused("attempt_over", "This attempt is already submitted.")
        if is_over(attempt, now):
            raise Refused("time_over", "The time for this attempt is over.")
        if store.attempts.put(attempt, {"$set": {"answers": {**attempt["answers"], question_id: good}}}):
            return
    raise Conflict("changed_elsewhere", "Too much happened at once. Send it again.")


def submit_attempt(
    store: Store, bundles: Bundles, user_id: str, attempt_id: str, now: datetime
) -> tuple[Document, Document]:
    """Grade an attempt once; submitting again answers the same result. Late: graded on what was saved in time."""
    attempt = own_attempt(store, user_id, attempt_id)
    state = EXPIRED if is_over(attempt, now) else SUBMITTED
    return close_attempt(store, bundles, attempt, state, now), assessment_for(store, bundles, attempt)


def close_attempt(store: Store, bundles: Bundles, attempt: Document, state: str, now: datetime) -> Document:
    """Grade what was saved and tell the result; one write decides, whoever comes second sees it."""
    assessment = assessment_for(store, bundles, attempt)
    for _ in range(TRIES_MOST):
        if attempt["state"] != RUNNING:
            return attempt
        result = graded(questions_of(attempt, assessment), attempt["answers"], assessment["pass_mark"])
        setting = {"state": state, "submitted_at": now, "result": result}
        update = {"$set": setting, "$unset": {"closes_at": ""}}
        if store.attempts.put(attempt, update, _told(attempt, assessment, result)):
            return {**attempt, **setting}
        attempt = store.attempts.get(attempt["_id"]) or attempt
    raise Conflict("changed_elsewhere", "Too much happened at once. Try again.")


def close_overdue(store: Store, bundles: Bundles, now: datetime) -> int:
    """Close the attempts whose time is over; how many."""
    overdue = store.overdue_attempts(now)
    for attempt in overdue:
        close_attempt(store, bundles, attempt, EXPIRED, now)
    return len(overdue)


def _told(attempt: Document, assessment: Document, result: Document) -> AssessmentPassed | AssessmentFailed:
    base = {
        "user_id": attempt["user_id"],
        "enrolment_id": attempt["enrolment_id"],
        "course_id": attempt["course_id"],
        "version": attempt["course_version"],
        "assessment_id": attempt["assessment_id"],
        "attempt": attempt["number"],
        "score": result["score"],
    }
    if result["passed"]:
        return AssessmentPassed(**base)
    most = assessment["attempts"]
    return AssessmentFailed(**base, left=max(most - attempt["number"], 0) if most else -1)
