"""Bodies of enrolments."""

from __future__ import annotations

from typing import get_args

from marshmallow import Schema, fields, validate

from services.progress.schemas.fields import key, text, words
from shared.events.progress import WithdrawalReason
from shared.paging import PageIn

REASONS = get_args(get_args(WithdrawalReason)[0])
STATES = ("active", "completed", "withdrawn")


class EnrolmentIn(Schema):
    """Which course to enrol in; `cycle` is a year for duties that repeat yearly."""

    course_id = key(required=True, metadata={"example": "public-procurement-basics"})
    cycle = fields.String(
        load_default="once",
        validate=validate.Regexp(r"^(?:once|20[0-9]{2})\Z", error="`once` or a year."),
        metadata={"example": "once"},
    )


class EnrolmentsIn(PageIn):
    """Which of the own enrolments."""

    state = fields.String(load_default="", validate=validate.OneOf(["", *STATES]))
    course = fields.String(load_default="", validate=validate.Length(max=64))


class WithdrawalIn(Schema):
    """Why a learner leaves; the note stays here."""

    reason = fields.String(required=True, validate=validate.OneOf(REASONS))
    note = text(0, 500, load_default="")


class ResourceOut(Schema):
    """How far a resource is: position and covered in seconds, or pages."""

    status = fields.String(required=True)
    position = fields.Integer(required=True)
    covered = fields.Integer(required=True)
    completed_at = fields.AwareDateTime(format="iso", allow_none=True)


class AssessmentOut(Schema):
    """How far an assessment is: best score in percent; `attempts_left` is null for any number."""

    status = fields.String(required=True)
    best = fields.Integer(allow_none=True)
    attempts_used = fields.Integer(required=True)
    attempts_left = fields.Integer(allow_none=True)


class MandatedOut(Schema):
    """The duty behind an enrolment."""

    mandate_id = fields.String(required=True)
    due = fields.AwareDateTime(format="iso", allow_none=True)
    reason = fields.Raw()


class EnrolmentOut(Schema):
    """An enrolment with the progress of each part."""

    id = fields.String(required=True)
    course_id = fields.String(required=True)
    version = fields.Integer(required=True)
    cycle = fields.String(required=True)
    title = words(required=True)
    mode = fields.String()
    status = fields.String(required=True, validate=validate.OneOf(STATES))
    percent = fields.Integer(required=True)
    required_total = fields.Integer(required=True)
    required_done = fields.Integer(required=True)
    enrolled_at = fields.AwareDateTime(format="iso", required=True)
    completed_at = fields.AwareDateTime(format="iso", allow_none=True)
    last_at = fields.AwareDateTime(format="iso", required=True)
    last_resource_id = fields.String(allow_none=True)
    minutes = fields.Integer()
    minutes_spent = fields.Integer(required=True)
    mandated = fields.Nested(MandatedOut, allow_none=True)
    certificate_id = fields.String(allow_none=True)
    resources = fields.Dict(keys=fields.String(), values=fields.Nested(ResourceOut), required=True)
    assessments = fields.Dict(keys=fields.String(), values=fields.Nested(AssessmentOut), required=True)
    new_version = fields.Integer(allow_none=True)
    retired = fields.Boolean()


class EnrolmentsOut(Schema):
    """A page of enrolments, the last used first."""

    items = fields.List(fields.Nested(EnrolmentOut), required=True)
    next_cursor = fields.String(allow_none=True)


class VersionChangeOut(Schema):
    """What a newer version of the course changes for this enrolment, and the rule of carrying over."""

    before = fields.Integer(required=True, data_key="from", attribute="from")
    to = fields.Integer(allow_none=True)
    added = fields.List(fields.String(), required=True)
    removed = fields.List(fields.String(), required=True)
    kept = fields.List(fields.String(), required=True)
    lost = fields.List(fields.String(), required=True)
    assessments_open = fields.List(fields.String(), required=True)
    percent_before = fields.Integer(required=True)
    percent_after = fields.Integer(required=True)
    completes = fields.Boolean(required=True)
    rule = words(required=True)
