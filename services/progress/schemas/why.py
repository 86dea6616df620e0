"""Bodies of explanations and disputes."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from services.progress.schemas.fields import text, words
from shared.paging import PageIn


class FactOut(Schema):
    """One fact: what happened, whether it counted, by which rule, in words and numbers."""

    at = fields.AwareDateTime(format="iso", required=True)
    what = fields.String(required=True)
    resource_id = fields.String()
    assessment_id = fields.String()
    title = fields.String(allow_none=True)
    counted = fields.Boolean(required=True)
    rule = fields.String(allow_none=True)
    times = fields.Integer(required=True)
    sentence = words(required=True)
    numbers = fields.Dict(keys=fields.String(), values=fields.Integer(), required=True)


class PartOut(Schema):
    """What counts for one part of the course, and what is missing."""

    resource_id = fields.String(required=True)
    title = fields.String(allow_none=True)
    kind = fields.String(required=True)
    required = fields.Boolean(required=True)
    status = fields.String(required=True)
    rule = fields.String(allow_none=True)
    sentence = words(required=True)
    numbers = fields.Dict(keys=fields.String(), values=fields.Integer(), required=True)


class DisputeIn(Schema):
    """What the learner wants looked at."""

    note = text(3, 1000, required=True)


class AnswerDisputeIn(Schema):
    """What the learner is answered."""

    text = text(3, 1000, required=True)


class DisputeOut(Schema):
    """A dispute and its answer."""

    id = fields.String(required=True)
    enrolment_id = fields.String(required=True)
    course_id = fields.String(required=True)
    user_id = fields.String(required=True)
    mdo_id = fields.String(required=True)
    note = fields.String(required=True)
    status = fields.String(required=True)
    created_at = fields.AwareDateTime(format="iso", required=True)
    answer = fields.String(allow_none=True)
    answered_by = fields.String(allow_none=True)
    answered_at = fields.AwareDateTime(format="iso", allow_none=True)


class DisputesIn(PageIn):
    """Which disputes."""

    status = fields.String(load_default="", validate=validate.OneOf(["", "open", "answered"]))


class DisputesOut(Schema):
    """A page of disputes, newest first."""

    items = fields.List(fields.Nested(DisputeOut), required=True)
    next_cursor = fields.String(allow_none=True)


class ReasonIn(Schema):
    """Why an administrator looks at somebody's record; it is kept."""

    reason = text(3, 300, required=True)


class WhyOut(Schema):
    """Why a progress is what it is."""

    items = fields.List(fields.Nested(FactOut), required=True)
    resources = fields.List(fields.Nested(PartOut), required=True)
    disputes = fields.List(fields.Nested(DisputeOut), required=True)
    percent = fields.Integer(required=True)
    status = fields.String(required=True)


class AccessOut(Schema):
    """Somebody looked at your record or acted on it."""

    at = fields.AwareDateTime(format="iso", required=True)
    who = fields.String(required=True)
    what = fields.String(required=True)
    reason = fields.String(allow_none=True)


class AccessLogOut(Schema):
    """A page of the own access log, newest first."""

    items = fields.List(fields.Nested(AccessOut), required=True)
    next_cursor = fields.String(allow_none=True)
