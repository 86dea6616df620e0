"""A learner disputes a progress with a note; an admin of the learner's MDO answers it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from pymongo.errors import DuplicateKeyError

from services.progress.queries.disputes import dispute_for
from services.progress.queries.enrolments import own_enrolment
from services.progress.queries.why import path_of
from services.progress.rules.ids import dispute_id
from services.progress.store import Store
from shared.auth import Principal
from shared.errors import Conflict, Forbidden
from shared.events.progress import DisputeAnswered, ProgressDisputed

Document = dict[str, Any]
OPEN, ANSWERED = "open", "answered"


def dispute(store: Store, user_id: str, enrolment_id: str, note: str, now: datetime) -> Document:
    """Ask the admins of one's MDO to look at a progress; one open dispute for an enrolment, repeated or not."""
    enrolment = own_enrolment(store, user_id, enrolment_id)
    earlier = store.disputes_about(enrolment_id)
    if earlier and earlier[-1]["status"] == OPEN:
        if earlier[-1]["note"] == note:
            return earlier[-1]
        raise Conflict("dispute_open", "Your earlier note has not been answered yet.")
    path = path_of(store, enrolment)
    made = {
        "_id": dispute_id(enrolment_id, len(earlier) + 1),
        "enrolment_id": enrolment_id,
        "course_id": enrolment["course_id"],
        "user_id": user_id,
        "mdo_id": path[-1] if path else enrolment["mdo_id"],
        "mdo_path": path,
        "note": note,
        "status": OPEN,
        "created_at": now,
        "answer": None,
        "answered_by": None,
        "answered_at": None,
    }
    told = ProgressDisputed(
        user_id=user_id,
        dispute_id=made["_id"],
        enrolment_id=enrolment_id,
        course_id=made["course_id"],
        mdo_id=made["mdo_id"],
        mdo_path=tuple(path),
    )
    try:
        return store.disputes.add(made, told)
    except DuplicateKeyError:
        raise Conflict("dispute_open", "Your earlier note has not been answered yet.") from None


def answer_dispute(store: Store, who: Principal, id_: str, text: str, now: datetime) -> Document:
    """Answer a dispute of one's own people once; never one's own."""
    found = dispute_for(store, who, id_)
    if found["user_id"] == who.user_id:
        raise Forbidden("own_request", "Somebody else has to answer this.")
    setting = {"status": ANSWERED, "answer": text, "answered_by": who.user_id, "answered_at": now}
    told = DisputeAnswered(
        user_id=found["user_id"],
        dispute_id=id_,
        enrolment_id=found["enrolment_id"],
        course_id=found["course_id"],
    )
    if store.disputes.change({"_id": id_, "status": OPEN}, {"$set": setting}, told) is None:
        raise Conflict("already_answered", "This dispute is answered already.")
    store.audit_entry(who.user_id, "dispute_answered", id_, now, whom=found["user_id"])
    return {**found, **setting}
