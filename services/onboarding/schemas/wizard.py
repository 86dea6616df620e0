"""Bodies of the guided onboarding."""

from __future__ import annotations

from marshmallow import Schema, fields

from services.onboarding.schemas.common import TrueOrFalse


class StepIn(Schema):
    """A step was saved, or passed over."""

    skipped = TrueOrFalse(load_default=False, metadata={"example": False})


class StepOut(Schema):
    """One of the six steps: open, saved or skipped."""

    step = fields.String(required=True, metadata={"example": "roles"})
    status = fields.String(required=True, metadata={"example": "saved"})
    saved_at = fields.DateTime(required=True, allow_none=True)


class OnboardingOut(Schema):
    """Where the person stands; `next` is the first open step."""

    state = fields.String(required=True, metadata={"example": "in_progress"})
    next = fields.String(required=True, allow_none=True, metadata={"example": "topics"})
    version = fields.Integer(required=True)
    steps = fields.List(fields.Nested(StepOut), required=True)
    completed_at = fields.DateTime(required=True, allow_none=True)
    profile_complete = fields.Boolean(required=True)
    profile_missing = fields.List(fields.String(), required=True, metadata={"example": ["group"]})
    resume_percent = fields.Integer(required=True, metadata={"example": 33})
