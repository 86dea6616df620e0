"""Bodies of reports and of their moderation."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from services.community.schemas.common import PagedOut, PersonOut, free_text

REASONS = ["spam", "abuse", "off_topic", "personal_data", "other"]


class ReportIn(Schema):
    """Why a post should be looked at."""

    reason = fields.String(required=True, validate=validate.OneOf(REASONS))
    note = free_text(500, load_default="")


class ComplaintOut(Schema):
    """One complaint, without who made it."""

    reason = fields.String(required=True)
    note = fields.String(required=True)
    at = fields.DateTime(required=True)


class ReportedOut(Schema):
    """A reported post with the complaints."""

    kind = fields.String(required=True, metadata={"example": "reply"})
    id = fields.String(required=True)
    thread_id = fields.String(required=True)
    title = fields.String(required=True)
    body = fields.String(required=True)
    author = fields.Nested(PersonOut, required=True)
    state = fields.String(required=True)
    reported_at = fields.DateTime(required=True)
    reporters = fields.Integer(required=True)
    reports = fields.List(fields.Nested(ComplaintOut), required=True)


class ModerationOut(PagedOut):
    """A page of reported posts, longest waiting first."""

    items = fields.List(fields.Nested(ReportedOut), required=True)


class DecisionIn(Schema):
    """What becomes of a reported post, and why; its author is shown the reason."""

    decision = fields.String(required=True, validate=validate.OneOf(["keep", "remove"]))
    reason = free_text(500, least=3, required=True, metadata={"example": "It names a person's address."})


class DecidedOut(Schema):
    """What became of a post."""

    kind = fields.String(required=True)
    id = fields.String(required=True)
    state = fields.String(required=True)
