"""What players report: one update, a queue of them, marks and attendance."""

from __future__ import annotations

from typing import Any

from marshmallow import ValidationError

from services.progress.api.clock import Clock
from services.progress.commands.attendance import mark_attendance
from services.progress.commands.updates import apply_update, mark_complete
from services.progress.queries.attendance import roll
from services.progress.rules import ProgressSettings
from services.progress.rules.progress import Folded, state_of
from services.progress.rules.why import refusal_text
from services.progress.schemas.updates import (
    AttendanceIn,
    AttendanceOut,
    MarkIn,
    OutcomeOut,
    QueuedIn,
    QueueIn,
    ReceiptsOut,
    RollOut,
    UpdateIn,
)
from services.progress.store import Store
from shared.auth import allow, principal
from shared.errors import Problem
from shared.events import new_id
from shared.failpoint import Failpoints
from shared.paging import PageIn
from shared.web import Blueprint

Document = dict[str, Any]
QUEUED = QueuedIn()


def updates_blueprint(
    store: Store, settings: ProgressSettings, clock: Clock, failpoint: Failpoints
) -> Blueprint:
    """The routes of progress updates."""
    blueprint = Blueprint("updates", __name__, description="What players report, and the evidence rules")

    @blueprint.route("/v1/enrolments/<enrolment_id>/updates", methods=["POST"])
    @blueprint.arguments(UpdateIn())  # An instance: a class would be built anew for each request.
    @blueprint.response(200, OutcomeOut)
    @allow()
    def update(body: Document, enrolment_id: str) -> Document:
        """Report progress in one resource; what does not count is answered as `refused` with the reason."""
        folded, after = apply_update(store, settings, principal().user_id, enrolment_id, body, clock())
        failpoint("prog.after_append")
        return _outcome(folded, after, body)

    @blueprint.route("/v1/updates", methods=["POST"])
    @blueprint.arguments(QueueIn)
    @blueprint.response(200, ReceiptsOut)
    @allow()
    def queue(body: Document) -> Document:
        """Report what was kept while offline; a refused item never blocks the others."""
        return {"receipts": [_queued(store, settings, item, clock) for item in body["items"]]}

    @blueprint.route("/v1/enrolments/<enrolment_id>/resources/<resource_id>/complete", methods=["POST"])
    @blueprint.arguments(MarkIn)
    @blueprint.response(200, OutcomeOut)
    @allow()
    def complete(body: Document, enrolment_id: str, resource_id: str) -> Document:
        """Mark a reading as read, or a link as done; 422 `too_soon` with Retry-After before the minimum time."""
        made = {"event_id": body.get("event_id") or new_id(), "resource_id": resource_id, "kind": "marked"}
        folded, after = mark_complete(store, settings, principal().user_id, enrolment_id, made, clock())
        return _outcome(folded, after, made)

    @blueprint.route("/v1/sessions/<course_id>/<resource_id>/attendance")
    @blueprint.arguments(PageIn, location="query")
    @blueprint.response(200, RollOut)
    @allow("CONTENT_PUBLISHER", "MDO_ADMIN")
    def attendance_roll(asked: Document, course_id: str, resource_id: str) -> Document:
        """Who is enrolled in the course of a session, and whose attendance is marked already."""
        return roll(store, principal(), course_id, resource_id, asked, clock())

    @blueprint.route("/v1/sessions/<course_id>/<resource_id>/attendance", methods=["POST"])
    @blueprint.arguments(AttendanceIn)
    @blueprint.response(200, AttendanceOut)
    @allow("CONTENT_PUBLISHER", "MDO_ADMIN")
    def attendance(body: Document, course_id: str, resource_id: str) -> Document:
        """Mark who attended a session; a publisher for any learner, an MDO admin for their own people."""
        who, users = principal(), body["user_ids"]
        return mark_attendance(store, settings, who, course_id, resource_id, users, clock())

    return blueprint


def _outcome(folded: Folded, after: Document, body: Document) -> Document:
    return _receipt(body["event_id"], folded.receipt, folded.reason, folded.numbers) | {
        "resource": state_of(after, body["resource_id"]),
        "percent": after["percent"],
        "completed": after["status"] == "completed",
    }


def _receipt(event_id: str | None, receipt: str, reason: str | None, numbers: Document) -> Document:
    made: Document = {"event_id": event_id, "receipt": receipt}
    return made | ({"reason": reason, "sentence": refusal_text(reason, numbers)} if reason else {})


def _queued(store: Store, settings: ProgressSettings, item: Document, clock: Clock) -> Document:
    given = item.get("event_id")
    event_id = given if isinstance(given, str) and len(given) <= 64 else None
    try:
        update = QUEUED.load(item)
        folded, _ = apply_update(
            store, settings, principal().user_id, update.pop("enrolment_id"), update, clock()
        )
    except ValidationError:
        return _receipt(event_id, "refused", "not_valid", {})
    except Problem as problem:
        return _receipt(event_id, "refused", "busy" if problem.status == 409 else problem.slug, {})
    return _receipt(event_id, folded.receipt, folded.reason, folded.numbers)
