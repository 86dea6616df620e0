"""Take what a learner's player reports: one conditional write on the enrolment for each accepted update."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime
from typing import Any

from services.progress.commands.completions import applied, told_completion, told_resource
from services.progress.queries.enrolments import course_of, own_enrolment
from services.progress.rules import ProgressSettings
from services.progress.rules.progress import Folded, fold
from services.progress.rules.why import refusal_text
from services.progress.store import Store
from shared.errors import Conflict, Problem, Refused
from shared.events import Event

Document = dict[str, Any]
TRIES_MOST = 25  # Tabs and devices of one person write the same enrolment.


def apply_update(
    store: Store, settings: ProgressSettings, user_id: str, enrolment_id: str, update: Document, now: datetime
) -> tuple[Folded, Document]:
    """Judge one update and write what it changes; the outcome and the enrolment after it."""
    recent = store.recent.get(enrolment_id)
    if recent and recent["user_id"] == user_id and not update.get("text"):
        with suppress(Problem):  # The copy may be old: only a write that succeeds proves it was not.
            done = _judged(store, settings, recent, update, now)
            if done and done[0].setting:
                return done
    for _ in range(TRIES_MOST):
        done = _judged(store, settings, own_enrolment(store, user_id, enrolment_id), update, now)
        if done:
            return done
    raise Conflict("changed_elsewhere", "Too much happened at once. Send it again.")


def _judged(
    store: Store, settings: ProgressSettings, enrolment: Document, update: Document, now: datetime
) -> tuple[Folded, Document] | None:
    # None: somebody else changed the enrolment meanwhile.
    course = course_of(store, enrolment)
    folded = fold(enrolment, course, update, now, settings)
    if not folded.setting:
        return folded, enrolment
    if folded.receipt == "accepted" and update.get("text"):
        _keep_submission(store, enrolment, update, now)
    if not store.enrolments.put(enrolment, {"$set": folded.setting}, *_told(enrolment, course, folded, now)):
        store.recent.forget(enrolment["_id"])
        return None
    after = applied(enrolment, folded.setting)
    store.recent.keep(after | {"version": enrolment["version"] + 1})
    return folded, after


def mark_complete(
    store: Store, settings: ProgressSettings, user_id: str, enrolment_id: str, update: Document, now: datetime
) -> tuple[Folded, Document]:
    """Complete a reading or a link by the learner's own mark; Refused with what is still missing."""
    folded, enrolment = apply_update(store, settings, user_id, enrolment_id, update, now)
    if folded.receipt == "refused":
        raise refusal(folded)
    return folded, enrolment


def refusal(folded: Folded) -> Refused:
    """A refused outcome as an error, with the time to wait where waiting helps."""
    numbers = folded.numbers
    wait = numbers["needed"] - numbers["dwelt"] if folded.reason == "too_soon" else None
    error = Refused(folded.reason or "refused", refusal_text(folded.reason, numbers)["en"])
    error.retry_after = wait
    return error


def _keep_submission(store: Store, enrolment: Document, update: Document, now: datetime) -> None:
    # Kept beside the enrolment, because it is long; written first, so that no completion lacks its text.
    store.submissions.update_one(
        {"_id": f"{enrolment['_id']}:{update['resource_id']}"},
        {"$set": {"user_id": enrolment["user_id"], "text": update["text"], "at": now}},
        upsert=True,
    )


def _told(enrolment: Document, course: Document, folded: Folded, now: datetime) -> list[Event]:
    told: list[Event] = []
    after = applied(enrolment, folded.setting)
    if folded.completed and folded.rule:
        told.append(told_resource(after, course, folded.completed, folded.rule))
    if folded.finished:
        told.append(told_completion(after, course, now))
    return told
