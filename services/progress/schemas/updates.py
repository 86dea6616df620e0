"""Bodies of progress updates and their receipts."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from services.progress.schemas.enrolments import ResourceOut
from services.progress.schemas.fields import Number, Whole, event_id, key, text, words

KINDS = ("position", "page", "opened", "declared", "submitted")
SECONDS = validate.Range(0, 1_000_000)
PAGES = validate.Range(1, 10_000)


class UpdateIn(Schema):
    """One report of a player: `event_id` is made by the client, once for each report, and kept in repetitions."""

    event_id = event_id(required=True, metadata={"example": "0190f5b2-7c1e-7d4b-9c1a-3f5d2a8b6e01"})
    resource_id = key(required=True)
    kind = fields.String(required=True, validate=validate.OneOf(KINDS))
    position = Number(
        allow_nan=False, validate=SECONDS, metadata={"description": "Seconds; end of the piece."}
    )
    start = Number(
        data_key="from", attribute="from", allow_nan=False, validate=SECONDS,
        metadata={"description": "Seconds; where the piece begins."},
    )  # fmt: skip
    page = Whole(strict=True, validate=PAGES)
    pages = fields.List(Whole(strict=True, validate=PAGES), validate=validate.Length(max=500))
    text = text(1, 5000)
    client_at = fields.AwareDateTime(
        format="iso", metadata={"description": "When it happened on the device."}
    )

    @validates_schema
    def _belong_together(self, data: dict[str, Any], **_: Any) -> None:
        if data["kind"] == "position" and "position" not in data:
            raise ValidationError("Needed with this kind.", "position")
        if data["kind"] == "page" and "page" not in data and "pages" not in data:
            raise ValidationError("Needed with this kind.", "page")
        if data["kind"] == "submitted" and "text" not in data:
            raise ValidationError("Needed with this kind.", "text")


class QueuedIn(UpdateIn):
    """One report of a queue, with the enrolment it belongs to."""

    enrolment_id = key(required=True)


class QueueIn(Schema):
    """Reports kept while offline, oldest first; each gets a receipt of its own."""

    items = fields.List(
        fields.Dict(keys=fields.String()), required=True, validate=validate.Length(1, 100),
        metadata={"description": "Updates as for one enrolment, each with its `enrolment_id`."},
    )  # fmt: skip


class ReceiptOut(Schema):
    """What became of one report; `reason` and `sentence` say why it does not count."""

    event_id = fields.String(allow_none=True)
    receipt = fields.String(required=True, validate=validate.OneOf(["accepted", "duplicate", "refused"]))
    reason = fields.String()
    sentence = words()


class OutcomeOut(ReceiptOut):
    """The receipt with the state after it."""

    resource = fields.Nested(ResourceOut, allow_none=True)
    percent = fields.Integer(required=True)
    completed = fields.Boolean(required=True, metadata={"description": "Whether the course is completed."})


class ReceiptsOut(Schema):
    """Receipts in the order of the queue."""

    receipts = fields.List(fields.Nested(ReceiptOut), required=True)


class AttendanceIn(Schema):
    """Who was there."""

    user_ids = fields.List(key(), required=True, validate=validate.Length(1, 200))


class AbsenceOut(Schema):
    """Somebody whose attendance could not be marked."""

    user_id = fields.String(required=True)
    reason = fields.String(required=True)


class AttendanceOut(Schema):
    """Whose attendance is marked now, and whose is not."""

    marked = fields.List(fields.String(), required=True)
    refused = fields.List(fields.Nested(AbsenceOut), required=True)


class SeatOut(Schema):
    """Somebody who is enrolled in the course of a session."""

    user_id = fields.String(required=True)
    mdo_id = fields.String(required=True)
    attended = fields.Boolean(required=True)


class RollOut(Schema):
    """A page of the people whose attendance the administrator may mark."""

    items = fields.List(fields.Nested(SeatOut), required=True)
    next_cursor = fields.String(allow_none=True)


class MarkIn(Schema):
    """Nothing but the wish; `event_id` makes repetitions known."""

    event_id = event_id()
