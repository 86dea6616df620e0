"""Bodies of the operators' console."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

SHELVES, DOINGS = ("parked", "dead"), ("list", "replay", "drop", "edit", "requeue", "skip")


class OpsOrderIn(Schema):
    """What the worker shall do: `edit` sends a message with another body, `requeue` and `skip` free an aggregate."""

    do = fields.String(required=True, validate=validate.OneOf(DOINGS))
    shelf = fields.String(load_default="parked", validate=validate.OneOf(SHELVES))
    message_id = fields.String(load_default="", validate=validate.Length(max=64))
    collection = fields.String(load_default="", validate=validate.Length(max=64))
    aggregate_id = fields.String(load_default="", validate=validate.Length(max=64))
    reason = fields.String(load_default="", validate=validate.Length(max=500))
    body = fields.String(load_default=None, allow_none=True, validate=validate.Length(max=60_000))


class OpsOrderOut(Schema):
    """An order and what came of it."""

    id = fields.String(required=True, attribute="_id")
    do = fields.String(required=True)
    shelf = fields.String()
    message_id = fields.String()
    reason = fields.String()
    state = fields.String(required=True, metadata={"enum": ["due", "running", "done", "failed"]})
    asked_by = fields.String(required=True)
    asked_at = fields.AwareDateTime(format="iso", required=True)
    done_at = fields.AwareDateTime(format="iso", allow_none=True)
    result = fields.Raw(metadata={"description": "The messages found, or how many were touched."})


class OpsOrdersOut(Schema):
    """A page of orders, newest first."""

    items = fields.List(fields.Nested(OpsOrderOut), required=True)
    next_cursor = fields.String(allow_none=True)


class ShelfIn(Schema):
    """Which shelf."""

    shelf = fields.String(load_default="parked", validate=validate.OneOf(SHELVES))


class MessagesOut(Schema):
    """The messages as the worker saw them last, and when; `order` names the look that is under way."""

    items = fields.List(fields.Dict(), required=True)
    seen_at = fields.AwareDateTime(format="iso", allow_none=True)
    order = fields.String(required=True)


class OutboxOut(Schema):
    """What waits to be published."""

    pending = fields.Integer(required=True)
    oldest_seconds = fields.Float(required=True)
    halted = fields.List(fields.Dict(keys=fields.String(), values=fields.Raw()), required=True)


class HealthOut(Schema):
    """How a service stands; `freshness` counts seconds since an event type was handled last."""

    service = fields.String(required=True)
    outbox = fields.Nested(OutboxOut, required=True)
    queues = fields.Dict(keys=fields.String(), values=fields.Integer(), allow_none=True)
    freshness = fields.Dict(keys=fields.String(), values=fields.Float(), required=True)
    worker_seen_seconds = fields.Float(allow_none=True)


class FlowStepOut(Schema):
    """One thing that happened in this service in the course of a flow."""

    at = fields.AwareDateTime(format="iso", required=True)
    service = fields.String(required=True)
    what = fields.String(required=True)
    subject = fields.String(allow_none=True)
    outcome = fields.String(allow_none=True)


class TimelineOut(Schema):
    """What happened here, oldest first."""

    items = fields.List(fields.Nested(FlowStepOut), required=True)
