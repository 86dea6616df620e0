"""Bodies of the approval queue."""

from __future__ import annotations

from marshmallow import Schema, fields, validate


class QueueIn(Schema):
    """Which page of the queue."""

    state = fields.String(load_default="awaiting_approval", validate=validate.OneOf(["awaiting_approval"]))
    cursor = fields.String(load_default="", validate=validate.Length(max=64))
    limit = fields.Integer(load_default=50, validate=validate.Range(1, 100))


class ApplicantOut(Schema):
    """Who asks to be registered, as the approver needs it to decide."""

    id = fields.String(required=True)
    first_name = fields.String(required=True)
    last_name = fields.String(required=True)
    email = fields.String(required=True)
    position_id = fields.String(allow_none=True)
    position_text = fields.String(allow_none=True)
    mdo_id = fields.String(required=True)
    created_at = fields.AwareDateTime(format="iso", required=True)


class QueueOut(Schema):
    """A page of applicants; `next_cursor` is null on the last one."""

    items = fields.List(fields.Nested(ApplicantOut), required=True)
    next_cursor = fields.String(allow_none=True)


class DenialIn(Schema):
    """Why a registration is denied; the applicant reads it."""

    reason = fields.String(required=True, validate=validate.Length(3, 500))


class DecisionOut(Schema):
    """What became of a registration."""

    id = fields.String(required=True)
    state = fields.String(required=True)
