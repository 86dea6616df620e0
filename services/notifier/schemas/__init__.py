"""Shapes of the bodies that the notifier takes and gives; here those of deliveries."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

STATES = ["queued", "sending", "sent", "failed", "skipped", "unknown"]


class DeliveriesIn(Schema):
    """Which deliveries, and which page."""

    user_id = fields.String(load_default="", validate=validate.Length(max=64))
    mdo_id = fields.String(load_default="", validate=validate.Length(max=64))
    state = fields.String(load_default="", validate=validate.OneOf(["", *STATES]))
    cursor = fields.String(load_default="", validate=validate.Length(max=400))
    limit = fields.Integer(load_default=50, validate=validate.Range(1, 100))


class BounceIn(Schema):
    """What the receiving server said when the mail came back."""

    code = fields.Integer(load_default=550, strict=True, validate=validate.Range(400, 599))
    text = fields.String(load_default="", validate=validate.Length(max=500))


class SMTPOut(Schema):
    """The mail server's last answer, without addresses."""

    code = fields.Integer()
    enhanced = fields.String()
    text = fields.String()


class DeliveryOut(Schema):
    """A mail's life; neither its address nor its text is kept."""

    id = fields.String(attribute="_id", required=True)
    kind = fields.String(required=True)
    user_id = fields.String(required=True)
    state = fields.String(required=True)
    reason = fields.String()
    mdo_path = fields.List(fields.String())
    attempts = fields.Integer(required=True)
    message_id = fields.String(required=True)
    smtp = fields.Nested(SMTPOut)
    created_at = fields.AwareDateTime(format="iso", required=True)
    useful_until = fields.AwareDateTime(format="iso", required=True)
    next_at = fields.AwareDateTime(format="iso")
    done_at = fields.AwareDateTime(format="iso")


class DeliveriesOut(Schema):
    """A page of deliveries; `next_cursor` is null on the last one."""

    items = fields.List(fields.Nested(DeliveryOut), required=True)
    next_cursor = fields.String(allow_none=True, required=True)
