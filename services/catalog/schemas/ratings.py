"""Bodies of ratings, reports and moderation."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from services.catalog.schemas.cards import text_out
from services.catalog.schemas.texts import free_text
from shared.paging import PageIn


class RatingIn(Schema):
    """Stars and, if one likes, a review."""

    stars = fields.Integer(required=True, strict=True, validate=validate.Range(1, 5))
    text = free_text(2000, load_default="")


class RatingsIn(PageIn):
    """Which reviews."""

    stars = fields.Integer(load_default=0, validate=validate.Range(0, 5))


class ReplyOut(Schema):
    """The provider's answer."""

    text = fields.String(required=True)
    at = fields.AwareDateTime(format="iso", required=True)


class ReviewOut(Schema):
    """A review; who wrote it is not told."""

    id = fields.String(required=True)
    course_id = fields.String(required=True)
    stars = fields.Integer(required=True)
    text = fields.String(required=True)
    at = fields.AwareDateTime(format="iso", required=True)
    edited = fields.Boolean()
    mine = fields.Boolean()
    author_label = text_out()
    reply = fields.Nested(ReplyOut, allow_none=True)
    reported = fields.Boolean()


class RatingsOut(Schema):
    """The summary of a course's ratings and a page of reviews."""

    average = fields.Float(required=True)
    count = fields.Integer(required=True)
    by_stars = fields.Dict(keys=fields.String(), values=fields.Integer(), required=True)
    items = fields.List(fields.Nested(ReviewOut), required=True)
    next_cursor = fields.String(allow_none=True)


class ReportIn(Schema):
    """Why a review should be looked at."""

    reason = fields.String(required=True, validate=validate.OneOf(["spam", "abuse", "off_topic", "other"]))
    note = free_text(500, load_default="")


class ReportOut(Schema):
    """One complaint."""

    reason = fields.String()
    note = fields.String()
    at = fields.AwareDateTime(format="iso")


class ReportedOut(ReviewOut):
    """A reported review with the complaints."""

    state = fields.String()
    reports = fields.List(fields.Nested(ReportOut))


class ModerationOut(Schema):
    """Reported reviews."""

    items = fields.List(fields.Nested(ReportedOut), required=True)
    next_cursor = fields.String(allow_none=True)


class DecisionIn(Schema):
    """What becomes of a reported review, and why."""

    decision = fields.String(required=True, validate=validate.OneOf(["keep", "remove"]))
    reason = free_text(500, least=3, required=True)


class ReplyIn(Schema):
    """The provider's answer."""

    text = free_text(1000, least=1, required=True)
